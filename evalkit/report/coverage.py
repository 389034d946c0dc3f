"""Which periods of which areas were published: one table for the terminal, the picture and JSON."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from evalkit.data import periods as calendar
from evalkit.data.grid import OutcomeGrid

_MONTHS_A_COLUMN = (1, 3, 12, 24, 60, 120)
_YEARS_A_COLUMN = (1, 2, 5, 10, 20)


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


def coverage(grid: OutcomeGrid, *, most: int) -> Coverage:
    """Draw periods together until at most ``most`` columns are left.

    With several outcomes a period counts as missing or suppressed where any of them is.
    """
    monthly = "-" in grid.periods[0]
    units = _MONTHS_A_COLUMN if monthly else _YEARS_A_COLUMN
    blocks = {unit: _blocks(grid.periods, unit) for unit in units}
    unit = next((u for u in units if int(blocks[u][-1]) < most), units[-1])
    missing = np.asarray(grid.missing.any(axis=2))
    hidden = np.asarray(grid.suppressed.any(axis=2))
    groups: dict[bytes, list[int]] = {}
    for i in range(len(grid.areas)):
        groups.setdefault(missing[i].tobytes() + hidden[i].tobytes(), []).append(i)
    ordered = sorted(groups.values(), key=lambda members: (-len(members), members))
    return Coverage(
        noun="month" if monthly else "year",
        step=_step(unit, monthly=monthly),
        n_areas=len(grid.areas),
        first=grid.periods[0],
        last=grid.periods[-1],
        columns=tuple(_columns(grid.periods, blocks[unit], unit, monthly=monthly)),
        rows=tuple(
            Row(
                names=tuple(sorted(grid.area_names[i] for i in members)),
                cells=tuple(_cells(missing[members[0]], hidden[members[0]], blocks[unit])),
            )
            for members in ordered
        ),
    )


def who(row: Row, n_areas: int) -> str:
    """``all 35 areas``, ``33 other areas``, or names.

    >>> who(Row(names=("Corby", "Derby"), cells=()), 2)
    'all 2 areas'
    >>> who(Row(names=("Corby", "Derby", "Lincoln", "Melton"), cells=()), 9)
    'Corby and 3 more'
    """
    n = len(row.names)
    if n == n_areas > 1:
        return f"all {n} areas"
    if n > 2:
        return f"{n} other areas" if 2 * n > n_areas else f"{row.names[0]} and {n - 1} more"
    return " and ".join(row.names)


def _blocks(periods: tuple[str, ...], unit: int) -> npt.NDArray[np.int64]:
    """Column of each period, on the calendar: quarters begin in January."""
    at = np.array([calendar.ordinal(period) for period in periods]) // unit
    return np.asarray(at - at[0])


def _columns(
    periods: tuple[str, ...], blocks: npt.NDArray[np.int64], unit: int, *, monthly: bool
) -> Iterator[Column]:
    for block in range(int(blocks[-1]) + 1):
        inside = np.flatnonzero(blocks == block)
        first = periods[int(inside[0])]
        part = ""
        if monthly and unit == 3:
            part = f"Q{(calendar.month_of_year(first) + 2) // 3}"
        elif monthly and unit == 1:
            part = first[5:]
        yield Column(year=first[:4], part=part, size=len(inside))


def _cells(
    missing: npt.NDArray[np.bool_], hidden: npt.NDArray[np.bool_], blocks: npt.NDArray[np.int64]
) -> Iterator[Cell]:
    for block in range(int(blocks[-1]) + 1):
        inside = blocks == block
        yield Cell(
            published=int((~missing[inside]).sum()),
            suppressed=int(hidden[inside].sum()),
            size=int(inside.sum()),
        )


def _step(unit: int, *, monthly: bool) -> str:
    if monthly and unit < 12:
        return "month" if unit == 1 else "quarter"
    years = unit // 12 if monthly else unit
    return "year" if years == 1 else f"{years} years"
