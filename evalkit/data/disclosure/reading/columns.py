"""What the columns of a grid are: names, counts, rates, percentages, people, or what a model made."""

import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from evalkit.data.disclosure.printed import Printed, read_printed
from evalkit.data.disclosure.reading.grid import Grid
from evalkit.data.disclosure.table import NEAR_100, TOTAL, Table, label_of


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


NAMES = _words(
    """area areas year period month quarter week date day age sex gender ethnicity group ward district region
    lsoa msoa force name code unit cohort crime offence outcome category type x label labels time start"""
)
"""Heads of columns that are names even where they hold numbers."""
GENERIC = _words("count counts n number numbers observed value values y data events 0") | {""}
"""Heads that say no more than that a column holds counts."""
MODEL = _words(
    """fitted counterfactual effect estimate standard_error p_value dof n_obs n_units n_clusters n_treated
    n_comparison n_periods event_time band_low band_high fitted_low fitted_high counterfactual_low
    counterfactual_high statistic threshold below rho residual decimals rows_read rows_used projected"""
) | {"model fit", "standard error"}
"""Heads and keys of what a model or a plan says: numbers of areas and periods, not of people. Rules for small
numbers leave regression output alone."""
BESIDE_MODEL = _words(
    """low high level with without minimum ratio side seed smallest size base units treated comparison weight
    observations clusters p"""
) | {"band low", "band high", "comparison units"}
"""Heads that are a model's only in a table that has one of ``MODEL``."""
MODEL_KEYS = _words(
    """estimates alternatives readings events checks deviations coverage provenance diagnostics refusals
    interval estimate avoided placebos residuals packages parameters"""
)
"""Keys of a run's record below which there is no count of people."""
_PER = re.compile(r"per (?:each )?([\d,]+|hundred thousand|thousand|million)")
_PERIOD = re.compile(r"[12]\d{3}(-\d{2})?|total")
_BIG = {"hundred thousand": 100_000.0, "thousand": 1_000.0, "million": 1_000_000.0}
_PEOPLE = re.compile(r"\b(?:population|residents|inhabitants|people living)\b")


@dataclass(frozen=True, slots=True)
class Known:
    """What the numbers of a file count.

    Attributes
    ----------
    outcome : str
    units : frozenset of str
        Heads that mean just that, e.g. ``"admissions"``.
    place : str
        Where they were counted, for tables whose rows name nothing but periods; a label.
    """

    outcome: str
    units: frozenset[str] = frozenset()
    place: str = ""


@dataclass(frozen=True, slots=True)
class _Column:
    at: int
    head: str
    cells: tuple[Printed, ...]

    @property
    def is_numbers(self) -> bool:
        """Whether nothing in it is words; a total that is nowhere given is a column of numbers too."""
        return all(cell.kind != "words" for cell in self.cells)

    @property
    def is_counts(self) -> bool:
        return self.is_numbers and all(c.is_count for c in self.cells if c.kind == "number")


def tables_of(grid: Grid, known: Known, *, earlier: bool = False) -> Iterator[Table]:
    """The tables of counts, rates and percentages that a grid holds; none where a model made its numbers."""
    if _of_a_model(grid.where):
        return
    columns = _columns(grid)
    names, rest = _names(grid, columns)
    labels = [tuple(label_of(row[c.at]) or f"column {c.at}" for c in names) for row in grid.rows]
    dims = tuple(c.head or f"column {c.at}" for c in names)
    if known.place and all(_PERIOD.fullmatch(name) for row in labels for name in row):
        labels, dims = [(known.place, *row) for row in labels], ("place", *dims)
    counts = [c for c in rest if _kind(c) == "count"]
    yield from _counts(grid, known, dims, labels, counts, earlier)
    for column in rest:
        kind = _kind(column)
        texts = [row[column.at] for row in grid.rows]
        rows = tuple(zip(labels, texts, strict=True))
        if kind == "rate":
            yield Table(
                outcome=known.outcome,
                dims=dims,
                rows=rows,
                where=grid.where,
                holds="rate",
                per=_per(column.head),
                earlier=earlier,
            )
        elif kind == "share" and (of := _whole_of(dims, labels, column.cells)):
            yield Table(
                outcome=known.outcome,
                dims=dims,
                rows=rows,
                where=grid.where,
                holds="share",
                of=of,
                earlier=earlier,
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
        columns = _columns(grid)
        names, rest = _names(grid, columns)
        for column in rest:
            if _kind(column) != "people":
                continue
            for row, cell in zip(grid.rows, column.cells, strict=True):
                key = frozenset(label_of(row[c.at]) for c in names) - {TOTAL}
                if cell.kind in ("number", "small", "covered", "under"):
                    found[key] = cell.value if cell.kind == "number" else math.nan
    return found


def _columns(grid: Grid) -> list[_Column]:
    return [
        _Column(n, " ".join(head.lower().split()), tuple(read_printed(r[n]) for r in grid.rows))
        for n, head in enumerate(grid.head)
    ]


def _names(grid: Grid, columns: list[_Column]) -> tuple[list[_Column], list[_Column]]:
    """The columns that name a row, and the others that hold numbers and are no model's."""
    names, rest = [], []
    for column in columns:
        if column.at < grid.labels or column.head in NAMES:
            names.append(column)
        elif column.is_numbers:
            rest.append(column)
        elif any(cell.kind == "words" for cell in column.cells) and not _long(grid, column):
            names.append(column)
    made = any(c.head in MODEL for c in columns)
    return names, [c for c in rest if c.head not in MODEL and not (made and c.head in BESIDE_MODEL)]


def _long(grid: Grid, column: _Column) -> bool:
    """Sentences are no names."""
    return any(len(row[column.at]) > 60 for row in grid.rows)


def _kind(column: _Column) -> str:
    if _PEOPLE.search(column.head):
        return "people"
    if _PER.search(column.head) and not column.head.startswith("per cent"):
        return "rate"
    if "%" in column.head or "per cent" in column.head or "percentage" in column.head:
        return "share"
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


def _of_a_model(where: str) -> bool:
    """Whether a key that leads to this table says that a model or a plan made it."""
    keys = where.partition(" ")[2].split(".")
    return any(re.sub(r"\[\d+\]", "", key) in MODEL_KEYS for key in keys)
