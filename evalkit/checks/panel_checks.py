"""Checks of a difference-in-differences that ask how few units it rests on."""

import math
from collections.abc import Callable

import numpy as np

from evalkit.checks.panel_result import Estimator, group_time_overall
from evalkit.checks.question import Question
from evalkit.checks.sides import Comparison, sides
from evalkit.checks.words import signed
from evalkit.data.panel import Panel
from evalkit.errors import DataError
from evalkit.inference.intervals import normal_half_width
from evalkit.protocol.enough_units import NEEDED_UNITS, WELCOME_UNITS
from evalkit.types.evaluation import CheckResult, IfFailed


def leave_one_unit_out(
    panel: Panel,
    *,
    threshold: float = 1.0,
    if_failed: IfFailed = "lower_rating",
    estimate: Estimator = group_time_overall,
    effect: Estimator | None = None,
) -> CheckResult:
    """Does any one unit drive the result? The largest shift of the overall effect, in standard errors.

    Of a rate ratio the shift is that of its logarithm. A shift of one standard error is the cut-off of
    Belsley, Kuh and Welsch (1980, chapter 2) for small data. Where the method gives no standard error, the
    interval's width stands for it: that of a normal one of the same level is 3.9 standard errors at 95%.

    Parameters
    ----------
    effect : callable or None
        Gives the same effect as ``estimate``, sooner; used without each unit in turn.
    """
    asked = Question(
        check="leave_one_unit_out", question="Does leaving out any one unit change the answer?",
        statistic="shift", rule="<=", threshold=threshold, if_failed=if_failed,
    )  # fmt: skip
    full = estimate(panel)
    shifts: dict[str, float] = {}
    for i, unit in enumerate(panel.units):
        try:
            without = (effect or estimate)(panel.without(np.arange(len(panel.units)) == i))
        except DataError:
            return asked.not_applicable(f"without {unit} nothing is left to compare")
        shifts[unit] = without.effect
    of_ratio = full.estimand == "rate ratio"
    scale: Callable[[float], float] = math.log if of_ratio else float
    error = full.standard_error
    if error is None:
        width = scale(full.interval.high) - scale(full.interval.low)
        error = width / (2 * normal_half_width(full.interval.level))
    if not error:
        return asked.not_applicable("the estimate has no standard error to measure a shift in")
    moved = {unit: abs(scale(found) - scale(full.effect)) for unit, found in shifts.items()}
    furthest = max(moved, key=lambda unit: moved[unit])
    shift = moved[furthest] / error
    low, high = min(shifts.values()), max(shifts.values())
    stays = f"on the model's scale the estimate stays between {signed(low)} and {signed(high)}"
    if of_ratio:
        stays = f"the rate ratio stays between {low:.3f} and {high:.3f}"
    return asked.answered(
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
    asked = Question(
        check="enough_units", question="Are there enough units to judge chance by?",
        statistic=found.of_what, rule=">=", threshold=float(WELCOME_UNITS),
        if_failed="cannot_tell" if lone or smaller < NEEDED_UNITS else "lower_rating",
    )  # fmt: skip
    return asked.answered(1.0 if lone else float(smaller), sentence)
