"""Locked protocols: added once, never changed."""

import re
from collections.abc import Sequence
from dataclasses import fields, replace

from sqlmodel import Session, col, select

from evalkit.errors import Problem, RegistryError
from evalkit.registry.canonical import checked, differing, read_fields
from evalkit.registry.chain import append
from evalkit.registry.interventions import unregistered
from evalkit.registry.models import InterventionRow, ProtocolRow
from evalkit.types.protocol import LockedProtocol


def add_locked_protocol(session: Session, record: LockedProtocol) -> bool:
    """Store a locked protocol; True where it is new, False where it was stored before.

    Where neither lock declared its day, locking the same text again keeps the first day.

    Raises
    ------
    RegistryError
        When the intervention is not registered, or this id and version stand for another text.
    """
    record = checked(record)
    if session.get(InterventionRow, record.intervention) is None:
        raise RegistryError(unregistered(session, record.intervention, field="intervention"))
    row = session.get(ProtocolRow, (record.id, record.version))
    if row is not None:
        _refuse_change(_record(row), record)
        return False
    plain = {f.name: getattr(record, f.name) for f in fields(record) if f.name != "intervention"}
    session.add(ProtocolRow(intervention_id=record.intervention, **plain))
    session.flush()
    append(
        session,
        on=record.locked_on,
        action="lock",
        subject=f"{record.id}/{record.version}",
        payload=record,
    )
    return True


def read_protocols(session: Session) -> tuple[LockedProtocol, ...]:
    """Return every version of every locked protocol, in order of id and version."""
    rows = session.exec(select(ProtocolRow)).all()
    return tuple(_record(row) for row in sorted(rows, key=lambda r: (r.id, by_version(r.version))))


def read_protocol(session: Session, id: str) -> LockedProtocol:
    """Return a protocol's newest version; RegistryError, with the known ids, if there is none."""
    rows = session.exec(select(ProtocolRow).where(ProtocolRow.id == id)).all()
    if not rows:
        raise RegistryError(unlocked(session, id))
    return _record(max(rows, key=lambda row: by_version(row.version)))


def read_subject(session: Session, subject: str) -> LockedProtocol:
    """Return one version of a protocol, named as in the ledger: ``<id>/<version>``."""
    id, _, version = subject.partition("/")
    row = session.get(ProtocolRow, (id, version))
    if row is None:
        raise RegistryError(unlocked(session, subject))
    return _record(row)


def subjects(session: Session) -> Sequence[str]:
    """Return ``<id>/<version>`` for all locked protocols, in order."""
    return [f"{record.id}/{record.version}" for record in read_protocols(session)]


def unlocked(session: Session, named: str) -> Problem:
    """Say that ``named`` is not a locked protocol, and which ones are."""
    known = session.exec(select(ProtocolRow.id).distinct().order_by(col(ProtocolRow.id))).all()
    return Problem(
        field="protocol",
        found=f"protocol {named}, which is not locked",
        needed=f"one of {', '.join(known) or 'none so far'}",
        do="Lock it first with `evalkit protocol lock`.",
    )


def by_version(version: str) -> tuple[list[int], str]:
    """Return what versions sort by, so that v1.10 comes after v1.9."""
    return [int(number) for number in re.findall(r"\d+", version)], version


def _record(row: ProtocolRow) -> LockedProtocol:
    plain = row.model_dump(exclude={"intervention_id"})
    return read_fields(LockedProtocol, {"intervention": row.intervention_id, **plain})


def _refuse_change(stored: LockedProtocol, record: LockedProtocol) -> None:
    if not (record.declared or stored.declared):
        record = replace(record, locked_on=stored.locked_on)
    if differ := differing(stored, record):
        raise RegistryError(
            Problem(
                field=", ".join(differ),
                found=f"a plan that differs from {stored.id} {stored.version},"
                f" locked on {stored.locked_on}",
                needed="the plan as it was locked",
                do="Put it back, or give the changed plan a new version with its reason.",
            )
        )
