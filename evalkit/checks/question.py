"""A question that a check asks, and how its answer is judged."""

from dataclasses import dataclass

from evalkit.protocol.series_questions import Rule
from evalkit.types.evaluation import CheckResult, IfFailed


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question to a panel or a series, and where its answer counts as failed.

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
