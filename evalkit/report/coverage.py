"""Which periods of which areas are there: one table for the terminal, the picture, the pages and JSON."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from evalkit.data import periods as calendar
from evalkit.types import evaluation as run

if TYPE_CHECKING:
    from evalkit.data.grid import OutcomeGrid

_A_COLUMN = {12: (1, 3, 12, 24, 60, 120), 4: (1, 4, 8, 20, 40), 1: (1, 2, 5, 10, 20)}
"""By periods in a year: how many of them a column may hold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A stretch of time: its year, its part of it (``Q2``, ``04`` or nothing), its number of periods."""

    year: str
    part: str
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """How many periods of a column an area has, and how many of these hide a small number."""

    published: int
    suppressed: int
    size: int

    @property
    def text(self) -> str:
        """``12``, ``12s`` with suppressed ones among them, ``.`` where nothing was published."""
        if not self.published:
            return "."
        return f"{self.published}{'s' if self.suppressed else ''}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """Areas that have the same periods."""

    names: tuple[str, ...]
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """Areas by time, areas with the same gaps together, most areas first.

    Attributes
    ----------
    noun, step : str
        What is counted (``month``), and what a column is (``month``, ``quarter``, ``year``, ``2 years``).
    n_areas : int
    unit : str
        What an area is, in the singular, e.g. ``"state"``.
    first, last : str
        Periods.
    """

    noun: str
    step: str
    n_areas: int
    first: str
    last: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    unit: str = "area"


def coverage(grid: "OutcomeGrid", *, most: int) -> Coverage:
    """Of a table: draw periods together until at most ``most`` columns are left.

    With several outcomes a period counts as missing or suppressed where any of them is.
    """
    missing, hidden = (
        [tuple(map(any, area)) for area in marks.tolist()]
        for marks in (grid.missing, grid.suppressed)
    )
    groups: dict[tuple[_Marks, _Marks], list[int]] = {}
    for i, marks in enumerate(zip(missing, hidden, strict=True)):
        groups.setdefault(marks, []).append(i)
    ordered = sorted(groups.items(), key=lambda group: (-len(group[1]), group[1]))
    alike = [
        (tuple(sorted(grid.area_names[i] for i in members)), *marks) for marks, members in ordered
    ]
    return _laid_out(grid.periods, alike, most, "area")


def coverage_of_run(cover: run.Coverage, *, most: int) -> Coverage | None:
    """Of the data that an evaluation used; None where the run did not write it down."""
    if not cover.observed:
        return None
    periods = calendar.between(cover.first_period, cover.last_period)
    nothing = (False,) * len(periods)
    alike = [
        (one.units, tuple(period in one.missing for period in periods), nothing)
        for one in sorted(cover.observed, key=lambda one: (-len(one.units), one.units))
    ]
    return _laid_out(periods, alike, most, cover.unit_name)


def who(row: Row, n_areas: int, unit: str = "area") -> str:
    """``all 35 areas``, ``33 other areas``, or names.

    >>> who(Row(names=("Corby", "Derby"), cells=()), 2)
    'all 2 areas'
    >>> who(Row(names=("Corby", "Derby", "Lincoln", "Melton"), cells=()), 9)
    'Corby and 3 more'
    """
    n = len(row.names)
    if n == n_areas > 1:
        return f"all {n} {unit}s"
    if n > 2:
        return f"{n} other {unit}s" if 2 * n > n_areas else f"{row.names[0]} and {n - 1} more"
    return " and ".join(row.names)


_Marks = tuple[bool, ...]
_Alike = tuple[tuple[str, ...], _Marks, _Marks]
"""Names of areas, and which of the T periods they miss and hide."""


def _laid_out(periods: tuple[str, ...], groups: Sequence[_Alike], most: int, unit: str) -> Coverage:
    per_year = calendar.per_year(periods[0])
    blocks = {size: _blocks(periods, size) for size in _A_COLUMN[per_year]}
    size = next((n for n in blocks if blocks[n][-1] < most), max(blocks))
    return Coverage(
        noun=calendar.noun(periods[0]),
        step=_step(size, periods[0]),
        n_areas=sum(len(names) for names, _, _ in groups),
        first=periods[0],
        last=periods[-1],
        columns=tuple(_columns(periods, blocks[size], size, per_year)),
        rows=tuple(
            Row(names=names, cells=tuple(_cells(missing, hidden, blocks[size])))
            for names, missing, hidden in groups
        ),
        unit=unit,
    )


def _blocks(periods: tuple[str, ...], size: int) -> list[int]:
    """Column of each period, on the calendar: quarters begin in January."""
    at = [calendar.ordinal(period) // size for period in periods]
    return [one - at[0] for one in at]


def _columns(
    periods: tuple[str, ...], blocks: Sequence[int], size: int, per_year: int
) -> Iterator[Column]:
    for inside in _inside(blocks):
        first = periods[inside[0]]
        part = ""
        if (per_year, size) == (12, 3):
            part = f"Q{(calendar.month_of_year(first) + 2) // 3}"
        elif per_year > 1 and size == 1:
            part = first[5:]
        yield Column(year=first[:4], part=part, size=len(inside))


def _cells(missing: _Marks, hidden: _Marks, blocks: Sequence[int]) -> Iterator[Cell]:
    for inside in _inside(blocks):
        yield Cell(
            published=sum(not missing[i] for i in inside),
            suppressed=sum(hidden[i] for i in inside),
            size=len(inside),
        )


def _inside(blocks: Sequence[int]) -> Iterator[list[int]]:
    """Places of the periods of each column."""
    for _, some in groupby(range(len(blocks)), key=blocks.__getitem__):
        yield list(some)


def _step(size: int, period: str) -> str:
    if size == 1:
        return calendar.noun(period)
    per_year = calendar.per_year(period)
    if size < per_year:
        return "quarter"
    years = size // per_year
    return "year" if years == 1 else f"{years} years"
