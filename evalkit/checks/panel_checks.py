"""Checks of a difference-in-differences."""

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from evalkit.checks.sides import Comparison, sides
from evalkit.checks.words import p_value, signed
from evalkit.data.panel import Panel
from evalkit.did.aggregates import EventStudy
from evalkit.errors import DataError
from evalkit.inference.wald import joint_test
from evalkit.types.estimate import Estimate
from evalkit.types.evaluation import CheckResult, IfFailed

NEEDED_UNITS, WELCOME_UNITS = 5, 10
"""Units on the smaller side below which nothing can be told, and below which the word is lowered."""
TOGETHER_BEFORE = "Were the groups moving together before?"


def pre_trend(
    study: EventStudy | None,
    *,
    leads: int,
    n_clusters: int,
    threshold: float,
    if_failed: IfFailed,
    why: str = "",
) -> CheckResult:
    """Did the groups move together before? A joint test of the ``leads`` periods before the base period.

    ``study`` is without cohorts of one unit, which would pass for certain; None where nothing is left, and
    ``why`` says so.
    Not rejecting is no proof of parallel trends: with few units a drift that matters can go
    unseen (Roth 2022).
    """
    question = TOGETHER_BEFORE
    if study is None:
        sentence = f"Not applicable: {why}."
        return _result("pre_trend", question, "p", None, threshold, ">=", if_failed, sentence)
    estimated = [event for event in study.events if event.event_time != study.base]
    before = [i for i, event in enumerate(estimated) if event.event_time < study.base][-leads:]
    effects = np.array([estimated[i].effect for i in before])
    test = joint_test(effects, study.covariance[np.ix_(before, before)], n_clusters=n_clusters)
    if test is None:
        sentence = "Not applicable: too few units or periods before the start to test."
        return _result("pre_trend", question, "p", None, threshold, ">=", if_failed, sentence)
    low, high = estimated[before[0]].event_time, estimated[before[-1]].event_time
    seen = "no clear drift" if test.p_value >= threshold else "a difference already"
    sentence = (
        f"Periods {-low} to {-high} before the start show {seen}: "
        f"joint F({test.dof}, {test.dof_within}) = {test.statistic:.2f}, {p_value(test.p_value)}."
    )
    return _result("pre_trend", question, "p", test.p_value, threshold, ">=", if_failed, sentence)


def pre_trend_of_ratio(
    panel: Panel,
    *,
    ratio: Callable[[Panel], Estimate],
    leads: int,
    threshold: float,
    if_failed: IfFailed,
) -> CheckResult:
    """Did the groups move together before? The rate ratio of a false start, ``leads`` periods too early.

    ``ratio`` sees untreated observations only: everything from the true start on is taken away. ``panel`` is
    without cohorts of one unit.
    """

    def result(statistic: float | None, sentence: str) -> CheckResult:
        asked = (TOGETHER_BEFORE, "p", statistic, threshold, ">=", if_failed)
        return _result("pre_trend", *asked, sentence)

    false = np.where(panel.ever_treated, panel.start - leads, len(panel.periods))
    early = panel.ever_treated & (false < 1)
    if not (panel.ever_treated & ~early).any():
        return result(None, "Not applicable: too few units or periods before the start to test.")
    before = replace(
        panel, start=false, outcome=np.where(panel.treated, np.nan, panel.outcome)
    ).without(early)
    try:
        found = ratio(before)
    except DataError as error:
        return result(None, f"Not applicable: {error}.")
    seen = "no clear drift" if found.p_value >= threshold else "a difference already"
    low, high = found.interval.low, found.interval.high
    sentence = (
        f"The last {leads} periods before the start, set against those before them, show {seen}: "
        f"ratio {found.effect:.2f} ({low:.2f} to {high:.2f}), {p_value(found.p_value)}."
    )
    return result(found.p_value, sentence)


def leave_one_unit_out(
    panel: Panel,
    *,
    estimate: Callable[[Panel], Estimate],
    threshold: float,
    if_failed: IfFailed,
) -> CheckResult:
    """Does any one unit drive the result? The largest shift of the overall effect, in standard errors.

    Of a rate ratio the shift is that of its logarithm. A shift of one standard error is the cut-off of
    Belsley, Kuh and Welsch (1980, chapter 2) for small data.
    """

    def result(statistic: float | None, sentence: str) -> CheckResult:
        asked = ("Does leaving out any one unit change the answer?", "shift", statistic)
        return _result("leave_one_unit_out", *asked, threshold, "<=", if_failed, sentence)

    full = estimate(panel)
    shifts: dict[str, float] = {}
    for i, unit in enumerate(panel.units):
        try:
            without = estimate(panel.without(np.arange(len(panel.units)) == i))
        except DataError:
            return result(None, f"Not applicable: without {unit} nothing is left to compare.")
        shifts[unit] = without.effect
    if not full.standard_error:
        return result(
            None, "Not applicable: the estimate has no standard error to measure a shift in."
        )
    of_ratio = full.estimand == "rate ratio"
    scale: Callable[[float], float] = math.log if of_ratio else float
    moved = {unit: abs(scale(found) - scale(full.effect)) for unit, found in shifts.items()}
    furthest = max(moved, key=lambda unit: moved[unit])
    shift = moved[furthest] / full.standard_error
    low, high = min(shifts.values()), max(shifts.values())
    stays = f"on the model's scale the estimate stays between {signed(low)} and {signed(high)}"
    if of_ratio:
        stays = f"the rate ratio stays between {low:.3f} and {high:.3f}"
    return result(
        shift,
        f"Leaving out {furthest} moves it most, by {shift:.2f} standard errors; {stays}.",
    )


def enough_units(panel: Panel, comparison: Comparison = "never_treated") -> CheckResult:
    """Are there enough units for the interval to mean what it says? Made for every plan.

    The usual intervals need many units, or clusters of units, on both sides. That of the influence function,
    simulated, rejects a true null at a nominal 5 per cent in 52 per cent of draws with 1 treated and 4
    comparison units, 24 with 2 and 8, 13 with 5 and 5, 7 with 10 and 30. So below 5 units on either side, or
    where the largest cohort is one unit, which has no variance of its own, nothing can be told; below 10
    the word is lowered.
    """
    found = sides(panel, comparison)
    smaller = min(found.n_treated, found.n_comparison)
    lone = found.largest_cohort == 1
    sentence = (
        f"{found.n_treated} treated and {found.n_comparison} comparison {found.of_what}; below "
        f"{WELCOME_UNITS} on either side the interval is too narrow, below {NEEDED_UNITS} far too narrow."
    )
    if lone:
        one = found.of_what.removesuffix("s")
        sentence = f"Every cohort is one {one}, which says nothing of how far it moves by chance."
    return _result(
        "enough_units",
        "Are there enough units to judge chance by?",
        found.of_what,
        1.0 if lone else float(smaller),
        float(WELCOME_UNITS),
        ">=",
        "cannot_tell" if lone or smaller < NEEDED_UNITS else "lower_rating",
        sentence,
    )


def _result(
    check: str,
    question: str,
    statistic_name: str,
    statistic: float | None,
    threshold: float,
    rule: str,
    if_failed: IfFailed,
    sentence: str,
) -> CheckResult:
    passed = None
    if statistic is not None:
        passed = statistic >= threshold if rule == ">=" else statistic <= threshold
    return CheckResult(
        check=check,
        question=question,
        statistic_name=statistic_name,
        statistic=statistic,
        threshold=threshold,
        rule=">=" if rule == ">=" else "<=",
        passed=passed,
        applicable=statistic is not None,
        if_failed=if_failed,
        sentence=sentence,
    )
