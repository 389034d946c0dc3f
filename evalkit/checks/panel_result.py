"""What every check of a panel shares: the estimate they look at, and how their numbers are said."""

from collections.abc import Callable, Sequence
from typing import TypeAlias

from evalkit.data import periods as calendar
from evalkit.data.panel import Panel
from evalkit.did.aggregate import overall
from evalkit.did.group_time import group_time
from evalkit.errors import DataError
from evalkit.types.estimate import Estimate

Estimator: TypeAlias = Callable[[Panel], Estimate]


def group_time_overall(panel: Panel) -> Estimate:
    """The estimate that checks look at where nothing else is said."""
    return overall(group_time(panel))


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
