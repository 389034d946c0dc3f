"""Counts by area, period and outcome, in which zero, missing and suppressed are three different things."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from evalkit.data import periods as calendar
from evalkit.errors import DataError, Problem

Floats = npt.NDArray[np.float64]

COLUMNS = ("area", "area_name", "period", "outcome", "value", "low", "high", "state")
"""Columns of the long table, one row a cell; ``population`` follows where it is known."""

KNOWN, SUPPRESSED, MISSING = "known", "suppressed", "missing"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class OutcomeGrid:
    """Every area in every period for every outcome.

    A cell is *known* (``low == high``), *suppressed* (somewhere between ``low`` and ``high``) or *missing*
    (both NaN). A published month without an offence is a known zero.

    Attributes
    ----------
    areas, area_names : tuple of str
        N codes, sorted, and a name for each.
    periods : tuple of str
        T consecutive periods, in order: ``"2005"``, ``"2005-Q2"`` or ``"2005-04"``.
    outcomes : tuple of str
        K names, e.g. ``"recorded-robbery@1.0"`` or ``"Robbery"``.
    low, high : array, N x T x K
        Bounds of each cell, in events; NaN where it is missing.
    population : array, N x T, or None
        People in the area in that period; NaN where it is not known.
    """

    areas: tuple[str, ...]
    area_names: tuple[str, ...]
    periods: tuple[str, ...]
    outcomes: tuple[str, ...]
    low: Floats
    high: Floats
    population: Floats | None = None

    def __post_init__(self) -> None:
        shape = (len(self.areas), len(self.periods), len(self.outcomes))
        if self.low.shape != shape or self.high.shape != shape:
            raise ValueError(f"bounds of shape {self.low.shape} and {self.high.shape}, not {shape}")

    @property
    def known(self) -> npt.NDArray[np.bool_]:
        """Array, N x T x K: whether the number itself is known."""
        return np.equal(self.low, self.high)

    @property
    def missing(self) -> npt.NDArray[np.bool_]:
        """Array, N x T x K: whether nothing is known."""
        return np.isnan(self.low)

    @property
    def suppressed(self) -> npt.NDArray[np.bool_]:
        """Array, N x T x K: whether only bounds are known."""
        return ~self.known & ~self.missing

    def to_frame(self) -> pd.DataFrame:
        """One row a cell in the order area, period, outcome, with ``COLUMNS``; ``value`` only where known."""
        n, t, k = self.low.shape
        known, missing = self.known.ravel(), self.missing.ravel()
        low, high = self.low.ravel(), self.high.ravel()
        state = np.where(missing, MISSING, np.where(known, KNOWN, SUPPRESSED))
        frame = pd.DataFrame(
            {
                "area": np.repeat(self.areas, t * k),
                "area_name": np.repeat(self.area_names, t * k),
                "period": np.tile(np.repeat(self.periods, k), n),
                "outcome": np.tile(self.outcomes, n * t),
                "value": np.where(known, low, np.nan),
                "low": low,
                "high": high,
                "state": state,
            }
        )
        if self.population is not None:
            frame["population"] = np.repeat(self.population.ravel(), k)
        return frame

    @classmethod
    def from_frame(cls, frame: pd.DataFrame) -> "OutcomeGrid":
        """Read the long table back; rows in any order.

        Raises
        ------
        DataError
            A column is missing, a cell is absent or there twice, periods have a gap, or a state contradicts
            its bounds.
        """
        for name in COLUMNS:
            if name not in frame.columns:
                needed = "the columns " + ", ".join(COLUMNS)
                raise DataError(Problem(field=name, found="no such column", needed=needed))
        areas, area = np.unique(frame["area"].astype(str), return_inverse=True)
        outcomes = tuple(dict.fromkeys(frame["outcome"].astype(str)))
        labels = calendar.labels(frame["period"])
        absent = calendar.gaps(labels)
        if absent:
            raise DataError(Problem(field="period", found=f"no {absent[0]}", needed="every period"))
        periods = tuple(sorted(set(labels), key=calendar.ordinal))
        period = np.array([periods.index(label) for label in labels])
        outcome = frame["outcome"].astype(str).map({o: k for k, o in enumerate(outcomes)})
        shape = (len(areas), len(periods), len(outcomes))
        cell = np.ravel_multi_index((area, period, outcome.to_numpy()), shape)
        _once(frame, cell, shape)
        low, high = np.full(shape, np.nan), np.full(shape, np.nan)
        low.flat[cell] = frame["low"].to_numpy(dtype=np.float64, na_value=np.nan)
        high.flat[cell] = frame["high"].to_numpy(dtype=np.float64, na_value=np.nan)
        _agree(frame, low.flat[cell], high.flat[cell])
        names = frame.drop_duplicates("area").set_index("area")["area_name"].astype(str)
        return cls(
            areas=tuple(str(a) for a in areas),
            area_names=tuple(str(names[a]) for a in areas),
            periods=periods,
            outcomes=outcomes,
            low=low,
            high=high,
            population=_population(frame, area, period, shape[:2]),
        )


def _once(frame: pd.DataFrame, cell: npt.NDArray[Any], shape: Sequence[int]) -> None:
    times = np.bincount(cell, minlength=int(np.prod(shape)))
    if (times > 1).any():
        row = int(np.flatnonzero(times[cell] > 1)[0])
        where = " ".join(str(frame[c].iloc[row]) for c in ("area", "period", "outcome"))
        raise DataError(Problem(found=f"{where} twice", needed="one row a cell"))
    if (times == 0).any():
        raise DataError(
            Problem(
                found=f"{int((times == 0).sum())} cells without a row",
                needed="a row for every area, period and outcome, `missing` where nothing is known",
            )
        )


def _agree(frame: pd.DataFrame, low: Floats, high: Floats) -> None:
    state = frame["state"].astype(str).to_numpy()
    fits = np.select(
        [state == KNOWN, state == MISSING, state == SUPPRESSED],
        [low == high, np.isnan(low) & np.isnan(high), low < high],
        default=False,
    )
    fits &= ~(low < 0)
    if not fits.all():
        row = int(np.flatnonzero(~fits)[0])
        raise DataError(
            Problem(
                field="state",
                found=f"{state[row]} with bounds {low[row]:g} and {high[row]:g} in row {row + 1}",
                needed="known (equal bounds), suppressed (low below high) or missing (none), from 0",
            )
        )


def _population(
    frame: pd.DataFrame, area: npt.NDArray[Any], period: npt.NDArray[Any], shape: Sequence[int]
) -> Floats | None:
    if "population" not in frame.columns:
        return None
    matrix = np.full(tuple(shape), np.nan)
    matrix[area, period] = frame["population"].to_numpy(dtype=np.float64, na_value=np.nan)
    return matrix
