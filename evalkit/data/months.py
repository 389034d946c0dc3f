"""Periods as people write them: months in words or figures, quarters, calendar and financial years."""

import datetime
import re
from collections.abc import Callable
from typing import get_args

from evalkit.data.mapping import PeriodForm

_NAMES = (
    *("january", "february", "march", "april", "may", "june", "july", "august"),
    *("september", "october", "november", "december"),
)
_MONTHS = {name[:3]: n for n, name in enumerate(_NAMES, 1)}
_MONTHS |= {name: n for n, name in enumerate(_NAMES, 1)} | {"sept": 9}

_ISO_DAY = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})(?:[ T]00:00(?::00(?:\.0+)?)?)?")
_YEAR_MONTH = re.compile(r"([0-9]{4})[-/ ]?([0-9]{1,2})")
_MONTH_YEAR = re.compile(r"([0-9]{1,2})[-/]([0-9]{4})")
_WORDS = re.compile(r"([A-Za-z]+)\.?[-/' ]*([0-9]{4}|[0-9]{2})")
_YEAR_WORDS = re.compile(r"([0-9]{4})[-/ ]+([A-Za-z]+)")
_DAY = re.compile(r"([0-9]{1,2})([/.-])([0-9]{1,2})\2([0-9]{4}|[0-9]{2})(?: 00:00(?::00)?)?")
_QUARTER = re.compile(r"([0-9]{4})[- ]*Q([1-4])|Q([1-4])[- ]*([0-9]{4})", re.IGNORECASE)
_TWO_YEARS = r"([0-9]{4})[-/–]([0-9]{4}|[0-9]{2})"
_FINANCIAL = re.compile(_TWO_YEARS)
_FINANCIAL_QUARTER = re.compile(rf"{_TWO_YEARS}[- ]*Q([1-4])", re.IGNORECASE)
_FINANCIAL_QUARTER_FIRST = re.compile(rf"Q([1-4])[- ]*{_TWO_YEARS}", re.IGNORECASE)
_FIRST_YEAR, _LAST_YEAR = 1900, 2100


def read_period(text: str, form: PeriodForm) -> str | None:
    """The label of a period (``2021-04``, ``2021-Q2`` or ``2021``), or None where it is not in that form.

    A date written 2021-04-01, as spreadsheets give it, is a month in every form of months.

    Examples
    --------
    >>> read_period("Sept 2021", "mmm-yy"), read_period("01/04/2021", "dd/mm/yyyy")
    ('2021-09', '2021-04')
    >>> read_period("2023/24", "yyyy/yy"), read_period("2021/22 Q4", "yyyy/yy-Qn")
    ('2023', '2022-Q1')
    >>> read_period("2021-13", "yyyy-mm") is None
    True
    """
    if form in _OF_MONTHS and (match := _ISO_DAY.fullmatch(text)):
        return _day(int(match[1]), int(match[2]), int(match[3]))
    return _READERS[form](text)


def fitting(text: str) -> tuple[PeriodForm, ...]:
    """The forms in which a text is a period."""
    return tuple(form for form in get_args(PeriodForm) if read_period(text, form))


def _month(year: int, month: int) -> str | None:
    if 1 <= month <= 12 and _FIRST_YEAR <= year <= _LAST_YEAR:
        return f"{year}-{month:02d}"
    return None


def _day(year: int, month: int, day: int) -> str | None:
    try:
        datetime.date(year, month, day)
    except ValueError:
        return None
    return _month(year, month)


def _full(year: str) -> int:
    """A year of two digits lies between 1970 and 2069."""
    return int(year) if len(year) == 4 else (1900 if int(year) >= 70 else 2000) + int(year)


def _year_month(text: str) -> str | None:
    match = _YEAR_MONTH.fullmatch(text)
    return _month(int(match[1]), int(match[2])) if match else None


def _month_year(text: str) -> str | None:
    match = _MONTH_YEAR.fullmatch(text)
    return _month(int(match[2]), int(match[1])) if match else None


def _words(text: str) -> str | None:
    if match := _WORDS.fullmatch(text):
        return _month(_full(match[2]), _MONTHS.get(match[1].casefold(), 0))
    match = _YEAR_WORDS.fullmatch(text)
    return _month(int(match[1]), _MONTHS.get(match[2].casefold(), 0)) if match else None


def _day_month_year(text: str) -> str | None:
    match = _DAY.fullmatch(text)
    return _day(_full(match[4]), int(match[3]), int(match[1])) if match else None


def _quarter(text: str) -> str | None:
    match = _QUARTER.fullmatch(text)
    if match is None or not _year(match[1] or match[4]):
        return None
    return f"{match[1] or match[4]}-Q{match[2] or match[3]}"


def _year(text: str) -> str | None:
    return text if re.fullmatch("[0-9]{4}", text) and _month(int(text), 1) else None


def _financial(text: str) -> str | None:
    match = _FINANCIAL.fullmatch(text)
    if match is None or int(match[2]) not in (int(match[1]) + 1, (int(match[1]) + 1) % 100):
        return None
    return _year(match[1])


def _financial_quarter(text: str) -> str | None:
    """Quarter 1 is April to June."""
    match = _FINANCIAL_QUARTER.fullmatch(text)
    if match:
        years, quarter = text[: match.end(2)], int(match[3])
    elif match := _FINANCIAL_QUARTER_FIRST.fullmatch(text):
        years, quarter = text[match.start(2) :], int(match[1])
    else:
        return None
    first = _financial(years)
    if first is None:
        return None
    return f"{int(first) + 1}-Q1" if quarter == 4 else f"{first}-Q{quarter + 1}"


_READERS: dict[PeriodForm, Callable[[str], str | None]] = {
    "yyyy-mm": _year_month,
    "mm/yyyy": _month_year,
    "mmm-yy": _words,
    "dd/mm/yyyy": _day_month_year,
    "yyyy-mm-dd": lambda text: None,
    "yyyy-Qn": _quarter,
    "yyyy/yy-Qn": _financial_quarter,
    "yyyy": _year,
    "yyyy/yy": _financial,
}
_OF_MONTHS = frozenset(["yyyy-mm", "mm/yyyy", "mmm-yy", "dd/mm/yyyy", "yyyy-mm-dd"])
