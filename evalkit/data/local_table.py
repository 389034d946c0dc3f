"""Any table of counts, as somebody publishes it, through a mapping to counts by area, period and outcome."""

import dataclasses
import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from evalkit.data.grid import OutcomeGrid
from evalkit.data.keep import file_sha256
from evalkit.data.mapping import TableMapping
from evalkit.data.rows import find_file, open_rows
from evalkit.data.table_columns import find_columns
from evalkit.data.table_grid import Placed, area_codes, place
from evalkit.data.tally import tally_rows
from evalkit.data.totals import Parts, PrintedTotal, compare_total, find_totals
from evalkit.errors import DataError, Problem
from evalkit.text import Document
from evalkit.text.scalars import written
from evalkit.types.extraction import Extraction, InputFile, Rows

_NO_CHOICE = frozenset(["form", "file", "source", "licence"])


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalTable:
    """A local table that was read.

    Attributes
    ----------
    grid : OutcomeGrid
    made : Extraction
        Without the hash of a table, until it is kept.
    totals : tuple of PrintedTotal
        Units that were left out because they sum others.
    no_row : int
        Cells of the grid that no row of the file speaks of.
    remarks : tuple of str
        What was noticed about the file and its heading, in words.
    """

    grid: OutcomeGrid
    made: Extraction
    totals: tuple[PrintedTotal, ...]
    no_row: int
    remarks: tuple[str, ...]


def read_local_table(
    mapping: TableMapping, document: Document, folder: Path, *, inside: Path
) -> LocalTable:
    """Read the table that a mapping in ``folder`` names; memory does not grow with columns not used.

    Raises
    ------
    DataError
        The file is not below ``inside``, cannot be read, or has a row that cannot be understood; a unit,
        period and outcome is there twice; no row is left.
    """
    path = find_file(mapping, document, folder, inside)
    sheet = open_rows(path, mapping, document)
    layout = find_columns(sheet, path, mapping, document)
    tally = tally_rows(sheet, layout, path, mapping)
    if not tally.line:
        found = f"{tally.rows:,} rows, none with a count" if tally.rows else "a heading and no rows"
        raise DataError(Problem(file=path.name, found=found, needed="rows with counts"))
    units = tuple(tally.units)
    names = {unit: tally.names.get(number, "") for unit, number in tally.units.items()}
    _refuse_unknown(units, mapping, document)
    totals = find_totals(units, names, mapping)
    codes = area_codes(units, totals, mapping, document)
    placed = place(tally, codes, totals, path, mapping)
    grid = placed.grid
    compared = tuple(
        _compare(unit, parts, placed, codes, number)
        for number, (unit, parts) in enumerate(totals.items())
    )
    return LocalTable(
        grid=grid,
        made=Extraction(
            source=mapping.source,
            inputs=(
                InputFile(
                    name=path.name,
                    sha256=file_sha256(path),
                    size=path.stat().st_size,
                    rows=tally.rows,
                ),
            ),
            choices=_choices(mapping),
            rows_read=tally.rows,
            rows_kept=tally.rows - sum(tally.dropped.values()) - sum(placed.total_rows),
            dropped=(
                *(Rows(why=why, rows=n) for why, n in tally.dropped.items()),
                *map(_total_rows, compared, placed.total_rows),
            ),
            noted=tuple(Rows(why=why, rows=n) for why, n in tally.noted.items() if n),
            periods=(grid.periods[0], grid.periods[-1]),
            unpublished=_unpublished(grid),
            table_sha256="",
        ),
        totals=compared,
        no_row=placed.no_row,
        remarks=layout.remarks,
    )


def _refuse_unknown(units: tuple[str, ...], mapping: TableMapping, document: Document) -> None:
    """A total, or a part of one, that is not in the table is a slip of the pen."""
    for total, parts in (mapping.totals or {}).items():
        for unit in (total, *(() if parts == "all" else parts)):
            if unit not in units:
                close = difflib.get_close_matches(unit, units, n=1)
                found, do = f"no unit {unit} in the table", f"Try {close[0]}." if close else ""
                problem = document.problem(f"totals.{total}", found=found, needed="a unit", do=do)
                raise DataError(problem)
            if unit != total and unit in (mapping.totals or {}):
                found = f"{unit}, which is a total itself"
                problem = document.problem(f"totals.{total}", found=found, needed="single units")
                raise DataError(problem)
    if set(units) <= set(mapping.totals or {}):
        problem = document.problem("totals", found="every unit", needed="units that are no totals")
        raise DataError(problem)


def _compare(
    unit: str, parts: Parts, placed: Placed, codes: Mapping[str, str], number: int
) -> PrintedTotal:
    grid = placed.grid
    if parts == "not named":
        return PrintedTotal(unit=unit, parts=0, checked=0, misfits=())
    wanted = set(grid.areas) if parts == "all" else {codes.get(part, part) for part in parts}
    inside = np.isin(np.array(grid.areas), sorted(wanted))
    printed = placed.totals[0][number], placed.totals[1][number]
    sums = grid.low[inside], grid.high[inside]
    return compare_total(unit, printed, sums, grid.periods, grid.outcomes)


def _total_rows(total: PrintedTotal, rows: int) -> Rows:
    why = f"total of others: {total.unit}"
    if total.misfits:
        why += f" (not their sum in {len(total.misfits)} of {total.checked})"
    return Rows(why=why, rows=rows)


def _unpublished(grid: OutcomeGrid) -> dict[str, tuple[str, ...]]:
    """By area: the periods of which nothing is known."""
    nothing = np.asarray(grid.missing.all(axis=2))
    return {
        area: tuple(grid.periods[t] for t in np.flatnonzero(nothing[i]))
        for i, area in enumerate(grid.areas)
        if nothing[i].any()
    }


def _choices(mapping: TableMapping) -> dict[str, str]:
    """Every field of a mapping that was set, as it would be written."""
    choices = {}
    for field in dataclasses.fields(mapping):
        value: Any = getattr(mapping, field.name)
        if field.name in _NO_CHOICE or value == field.default:
            continue
        if dataclasses.is_dataclass(value) and not isinstance(value, type):
            value = {k: v for k, v in dataclasses.asdict(value).items() if v is not None}
        choices[field.name] = written(value)
    return choices
