"""Group-time effects by hand, through unit-level influence functions, and by identities."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from evalkit.did import group_time, twfe
from evalkit.did.aggregate import event_study, overall
from evalkit.errors import DataError
from tests.by_another_route import as_panel, by_influence_functions, panel_frame

EXACT = 1e-12  # sums of a few small numbers
SAME = 1e-10  # two routes through the same moments

TINY = {  # area: (start, rate in 2001, 2002, 2003)
    "a": (2002, 1.0, 5.0, 9.0),
    "b": (2002, 3.0, 5.0, 7.0),
    "c": (2003, 2.0, 4.0, 9.0),
    "d": (2003, 2.0, 2.0, 3.0),
    "e": (2003, 5.0, 6.0, 9.0),
    "f": (None, 1.0, 2.0, 2.0),
    "g": (None, 3.0, 6.0, 4.0),
}


def tiny() -> pd.DataFrame:
    rows = [
        (area, 2001 + t, rate, start)
        for area, (start, *rates) in TINY.items()
        for t, rate in enumerate(rates)
    ]
    return pd.DataFrame(rows, columns=["area", "year", "rate", "start"])


def test_tiny_panel_by_hand():
    # Means: 2002 cohort 2, 5, 8; 2003 cohort 3, 4, 7; never 2, 4, 3. Gaps to never: 0, 1, 5 and 1, 0, 4.
    # Base 2001 for the 2002 cohort: ATT(2002, 2002) = 1 - 0 = 1, ATT(2002, 2003) = 5 - 0 = 5.
    # Base 2002 for the 2003 cohort: ATT(2003, 2001) = 1 - 0 = 1, ATT(2003, 2003) = 4 - 0 = 4.
    effects = group_time(as_panel(tiny()))
    frame = effects.to_frame()
    assert list(zip(frame["group"], frame["period"], strict=True)) == [
        ("2002", "2002"), ("2002", "2003"), ("2003", "2001"), ("2003", "2003"),
    ]  # fmt: skip
    assert frame["effect"].tolist() == pytest.approx([1.0, 5.0, 1.0, 4.0], abs=EXACT)
    assert frame["n_treated"].tolist() == [2, 2, 3, 3]
    assert frame["n_comparison"].tolist() == [2, 2, 2, 2]
    # Variance of a cell = var(own change)/n_own + var(comparison change)/n_comparison, divisors n.
    # ATT(2002, 2002): changes 4, 2 (variance 1) and 1, 3 (variance 1): 1/2 + 1/2 = 1.
    # ATT(2002, 2003): changes 8, 4 (4) and 1, 1 (0): 4/2 = 2.
    # ATT(2003, 2001): changes -2, 0, -1 (2/3) and -1, -3 (1): 2/9 + 1/2.
    # ATT(2003, 2003): changes 5, 1, 3 (8/3) and 0, -2 (1): 8/9 + 1/2.
    assert (frame["standard_error"] ** 2).tolist() == pytest.approx(
        [1.0, 2.0, 2 / 9 + 1 / 2, 8 / 9 + 1 / 2], abs=EXACT
    )
    # Different cohorts share the comparison only: (2002, 2002) with (2003, 2003): changes 1, 3 and 0, -2,
    # covariance -1, over 2 units.
    assert effects.covariance[0, 3] == pytest.approx(-0.5, abs=EXACT)


def test_tiny_overall_by_hand():
    # Cells after the start: 1, 5 (two units each) and 4 (three units): (2x1 + 2x5 + 3x4) / 7 = 24/7.
    effects = group_time(as_panel(tiny()))
    result = overall(effects)
    assert result.effect == pytest.approx(24 / 7, abs=EXACT)
    # Cells: w'Vw with w = (2, 2, 3)/7 and V by hand as above; cov(1, 5) = cov own (4,2 with 8,4: 2)/2 + 0;
    # cov(5, 4) = comparison changes 1, 1 with 0, -2: 0.
    w = np.array([2, 2, 3]) / 7
    v = np.array([[1.0, 1.0, -0.5], [1.0, 2.0, 0.0], [-0.5, 0.0, 8 / 9 + 0.5]])
    # Shares: p = 2/7 and 3/7 of all units; overall = sum p ATT / sum p over cells, so its derivative in p is
    # (sum of (ATT - overall) in the cohort) / (2/7 + 2/7 + 3/7): (1 + 5 - 48/7) and (4 - 24/7).
    d, p = np.array([6 - 48 / 7, 4 - 24 / 7]), np.array([2, 3]) / 7
    of_shares = (d**2 @ p - (d @ p) ** 2) / 7
    assert result.standard_error == pytest.approx((w @ v @ w + of_shares) ** 0.5, abs=EXACT)
    assert result.dof is None
    assert result.why == "the influence function's reference distribution is the normal"
    assert result.interval.high == pytest.approx(
        24 / 7 + 1.959963984540054 * float(result.standard_error or 0), abs=EXACT
    )
    assert (result.n_obs, result.n_units, result.n_clusters) == (21, 7, 7)


def test_tiny_event_study_by_hand():
    # e = -2: 1 (three units); -1: base; 0: (2x1 + 3x4)/5 = 2.8; 1: 5.
    events = event_study(group_time(as_panel(tiny()))).events
    assert [e.event_time for e in events] == [-2, -1, 0, 1]
    assert [e.effect for e in events] == pytest.approx([1.0, 0.0, 2.8, 5.0], abs=EXACT)
    assert [e.n_treated for e in events] == [3, 5, 5, 2]
    base = events[1]
    assert (base.standard_error, base.low, base.high) == (None, None, None)


STARTS: list[int | None] = [2003] * 3 + [2005] * 4 + [2006] + [2008] * 2 + [None] * 5


@pytest.mark.parametrize("seed", range(4))
def test_the_same_through_unit_level_influence_functions(seed: int):
    panel = as_panel(panel_frame(seed, STARTS, n_periods=9, effect=1.0, rho=0.5))
    effects, study = group_time(panel), event_study(group_time(panel))
    other = by_influence_functions(panel.outcome, panel.start)
    cells = list(zip(effects.cohort.tolist(), effects.period.tolist(), strict=True))
    assert cells == other.cells
    assert effects.effects == pytest.approx(other.effects, abs=SAME)
    assert effects.covariance == pytest.approx(other.covariance, abs=SAME)
    result = overall(effects)
    assert (result.effect, result.standard_error) == pytest.approx(other.overall, abs=SAME)
    estimated = [e for e in study.events if e.standard_error is not None]
    assert [e.event_time for e in estimated] == other.event_times
    assert [e.effect for e in estimated] == pytest.approx(other.event_effects, abs=SAME)
    assert study.covariance == pytest.approx(other.event_covariance, abs=SAME)
    assert [e.standard_error for e in estimated] == pytest.approx(
        np.sqrt(np.diag(other.event_covariance)), abs=SAME
    )


def test_estimated_cohort_shares_add_to_the_variance():
    """Without their term the standard error would be smaller wherever cohorts differ in effect."""
    panel = as_panel(panel_frame(0, STARTS, n_periods=9, effect=1.0))
    outcome = panel.outcome + 5.0 * (panel.start == 2)[:, None] * (np.arange(9) >= 2)
    effects = group_time(replace(panel, outcome=outcome))
    post = effects.period >= effects.cohort
    sizes = np.array([effects.cohort_sizes[int(g)] for g in effects.cohort])
    w = np.where(post, sizes, 0) / sizes[post].sum()
    fixed_shares = (w @ effects.covariance @ w) ** 0.5
    assert float(overall(effects).standard_error or 0) > 1.05 * fixed_shares


def test_one_cohort_and_two_periods_is_the_two_by_two():
    panel = as_panel(panel_frame(5, [2002] * 4 + [None] * 6, n_periods=2, effect=1.0))
    assert overall(group_time(panel)).effect == pytest.approx(
        twfe(panel, inference="cluster").effect, abs=SAME
    )


@pytest.mark.parametrize("what", ["constant", "unit effects", "period effects"])
def test_levels_of_units_and_periods_do_not_matter(what: str):
    panel = as_panel(panel_frame(6, STARTS, n_periods=9, effect=1.0))
    rng = np.random.default_rng(1)
    added = {
        "constant": np.full((1, 1), 100.0),
        "unit effects": 10 * rng.normal(size=(15, 1)),
        "period effects": 10 * rng.normal(size=(1, 9)),
    }[what]
    once, again = group_time(panel), group_time(replace(panel, outcome=panel.outcome + added))
    assert again.effects == pytest.approx(once.effects, abs=1e-9)
    assert again.covariance == pytest.approx(once.covariance, abs=1e-9)


def test_a_constant_effect_without_noise_is_found_in_every_cell():
    panel = as_panel(panel_frame(7, STARTS, n_periods=9))
    years = np.arange(9)
    exact = (
        np.arange(15.0)[:, None] + np.sin(years) - 2.5 * (years >= panel.start[:, None])
    )  # unit + period + effect
    effects = group_time(replace(panel, outcome=exact))
    assert effects.effects == pytest.approx(
        np.where(effects.period >= effects.cohort, -2.5, 0.0), abs=1e-12
    )
    assert overall(effects).effect == pytest.approx(-2.5, abs=1e-12)


def test_every_period_is_against_the_last_before_the_start():
    panel = as_panel(panel_frame(8, STARTS, n_periods=9, effect=1.0))
    effects, never = group_time(panel), panel.start == 9
    for g, t, value in zip(effects.cohort, effects.period, effects.effects, strict=True):
        change = panel.outcome[:, t] - panel.outcome[:, g - 1]
        assert t != g - 1
        assert value == pytest.approx(
            change[panel.start == g].mean() - change[never].mean(), abs=SAME
        )


def test_anticipation_moves_the_base_and_not_the_average():
    panel = as_panel(panel_frame(9, STARTS[3:], n_periods=9, effect=1.0))
    effects = group_time(panel, anticipation=2)
    never = panel.start == 9
    for g, t, value in zip(effects.cohort, effects.period, effects.effects, strict=True):
        change = panel.outcome[:, t] - panel.outcome[:, g - 3]
        assert value == pytest.approx(
            change[panel.start == g].mean() - change[never].mean(), abs=SAME
        )
    events = event_study(effects).events
    assert [e.event_time for e in events if e.standard_error is None] == [-3]
    post = [
        (value, effects.cohort_sizes[int(g)])
        for g, t, value in zip(effects.cohort, effects.period, effects.effects, strict=True)
        if t >= g
    ]
    values, sizes = zip(*post, strict=True)
    assert overall(effects).effect == pytest.approx(np.average(values, weights=sizes), abs=SAME)


def test_cohorts_of_one_are_named_and_have_only_the_comparison_variance():
    panel = as_panel(panel_frame(0, STARTS, n_periods=9))
    effects = group_time(panel)
    assert effects.lone_cohorts == ("2006",)
    never = panel.outcome[panel.start == 9]
    for i in np.flatnonzero(effects.cohort == 5):
        change = never[:, effects.period[i]] - never[:, 4]
        assert effects.standard_errors[i] ** 2 == pytest.approx(change.var() / 5, abs=SAME)


def test_one_unit_on_either_side_has_no_standard_error_to_give():
    effects = group_time(as_panel(panel_frame(0, [2003, None], n_periods=4)))
    assert len(effects.effects) == 3
    for aggregate in (overall, event_study):
        with pytest.raises(DataError, match="one unit on either side: nothing says how far"):
            aggregate(effects)


@pytest.mark.parametrize(
    ("starts", "anticipation", "message"),
    [
        ([None, None], 0, "found no treated unit; it needs at least one"),
        ([2003, 2003], 0, "found no unit that is never treated; it needs at least one"),
        ([2001, 2003, None], 0, "found no period before treatment for area 000; leave them out"),
        ([2003, 2004, None], 2, "found no period before treatment for area 000; leave them out"),
        ([2003, None], -1, "found anticipation -1; it needs 0 or more periods"),
    ],
)
def test_what_cannot_be_compared_is_refused(
    starts: list[int | None], anticipation: int, message: str
):
    panel = as_panel(panel_frame(0, starts, n_periods=4))
    with pytest.raises(DataError, match=message):
        group_time(panel, anticipation=anticipation)


def test_a_cohort_of_the_last_period_alone_can_be_averaged():
    panel = as_panel(panel_frame(0, [2004, 2004, None, None], n_periods=4))
    effects = group_time(panel)
    [last] = [v for v, t in zip(effects.effects, effects.period, strict=True) if t == 3]
    assert overall(effects).effect == pytest.approx(last, abs=EXACT)
