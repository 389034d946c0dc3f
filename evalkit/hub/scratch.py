"""What one build leaves for the next: bytes by key, in a file that may be deleted.

They are believed only when every one of them is whole and the program and the packages that wrote them are
the very same. What did not change from one build to the next is not written again.
"""

import hashlib
import os
import secrets
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from evalkit.hub.swap import is_running
from evalkit.types.program import program

_TABLES = (
    "CREATE TABLE head (program TEXT, edition TEXT, rows INTEGER)",
    "CREATE TABLE kept (key TEXT PRIMARY KEY, told BLOB, digest BLOB)",
)


class HarmedError(Exception):
    """What was read so far cannot be believed."""


class Scratch:
    """One such file, read once and then written once."""

    def __init__(self, place: Path, *, packages: tuple[str, ...]) -> None:
        self._place = place
        self._packages = packages
        self._edition: str | None = None

    def read(self) -> Iterator[tuple[str, bytes]]:
        """What was written last; HarmedError where it cannot be believed, however late that is seen."""
        self._edition = None
        _drop_partials(self._place)
        try:
            with _opened(self._place) as file:
                yield from self._believed(file)
        except (sqlite3.Error, OSError, ValueError) as error:
            raise HarmedError from error

    def _believed(self, file: sqlite3.Connection) -> Iterator[tuple[str, bytes]]:
        of, edition, left = file.execute("SELECT program, edition, rows FROM head").fetchone()
        if of != program(*self._packages):
            raise ValueError("another program")
        for key, told, digest in file.execute("SELECT key, told, digest FROM kept"):
            if _digest(key, told) != digest:
                raise ValueError("other bytes")
            left -= 1
            yield key, told
        if left:
            raise ValueError("more or fewer")
        self._edition = edition

    def write(self, put: Iterable[tuple[str, bytes]], drop: Iterable[str]) -> None:
        """Put these in the place of those with the same key, and drop others.

        Where nothing was read that can be believed, the file is made anew; where another build has written
        since, it stays as it is.

        Raises
        ------
        OSError, sqlite3.Error
            It cannot be written.
        """
        if self._edition is None:
            self._anew(put)
            return
        with _opened(self._place) as file, file:
            file.execute("BEGIN IMMEDIATE")
            if file.execute("SELECT edition FROM head").fetchone() == (self._edition,):
                file.executemany("DELETE FROM kept WHERE key = ?", ((key,) for key in drop))
                self._fill(file, put)

    def _anew(self, put: Iterable[tuple[str, bytes]]) -> None:
        self._place.parent.mkdir(parents=True, exist_ok=True)
        partial = self._place.with_name(f"{self._place.name}.{os.getpid()}")
        partial.unlink(missing_ok=True)
        try:
            with closing(sqlite3.connect(partial, isolation_level=None)) as file, file:
                file.execute("PRAGMA journal_mode = OFF")
                file.execute("PRAGMA synchronous = OFF")
                file.execute("BEGIN")
                for statement in _TABLES:
                    file.execute(statement)
                self._fill(file, put)
            self._place.with_name(f"{self._place.name}-journal").unlink(missing_ok=True)
            partial.replace(self._place)
        finally:
            partial.unlink(missing_ok=True)

    def _fill(self, file: sqlite3.Connection, put: Iterable[tuple[str, bytes]]) -> None:
        rows = ((key, told, _digest(key, told)) for key, told in put)
        file.executemany("INSERT OR REPLACE INTO kept VALUES (?, ?, ?)", rows)
        file.execute("DELETE FROM head")
        file.execute(
            "INSERT INTO head SELECT ?, ?, count(*) FROM kept",
            (program(*self._packages), secrets.token_hex(8)),
        )


@contextmanager
def _opened(place: Path) -> Iterator[sqlite3.Connection]:
    """A file that is there; what a killed build left half written in it is undone."""
    where = f"{place.absolute().as_uri()}?mode=rw"
    with closing(sqlite3.connect(where, uri=True, isolation_level=None)) as file:
        file.execute("PRAGMA synchronous = OFF")  # scratch need not outlive the power
        yield file


def _digest(key: str, told: bytes) -> bytes:
    return hashlib.sha256(b"%s\0%s" % (key.encode(), told)).digest()


def _drop_partials(place: Path) -> None:
    """Drop what builds left behind that were killed while they wrote."""
    for partial in place.parent.glob(f"{place.name}.*"):
        process = partial.suffix.removeprefix(".")
        if process.isdecimal() and not is_running(int(process)):
            with suppress(OSError):
                partial.unlink(missing_ok=True)
