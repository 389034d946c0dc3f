"""Everything that is stored, hashed row by row and told apart by what it is about; no record is read.

Two outlines with the same digest of a group were made from the same rows, its entries in the ledger included.
Tables are read as they lie in the file, so that a damaged index of theirs changes nothing.
"""

import hashlib
import marshal
import re
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from sqlmodel import Session

from evalkit.registry.chain import Line
from evalkit.registry.models import (
    AreaRow,
    EntryReferenceRow,
    EntryRow,
    EntryVersionRow,
    FindingRow,
    RunRow,
)
from evalkit.registry.search import TABLE

ABOUT = frozenset(
    [
        *("intervention", "protocol", "finding", "publication", "explanation", "rating"),
        *("late-result", "indicator-value", "indicator-limits"),
    ]
)
"""Kinds of entries that are about one intervention, plan or finding: their ids begin with its own."""
_LINKS = {("protocol", "intervention"), ("finding", "intervention"), ("intervention", "finding")}
_INTERVENTIONS = re.compile(r'"interventions":\[([^\]]*)\]')
_NAME = re.compile(r'"([^"]+)"')
Key = tuple[str, str]
_Row = tuple[Any, ...]
_TOLD_APART = 2
"""A version of ``marshal`` that writes each value with its type and length, however it lies in memory."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Rows that belong together.

    Attributes
    ----------
    digest : str
        A hash of all of them.
    owners : tuple of str
        Interventions, plans and findings that name each other; of entries of another kind, the kind.
    entries : tuple of (str, str)
        Kind and id of its entries.
    lines : tuple of int
        Numbers of the entries in the ledger about it.
    """

    digest: str
    owners: tuple[str, ...]
    entries: tuple[Key, ...]
    lines: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """What a registry holds.

    Attributes
    ----------
    lines : tuple of Line
        The whole ledger, oldest first, whole or not.
    groups : tuple of Group
        What hangs together by a link, in order of the first owner.
    kinds : mapping of str to Group
        All entries of each other kind; the areas, which are no entries, are one.
    """

    lines: tuple[Line, ...]
    groups: tuple[Group, ...]
    kinds: Mapping[str, Group]


def outline(session: Session) -> Outline:
    """Read every row once; where bytes stand in the place of text, some are named as they are printed."""
    raw = session.connection().connection.driver_connection
    assert isinstance(raw, sqlite3.Connection)
    found, links, owner_of = defaultdict[str, _Rows](_Rows), _Links(), _Owners()
    for row in _rows(raw, "area", AreaRow.model_fields):
        found[f"{_OF_KIND}area"].take("area", row)
    places: dict[object, str] = {}
    for row in _rows(raw, "entry", EntryRow.model_fields):
        own = found[owner := owner_of[row[:2]]]
        own.take("entry", row)
        own.entries.append((str(row[0]), str(row[1])))
        places[row[-1]] = owner
    for row in _rows(raw, "entry_version", EntryVersionRow.model_fields):
        found[owner_of[row[:2]]].take("version", row)
    for row in _rows(raw, "entry_reference", EntryReferenceRow.model_fields):
        found[owner := owner_of[row[:2]]].take("reference", row)
        if (row[0], row[2]) in _LINKS:
            links.join(owner, str(row[3]))
    for row in _rows(raw, TABLE, ("rowid", "title", "body")):
        found[places.get(row[0], _OF_KIND)].take("search", row)
    for row in _rows(raw, "run", RunRow.model_fields):
        found[str(row[0])].take("run", row)
    for row in _rows(raw, "finding", FindingRow.model_fields):
        found[owner := str(row[0])].take("finding", row)
        named = _INTERVENTIONS.search(str(row[-1]))
        for other in (str(row[4]), *(_NAME.findall(named[1]) if named else ())):
            links.join(owner, other)
    lines = []
    for row in _rows(raw, "ledger_entry", _LINE):
        line = Line(*row)
        own = found[_owner_of(str(line.subject))]
        own.take("ledger", row)
        own.lines.append(line.seq)
        lines.append(line)
    lines.sort(key=lambda line: line.seq)
    together = defaultdict[str, list[str]](list)
    for owner in sorted(found):
        together[links.first(owner)].append(owner)
    groups = [_group(owners, found) for owners in together.values()]
    return Outline(
        lines=tuple(lines),
        groups=tuple(one for one in groups if not one.owners[0].startswith(_OF_KIND)),
        kinds={
            one.owners[0].removeprefix(_OF_KIND): one
            for one in groups
            if one.owners[0].startswith(_OF_KIND)
        },
    )


_OF_KIND = "kind "
_LINE = tuple(field.name for field in fields(Line))


class _Owners(dict[tuple[object, ...], str]):
    """By kind and id of an entry, as they are stored: whose rows are about it."""

    def __missing__(self, key: tuple[object, ...]) -> str:
        self[key] = owner = _owner(*map(str, key))
        return owner


def _owner(kind: str, id: str) -> str:
    return id.partition("/")[0] if kind in ABOUT else f"{_OF_KIND}{kind}"


def _owner_of(subject: str) -> str:
    kind, _, rest = subject.partition("/")
    return rest.partition("/")[0] if kind == "run" else _owner(kind, rest)


def _rows(raw: sqlite3.Connection, table: str, columns: Iterable[str]) -> Iterator[_Row]:
    """Every row, as they lie in the file."""
    listed = ", ".join(f'"{name}"' for name in columns)
    return iter(raw.execute(f'SELECT {listed} FROM "{table}" NOT INDEXED'))


@dataclass(slots=True)
class _Rows:
    """The rows of one owner so far."""

    hash: "hashlib._Hash" = field(default_factory=hashlib.sha256)
    entries: list[Key] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)

    def take(self, table: str, row: _Row) -> None:
        self.hash.update(marshal.dumps((table, row), _TOLD_APART))


def _group(owners: list[str], found: Mapping[str, _Rows]) -> Group:
    told = "".join(f"{owner} {found[owner].hash.hexdigest()}\n" for owner in owners)
    return Group(
        digest=hashlib.sha256(told.encode()).hexdigest(),
        owners=tuple(owners),
        entries=tuple(key for owner in owners for key in found[owner].entries),
        lines=tuple(sorted(n for owner in owners for n in found[owner].lines)),
    )


class _Links:
    """Which owners hang together (union by the smaller name, with halved paths)."""

    def __init__(self) -> None:
        self._above: dict[str, str] = {}

    def first(self, owner: str) -> str:
        above = self._above
        above.setdefault(owner, owner)
        while above[owner] != owner:
            above[owner] = above[above[owner]]
            owner = above[owner]
        return owner

    def join(self, one: str, other: str) -> None:
        low, high = sorted((self.first(one), self.first(other)))
        self._above[high] = low
