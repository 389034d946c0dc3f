"""Every row of a registry but its ledger, hashed and told apart by what it is about.

Python's own library is enough, so that a bare Python can do it in a process of its own (see ``outline``): it
reads the tables and their columns with ``marshal`` from its input, and writes what it found so to its output.
"""

import gc
import hashlib
import marshal
import re
import sqlite3
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from typing import Any

from evalkit.types.roots import Roots

ABOUT = frozenset(
    [
        *("intervention", "protocol", "finding", "publication", "explanation", "rating"),
        *("late-result", "indicator-value", "indicator-limits"),
    ]
)
"""Kinds of entries that are about one intervention, plan or finding: their ids begin with its own."""
OF_KIND = "kind "
"""What the name of an owner begins with that is a kind of entries."""
TOLD_APART = 2
"""A version of ``marshal`` that writes each value with its type and length, however it lies in memory."""
Key = tuple[str, str]
Row = tuple[Any, ...]
Told = tuple[str, tuple[str, ...], tuple[Key, ...]]
"""A group: its digest, its owners and its entries."""
Columns = dict[str, tuple[str, ...]]
"""Columns of area, entry, version, reference, search, run and finding; first the table's name."""

_LINKS = {("protocol", "intervention"), ("finding", "intervention"), ("intervention", "finding")}
_INTERVENTIONS = re.compile(r'"interventions":\[([^\]]*)\]')
_NAME = re.compile(r'"([^"]+)"')


def read_rows(raw: sqlite3.Connection, columns: Columns) -> list[Told]:
    """Read every row once, but for the ledger; groups are in order of their first owner.

    Tables are read as they lie in the file, so that a damaged index of theirs changes nothing. Where bytes
    stand in the place of text, some are named as they are printed.
    """
    found, roots, owners = defaultdict[str, _Rows](_Rows), Roots[str](), _Owners()
    for row in rows_of(raw, columns["area"]):
        found[f"{OF_KIND}area"].take("area", row)
    places: dict[object, str] = {}
    for row in rows_of(raw, columns["entry"]):
        own = found[owner := owners[row[:2]]]
        own.take("entry", row)
        own.entries.append((str(row[0]), str(row[1])))
        places[row[-1]] = owner
    for row in rows_of(raw, columns["version"]):
        found[owners[row[:2]]].take("version", row)
    for row in rows_of(raw, columns["reference"]):
        found[owner := owners[row[:2]]].take("reference", row)
        if (row[0], row[2]) in _LINKS:
            roots.join(owner, str(row[3]))
    for row in rows_of(raw, columns["search"]):
        found[places.get(row[0], OF_KIND)].take("search", row)
    for row in rows_of(raw, columns["run"]):
        found[str(row[0])].take("run", row)
    for row in rows_of(raw, columns["finding"]):
        found[owner := str(row[0])].take("finding", row)
        named = _INTERVENTIONS.search(str(row[-1]))
        for other in (str(row[4]), *(_NAME.findall(named[1]) if named else ())):
            roots.join(owner, other)
    together = defaultdict[str, list[str]](list)
    for owner in sorted(found):
        together[roots.of(owner)].append(owner)
    return [_told(some, found) for some in together.values()]


class _Rows:
    """The rows of one owner so far."""

    __slots__ = ("entries", "hash")

    def __init__(self) -> None:
        self.hash = hashlib.sha256()
        self.entries: list[Key] = []

    def take(self, table: str, row: Row) -> None:
        self.hash.update(marshal.dumps((table, row), TOLD_APART))


class _Owners(dict[Row, str]):
    """By kind and id of an entry, as they are stored: whose rows are about it."""

    def __missing__(self, key: Row) -> str:
        self[key] = owner = _owner(*map(str, key))
        return owner


def _owner(kind: str, id: str) -> str:
    return id.partition("/")[0] if kind in ABOUT else f"{OF_KIND}{kind}"


def owner_of(subject: str) -> str:
    """Whom a line of the ledger is about."""
    kind, _, rest = subject.partition("/")
    return rest.partition("/")[0] if kind == "run" else _owner(kind, rest)


def rows_of(raw: sqlite3.Connection, columns: Sequence[str]) -> Iterator[Row]:
    """Every row of a table, as they lie in the file; its name comes first."""
    table, *names = columns
    listed = ", ".join(f'"{name}"' for name in names)
    return iter(raw.execute(f'SELECT {listed} FROM "{table}" NOT INDEXED'))


def _told(owners: list[str], found: Mapping[str, _Rows]) -> Told:
    told = "".join(f"{owner} {found[owner].hash.hexdigest()}\n" for owner in owners)
    return (
        hashlib.sha256(told.encode()).hexdigest(),
        tuple(owners),
        tuple(key for owner in owners for key in found[owner].entries),
    )


def main(address: str) -> None:
    """Read the rows of a registry for another process."""
    gc.disable()  # nothing here refers to itself, and the process ends at once
    # not waited for a writer: whoever asks has the file open, and can read it themselves
    with closing(sqlite3.connect(address, timeout=0, uri=True)) as raw:
        marshal.dump(read_rows(raw, marshal.load(sys.stdin.buffer)), sys.stdout.buffer)
