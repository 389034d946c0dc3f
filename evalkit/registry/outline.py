"""Everything that is stored, hashed row by row and told apart by what it is about; no record is read.

Two outlines with the same digest of a group were made from the same rows, its entries in the ledger included.
"""

import hashlib
import marshal
import sqlite3
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from operator import itemgetter
from pathlib import Path
from typing import IO

from sqlmodel import Session

from evalkit.registry import rows
from evalkit.registry.chain import Line
from evalkit.registry.models import (
    AreaRow,
    EntryReferenceRow,
    EntryRow,
    EntryVersionRow,
    FindingRow,
    RunRow,
)
from evalkit.registry.search import TABLE

_PROGRAM = """
import sys
sys.path.append(sys.argv[1])
from evalkit.registry.rows import main
main(sys.argv[2])
"""
LARGE = 10_000_000
"""Bytes from which on a process of its own is worth the time that it takes to start."""
_COLUMNS: rows.Columns = {
    "area": ("area", *AreaRow.model_fields),
    "entry": ("entry", *EntryRow.model_fields),
    "version": ("entry_version", *EntryVersionRow.model_fields),
    "reference": ("entry_reference", *EntryReferenceRow.model_fields),
    "search": (TABLE, "rowid", "title", "body"),
    "run": ("run", *RunRow.model_fields),
    "finding": ("finding", *FindingRow.model_fields),
}
_LEDGER, _SUBJECT = ("ledger_entry", *Line._fields), Line._fields.index("subject")


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Rows that belong together.

    Attributes
    ----------
    digest : str
        A hash of all of them.
    owners : tuple of str
        Interventions, plans and findings that name each other; of entries of another kind, the kind.
    entries : tuple of (str, str)
        Kind and id of its entries.
    lines : tuple of int
        Numbers of the entries in the ledger about it.
    """

    digest: str
    owners: tuple[str, ...]
    entries: tuple[rows.Key, ...]
    lines: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """What a registry holds.

    Attributes
    ----------
    lines : tuple of Line
        The whole ledger, oldest first, whole or not.
    groups : tuple of Group
        What hangs together by a link, in order of the first owner.
    kinds : mapping of str to Group
        All entries of each other kind; the areas, which are no entries, are one.
    """

    lines: tuple[Line, ...]
    groups: tuple[Group, ...]
    kinds: Mapping[str, Group]


def outline(session: Session) -> Outline:
    """Read every row once; where bytes stand in the place of text, some are named as they are printed."""
    return _outline(_ledger(session), rows.read_rows(_raw(session), _COLUMNS))


@contextmanager
def outlining(
    session: Session, meanwhile: Callable[[], None] = lambda: None
) -> Iterator[Callable[[], Outline]]:
    """Begin an outline; what is given is called for it.

    A large registry is read by a process of its own. The session keeps others from writing until it is
    closed, so both read the same; where that process fails, it is done here, and fails here in its words.

    Parameters
    ----------
    meanwhile : callable
        What is to be done while there is nothing else to do but to wait for that process.
    """
    file = _file_of(session)
    if file is None or file.stat().st_size < LARGE:
        yield lambda: outline(session)
        return
    with tempfile.TemporaryFile() as asked, tempfile.TemporaryFile() as told:
        asked.write(marshal.dumps(_COLUMNS))
        asked.seek(0)
        process = _process(file, asked, told)

        def found() -> Outline:
            ledger = _ledger(session)
            meanwhile()
            if process is None or process.wait():
                return outline(session)
            told.seek(0)
            return _outline(ledger, marshal.load(told))

        try:
            yield found
        finally:
            if process is not None:
                process.kill()
                process.wait()


def _process(file: Path, asked: IO[bytes], told: IO[bytes]) -> subprocess.Popen[bytes] | None:
    """A bare Python that reads the rows of a registry; None where none can be started."""
    address = f"{file.absolute().as_uri()}?mode=ro"
    house = str(Path(rows.__file__).parents[2])
    command = (sys.executable, "-I", "-S", "-c", _PROGRAM, house, address)
    try:
        return subprocess.Popen(command, stdin=asked, stdout=told, stderr=subprocess.DEVNULL)
    except OSError:
        return None


def _raw(session: Session) -> sqlite3.Connection:
    raw = session.connection().connection.driver_connection
    assert isinstance(raw, sqlite3.Connection)
    return raw


def _file_of(session: Session) -> Path | None:
    """The file of a registry; None where it is in memory."""
    (_, _, place) = _raw(session).execute("PRAGMA database_list").fetchone()
    return Path(place) if place else None


@dataclass(frozen=True, slots=True)
class _Ledger:
    """The rows of the ledger, oldest first, and by owner."""

    lines: tuple[Line, ...]
    of: Mapping[str, list[rows.Row]]


def _ledger(session: Session) -> _Ledger:
    found = sorted(rows.rows_of(_raw(session), _LEDGER))
    of = defaultdict[str, list[rows.Row]](list)
    for row in found:
        of[rows.owner_of(str(row[_SUBJECT]))].append(row)
    return _Ledger(tuple(map(Line._make, found)), of)


def _outline(ledger: _Ledger, told: list[rows.Told]) -> Outline:
    left = set(ledger.of).difference(*(owners for _, owners, _ in told))
    alone = [("", (owner,), ()) for owner in left]
    groups = [_group(one, ledger.of) for one in sorted([*told, *alone], key=itemgetter(1))]
    return Outline(
        lines=ledger.lines,
        groups=tuple(one for one in groups if not one.owners[0].startswith(rows.OF_KIND)),
        kinds={
            one.owners[0].removeprefix(rows.OF_KIND): one
            for one in groups
            if one.owners[0].startswith(rows.OF_KIND)
        },
    )


def _group(told: rows.Told, of: Mapping[str, list[rows.Row]]) -> Group:
    digest, owners, entries = told
    own = sorted(row for owner in owners for row in of.get(owner, ()))
    return Group(
        digest=hashlib.sha256(digest.encode() + marshal.dumps(own, rows.TOLD_APART)).hexdigest(),
        owners=owners,
        entries=entries,
        lines=tuple(row[0] for row in own),
    )
