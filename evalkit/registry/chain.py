"""The hash chain: entries that each seal the one before."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from sqlmodel import Session, col, select

from evalkit.registry.canonical import canonical_json, sha256_text
from evalkit.registry.models import LedgerRow

Action = Literal["register", "lock", "publish_external", "run"]
EMPTY = "0" * 64
"""What stands for the entry before the first one."""


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
        register (an intervention), lock (a protocol), publish_external (a finding) or run.
    subject : str
        What it was done to: an id; ``<protocol>/<version>`` for lock and
        ``<protocol>/<version>/<number>`` for run.
    payload_sha256 : str
        Of the subject's canonical JSON.
    previous : str
        ``hash`` of the entry before; 64 zeros in the first one.
    hash : str
        SHA-256 of the canonical JSON of the other fields.
    """

    seq: int
    on: datetime.date
    action: Action
    subject: str
    payload_sha256: str
    previous: str
    hash: str


def append(
    session: Session, *, on: datetime.date, action: Action, subject: str, payload: object
) -> None:
    """Add an entry for ``payload``, a whole record, in the session's transaction."""
    last = _last(session)
    row = LedgerRow(
        seq=last.seq + 1 if last else 1,
        day=on.isoformat(),
        action=action,
        subject=subject,
        payload_sha256=sha256_text(canonical_json(payload)),
        previous=last.hash if last else EMPTY,
        hash="",
    )
    row.hash = seal(row)
    session.add(row)
    session.flush()


def head(session: Session) -> str:
    """Return the newest entry's hash; 64 zeros while there is none."""
    last = _last(session)
    return last.hash if last else EMPTY


def stored(session: Session) -> Sequence[LedgerRow]:
    """Return the rows as they stand, oldest first, whether or not they are whole."""
    return session.exec(select(LedgerRow).order_by(col(LedgerRow.seq))).all()


def seal(row: LedgerRow) -> str:
    """Compute the hash that a row should have from its other fields."""
    return sha256_text(
        canonical_json(
            {
                "seq": row.seq,
                "on": row.day,
                "action": row.action,
                "subject": row.subject,
                "payload_sha256": row.payload_sha256,
                "previous": row.previous,
            }
        )
    )


def first_break(rows: Sequence[LedgerRow]) -> str | None:
    """Say where the chain breaks first, in one sentence; None while it is whole."""
    previous = EMPTY
    for number, row in enumerate(rows, start=1):
        if row.seq != number:
            return f"Entry {number} is missing: entry {row.seq} stands in its place."
        if row.previous != previous:
            return f"{label(row)} does not continue the entry before it."
        if row.hash != seal(row):
            return f"{label(row)} was changed: its hash is not that of its fields."
        previous = row.hash
    return None


def label(row: LedgerRow) -> str:
    """Name an entry for a reader, e.g. ``Entry 3 (lock EM-2026-0001-P1/v1.0, 2026-03-02)``."""
    return f"Entry {row.seq} ({row.action} {row.subject}, {row.day})"


def _last(session: Session) -> LedgerRow | None:
    return session.exec(select(LedgerRow).order_by(col(LedgerRow.seq).desc()).limit(1)).first()
