"""Rows of a long frame placed in a matrix of units and periods."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from evalkit.data.panel_columns import (
    Coded,
    Column,
    coded,
    coded_periods,
    numbers,
    whole_numbers,
)
from evalkit.errors import DataError, Problem

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Cells:
    """Where each row of the frame goes.

    Attributes
    ----------
    units, periods : tuple of str
        N and T labels.
    unit_of, place : array, n rows, or None
        Unit of each row and its position in the N x T matrix read row by row; None where the rows already
        stand in that order.
    first_row : array, N
        One row of each unit.
    """

    units: tuple[str, ...]
    periods: tuple[str, ...]
    unit_of: Integers | None
    place: Integers | None
    first_row: Integers

    @property
    def shape(self) -> tuple[int, int]:
        """N and T."""
        return len(self.units), len(self.periods)

    def matrix(self, values: Floats) -> Floats:
        """Array, N x T; NaN where there is no row. Never the frame's own memory."""
        if self.place is None:
            return values.reshape(self.shape).copy()
        filled = np.full(self.shape[0] * self.shape[1], np.nan)
        filled[self.place] = values
        return filled.reshape(self.shape)

    def changing(self, values: npt.NDArray[Any]) -> str | None:
        """A unit in which ``values`` (n rows) are not all the same; missing numbers are the same."""
        if values.dtype == np.float64 and not self._changed(values.view(np.int64)).any():
            return None
        differ = self._changed(values)
        if values.dtype.kind == "f":
            missing = np.isnan(values)
            differ &= ~missing | self._changed(missing)
        rows = np.flatnonzero(differ)
        if not len(rows):
            return None
        row = int(rows[0])
        unit = row // self.shape[1] if self.unit_of is None else int(self.unit_of[row])
        return self.units[unit]

    def _changed(self, values: npt.NDArray[Any]) -> npt.NDArray[np.bool_]:
        """Array, n rows: whether the value is another than in the unit's first row."""
        own = values[self.first_row]
        differ: npt.NDArray[np.bool_]
        if self.unit_of is None:
            differ = (values.reshape(self.shape) != own[:, None]).ravel()
        else:
            differ = values != own[self.unit_of]
        return differ


def arrange(units: Coded, periods: Coded, *, field: str) -> Cells:
    """Place the rows.

    Raises
    ------
    DataError
        A unit and period occurs twice.
    """
    place = units.codes * len(periods.labels) + periods.codes
    _refuse_repeats(place, units, periods, field)
    first_row = np.empty(len(units.labels), dtype=np.int64)
    first_row[units.codes] = np.arange(len(place))
    return Cells(
        units=units.labels,
        periods=periods.labels,
        unit_of=units.codes,
        place=place,
        first_row=first_row,
    )


def already_in_order(units: Column, periods: Column, *, field: str) -> Cells | None:
    """The places of rows that stand unit by unit, each with the same periods in order; else None.

    Whole numbers only: they show it in two passes, without a look at the values one by one.

    Raises
    ------
    DataError
        A period is none, or one is missing for everybody.
    """
    unit, period = whole_numbers(units), whole_numbers(periods)
    if unit is None or period is None or not len(unit):
        return None
    changes = unit[0] != unit
    n_periods = int(changes.argmax()) if changes.any() else len(unit)
    if len(unit) % n_periods:
        return None
    blocks, row = unit.reshape(-1, n_periods), period[:n_periods]
    first = blocks[:, 0]
    if (np.diff(first) <= 0).any() or (np.diff(row) <= 0).any():
        return None
    if (blocks != first[:, None]).any() or (period.reshape(-1, n_periods) != row).any():
        return None
    labels = coded_periods(pd.Series(row), field=field).labels
    return Cells(
        units=tuple(map(str, first.tolist())),
        periods=labels,
        unit_of=None,
        place=None,
        first_row=np.arange(len(first)) * n_periods,
    )


def _refuse_repeats(place: Integers, units: Coded, periods: Coded, field: str) -> None:
    seen = np.zeros(len(units.labels) * len(periods.labels), dtype=bool)
    seen[place] = True
    if np.count_nonzero(seen) == len(place):
        return
    repeats = pd.Series(place).duplicated().to_numpy()
    unit, period = divmod(int(place[np.flatnonzero(repeats)[0]]), len(periods.labels))
    raise DataError(
        Problem(
            field=field,
            found=f"{units.labels[unit]} {periods.labels[period]} twice",
            needed="one row a unit and period",
        )
    )


def positive(cells: Cells, values: Column, field: str, observed: npt.NDArray[np.bool_]) -> Floats:
    """Weights or exposures, N x T: above 0 in every observed cell."""
    matrix = cells.matrix(numbers(values, field))
    if not np.all(matrix[observed] > 0):
        what = {"weights": "a weight", "exposure": "an exposure"}[field]
        raise DataError(
            Problem(field=field, found=f"{what} that is missing, 0 or less", needed="above 0")
        )
    return matrix


def covariate(cells: Cells, values: Column, name: str, observed: npt.NDArray[np.bool_]) -> Floats:
    """One covariate, N x T: a number in every observed cell."""
    matrix = cells.matrix(numbers(values, f"covariates, {name}"))
    absent = np.argwhere(observed & np.isnan(matrix))
    if len(absent):
        i, t = absent[0]
        raise DataError(
            Problem(
                field=f"covariates, {name}",
                found=f"no number for {cells.units[i]} in {cells.periods[t]} ({len(absent)} such cells)",
                needed="one wherever there is an outcome",
            )
        )
    return matrix


def clusters(cells: Cells, values: Column, field: str) -> Coded:
    """The cluster of each unit; codes is an array, N."""
    found = coded(values, field=field, what="cluster")
    unit = cells.changing(found.codes)
    if unit is not None:
        raise DataError(
            Problem(field=field, found=f"two different clusters for {unit}", needed="one a unit")
        )
    return Coded(codes=found.codes[cells.first_row], labels=found.labels)
