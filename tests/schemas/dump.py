"""Write a registry as SQL that any editor leaves whole: python -m tests.schemas.dump registry.db > 0002.sql.

The file of a schema is made once, by the code that released it, and never edited. ``load`` makes a real
database of it again. What SQLite keeps behind the search index is made by SQLite from its rows.
"""

import contextlib
import sqlite3
import sys
from collections.abc import Iterator
from pathlib import Path

FOLDER = Path(__file__).parent
_OBJECTS = "SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY rowid"


def dump(connection: sqlite3.Connection) -> str:
    """Return the statements that make the database again: tables with their rows, then the rest."""
    found = list(connection.execute(_OBJECTS))
    virtual = [name for _, name, sql in found if sql.startswith("CREATE VIRTUAL")]
    shadows = {name for _, name, _ in found for of in virtual if name.startswith(f"{of}_")}
    lines = ["PRAGMA foreign_keys=OFF;", "BEGIN;"]
    for kind, name, sql in found:
        if kind == "table" and name not in shadows:
            lines += [f"{sql};", *_rows(connection, name, is_virtual=name in virtual)]
    lines += [f"{sql};" for kind, _, sql in found if kind != "table"]
    return "\n".join([*lines, "COMMIT;"]) + "\n"


def _rows(connection: sqlite3.Connection, table: str, *, is_virtual: bool) -> Iterator[str]:
    columns = [str(row[1]) for row in connection.execute(f"PRAGMA table_info({table})")]
    named = ["rowid", *columns] if is_virtual else columns
    quoted = " || ', ' || ".join(f'quote("{column}")' for column in named)
    listed = ", ".join(f'"{column}"' for column in named)
    for (values,) in connection.execute(f"SELECT {quoted} FROM {table}"):
        one_line = values.replace("\r", "'||char(13)||'").replace("\n", "'||char(10)||'")
        yield f"INSERT INTO {table} ({listed}) VALUES ({one_line});"


def load(revision: str, file: Path) -> str:
    """Make the database of a schema at ``file``; return its address."""
    sql = (FOLDER / f"{revision}.sql").read_text(encoding="utf-8")
    with contextlib.closing(sqlite3.connect(file)) as connection:
        connection.executescript(sql)
    return f"sqlite:///{file}"


if __name__ == "__main__":
    with contextlib.closing(sqlite3.connect(sys.argv[1])) as database:
        sys.stdout.write(dump(database))
