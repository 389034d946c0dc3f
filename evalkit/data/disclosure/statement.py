"""What a publication says, as linear statements about whole numbers."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

Kind = Literal["shown", "hidden", "missing", "total", "part of an area", "rate", "share"]


@dataclass(frozen=True, slots=True)
class Cell:
    """One number, shown or not, by what it counts.

    Attributes
    ----------
    outcome : str
        What is counted, e.g. a measure's name.
    labels : frozenset of str
        Area, period, group …; without what a total adds up.
    edition : str
        Empty, unless two places say different things of it: then each has its own.
    """

    outcome: str
    labels: frozenset[str]
    edition: str = ""
    _hash: int = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_hash", hash((self.outcome, self.labels, self.edition)))

    def __hash__(self) -> int:
        return self._hash  # asked for millions of times

    def __reduce__(self) -> tuple[type["Cell"], tuple[str, frozenset[str], str]]:
        return Cell, (self.outcome, self.labels, self.edition)  # another process hashes otherwise

    def __str__(self) -> str:
        named = ", ".join(sorted(self.labels)) or "everything"
        return f"{self.outcome}: {named}" + (f" ({self.edition})" if self.edition else "")


@dataclass(frozen=True, slots=True)
class Statement:
    """``low <= sum of coefficient x cell <= high``, as somebody can read it off.

    Attributes
    ----------
    terms : tuple of (Cell, float)
    low, high : float
        Infinite where nothing is said.
    kind : str
    where : str
        File and, where there are several, table.
    text : str
        What is printed there.
    earlier : bool
        True where an edition that is out already says it.
    """

    terms: tuple[tuple[Cell, float], ...]
    low: float
    high: float
    kind: Kind
    where: str
    text: str = ""
    earlier: bool = False

    @property
    def place(self) -> str:
        """Where it is printed, and whether in an earlier edition."""
        return f"{self.where} of an earlier edition" if self.earlier else self.where


def said(
    cell: Cell,
    low: float,
    high: float,
    kind: Kind,
    where: str,
    text: str = "",
    *,
    earlier: bool = False,
) -> Statement:
    """A statement about one cell."""
    return Statement(((cell, 1.0),), low, high, kind, where, text, earlier)


def apart(statements: Iterable[Statement]) -> tuple[Statement, ...]:
    """The same statements, where cells of which two places say different numbers are told apart.

    An edition that revised a number, or two tables that only look alike, must not make nonsense together.
    """
    all_ = tuple(statements)
    bounds: dict[Cell, tuple[float, float]] = {}
    for one in all_:
        if len(one.terms) == 1 and one.kind != "rate":
            cell = one.terms[0][0]
            low, high = bounds.get(cell, (0.0, math.inf))
            bounds[cell] = max(low, one.low), min(high, one.high)
    torn = {cell for cell, (low, high) in bounds.items() if low > high}
    return _renamed(all_, torn, by_table=_torn_within_one(all_, torn)) if torn else all_


def _torn_within_one(statements: Iterable[Statement], torn: set[Cell]) -> set[Cell]:
    """Cells of which one and the same edition says different numbers."""
    bounds: dict[tuple[Cell, bool], tuple[float, float]] = {}
    for one in statements:
        if len(one.terms) == 1 and one.terms[0][0] in torn and one.kind != "rate":
            key = one.terms[0][0], one.earlier
            low, high = bounds.get(key, (0.0, math.inf))
            bounds[key] = max(low, one.low), min(high, one.high)
    return {cell for (cell, _), (low, high) in bounds.items() if low > high}


def _renamed(
    statements: tuple[Statement, ...], torn: set[Cell], *, by_table: set[Cell]
) -> tuple[Statement, ...]:
    def name(cell: Cell, one: Statement) -> Cell:
        if cell not in torn:
            return cell
        edition = "earlier edition" if one.earlier else "this edition"
        return replace(cell, edition=one.place if cell in by_table else edition)

    return tuple(
        replace(one, terms=tuple((name(cell, one), c) for cell, c in one.terms))
        if any(cell in torn for cell, _ in one.terms)
        else one
        for one in statements
    )


def split(statements: Iterable[Statement], *, by_table: bool) -> dict[str, list[Statement]]:
    """Statements by edition, or by the table that makes them."""
    found: dict[str, list[Statement]] = {}
    for one in statements:
        key = one.place if by_table else str(one.earlier)
        found.setdefault(key, []).append(one)
    return found


Populations = Mapping[frozenset[str], float]
"""How many people live where, by the labels of a cell: public, and known to everybody."""
