"""What one build leaves for the next: records by key, in a file that may be deleted.

They are believed only when every one of them is whole and the program and the packages that wrote them are
the very same. What did not change from one build to the next is not written again.
"""

import hashlib
import os
import secrets
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Generic, TypeVar

from evalkit.hub.swap import is_running
from evalkit.types.packed import packed, unpacked
from evalkit.types.program import program

T = TypeVar("T")
_TABLES = (
    "CREATE TABLE head (program TEXT, edition TEXT, rows INTEGER)",
    "CREATE TABLE kept (key TEXT PRIMARY KEY, told BLOB, digest BLOB)",
)
_UNREADABLE = (sqlite3.Error, OSError, TypeError, ValueError, AttributeError)


class Memory(Generic[T]):
    """What the last build left of one kind.

    Attributes
    ----------
    known : mapping of str to T
        By key; empty where it cannot be believed.
    """

    def __init__(self, place: Path, kind: type[T], *, packages: tuple[str, ...]) -> None:
        self._place = place
        self._program = program(*packages)
        self._edition: str | None = None
        self.known: Mapping[str, T] = {}
        _drop_partials(place)
        with suppress(*_UNREADABLE), _opened(place) as file:
            self.known = {key: unpacked(kind, told) for key, told in self._read(file)}

    def remember(self, now: Mapping[str, T]) -> None:
        """Leave this for the next build; where it cannot be written, that one begins anew.

        Where nothing could be believed, the file is made anew; where another build has written since, it
        stays as it is.
        """
        put = ((key, packed(one)) for key, one in now.items() if one is not self.known.get(key))
        with suppress(OSError, sqlite3.Error):
            if self._edition is None:
                self._anew(put)
                return
            with _opened(self._place) as file, file:
                file.execute("BEGIN IMMEDIATE")
                if file.execute("SELECT edition FROM head").fetchone() == (self._edition,):
                    gone = ((key,) for key in self.known.keys() - now.keys())
                    file.executemany("DELETE FROM kept WHERE key = ?", gone)
                    self._fill(file, put)

    def _read(self, file: sqlite3.Connection) -> Iterator[tuple[str, bytes]]:
        of, edition, left = file.execute("SELECT program, edition, rows FROM head").fetchone()
        if of != self._program:
            raise ValueError("another program")
        for key, told, digest in file.execute("SELECT key, told, digest FROM kept"):
            if _digest(key, told) != digest:
                raise ValueError("other bytes")
            left -= 1
            yield key, told
        if left:
            raise ValueError("more or fewer")
        self._edition = edition

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
            (self._program, secrets.token_hex(8)),
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
