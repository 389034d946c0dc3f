"""Locked protocols: every version is locked once and never changed."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from sqlmodel import Session

from evalkit.errors import Problem, RegistryError
from evalkit.registry import door
from evalkit.registry.canonical import read_json, settled
from evalkit.registry.chain import NOT_GIVEN
from evalkit.registry.entries import amend, read, read_all, read_every_version, register
from evalkit.registry.kinds import PROTOCOL
from evalkit.registry.reading import decoded
from evalkit.registry.stored import Stored, ids, versions_of, versions_of_kind
from evalkit.registry.versions import diff, tops
from evalkit.types.protocol import LockedProtocol


def add_locked_protocol(
    session: Session,
    record: LockedProtocol,
    *,
    by: str = NOT_GIVEN,
    reason: str = NOT_GIVEN,
) -> bool:
    """Store a version of a protocol; True where it is new, False where it was stored before.

    Where neither lock declared its day, locking the same text again keeps the first day.

    Parameters
    ----------
    reason : str
        Why the plan was changed; not used for its first version.

    Raises
    ------
    RegistryError
        When the intervention is not registered, this version stands for another text, or a later
        version is locked already.
    """
    record, _ = settled(record)
    if problems := door.unregistered_targets(session, PROTOCOL, record):
        raise RegistryError(*problems)
    known = versions_of(session, PROTOCOL.name, record.id)
    for stored in known:
        if stored.version == record.version:
            _refuse_change(stored, record)
            return False
    if not known:
        day = record.locked_on
        register(session, PROTOCOL.name, record, text=record.text, on=day, by=by)
        return True
    amend(
        session,
        PROTOCOL.name,
        record.id,
        record,
        text=record.text,
        on=record.locked_on,
        by=by,
        reason=reason,
        based_on=known[-1].version,
    )
    return True


def read_protocols(session: Session) -> tuple[LockedProtocol, ...]:
    """Return every version of every locked protocol, in order of id and version."""
    return read_every_version(session, PROTOCOL.name)


def read_newest_protocols(session: Session) -> tuple[LockedProtocol, ...]:
    """Return the newest version of every locked protocol, in order of id."""
    found: tuple[LockedProtocol, ...] = read_all(session, PROTOCOL.name)
    return found


def read_protocol(session: Session, id: str) -> LockedProtocol:
    """Return a protocol's newest version; RegistryError, with the known ids, if there is none."""
    record: LockedProtocol = read(session, PROTOCOL.name, id)
    return record


def versions_of_protocol(session: Session, id: str) -> tuple[LockedProtocol, ...]:
    """Return every version of one protocol, oldest first; none where it is not locked."""
    found = versions_of(session, PROTOCOL.name, id)
    return tuple(decoded(session, LockedProtocol, stored.payload) for stored in found)


def find_version(session: Session, id: str, version: str) -> LockedProtocol:
    """Return one version of a protocol; RegistryError, with the known ids, if it is not locked."""
    for stored in versions_of(session, PROTOCOL.name, id):
        if stored.version == version:
            return decoded(session, LockedProtocol, stored.payload)
    raise RegistryError(
        door.unregistered(session, PROTOCOL.name, f"{id} {version}", field="protocol")
    )


def locked_versions(
    session: Session, wanted: Iterable[tuple[str, str]]
) -> dict[tuple[str, str], LockedProtocol]:
    """Return versions of protocols by id and version, read together; RegistryError as ``find_version``."""
    asked = set(wanted)
    found = {
        key: decoded(session, LockedProtocol, stored.payload)
        for stored in versions_of_kind(session, PROTOCOL.name)
        if (key := (stored.id, stored.version)) in asked
    }
    for id, version in sorted(asked - found.keys()):
        find_version(session, id, version)  # says what there is instead
    return found


def subjects(session: Session) -> Sequence[str]:
    """Return the ids of all locked protocols, in order."""
    return ids(session, PROTOCOL.name)


def _refuse_change(stored: Stored, record: LockedProtocol) -> None:
    was = read_json(LockedProtocol, stored.payload)
    if not (record.declared or was.declared):
        record = replace(record, locked_on=was.locked_on)
    if changes := diff(was, record):
        raise RegistryError(
            Problem(
                field=tops(changes),
                found=f"a plan that differs from {was.id} {was.version}, locked on {was.locked_on}",
                needed="the plan as it was locked",
                do="Put it back, or give the changed plan a new version with its reason.",
            )
        )
