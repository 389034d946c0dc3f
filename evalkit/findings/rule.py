"""``wording@1.0``: which word a result has earned.

Three things decide: the interval, the smallest change that would matter (m), and the checks. Nothing an
author writes can change the word.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from evalkit.types.evaluation import CheckResult
from evalkit.types.finding import ScaledEffect, Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """The word, and the sentence that says why it and no other."""

    verdict: Verdict
    why: str


def decide(effect: ScaledEffect, checks: Sequence[CheckResult]) -> Decision:
    """Apply the rule to one effect.

    Parameters
    ----------
    effect : ScaledEffect
        With its interval and minimum.
    checks : sequence of CheckResult

    References
    ----------
    Built on the informative statements of GRADE guidelines 26 (Santesso and others 2020, *Journal of
    Clinical Epidemiology* 119), which combine size and certainty.
    """
    if effect.interval is None or effect.minimum is None:
        return Decision(verdict="cannot_tell", why="No interval, so the rule cannot be applied.")
    if not all(map(math.isfinite, (effect.effect, effect.interval.low, effect.interval.high))):
        return Decision(
            verdict="cannot_tell", why="The method gave no number, so the rule cannot be applied."
        )
    failed = [c for c in checks if c.passed is False]
    stops = [c for c in failed if c.if_failed == "cannot_tell"]
    if stops:
        return Decision(
            verdict="cannot_tell",
            why=f"A check that the answer depends on was not passed: {_asked(stops)}",
        )
    low, high, m = effect.interval.low, effect.interval.high, effect.minimum
    if -m < low and high < m:
        return Decision(
            verdict="no_change_that_would_matter",
            why="The whole interval lies inside the zone too small to matter.",
        )
    if low <= 0 <= high:
        return Decision(
            verdict="cannot_tell",
            why="The interval holds both no change and a change that would matter.",
        )
    return _clear_of_zero(effect.effect, low, high, m, failed)


def _clear_of_zero(
    effect: float, low: float, high: float, m: float, failed: Sequence[CheckResult]
) -> Decision:
    fell = effect < 0
    if abs(effect) < m:
        return Decision(
            verdict="probably_fell_perhaps_too_little"
            if fell
            else "probably_rose_perhaps_too_little",
            why="The interval is clear of no change, but the estimate is too small to matter.",
        )
    nearest = min(abs(low), abs(high))
    lowered = [c for c in failed if c.if_failed == "lower_rating"]
    if nearest < m or lowered:
        reason = (
            f"a check was not passed: {_asked(lowered)}"
            if lowered
            else "it reaches into the zone too small to matter."
        )
        return Decision(
            verdict="probably_fell" if fell else "probably_rose",
            why=f"The interval is clear of no change, but {reason}",
        )
    return Decision(
        verdict="fell" if fell else "rose",
        why="The interval is clear of the zone too small to matter, and no check stands against it.",
    )


def _asked(checks: Sequence[CheckResult]) -> str:
    return " ".join(check.question for check in checks)
