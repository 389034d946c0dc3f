"""Days, weekend days and bank holidays of each period: what makes one month longer than another."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Literal, TypeAlias, get_args

import numpy as np
import numpy.typing as npt

from evalkit.data import periods as calendar
from evalkit.errors import DataError, Problem

Floats = npt.NDArray[np.float64]
CalendarRegressor: TypeAlias = Literal["days", "weekends", "bank_holidays"]


def calendar_days(periods: Sequence[str], what: CalendarRegressor) -> Floats:
    """How many days of a kind each year, quarter or month has.

    Parameters
    ----------
    periods : sequence of str
        Labels such as ``"2020-05"``, ``"2020-Q2"`` or ``"2020"``.
    what : "days", "weekends" or "bank_holidays"
        All days; Saturdays and Sundays; Mondays to Fridays that are a bank holiday in England (as the
        ``holidays`` library lists them, days in lieu and single holidays such as a jubilee included).

    Raises
    ------
    DataError
        ``what`` is something else.

    Examples
    --------
    >>> calendar_days(["2020-02", "2020-05"], "days").tolist()
    [29.0, 31.0]
    >>> calendar_days(["2020-Q2"], "bank_holidays").tolist()
    [4.0]
    """
    if what not in get_args(CalendarRegressor):
        known = ", ".join(get_args(CalendarRegressor))
        raise DataError(Problem(field="calendar", found=str(what), needed=f"one of {known}"))
    counts = _counter(what, [int(period[:4]) for period in periods])
    return np.array([float(counts(*_ends(period))) for period in periods])


def _counter(what: CalendarRegressor, years: Sequence[int]) -> Callable[[date, date], int]:
    if what == "days":
        return lambda first, after: (after - first).days
    if what == "weekends":
        return lambda first, after: sum(day.weekday() >= 5 for day in _days(first, after))
    import holidays  # the rules of every country: only this question needs them

    in_england = holidays.country_holidays(
        "GB", subdiv="ENG", years=range(min(years), max(years) + 1)
    )
    working = {day for day in in_england if day.weekday() < 5}
    return lambda first, after: sum(day in working for day in _days(first, after))


def _days(first: date, after: date) -> list[date]:
    return [first + timedelta(days=i) for i in range((after - first).days)]


def _ends(period: str) -> tuple[date, date]:
    """First day of a period, and of the one after it."""
    months = 12 // calendar.per_year(period)
    start = calendar.ordinal(period) * months
    return date(start // 12, start % 12 + 1, 1), date(
        (start + months) // 12, (start + months) % 12 + 1, 1
    )
