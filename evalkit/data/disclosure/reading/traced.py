"""Hidden numbers that a drawing still shows: its points against the numbers that are printed."""

from collections.abc import Iterator, Sequence
from functools import lru_cache

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
    """For each hidden number of a row or column that a line of points follows: what the points say it is.

    A line that follows other numbers of its own file, which are all shown, is of these.
    """
    if not drawn:
        return
    hidden: dict[tuple[str, int], dict[tuple[str, ...], Line]] = {}
    for grid, of in grids:
        if any(_is_hidden(cell) for row in grid.rows for cell in row) and not _measured(grid):
            for line in _lines(grid):
                if any(map(_is_hidden, line[1])):
                    hidden.setdefault((of.outcome, len(line[1])), {})[tuple(line[1])] = line
    if not hidden:
        return
    for row, of in drawn:
        heights = np.array([y for _, y in row.points])
        found = [
            (line, values)
            for line in hidden.get((of.outcome, len(heights)), {}).values()
            if (values := _fitted(heights, line[1])) is not None
        ]
        if found and not _is_of_others(row, heights, grids):
            yield from ((_grid(row, *line, values), of) for line, values in found)


def _is_of_others(row: Marks, heights: np.ndarray, grids: Sequence[tuple[Grid, Known]]) -> bool:
    """Whether the points follow numbers of the same file that are all shown."""
    file = row.where.partition(" ")[0]
    own = (grid for grid, _ in grids if grid.where.partition(" ")[0] == file)
    return any(
        len(texts) == len(heights) and _fitted(heights, texts) is not None
        for grid in own
        if not _measured(grid)
        for _, texts in _lines(grid)
        if not any(map(_is_hidden, texts))
    )


def _measured(grid: Grid) -> bool:
    return grid.where.endswith(" measured")


def _grid(
    row: Marks, names: list[tuple[str, ...]], texts: Sequence[str], values: np.ndarray
) -> Grid:
    hidden = [n for n, text in enumerate(texts) if _is_hidden(text)]
    rows = tuple((*names[n], f"{max(0, round(values[n]))}") for n in hidden)
    width = len(rows[0])
    head, kinds = (*("",) * (width - 1), "count"), (*("name",) * (width - 1), "count")
    return Grid(f"{row.where} measured", head, rows, width - 1, kinds)


def _lines(grid: Grid) -> Iterator[Line]:
    """Every column and every row with enough numbers, with the names of its cells; with and without total."""
    if len(grid.rows) > _MOST:
        return
    for n in range(1, len(grid.head)):
        beside = (grid.head[n],) if len(grid.head) > 2 else ()
        names: list[tuple[str, ...]] = [(row[0], *beside) for row in grid.rows]
        yield from _parts(names, [row[n] for row in grid.rows])
    if len(grid.head) > LEAST_KNOWN:
        for row in grid.rows:
            yield from _parts([(row[0], head) for head in grid.head[1:]], list(row[1:]))


def _parts(names: list[tuple[str, ...]], texts: list[str]) -> Iterator[Line]:
    if sum(read_printed(text).kind == "number" for text in texts) < LEAST_KNOWN:
        return
    yield names, texts
    parts = [n for n, name in enumerate(names) if not any(one.lower() == "total" for one in name)]
    if LEAST_KNOWN <= len(parts) < len(texts):
        yield [names[n] for n in parts], [texts[n] for n in parts]


def _is_hidden(text: str) -> bool:
    return read_printed(text).kind in ("small", "covered", "under")


def _fitted(heights: np.ndarray, texts: Sequence[str]) -> np.ndarray | None:
    """The number that each point stands for; None where the printed numbers do not lie on the drawing."""
    at, values = _known(tuple(texts))
    if len(at) < LEAST_KNOWN or len(set(values)) < LEAST_KNOWN - 1:
        return None
    low, high = int(np.argmin(values)), int(np.argmax(values))
    seen = heights[at]
    if seen[low] == seen[high]:
        return None
    slope = (values[high] - values[low]) / (seen[high] - seen[low])
    found = values[low] + slope * (heights - seen[low])
    most = _ROUNDED if not np.any(values % 5) else _EXACT
    if np.abs(found[at] - values).max() > most or found.min() < -most:
        return None
    return np.asarray(found)


@lru_cache(maxsize=2**14)
def _known(texts: tuple[str, ...]) -> tuple[np.ndarray, np.ndarray]:
    read = [read_printed(text) for text in texts]
    at = [n for n, one in enumerate(read) if one.kind == "number"]
    return np.array(at, dtype=int), np.array([read[n].value for n in at])
