"""Control charts: limits, rules, gaps, small numbers and baselines, against other routes."""

from functools import partial

import numpy as np
import pytest

from evalkit.data.monitoring import limits as limits_module
from evalkit.data.monitoring.chart import control_chart
from evalkit.data.monitoring.limits import LEAST, SPREAD, base_of, limits_of
from evalkit.data.monitoring.readings import may_be_negative, readings
from evalkit.data.monitoring.rules import (
    EIGHT,
    FOUR_OF_FIVE,
    OUTSIDE,
    RULE_SETS,
    SIX,
    STANDARD,
    TWO_OF_THREE,
    Lines,
    far_out,
    one_side,
    outside,
    trend,
)
from evalkit.data.periods import later
from evalkit.errors import DataError
from evalkit.types.control_chart import Reading
from evalkit.types.indicator_value import IndicatorValue
from evalkit.types.theory import Indicator
from tests import by_plain_loops as plain

PUBLISHED_SPREAD = 3 / 1.128  # what NIST and qcc use; 2.66 is the same, rounded
LINES = Lines(mean=0.0, low=-3.0, high=3.0, third=1.0)


def row(values, first="2022-01"):
    return tuple(
        Reading(period=later(first, n), value=None if v is None else float(v))
        for n, v in enumerate(values)
    )


def known(values):
    return [None if v is None else (float(v), float(v)) for v in values]


def members(patterns):
    return {n for pattern in patterns for n in pattern.at}


@pytest.mark.parametrize(
    ("values", "published", "digits"),
    [(plain.FLOW_RATE, plain.NIST, 4), (plain.VISCOSITY, plain.QCC, 5)],
    ids=["NIST", "Montgomery"],
)
def test_limits_are_the_published_ones(monkeypatch, values, published, digits):
    """Half a unit of the last printed digit, once 2.66 stands for the unrounded 3 / 1.128."""
    monkeypatch.setattr(limits_module, "LEAST", 10)  # NIST's example has ten batches
    rounded = limits_of(row(values), negative=False)
    monkeypatch.setattr(limits_module, "SPREAD", PUBLISHED_SPREAD)
    exact = limits_of(row(values), negative=False)
    half = 0.5 * 10**-digits
    for name in ("mean", "low", "high"):
        assert getattr(exact, name) == pytest.approx(published[name], abs=half + 1e-9), name
        apart = (SPREAD - PUBLISHED_SPREAD) * exact.moving_range
        assert abs(getattr(rounded, name) - published[name]) <= apart + half + 1e-9
    if "moving_range" in published:
        assert exact.moving_range == pytest.approx(published["moving_range"], abs=half)
    else:
        assert exact.moving_range / 1.128 == pytest.approx(published["sigma"], abs=5e-8)
    assert control_chart(row(values)).signals == ()  # both say: in control


@pytest.mark.parametrize("seed", range(40))
def test_limits_and_signals_equal_an_independent_calculation(seed):
    values = np.random.default_rng(seed).normal(40, 5, 60)
    values[30:] += (0, 4, -9, 15)[seed % 4]
    mean, step, low, high = plain.limits(values[:24])
    base = base_of(row(values)[:24], negative=False, rules=STANDARD, reason="")
    chart = control_chart(row(values), (base,))
    [stretch] = chart.stretches
    assert stretch.limits.mean == pytest.approx(mean, abs=1e-9)
    assert stretch.limits.moving_range == pytest.approx(step, abs=1e-9)
    assert stretch.limits.low == pytest.approx(low, abs=1e-9)
    assert stretch.limits.high == pytest.approx(high, abs=1e-9)
    sigma = (high - mean) / 3
    expected = {
        "outside": plain.outside(values, mean, low, high),
        "one_side": plain.eight(values, mean),
        "trend": plain.six(values),
        "two_of_three": plain.far(values, mean, sigma, 2, 3, 2),
    }
    for rule in RULE_SETS[STANDARD]:
        found = {n for signal in chart.signals if signal.rule == rule.name for n in signal.at}
        assert found == expected[rule.name], rule.name
    four = members(
        FOUR_OF_FIVE.find(known(values), Lines(mean=mean, low=low, high=high, third=sigma))
    )
    assert four == plain.far(values, mean, sigma, 4, 5, 1)


@pytest.mark.parametrize(
    ("find", "values", "found"),
    [
        (outside, [0, 3, -3], []),  # on a limit is not beyond it
        (outside, [3.1, -3.1], [("above", (0,), 0), ("below", (1,), 1)]),
        (partial(one_side, length=8), [1] * 7, []),
        (partial(one_side, length=8), [1] * 9, [("above", tuple(range(9)), 7)]),
        (
            partial(one_side, length=8),
            [1] * 4 + [0] + [1] * 4,
            [("above", (0, 1, 2, 3, 5, 6, 7, 8), 8)],
        ),
        (partial(one_side, length=8), [1] * 4 + [None] + [1] * 7, []),
        (partial(one_side, length=8), [-1, *[1] * 7, -1], []),
        (partial(one_side, length=8), [0, 0, *[-1] * 8], [("below", tuple(range(2, 10)), 9)]),
        (partial(trend, length=6), [1, 2, 3, 4, 5], []),
        (partial(trend, length=6), [1, 2, 3, 4, 5, 6], [("rising", tuple(range(6)), 5)]),
        (partial(trend, length=6), [1, 2, 3, 3, 4, 5, 6], [("rising", (0, 1, 2, 4, 5, 6), 6)]),
        (partial(trend, length=6), [1, 2, 3, None, 4, 5, 6], []),
        (partial(trend, length=6), [9, 6, 5, 4, 3, 2, 1, 4], [("falling", tuple(range(7)), 5)]),
        (partial(far_out, count=2, of=3, sigmas=2), [2.5, 0, 2.5], [("above", (0, 2), 2)]),
        (partial(far_out, count=2, of=3, sigmas=2), [2.5, 0, 0, 2.5], []),
        (partial(far_out, count=2, of=3, sigmas=2), [2.5, -2.5, 0], []),
        (partial(far_out, count=2, of=3, sigmas=2), [2.5, None, 2.5], [("above", (0, 2), 2)]),
        (
            partial(far_out, count=2, of=3, sigmas=2),
            [-2.1, -2.1, -2.1, -9],
            [("below", (0, 1, 2, 3), 1)],
        ),
        (partial(far_out, count=2, of=3, sigmas=2), [2, 2, 2], []),
    ],
)
def test_rules_by_hand(find, values, found):
    patterns = find(known(values), LINES)
    assert [(p.side, p.at, p.met) for p in patterns] == found


@pytest.mark.parametrize("shift", [3, 4])
def test_a_known_shift_is_signalled_at_the_right_month(shift):
    """The values of a baseline without noise beyond one sigma; from month 25 on shifted."""
    base = [40 + (-1) ** n * 4 for n in range(24)]  # mean 40, every step 8, limits 40 -+ 21.28
    sigma = SPREAD * 8 / 3
    after = [40 + shift * sigma + (-1) ** n * 0.5 for n in range(10)]
    whole = row([*base, *after])
    locked = base_of(whole[:24], negative=False, rules=STANDARD, reason="")
    chart = control_chart(whole, (locked,))
    run = next(signal for signal in chart.signals if signal.rule == "one_side")
    assert whole[run.met].period == "2024-08" and whole[run.at[0]].period == "2024-01"
    first = next(signal for signal in chart.signals if signal.rule == "outside")
    assert whole[first.met].period == "2024-01" and first.side == "above"


def test_a_small_shift_is_found_by_the_run_alone_in_its_eighth_month():
    base = [40 + (-1) ** n * 4 for n in range(24)]
    whole = row([*base[:24], *[44 + (-1) ** n for n in range(12)]])
    locked = base_of(whole[:24], negative=False, rules=STANDARD, reason="")
    [signal] = control_chart(whole, (locked,)).signals
    assert (signal.rule, signal.side, whole[signal.met].period) == ("one_side", "above", "2024-08")
    assert signal.words == "8 or more in a row above the mean"


def test_locked_limits_do_not_move_and_a_new_baseline_takes_over():
    values = [40, 44] * 12 + [80, 84] * 12
    whole = row(values)
    first = base_of(whole[:24], negative=False, rules=STANDARD, reason="")
    alone = control_chart(whole, (first,))
    assert control_chart(whole[:24], (first,)).stretches[0].limits == alone.stretches[0].limits
    assert alone.signals
    second = base_of(whole[24:48], negative=False, rules=STANDARD, reason="Recording changed")
    both = control_chart(whole, (first, second))
    assert [(s.start, s.stop, s.limits.mean) for s in both.stretches] == [(0, 24, 42), (24, 48, 82)]
    assert both.signals == () and both.stretches[1].limits.reason == "Recording changed"
    provisional = control_chart(whole).stretches[0]
    assert not provisional.limits.locked and provisional.note.startswith("Provisional")


def test_periods_before_the_first_baseline_have_no_limits():
    whole = row([40, 44] * 12)
    base = base_of(whole[4:], negative=False, rules=STANDARD, reason="")
    before, after = control_chart(whole, (base,)).stretches
    assert (before.limits, before.stop) == (None, 4) and after.limits.first == "2022-05"


def test_a_baseline_whose_values_changed_says_so_and_keeps_its_limits():
    whole = row([40, 44] * 12)
    base = base_of(whole, negative=False, rules=STANDARD, reason="")
    changed = (*whole[:3], Reading(period=whole[3].period, value=64.0), *whole[4:])
    [stretch] = control_chart(changed, (base,)).stretches
    assert stretch.limits.mean == 42 and "the mean would now be 42.83 instead of 42" in stretch.note
    assert control_chart(whole, (base,)).stretches[0].note == ""


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ([40, 44] * 5, "too few to set limits: 10 values"),
        ([40, None, 44] * 8, "too few to set limits: 16 values, 7 of them beside"),
        ([7] * 24, "24 values that are all the same"),
        ([], "too few to set limits: 0 values"),
    ],
)
def test_too_little_sets_no_limits_and_says_why(values, words):
    with pytest.raises(DataError, match=words):
        limits_of(row(values), negative=False)
    if values:
        [stretch] = control_chart(row(values)).stretches
        assert stretch.limits is None and words.lower() in stretch.why.lower()
        assert control_chart(row(values)).signals == ()
    assert LEAST == 12


def test_a_gap_is_no_step():
    """Hand calculation: steps 4 except beside the gap, where there is none."""
    found = limits_of(row([40, 44] * 6 + [None] + [60, 64] * 6), negative=False)
    assert (found.n, found.n_ranges, found.moving_range, found.mean) == (24, 22, 4, 52)


def test_a_lower_limit_below_zero_is_none_unless_the_indicator_can_be():
    count = limits_of(row([0, 6] * 8), negative=False)
    change = limits_of(row([0, 6] * 8), negative=True)
    assert count.low is None and change.low == pytest.approx(3 - 2.66 * 6)
    chart = control_chart(row([0, 6] * 8))
    assert all(signal.side != "below" for signal in chart.signals)


def small(period, below=None):
    return Reading(period=period, small=True, below=below)


def test_small_numbers_are_never_zero_and_never_part_of_a_baseline():
    whole = row([10, 14] * 12)
    with pytest.raises(
        DataError, match=r"1 of 25 values only known to be small; needed a baseline"
    ):
        limits_of((*whole, small("2024-01", 5.0)), negative=False)
    base = base_of(whole, negative=False, rules=STANDARD, reason="")
    after = [small(later("2024-01", n), 5.0) for n in range(9)]
    chart = control_chart((*whole, *after), (base,))
    run = next(signal for signal in chart.signals if signal.rule == "one_side")
    assert run.side == "below" and run.at == tuple(range(24, 33))  # all that <5 can be is below 12
    assert all(reading.value is None for reading in chart.readings[24:])
    unknown = control_chart((*whole, *(small(r.period) for r in after)), (base,))
    assert unknown.signals == ()  # a star alone could be anything
    wide = control_chart((*whole, *(small(r.period, 13.0) for r in after)), (base,))
    assert wide.signals == ()  # below 13 may be above 12


def value(period, number=1.0, **more):
    return IndicatorValue(
        form="evalkit/indicator-value/1",
        intervention="EM-2026-0001",
        indicator="visits",
        period=period,
        value=number,
        **more,
    )


def test_readings_fill_gaps_on_the_step_that_the_periods_have():
    monthly = readings([value("2024-03"), value("2024-01"), value("2024-04")])
    assert [(r.period, r.missing) for r in monthly] == [
        ("2024-01", False), ("2024-02", True), ("2024-03", False), ("2024-04", False),
    ]  # fmt: skip
    quarters = readings([value("2024-01"), value("2024-07"), value("2024-10"), value("2025-01")])
    assert [r.period for r in quarters] == ["2024-01", "2024-04", "2024-07", "2024-10", "2025-01"]
    assert [r.period for r in readings([value("2021"), value("2023"), value("2024")])] == [
        "2021", "2022", "2023", "2024",
    ]  # fmt: skip
    assert readings([]) == ()


@pytest.mark.parametrize(
    ("periods", "words"),
    [
        (["2024-01", "2024-01"], "2024-01 twice; needed each once"),
        (["2024", "2024-01"], "2024 beside 2024-01; needed years or months"),
        (
            ["2024-01", "2024-02", "2025-03"],
            "with no regular step; needed every month, quarter or year",
        ),
    ],
)
def test_irregular_periods_are_refused(periods, words):
    with pytest.raises(DataError, match=words):
        readings([value(period) for period in periods])


def test_what_may_be_below_zero_says_so():
    def of(**more):
        return may_be_negative(Indicator(of="x", name="trust", **more))

    assert of(unit="Net score") and of(unit="changes in points") and of(target=-2.0)
    assert not of(unit="offences a month", baseline=3.0) and not of(unit="networks")


def test_every_rule_has_its_source_and_a_name_of_its_own():
    rules = [OUTSIDE, EIGHT, SIX, TWO_OF_THREE, FOUR_OF_FIVE]
    assert len({rule.name for rule in rules}) == 5
    for rule in rules:
        assert "Western Electric (1956)" in (
            doc := getattr(rule.find, "func", rule.find).__doc__
        ) or ("Western Electric 1956" in doc or "Nelson (1984)" in doc)
    assert set(RULE_SETS) == {STANDARD, "western-electric-1956"}
