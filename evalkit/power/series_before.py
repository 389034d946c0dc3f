"""What is known of one series before the start."""

import numpy as np

from evalkit.data import periods as calendar
from evalkit.data.series import TimeSeries
from evalkit.errors import DataError
from evalkit.types.power import Scale


def periods_after(series: TimeSeries, start: str, after: int | None) -> int:
    """How many periods are planned from the start on.

    Raises
    ------
    DataError
        Nobody says.
    """
    known = calendar.ordinal(series.periods[-1]) - calendar.ordinal(start) + 1
    planned = known if after is None else after
    if planned < 1:
        raise DataError(
            f"found data up to {series.periods[-1]} and a start in {start}; say how many periods after the "
            "start are planned, e.g. after=24"
        )
    return planned


def need_numbers(before: TimeSeries, start: str, scale: Scale) -> None:
    """Refuse a series that says nothing about chance.

    Raises
    ------
    DataError
    """
    seen = before.outcome[np.isfinite(before.outcome)]
    if not len(seen):
        raise DataError(
            f"found no number before the start in {start}; power needs periods before it to learn how the "
            "series varies"
        )
    if scale != "log" and not seen.any():
        raise DataError(
            "found nothing but zeros before the start; they say nothing about how much the series varies. "
            "Count something more frequent, or a larger area"
        )
    if scale == "ratio" and (seen < 0).any():
        raise DataError("found counts below 0; a rate ratio needs counts")


def baseline(before: TimeSeries, scale: Scale) -> float | None:
    """Mean outcome of the last year, not as a logarithm; None where all of it is missing."""
    last = before.outcome[-calendar.per_year(before.periods[0]) :]
    known = last[np.isfinite(last)]
    if not len(known):
        return None
    return float(np.mean(np.exp(known) if scale == "log" else known))
