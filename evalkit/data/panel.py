"""A panel: units followed over the same periods, held as one matrix."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from evalkit.data import periods as calendar
from evalkit.data.quality import repeated
from evalkit.errors import DataError, Problem
from evalkit.types.evaluation import Provenance

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Panel:
    """A balanced panel, validated once; the estimators trust it.

    Attributes
    ----------
    units : tuple of str
        N labels, sorted.
    periods : tuple of str
        T consecutive labels, in order: ``"2005"`` or ``"2005-04"``.
    outcome : array, N x T
        In ``unit_of_measure``.
    start : array, N
        Index of each unit's first treated period; T for units that are never treated.
    weights : array, N x T, or None
        Positive; None weighs every cell alike.
    unit_of_measure : str
    provenance : Provenance or None
    """

    units: tuple[str, ...]
    periods: tuple[str, ...]
    outcome: Floats
    start: Integers
    weights: Floats | None
    unit_of_measure: str
    provenance: Provenance | None = None

    @classmethod
    def from_frame(
        cls,
        frame: pd.DataFrame,
        *,
        unit: str,
        period: str,
        outcome: str,
        treated_from: str,
        weights: str | None = None,
        unit_of_measure: str = "",
        provenance: Provenance | None = None,
    ) -> "Panel":
        """Build a panel from one row a unit and period, in any order.

        Parameters
        ----------
        frame : DataFrame
            Not changed.
        unit, period, outcome, treated_from, weights : str
            Column names. ``treated_from`` holds the first treated period, missing for units that are
            never treated.

        Raises
        ------
        DataError
            A column is missing, a unit and period occurs twice or not at all, a value is not a finite
            number, a weight is not positive, or a unit has two different starts.
        """
        columns = {"unit": unit, "period": period, "outcome": outcome, "start": treated_from}
        columns |= {"weights": weights} if weights else {}
        rows = _columns(frame, columns)
        if rows["unit"].isna().any():
            first = 1 + int(np.flatnonzero(rows["unit"].isna().to_numpy())[0])
            raise DataError(
                Problem(field=unit, found=f"no unit in row {first}", needed="one in every row")
            )
        rows["unit"] = rows["unit"].astype(str)
        rows["period"] = calendar.labels(rows["period"])
        twice = repeated(rows, ["unit", "period"])
        if twice:
            _, second = twice
            raise DataError(
                Problem(
                    field=f"{unit}, {period}",
                    found=f"{rows['unit'].iloc[second]} {rows['period'].iloc[second]} twice",
                    needed="one row a unit and period",
                )
            )
        return cls(
            **_matrices(rows, weighted=weights is not None),
            unit_of_measure=unit_of_measure or outcome,
            provenance=provenance,
        )

    @property
    def ever_treated(self) -> npt.NDArray[np.bool_]:
        """Array, N: whether the unit is treated inside the panel."""
        return self.start < len(self.periods)

    def without(self, drop: npt.NDArray[np.bool_]) -> "Panel":
        """The panel without the units marked True in ``drop`` (array, N)."""
        keep = ~drop
        return Panel(
            units=tuple(u for u, k in zip(self.units, keep, strict=True) if k),
            periods=self.periods,
            outcome=self.outcome[keep],
            start=self.start[keep],
            weights=None if self.weights is None else self.weights[keep],
            unit_of_measure=self.unit_of_measure,
            provenance=self.provenance,
        )


def _columns(frame: pd.DataFrame, columns: dict[str, str]) -> pd.DataFrame:
    for role, name in columns.items():
        if name not in frame.columns:
            raise DataError(
                Problem(
                    field=role,
                    found=f"no column {name}",
                    needed="one of " + ", ".join(map(str, frame.columns)),
                )
            )
    return pd.DataFrame({role: frame[name].to_numpy() for role, name in columns.items()})


def _matrices(rows: pd.DataFrame, *, weighted: bool) -> dict[str, Any]:
    units, unit_of = np.unique(rows["unit"].to_numpy(), return_inverse=True)
    order = sorted(set(rows["period"]), key=calendar.ordinal)
    missing = calendar.gaps(order)
    if missing:
        raise DataError(Problem(field="period", found=f"no {missing[0]}", needed="every period"))
    column = {label: t for t, label in enumerate(order)}
    period_of = rows["period"].map(column).to_numpy()
    shape = (len(units), len(order))
    outcome = _fill(rows["outcome"], unit_of, period_of, shape, "outcome")
    absent = np.argwhere(np.isnan(outcome))
    if len(absent):
        i, t = absent[0]
        raise DataError(
            Problem(
                field="outcome",
                found=f"no number for {units[i]} in {order[t]} ({len(absent)} such cells)",
                needed=f"all {shape[1]} periods for each of {shape[0]} units",
            )
        )
    weights = _fill(rows["weights"], unit_of, period_of, shape, "weights") if weighted else None
    if weights is not None and not np.all(weights > 0):
        raise DataError(
            Problem(field="weights", found="a weight that is missing, 0 or less", needed="above 0")
        )
    return {
        "units": tuple(str(u) for u in units),
        "periods": tuple(order),
        "outcome": outcome,
        "start": _starts(rows, units, unit_of, order),
        "weights": weights,
    }


def _fill(
    values: "pd.Series[Any]",
    unit_of: Integers,
    period_of: Integers,
    shape: tuple[int, int],
    field: str,
) -> Floats:
    if values.dtype.kind in "mM":
        raise DataError(Problem(field=field, found="dates", needed="numbers"))
    try:
        numbers = values.to_numpy(dtype=np.float64, na_value=np.nan)
    except (TypeError, ValueError) as error:
        raise DataError(Problem(field=field, found="text", needed="numbers")) from error
    if np.isinf(numbers).any():
        raise DataError(Problem(field=field, found="an infinite number", needed="finite numbers"))
    matrix = np.full(shape, np.nan)
    matrix[unit_of, period_of] = numbers
    return matrix


def _starts(
    rows: pd.DataFrame, units: npt.NDArray[Any], unit_of: Integers, order: list[str]
) -> Integers:
    """First treated period of each unit as an index; T where it is missing or after the panel."""
    first, last = calendar.ordinal(order[0]), calendar.ordinal(order[-1])
    known = rows["start"].notna().to_numpy()
    if known.any():
        known = known & (rows["start"].astype(str).to_numpy() != "")
    starts = np.full(len(units), last - first + 1, dtype=np.int64)
    labels = calendar.labels(rows["start"][known])
    _refuse_starts(labels, order)
    given = [calendar.ordinal(label) - first for label in labels]
    per_row = np.full(len(rows), last - first + 1, dtype=np.int64)
    per_row[known] = np.clip(np.array(given, dtype=np.int64), 0, last - first + 1)
    starts[unit_of] = per_row
    changed = np.flatnonzero(starts[unit_of] != per_row)
    if len(changed):
        raise DataError(
            Problem(
                field="treated_from",
                found=f"two different starts for {units[unit_of[changed[0]]]}",
                needed="one a unit",
            )
        )
    return starts


def _refuse_starts(labels: list[str], order: list[str]) -> None:
    """A start on another calendar, or 0 for never, would quietly move units to the wrong side."""
    kind = calendar.per_year(order[0])
    others = [label for label in labels if calendar.per_year(label) != kind]
    if others:
        raise DataError(
            Problem(
                field="treated_from",
                found=f"{others[0]} beside the period {order[0]}",
                needed="all years, all quarters or all months",
            )
        )
    if "0" in labels and calendar.ordinal(order[0]) > 0:
        raise DataError(
            Problem(
                field="treated_from",
                found="0",
                needed="the first treated period, or nothing for units that are never treated",
            )
        )
