"""What every check of a panel shares: how a result is judged, and how its numbers are said."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from evalkit.data import periods as calendar
from evalkit.data.panel import Panel
from evalkit.did.aggregate import overall
from evalkit.did.group_time import group_time
from evalkit.errors import DataError
from evalkit.types.estimate import Estimate
from evalkit.types.evaluation import CheckResult, IfFailed

Estimator: TypeAlias = Callable[[Panel], Estimate]
Rule: TypeAlias = Literal[">=", "<="]


def group_time_overall(panel: Panel) -> Estimate:
    """The estimate that checks look at where nothing else is said."""
    return overall(group_time(panel))


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question to a panel, and where its answer counts as failed.

    ``statistic`` is the name of the number that is looked at; the check passes when it and the ``threshold``
    stand as ``rule`` says.
    """

    check: str
    question: str
    statistic: str
    rule: Rule
    threshold: float
    if_failed: IfFailed

    def answered(self, value: float, sentence: str) -> CheckResult:
        """The result."""
        passed = value >= self.threshold if self.rule == ">=" else value <= self.threshold
        return self._result(float(value), bool(passed), sentence)

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
            rule=self.rule,
            passed=passed,
            applicable=value is not None,
            if_failed=self.if_failed,
            sentence=sentence,
        )


def need_level(check: str, threshold: float) -> None:
    """Refuse a threshold that no p-value can be judged by.

    Raises
    ------
    DataError
        It is not between 0 and 1.
    """
    if not 0 < threshold < 1:
        raise DataError(f"{check} found the threshold {threshold:g}; it needs a p-value, 0 to 1")


def period_noun(periods: Sequence[str]) -> str:
    """What a period is called, as far as its labels tell.

    >>> period_noun(["2005"]), period_noun(["2005-Q2"]), period_noun(["2005-04"]), period_noun(["7"])
    ('year', 'quarter', 'month', 'period')
    """
    if per_year := {4: "quarter", 12: "month"}.get(calendar.per_year(periods[0])):
        return per_year
    return "year" if len(periods[0]) == 4 else "period"
