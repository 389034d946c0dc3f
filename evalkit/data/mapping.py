"""A mapping: how one local table, as somebody publishes it, is read as counts by area and period.

It is a form of its own beside the data recipe (``recipe.py``). A recipe pins the bytes that one evaluation
used and says who was treated; a mapping reads next month's file as well and knows nothing of treatment.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from annotated_types import Ge, MinLen
from pydantic import ConfigDict

from evalkit.errors import FormError, Problem
from evalkit.text import Document, read_form
from evalkit.types.ids import Slug
from evalkit.types.texts import Note

_FORBID = ConfigDict(extra="forbid")
Name = Annotated[str, MinLen(1)]
Bound = Annotated[int, Ge(0)]
Texts = tuple[str, ...]

PeriodForm = Literal[
    "yyyy-mm",
    "mm/yyyy",
    "mmm-yy",
    "dd/mm/yyyy",
    "yyyy-mm-dd",
    "yyyy-Qn",
    "yyyy/yy-Qn",
    "yyyy",
    "yyyy/yy",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class TableColumns:
    """Headings of the columns that are used.

    Attributes
    ----------
    unit, unit_name : str
        Code of the area (or its name, with ``codes``), and its name where that has a column of its own.
    period, outcome : str or None
        Not where they stand across (``periods_across``, ``measures``).
    category : str or None
        Column whose text names the outcome, in tables with one row for each offence or cause.
    exposure : str or None
        People at risk in the area and period.
    """

    __pydantic_config__ = _FORBID

    unit: Name
    unit_name: Name | None = None
    period: Name | None = None
    outcome: Name | None = None
    category: Name | None = None
    exposure: Name | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TableMapping:
    """One mapping file.

    Attributes
    ----------
    file : str
        csv, xlsx, xls, ods or parquet, beside the mapping or below it, inside the workspace.
    source : str
        Id of the data source.
    period : str
        How periods are written; a date with its day stands for its month, ``yyyy/yy`` for the financial
        year that begins in April of the first.
    measure : str or None
        Name of the one outcome.
    measures : mapping or None
        Name of each outcome and its column, where outcomes stand across.
    periods_across : bool
        Each period is a column.
    suppressed : mapping
        What stands in place of a small number, and the smallest and largest it can hide.
    missing, zero : tuple of str
        What stands where nothing is known, and what stands for none.
    marks : tuple of str
        What may follow a number without changing it, e.g. ``"[r]"`` for revised.
    absent : "missing" or "zero"
        What it means that an area and period has no row.
    ignore_rows, keep_rows : mapping
        By column: rows with one of these texts are left out; rows without one are left out.
    totals : mapping or None
        Units that are sums of others: ``all``, or the units they sum. None: recognised by their name.
    codes : mapping or None
        Area code by the text in the unit column.
    fill_down : tuple of str
        Columns in which an empty cell repeats the one above, as in merged cells.
    sheet, header_row, delimiter, encoding
        Where a spreadsheet or text file needs it; ``header_row`` counts from 1.
    licence : str
    """

    __pydantic_config__ = _FORBID

    form: Literal["evalkit/table/1"]
    file: Name
    source: Slug
    columns: TableColumns
    period: PeriodForm
    measure: Name | None = None
    measures: dict[str, Name] | None = None
    periods_across: bool = False
    suppressed: dict[str, tuple[Bound, Bound]] | None = None
    missing: Texts = ()
    zero: Texts = ()
    marks: Texts = ()
    absent: Literal["missing", "zero"] = "missing"
    ignore_rows: dict[str, Texts] | None = None
    keep_rows: dict[str, Texts] | None = None
    totals: dict[str, Literal["all"] | Texts] | None = None
    codes: dict[str, Name] | None = None
    fill_down: Texts = ()
    sheet: Name | None = None
    header_row: Annotated[int, Ge(1)] = 1
    delimiter: Literal[",", ";", "\t", "|"] = ","
    encoding: Literal["utf-8", "utf-16", "windows-1252"] = "utf-8"
    licence: Note = ""


def read_mapping(path: Path) -> tuple[TableMapping, Document]:
    """Read a mapping file.

    Raises
    ------
    FormError
        A field is wrong, or fields contradict each other; each with its line.
    """
    mapping, document = read_form(path, TableMapping)
    problems = [
        *_outcome_problems(mapping, document),
        *_marker_problems(mapping, document),
    ]
    if problems:
        raise FormError(*sorted(problems, key=lambda problem: problem.line or 0))
    return mapping, document


def _outcome_problems(mapping: TableMapping, document: Document) -> list[Problem]:
    """The outcome has one name from one place, and periods stand either down or across."""
    columns, problems = mapping.columns, []
    names = {
        "measure": mapping.measure,
        "measures": mapping.measures,
        "columns.category": columns.category,
    }
    given = [name for name, value in names.items() if value]
    if len(given) != 1:
        found = " and ".join(given) or "no name for the outcome"
        needed = "one of measure, measures and columns.category"
        problems.append(document.problem(given[-1] if given else "", found=found, needed=needed))
    across = mapping.periods_across
    for field, value, unwanted, why in (
        ("columns.period", columns.period, across, "periods_across"),
        ("columns.outcome", columns.outcome, across or bool(mapping.measures), "it stands across"),
        ("measures", mapping.measures, across and bool(mapping.measures), "periods_across"),
        ("columns.exposure", columns.exposure, across and bool(columns.exposure), "periods_across"),
    ):
        if unwanted and value:
            problems.append(
                document.problem(field, found=f"given beside {why}", needed="one of them")
            )
        elif not unwanted and not value and field in ("columns.period", "columns.outcome"):
            problems.append(document.problem(field, found="not given", needed="a heading"))
    return problems


def _marker_problems(mapping: TableMapping, document: Document) -> list[Problem]:
    """A marker means one thing, and a suppressed number lies between two different bounds."""
    problems, seen = [], dict[str, str]()
    suppressed = mapping.suppressed or {}
    for field, markers in (
        ("suppressed", tuple(suppressed)),
        ("missing", mapping.missing),
        ("zero", mapping.zero),
    ):
        for marker in markers:
            if seen.setdefault(marker, field) != field:
                found = f'"{marker}" also in {seen[marker]}'
                problems.append(document.problem(field, found=found, needed="one meaning"))
    for marker, (low, high) in suppressed.items():
        if not low < high:
            problems.append(
                document.problem(
                    f"suppressed.{marker}",
                    found=f"{low} to {high}",
                    needed="the smallest and the largest number it can hide",
                )
            )
    return problems
