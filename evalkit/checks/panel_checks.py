"""Checks of a difference-in-differences."""

import numpy as np

from evalkit.checks.words import p_value, signed
from evalkit.data.panel import Panel
from evalkit.did.aggregate import overall
from evalkit.did.aggregates import EventStudy
from evalkit.did.group_time import group_time
from evalkit.did.group_time_effects import GroupTimeEffects
from evalkit.errors import DataError
from evalkit.inference.wald import joint_test
from evalkit.types.evaluation import CheckResult, IfFailed

NEEDED_UNITS, WELCOME_UNITS = 5, 10
"""Units on the smaller side below which nothing can be told, and below which the word is lowered."""


def pre_trend(
    study: EventStudy | None, *, leads: int, n_clusters: int, threshold: float, if_failed: IfFailed
) -> CheckResult:
    """Did the groups move together before? A joint test of the ``leads`` periods before the base period.

    ``study`` is without cohorts of one unit, which would pass for certain; None where nothing is left.
    Not rejecting is no proof of parallel trends: with few units a drift that matters can go
    unseen (Roth 2022).
    """
    question = "Were the groups moving together before?"
    if study is None:
        sentence = "Not applicable: every cohort is one unit, which has no variance of its own."
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


def leave_one_unit_out(
    panel: Panel, *, anticipation: int, threshold: float, if_failed: IfFailed
) -> CheckResult:
    """Does any one unit drive the result? The largest shift of the overall effect, in standard errors.

    A shift of one standard error is the cut-off of Belsley, Kuh and Welsch (1980, chapter 2) for small data.
    """
    question = "Does leaving out any one unit change the answer?"
    full = overall(group_time(panel, anticipation=anticipation))
    shifts: dict[str, float] = {}
    for i, unit in enumerate(panel.units):
        drop = np.zeros(len(panel.units), dtype=bool)
        drop[i] = True
        try:
            without = overall(group_time(panel.without(drop), anticipation=anticipation))
        except DataError:
            sentence = f"Not applicable: without {unit} nothing is left to compare."
            return _result(
                "leave_one_unit_out", question, "shift", None, threshold, "<=", if_failed, sentence
            )
        shifts[unit] = without.effect
    furthest = max(shifts, key=lambda unit: abs(shifts[unit] - full.effect))
    if not full.standard_error:
        sentence = "Not applicable: the estimate has no standard error to measure a shift in."
        return _result(
            "leave_one_unit_out", question, "shift", None, threshold, "<=", if_failed, sentence
        )
    shift = abs(shifts[furthest] - full.effect) / full.standard_error
    low, high = min(shifts.values()), max(shifts.values())
    sentence = (
        f"Leaving out {furthest} moves it most, by {shift:.2f} standard errors; on the model's scale "
        f"the estimate stays between {signed(low)} and {signed(high)}."
    )
    return _result(
        "leave_one_unit_out", question, "shift", shift, threshold, "<=", if_failed, sentence
    )


def enough_units(effects: GroupTimeEffects) -> CheckResult:
    """Are there enough units for the interval to mean what it says? Made for every plan.

    The influence function's interval needs many units on both sides. Simulated, it rejects a true null at a
    nominal 5 per cent in 52 per cent of draws with 1 treated and 4 comparison units, 24 with 2 and 8, 13 with
    5 and 5, 7 with 10 and 30. So below 5 units on either side, or where the largest cohort is one unit,
    which has no variance of its own, nothing can be told; below 10 the word is lowered.
    """
    n_treated = sum(effects.cohort_sizes.values())
    smaller = min(n_treated, effects.n_comparison)
    lone = max(effects.cohort_sizes.values()) == 1
    sentence = (
        f"{n_treated} treated and {effects.n_comparison} comparison units; below {WELCOME_UNITS} on "
        f"either side the interval is too narrow, below {NEEDED_UNITS} far too narrow."
    )
    if lone:
        sentence = "Every cohort is one unit, which says nothing of how far it moves by chance."
    return _result(
        "enough_units",
        "Are there enough units to judge chance by?",
        "units",
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
