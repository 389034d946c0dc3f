"""Every row of a local table, understood or refused: what was counted, where, on which line."""

from array import array
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from evalkit.data.cells import advice, read_count, read_people, tidy, without_note
from evalkit.data.mapping import TableMapping
from evalkit.data.months import fitting, read_period
from evalkit.data.rows import Sheet
from evalkit.data.table_columns import Layout, Value
from evalkit.errors import DataError, Problem

MOST_COUNTS = 5_000_000
"""Counts that one table may hold; each takes about 30 bytes of memory while it is read."""

BLANK, NOTE = "blank", "only one cell filled, as in a title or a note"
TIDIED = "spaces, line breaks or notes in brackets around a unit or period"


@dataclass(slots=True)
class Tally:
    """What the rows said, as parallel arrays with one item a count.

    Attributes
    ----------
    units, periods, outcomes : dict of str to int
        Texts, tidied, by their number; periods as labels.
    names : dict of int to str
        Name of a unit.
    bounds : list of (low, high)
        Of each different cell.
    unit, period, outcome, bound, line : array of int
        Numbers of the above, and the line.
    people : array of float
        NaN where it is missing; empty where no column holds them.
    rows : int
    dropped, noted : Counter
        Rows by reason.
    """

    units: dict[str, int] = field(default_factory=dict)
    periods: dict[str, int] = field(default_factory=dict)
    outcomes: dict[str, int] = field(default_factory=dict)
    names: dict[int, str] = field(default_factory=dict)
    bounds: list[tuple[float, float]] = field(default_factory=list)
    unit: "array[int]" = field(default_factory=lambda: array("i"))
    period: "array[int]" = field(default_factory=lambda: array("i"))
    outcome: "array[int]" = field(default_factory=lambda: array("i"))
    bound: "array[int]" = field(default_factory=lambda: array("i"))
    line: "array[int]" = field(default_factory=lambda: array("i"))
    people: "array[float]" = field(default_factory=lambda: array("d"))
    rows: int = 0
    dropped: "Counter[str]" = field(default_factory=Counter)
    noted: "Counter[str]" = field(default_factory=Counter)


def tally_rows(sheet: Sheet, layout: Layout, path: Path, mapping: TableMapping) -> Tally:
    """Read every row.

    Raises
    ------
    DataError
        With the line and the column: a row of another length, a cell that cannot be understood, an empty
        unit, a period that is not written as the mapping says, or too many counts for memory.
    """
    reader = _Reader(layout, path, mapping)
    _refuse_merged(sheet, layout, path)
    for line, cells in sheet.rows:
        reader.read(line, cells)
    return reader.tally


class _Reader:
    """Reads one row after the other; every different text is understood once."""

    def __init__(self, layout: Layout, path: Path, mapping: TableMapping) -> None:
        self.tally = Tally()
        self._layout, self._path, self._mapping = layout, path, mapping
        self._above: dict[int, str] = {}
        self._seen: dict[tuple[str, str], tuple[int, bool]] = {}
        for value in layout.values:
            if value.period is not None:
                self.tally.periods.setdefault(value.period, len(self.tally.periods))
            if value.outcome is not None:
                self.tally.outcomes.setdefault(value.outcome, len(self.tally.outcomes))

    def read(self, line: int, cells: Sequence[str]) -> None:
        tally, layout = self.tally, self._layout
        tally.rows += 1
        if len(cells) != layout.width or layout.fill:
            cells = self._filled(line, cells)
        if why := self._left_out(cells):
            tally.dropped[why] += 1
            return
        tidied = False
        unit, changed = self._unit(line, cells[layout.unit])
        tidied |= changed
        if layout.unit_name is not None and (name := tidy(cells[layout.unit_name])):
            tally.names[unit] = name
        period = outcome = 0
        if layout.period is not None:
            period, changed = self._period(line, cells[layout.period])
            tidied |= changed
        if layout.category is not None:
            outcome, changed = self._category(line, cells[layout.category])
            tidied |= changed
        tally.noted[TIDIED] += tidied
        people = float("nan")
        if layout.exposure is not None:
            people = self._people(line, cells[layout.exposure])
        for value in layout.values:
            tally.bound.append(self._bound(line, value, cells[value.column]))
            tally.unit.append(unit)
            tally.period.append(period if value.period is None else tally.periods[value.period])
            tally.outcome.append(
                outcome if value.outcome is None else tally.outcomes[value.outcome]
            )
            tally.line.append(line)
            if layout.exposure is not None:
                tally.people.append(people)
        if len(tally.line) > MOST_COUNTS:
            needed = f"at most {MOST_COUNTS:,} counts"
            do = "Keep fewer rows with keep_rows, or load the table in parts."
            raise self._error(line, "", "more counts than fit into memory", needed, do)

    def _filled(self, line: int, cells: Sequence[str]) -> list[str]:
        """The row in the width of the heading, empty cells filled down where the mapping says so."""
        width = self._layout.width
        row = list(cells[:width]) + [""] * (width - len(cells))
        if any(tidy(cell) for cell in cells[width:]) or (
            len(cells) < width and sum(bool(tidy(cell)) for cell in cells) > 1
        ):
            needed = f"{width}, as in the heading"
            do = "Look for a delimiter or a line break inside a cell that is not in quotes."
            raise self._error(line, "", f"{len(cells)} cells", needed, do)
        if len(cells) >= width:
            for column in self._layout.fill:
                if tidy(row[column]):
                    self._above[column] = row[column]
                elif any(tidy(cell) for cell in row):
                    row[column] = self._above.get(column, "")
        return row

    def _left_out(self, cells: Sequence[str]) -> str:
        """Why a row is left out, or nothing."""
        layout = self._layout
        if not any(tidy(cells[value.column]) for value in layout.values):
            filled = sum(bool(tidy(cell)) for i, cell in enumerate(cells) if i not in layout.fill)
            filled += any(tidy(cells[i]) for i in layout.fill)
            if filled < 2:
                return NOTE if filled else BLANK
        for column, texts in layout.drop.items():
            if (text := tidy(cells[column])) in texts:
                return f"ignored: {text or 'empty'}"
        for column, texts in layout.keep.items():
            if tidy(cells[column]) not in texts:
                return "not among keep_rows"
        return ""

    def _unit(self, line: int, text: str) -> tuple[int, bool]:
        if (known := self._seen.get(("unit", text))) is not None:
            return known
        unit = without_note(tidy(text))
        column = self._mapping.columns.unit
        if not unit:
            do = f"If it repeats the one above, add to the mapping: fill_down: [{column}]"
            raise self._error(line, column, "empty", "a unit in every row", do)
        number = self.tally.units.setdefault(unit, len(self.tally.units))
        return self._keep("unit", text, number, unit != text)

    def _category(self, line: int, text: str) -> tuple[int, bool]:
        if (known := self._seen.get(("category", text))) is not None:
            return known
        outcome = without_note(tidy(text))
        if not outcome:
            column = str(self._mapping.columns.category)
            raise self._error(line, column, "empty", "the name of an outcome", "")
        number = self.tally.outcomes.setdefault(outcome, len(self.tally.outcomes))
        return self._keep("category", text, number, outcome != text)

    def _period(self, line: int, text: str) -> tuple[int, bool]:
        if (known := self._seen.get(("period", text))) is not None:
            return known
        clean = without_note(tidy(text))
        label = read_period(clean, self._mapping.period)
        if label is None:
            column, forms = str(self._mapping.columns.period), fitting(clean)
            do = f"If all are written so, in the mapping: period: {' or '.join(forms)}"
            ignore = (
                f'If the row is no data, in the mapping: ignore_rows: {{{column}: ["{clean}"]}}'
            )
            needed = f"a period written {self._mapping.period}"
            raise self._error(line, column, clean or "empty", needed, do if forms else ignore)
        number = self.tally.periods.setdefault(label, len(self.tally.periods))
        return self._keep("period", text, number, clean != text)

    def _bound(self, line: int, value: Value, text: str) -> int:
        if (known := self._seen.get(("", text))) is not None:
            return known[0]
        clean = tidy(text)
        bounds = read_count(clean, self._mapping)
        if bounds is None:
            needed, do = advice(clean)
            raise self._error(line, value.heading, clean or "empty", needed, do)
        self.tally.bounds.append(bounds)
        return self._keep("", text, len(self.tally.bounds) - 1, clean != text)[0]

    def _people(self, line: int, text: str) -> float:
        people = read_people(tidy(text), self._mapping)
        if people is None:
            column = str(self._mapping.columns.exposure)
            raise self._error(line, column, tidy(text) or "empty", "a number above 0", "")
        return people

    def _keep(self, kind: str, text: str, number: int, changed: bool) -> tuple[int, bool]:
        self._seen[kind, text] = number, changed
        return number, changed

    def _error(self, line: int, column: str, found: str, needed: str, do: str) -> DataError:
        return DataError(
            Problem(
                file=self._path.name, line=line, field=column, found=found, needed=needed, do=do
            )
        )


def _refuse_merged(sheet: Sheet, layout: Layout, path: Path) -> None:
    """A count in merged cells belongs to nobody knows how many of them."""
    columns = {value.column for value in layout.values}
    for top, left, bottom, right in sheet.merged:
        if bottom > sheet.heading_line and columns & set(range(left, right + 1)):
            raise DataError(
                Problem(
                    file=path.name,
                    line=top,
                    found="merged cells among the counts",
                    needed="one cell for each count",
                    do="Unmerge them in the spreadsheet, and say which count is whose.",
                )
            )
