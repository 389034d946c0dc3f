"""The registry's door: what is looked at before anything is written, and how refusals read."""

import datetime
import difflib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from evalkit.errors import Problem, RegistryError
from evalkit.registry.canonical import canonical_json, read_json
from evalkit.registry.kinds import AREA, KINDS, Kind, Reference
from evalkit.registry.models import AreaRow, EntryRow
from evalkit.registry.stored import Stored, ids, owner
from evalkit.registry.versions import Change, following, parse_version, top

_LISTED = 12
_TARGETS: sa.BindParameter[Any] = sa.bindparam("targets", expanding=True)
_AREAS = sa.select(col(AreaRow.code)).where(col(AreaRow.code).in_(_TARGETS))
_ENTRIES = sa.select(col(EntryRow.id)).where(
    col(EntryRow.kind) == sa.bindparam("of_kind"), col(EntryRow.id).in_(_TARGETS)
)
_BEFORE = sa.select(sa.func.max(col(EntryRow.id))).where(
    col(EntryRow.kind) == sa.bindparam("of_kind"),
    col(EntryRow.id) > sa.bindparam("first"),
    col(EntryRow.id) < sa.bindparam("below"),
)


def kind_of(name: str) -> Kind:
    """Return a kind by its name; RegistryError, with the known ones, where there is none."""
    if name not in KINDS:
        found = f"kind of entry {name!r}"
        raise RegistryError(Problem(found=found, needed=f"one of {', '.join(KINDS)}"))
    return KINDS[name]


def completed(of: Kind, record: Any, stored: Stored | None, on: datetime.date | None = None) -> Any:
    """Give a record the id and the declared day that it left to the registry."""
    if not isinstance(record, of.record):
        found = f"a record of type {type(record).__name__}"
        raise RegistryError(Problem(found=found, needed=of.record.__name__))
    known = read_json(of.record, stored.payload) if stored else None
    given: dict[str, Any] = {}
    if known is not None and record.id is None:
        given["id"] = known.id
    if of.day and getattr(record, of.day) is None:
        given[of.day] = getattr(known, of.day) if known is not None else on
    return replace(record, **given) if given else record


def payload_now(of: Kind, stored: Stored) -> str:
    """Write a stored record as today's record type does, which may have gained fields since."""
    return canonical_json(read_json(of.record, stored.payload))


def day(of: Kind, record: Any, on: datetime.date) -> str:
    """Return the day that a record counts from, as the ledger writes it."""
    declared = getattr(record, of.day) if of.day else None
    return (declared or on).isoformat()


def number_after(
    of: Kind, stored: Stored, record: Any, changes: tuple[Change, ...]
) -> tuple[int, int]:
    """Return the next version's number: the record's own, or by the field rule."""
    if not of.version:
        return following(of, stored.major, stored.minor, changes)
    own = own_version(of, record)
    if own > (stored.major, stored.minor):
        return own
    raise RegistryError(
        Problem(
            field=of.version,
            found=f"v{own[0]}.{own[1]}",
            needed=f"a version after {stored.version}, the current one",
        )
    )


def own_version(of: Kind, record: Any) -> tuple[int, int]:
    """Return the version that a record declares, with or without a v in front."""
    declared = str(getattr(record, of.version))
    return parse_version(f"v{declared.removeprefix('v')}", field=of.version)


def next_id(session: Session, of: Kind, prefix: str, year: int) -> str:
    """Return the id for a record without one; each step asks the index for one id only."""
    if not of.numbered or not re.fullmatch(r"[A-Z]{2,6}", prefix):
        needed = "two to six capital letters to number it with" if of.numbered else "an id"
        raise RegistryError(
            Problem(field="id", found=f"no id, and prefix {prefix!r}", needed=needed)
        )
    highest, below = 0, f"{prefix}-~"
    while (id := _id_before(session, of.name, f"{prefix}-", below)) is not None:
        start, number = id.rsplit("-", 1)
        highest = max(highest, int(number))
        below = f"{start}-"  # on to the year before
    return f"{prefix}-{year}-{highest + 1:04d}"


def _id_before(session: Session, kind: str, first: str, below: str) -> str | None:
    values = {"of_kind": kind, "first": first, "below": below}
    found: str | None = session.connection().execute(_BEFORE, values).scalar()
    return found


def in_words(**given: str) -> Iterator[Problem]:
    """Refuse an empty ``by`` or ``reason``."""
    for field, words in given.items():
        if not words.strip():
            needed = {"by": "who does it", "reason": "why, in a sentence"}[field]
            yield Problem(field=field, found="empty", needed=needed)


def taken(session: Session, of: Kind, id: str) -> Iterator[Problem]:
    """Refuse an id that another text has."""
    if (slug := owner(session, of.name, id)) is not None:
        do = "Leave the id out and the registry gives the next one." if of.numbered else ""
        found = f"{id}, which {slug} has already"
        yield Problem(field="id", found=found, needed="an id of its own", do=do)


def outdated(stored: Stored, based_on: str) -> Iterator[Problem]:
    """Refuse an amendment of a version that is no longer the current one."""
    if based_on != stored.version:
        why = f": {stored.reason}" if stored.reason else ""
        yield Problem(
            field="based_on",
            found=f"an amendment of {based_on or 'no version'}",
            needed=f"one of {stored.version}, the current version of {stored.id}"
            f" (by {stored.by}, {stored.day}{why})",
            do="Read what changed, and amend that.",
        )


def fixed(of: Kind, stored: Stored, changes: Iterable[Change]) -> Iterator[Problem]:
    """Refuse to change what an amendment cannot change."""
    for change in changes:
        if top(change) in of.fixed | {"id"}:
            yield Problem(
                field=change.field,
                found=str(change.new),
                needed=f"{change.old}, as {stored.id} was {of.done}",
            )


def unregistered(session: Session, kind: str, id: str, *, field: str = "id") -> Problem:
    """Say that ``field`` names an entry that there is not, and which ones there are."""
    of = kind_of(kind)
    return Problem(
        field=field,
        found=f"{kind} {id}, which is not {of.done}",
        needed=f"one of {few(ids(session, kind), id)}",
        do=of.command,
    )


def unregistered_targets(session: Session, of: Kind, record: Any) -> list[Problem]:
    """Say which of a record's references have to be registered and are not."""
    return missing(session, [r for r in of.references(record) if r.must_be])


def missing(session: Session, references: Sequence[Reference]) -> list[Problem]:
    """Say which references name nothing that is registered; one question a kind."""
    problems = []
    for kind in dict.fromkeys(reference.must_be for reference in references):
        asked = [reference for reference in references if reference.must_be == kind]
        known = _known(session, kind, [reference.target for reference in asked])
        problems += [
            _unknown_area(session, r)
            if kind == AREA
            else unregistered(session, kind, r.target, field=r.field)
            for r in asked
            if r.target not in known
        ]
    return problems


def _known(session: Session, kind: str, targets: Sequence[str]) -> set[str]:
    values: dict[str, Any] = {"targets": targets}
    if kind != AREA:
        values["of_kind"] = kind
    found = session.connection().execute(_AREAS if kind == AREA else _ENTRIES, values)
    return set(found.scalars())


def _unknown_area(session: Session, reference: Reference) -> Problem:
    query = sa.select(col(AreaRow.code), col(AreaRow.name), col(AreaRow.kind))
    known = session.connection().execute(query.order_by(col(AreaRow.code))).all()
    listed = ", ".join(f"{code} ({name})" for code, name, kind in known if kind[:5] != "local")
    districts = sum(kind == "local-authority" for _, _, kind in known)
    return Problem(
        field=reference.field,
        found=f"unknown area code {reference.target}",
        needed=f"one of {listed}, or of their {districts} districts",
    )


def few(known: Sequence[str], asked: str) -> str:
    """List ids for a message: all of them, or those most like ``asked`` and how many there are."""
    if len(known) <= _LISTED:
        return ", ".join(known) or "none so far"
    close = difflib.get_close_matches(asked, known, n=4, cutoff=0.3) or known[:4]
    return f"{len(known):,} such as {', '.join(close)}"
