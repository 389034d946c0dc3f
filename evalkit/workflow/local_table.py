"""From a mapping to a table of outcomes with its record, and from a population table to rates."""

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from evalkit.data.grid import OutcomeGrid
from evalkit.data.harm import Weighed
from evalkit.data.harm_table import with_what_it_rests_on
from evalkit.data.keep import in_blocks, keep_frames, refuse_place
from evalkit.data.local_table import LocalTable, read_local_table
from evalkit.data.mapping import TableColumns, TableMapping, read_mapping
from evalkit.data.population import (
    PopulationUse,
    add_up,
    needs_population,
    rates,
    with_population,
)
from evalkit.errors import DataError, FormError, Problem
from evalkit.text import Document
from evalkit.text.strict_yaml import Place
from evalkit.types.extraction import Extraction, InputFile
from evalkit.workflow.weights import Weighing, weighed_with
from evalkit.workflow.workspace import find_workspace

POPULATION_COLUMNS = "area,year,population"


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeTable:
    """A table of outcomes that was made, and written unless it was a rehearsal."""

    table: LocalTable
    grid: OutcomeGrid
    made: Extraction
    population: PopulationUse | None
    weighed: Weighed | None = None


def make_table(
    mapping: Path,
    out: Path | None,
    *,
    population: Path | None = None,
    columns: str = POPULATION_COLUMNS,
    per: int | None = None,
    weighing: Weighing | None = None,
) -> MadeTable:
    """Read the table that a mapping names and write it as ``out``; None writes nothing.

    With ``weighing`` its outcomes are weighted and added up to one.

    Raises
    ------
    FormError, DataError
        The mapping, the table, the population or a weight is not right; nothing is written then.
    """
    if out is not None:
        refuse_place(out)
    read, document = read_mapping(mapping)
    table = read_local_table(read, document, mapping.parent, inside=_inside(mapping))
    grid, made, use = table.grid, table.made, None
    if population is not None:
        grid, made, use = add_population(grid, made, population, columns=columns)
    if per is not None:
        needs_population(grid)
        made = dataclasses.replace(made, choices={**made.choices, "per": str(per)})
    weighed = None
    if weighing is not None:
        weighed, made = weighed_with(grid, made, weighing)
        grid = weighed.grid
    if out is not None:
        made = keep_frames(frames_of(grid, weighed, per), out, made)
    return MadeTable(table=table, grid=grid, made=made, population=use, weighed=weighed)


def frames_of(
    grid: OutcomeGrid, weighed: Weighed | None, per: int | None
) -> Iterator[pd.DataFrame]:
    """The long table in pieces, with rates where ``per`` says so; a weighted one with what it rests on."""
    if weighed is not None:
        yield with_what_it_rests_on(with_rates(grid, per), weighed)
        return
    for block in in_blocks(grid):
        yield with_rates(block, per)


def add_population(
    grid: OutcomeGrid,
    made: Extraction,
    file: Path,
    *,
    columns: str = POPULATION_COLUMNS,
    parts: Mapping[str, Sequence[str]] | None = None,
) -> tuple[OutcomeGrid, Extraction, PopulationUse]:
    """A grid with its population, and the record with the file that it came from.

    Parameters
    ----------
    grid, made
        As extracted.
    file : Path
        Mid-year estimates: a table with one row an area and year, or a mapping (.yaml) of any table.
    columns : str
        Headings of area, year and people, with commas between; not used with a mapping.
    parts : mapping or None
        Districts of each police area: one without an estimate of its own gets the sum of theirs.

    Raises
    ------
    FormError, DataError
        The file cannot be read, has an area and year twice, or as ``with_population`` and ``add_up``.
    """
    if grid.population is not None:
        found, needed = "people in the table itself and in another file", "one of them"
        raise DataError(Problem(field="population", found=found, needed=needed))
    estimates = _estimates(file, columns)
    people, summed = add_up(estimates.grid, grid.areas, parts or {})
    grown, use = with_population(grid, people)
    added = f"; the districts of {', '.join(summed)} added up" if summed else ""
    choices = {**made.choices, "population": use.sentence + added}
    inputs: tuple[InputFile, ...] = (*made.inputs, *estimates.made.inputs)
    return grown, dataclasses.replace(made, inputs=inputs, choices=choices), use


def with_rates(grid: OutcomeGrid, per: int | None) -> pd.DataFrame:
    """The long table; with ``per`` also ``rate``, ``rate_low`` and ``rate_high`` for so many people."""
    frame = grid.to_frame()
    if per is None:
        return frame
    low, high = (bound.ravel() for bound in rates(grid, per=per))
    rate = np.where(grid.known.ravel(), low, np.nan)
    return frame.assign(rate=rate, rate_low=low, rate_high=high)


def _inside(file: Path) -> Path:
    """The workspace around a mapping; its own folder where there is none."""
    folder = file.resolve().parent
    try:
        return find_workspace(folder).root
    except FormError as error:
        if error.problems and error.problems[0].found.startswith("not in this folder"):
            return folder
        raise


def _estimates(file: Path, columns: str) -> LocalTable:
    if file.suffix in (".yaml", ".yml"):
        mapping, document = read_mapping(file)
        if mapping.period != "yyyy":
            raise FormError(document.problem("period", found=mapping.period, needed="yyyy"))
        return read_local_table(mapping, document, file.parent, inside=_inside(file))
    parts = [part.strip() for part in columns.split(",")]
    if len(parts) != 3 or not all(parts):
        needed = "three headings with commas between, such as LAD23CD,year,population"
        raise DataError(Problem(field="population columns", found=columns, needed=needed))
    if not file.is_file():
        raise DataError(Problem(file=str(file), found="no such file", needed="a population table"))
    area, year, people = parts
    mapping = TableMapping(
        form="evalkit/table/1",
        file=file.name,
        source="population",
        columns=TableColumns(unit=area, period=year, outcome=people),
        period="yyyy",
        measure="population",
    )
    document = Document(file.name, {}, {"": Place(1, "")}, "", "")
    try:
        return read_local_table(mapping, document, file.parent, inside=file.resolve().parent)
    except DataError as error:
        raise DataError(*map(_about_columns, error.problems)) from error


def _about_columns(problem: Problem) -> Problem:
    """Where another column is meant, the option that names it instead of the mapping's fields."""
    if not (problem.field.startswith("columns.") or "keep_rows" in problem.do):
        return problem
    do = "Name the right ones: --population-columns AREA,YEAR,PEOPLE"
    field = problem.field.removeprefix("columns.")
    return dataclasses.replace(problem, field=field, do=do)
