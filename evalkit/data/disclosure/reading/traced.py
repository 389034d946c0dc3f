"""Hidden numbers that a drawing still shows: its points against the numbers that are printed."""

from collections.abc import Iterator, Sequence

import numpy as np

from evalkit.data.disclosure.printed import read_printed
from evalkit.data.disclosure.reading.columns import Known
from evalkit.data.disclosure.reading.grid import Grid, Marks

LEAST_KNOWN = 4
"""Printed numbers that must fit a drawing before it is taken for theirs."""
_EXACT, _ROUNDED = 0.4, 2.9
"""How far they may be off it: rounding of the drawing, and of numbers to five."""
_MOST = 2_000
Line = tuple[list[tuple[str, ...]], list[str]]


def traced(
    drawn: Sequence[tuple[Marks, Known]], grids: Sequence[tuple[Grid, Known]]
) -> Iterator[tuple[Grid, Known]]:
    """For each hidden number of a row or column that a line of points follows: what the points say it is."""
    if not drawn:
        return
    lines: dict[tuple[str, int], list[Line]] = {}
    for grid, of in grids:
        for line in _lines(grid):
            lines.setdefault((of.outcome, len(line[1])), []).append(line)
    for row, of in drawn:
        heights = np.array([y for _, y in row.points])
        for names, texts in lines.get((of.outcome, len(heights)), ()):
            if (values := _fitted(heights, texts)) is not None:
                yield _grid(row, names, texts, values), of


def _grid(
    row: Marks, names: list[tuple[str, ...]], texts: Sequence[str], values: np.ndarray
) -> Grid:
    hidden = [n for n, text in enumerate(texts) if _is_hidden(text)]
    rows = tuple((*names[n], f"{max(0, round(values[n]))}") for n in hidden)
    width = len(rows[0])
    head, kinds = (*("",) * (width - 1), "count"), (*("name",) * (width - 1), "count")
    return Grid(f"{row.where} measured", head, rows, width - 1, kinds)


def _lines(grid: Grid) -> Iterator[Line]:
    """Every column and every row that has a hidden number and enough others, with the names of its cells."""
    if len(grid.rows) > _MOST or not any(_is_hidden(cell) for row in grid.rows for cell in row):
        return
    for n in range(1, len(grid.head)):
        texts = [row[n] for row in grid.rows]
        beside = (grid.head[n],) if len(grid.head) > 2 else ()
        names: list[tuple[str, ...]] = [(row[0], *beside) for row in grid.rows]
        if _is_open(texts):
            yield names, texts
            without = [i for i, row in enumerate(grid.rows) if row[0].lower() != "total"]
            if len(without) < len(texts):
                yield [names[i] for i in without], [texts[i] for i in without]
    for row in grid.rows:
        texts, heads = list(row[1:]), list(grid.head[1:])
        if _is_open(texts):
            yield [(row[0], head) for head in heads], texts
            if heads[-1].lower() == "total" and _is_open(texts[:-1]):
                yield [(row[0], head) for head in heads[:-1]], texts[:-1]


def _is_open(texts: Sequence[str]) -> bool:
    kinds = [read_printed(text).kind for text in texts]
    hidden = sum(kind in ("small", "covered", "under") for kind in kinds)
    return hidden > 0 and kinds.count("number") >= LEAST_KNOWN


def _is_hidden(text: str) -> bool:
    return read_printed(text).kind in ("small", "covered", "under")


def _fitted(heights: np.ndarray, texts: Sequence[str]) -> np.ndarray | None:
    """The number that each point stands for; None where the printed numbers do not lie on the drawing."""
    read = [read_printed(text) for text in texts]
    at = [n for n, one in enumerate(read) if one.kind == "number"]
    values = np.array([read[n].value for n in at])
    if len(set(values)) < LEAST_KNOWN - 1 or np.ptp(heights[at]) == 0:
        return None
    slope, start = np.polyfit(heights[at], values, 1)
    most = _ROUNDED if not np.any(values % 5) else _EXACT
    if np.abs(start + slope * heights[at] - values).max() > most or not slope:
        return None
    return np.asarray(start + slope * heights)
