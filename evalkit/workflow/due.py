"""Something that has a day: how late it is, in words."""

import datetime
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """Something that was or will be due.

    Attributes
    ----------
    day : date
        The last day on which it is in time.
    days_late : int
        Days since then; 0 on the day itself, negative before it.
    when : str
        The same in words: ``41 days late``, ``today``, ``in 12 days``.
    what : str
        E.g. ``EM-2026-0004-P1: result``.
    """

    day: datetime.date
    days_late: int
    when: str
    what: str


def in_days(day: datetime.date, today: datetime.date) -> str:
    """How far a day is from today, in words.

    >>> in_days(datetime.date(2026, 5, 2), datetime.date(2026, 4, 20))
    'in 12 days'
    """
    days = (day - today).days
    if days == 0:
        return "today"
    unit = "day" if abs(days) == 1 else "days"
    return f"in {days} {unit}" if days > 0 else f"{-days} {unit} late"


def due_on(day: datetime.date, today: datetime.date, what: str) -> Due:
    """What is due on a day, seen from today."""
    return Due(day=day, days_late=(today - day).days, when=in_days(day, today), what=what)
