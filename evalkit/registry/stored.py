"""Reading versions as they stand; one prepared statement a question."""

from collections.abc import Sequence
from dataclasses import dataclass, fields

import sqlalchemy as sa
from sqlmodel import Session, col

from evalkit.registry.models import EntryRow, EntryVersionRow


@dataclass(frozen=True, slots=True)
class Stored:
    """A version as it stands; the fields are those of ``EntryVersionRow``, in their order."""

    kind: str
    id: str
    number: int
    slug: str
    major: int
    minor: int
    day: str
    by: str
    reason: str
    text: str
    payload: str
    sha256: str

    @property
    def version(self) -> str:
        """E.g. ``"v1.2"``."""
        return f"v{self.major}.{self.minor}"


_V = EntryVersionRow
_COLUMNS = [getattr(_V, field.name) for field in fields(Stored)]
_IS_CURRENT = (
    (col(EntryRow.kind) == _V.kind)
    & (col(EntryRow.id) == _V.id)
    & (col(EntryRow.number) == _V.number)
)
_CURRENT = (
    sa.select(*_COLUMNS)
    .join(EntryRow, _IS_CURRENT)
    .where(col(EntryRow.kind) == sa.bindparam("of_kind"))
)
_BY_ID = _CURRENT.where(col(EntryRow.id) == sa.bindparam("name"))
_BY_SLUG = _CURRENT.where(col(EntryRow.slug) == sa.bindparam("name"))
_OWNER = sa.select(col(EntryRow.slug)).where(
    col(EntryRow.kind) == sa.bindparam("of_kind"), col(EntryRow.id) == sa.bindparam("name")
)


def current(session: Session, kind: str, *, id: str = "", slug: str = "") -> Stored | None:
    """Return the current version of the entry with this id, or with this slug."""
    query, name = (_BY_ID, id) if id else (_BY_SLUG, slug)
    row = session.connection().execute(query, {"of_kind": kind, "name": name}).first()
    return Stored(*row) if row else None


def versions_of(session: Session, kind: str, id: str) -> list[Stored]:
    """Return every version of an entry, oldest first."""
    query = sa.select(*_COLUMNS).where(col(_V.kind) == kind, col(_V.id) == id)
    rows = session.connection().execute(query.order_by(col(_V.number)))
    return [Stored(*row) for row in rows.all()]


def versions_of_kind(session: Session, kind: str) -> list[Stored]:
    """Return every version of every entry of a kind, in order of id and number."""
    query = sa.select(*_COLUMNS).where(col(_V.kind) == kind)
    rows = session.connection().execute(query.order_by(col(_V.id), col(_V.number)))
    return [Stored(*row) for row in rows.all()]


def every_version(session: Session) -> list[Stored]:
    """Return every version of everything, in order of kind, id and number."""
    query = sa.select(*_COLUMNS).order_by(col(_V.kind), col(_V.id), col(_V.number))
    return [Stored(*row) for row in session.connection().execute(query).all()]


def all_current(session: Session, kind: str) -> Sequence[str]:
    """Return the payloads of the current versions of a kind, in order of id."""
    query = sa.select(col(_V.payload)).join(EntryRow, _IS_CURRENT).where(col(_V.kind) == kind)
    return session.connection().execute(query.order_by(col(_V.id))).scalars().all()


def all_versions(session: Session, kind: str) -> Sequence[str]:
    """Return the payloads of all versions of a kind, in order of id and version."""
    query = sa.select(col(_V.payload)).where(col(_V.kind) == kind)
    ordered = query.order_by(col(_V.id), col(_V.number))
    return session.connection().execute(ordered).scalars().all()


def amended(session: Session, kind: str) -> Sequence[str]:
    """Return the ids of all entries of a kind with more than one version, in order."""
    query = sa.select(col(EntryRow.id)).where(col(EntryRow.kind) == kind, col(EntryRow.number) > 1)
    return session.connection().execute(query.order_by(col(EntryRow.id))).scalars().all()


def posts(session: Session, kind: str) -> dict[str, list[str]]:
    """Return by id who wrote each version of every entry of a kind, oldest first."""
    query = sa.select(col(_V.id), col(_V.by)).where(col(_V.kind) == kind)
    found: dict[str, list[str]] = {}
    for id, by in session.connection().execute(query.order_by(col(_V.id), col(_V.number))):
        found.setdefault(id, []).append(by)
    return found


def ids(session: Session, kind: str) -> Sequence[str]:
    """Return the ids of all entries of a kind, in order."""
    query = sa.select(col(EntryRow.id)).where(col(EntryRow.kind) == kind)
    return session.connection().execute(query.order_by(col(EntryRow.id))).scalars().all()


def owner(session: Session, kind: str, id: str) -> str | None:
    """Return the slug of the entry that has an id; None where it is free."""
    found = session.connection().execute(_OWNER, {"of_kind": kind, "name": id})
    return found.scalars().first()
