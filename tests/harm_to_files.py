"""Ways in which a file of scratch can come to harm, so that it cannot be believed any more."""

import contextlib
import sqlite3
from pathlib import Path

import pytest

from evalkit.hub import scratch

HARMS = (
    *(
        "cut",
        "another program",
        "other bytes",
        "one fewer",
        "no head",
        "text",
        "no table",
        "gone",
        "no text",
    ),
    "a folder",
)


def change(file: Path, statement: str) -> None:
    """Change it behind the back of whoever wrote it."""
    with contextlib.closing(sqlite3.connect(file)) as found, found:
        found.execute(statement)


def harmed(file: Path, harm: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Do this harm to it, or to the program that reads it."""
    told = file.read_bytes()
    match harm:
        case "cut":
            file.write_bytes(told[: len(told) // 2])
        case "another program":
            monkeypatch.setattr(scratch, "program", lambda *packages: "0" * 40)
        case "other bytes":
            change(file, "UPDATE kept SET told = told || x'00' WHERE rowid = 1")
        case "one fewer":
            change(file, "DELETE FROM kept WHERE rowid = 1")
        case "no head":
            change(file, "DELETE FROM head")
        case "text":
            change(file, "UPDATE kept SET told = 'text'")
        case "no table":
            change(file, "DROP TABLE kept")
        case "gone":
            file.unlink()
        case "no text":
            file.write_bytes(b"\xff\x00" * 100)
        case "a folder":
            file.unlink()
            file.mkdir()
