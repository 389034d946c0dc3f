"""One outcome of many areas over one calendar, from a long table."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from evalkit.data import periods as calendar
from evalkit.errors import DataError, Problem

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AreaSeries:
    """N areas over T consecutive periods.

    Attributes
    ----------
    units : tuple of str, N
        In order of their names.
    periods : tuple of str, T
        From the first to the last of any area.
    outcomes : array, N x T
        Divided by the exposure where there is one; NaN where missing.
    covariates : tuple of (str, array of N x T)
        NaN where there is no row.
    starts : tuple of str, N
        Each area's own interruption, empty where it has none; empty where none were asked for.
    why : tuple of str, N
        Why an area cannot be used; empty where it can.
    """

    units: tuple[str, ...]
    periods: tuple[str, ...]
    outcomes: Floats
    covariates: tuple[tuple[str, Floats], ...]
    starts: tuple[str, ...]
    why: tuple[str, ...]

    @classmethod
    def from_frame(
        cls,
        frame: pd.DataFrame,
        *,
        unit: str,
        period: str,
        outcome: str,
        start: str | None = None,
        exposure: str | None = None,
        covariates: Sequence[str] = (),
    ) -> "AreaSeries":
        """Arrange one row an area and period, in any order.

        Raises
        ------
        DataError
            A column is missing or holds text, an area is not named, has a period twice, or has several own
            interruptions.
        """
        used = [unit, period, outcome, *(c for c in (start, exposure) if c), *covariates]
        for name in used:
            if name not in frame.columns:
                known = ", ".join(map(str, frame.columns))
                raise DataError(Problem(found=f"no column {name}", needed=f"one of {known}"))
        rows, units = _units(frame[unit])
        columns, periods = _periods(frame[period])
        place = rows * len(periods) + columns
        _need_once(place, units, periods)

        def wide(name: str) -> Floats:
            values = np.full(len(units) * len(periods), np.nan)
            values[place] = _numbers(frame, name)
            return values.reshape(len(units), len(periods))

        outcomes, why = wide(outcome), [""] * len(units)
        if exposure is not None:
            people = wide(exposure)
            _note(why, np.isfinite(outcomes) & ~(people > 0), periods, f"no {exposure} above 0")
            outcomes = outcomes / np.where(people > 0, people, np.nan)
        regressors = tuple((name, wide(name)) for name in covariates)
        for name, values in regressors:
            _note(why, np.isfinite(outcomes) & np.isnan(values), periods, f"no {name}")
        return cls(
            units=units,
            periods=periods,
            outcomes=outcomes,
            covariates=regressors,
            starts=_starts(frame[start], rows, units) if start else (),
            why=tuple(why),
        )


def _units(column: "pd.Series[Any]") -> tuple[Integers, tuple[str, ...]]:
    codes, names = pd.factorize(column, sort=True)
    if (codes < 0).any():
        raise DataError(
            Problem(field=str(column.name), found="a row without a name", needed="one in every row")
        )
    return codes.astype(np.int64), tuple(str(name) for name in names)


def _periods(column: "pd.Series[Any]") -> tuple[Integers, tuple[str, ...]]:
    """Position of each row's period, and every period from the first to the last."""
    codes, values = pd.factorize(column)
    if (codes < 0).any():
        raise DataError(
            Problem(field=str(column.name), found="a row without one", needed="one in every row")
        )
    labels = calendar.labels(values)
    calendar.gaps(labels)
    at = np.array([calendar.ordinal(label) for label in labels])
    first, last = labels[int(at.argmin())], labels[int(at.argmax())]
    return (at - at.min())[codes], calendar.between(first, last)


def _need_once(place: Integers, units: tuple[str, ...], periods: tuple[str, ...]) -> None:
    counts = np.bincount(place, minlength=1)
    if counts.max() > 1:
        unit, period = divmod(int(counts.argmax()), len(periods))
        raise DataError(
            Problem(
                found=f"{units[unit]} has {periods[period]} twice",
                needed="one row an area and period",
            )
        )


def _numbers(frame: pd.DataFrame, name: str) -> Floats:
    column = frame[name]
    if column.dtype.kind in "mM":
        raise DataError(Problem(field=name, found="dates", needed="numbers"))
    try:
        values: Floats = column.to_numpy(dtype=np.float64, na_value=np.nan)
    except (TypeError, ValueError) as error:
        raise DataError(Problem(field=name, found="text", needed="numbers")) from error
    if np.isinf(values).any():
        raise DataError(Problem(field=name, found="an infinite number", needed="finite ones"))
    return values


def _note(why: list[str], bad: npt.NDArray[np.bool_], periods: tuple[str, ...], found: str) -> None:
    for i in np.flatnonzero(bad.any(1)):
        why[i] = why[i] or f"{found} in {periods[int(bad[i].argmax())]}"


def _starts(column: "pd.Series[Any]", rows: Integers, units: tuple[str, ...]) -> tuple[str, ...]:
    codes, values = pd.factorize(column)
    labels = ["", *calendar.labels(values)]
    lowest = np.full(len(units), len(labels), dtype=np.int64)
    highest = np.full(len(units), -1, dtype=np.int64)
    np.minimum.at(lowest, rows, codes + 1)
    np.maximum.at(highest, rows, codes + 1)
    several = np.flatnonzero(lowest != highest)
    if len(several):
        raise DataError(
            Problem(
                field=str(column.name),
                found=f"several interruptions for {units[several[0]]}",
                needed="the same in all its rows",
            )
        )
    return tuple(labels[code] for code in highest)
