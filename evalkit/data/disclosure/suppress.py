"""Hide what is small, and what would give it away: primary and secondary suppression, rounding."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evalkit.data.disclosure.direct import alone
from evalkit.data.disclosure.profiles import Profile
from evalkit.data.disclosure.statement import Cell
from evalkit.data.disclosure.subtraction import narrowed
from evalkit.data.disclosure.table import TOTAL, Table, label_of, statements
from evalkit.errors import DataError, Problem

SMALL, COVERED, NOT_GIVEN = "*", "[c]", "[x]"
"""Marks: a small number; one that is hidden because it would give a small one away; a total that is not
given, whatever its size, so that the mark says nothing about it."""
Counts = NDArray[np.int64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class CountTable:
    """Counts by two groupings, before anything is hidden.

    Attributes
    ----------
    outcome : str
    dims : (str, str)
        What rows and columns are, e.g. ``("area", "year")``.
    rows, columns : tuple of str
    counts : tuple of tuple of int
        One tuple a row; not negative.
    """

    outcome: str
    dims: tuple[str, str]
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]

    def __post_init__(self) -> None:
        shape = {len(row) for row in self.counts}
        if len(self.counts) != len(self.rows) or shape != {len(self.columns)}:
            found = f"{len(self.counts)} rows of {', '.join(map(str, sorted(shape)))} counts"
            needed = f"{len(self.rows)} of {len(self.columns)}"
            raise DataError(Problem(field="counts", found=found, needed=needed))
        if any(n < 0 for row in self.counts for n in row):
            raise DataError(Problem(field="counts", found="a negative count", needed="0 or more"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Protected:
    """A table that may be published: as it is printed, with its totals last.

    Attributes
    ----------
    rows, columns : tuple of str
        With ``total`` last.
    cells : tuple of tuple of str
    primary, secondary : int
        Cells hidden because they are small, and to protect these.
    """

    outcome: str
    dims: tuple[str, str]
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    cells: tuple[tuple[str, ...], ...]
    primary: int
    secondary: int

    def table(self, where: str, *, earlier: bool = False) -> Table:
        """The table as the checker reads it."""
        rows = tuple(
            ((label_of(row), label_of(column)), text)
            for row, line in zip(self.rows, self.cells, strict=True)
            for column, text in zip(self.columns, line, strict=True)
        )
        return Table(outcome=self.outcome, dims=self.dims, rows=rows, where=where, earlier=earlier)


def protect(table: CountTable, profile: Profile) -> Protected:
    """The table with its totals, so that nothing small can be read off or worked out.

    Totals are added up from the true counts and hidden or rounded by themselves. What is hidden beyond the
    small numbers is chosen smallest first, until nobody who knows the rest can narrow a small number further
    than the profile allows: that is checked by integer programming; the set is not the smallest possible one.
    """
    whole = with_totals(np.array(table.counts, dtype=np.int64))
    small = primary(whole, profile)
    hidden = secondary(table, whole, small, profile)
    return _printed(table, whole, small, hidden & ~small, profile)


def with_totals(counts: Counts) -> Counts:
    """Counts with a last row and column that add up the others."""
    rows = np.vstack([counts, counts.sum(axis=0)])
    return np.hstack([rows, rows.sum(axis=1, keepdims=True)])


def primary(counts: Counts, profile: Profile) -> Mask:
    """Which counts are small, totals included."""
    if profile.hides is None:
        return np.zeros(counts.shape, dtype=bool)
    return (counts >= profile.hides[0]) & (counts <= profile.hides[1])


def rounded(counts: Counts, base: int) -> Counts:
    """Every count to the nearest multiple of ``base``, by itself; halves go up.

    >>> rounded(np.array([12, 13, 25]), 5).tolist()  # the total of the first two is no sum of them
    [10, 15, 25]
    """
    return (2 * counts + base) // (2 * base) * base


def secondary(table: CountTable, whole: Counts, small: Mask, profile: Profile) -> Mask:
    """What has to be hidden so that no small number is narrowed too far; holds ``small`` itself."""
    hidden = small.copy()
    at = {
        Cell(table.outcome, frozenset(labels) - {TOTAL}): place for place, labels in _labels(table)
    }
    names = {str(cell): cell for cell in at}
    while profile.hides is not None:
        shown = _printed(table, whole, small, hidden & ~small, profile).table("")
        said = statements(shown, profile)
        loose = [narrow.cell for narrow in narrowed(said, profile)]
        loose += [names[name] for leak in alone(said, profile) for name in leak.cells]
        if not loose:
            break
        _cover([at[cell] for cell in dict.fromkeys(loose)], whole, hidden, profile)
    return hidden


def _cover(loose: Iterable[tuple[int, int]], whole: Counts, hidden: Mask, profile: Profile) -> None:
    """Hide one more cell in the line of each that has the fewest hidden ones, smallest first, totals last."""
    for row, column in loose:
        lines = [
            [(row, n) for n in range(whole.shape[1])],
            [(n, column) for n in range(whole.shape[0])],
        ]
        lines.sort(key=lambda line: sum(hidden[place] for place in line))
        open_ = [[place for place in line if not hidden[place]] for line in lines]
        best = next((able for line in open_ if (able := _able(line, whole, profile))), None)
        if best is not None:
            hidden[min(best, key=lambda place: _cost(place, whole))] = True
        else:  # without a total nothing ties the cells of a line
            hidden[-1, :] = hidden[:, -1] = True


def _able(line: list[tuple[int, int]], whole: Counts, profile: Profile) -> list[tuple[int, int]]:
    """Cells that can be hidden: a total of any size, another one only if it is not small itself.

    The others are hidden already, or are a zero that the profile shows.
    """
    assert profile.hides is not None
    most = profile.hides[1]
    return [place for place in line if _is_total(place, whole) or int(whole[place]) > most]


def _is_total(place: tuple[int, int], whole: Counts) -> bool:
    rows, columns = whole.shape
    return bool(place[0] == rows - 1 or place[1] == columns - 1)


def _cost(place: tuple[int, int], whole: Counts) -> tuple[bool, int, tuple[int, int]]:
    return _is_total(place, whole), int(whole[place]), place


def _labels(table: CountTable) -> Iterable[tuple[tuple[int, int], tuple[str, str]]]:
    for i, row in enumerate((*table.rows, TOTAL)):
        for j, column in enumerate((*table.columns, TOTAL)):
            yield (i, j), (label_of(row), label_of(column))


def _printed(
    table: CountTable, whole: Counts, small: Mask, covered: Mask, profile: Profile
) -> Protected:
    shown = rounded(whole, profile.rounds)

    def mark(place: tuple[int, int]) -> str:
        if not (small[place] or covered[place]):
            return str(shown[place])
        if _is_total(place, whole):
            return NOT_GIVEN
        return SMALL if small[place] else COVERED

    height, width = whole.shape
    cells = tuple(tuple(mark((i, j)) for j in range(width)) for i in range(height))
    return Protected(
        outcome=table.outcome,
        dims=table.dims,
        rows=(*table.rows, TOTAL),
        columns=(*table.columns, TOTAL),
        cells=cells,
        primary=int(small.sum()),
        secondary=int(covered.sum()),
    )
