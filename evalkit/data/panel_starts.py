"""When each unit's treatment starts, from a column of starts or of 0 and 1."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from evalkit.data import periods as calendar
from evalkit.data.panel_cells import Cells
from evalkit.data.panel_columns import Column, numbers
from evalkit.errors import DataError, Problem

Integers = npt.NDArray[np.int64]


def starts(cells: Cells, values: Column) -> Integers:
    """First treated period of each unit as an index, N; T where it is missing or after the panel.

    Raises
    ------
    DataError
        A unit has two starts, a start is on another calendar than the periods, or 0 stands for never.
    """
    codes, uniques = _per_unit(cells, values)
    first, n_periods = calendar.ordinal(cells.periods[0]), len(cells.periods)
    known = [not _missing(value) for value in uniques]
    try:
        labels = calendar.labels(v for v, k in zip(uniques, known, strict=True) if k)
    except DataError as error:
        [problem] = error.problems
        raise DataError(
            Problem(
                field="treated_from",
                found=problem.found,
                needed="the first treated period, or nothing for units that are never treated",
            )
        ) from error
    _refuse_starts(labels, cells.periods)
    index = np.full(len(uniques) + 1, n_periods, dtype=np.int64)  # the last is for code -1
    given = np.array([calendar.ordinal(label) - first for label in labels], dtype=np.int64)
    index[:-1][np.array(known, dtype=bool)] = np.clip(given, 0, n_periods)
    chosen: Integers = index[codes]
    return chosen


def _per_unit(cells: Cells, values: Column) -> tuple[Integers, list[Any]]:
    """Codes (N; -1 for missing) and distinct values of a column that is constant within units."""
    plain = isinstance(values.dtype, np.dtype) and values.dtype.kind in "iuf"
    if plain:
        per_row = values.to_numpy()
        own, found = pd.factorize(per_row[cells.first_row])
        codes, uniques = own, found.tolist()
    else:
        of_value, found = pd.factorize(values)
        uniques = list(found)
        texts = ["" if _missing(value) else str(value) for value in uniques]
        merged, names = pd.factorize(np.array([*texts, ""], dtype=object))
        per_row = merged[of_value]
        first = [texts.index(name) if name in texts else -1 for name in names]
        codes = np.array(first, dtype=np.int64)[per_row[cells.first_row]]
    unit = cells.changing(per_row)
    if unit is not None:
        raise DataError(
            Problem(
                field="treated_from",
                found=f"two different starts for {unit}",
                needed="one a unit",
            )
        )
    return codes, uniques


def _missing(value: Any) -> bool:
    return bool(pd.isna(value)) or value == ""


def _refuse_starts(labels: list[str], order: tuple[str, ...]) -> None:
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


def starts_from_treated(cells: Cells, values: Column) -> Integers:
    """First treated period of each unit from a column of 0 and 1.

    Raises
    ------
    DataError
        Other values; treatment that ends again; or a start that a missing row hides.
    """
    matrix = cells.matrix(numbers(values, "treated"))
    seen = ~np.isnan(matrix)
    if not np.isin(matrix[seen], (0.0, 1.0)).all() or np.isnan(numbers(values, "treated")).any():
        raise DataError(
            Problem(field="treated", found="other values", needed="0 or 1 in every row")
        )
    on, off = matrix == 1, matrix == 0
    n_periods = matrix.shape[1]
    start: Integers = np.where(on.any(axis=1), on.argmax(axis=1), n_periods).astype(np.int64)
    _refuse_units(
        cells,
        (off & (np.arange(n_periods) > start[:, None])).any(axis=1),
        "treatment that ends again",
        "treatment that stays once it starts",
        "Leave them out, or ask about their first start with treated_from.",
    )
    hidden = np.zeros(len(start), dtype=bool)
    later = np.flatnonzero((start > 0) & (start < n_periods))
    hidden[later] = ~seen[later, start[later] - 1]
    _refuse_units(
        cells,
        hidden,
        "no row just before the first treated one",
        "the row that shows when treatment started",
        "Add the row, or give the start with treated_from.",
    )
    return start


def _refuse_units(
    cells: Cells, which: npt.NDArray[np.bool_], found: str, needed: str, do: str
) -> None:
    named = [cells.units[i] for i in np.flatnonzero(which)]
    if named:
        more = f" and {len(named) - 5} more" if len(named) > 5 else ""
        listed = ", ".join(named[:5]) + more
        raise DataError(
            Problem(field="treated", found=f"{found} for {listed}", needed=needed, do=do)
        )
