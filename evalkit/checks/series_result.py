"""What every check of a series shares: how its result is judged."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from evalkit.types.evaluation import CheckResult, IfFailed

Rule: TypeAlias = Literal[">=", "<="]

QUESTIONS: Mapping[str, tuple[str, str, Rule]] = {
    "residual_autocorrelation": (
        "Are neighbouring periods alike beyond what the model allows for?",
        "lag-1 autocorrelation",
        "<=",
    ),
    "placebo_dates": (
        "Is the change at the start unusual among dates at which nothing was done?",
        "p",
        "<=",
    ),
    "single_month": ("Does one period drive the result?", "share of the effect lost", "<="),
    "seasonality_left": ("Is there a season that the model leaves out?", "p", ">="),
    "impact_model": ("Does the effect have the shape that the plan gives it?", "p", ">="),
    "break_search": (
        "Is there another change, at a date that the plan does not know of?",
        "p",
        ">=",
    ),
    "transition_window": (
        "Does the answer change without the periods around the start?",
        "p",
        ">=",
    ),
    "comparison_shock": (
        "Did something happen to the comparison series from the start on?",
        "p",
        ">=",
    ),
}
"""What each check asks, the number that it looks at, and how that stands to the threshold where it passes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesQuestion:
    """A question to a series, and where its answer counts as failed.

    ``statistic`` is the name of the number that is looked at; the check passes when it and the ``threshold``
    stand as ``rule`` says. Without a threshold the number is only shown.
    """

    check: str
    question: str
    statistic: str
    rule: Rule
    threshold: float | None
    if_failed: IfFailed

    def answered(self, value: float, sentence: str) -> CheckResult:
        """The result, judged where there is a threshold."""
        if self.threshold is None:
            return self.shown(value, sentence)
        passed = value >= self.threshold if self.rule == ">=" else value <= self.threshold
        return self._result(float(value), bool(passed), sentence)

    def shown(self, value: float, sentence: str) -> CheckResult:
        """The result where there is nothing to judge."""
        return self._result(float(value), None, sentence)

    def not_applicable(self, why: str) -> CheckResult:
        """The result where the data cannot answer; ``why`` is a sentence without its full stop."""
        return self._result(None, None, f"Not applicable: {why.rstrip('.')}.")

    def _result(self, value: float | None, passed: bool | None, sentence: str) -> CheckResult:
        return CheckResult(
            check=self.check,
            question=self.question,
            statistic_name=self.statistic,
            statistic=value,
            threshold=self.threshold,
            rule="" if self.threshold is None else self.rule,
            passed=passed,
            applicable=value is not None,
            if_failed=self.if_failed,
            sentence=sentence,
        )


def question(check: str, threshold: float | None, if_failed: IfFailed) -> SeriesQuestion:
    """The question of a check."""
    asked, statistic, rule = QUESTIONS[check]
    return SeriesQuestion(
        check=check,
        question=asked,
        statistic=statistic,
        rule=rule,
        threshold=threshold,
        if_failed=if_failed,
    )
