"""What one build leaves for the next: records by key, in a file that may be deleted.

They are believed only when every one of them is whole and the program and the packages that wrote them are
the very same. What did not change from one build to the next is not written again.
"""

import hashlib
import secrets
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Generic, TypeVar

from evalkit.types.packed import packed, unpacked
from evalkit.types.program import program

T = TypeVar("T")
_TABLES = (
    "PRAGMA page_size = 65536",
    "CREATE TABLE head (program TEXT, edition TEXT, rows INTEGER)",
    "CREATE TABLE kept (key TEXT PRIMARY KEY, told BLOB, digest BLOB)",
    "INSERT INTO head VALUES (NULL, NULL, 0)",
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
        with suppress(*_UNREADABLE), _opened(place) as file:
            self.known = {key: unpacked(kind, told) for key, told in self._read(file)}

    def remember(self, now: Mapping[str, T]) -> None:
        """Leave this for the next build; where it cannot be written, that one begins anew.

        Where nothing could be believed, the file is made anew; where another build has written since, it
        stays as it is.
        """
        before = self.known
        put = ((key, packed(one)) for key, one in now.items() if one is not before.get(key))
        with suppress(OSError, sqlite3.Error):
            if self._edition is None:
                self._begin()
            with _opened(self._place) as file, file:
                file.execute("BEGIN IMMEDIATE")
                if file.execute("SELECT edition FROM head").fetchone() != (self._edition,):
                    return
                gone = ((key,) for key in before.keys() - now.keys())
                file.executemany("DELETE FROM kept WHERE key = ?", gone)
                rows = ((key, told, _digest(key, told)) for key, told in put)
                file.executemany("INSERT OR REPLACE INTO kept VALUES (?, ?, ?)", rows)
                file.execute(
                    "UPDATE head SET program = ?, edition = ?, rows = (SELECT count(*) FROM kept)",
                    (self._program, secrets.token_hex(8)),
                )

    def _begin(self) -> None:
        """A file with nothing in it, in the place of what cannot be believed."""
        self._place.parent.mkdir(parents=True, exist_ok=True)
        self._place.with_name(f"{self._place.name}-journal").unlink(missing_ok=True)
        self._place.unlink(missing_ok=True)
        with _opened(self._place, "rwc") as file:
            for statement in _TABLES:
                file.execute(statement)

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


@contextmanager
def _opened(place: Path, mode: str = "rw") -> Iterator[sqlite3.Connection]:
    """The file; what a killed build left half written in it is undone."""
    where = f"{place.absolute().as_uri()}?mode={mode}"
    with closing(sqlite3.connect(where, uri=True, isolation_level=None)) as file:
        file.execute("PRAGMA synchronous = OFF")  # scratch need not outlive the power
        yield file


def _digest(key: str, told: bytes) -> bytes:
    digest = hashlib.sha256(key.encode() + b"\0")
    digest.update(told)
    return digest.digest()
