"""Triggers that make the registry append-only, and what belongs in its file; SQLite's own SQL."""

import sqlalchemy as sa

from evalkit.registry import search
from evalkit.registry.models import Row

GUARDS = {
    **{
        f"{table}_never_{done}": f"BEFORE {verb} ON {table}"
        for table in ("ledger_entry", "entry_version")
        for verb, done in (("UPDATE", "changed"), ("DELETE", "deleted"))
    },
    "ledger_entry_follows_the_last": (
        "BEFORE INSERT ON ledger_entry"
        " WHEN NEW.seq IS NOT (SELECT coalesce(max(seq), 0) + 1 FROM ledger_entry)"
    ),
    "entry_version_follows_the_last": (
        "BEFORE INSERT ON entry_version"
        " WHEN NEW.number IS NOT (SELECT coalesce(max(number), 0) + 1 FROM entry_version"
        " WHERE kind = NEW.kind AND id = NEW.id)"
    ),
}
"""Name of each trigger, and when it refuses."""

STATEMENTS = {
    name: f"CREATE TRIGGER {name} {when} BEGIN SELECT RAISE(ABORT,"
    f" '{'the ledger is' if 'ledger' in name else 'versions are'} append-only'); END"
    for name, when in GUARDS.items()
}
"""Name of each trigger, and what makes it."""
_MARKER = "alembic_version"


def guard(connection: sa.Connection) -> None:
    """Make the registry append-only; re-creating a table would have undone it."""
    there = _objects(connection, "trigger")
    for name, statement in STATEMENTS.items():
        if there.get(name) != statement:
            connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {name}")
            connection.exec_driver_sql(statement)


def missing(connection: sa.Connection) -> tuple[str, ...]:
    """Name the triggers that are gone, or no longer do what they should."""
    there = _objects(connection, "trigger")
    return tuple(n for n, statement in sorted(STATEMENTS.items()) if there.get(n) != statement)


def foreign(connection: sa.Connection) -> tuple[str, ...]:
    """Name the tables, views, indexes and triggers that do not belong in a registry."""
    expected = {
        "table": tables_expected(),
        "trigger": set(GUARDS),
        "view": set(),
        "index": {str(i.name) for table in Row.metadata.sorted_tables for i in table.indexes},
    }
    return tuple(
        f"{what} {name}"
        for what, known in expected.items()
        for name, sql in sorted(_objects(connection, what).items())
        if name not in known and sql is not None  # SQLite's own indexes have no text
    )


def tables_expected() -> set[str]:
    """Return the names of the tables of a whole registry."""
    named = {table.name for table in Row.metadata.sorted_tables}
    return named | {_MARKER, search.TABLE, *search.SHADOWS}


def tables_found(connection: sa.Connection) -> set[str]:
    """Return the names of the tables that are there."""
    return set(_objects(connection, "table"))


def _objects(connection: sa.Connection, what: str) -> dict[str, str | None]:
    query = "SELECT name, sql FROM sqlite_master WHERE type = ?"
    found = connection.exec_driver_sql(query, (what,))
    return {str(name): sql for name, sql in found}
