"""Values of indicators from what people write: a figure, or a table with a row for each."""

import csv
import io
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from evalkit.errors import DataError, Problem
from evalkit.types.indicator_value import IndicatorValue, value_id

_NUMBER = re.compile(r"[+-]?([0-9]{1,3}(,[0-9]{3})+|[0-9]+)(\.[0-9]+)?|[+-]?\.[0-9]+")
_BELOW = re.compile(r"<\s*([0-9]+(\.[0-9]+)?)")
NEEDED = "a number, * or a bound such as <5 where it is too small to keep, or nothing"
_OWN = ("indicator", "period", "value", "note")


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A number, or that it is known to be small, or that there is none."""

    value: float | None = None
    suppressed: bool = False
    below: float | None = None


def read_figure(text: str) -> Figure | None:
    """A figure as it is written; None where it is none.

    >>> read_figure("1,204"), read_figure("<5")
    (Figure(value=1204.0, suppressed=False, below=None), Figure(value=None, suppressed=True, below=5.0))
    >>> read_figure("twelve") is None, read_figure("")
    (True, Figure(value=None, suppressed=False, below=None))
    """
    text = text.strip().replace("−", "-")
    if text == "":
        return Figure()
    if text == "*":
        return Figure(suppressed=True)
    if match := _BELOW.fullmatch(text):
        return Figure(suppressed=True, below=float(match[1]))
    if _NUMBER.fullmatch(text) and math.isfinite(value := float(text.replace(",", ""))):
        return Figure(value=value)
    return None


def read_table(path: Path, intervention: str) -> tuple[tuple[int, IndicatorValue], ...]:
    """The rows of a CSV file as values, each with its line.

    Columns ``indicator``, ``period``, ``value`` and, if wanted, ``note``; every other column is a group, such
    as ``area`` or ``age``, empty for everybody.

    Raises
    ------
    DataError
        One problem for each line that cannot be read, and for each that repeats another.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        found = f"byte {error.start} is not UTF-8"
        raise DataError(
            Problem(file=path.name, found=found, needed="a CSV file in UTF-8")
        ) from error
    rows = csv.reader(io.StringIO(text))
    head = [name.strip() for name in next(rows, [])]
    problems = [*_head_problems(path.name, head)]
    if problems:
        raise DataError(*problems)
    read = [(rows.line_num, _row(path.name, rows.line_num, head, row)) for row in rows if any(row)]
    cells = [(n, one) for n, one in read if not isinstance(one, Problem)]
    problems = [one for _, one in read if isinstance(one, Problem)]
    values = [(n, _value(intervention, head, row)) for n, row in cells]
    problems += _repeats(path.name, values)
    if problems:
        raise DataError(*sorted(problems, key=lambda problem: problem.line or 0))
    return tuple(values)


def _head_problems(file: str, head: Sequence[str]) -> Iterator[Problem]:
    for name in _OWN[:3]:
        if name not in head:
            listed = ", ".join(head) or "nothing"
            yield Problem(
                file=file, line=1, found=f"the columns {listed}", needed=f"a column {name}"
            )
    for name in sorted({name for name in head if head.count(name) > 1 or not name}):
        found = f"column {name!r} {head.count(name)} times" if name else "a column without a name"
        yield Problem(file=file, line=1, found=found, needed="a name of its own for each")


def _row(file: str, line: int, head: Sequence[str], row: Sequence[str]) -> dict[str, str] | Problem:
    if len(row) != len(head):
        found = f"{len(row)} cells"
        return Problem(
            file=file, line=line, found=found, needed=f"{len(head)}, as in the first line"
        )
    cells = {name: cell.strip() for name, cell in zip(head, row, strict=True)}
    if read_figure(cells["value"]) is None:
        return Problem(file=file, line=line, field="value", found=cells["value"], needed=NEEDED)
    return cells


def _value(intervention: str, head: Sequence[str], cells: Mapping[str, str]) -> IndicatorValue:
    figure = read_figure(cells["value"]) or Figure()
    return IndicatorValue(
        form="evalkit/indicator-value/1",
        intervention=intervention,
        indicator=cells["indicator"],
        period=cells["period"],
        value=figure.value,
        by={name: cells[name] for name in head if name not in _OWN and cells[name]},
        note=cells.get("note", ""),
        suppressed=figure.suppressed,
        below=figure.below,
    )


def _repeats(file: str, values: Sequence[tuple[int, IndicatorValue]]) -> Iterator[Problem]:
    seen: dict[str, int] = {}
    for line, value in values:
        first = seen.setdefault(value_id(value), line)
        if first != line:
            found = f"{value.period} of {value.indicator} also on line {first}"
            yield Problem(
                file=file, line=line, field="period", found=found, needed="once", do="Delete one."
            )
