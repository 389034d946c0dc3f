"""What a recipe's file covers, where it is there already: periods and units; no outcome is looked at."""

from dataclasses import dataclass
from pathlib import Path

from evalkit.data.load import labels_of
from evalkit.data.recipe import read_recipe
from evalkit.data.source import find_file, read_file
from evalkit.errors import EvalkitError


@dataclass(frozen=True, slots=True, kw_only=True)
class FileCover:
    """What a file covers.

    Attributes
    ----------
    file : str
    first, last : str
        Its first and last period: YYYY or YYYY-MM.
    units : tuple of str
        As the file names them; empty for a series.
    """

    file: str
    first: str
    last: str
    units: tuple[str, ...]


def cover_of(folder: Path) -> FileCover | None:
    """What the file of a ``data.yaml`` covers; None where there is no such file yet, or it cannot be read."""
    try:
        recipe, document = read_recipe(folder)
        path = find_file(recipe, document, folder)
        rows = read_file(path)
        columns = recipe.columns
        if columns.period not in rows or not len(rows):
            return None
        periods = labels_of(recipe, document, rows)
    except EvalkitError:
        return None
    named = rows.get(columns.unit, ())
    return FileCover(
        file=path.name,
        first=min(periods),
        last=max(periods),
        units=tuple(dict.fromkeys(map(str, named))),
    )
