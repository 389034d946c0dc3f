"""The hash chain: entries that each seal the one before."""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Literal, NamedTuple

import sqlalchemy as sa
from sqlmodel import Session, col

from evalkit.registry.canonical import canonical_json, sha256_text
from evalkit.registry.models import LedgerRow

Action = Literal[
    "register", "lock", "publish_external", "amend", "run", "explain", "rate", "release"
]
EMPTY = "0" * 64
"""What stands for the entry before the first one."""
NOT_GIVEN = "not given"
"""Who did something, or why, where nobody said."""


_INSERT = sa.insert(LedgerRow)
_LAST = (
    sa.select(col(LedgerRow.seq), col(LedgerRow.hash)).order_by(col(LedgerRow.seq).desc()).limit(1)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thing that was done to the registry.

    Attributes
    ----------
    seq : int
        1, 2, … without gaps.
    on : date
        The day it counts from: declared in the text, or passed in.
    action : str
        register, lock (a protocol), publish_external (a finding), amend, run, explain (a deviation, or a
        result that is overdue), rate or release (a small number).
    subject : str
        What it was done to: ``<kind>/<id>/<version>``; ``run/<protocol>/<version>/<number>``.
    by, reason : str
        Who did it, as they were named, and why; a reason stands only where something was amended.
    payload_sha256 : str
        ``entry_version.sha256``; of the run's canonical JSON.
    previous : str
        ``hash`` of the entry before; 64 zeros in the first one.
    hash : str
        SHA-256 of the canonical JSON of the other fields.
    """

    seq: int
    on: datetime.date
    action: Action
    subject: str
    by: str
    reason: str
    payload_sha256: str
    previous: str
    hash: str


@dataclass(frozen=True, slots=True)
class Deed:
    """What an entry says, before it has its place in the chain; ``day`` is YYYY-MM-DD."""

    day: str
    action: str
    subject: str
    by: str
    reason: str
    payload_sha256: str


class Line(NamedTuple):
    """A deed in its place, as it stands, whole or not; the fields are those of ``LedgerRow``."""

    seq: int
    day: str
    action: str
    subject: str
    by: str
    reason: str
    payload_sha256: str
    previous: str
    hash: str = ""


def append(session: Session, deeds: Sequence[Deed]) -> None:
    """Add entries, in order, in the session's transaction."""
    last = _last(session)
    seq, previous = (last.seq, last.hash) if last else (0, EMPTY)
    rows = []
    for deed in deeds:
        seq += 1
        row = Line(**asdict(deed), seq=seq, previous=previous)
        previous = seal(row)
        rows.append(row._replace(hash=previous)._asdict())
    if rows:
        session.connection().execute(_INSERT, rows)


def length(session: Session) -> int:
    """Return how many entries there are: the number of the newest one."""
    last = _last(session)
    return last.seq if last else 0


def head(session: Session) -> str:
    """Return the newest entry's hash; 64 zeros while there is none."""
    last = _last(session)
    return str(last.hash) if last else EMPTY


def stored(session: Session, *, about: Sequence[str] = ()) -> Sequence[Line]:
    """Return the entries as they stand, oldest first, whether or not they are whole.

    ``about`` keeps to subjects that begin so.
    """
    columns = [getattr(LedgerRow, name) for name in Line._fields]
    query = sa.select(*columns).order_by(col(LedgerRow.seq))
    if about:
        query = query.where(sa.or_(*(col(LedgerRow.subject).startswith(start) for start in about)))
    return [Line._make(row) for row in session.connection().execute(query)]


def seal(row: Line) -> str:
    """Compute the hash that a row should have from its other fields."""
    return sha256_text(
        canonical_json(
            {
                "seq": row.seq,
                "on": row.day,
                "action": row.action,
                "subject": row.subject,
                "by": row.by,
                "reason": row.reason,
                "payload_sha256": row.payload_sha256,
                "previous": row.previous,
            }
        )
    )


def first_break(rows: Sequence[Line]) -> str | None:
    """Say where the chain breaks first, in one sentence; None while it is whole."""
    previous = EMPTY
    for number, row in enumerate(rows, start=1):
        if problem := _gap(row, number, previous) or _unsealed(row):
            return problem
        previous = row.hash
    return None


def first_gap(rows: Sequence[Line]) -> str | None:
    """Say which entry does not continue the one before; whether each is as it was sealed is not asked."""
    previous = EMPTY
    for number, row in enumerate(rows, start=1):
        if problem := _gap(row, number, previous):
            return problem
        previous = row.hash
    return None


def first_unsealed(rows: Iterable[Line]) -> str | None:
    """Say which entry is not as it was sealed; they may be any entries of a chain."""
    return next(filter(None, map(_unsealed, rows)), None)


def _gap(row: Line, number: int, previous: str) -> str | None:
    if row.seq != number:
        return f"Entry {number} is missing: entry {row.seq} stands in its place."
    if row.previous != previous:
        return f"{label(row)} does not continue the entry before it."
    return None


def _unsealed(row: Line) -> str | None:
    if row.hash != seal(row):
        return f"{label(row)} was changed: its hash is not that of its fields."
    return None


def label(row: Line) -> str:
    """Name an entry for a reader, e.g. ``Entry 3 (lock protocol/…-P1/v1.0, 2026-03-02)``."""
    return f"Entry {row.seq} ({row.action} {row.subject}, {row.day})"


def _last(session: Session) -> sa.Row[int, str] | None:
    return session.connection().execute(_LAST).first()
