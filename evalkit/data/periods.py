"""Years, quarters and months as consecutive whole numbers, and back."""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from evalkit.errors import DataError, Problem

_YEAR = re.compile(r"^\d{1,4}$")
_MONTH = re.compile(r"^(\d{4})-(0[1-9]|1[0-2])$")
_QUARTER = re.compile(r"^(\d{4})-Q([1-4])$")
_LAGS = {12: 12}  # as far as is looked, by periods a year
_OTHER_LAGS = 8


def ordinal(period: str) -> int:
    """Position of a period on its own calendar: the year, 4 x year + quarter - 1 or 12 x year + month - 1.

    >>> ordinal("2005"), ordinal("1986-01") - ordinal("1985-12"), ordinal("2021-Q1") - ordinal("2020-Q4")
    (2005, 1, 1)
    """
    if match := _MONTH.match(period):
        return 12 * int(match[1]) + int(match[2]) - 1
    if _YEAR.match(period):
        return int(period)
    if match := _QUARTER.match(period):
        return 4 * int(match[1]) + int(match[2]) - 1
    raise DataError(
        Problem(field="period", found=period, needed="whole years (2005) or months (2005-04)")
    )


def text(number: int, *, monthly: bool) -> str:
    """The period at ``number``.

    >>> text(2005, monthly=False), text(ordinal("1986-01") + 16, monthly=True)
    ('2005', '1987-05')
    """
    return f"{number // 12:04d}-{number % 12 + 1:02d}" if monthly else str(number)


def later(period: str, by: int) -> str:
    """The period ``by`` periods after this one.

    >>> later("2021-Q4", 1), later("2021-04", 12), later("2005", -1)
    ('2022-Q1', '2022-04', '2004')
    """
    return like(period, ordinal(period) + by)


def per_year(period: str) -> int:
    """How many such periods a year has: 1, 4 or 12.

    >>> per_year("2021"), per_year("2021-Q3"), per_year("2021-07")
    (1, 4, 12)
    """
    return 1 if "-" not in period else 4 if "Q" in period else 12


def noun(period: str) -> str:
    """What such a period is called.

    >>> noun("2021"), noun("2021-Q3"), noun("2021-07")
    ('year', 'quarter', 'month')
    """
    return {1: "year", 4: "quarter", 12: "month"}[per_year(period)]


def like(period: str, number: int) -> str:
    """The period at ``number`` on the calendar of ``period``.

    >>> like("2021-Q3", ordinal("2021-Q4") + 1), like("2021", 2022), like("2021-07", ordinal("2022-01"))
    ('2022-Q1', '2022', '2022-01')
    """
    if per_year(period) == 4:
        return f"{number // 4:04d}-Q{number % 4 + 1}"
    return text(number, monthly=per_year(period) == 12)


def between(first: str, last: str) -> tuple[str, ...]:
    """Every period from ``first`` to ``last``, both included."""
    return tuple(later(first, by) for by in range(ordinal(last) - ordinal(first) + 1))


def month_of_year(period: str) -> int:
    """1 for January … 12 for December; 0 for a year or a quarter."""
    return int(period[5:]) if per_year(period) == 12 else 0


def labels(values: Iterable[Any]) -> list[str]:
    """Text labels of a column of periods: whole numbers, text, or dates of the first of a month.

    Raises
    ------
    DataError
        A value that is neither a year, a month nor a whole number.
    """
    return [_label(value) for value in values]


def _label(value: Any) -> str:
    is_date = hasattr(value, "strftime") and value == value  # a missing date is not itself
    if is_date and hasattr(value, "freqstr"):
        return _of_calendar_period(value)
    if is_date and not isinstance(value, str):
        return str(value.strftime("%Y-%m"))
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    label = str(value)
    ordinal(label)
    return label


def _of_calendar_period(value: Any) -> str:
    if str(value.freqstr).startswith(("Y", "A")):
        return str(value.year)
    if str(value.freqstr) == "Q-DEC":
        return f"{value.year:04d}-Q{value.quarter}"
    if str(value.freqstr) == "M":
        return str(value.strftime("%Y-%m"))
    raise DataError(
        Problem(
            field="period",
            found=f"{value}, a period of {value.freqstr}",
            needed="years, calendar quarters or months",
            do="Number the periods 1, 2, 3 …",
        )
    )


def gaps(present: Sequence[str]) -> tuple[str, ...]:
    """Periods missing between the first and the last of ``present``.

    Raises
    ------
    DataError
        There is no period at all, or years, quarters and months are mixed.
    """
    if not present:
        raise DataError(Problem(field="period", found="no rows", needed="at least one"))
    if len(kinds := {per_year(period) for period in present}) > 1:
        words = {1: "years", 4: "quarters", 12: "months"}
        found = " and ".join(words[kind] for kind in sorted(kinds))
        raise DataError(Problem(field="period", found=found, needed="one of them"))
    ordered = sorted(set(present), key=ordinal)
    return tuple(p for p in between(ordered[0], ordered[-1]) if p not in set(present))


def lags_for(n: int, period: str) -> int:
    """How many lags of n residuals are looked at: a year of months, otherwise 8; a quarter of n at most."""
    return max(1, min(_LAGS.get(per_year(period), _OTHER_LAGS), n // 4))
