"""Counts with their lines as one grid: units in order, every period, each count in one place."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from evalkit.data import periods as calendar
from evalkit.data.grid import Floats, OutcomeGrid
from evalkit.data.mapping import TableMapping
from evalkit.data.tally import MOST_COUNTS, Tally
from evalkit.data.totals import Parts
from evalkit.errors import DataError, Problem
from evalkit.text import Document

Integers = npt.NDArray[np.int64]


def area_codes(
    units: tuple[str, ...], totals: Mapping[str, Parts], mapping: TableMapping, document: Document
) -> dict[str, str]:
    """The area code of every unit that is no total.

    Raises
    ------
    DataError
        The mapping has codes, but none for one of the units.
    """
    single = [unit for unit in units if unit not in totals]
    if mapping.codes is None:
        return {unit: unit for unit in single}
    without = [unit for unit in single if unit not in mapping.codes]
    if without:
        found = f"no code for {without[0]}" + (f" and {len(without) - 1} more" * (len(without) > 1))
        do = "If it is no area, leave it out with ignore_rows; if it is a sum, name it in totals."
        raise DataError(document.problem("codes", found=found, needed="one for every unit", do=do))
    return {unit: mapping.codes[unit] for unit in single}


@dataclass(frozen=True, slots=True)
class Placed:
    """Counts in their places.

    Attributes
    ----------
    grid : OutcomeGrid
    totals : two arrays, M x T x K
        Bounds of the units that sum others.
    total_rows : tuple of int
        Rows of the file for each of them.
    no_row : int
        Cells of the grid that no row speaks of.
    """

    grid: OutcomeGrid
    totals: tuple[Floats, Floats]
    total_rows: tuple[int, ...]
    no_row: int


def place(
    tally: Tally,
    codes: Mapping[str, str],
    totals: Mapping[str, Parts],
    path: Path,
    mapping: TableMapping,
) -> Placed:
    """Put every count into its place.

    Raises
    ------
    DataError
        A place is taken twice, or there are too many places for memory.
    """
    areas = sorted(set(codes.values()))
    order = {area: i for i, area in enumerate(areas)}
    at = {unit: order[code] for unit, code in codes.items()}
    at |= {unit: len(areas) + j for j, unit in enumerate(totals)}
    row_of = np.array([at[unit] for unit in tally.units])
    periods = _periods(tally, path)
    first = calendar.ordinal(periods[0])
    column_of = np.array([calendar.ordinal(label) - first for label in tally.periods])
    shape = (len(areas) + len(totals), len(periods), len(tally.outcomes))
    if int(np.prod(shape)) > 2 * MOST_COUNTS:
        found = f"{periods[0]} to {periods[-1]} for {shape[0]:,} units and {shape[2]:,} outcomes"
        needed = f"at most {2 * MOST_COUNTS:,} cells"
        raise DataError(Problem(file=path.name, found=found, needed=needed))
    area, period = row_of[np.array(tally.unit)], column_of[np.array(tally.period)]
    cell = np.ravel_multi_index((area, period, np.array(tally.outcome)), shape)
    line = np.array(tally.line)
    _refuse_repeats(cell, line, tally, path)
    empty = 0.0 if mapping.absent == "zero" else np.nan
    low, high = np.full(shape, empty), np.full(shape, empty)
    bounds = np.array(tally.bounds)[np.array(tally.bound)]
    low.flat[cell], high.flat[cell] = bounds[:, 0], bounds[:, 1]
    n = len(areas)
    exposed = mapping.columns.exposure is not None
    people = _people(tally, area, period, shape[:2], path)[:n] if exposed else None
    named = {codes[u]: tally.names.get(i, u) for u, i in tally.units.items() if u in codes}
    grid = OutcomeGrid(
        areas=tuple(areas),
        area_names=tuple(named[area] for area in areas),
        periods=periods,
        outcomes=tuple(tally.outcomes),
        low=low[:n],
        high=high[:n],
        population=people,
    )
    return Placed(
        grid,
        (low[n:], high[n:]),
        tuple(len(np.unique(line[area == n + j])) for j in range(len(totals))),
        int(np.prod(grid.low.shape)) - int((cell < n * shape[1] * shape[2]).sum()),
    )


def _periods(tally: Tally, path: Path) -> tuple[str, ...]:
    """Every period from the first to the last."""
    ordered = sorted(tally.periods, key=calendar.ordinal)
    return calendar.between(ordered[0], ordered[-1])


def _refuse_repeats(cell: Integers, line: Integers, tally: Tally, path: Path) -> None:
    order = np.argsort(cell, kind="stable")
    again = np.flatnonzero(cell[order][1:] == cell[order][:-1])
    if not len(again):
        return
    later = int(order[again + 1].min())
    first = int(np.flatnonzero(cell == cell[later])[0])
    numbered = (
        (tally.units, tally.unit[later]),
        (tally.periods, tally.period[later]),
        (tally.outcomes, tally.outcome[later]),
    )
    what = " ".join(list(texts)[number] for texts, number in numbered)
    raise DataError(
        Problem(
            file=path.name,
            line=int(line[later]),
            found=f"{what} also on line {line[first]}",
            needed="one row for each unit, period and outcome",
            do="If another column tells the rows apart, choose with keep_rows or ignore_rows.",
        )
    )


def _people(
    tally: Tally, area: Integers, period: Integers, shape: tuple[int, ...], path: Path
) -> Floats:
    people, given = np.full(shape, np.nan), np.array(tally.people)
    people[area, period] = given
    other = ~np.isnan(given) & (people[area, period] != given)
    if other.any():
        line = tally.line[int(np.flatnonzero(other)[0])]
        found, needed = "another exposure than for the same unit and period", "one for both"
        raise DataError(Problem(file=path.name, line=line, found=found, needed=needed))
    return people
