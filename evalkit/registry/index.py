"""Writing: versions, and everything that follows from the newest one, always together."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from evalkit.registry import chain, search
from evalkit.registry.canonical import canonical_json, read_json, sha256_text
from evalkit.registry.implied import Implied, implied
from evalkit.registry.kinds import KINDS, Kind
from evalkit.registry.models import EntryReferenceRow, EntryRow, EntryVersionRow

_HIGHEST = sa.select(sa.func.max(col(EntryRow.search_row)))
_NEW_ENTRY = sa.insert(EntryRow)
_NEW_VERSION = sa.insert(EntryVersionRow)
_NEW_REFERENCE = sa.insert(EntryReferenceRow)
SEALED = tuple(name for name in EntryVersionRow.model_fields if name != "sha256")
"""The columns of a version that its hash covers: all but the hash."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A version about to be written; the fields are those of ``EntryVersionRow``, and the record."""

    kind: Kind
    id: str
    slug: str
    number: int
    major: int
    minor: int
    day: str
    by: str
    reason: str
    text: str
    payload: str
    record: Any

    @property
    def row(self) -> dict[str, Any]:
        """The row of ``entry_version`` with its hash."""
        row = {name: getattr(self, name) for name in SEALED} | {"kind": self.kind.name}
        return row | {"sha256": version_sha256(row)}


def version_sha256(columns: dict[str, Any]) -> str:
    """Return the hash of a version's columns but ``sha256``."""
    return sha256_text(canonical_json({name: columns[name] for name in SEALED}))


def subject(kind: str, id: str, major: int, minor: int) -> str:
    """Name a version as the ledger does, e.g. ``intervention/EM-2026-0007/v1.2``."""
    return f"{kind}/{id}/v{major}.{minor}"


def write(session: Session, drafts: Sequence[Draft]) -> None:
    """Write versions of different entries, each with its pointer, references, words and seal."""
    if not drafts:
        return
    connection = session.connection()
    rows = [draft.row for draft in drafts]
    search_rows = _place(connection, drafts)
    connection.execute(_NEW_VERSION, rows)
    known = [
        (draft.kind.name, draft.id, implied(draft.kind, draft.id, draft.record, draft.payload))
        for draft in drafts
    ]
    _point(connection, drafts, known)
    _refer(connection, known, forget=[d for d in drafts if d.number > 1])
    search.replace(
        connection,
        [(row, is_.title, is_.body) for row, (_, _, is_) in zip(search_rows, known, strict=True)],
    )
    chain.append(session, [_deed(d, row) for d, row in zip(drafts, rows, strict=True)])


def rebuild(connection: sa.Connection) -> None:
    """Make pointers, references and the search index again from the versions.

    Raises
    ------
    RegistryError
        When a current version no longer reads as its record.
    """
    newest = sa.select(
        col(EntryVersionRow.kind),
        col(EntryVersionRow.id),
        sa.func.max(col(EntryVersionRow.number)),
    ).group_by(col(EntryVersionRow.kind), col(EntryVersionRow.id))
    key = sa.tuple_(col(EntryVersionRow.kind), col(EntryVersionRow.id), col(EntryVersionRow.number))
    query = sa.select(EntryVersionRow.__table__, col(EntryRow.search_row)).join(  # type: ignore[attr-defined]
        EntryRow,
        (col(EntryRow.kind) == EntryVersionRow.kind) & (col(EntryRow.id) == EntryVersionRow.id),
    )
    found = connection.execute(
        query.where(key.in_(newest)).order_by(col(EntryRow.search_row))
    ).all()
    drafts = [_read_draft(row._mapping) for row in found]
    known = [(d.kind.name, d.id, implied(d.kind, d.id, d.record, d.payload)) for d in drafts]
    if drafts:
        _point(connection, drafts, known)
    connection.execute(sa.delete(EntryReferenceRow))
    _refer(connection, known, forget=())
    rows = (
        (row.search_row, is_.title, is_.body) for row, (_, _, is_) in zip(found, known, strict=True)
    )
    search.rebuild(connection, rows)


def _read_draft(row: Any) -> Draft:
    kind = KINDS[row["kind"]]
    columns = {name: row[name] for name in SEALED} | {"kind": kind}
    return Draft(**columns, record=read_json(kind.record, row["payload"]))


def _place(connection: sa.Connection, drafts: Sequence[Draft]) -> list[int]:
    """Make the rows of new entries and return the search row of every entry, in order."""
    highest = connection.scalar(_HIGHEST) or 0
    new, places = [], []
    for draft in drafts:
        if draft.number > 1:
            places.append(_search_row(connection, draft))
            continue
        highest += 1
        places.append(highest)
        new.append(
            {
                "kind": draft.kind.name,
                "id": draft.id,
                "slug": draft.slug,
                "number": 0,  # until its version is there
                "title": "",
                "status": "",
                "search_row": highest,
            }
        )
    if new:
        connection.execute(_NEW_ENTRY, new)
    return places


def _search_row(connection: sa.Connection, draft: Draft) -> int:
    query = sa.select(col(EntryRow.search_row)).where(
        col(EntryRow.kind) == draft.kind.name, col(EntryRow.id) == draft.id
    )
    return int(connection.execute(query).scalar_one())


_POINT = (
    sa.update(EntryRow)
    .where(col(EntryRow.kind) == sa.bindparam("of_kind"), col(EntryRow.id) == sa.bindparam("of"))
    .values(
        slug=sa.bindparam("new_slug"),
        number=sa.bindparam("new_number"),
        title=sa.bindparam("new_title"),
        status=sa.bindparam("new_status"),
    )
)
_FORGET = sa.delete(EntryReferenceRow).where(
    col(EntryReferenceRow.kind) == sa.bindparam("of_kind"),
    col(EntryReferenceRow.id) == sa.bindparam("of"),
)


def _point(
    connection: sa.Connection, drafts: Sequence[Draft], known: Sequence[tuple[str, str, Implied]]
) -> None:
    """Let entries point at their new versions."""
    rows = [
        {
            "of_kind": kind,
            "of": id,
            "new_slug": draft.slug,
            "new_number": draft.number,
            "new_title": is_.title,
            "new_status": is_.status,
        }
        for draft, (kind, id, is_) in zip(drafts, known, strict=True)
    ]
    connection.execute(_POINT, rows)


def _refer(
    connection: sa.Connection,
    known: Iterable[tuple[str, str, Implied]],
    *,
    forget: Sequence[Draft],
) -> None:
    if forget:
        connection.execute(_FORGET, [{"of_kind": d.kind.name, "of": d.id} for d in forget])
    rows = [
        {"kind": kind, "id": id, "role": role, "target": target}
        for kind, id, is_ in known
        for role, target in is_.references
    ]
    if rows:
        connection.execute(_NEW_REFERENCE, rows)


def _deed(draft: Draft, row: dict[str, Any]) -> chain.Deed:
    return chain.Deed(
        day=draft.day,
        action=draft.kind.action if draft.number == 1 else "amend",
        subject=subject(draft.kind.name, draft.id, draft.major, draft.minor),
        by=draft.by,
        reason=draft.reason,
        payload_sha256=row["sha256"],
    )
