"""Who is to start when, and how far the data reach: no outcome is read."""

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from evalkit.data import periods as calendar
from evalkit.data.load import read_rows
from evalkit.data.recipe import read_recipe
from evalkit.data.recipe_units import first_treated, taking_part, unit_labels


@dataclass(frozen=True, slots=True, kw_only=True)
class Starts:
    """When units start, and how far the data reach; no outcome is read.

    Attributes
    ----------
    of_unit : mapping
        First treated period of each unit that has one, also where it lies after the data.
    last : str
        Last period with a row.
    """

    of_unit: dict[str, str]
    last: str


def load_starts(folder: Path) -> Starts:
    """Read who starts when from the file that ``folder/data.yaml`` describes.

    Raises
    ------
    DataError
        As ``load_panel``.
    """
    recipe, document = read_recipe(folder)
    rows = taking_part(recipe, document, read_rows(recipe, document, folder)[0])
    columns = recipe.columns
    last = max(rows["period"], key=calendar.ordinal)
    if recipe.treated_from:
        return Starts(of_unit=dict(recipe.treated_from), last=last)
    if columns.unit is None or not (columns.treated or columns.treated_from):
        return Starts(of_unit={}, last=last)
    starts = (
        pd.Series(first_treated(rows, columns.unit, columns.treated, document), index=rows.index)
        if columns.treated
        else rows[columns.treated_from]
    )
    known = starts.notna() & (starts.astype(str) != "")
    units = unit_labels(recipe, rows[known])
    labels = calendar.labels(starts[known])
    return Starts(of_unit=dict(zip(units, labels, strict=True)), last=last)
