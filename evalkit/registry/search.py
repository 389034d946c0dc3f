"""Search: SQLite's full-text index over titles and bodies; its dialect is spoken here alone."""

import contextlib
import sqlite3
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from evalkit.errors import Problem, RegistryError

TABLE = "entry_search"
SHADOWS = tuple(f"{TABLE}_{part}" for part in ("config", "content", "data", "docsize", "idx"))
"""Tables that SQLite keeps behind the index."""
MOST_WORDS = 24
"""How many words of a query are looked at."""

_CREATE = (
    f"CREATE VIRTUAL TABLE IF NOT EXISTS {TABLE} USING fts5(title, body,"
    " tokenize='porter unicode61 remove_diacritics 2', prefix='2 3')"
)
_WEIGHTS = "bm25(6.0, 1.0)"
_SNIPPET = f"snippet({TABLE}, 1, '', '', '…', 20)"
_FROM_INDEX = (  # nothing but the rank may order it: then a snippet is cut for the best ones only
    f"SELECT rowid, rank, {_SNIPPET} FROM {TABLE}"
    f" WHERE {TABLE} MATCH :words AND rank MATCH '{_WEIGHTS}'{{only}} ORDER BY rank LIMIT :limit"
)
_ONLY = (  # with + in front, rows are looked up among those found, not the other way round
    " AND +rowid IN (SELECT entry.search_row FROM entry WHERE 1=1{filters})"
)
_FROM_LIST = (
    "SELECT entry.search_row, 0.0,"
    f" (SELECT substr(body, 1, 160) FROM {TABLE} WHERE rowid = entry.search_row)"
    " FROM entry WHERE 1=1{filters} ORDER BY entry.kind, entry.id LIMIT :limit"
)
_FILTER = (
    " AND (entry.kind, entry.id) IN"
    " (SELECT r.kind, r.id FROM entry_reference r WHERE r.role = :role{n} AND {target})"
)
_SAME = "r.target = :target{n}"
_WITHIN = (  # an area is found with the areas inside it
    "r.target IN (WITH RECURSIVE inside(code) AS (VALUES (:target{n}) UNION"
    " SELECT area.code FROM area JOIN inside ON area.parent = inside.code) SELECT code FROM inside)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One entry that was found.

    Attributes
    ----------
    kind, id, title : str
    snippet : str
        A few words of the body around what was looked for; its beginning where nothing was.
    rank : float
        bm25 with the title weighted; smaller is better, 0 where nothing was looked for.
    """

    kind: str
    id: str
    title: str
    snippet: str
    rank: float


def search(
    session: Session,
    words: str = "",
    *,
    filters: Mapping[str, str] | None = None,
    kinds: Sequence[str] = (),
    limit: int = 20,
) -> tuple[Hit, ...]:
    """Find entries, the best first.

    Parameters
    ----------
    words : str
        Any text. Each of its words, or a word that begins with it, has to occur. Words are compared by
        their stems, so *stabbings* finds *stabbed*; what is left of a word, *navigat*, may have
        another stem than the whole. Without words the entries are listed in order of kind and id.
    filters : mapping of str to str
        Role and target that an entry refers to, all of them, e.g. ``{"area": "E23000018"}``, which
        finds the districts of Derbyshire too.
    kinds : sequence of str
        Only these kinds; empty for all.
    limit : int
        At most so many; at least 1.

    Raises
    ------
    RegistryError
        When ``limit`` is below 1.
    """
    if limit < 1:
        found = f"a limit of {limit}"
        raise RegistryError(Problem(field="limit", found=found, needed="1 or more"))
    asked = match_text(words)
    if words.strip() and not asked:
        return ()  # nothing but signs, which no text is found by
    values: dict[str, Any] = {"limit": limit}
    clause = _clauses(filters or {}, kinds, values)
    query = _FROM_LIST.format(filters=clause)
    if asked:
        values["words"] = asked
        query = _FROM_INDEX.format(only=_ONLY.format(filters=clause) if clause else "")
    rows = session.connection().execute(sa.text(query), values)
    return tuple(_hits(session, {int(row): (float(rank), text) for row, rank, text in rows}))


def match_text(words: str) -> str:
    """Write any text as a query in which nothing but words has a meaning; empty for no word."""
    plain = "".join(c if unicodedata.category(c)[0] in "LNM" else " " for c in words)
    asked = [w for w in dict.fromkeys(plain.split()) if any(c.isalnum() for c in w)]
    return " ".join(f'"{word}"*' for word in asked[:MOST_WORDS])


def ensure(connection: sa.Connection) -> None:
    """Make the index if it is not there."""
    connection.exec_driver_sql(_CREATE)


def replace(connection: sa.Connection, rows: Iterable[tuple[int, str, str]]) -> None:
    """Put (search_row, title, body) into the index, in place of what these rows held before."""
    given = list(rows)
    there = connection.exec_driver_sql(
        f"SELECT rowid FROM {TABLE} WHERE rowid BETWEEN ? AND ?",
        (min(row[0] for row in given), max(row[0] for row in given)),
    ).scalars()
    if old := sorted(set(there) & {row[0] for row in given}):
        connection.exec_driver_sql(f"DELETE FROM {TABLE} WHERE rowid = ?", [(n,) for n in old])
    connection.exec_driver_sql(f"INSERT INTO {TABLE} (rowid, title, body) VALUES (?, ?, ?)", given)


def rebuild(connection: sa.Connection, rows: Iterable[tuple[int, str, str]]) -> None:
    """Make the index again from nothing; any number of times gives the same answers."""
    connection.exec_driver_sql(f"DROP TABLE IF EXISTS {TABLE}")
    ensure(connection)
    if given := list(rows):
        replace(connection, given)


def contents(connection: sa.Connection) -> dict[int, tuple[str, str]]:
    """Return what the index holds: title and body by search row."""
    found = connection.exec_driver_sql(f"SELECT rowid, title, body FROM {TABLE}")
    return {row: (title, body) for row, title, body in found}


def is_whole(session: Session) -> bool:
    """Say whether the index finds every word of its texts.

    SQLite asks for a connection that may write, though nothing is written: where this one may not, a
    copy in memory is looked at. Where it may, no copy is possible.
    """
    raw = session.connection().connection.driver_connection
    assert isinstance(raw, sqlite3.Connection)
    check = f"INSERT INTO {TABLE} ({TABLE}) VALUES ('integrity-check')"
    only_reads = raw.execute("PRAGMA query_only").fetchone() == (1,)
    with contextlib.closing(sqlite3.connect(":memory:")) as copy:
        if only_reads:
            raw.backup(copy)
        try:
            (copy if only_reads else raw).execute(check)
        except sqlite3.DatabaseError:
            return False
    return True


def _clauses(filters: Mapping[str, str], kinds: Sequence[str], values: dict[str, Any]) -> str:
    text = ""
    for n, (role, target) in enumerate(sorted(filters.items())):
        target_is = (_WITHIN if role == "area" else _SAME).format(n=n)
        text += _FILTER.format(n=n, target=target_is)
        values |= {f"role{n}": role, f"target{n}": target}
    if kinds:
        text += " AND entry.kind IN (" + ", ".join(f":kind{n}" for n in range(len(kinds))) + ")"
        values |= {f"kind{n}": kind for n, kind in enumerate(kinds)}
    return text


def _hits(session: Session, found: Mapping[int, tuple[float, str]]) -> Iterable[Hit]:
    listed = ", ".join(map(str, found)) or "NULL"
    query = f"SELECT search_row, kind, id, title FROM entry WHERE search_row IN ({listed})"
    hits = [
        Hit(kind=kind, id=id, title=title, snippet=" ".join(text.split()), rank=rank)
        for row, kind, id, title in session.connection().exec_driver_sql(query)
        for rank, text in (found[row],)
    ]
    return sorted(hits, key=lambda hit: (hit.rank, hit.kind, hit.id))
