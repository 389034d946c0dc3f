"""The ledger as others see it: the chain, and whether what is stored is still what it sealed."""

import datetime
from dataclasses import dataclass
from typing import cast, get_args

from sqlmodel import Session, func, select

from evalkit.errors import Problem, RegistryError
from evalkit.registry import proof
from evalkit.registry.chain import Action, Entry, Line, first_break, head, length, stored
from evalkit.registry.models import LedgerRow
from evalkit.registry.stored import every_version

__all__ = [
    "Action",
    "Entry",
    "Verified",
    "entries",
    "entries_about",
    "head",
    "length",
    "newest_day",
    "refuse_tampered",
    "verify",
]


_ACTIONS = frozenset(get_args(Action))


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """What verification found.

    Attributes
    ----------
    entries : int
        How many entries the ledger has.
    head : str
        The newest entry's hash; 64 zeros while there is none.
    first_problem : str or None
        Names the first entry, record or guard that is wrong, in a sentence; None when all is whole.
    """

    entries: int
    head: str
    first_problem: str | None


def entries(session: Session) -> tuple[Entry, ...]:
    """Return all entries, oldest first; RegistryError where one is no longer readable."""
    return tuple(_entry(row) for row in stored(session))


def _entry(line: Line) -> Entry:
    if line.action not in _ACTIONS:
        raise _unreadable(line, f"action {line.action}", f"one of {', '.join(sorted(_ACTIONS))}")
    try:
        on = datetime.date.fromisoformat(line.day)
    except ValueError as error:
        raise _unreadable(line, f"day {line.day}", "YYYY-MM-DD") from error
    return Entry(
        seq=line.seq,
        on=on,
        action=cast("Action", line.action),
        subject=line.subject,
        by=line.by,
        reason=line.reason,
        payload_sha256=line.payload_sha256,
        previous=line.previous,
        hash=line.hash,
    )


def _unreadable(line: Line, found: str, needed: str) -> RegistryError:
    do = "Look with evalkit registry verify, and restore a backup with evalkit registry restore."
    return RegistryError(Problem(field=f"entry {line.seq}", found=found, needed=needed, do=do))


def entries_about(session: Session, *kinds: str) -> tuple[Entry, ...]:
    """Return the entries about things of some kinds (``"snapshot"``, ``"run"``), oldest first."""
    return tuple(_entry(row) for row in stored(session, about=tuple(f"{kind}/" for kind in kinds)))


def newest_day(session: Session) -> datetime.date | None:
    """Return the latest day that any entry has; None while there is none."""
    found = session.exec(select(func.max(LedgerRow.day))).one()
    return datetime.date.fromisoformat(found) if found else None


def refuse_tampered(session: Session, protocol: str) -> None:
    """Raise RegistryError where a plan, or one of its runs, is no longer what the ledger sealed."""
    if problem := proof.first_unsealed_of_plan(session, protocol):
        raise RegistryError(
            Problem(
                field="registry",
                found=problem.rstrip("."),
                needed="what was sealed",
                do="Restore a backup with `evalkit registry restore`.",
            )
        )


def verify(session: Session) -> Verified:
    """Recompute the chain, the hash of everything that it seals, and what follows from it.

    Looked at in this order: the file and its tables, the chain, versions and runs that are no longer
    what was sealed or that no entry seals, what lists, filters and search make of the versions, the
    areas that came with the package, and the triggers that make the registry append-only.

    Raises
    ------
    RegistryError
        When the database itself cannot be read.
    """
    if problem := proof.first_damage(session):
        return Verified(entries=0, head="", first_problem=problem)
    rows = stored(session)
    versions = every_version(session)
    problem = (
        first_break(rows)
        or proof.first_unsealed_version(versions, rows)
        or proof.first_unsealed_run(session, rows)
        or proof.first_stale(session, versions)
        or proof.first_unfindable(session)
        or proof.first_other_area(session)
        or proof.first_unguarded(session)
    )
    return Verified(entries=len(rows), head=head(session), first_problem=problem)
