"""Dates as precisely as people know them."""

import calendar
import datetime
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, StringConstraints, WithJsonSchema
from pydantic_core import PydanticCustomError

from evalkit.types import patterns


def _as_written(value: object) -> object:
    """YAML reads 2023-04-01 as a date and 2023 as a number; both are text here."""
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return value


def _exists(value: str) -> str:
    """The pattern cannot know how long February is."""
    try:
        first_day(value)
    except ValueError as error:
        raise PydanticCustomError("needed", "a day of the calendar") from error
    return value


def _text_or_year(pattern: str) -> WithJsonSchema:
    """What may be written, for JSON Schema: text, or a year as a number."""
    either: dict[str, Any] = {"type": ["string", "integer"], "pattern": pattern}
    return WithJsonSchema({**either, "minimum": 1000, "maximum": 9999}, mode="validation")


PartialDate = Annotated[
    str,
    StringConstraints(pattern=patterns.PARTIAL_DATE),
    AfterValidator(_exists),
    BeforeValidator(_as_written),
    _text_or_year(patterns.PARTIAL_DATE),
]
"""YYYY, YYYY-MM or YYYY-MM-DD."""

Period = Annotated[
    str,
    StringConstraints(pattern=patterns.PERIOD),
    AfterValidator(_exists),
    BeforeValidator(_as_written),
    _text_or_year(patterns.PERIOD),
]
"""YYYY or YYYY-MM."""


def first_day(partial: str) -> datetime.date:
    """The first day of a day, month or year.

    >>> first_day("2024-02")
    datetime.date(2024, 2, 1)
    """
    year, month, day = (*(int(part) for part in partial.split("-")), 1, 1)[:3]
    return datetime.date(year, month, day)


def last_day(partial: str) -> datetime.date:
    """The last day of a day, month or year.

    >>> last_day("2024-02"), last_day("2023")
    (datetime.date(2024, 2, 29), datetime.date(2023, 12, 31))
    """
    first = first_day(partial)
    if len(partial) == len("YYYY-MM-DD"):
        return first
    month = first.month if len(partial) == len("YYYY-MM") else 12
    return datetime.date(first.year, month, calendar.monthrange(first.year, month)[1])


def is_before(end: str, start: str) -> bool:
    """Whether ``end`` is before ``start`` as far as both are known: 2023 is not before 2023-04.

    >>> is_before("2022", "2023-04-01"), is_before("2023", "2023-04-01")
    (True, False)
    """
    return last_day(end) < first_day(start)


def periods_from(first: str, last: str) -> int:
    """How many periods ``last`` is after ``first``, both years or both months.

    >>> periods_from("2023-11", "2024-02"), periods_from("2010", "2008")
    (3, -2)
    """
    if len(first) == len("YYYY"):
        return int(last) - int(first)
    (year, month), (end_year, end_month) = (map(int, p.split("-")) for p in (first, last))
    return 12 * (end_year - year) + end_month - month
