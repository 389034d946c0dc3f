"""A few groups of a registry as a registry of their own, in memory: whatever reads one reads the other."""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain, islice

import sqlalchemy as sa
from sqlalchemy.pool import StaticPool
from sqlmodel import Session

from evalkit.registry.models import Row
from evalkit.registry.outline import Group, outline
from evalkit.registry.search import TABLE

_AT_ONCE = 400
"""Keys that are asked for with one question."""
_BY_ENTRY = ("entry", "entry_version", "entry_reference")
_BY_PLAN = ("run", "finding")


@contextmanager
def excerpt(session: Session, groups: Sequence[Group]) -> Iterator[Session]:
    """A registry of these groups, with every area; its chain has gaps where others stand."""
    raw = session.connection().connection.driver_connection
    assert isinstance(raw, sqlite3.Connection)
    engine = sa.create_engine("sqlite://", poolclass=StaticPool)
    try:
        with Session(engine) as copy:
            own = copy.connection().connection.driver_connection
            assert isinstance(own, sqlite3.Connection)
            _fill(raw, own, groups)
            yield copy
    finally:
        engine.dispose()


def _fill(raw: sqlite3.Connection, own: sqlite3.Connection, groups: Sequence[Group]) -> None:
    for table in Row.metadata.sorted_tables:
        (made,) = raw.execute("SELECT sql FROM sqlite_master WHERE name = ?", (table.name,))
        own.execute(made[0])
    own.execute(f"CREATE TABLE {TABLE} (title, body)")
    _copy(own, "area", raw.execute("SELECT * FROM area"))
    entries = [key for group in groups for key in group.entries]
    for table_name in _BY_ENTRY:
        _copy(own, table_name, _asked(raw, table_name, "(kind, id)", entries))
    plans = [(owner,) for group in groups for owner in group.owners]
    for table_name in _BY_PLAN:
        _copy(own, table_name, _asked(raw, table_name, "protocol_id", plans))
    lines = [(number,) for group in groups for number in group.lines]
    _copy(own, "ledger_entry", _asked(raw, "ledger_entry", "seq", lines))
    places = own.execute("SELECT search_row FROM entry").fetchall()
    words = _asked(raw, TABLE, "rowid", places, columns="rowid, title, body")
    own.executemany(f"INSERT INTO {TABLE} (rowid, title, body) VALUES (?, ?, ?)", words)


def _asked(
    raw: sqlite3.Connection,
    table: str,
    key: str,
    wanted: Iterable[tuple[object, ...]],
    columns: str = "*",
) -> Iterator[tuple[object, ...]]:
    left = iter(wanted)
    while some := list(islice(left, _AT_ONCE)):
        place = f"({', '.join('?' for _ in some[0])})"
        places = ", ".join(place for _ in some)
        query = f"SELECT {columns} FROM {table} WHERE {key} IN (VALUES {places})"
        yield from raw.execute(query, list(chain.from_iterable(some)))


def _copy(own: sqlite3.Connection, table: str, rows: Iterable[tuple[object, ...]]) -> None:
    left = iter(rows)
    if (first := next(left, None)) is not None:
        places = ", ".join("?" for _ in first)
        own.executemany(f"INSERT INTO {table} VALUES ({places})", chain((first,), left))


def is_of(copy: Session, groups: Sequence[Group]) -> bool:
    """Whether an excerpt holds the rows of its groups, and no others: an index may lead elsewhere."""
    found = outline(copy)
    there = {one.digest for one in (*found.groups, *found.kinds.values())}
    return {one.digest for one in groups} == there
