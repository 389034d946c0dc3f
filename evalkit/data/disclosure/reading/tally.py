"""Lines that say a number, where what they name is known from tables: then it is a count."""

import re
from collections.abc import Iterable
from dataclasses import replace

from evalkit.data.disclosure.printed import read_printed
from evalkit.data.disclosure.reading.columns import Known
from evalkit.data.disclosure.reading.grid import NO_PEOPLE, Grid
from evalkit.data.disclosure.table import TOTAL, label_of
from evalkit.data.disclosure.words import PEOPLE

_PERIOD = re.compile(r"[12]\d{3}(-\d{2})?")


def known_names(grids: Iterable[Grid]) -> frozenset[str]:
    """What rows of tables with counts are called."""
    names: set[str] = set()
    for grid in grids:
        if grid.holds and all(one in NO_PEOPLE for one in grid.holds):
            continue
        for row in grid.rows:
            names.update(label_of(cell) for cell in row[: max(1, grid.labels)])
    return frozenset(name for name in names if read_printed(name).kind == "words") - {TOTAL}


def of_known_names(grid: Grid, known: Known, names: frozenset[str]) -> Grid:
    """The lines that name a place, a period or people."""
    rows = tuple(row for row in grid.rows if _is_count(row[:-1], known, names))
    rows = tuple((*(_name(cell) for cell in row[:-1]), row[-1]) for row in rows)
    return replace(grid, rows=rows, holds=(*grid.holds[:-1], "count"))


def _is_count(cells: tuple[str, ...], known: Known, names: frozenset[str]) -> bool:
    labels = [label_of(cell) for cell in cells]
    return any(
        label in names
        or label == known.place
        or _PERIOD.fullmatch(label)
        or label in known.units
        or not _people(label).isdisjoint(PEOPLE)
        for label in labels
    )


def _people(label: str) -> frozenset[str]:
    return frozenset(label.split())


def _name(cell: str) -> str:
    return " ".join(cell.split())
