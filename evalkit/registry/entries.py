"""Registering, amending and reading entries of every kind."""

import datetime
from dataclasses import dataclass, replace
from typing import Any

from sqlmodel import Session

from evalkit.errors import Problem, RegistryError
from evalkit.registry import door
from evalkit.registry.canonical import settled
from evalkit.registry.chain import NOT_GIVEN
from evalkit.registry.index import Draft, write
from evalkit.registry.kinds import Kind
from evalkit.registry.names import names
from evalkit.registry.reading import read, read_all, read_every_version, versions
from evalkit.registry.stored import Stored, current
from evalkit.registry.versions import Change, diff, diff_payloads, top, tops

__all__ = [
    "Amended",
    "Registered",
    "amend",
    "diff",
    "read",
    "read_all",
    "read_every_version",
    "register",
    "versions",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Registered:
    """What registering did.

    Attributes
    ----------
    record : object
        As it is stored, with its id and day.
    id, version : str
        E.g. ``"EM-2026-0007"`` and ``"v1.0"``.
    new : bool
        False where the same record was registered before; then nothing was written.
    """

    record: Any
    id: str
    version: str
    new: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Amended:
    """What amending did.

    Attributes
    ----------
    record : object
        As it is stored.
    version : str
        The current version now, e.g. ``"v1.3"``.
    changes : tuple of Change
        What differs from the version before; empty where only comments or layout did.
    new : bool
        False where nothing differed; then nothing was written.
    """

    record: Any
    version: str
    changes: tuple[Change, ...]
    new: bool


def register(
    session: Session,
    kind: str,
    record: Any,
    *,
    slug: str = "",
    text: str = "",
    on: datetime.date,
    by: str = NOT_GIVEN,
    prefix: str = "",
    reason: str = "",
) -> Registered:
    """Register a record, once.

    An intervention without an id gets ``<prefix>-<year of on>-<n>``, with n one above the highest
    that the prefix has in any year, so that a number alone never names two of them.

    Parameters
    ----------
    kind : str
        A name in ``KINDS``.
    slug : str
        What identifies the text from one time to the next, e.g. its folder's name; the id by default.
    text : str
        As its author wrote it, comments and all.
    on : date
        The day, where the record declares none.
    by : str
        Who registers it, as they want to be named; never empty.
    prefix : str
        Two to six capital letters, for a record without an id.
    reason : str
        Why, where a first version needs one: a step that people take.

    Raises
    ------
    RegistryError
        When the slug stands for another record, the id is taken, the record refers to something that
        is not registered, or a field does not fit its type.
    """
    of = door.kind_of(kind)
    named = slug or str(record.id or "")
    if named and (problems := [*names(**{"slug" if slug else "id": named})]):
        raise RegistryError(*problems)
    stored = current(session, kind, slug=named)
    if stored is not None:
        return _again(of, stored, door.completed(of, record, stored))
    id = record.id or door.next_id(session, of, prefix, on.year)
    record, payload = settled(door.completed(of, replace(record, id=id), None, on))
    problems = [
        *door.in_words(by=by),
        *names(id=id),
        *door.taken(session, of, id),
        *of.problems(record),
        *door.unregistered_targets(session, of, record),
    ]
    if problems:
        raise RegistryError(*problems)
    major, minor = door.own_version(of, record) if of.version else (1, 0)
    draft = Draft(
        kind=of,
        id=id,
        slug=slug or id,
        number=1,
        major=major,
        minor=minor,
        day=door.day(of, record, on),
        by=by,
        reason=reason,
        text=text,
        payload=payload,
        record=record,
    )
    write(session, [draft])
    return Registered(record=record, id=id, version=f"v{major}.{minor}", new=True)


def amend(
    session: Session,
    kind: str,
    id: str,
    record: Any,
    *,
    text: str,
    on: datetime.date,
    by: str,
    reason: str,
    based_on: str,
    slug: str = "",
) -> Amended:
    """Write the next version of an entry; earlier ones stay as they are.

    Parameters
    ----------
    record : object
        The whole record as it shall be; an id or day of registering may be left out.
    text, on, by
        As for ``register``; with an empty text the comments of the version before are gone.
    reason : str
        Why, in a sentence; never empty.
    based_on : str
        The version that was read and changed, e.g. ``"v1.2"``.
    slug : str
        A new one; the old one by default.

    Raises
    ------
    RegistryError
        When there is no such entry, somebody amended it since ``based_on``, the reason is empty, a
        field that never changes differs, or the record could not be registered.
    """
    of = door.kind_of(kind)
    stored = current(session, kind, id=id)
    if stored is None:
        raise RegistryError(door.unregistered(session, kind, id))
    record, payload = settled(door.completed(of, record, stored))
    changes = diff_payloads(door.payload_now(of, stored), payload)
    problems = [
        *door.in_words(by=by, reason=reason),
        *names(slug=slug or stored.slug),
        *door.outdated(stored, based_on),
        *door.fixed(of, stored, changes),
        *of.problems(record),
        *door.unregistered_targets(session, of, record),
    ]
    if problems:
        raise RegistryError(*problems)
    if not changes and text == stored.text and slug in ("", stored.slug):
        return Amended(record=record, version=stored.version, changes=(), new=False)
    major, minor = door.number_after(of, stored, record, changes)
    draft = Draft(
        kind=of,
        id=id,
        slug=slug or stored.slug,
        number=stored.number + 1,
        major=major,
        minor=minor,
        day=door.day(of, record, on) if _declares_its_day(of, changes) else on.isoformat(),
        by=by,
        reason=reason,
        text=text,
        payload=payload,
        record=record,
    )
    write(session, [draft])
    return Amended(record=record, version=f"v{major}.{minor}", changes=changes, new=True)


def _declares_its_day(of: Kind, changes: tuple[Change, ...]) -> bool:
    """Whether a new version says when it was registered; the day of the one before is not its own."""
    return bool(of.version) and of.day in {top(change) for change in changes}


def _again(of: Kind, stored: Stored, record: Any) -> Registered:
    """Say that a record is registered already, or how it differs from what is."""
    record, payload = settled(record)
    changes = diff_payloads(door.payload_now(of, stored), payload)
    if not changes:
        return Registered(record=record, id=stored.id, version=stored.version, new=False)
    own = stored.slug == stored.id
    named = f" as {stored.version}" if own else f" as {stored.id} {stored.version}"
    raise RegistryError(
        Problem(
            field=tops(changes),
            found=f"{of.called} that differs from what {stored.slug} was {of.done} with{named}",
            needed=f"{of.called} as it was {of.done} on {stored.day}",
            do=of.change,
        )
    )
