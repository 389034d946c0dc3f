"""Rows of a long frame placed in a matrix of units and periods."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from evalkit.data.panel_columns import Coded, Column, coded, numbers
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
    unit_of : array, n rows
    place : array, n rows, or None
        Position in the N x T matrix read row by row; None where the rows already stand in that order.
    first_row : array, N
        One row of each unit.
    """

    units: tuple[str, ...]
    periods: tuple[str, ...]
    unit_of: Integers
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


def arrange(units: Coded, periods: Coded, *, field: str) -> Cells:
    """Place the rows.

    Raises
    ------
    DataError
        A unit and period occurs twice.
    """
    n_units, n_periods, n_rows = len(units.labels), len(periods.labels), len(units.codes)
    place = units.codes * n_periods + periods.codes
    rows = np.arange(n_rows)
    if n_rows == n_units * n_periods and np.array_equal(place, rows):
        first_row = np.arange(n_units) * n_periods
        in_order = True
    else:
        _refuse_repeats(place, units, periods, field)
        first_row = np.empty(n_units, dtype=np.int64)
        first_row[units.codes] = rows
        in_order = False
    return Cells(
        units=units.labels,
        periods=periods.labels,
        unit_of=units.codes,
        place=None if in_order else place,
        first_row=first_row,
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
    own = found.codes[cells.first_row]
    changed = np.flatnonzero(found.codes != own[cells.unit_of])
    if len(changed):
        unit = cells.units[cells.unit_of[changed[0]]]
        raise DataError(
            Problem(field=field, found=f"two different clusters for {unit}", needed="one a unit")
        )
    return Coded(codes=own, labels=found.labels)
