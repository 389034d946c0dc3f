"""Copies of a registry that were verified before they replace anything."""

import contextlib
import itertools
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from evalkit.errors import Problem, RegistryError
from evalkit.registry import store
from evalkit.registry.ledger import verify
from evalkit.registry.store import (
    FOLDER,
    ROOM,
    house_errors,
    open_registry,
    path_of,
    upgrade_registry,
)

_PAUSE_SECONDS = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Copied:
    """What a backup or a restoring did.

    Attributes
    ----------
    entries : int
        How many entries the ledger of the copy has.
    head : str
        The newest entry's hash.
    replaced : int or None
        How many entries the ledger had that stood there before; None where there was none that
        could be read.
    """

    entries: int
    head: str
    replaced: int | None


def backup(url: str, target: Path) -> Copied:
    """Copy a registry to a file while others may go on using it.

    Parameters
    ----------
    url : str
        As for ``open_registry``.
    target : Path
        A free name, or an older backup, which is replaced in one step.

    Raises
    ------
    RegistryError
        When the registry cannot be read or is not whole, something other than a registry is at
        ``target``, or there is no room; ``target`` is then as it was.
    """
    source = path_of(url)
    with open_registry(url):
        pass  # refuses what is no registry, or none that this package reads
    replaced = _entries(target)
    if target.exists() and (replaced is None or target.samefile(source)):
        found = "the registry itself" if replaced is not None else "something that is no registry"
        needed = "a free name, or an older backup"
        raise RegistryError(Problem(file=str(target), found=found, needed=needed))
    with _draft(target) as draft:
        with _named(source, target):
            _copy(source, draft)
        entries, head = _whole(draft, source, target)
        draft.replace(target)
    return Copied(entries=entries, head=head, replaced=replaced)


def restore(source: Path, url: str) -> Copied:
    """Put a backup in the place of a registry, all of it or nothing.

    An older backup is brought to this package's schema on the way. Where the registry can still be
    opened its pages are replaced in one transaction, so that whoever has it open sees the one or the
    other; otherwise, or where there is none, its file is.

    Raises
    ------
    RegistryError
        When the backup cannot be read, is newer than this package or not whole, or there is no room;
        the registry is then as it was.
    """
    target = path_of(url)
    if not source.is_file():
        raise RegistryError(Problem(file=str(source), found="no such file", needed="a backup"))
    if target.exists() and target.samefile(source):
        found, needed = "the registry itself", "a backup of it"
        raise RegistryError(Problem(file=str(source), found=found, needed=needed))
    replaced = _entries(target)
    with _draft(target) as draft:
        with _named(source, target):
            _copy(source, draft)
            upgrade_registry(f"sqlite:///{draft}")
        entries, head = _whole(draft, source, target)
        if replaced is None:
            draft.replace(target)
        else:
            _copy(draft, target)
    return Copied(entries=entries, head=head, replaced=replaced)


@contextmanager
def _draft(target: Path) -> Iterator[Path]:
    """Name a file beside ``target`` that is gone afterwards, whatever happens."""
    draft = target.with_name(f".{target.name}.{os.getpid()}.copy")
    try:
        yield draft
    except OSError as error:
        found = str(error.strerror).lower()
        needed = "a folder that exists and can be written to, with room in it"
        raise RegistryError(Problem(file=str(target), found=found, needed=needed)) from error
    finally:
        for path in (draft, draft.with_name(f"{draft.name}-journal")):
            with contextlib.suppress(OSError):
                path.unlink(missing_ok=True)


def _copy(source: Path, target: Path) -> None:
    """Copy the pages of one database over those of another in one transaction."""
    with (
        house_errors(target),
        contextlib.closing(_connected(source, "ro")) as left,
        contextlib.closing(_connected(target, "rwc")) as right,
    ):
        left.backup(right, progress=_patience(), sleep=_PAUSE_SECONDS)
        right.execute("PRAGMA journal_mode=DELETE").fetchone()


def _patience() -> Callable[[int, int, int], None]:
    """Count how often a copy had to wait; sqlite3 itself would wait for ever."""
    waits = itertools.count(1)

    def waited(status: int, _remaining: int, _total: int) -> None:
        is_busy = status in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
        if is_busy and next(waits) * _PAUSE_SECONDS * 1000 > store.BUSY_MILLISECONDS:
            raise sqlite3.OperationalError("database is locked")

    return waited


def _connected(file: Path, mode: str) -> sqlite3.Connection:
    address = f"{file.absolute().as_uri()}?mode={mode}"
    return sqlite3.connect(address, uri=True, timeout=store.BUSY_MILLISECONDS / 1000)


def _whole(draft: Path, source: Path, target: Path) -> tuple[int, str]:
    """Verify a copy; the messages name the file that it was copied from."""
    with _named(source, target), open_registry(f"sqlite:///{draft}") as session:
        found = verify(session)
    if found.first_problem is not None:
        raise RegistryError(
            Problem(
                file=str(source),
                found=f"not whole ({found.first_problem.rstrip('.')})",
                needed="a registry in which nothing was changed",
                do="Nothing was replaced.",
            )
        )
    return found.entries, found.head


@contextmanager
def _named(source: Path, target: Path) -> Iterator[None]:
    """Let messages about the draft name the file whose fault it is."""
    try:
        yield
    except RegistryError as error:
        problem = error.problems[0]
        file = target if problem.needed in (ROOM, FOLDER) else source
        again = Problem(file=str(file), found=problem.found, needed=problem.needed, do=problem.do)
        raise RegistryError(again) from error


def _entries(file: Path) -> int | None:
    """Count a registry's ledger; None where there is none that can be read."""
    if not file.is_file():
        return None
    try:
        with contextlib.closing(_connected(file, "ro")) as connection:
            return int(connection.execute("SELECT count(*) FROM ledger_entry").fetchone()[0])
    except sqlite3.Error:
        return None
