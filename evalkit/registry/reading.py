"""Reading entries of every kind, as they are and as they were."""

import datetime
from typing import Any, TypeVar

from sqlmodel import Session

from evalkit.errors import Problem, RegistryError
from evalkit.registry import door
from evalkit.registry.canonical import read_json
from evalkit.registry.kinds import KINDS
from evalkit.registry.stored import all_current, all_versions, current, ids, versions_of
from evalkit.registry.versions import Version, diff_payloads

T = TypeVar("T")


def read(session: Session, kind: str, id: str, version: str | None = None) -> Any:
    """Return a record: the current version, or the one that is named, e.g. ``"v1.0"``.

    Raises
    ------
    RegistryError
        With the known ids or versions, where there is none.
    """
    of = door.kind_of(kind)
    found = versions_of(session, kind, id) if version else [current(session, kind, id=id)]
    for stored in found:
        if stored is not None and version in (None, stored.version):
            return decoded(session, of.record, stored.payload)
    if not any(found):
        raise RegistryError(door.unregistered(session, kind, id))
    listed = ", ".join(stored.version for stored in found if stored)
    raise RegistryError(
        Problem(field="version", found=f"version {version} of {id}", needed=f"one of {listed}")
    )


def read_all(session: Session, kind: str) -> tuple[Any, ...]:
    """Return the current version of every entry of a kind, in order of id."""
    of = door.kind_of(kind)
    return tuple(decoded(session, of.record, payload) for payload in all_current(session, kind))


def read_every_version(session: Session, kind: str) -> tuple[Any, ...]:
    """Return every version of every entry of a kind, in order of id and version."""
    of = door.kind_of(kind)
    return tuple(decoded(session, of.record, payload) for payload in all_versions(session, kind))


def decoded(session: Session, record: type[T], payload: str) -> T:
    """Read a record from its canonical JSON, once a session: commands ask for the same ones again and again.

    Raises
    ------
    RegistryError
        It does not fit ``record``.
    """
    known: dict[tuple[type[T], str], T] = session.info.setdefault("decoded", {})
    found = known.get((record, payload))
    if found is None:
        found = known[record, payload] = read_json(record, payload)
    return found


def versions(session: Session, kind: str, id: str) -> tuple[Version, ...]:
    """Return every version of an entry, oldest first; RegistryError where there is no entry."""
    door.kind_of(kind)
    found = versions_of(session, kind, id)
    if not found:
        raise RegistryError(door.unregistered(session, kind, id))
    before = {stored.number: stored.payload for stored in found}
    return tuple(
        Version(
            number=stored.number,
            version=stored.version,
            day=datetime.date.fromisoformat(stored.day),
            by=stored.by,
            reason=stored.reason,
            text=stored.text,
            changes=diff_payloads(before.get(stored.number - 1, stored.payload), stored.payload),
        )
        for stored in found
    )


def histories(session: Session, id: str) -> dict[str, tuple[Version, ...]]:
    """Return, by kind, every version of the entries with an id; two kinds may have the same one.

    Raises
    ------
    RegistryError
        With ids like it, where no kind has one.
    """
    known = {kind: ids(session, kind) for kind in KINDS}
    found = {kind: versions(session, kind, id) for kind, some in known.items() if id in some}
    if found:
        return found
    needed = f"one of {door.few([one for some in known.values() for one in some], id)}"
    raise RegistryError(Problem(field="id", found=f"{id}, which is not registered", needed=needed))
