"""Which column of a local table plays which part."""

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from evalkit.data.cells import tidy, without_note
from evalkit.data.mapping import TableMapping
from evalkit.data.months import fitting, read_period
from evalkit.data.rows import Sheet, delimiter_advice
from evalkit.errors import DataError, Problem
from evalkit.text import Document

_MANY = 6


@dataclass(frozen=True, slots=True)
class Value:
    """A column of counts; the period or outcome that its heading stands for, where it stands for one."""

    column: int
    heading: str
    period: str | None = None
    outcome: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Positions of columns.

    Attributes
    ----------
    unit, unit_name, period, category, exposure : int or None
    values : tuple of Value
    drop, keep : mapping of int to set of str
        Texts with which a row is left out, and without which it is.
    fill : tuple of int
    unused : tuple of str
        Headings of columns that are not read.
    width : int
    remarks : tuple of str
    """

    unit: int
    unit_name: int | None
    period: int | None
    category: int | None
    exposure: int | None
    values: tuple[Value, ...]
    drop: Mapping[int, frozenset[str]]
    keep: Mapping[int, frozenset[str]]
    fill: tuple[int, ...]
    unused: tuple[str, ...]
    width: int
    remarks: tuple[str, ...]


def find_columns(sheet: Sheet, path: Path, mapping: TableMapping, document: Document) -> Layout:
    """Find every column that a mapping names in the heading of a table.

    Raises
    ------
    DataError
        A heading is not there or there twice, or no heading is a period where periods stand across.
    """
    headings = [without_note(tidy(cell)) for cell in sheet.heading]
    columns = mapping.columns

    def position(field: str, name: str) -> int:
        wanted = without_note(tidy(name))
        found = [i for i, heading in enumerate(headings) if heading == wanted]
        if len(found) == 1:
            return found[0]
        raise DataError(_no_column(field, name, len(found), sheet, path, mapping, document))

    def optional(field: str) -> int | None:
        name = getattr(columns, field)
        return None if name is None else position(f"columns.{field}", name)

    def filters(field: str, texts: Mapping[str, Sequence[str]] | None) -> dict[int, frozenset[str]]:
        return {
            position(f"{field}.{name}", name): frozenset(map(tidy, wanted))
            for name, wanted in (texts or {}).items()
        }

    parts = {field: optional(field) for field in ("unit_name", "period", "category", "exposure")}
    unit = position("columns.unit", columns.unit)
    drop = filters("ignore_rows", mapping.ignore_rows)
    keep = filters("keep_rows", mapping.keep_rows)
    fill = tuple(position("fill_down", name) for name in mapping.fill_down)
    taken = {unit, *(i for i in parts.values() if i is not None), *drop, *keep}
    if mapping.periods_across:
        values = _periods(headings, taken, path, mapping, document)
    elif mapping.measures:
        values = tuple(
            Value(position(f"measures.{name}", column), column, outcome=name)
            for name, column in mapping.measures.items()
        )
    else:
        outcome = str(columns.outcome)
        values = (Value(position("columns.outcome", outcome), outcome, outcome=mapping.measure),)
    taken |= {value.column for value in values}
    unused = [h for i, h in enumerate(headings) if h and i not in taken]
    return Layout(
        unit=unit,
        values=values,
        drop=drop,
        keep=keep,
        fill=fill,
        unused=tuple(unused),
        width=len(headings),
        remarks=(*sheet.remarks, *_remarks(sheet.heading, headings, taken, unused)),
        **parts,
    )


def _periods(
    headings: Sequence[str],
    taken: set[int],
    path: Path,
    mapping: TableMapping,
    document: Document,
) -> tuple[Value, ...]:
    """The columns whose heading is a period, each a different one."""
    values: dict[str, Value] = {}
    for i, heading in enumerate(headings):
        label = read_period(heading, mapping.period) if i not in taken else None
        if label is None:
            continue
        if label in values:
            found = f"{label} both as {values[label].heading} and as {heading} in {path.name}"
            raise DataError(document.problem("period", found=found, needed="one column a period"))
        values[label] = Value(i, heading, period=label, outcome=mapping.measure)
    if not values:
        forms = {form for h in headings for form in fitting(h)}
        raise DataError(
            document.problem(
                "period",
                found=f"no heading of {path.name} that is {mapping.period}",
                needed="a column for each period",
                do=f"Try period: {' or '.join(sorted(forms))}" if forms else "",
            )
        )
    return tuple(values.values())


def _no_column(
    field: str,
    name: str,
    times: int,
    sheet: Sheet,
    path: Path,
    mapping: TableMapping,
    document: Document,
) -> Problem:
    headings = [without_note(tidy(cell)) for cell in sheet.heading]
    if times:
        found, needed = f"{times} columns {name} in {path.name}", "one"
        return document.problem(field, found=found, needed=needed, do="Rename one of them.")
    there = [heading for heading in headings if heading]
    shown = ", ".join(there[:_MANY]) + (f" and {len(there) - _MANY} more" if there[_MANY:] else "")
    do = delimiter_advice(sheet.heading, mapping.delimiter) or _row_advice(sheet, mapping)
    close = difflib.get_close_matches(name, there, n=1)
    if not do and close:
        do = f"Try {close[0]}."
    found = f"no column {name} in {path.name}"
    return document.problem(field, found=found, needed=f"one of {shown or 'its headings'}", do=do)


def _row_advice(sheet: Sheet, mapping: TableMapping) -> str:
    """The row that has the unit's heading, where titles stand above the table."""
    for number, (line, cells) in enumerate(sheet.rows, mapping.header_row + 1):
        if mapping.columns.unit in [without_note(tidy(cell)) for cell in cells]:
            return f"Add to the mapping: header_row: {line if sheet.where == 'row' else number}"
        if number > mapping.header_row + 30:
            break
    return ""


def _remarks(
    written: Sequence[str], headings: Sequence[str], taken: set[int], unused: Sequence[str]
) -> list[str]:
    changed = [headings[i] for i in sorted(taken) if written[i] != headings[i]]
    remarks = [f"headings tidied: {_some(changed)}"] if changed else []
    return remarks + ([f"columns not used: {_some(unused)}"] if unused else [])


def _some(names: Sequence[str]) -> str:
    more = f" and {len(names) - _MANY} more" if len(names) > _MANY else ""
    return ", ".join(names[:_MANY]) + more
