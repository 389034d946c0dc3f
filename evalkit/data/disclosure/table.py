"""A table, a chart's data or a list, as statements about the cells it is made of."""

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Literal

from evalkit.data.disclosure.printed import Printed, read_printed
from evalkit.data.disclosure.profiles import Profile
from evalkit.data.disclosure.statement import Cell, Kind, Populations, Statement, said

TOTAL = "total"
_TOTALS = {
    "total",
    "all",
    "sum",
    "both",
    "everyone",
    "everybody",
    "overall",
    "grand total",
    "persons",
}
NEAR_100 = 1.0
"""Percentages of the parts of a whole add up to 100 up to rounding, one point at most in a long table."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Numbers of one kind, one a row.

    Attributes
    ----------
    outcome : str
        What is counted.
    dims : tuple of str
        What the labels are, e.g. ``("area", "year")``.
    rows : tuple of (tuple of str, text)
        Labels in the order of ``dims``, ``total`` where the row adds that one up; the number as printed.
    where : str
        The file, and which table of it.
    holds : "count", "rate" or "share"
        ``share`` is per cent of the row that adds up ``of``.
    per : float
        Of a rate: per how many people.
    of : str
        Of a share: the name of the dimension that is added up to get the whole.
    bases : tuple of float
        Of a rate: the people or events of each row where they stand beside it, NaN where one is not known;
        empty where populations are looked up.
    earlier : bool
        True where an edition that is out already holds it.
    """

    outcome: str
    dims: tuple[str, ...]
    rows: tuple[tuple[tuple[str, ...], str], ...]
    where: str
    holds: Literal["count", "rate", "share"] = "count"
    per: float = 100_000.0
    of: str = ""
    bases: tuple[float, ...] = ()
    earlier: bool = False

    def cell(self, labels: Iterable[str]) -> Cell:
        """The cell that labels name; what is added up is left out."""
        return _cell(self.outcome, tuple(labels))


@cache
def _cell(outcome: str, labels: tuple[str, ...]) -> Cell:
    return Cell(outcome, frozenset(label for label in labels if label != TOTAL))


@cache
def label_of(text: str) -> str:
    """A label as tables compare them; every way of saying that a row adds up is ``total``.

    >>> label_of("All ages"), label_of("  Leicester "), label_of("January 2019")
    ('total', 'leicester', '2019-01')
    """
    from evalkit.data.disclosure.dates import as_period

    plain = " ".join(text.split()).strip(" *").lower()
    if plain in _TOTALS or plain.startswith(("all ", "total ")) or plain.endswith(" total"):
        return TOTAL
    return as_period(plain)


def statements(
    table: Table, profile: Profile, populations: Populations | None = None
) -> list[Statement]:
    """Everything that a table says, and that its totals add up."""
    read = [(labels, text, read_printed(text)) for labels, text in table.rows]
    if table.holds == "rate":
        return [*_rates(table, read, populations or {})]
    if table.holds == "share":
        return [*_shares(table, read)]
    if any(_is_exact(printed, labels, profile) for labels, _, printed in read):
        profile = replace(profile, rounds=1)  # one number that is not rounded: none of them is
    found = [
        one
        for labels, text, printed in read
        if (one := _count(table, labels, text, printed, profile)) is not None
    ]
    return [*found, *totals(table, found)]


def _count(
    table: Table, labels: tuple[str, ...], text: str, printed: Printed, profile: Profile
) -> Statement | None:
    low, high, kind = range_of(printed, profile, national=_national(labels, profile))
    if not kind:
        return None
    return said(table.cell(labels), low, high, kind, table.where, str(text), earlier=table.earlier)


def _is_exact(printed: Printed, labels: tuple[str, ...], profile: Profile) -> bool:
    return (
        printed.is_count and bool(printed.value % profile.rounds) and not _national(labels, profile)
    )


def range_of(
    printed: Printed, profile: Profile, *, national: bool = False
) -> tuple[float, float, Kind | Literal[""]]:
    """What a printed count can really be, and what kind of statement that is; empty for words."""
    low, high = profile.hides or (0, 0)
    if printed.kind == "small":
        return low, high if profile.hides else math.inf, "hidden"
    if printed.kind == "under":
        return low, printed.value - 1, "hidden"
    if printed.kind == "covered":
        return high + 1, math.inf, "hidden"
    if printed.kind == "nothing":
        return 0, math.inf, "missing"
    if not printed.is_count:
        return 0, 0, ""
    value, half = printed.value, profile.rounds // 2
    exact = profile.rounds == 1 or national or value % profile.rounds
    if exact or value == 0 or profile.is_small(value):  # a small number is never a rounded one
        return value, value, "shown"
    return max(value - half, high + 1), value + half, "shown"


def _national(labels: tuple[str, ...], profile: Profile) -> bool:
    return any(label in profile.national for label in labels)


def totals(table: Table, found: Iterable[Statement]) -> Iterator[Statement]:
    """That the rows below a total add up to it, in each dimension."""
    ranges = {one.terms[0][0]: (one.low, one.high) for one in found}
    for n in range(len(table.dims)):
        parts: dict[tuple[str, ...], list[Cell]] = {}
        whole: dict[tuple[str, ...], Cell] = {}
        for labels, _ in table.rows:
            rest = labels[:n] + labels[n + 1 :]
            cell = table.cell(labels)
            if labels[n] == TOTAL:
                whole[rest] = cell
            elif cell in ranges:
                parts.setdefault(rest, []).append(cell)
        for rest, cell in whole.items():
            if cell in ranges and parts.get(rest):
                yield from added_up(cell, parts[rest], ranges, "total", table.where, table.earlier)


def added_up(
    whole: Cell,
    parts: list[Cell],
    ranges: Mapping[Cell, tuple[float, float]],
    kind: Kind,
    where: str,
    earlier: bool,
) -> Iterator[Statement]:
    """That parts make a whole; with what is not listed where they cannot, nothing where they are too many."""
    low = sum(ranges[part][0] for part in parts)
    high = sum(ranges[part][1] for part in parts)
    if low > ranges[whole][1]:
        return  # people counted in several parts: no sum
    terms = [(whole, -1.0), *((part, 1.0) for part in dict.fromkeys(parts))]
    if high < ranges[whole][0]:
        labels = whole.labels | {f"not listed in {where}"}
        other = Cell(whole.outcome, labels)
        yield said(other, 0, math.inf, "missing", where, earlier=earlier)
        terms.append((other, 1.0))
    yield Statement(tuple(terms), 0, 0, kind, where, f"total of {whole}", earlier)


def _rates(
    table: Table, read: list[tuple[tuple[str, ...], str, Printed]], populations: Populations
) -> Iterator[Statement]:
    """How many events a printed rate can be made of, where the population is known."""
    for n, (labels, text, printed) in enumerate(read):
        cell = table.cell(labels)
        people = table.bases[n] if table.bases else populations.get(cell.labels)
        if printed.kind != "number" or not people or math.isnan(people):
            continue
        half = 0.5 * 10.0**-printed.decimals
        low, high = ((printed.value + side) * people / table.per for side in (-half, half))
        yield said(cell, max(low, 0), high, "rate", table.where, str(text), earlier=table.earlier)


def _shares(table: Table, read: list[tuple[tuple[str, ...], str, Printed]]) -> Iterator[Statement]:
    """That a part is so many per cent of its whole."""
    at = table.dims.index(table.of)
    for labels, text, printed in read:
        if printed.kind != "number" or labels[at] == TOTAL:
            continue
        part, whole = table.cell(labels), table.cell((*labels[:at], TOTAL, *labels[at + 1 :]))
        half = 0.5 * 10.0**-printed.decimals
        for side, low, high in ((half, -math.inf, 0.0), (-half, 0.0, math.inf)):
            share = (printed.value + side) / 100
            terms = ((part, 1.0), (whole, -share))
            yield Statement(terms, low, high, "share", table.where, str(text), table.earlier)


def within(
    hierarchies: Mapping[str, tuple[str, ...]], found: Iterable[Statement]
) -> Iterator[Statement]:
    """That areas add up to the area they make, wherever the whole and all of its parts are named."""
    ranges: dict[Cell, tuple[float, float]] = {}
    where: dict[Cell, Statement] = {}
    for one in found:
        if len(one.terms) == 1:
            cell = one.terms[0][0]
            low, high = ranges.get(cell, (0.0, math.inf))
            ranges[cell] = max(low, one.low), min(high, one.high)
            where.setdefault(cell, one)
    for cell in tuple(ranges):
        for label in cell.labels & hierarchies.keys():
            rest = cell.labels - {label}
            parts = [Cell(cell.outcome, rest | {part}) for part in hierarchies[label]]
            if all(part in ranges for part in parts):
                made = where[cell]
                yield from added_up(
                    cell, parts, ranges, "part of an area", made.where, made.earlier
                )
