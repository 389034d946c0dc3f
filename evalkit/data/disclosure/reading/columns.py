"""What the columns of a grid are: names, counts, rates, percentages, people, or what a model made."""

import math
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from evalkit.data.disclosure.printed import Printed, read_printed
from evalkit.data.disclosure.reading.grid import NO_PEOPLE, Grid
from evalkit.data.disclosure.reading.heads import BESIDE_MODEL, GENERIC, MODEL, NAMES
from evalkit.data.disclosure.table import NEAR_100, TOTAL, Table, label_of

_PER = re.compile(r"per (?:each )?([\d,]+|hundred thousand|thousand|million)")
_PERIOD = re.compile(r"[12]\d{3}(-\d{2})?|total")
_BIG = {"hundred thousand": 100_000.0, "thousand": 1_000.0, "million": 1_000_000.0}
_PEOPLE = re.compile(r"\b(?:population|residents|inhabitants|people living)\b")
_MEAN = re.compile(r"\b(?:mean|average|avg)\b")
_NO_PART = re.compile(
    r"\b(?:change|changes|difference|growth|rise|fall|confidence|interval|level)\b"
)
"""Per cent of something else than the count beside it."""
FEW_WORDS = 1 / 3
"""A column of numbers may have so many cells with words, such as ``refused``."""


@dataclass(frozen=True, slots=True)
class Known:
    """What the numbers of a file count.

    Attributes
    ----------
    outcome : str
    units : frozenset of str
        Heads that mean just that, e.g. ``"admissions"``.
    holds : mapping of str to str
        What the columns of a table that evalkit made hold, by their heads: ``count``, ``name``, ``model`` ….
    place : str
        Where they were counted, for tables whose rows name nothing but periods; a label.
    """

    outcome: str
    units: frozenset[str] = frozenset()
    place: str = ""
    holds: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Column:
    at: int
    head: str
    cells: tuple[Printed, ...]
    holds: str = ""

    @property
    def is_numbers(self) -> bool:
        """Whether hardly anything in it is words; marks for a total that is not given are none."""
        words = sum(cell.kind == "words" for cell in self.cells)
        return words == 0 or words <= FEW_WORDS * len(self.cells)

    @property
    def is_counts(self) -> bool:
        return self.is_numbers and all(c.is_count for c in self.cells if c.kind == "number")


def tables_of(grid: Grid, known: Known, *, earlier: bool = False) -> Iterator[Table]:
    """The tables of counts, rates and percentages that a grid holds; none where a model made its numbers."""
    columns = _columns(grid, known)
    if columns and all(column.holds in NO_PEOPLE for column in columns):
        return
    names, rest = _names(grid, columns)
    labels = [tuple(label_of(row[c.at]) or f"column {c.at}" for c in names) for row in grid.rows]
    dims = tuple(c.head or f"column {c.at}" for c in names)
    if known.place and all(_PERIOD.fullmatch(name) for row in labels for name in row):
        labels, dims = [(known.place, *row) for row in labels], ("place", *dims)
    counts = [c for c in rest if _kind(c) == "count"]
    yield from _counts(grid, known, dims, labels, counts, earlier)
    whole = Table(outcome=known.outcome, dims=dims, rows=(), where=grid.where, earlier=earlier)
    for column in rest:
        kind = _kind(column)
        texts = [row[column.at] for row in grid.rows]
        one = replace(whole, rows=tuple(zip(labels, texts, strict=True)))
        if kind == "rate":
            yield replace(one, holds="rate", per=_per(column.head))
        elif kind == "share" and (of := _whole_of(dims, labels, column.cells)):
            yield replace(one, holds="share", of=of)
        elif kind in ("share", "mean") and not _NO_PART.search(column.head):
            yield from _parts(one, column, counts, per=100.0 if kind == "share" else 1.0)


def _parts(one: Table, column: _Column, counts: list[_Column], *, per: float) -> Iterator[Table]:
    """What a percentage or a mean comes to with each count in its row: a number that nobody printed."""
    for count in counts:
        if count.head == column.head:
            continue
        bases = tuple(c.value if c.kind == "number" else math.nan for c in count.cells)
        name = f"{column.head or 'rate'} of {count.head or 'count'}"
        rows = tuple(((*labels, name), text) for labels, text in one.rows)
        yield replace(
            one, dims=(*one.dims, "column"), rows=rows, holds="rate", per=per, bases=bases
        )


def _counts(
    grid: Grid,
    known: Known,
    dims: tuple[str, ...],
    labels: list[tuple[str, ...]],
    counts: list[_Column],
    earlier: bool,
) -> Iterator[Table]:
    wide = [c for c in counts if not (c.head in GENERIC or c.head in known.units)]
    plain = [c for c in counts if c not in wide]
    if wide:
        rows = [
            ((*names, label_of(c.head)), row[c.at])
            for c in wide
            for names, row in zip(labels, grid.rows, strict=True)
            if not _aside(names)
        ]
        yield Table(
            outcome=known.outcome,
            dims=(*dims, "column"),
            rows=tuple(rows),
            where=grid.where,
            earlier=earlier,
        )
    for c in plain:
        rows = [
            (names, row[c.at])
            for names, row in zip(labels, grid.rows, strict=True)
            if not _aside(names)
        ]
        yield Table(
            outcome=known.outcome, dims=dims, rows=tuple(rows), where=grid.where, earlier=earlier
        )


def people_in(grids: Iterable[Grid]) -> dict[frozenset[str], float]:
    """Numbers of people by the names of their rows; NaN where one is hidden."""
    found: dict[frozenset[str], float] = {}
    for grid in grids:
        if not any(map(_PEOPLE.search, map(str.lower, grid.head))):
            continue
        columns = _columns(grid, Known(""))
        names, rest = _names(grid, columns)
        for column in rest:
            if _kind(column) != "people":
                continue
            for row, cell in zip(grid.rows, column.cells, strict=True):
                key = frozenset(label_of(row[c.at]) for c in names) - {TOTAL}
                if cell.kind in ("number", "small", "covered", "under"):
                    found[key] = cell.value if cell.kind == "number" else math.nan
    return found


def _columns(grid: Grid, known: Known) -> list[_Column]:
    said = grid.holds or ("",) * len(grid.head)
    return [
        _Column(
            n,
            " ".join(head.lower().split()),
            tuple(read_printed(row[n]) for row in grid.rows),
            said[n] or known.holds.get(head, ""),
        )
        for n, head in enumerate(grid.head)
    ]


def _names(grid: Grid, columns: list[_Column]) -> tuple[list[_Column], list[_Column]]:
    """The columns that name a row, and the others that hold numbers and are no model's.

    What is said of a column goes before what its head and its cells look like.
    """
    names, rest = [], []
    for column in columns:
        if column.holds in NO_PEOPLE:
            continue
        if column.holds == "name" or (
            not column.holds and (column.at < grid.labels or column.head in NAMES)
        ):
            names.append(column)
        elif column.holds or column.is_numbers:
            rest.append(column)
        elif any(cell.kind == "words" for cell in column.cells) and not _long(grid, column):
            names.append(column)
    made = any(c.head in MODEL and not c.holds for c in columns)
    return names, [c for c in rest if c.holds or not _by_a_model(c, made=made)]


def _by_a_model(column: _Column, *, made: bool) -> bool:
    return column.head in MODEL or (made and column.head in BESIDE_MODEL)


def _long(grid: Grid, column: _Column) -> bool:
    """Sentences are no names."""
    return any(len(row[column.at]) > 60 for row in grid.rows)


def _kind(column: _Column) -> str:
    if column.holds == "count":
        return "count"
    if _PEOPLE.search(column.head):
        return "people"
    if _PER.search(column.head) and not column.head.startswith("per cent"):
        return "rate"
    if "%" in column.head or "per cent" in column.head or "percentage" in column.head:
        return "share"
    if _MEAN.search(column.head) and not column.is_counts:
        return "mean"
    return "count" if column.is_counts else "other"


def _per(head: str) -> float:
    found = _PER.search(head)
    assert found is not None
    return _BIG.get(found[1]) or float(found[1].replace(",", ""))


def _whole_of(
    dims: tuple[str, ...], labels: list[tuple[str, ...]], cells: tuple[Printed, ...]
) -> str:
    """The dimension in which percentages add up to 100; empty where they do in none."""
    for n, dim in enumerate(dims):
        sums: dict[tuple[str, ...], float] = {}
        for names, cell in zip(labels, cells, strict=True):
            if names[n] != TOTAL and cell.kind == "number":
                rest = names[:n] + names[n + 1 :]
                sums[rest] = sums.get(rest, 0.0) + cell.value
        if sums and all(abs(total - 100) <= NEAR_100 for total in sums.values()):
            return dim
    return ""


def _aside(names: tuple[str, ...]) -> bool:
    return any(name in MODEL for name in names)
