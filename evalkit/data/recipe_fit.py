"""Whether a plan, a recipe and a file fit each other."""

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd

from evalkit.data import periods as calendar
from evalkit.data.quality import repeated
from evalkit.data.recipe import Recipe
from evalkit.errors import DataError, Problem
from evalkit.text import Document
from evalkit.types.weighted import weights_of

ROLES = (
    "unit", "period", "outcome", "treated", "treated_from", "weights", "exposure", "cluster",
    "without_heaviest", "counted",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Uses:
    """What a plan uses of a recipe besides outcome, treatment and weights.

    Attributes
    ----------
    exposure, cluster : str or None
        Columns that the recipe gives these roles.
    covariates : tuple of str
        Among the recipe's covariates.
    gaps : bool
        A unit and period without a number is a missing cell; it is refused otherwise.
    weights : str or None
        Weight table and version of the outcome; None for what is not weighted.
    column : str
        Role of the column that is read as the outcome: of a weighted one also the sum without its heaviest
        offences, or the plain count.
    """

    exposure: str | None = None
    cluster: str | None = None
    covariates: tuple[str, ...] = ()
    gaps: bool = False
    weights: str | None = None
    column: Literal["outcome", "without_heaviest", "counted"] = "outcome"


NOTHING_MORE = Uses()


def need_what_is_used(recipe: Recipe, document: Document, uses: Uses) -> None:
    """Refuse a plan that uses a column which the recipe does not give that role."""
    columns = recipe.columns
    roles: list[tuple[str, str | None, tuple[str, ...]]] = [
        ("exposure", uses.exposure, (columns.exposure,) if columns.exposure else ()),
        ("cluster", uses.cluster, (columns.cluster,) if columns.cluster else ()),
        *(("covariates", name, columns.covariates) for name in uses.covariates),
    ]
    for role, name, known in roles:
        if name is not None and name not in known:
            raise DataError(
                document.problem(
                    f"columns.{role}", found=f"no {name}", needed=f"{name}, which the plan uses"
                )
            )


def need_weights(recipe: Recipe, document: Document, rows: pd.DataFrame, uses: Uses) -> None:
    """Refuse data that are weighted by another table, or another version, than the plan says."""
    if recipe.weights != uses.weights:
        raise DataError(
            document.problem(
                "weights",
                found=recipe.weights or "none",
                needed=f"{uses.weights or 'none'}, as the plan's outcome.weights",
                do="One table and version weighs; two are never mixed.",
            )
        )
    if "outcome" not in rows.columns or recipe.columns.outcome == "outcome":
        return
    for name in rows["outcome"].astype(str).unique():
        if weights_of(name) not in ("", recipe.weights or ""):
            found = f"{name} in the file"
            needed = f"a sum weighted by {recipe.weights}" if recipe.weights else "counts"
            raise DataError(document.problem("weights", found=found, needed=needed))


def need_columns(recipe: Recipe, document: Document, rows: pd.DataFrame, file: str) -> None:
    """Refuse a file without a column that the recipe names, with the closest one."""
    columns = recipe.columns
    wanted = {f"columns.covariates[{i}]": name for i, name in enumerate(columns.covariates)}
    for role in ROLES:
        if name := getattr(columns, role):
            wanted[f"columns.{role}"] = name
    for field, name in wanted.items():
        if name not in rows.columns:
            close = difflib.get_close_matches(name, map(str, rows.columns), n=1)
            raise DataError(
                document.problem(
                    field,
                    found=f"no column {name} in {file}",
                    needed="a column of the file",
                    do=f"Try {close[0]}." if close else "",
                )
            )


def need_units(recipe: Recipe, document: Document, rows: pd.DataFrame, file: str) -> None:
    """Refuse a row without a unit."""
    if recipe.columns.unit is None or not rows[recipe.columns.unit].isna().any():
        return
    first = 1 + int(np.flatnonzero(rows[recipe.columns.unit].isna().to_numpy())[0])
    raise DataError(
        document.problem(
            "columns.unit", found=f"no unit in row {first} of {file}", needed="one in every row"
        )
    )


def refuse_repeats(recipe: Recipe, rows: pd.DataFrame, path: Path) -> None:
    """Refuse two rows of one unit and period, with both lines."""
    keys = ["period"] if recipe.columns.unit is None else [recipe.columns.unit, "period"]
    twice = repeated(rows, keys)
    if twice is None:
        return
    earlier, later = (position + 2 for position in twice)
    what = " ".join(str(rows[key].iloc[twice[1]]) for key in keys)
    raise DataError(
        Problem(
            file=path.name,
            line=later,
            field=", ".join(str(c) for c in (recipe.columns.unit, recipe.columns.period) if c),
            found=f"{what} also on line {earlier}",
            needed="once",
            do="Delete one.",
        )
    )


def refuse_gaps(
    recipe: Recipe, document: Document, rows: pd.DataFrame, window: Sequence[str], file: str
) -> None:
    """Refuse a unit without a row in a period of the window."""
    unit = recipe.columns.unit
    groups = [("", rows)] if unit is None else list(rows.groupby(unit))
    for name, group in groups or [("", rows)]:
        missing = sorted(set(window) - set(group["period"]), key=calendar.ordinal)
        if missing:
            named = (recipe.labels or {}).get(str(name), str(name))
            whom = f" for {named}" if named else ""
            raise DataError(
                document.problem(
                    "columns.period",
                    found=f"no {missing[0]}{whom} in {file}",
                    needed=f"all {len(window)} periods from {window[0]} to {window[-1]}",
                    do="Load it, or plan for a shorter window.",
                )
            )
