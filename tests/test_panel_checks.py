"""Checks of a panel: by hand, on planted faults, and how often they are wrong on clean panels."""

import math
from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from evalkit import checks
from evalkit.checks.placebo_start import before_only
from evalkit.checks.pre_trend import with_drift
from evalkit.data.panel import Panel
from evalkit.did import bacon, group_time, imputation, poisson, sun_abraham
from evalkit.did.aggregate import event_study, overall
from evalkit.errors import DataError
from evalkit.inference.drift import joint_drift
from tests.by_another_route import as_panel, by_groups, panel_frame

SAME = 1e-10  # the same sums in another order
T = 8


def panel_of(outcome, start, *, first: int = 2001, **more) -> Panel:
    outcome = np.asarray(outcome, dtype=float)
    n, n_periods = outcome.shape
    return Panel(
        units=tuple(f"area {i:02d}" for i in range(n)),
        periods=tuple(str(first + t) for t in range(n_periods)),
        outcome=outcome,
        start=np.array([n_periods if s is None else s - first for s in start]),
        weights=None,
        unit_of_measure="incidents",
        **more,
    )


def noisy(seed: int, starts, *, n_periods: int = T, drift: float = 0.0, jump: float = 0.0) -> Panel:
    panel = as_panel(panel_frame(seed, starts, n_periods=n_periods))
    steps = drift * np.arange(n_periods) * panel.ever_treated[:, None] + jump * panel.treated
    return replace(panel, outcome=panel.outcome + steps)


STARTS: list[int | None] = [2006] * 8 + [2007] * 6 + [None] * 16


# pre_trend


def test_a_passed_pre_trend_test_says_which_drift_it_missed():
    """By hand: with the base at -1 a drift of 1 a year moves the effects at -5 to -2 by -4 to -1."""
    panel = noisy(4, STARTS)
    check = checks.pre_trend(panel)
    assert check.passed is True
    away = np.array([-4.0, -3.0, -2.0, -1.0])
    # the groups' own parts, each unbiased: cohorts of 8 and 6, and 16 others
    _, within, covariance = by_groups(panel, [-5, -4, -3, -2])
    half, most = (
        joint_drift(away, covariance, dof_within=within, level=0.1, power=power)
        for power in (0.5, 0.8)
    )
    # the overall effect of a drift: mean distance from the base over treated unit-years,
    # 1 + 2 + 3 of the eight and 1 + 2 of the six
    bias = half * (8 * (1 + 2 + 3) + 6 * (1 + 2)) / (8 * 3 + 6 * 2)
    said = (
        f" A drift of {half:.2g} a year would have been missed half the time, one of {most:.2g} one "
        f"time in five; the former would pass for an effect of {bias:.2g}."
    )
    assert check.sentence.endswith(said)
    assert checks.pre_trend(panel, per_cent=True).sentence.endswith(
        f"pass for an effect of {100 * math.expm1(bias):.2g}%."
    )


def test_a_failed_pre_trend_test_has_missed_nothing():
    check = checks.pre_trend(noisy(4, STARTS, drift=2.0))
    assert check.passed is False and "missed" not in check.sentence


@pytest.mark.parametrize(
    "estimate",
    [
        lambda p: overall(group_time(p)),
        lambda p: sun_abraham(p).overall,
        lambda p: imputation(p).overall,
    ],
)
def test_what_a_drift_would_pass_for_is_exact_for_linear_methods(estimate):
    """Adding the drift to other data, of another size, moves the estimate by the same."""
    one, other = noisy(1, STARTS), noisy(2, STARTS)
    moved = []
    for panel, size in ((one, with_drift(one)[0]), (other, with_drift(other)[0])):
        moved.append((estimate(with_drift(panel)[1]).effect - estimate(panel).effect) / size)
    assert moved[0] == pytest.approx(moved[1], abs=SAME)


def test_a_drift_shared_by_all_units_cannot_be_seen():
    panel = noisy(0, [2005] * 8 + [2008] * 9)

    def before(part):
        return event_study(group_time(part, comparison="not_yet_treated"))

    def effect(part):
        return overall(group_time(part, comparison="not_yet_treated"))

    check = checks.pre_trend(panel, before=before, effect=effect, leads=2)
    assert check.sentence.endswith(
        " A drift that all units that start share cannot be seen: none never starts."
    )


@pytest.mark.parametrize("threshold", [0.0, 1.0, 10.0])
@pytest.mark.parametrize("check", ["pre_trend", "placebo_start", "recording_change"])
def test_a_threshold_that_is_no_p_value_is_refused(check: str, threshold: float):
    with pytest.raises(DataError, match="it needs a p-value, 0 to 1"):
        getattr(checks, check)(noisy(0, STARTS), threshold=threshold)


def test_counts_say_which_growth_their_false_start_missed():
    rng = np.random.default_rng(3)
    starts = [2021] * 12 + [None] * 14
    level = rng.uniform(30, 90, (26, 1)) * np.exp(0.1 * rng.normal(size=12))
    panel = panel_of(rng.poisson(level), starts, first=2013)

    def ratio(part):
        return poisson(part).overall

    check = checks.pre_trend_of_ratio(panel, ratio=ratio)
    assert check.passed is True
    # by hand: 4 false years after 4 others; a growth of 1 a year lifts their mean log by 4 (to first order)
    before = before_only(panel, early=4)
    assert before is not None
    error = ratio(before).standard_error
    size = error * math.sqrt(_needed(0.1, 0.8, ratio(before).dof)) / 4
    said = check.sentence.partition(" one of ")[2]
    assert float(said.split("%")[0]) == pytest.approx(100 * math.expm1(size), rel=0.05)


def _needed(level: float, power: float, dof: float) -> float:
    """Squared noncentrality by hand: the two-sided t-test found by halving."""
    critical, low, high = stats.t.isf(level / 2, dof), 0.0, 20.0
    for _ in range(100):
        middle = (low + high) / 2
        found = stats.nct.sf(critical, dof, middle) + stats.nct.cdf(-critical, dof, middle)
        low, high = (middle, high) if found < power else (low, middle)
    return middle**2


# placebo_start


def test_a_false_start_looks_only_at_what_came_before():
    panel = noisy(5, STARTS)
    check = checks.placebo_start(panel, leads=3)
    untouched = panel.outcome[:, :6]  # both cohorts: up to the year before 2007
    # by hand: 2006 starts in 2003 (base 2002), 2007 in 2004 (base 2003); three false years each
    own = [untouched[:8], untouched[8:14]]
    never = untouched[14:]
    effects = []
    for cohort, base, years in ((own[0], 1, (2, 3, 4)), (own[1], 2, (3, 4, 5))):
        change = cohort[:, years].mean(axis=1) - cohort[:, base]
        drift = never[:, years].mean(axis=1) - never[:, base]
        effects.append(change.mean() - drift.mean())
    assert (
        f"sees no clear effect: {(8 * effects[0] + 6 * effects[1]) / 14:+.3f}".replace(
            "-", "\N{MINUS SIGN}"
        )
        in check.sentence
    )
    wild = replace(panel, outcome=np.where(panel.treated, 1e6, panel.outcome))
    assert checks.placebo_start(wild, leads=3) == check


def test_a_false_start_leaves_the_periods_of_anticipation_alone():
    panel = noisy(5, STARTS)
    reacting = np.arange(T) >= panel.start[:, None] - 1

    def estimate(part):
        return overall(group_time(part, anticipation=1))

    wild = replace(
        panel, outcome=np.where(reacting & panel.ever_treated[:, None], 1e6, panel.outcome)
    )
    found = checks.placebo_start(panel, leads=2, estimate=estimate, anticipation=1)
    assert checks.placebo_start(wild, leads=2, estimate=estimate, anticipation=1) == found
    assert found.applicable


def test_a_false_start_sees_what_began_too_early():
    panel = noisy(5, STARTS)
    early = np.arange(T) >= panel.start[:, None] - 2
    panel = replace(panel, outcome=panel.outcome + 2.0 * (early & panel.ever_treated[:, None]))
    check = checks.placebo_start(panel, leads=2)
    assert check.passed is False
    assert "With starts 2 years too early, before anything was done" in check.sentence
    assert "an effect all the same: +" in check.sentence and "missed" not in check.sentence


def test_a_false_start_that_found_nothing_says_what_it_missed():
    panel = noisy(5, STARTS)
    before = before_only(panel, early=3)
    assert before is not None
    error = overall(group_time(before)).standard_error
    least = error * (stats.norm.isf(0.05) + stats.norm.isf(0.2))
    check = checks.placebo_start(panel, leads=3)
    assert check.sentence.endswith(
        f"An effect of {least:.2g} would have been missed one time in five."
    )


def test_methods_for_few_areas_see_every_area_in_every_period_before_the_first_start():
    panel = noisy(5, [2006, 2008, *[None] * 8])
    before = before_only(panel, early=3, lone=True)
    assert before is not None
    assert before.periods[-1] == "2005" and not before.treated[2:].any()
    assert np.isfinite(before.outcome).all()
    assert [before.periods[at] for at in before.start[:2]] == ["2003", "2005"]


@pytest.mark.parametrize(
    ("starts", "leads", "why"),
    [
        ([2006, None, None, None], 2, "every cohort is one unit"),
        ([2003] * 5 + [None] * 5, 4, "too few units or periods before the start to test"),
        ([2006] * 5, 2, "found no unit that is never treated"),
    ],
)
def test_a_false_start_that_cannot_be_tried_says_why(starts, leads: int, why: str):
    check = checks.placebo_start(noisy(0, starts), leads=leads)
    assert (check.applicable, check.passed, check.statistic) == (False, None, None)
    assert check.sentence.startswith("Not applicable: ") and why in check.sentence
    assert check.sentence.endswith(".") and not check.sentence.endswith("..")


# already_treated_share, small_cohorts


def test_the_already_treated_share_by_hand():
    """Two cohorts of one unit, starts after 2 and 6 of 8 periods: the later one against the earlier one only
    where the earlier one is treated. Weights 2 x 4 (earlier against later), 2 x 4 (later against earlier)."""
    check = checks.already_treated_share(
        panel_of(np.random.default_rng(0).normal(size=(2, 8)), [2003, 2007])
    )
    assert check.statistic == pytest.approx(0.5, abs=SAME)
    assert check.passed is False and check.if_failed == "report"
    assert check.sentence.startswith("50% of the weight of two-way fixed effects is on comparisons")


def test_the_already_treated_share_is_that_of_the_decomposition():
    panel = noisy(0, STARTS)
    assert checks.already_treated_share(panel).statistic == pytest.approx(
        bacon(panel).already_treated, abs=SAME
    )


def test_the_already_treated_share_of_one_start_is_none():
    check = checks.already_treated_share(noisy(0, [2005] * 4 + [None] * 4))
    assert (check.statistic, check.passed) == (0.0, True)
    holes = noisy(0, STARTS)
    holes.outcome[0, 0] = np.nan
    assert checks.already_treated_share(holes).applicable is False
    assert checks.already_treated_share(noisy(0, [None] * 4)).applicable is False


def test_small_cohorts_by_hand():
    """4 units treated for 3 years, 1 for 2 and 6 for 1: 12 + 2 of 20 unit-years in cohorts below five."""
    check = checks.small_cohorts(noisy(0, [2006] * 4 + [2007] + [2008] * 6 + [None] * 5))
    assert check.statistic == pytest.approx(14 / 20, abs=SAME)
    assert check.passed is False
    assert check.sentence.startswith(
        "Cohorts of fewer than 5 units hold 70% of the treated unit-years: 2006 (4) and 2007 (1)."
    )
    fine = checks.small_cohorts(noisy(0, [2006] * 5 + [2008] * 6 + [None] * 5))
    assert (fine.statistic, fine.passed, fine.sentence) == (
        0.0, True, "The smallest cohort has 5 units.",
    )  # fmt: skip
    assert checks.small_cohorts(noisy(0, [None] * 5)).applicable is False


def test_small_cohorts_count_clusters_where_units_move_together():
    panel = noisy(0, [2006] * 12 + [None] * 12)
    grouped = replace(
        panel, cluster=np.arange(24) // 4, cluster_names=tuple(f"force {g}" for g in range(6))
    )
    check = checks.small_cohorts(grouped)
    assert (check.statistic, check.passed) == (1.0, False)
    assert "fewer than 5 clusters" in check.sentence and "2006 (3)" in check.sentence


@pytest.mark.parametrize("n", [2, 5])
def test_a_small_cohort_understates_its_own_variance_as_said(n: int):
    """Mean of the estimated variance of the treated side over the true one: (n - 1) / n."""
    found = []
    for seed in range(300):
        panel = noisy(seed, [2005] * n + [None] * 400, n_periods=5)
        cell = group_time(panel)
        found.append(float(cell.covariance[-1, -1]) - 2 / 400)
    assert np.mean(found) / (2 / n) == pytest.approx((n - 1) / n, abs=0.12)  # 300 draws of n - 1 df


# pre_period_balance


def test_balance_by_hand():
    """Three treated, three others; four years before the start, in which the others' mean is 2, 2, 2, 2."""
    others = [[1, 1, 1, 1, 9], [2, 2, 2, 2, 9], [3, 3, 3, 3, 9]]
    treated = [[4, 4, 4, 4, 0], [5, 6, 7, 8, 0], [6, 6, 6, 6, 0]]
    check = checks.pre_period_balance(panel_of([*treated, *others], [2005] * 3 + [None] * 3))
    # levels less 2: 2, 4.5, 4 against -1, 0, 1; within sums of squares 3.5 and 2, pooled over 4
    level = 3.5 / math.sqrt((3.5 + 2) / 4)
    # slopes: 0, 1, 0 against 0, 0, 0; within 2/3 and 0
    trend = (1 / 3) / math.sqrt((2 / 3) / 4)
    chance = stats.t.isf(0.025, 4) * math.sqrt(2 / 3)
    assert check.statistic == pytest.approx(max(level, trend), abs=SAME)
    assert check.sentence == (
        f"Before 2005 the 3 treated had levels {level:.2f} higher, trends {trend:.2f} more upward than the "
        f"3 others, in standard deviations; by chance alone up to {chance:.2f} either way. Levels may "
        "differ, trends should not."
    )


def test_balance_of_counts_is_of_rates_and_of_growth():
    """Every unit grows by 10 per cent a year, from rates of 1 to 6: relative trends are the same."""
    rates = np.arange(1, 7)[:, None] * 1.1 ** np.arange(6)
    people = np.linspace(1, 3, 6)[:, None] * np.ones(6)
    panel = panel_of(rates * people, [2005] * 3 + [None] * 3, exposure=people)
    # levels and slopes in proportion to 1 to 6: 3 apart, and 1 the spread within the sides
    assert (
        "levels 3.00 lower, trends 3.00 more downward" in checks.pre_period_balance(panel).sentence
    )
    growing = checks.pre_period_balance(panel, relative=True).sentence
    assert "levels 3.00 lower than" in growing and "; trends are all the same." in growing


def test_balance_with_holes_compares_like_with_like():
    """A unit that is seen in high years only is not taken for a high one."""
    high_years = np.array([0, 10, 0, 10, 0, 0.0])
    outcome = np.arange(6)[:, None] + high_years
    outcome[0, [0, 2]] = np.nan
    full = np.arange(6)[:, None] + high_years
    start = [2005] * 3 + [None] * 3
    assert checks.pre_period_balance(panel_of(outcome, start)).statistic == pytest.approx(
        checks.pre_period_balance(panel_of(full, start)).statistic or 0, abs=SAME
    )


def test_balance_of_one_period_has_no_trend():
    check = checks.pre_period_balance(noisy(0, [2002] * 4 + [None] * 4))
    assert (
        "; one period is too short for trends." in check.sentence
        and "trends 0" not in check.sentence
    )


@pytest.mark.parametrize(
    ("starts", "why"),
    [
        ([2001] * 4 + [None] * 4, "it needs units that start after the first period"),
        ([2003] * 8, "and others"),
        ([None] * 8, "it needs units that start"),
        ([2003, None], "too few units are seen"),
    ],
)
def test_balance_that_cannot_be_told_says_why(starts, why: str):
    check = checks.pre_period_balance(noisy(0, starts))
    assert check.applicable is False and why in check.sentence


# composition_change


def holes(*cells) -> Panel:
    panel = noisy(0, [2005] * 4 + [None] * 5)
    for unit, periods in cells:
        panel.outcome[unit, periods] = np.nan
    return panel


def test_composition_by_hand():
    check = checks.composition_change(holes((0, [6, 7]), (1, [0]), (8, [3])))
    assert check.statistic == pytest.approx(1 / 4, abs=SAME)
    assert check.passed is False
    assert check.sentence == (
        "Of 4 treated units 1 enters late and 1 leaves early; 9.4% of their unit-years are missing, most in "
        "2001 (25%); of 5 comparison units 0 enter late and 0 leave early; 2.5% of their unit-years are "
        "missing, most in 2004 (20%)."
    )


def test_composition_sees_one_side_leave():
    check = checks.composition_change(holes((4, [6, 7])))
    assert check.statistic == pytest.approx(1 / 5, abs=SAME)
    assert check.sentence.startswith(
        "All 4 treated units are there throughout; of 5 comparison units 0"
    )


def test_composition_of_a_panel_without_holes_is_passed_for_certain():
    check = checks.composition_change(holes())
    assert (check.statistic, check.passed) == (0.0, True)
    assert check.sentence == "Every unit has a number in every period."


# recording_change


def recorded(factor: float = 1.0, *, seed: int = 0, at: int = 24) -> Panel:
    rng = np.random.default_rng(seed)
    level = rng.uniform(200, 900, (8, 1)) * np.exp(0.05 * rng.normal(size=48))
    level[5, at:] *= factor
    counts = rng.poisson(level).astype(float)
    return Panel(
        units=tuple(f"area {i}" for i in range(8)),
        periods=tuple(f"{2018 + m // 12}-{m % 12 + 1:02d}" for m in range(48)),
        outcome=counts, start=np.array([30, 30, 36, *[48] * 5]), weights=None,
        unit_of_measure="robberies",
    )  # fmt: skip


def test_a_change_in_recording_is_named_and_an_effect_is_not():
    calm, changed = checks.recording_change(recorded()), checks.recording_change(recorded(1.5))
    assert (calm.passed, changed.passed) == (True, False)
    assert (
        changed.sentence.startswith("area 5 steps up by 5") and "from 2020-01" in changed.sentence
    )
    panel = recorded()
    effect = replace(panel, outcome=np.where(panel.treated, 3 * panel.outcome, panel.outcome))
    assert checks.recording_change(effect) == calm


def test_a_change_in_recording_is_looked_for_in_counts():
    for outcome in (np.log(recorded().outcome), -recorded().outcome):
        check = checks.recording_change(replace(recorded(), outcome=outcome))
        assert check.sentence == (
            "Not applicable: it needs counts; a logarithm or a rate hides how many they are."
        )
    quarters = replace(
        recorded(), periods=tuple(f"{2010 + q // 4}-Q{q % 4 + 1}" for q in range(48))
    )
    assert checks.recording_change(quarters).sentence == "Not applicable: it needs months or years."


# how often they are wrong: benchmarks/panel_checks.py has the long run


def test_false_alarms_stay_near_the_level():
    """At 0.10 with 14 treated and 16 comparison units; 300 clean panels, three standard errors are 0.05."""
    alarms = {"pre_trend": 0, "placebo_start": 0}
    for seed in range(300):
        panel = noisy(seed, STARTS)
        for name in alarms:
            alarms[name] += getattr(checks, name)(panel).passed is False
    assert 0.05 < alarms["pre_trend"] / 300 < 0.17
    assert 0.05 < alarms["placebo_start"] / 300 < 0.19
