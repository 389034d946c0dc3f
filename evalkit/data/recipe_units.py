"""Units of a recipe: what they are called, who takes no part, and who starts when."""

import difflib
from collections.abc import Iterable

import numpy as np
import pandas as pd

from evalkit.data import periods as calendar
from evalkit.data.recipe import Recipe
from evalkit.errors import DataError
from evalkit.text import Document


def unit_labels(recipe: Recipe, rows: pd.DataFrame) -> list[str]:
    """What the panel calls the unit of each row; empty where the file is one series."""
    if recipe.columns.unit is None:
        return [""] * len(rows)
    named = recipe.labels or {}
    return [named.get(str(value), str(value)) for value in rows[recipe.columns.unit]]


def taking_part(recipe: Recipe, document: Document, rows: pd.DataFrame) -> pd.DataFrame:
    """The rows of units that the recipe does not leave out.

    Raises
    ------
    DataError
        A unit that is left out, or is said to start, is not in the file, or it is left out and starts.
    """
    if not recipe.leave_out and not recipe.treated_from:
        return rows
    labels = unit_labels(recipe, rows)
    for field, names in (("leave_out", recipe.leave_out), ("treated_from", recipe.treated_from)):
        _need_known(document, field, names or (), labels)
    for name in recipe.treated_from or ():
        if name in recipe.leave_out:
            found = f"{name}, which leave_out leaves out"
            raise DataError(document.problem("treated_from", found=found, needed="one of the two"))
    return rows[~np.isin(labels, recipe.leave_out)]


def starts_of_rows(recipe: Recipe, labels: Iterable[str]) -> list[str | None]:
    """The first treated period of each row's unit as the recipe itself says it."""
    starts = recipe.treated_from or {}
    return [starts.get(label) for label in labels]


def added_up(recipe: Recipe, document: Document, rows: pd.DataFrame) -> pd.DataFrame:
    """One row a period, the outcome of all units added up where the recipe says so; missing where any is.

    Raises
    ------
    DataError
        There are several units, and the recipe does not say so.
    """
    n = len(set(unit_labels(recipe, rows)))
    if recipe.add_up:
        outcome = recipe.columns.outcome
        summed = rows.groupby("period", as_index=False)[outcome].sum(min_count=n)
        return pd.DataFrame(summed)
    if n > 1:
        needed = "one series, or add_up: true for counts that are added up"
        raise DataError(document.problem("columns.unit", found=f"{n} units", needed=needed))
    return rows


def _need_known(
    document: Document, field: str, names: Iterable[str], labels: Iterable[str]
) -> None:
    known = set(labels)
    for name in names:
        if name not in known:
            close = difflib.get_close_matches(name, known, n=1)
            do = f"Try {close[0]}." if close else ""
            needed = "a unit of the file"
            raise DataError(document.problem(field, found=name, needed=needed, do=do))


def first_treated(rows: pd.DataFrame, unit: str, treated: str, document: Document) -> list[object]:
    """The first treated period of each row's unit; missing for units that are never treated."""
    try:
        values = rows[treated].to_numpy(dtype=np.float64, na_value=np.nan)
    except (TypeError, ValueError):
        values = np.full(len(rows), np.nan)
    if not np.isin(values, (0.0, 1.0)).all():
        raise DataError(
            document.problem("columns.treated", found="other values", needed="0 or 1 in every row")
        )
    ordered = rows.assign(_order=rows["period"].map(calendar.ordinal), _treated=values)
    ordered = ordered.sort_values("_order")
    back = [name for name, g in ordered.groupby(unit) if (np.diff(g["_treated"]) < 0).any()]
    if back:
        names = ", ".join(map(str, back))
        raise DataError(
            document.problem(
                "columns.treated",
                found=f"treatment ends again for {names}",
                needed="treatment that stays once it starts",
            )
        )
    first = ordered[ordered["_treated"] == 1].groupby(unit)["period"].first()
    return list(rows[unit].map(first))
