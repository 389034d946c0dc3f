"""The only door: from a recipe to a validated panel or series with its provenance."""

import hashlib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

from evalkit.data import periods as calendar
from evalkit.data.keep import read_extraction
from evalkit.data.panel import Panel
from evalkit.data.recipe import Recipe, read_recipe
from evalkit.data.recipe_fit import (
    NOTHING_MORE,
    Uses,
    need_columns,
    need_units,
    need_weights,
    need_what_is_used,
    refuse_gaps,
    refuse_repeats,
)
from evalkit.data.recipe_units import (
    added_up,
    first_treated,
    starts_of_rows,
    taking_part,
    unit_labels,
)
from evalkit.data.series import TimeSeries
from evalkit.data.source import find_file, read_file
from evalkit.errors import DataError
from evalkit.text import Document
from evalkit.types.evaluation import Provenance


def load_panel(
    folder: Path,
    *,
    first: str,
    last: str,
    unit_of_measure: str,
    uses: Uses = NOTHING_MORE,
) -> Panel:
    """Load the panel that ``folder/data.yaml`` describes, from period ``first`` to ``last``.

    Parameters
    ----------
    uses : Uses
        What the plan uses besides outcome, treatment and weights.

    Raises
    ------
    DataError
        The package or file is missing or has other bytes, a column is missing or is not the one that the
        plan uses, a unit and period occurs twice, or not at all where gaps are refused, or a treated
        unit is later untreated.
    """
    recipe, document = _used(folder, uses)
    rows, provenance = _rows(recipe, document, folder, first, last, gaps=uses.gaps)
    need_weights(recipe, document, rows, uses)
    columns = recipe.columns
    if recipe.add_up:
        needed = "units as they are, for a comparison of them"
        raise DataError(document.problem("add_up", found="added up", needed=needed))
    starts = columns.treated or columns.treated_from or recipe.treated_from
    if columns.unit is None or not starts:
        raise DataError(
            document.problem(
                "columns", found="one series", needed="unit, and treated or treated_from"
            )
        )
    rows["unit"] = unit_labels(recipe, rows)
    if columns.treated:
        rows["treated_from"] = first_treated(rows, columns.unit, columns.treated, document)
    elif recipe.treated_from:
        rows["treated_from"] = starts_of_rows(recipe, rows["unit"])
    panel = Panel.from_frame(
        rows,
        unit="unit",
        period="period",
        outcome=columns.outcome,
        treated_from=columns.treated_from or "treated_from",
        weights=columns.weights,
        exposure=uses.exposure,
        cluster=uses.cluster,
        covariates=uses.covariates,
        unit_of_measure=unit_of_measure,
        provenance=provenance,
    )
    if not uses.gaps:
        panel.need_balanced()
    return panel


def load_series(
    folder: Path, *, first: str, last: str, unit_of_measure: str, uses: Uses = NOTHING_MORE
) -> TimeSeries:
    """Load the series that ``folder/data.yaml`` describes, from period ``first`` to ``last``.

    Where gaps are allowed, a period without a row or without a number is missing and stays so.

    Raises
    ------
    DataError
        As ``load_panel``; also where a covariate of the plan is not in the recipe.
    """
    recipe, document = _used(folder, uses)
    if recipe.add_up and (besides := [*uses.covariates, *filter(None, [uses.exposure])]):
        needed = "no covariates and no exposure where units are added up"
        raise DataError(document.problem("add_up", found=", ".join(besides), needed=needed))
    rows, provenance = _rows(recipe, document, folder, first, last, gaps=uses.gaps)
    need_weights(recipe, document, rows, uses)
    series = TimeSeries.from_frame(
        added_up(recipe, document, rows),
        period="period",
        outcome=recipe.columns.outcome,
        exposure=uses.exposure,
        covariates=uses.covariates,
        unit_of_measure=unit_of_measure,
        provenance=provenance,
    )
    if series.missing and not uses.gaps:
        raise DataError(
            document.problem(
                "columns.outcome",
                found=f"no number in {series.missing[0]}",
                needed="one in every period, or data: {missing: leave_out} in the plan",
            )
        )
    return series


def _used(folder: Path, uses: Uses) -> tuple[Recipe, Document]:
    """The recipe as the plan uses it."""
    recipe, document = read_recipe(folder)
    need_what_is_used(recipe, document, uses)
    outcome = str(getattr(recipe.columns, uses.column))
    recipe = replace(recipe, columns=replace(recipe.columns, outcome=outcome))
    return recipe, document


def _rows(
    recipe: Recipe, document: Document, folder: Path, first: str, last: str, *, gaps: bool = False
) -> tuple[pd.DataFrame, Provenance]:
    """Rows inside the window with a ``period`` column of labels, checked for gaps and repeats."""
    read, digest = read_rows(recipe, document, folder)
    rows = taking_part(recipe, document, read)
    path = find_file(recipe, document, folder)
    window = calendar.between(first, last)
    inside = rows[rows["period"].isin(window)].copy()
    if not gaps:
        refuse_gaps(recipe, document, inside, window, path.name)
    dropped = {
        f"left out: {', '.join(recipe.leave_out)}": len(read) - len(rows),
        f"outside {first} to {last}": len(rows) - len(inside),
    }
    return inside, Provenance(
        source=recipe.source,
        file=recipe.package.file if recipe.package else path.name,
        package=recipe.package.name if recipe.package else "",
        version=recipe.package.version if recipe.package else "",
        sha256=digest,
        rows_read=len(read),
        rows_used=len(inside),
        dropped=tuple((why, n) for why, n in dropped.items() if n),
        licence=recipe.licence,
        simulated=_is_simulated(path),
    )


def read_rows(recipe: Recipe, document: Document, folder: Path) -> tuple[pd.DataFrame, str]:
    """All rows with a ``period`` column of labels, and the hash of their file."""
    path = find_file(recipe, document, folder)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    if digest != recipe.sha256:
        raise DataError(
            document.problem(
                "sha256",
                found=f"{path.name} is {digest[:12]}…",
                needed=f"{recipe.sha256[:12]}… as written",
                do="Use the file that the recipe was written for, or write a new recipe.",
            )
        )
    read = read_file(path)
    need_columns(recipe, document, read, path.name)
    need_units(recipe, document, read, path.name)
    rows = read.assign(period=labels_of(recipe, document, read))
    refuse_repeats(recipe, rows, path)
    return rows, digest


def _is_simulated(path: Path) -> bool:
    """Whether ``data simulate`` wrote a file: it says so in its name, and in the record beside it."""
    made = read_extraction(path)
    return "simulated" in path.name.casefold() or (made is not None and made.simulated)


def labels_of(recipe: Recipe, document: Document, rows: pd.DataFrame) -> list[str]:
    """The period of each row, YYYY or YYYY-MM; DataError where a running number is none."""
    values: Any = rows[recipe.columns.period]
    if recipe.first_period is None:
        return calendar.labels(values)
    start = calendar.ordinal(recipe.first_period)
    monthly = "-" in recipe.first_period
    try:
        return [calendar.text(start + int(value) - 1, monthly=monthly) for value in values]
    except (OverflowError, TypeError, ValueError) as error:
        raise DataError(
            document.problem("columns.period", found="text", needed="running numbers 1, 2, 3 …")
        ) from error
