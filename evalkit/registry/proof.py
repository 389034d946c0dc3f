"""Is what is stored what was sealed: each question gives its first problem in a sentence, or None."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from evalkit.errors import RegistryError
from evalkit.registry import chain, guards, runs, search, seeds
from evalkit.registry.canonical import sha256_text
from evalkit.registry.implied import Implied, implied
from evalkit.registry.index import SEALED, subject, version_sha256
from evalkit.registry.kinds import KINDS
from evalkit.registry.models import (
    AreaRow,
    EntryReferenceRow,
    EntryRow,
    FindingRow,
    Row,
    RunRow,
)
from evalkit.registry.reading import decoded
from evalkit.registry.stored import Stored, versions_of

_ENTRY = [getattr(EntryRow, name) for name in EntryRow.model_fields]
_REFERENCE = [getattr(EntryReferenceRow, name) for name in ("kind", "id", "role", "target")]
_FINDING = [getattr(FindingRow, name) for name in ("id", "protocol_id", "version", "run_number")]
_OF_VERSIONS = {"amend", *(kind.action for kind in KINDS.values())}


def first_damage(session: Session) -> str | None:
    """Find a page of the file that is damaged, or a table that is gone."""
    found = session.connection().exec_driver_sql("PRAGMA integrity_check(1)").scalar()
    if found != "ok":
        return f"The file is damaged: {' '.join(str(found).split())}."
    return first_gone(session) or first_bytes(session)


def first_gone(session: Session) -> str | None:
    """Find a table that is not there."""
    gone = guards.tables_expected() - guards.tables_found(session.connection())
    return f"Table {min(gone)} is missing." if gone else None


def first_bytes(session: Session) -> str | None:
    """Find a column in which a row has bytes instead of text."""
    for table in Row.metadata.sorted_tables:
        asked = ", ".join(f"max(typeof(\"{one.name}\") = 'blob')" for one in table.columns)
        query = f'SELECT {asked} FROM "{table.name}"'
        found = session.connection().exec_driver_sql(query).one()
        for column, some in zip(table.columns, found, strict=True):
            if some:
                return f"Table {table.name} has bytes in column {column.name}, where none belong."
    return None


def first_unsealed_of_plan(session: Session, protocol: str) -> str | None:
    """Find what is no longer as sealed among one plan's versions and runs; nothing else is looked at."""
    rows = chain.stored(session, about=(f"protocol/{protocol}/", f"run/{protocol}/"))
    versions = versions_of(session, "protocol", protocol)
    return (
        chain.first_unsealed(rows)
        or first_unsealed_version(versions, rows)
        or first_unsealed_run(session, rows, protocol)
    )


def first_unsealed_version(found: Sequence[Stored], rows: Sequence[chain.Line]) -> str | None:
    """Find an entry whose version is gone or changed, or a version without an entry."""
    versions = {subject(v.kind, v.id, v.major, v.minor): v for v in sorted(found, key=_key)}
    sealed: dict[str, chain.Line] = {}
    for row in rows:
        if row.action == "run":
            continue
        if problem := _not_as_sealed(row, versions.get(row.subject), row.subject in sealed):
            return f"{chain.label(row)}: {problem}"
        sealed[row.subject] = row
    for version in found:
        name = subject(version.kind, version.id, version.major, version.minor)
        if name not in sealed or versions[name] != version:
            return f"{name} is stored as number {version.number}, but no entry seals it."
    return None


def _key(version: Stored) -> tuple[str, str, int]:
    return version.kind, version.id, -version.number


def _not_as_sealed(row: chain.Line, version: Stored | None, again: bool) -> str | None:
    if row.action not in _OF_VERSIONS:
        return f"there is no action {row.action}."
    if version is None:
        return "what it sealed cannot be read any more (it is not there)."
    if again:
        return "the same version was sealed before."
    columns = {name: getattr(version, name) for name in SEALED}
    try:
        now = version_sha256(columns)
    except RegistryError:
        return "what is stored is no longer what was sealed."
    told = (version.day, version.by, version.reason)
    if now != row.payload_sha256 or now != version.sha256 or told != (row.day, row.by, row.reason):
        return "what is stored is no longer what was sealed."
    return None


def first_unsealed_run(
    session: Session, rows: Sequence[chain.Line], protocol: str = ""
) -> str | None:
    """Find an entry whose run is gone or changed, or a run or finding without an entry.

    With ``protocol``, among the runs of that plan only.
    """
    sealed = {row.subject: row for row in rows if row.action == "run"}
    payloads = runs.read_payloads(session, [name.removeprefix("run/") for name in sealed])
    for row in sealed.values():
        try:
            now = sha256_text(next(payloads))
        except (RegistryError, ValueError) as error:
            why = str(error).partition("\n")[0]
            return f"{chain.label(row)}: what it sealed cannot be read any more ({why})."
        if now != row.payload_sha256:
            return f"{chain.label(row)}: what is stored is no longer what was sealed."
    query = select(RunRow.protocol_id, RunRow.version, RunRow.number, RunRow.day)
    if protocol:
        query = query.where(RunRow.protocol_id == protocol)
    for of, version, number, day in sorted(session.exec(query)):
        entry = sealed.get(f"run/{of}/{version}/{number}")
        if entry is None:
            return f"Run {of}/{version}/{number} is stored, but no entry seals it."
        if entry.day != day:
            return f"{chain.label(entry)}: what is stored is no longer what was sealed."
    return _first_other_finding(session, sealed, protocol)


def _first_other_finding(
    session: Session, sealed: dict[str, chain.Line], protocol: str
) -> str | None:
    query = sa.select(*_FINDING).order_by(col(FindingRow.position))
    if protocol:
        query = query.where(col(FindingRow.protocol_id) == protocol)
    stored: dict[str, list[str]] = defaultdict(list)
    for id, of, version, number in session.connection().execute(query):
        stored[f"{of}/{version}/{number}"].append(id)
    for run, ids in stored.items():
        if f"run/{run}" not in sealed:
            return f"Finding {ids[0]} is stored with run {run}, which no entry seals."
        for id, finding in zip(ids, runs.read_run(session, run).findings, strict=True):
            if finding.id != id:
                entry = chain.label(sealed[f"run/{run}"])
                return f"{entry}: finding {id} is stored under another id."
    return None


def first_stale(session: Session, found: Sequence[Stored]) -> str | None:
    """Find an entry that lists, filters or search show otherwise than its newest version says.

    ``found`` is every version, oldest first.
    """
    newest = {(v.kind, v.id): v for v in found}
    listed = sa.select(*_ENTRY).order_by(col(EntryRow.kind), col(EntryRow.id))
    entries = session.connection().execute(listed).all()
    if lost := sorted(newest.keys() - {(row.kind, row.id) for row in entries}):
        return f"{lost[0][0]} {lost[0][1]} has versions, but is in no list."
    references: dict[tuple[str, str], set[tuple[str, str]]] = defaultdict(set)
    for kind, id, role, target in session.connection().execute(sa.select(*_REFERENCE)):
        references[kind, id].add((role, target))
    indexed = search.contents(session.connection())
    for row in entries:
        version = newest.get((row.kind, row.id))
        if version is None:
            return f"{row.kind} {row.id} is listed, but has no version."
        is_ = _implied(session, version)
        if isinstance(is_, str):
            return is_
        name = f"{row.kind} {row.id}"
        for problem in _stale(row, version, is_, references.pop((row.kind, row.id), set())):
            return f"{name}: {problem} not what {version.version} says."
        if indexed.pop(row.search_row, None) != (is_.title, is_.body):
            return f"{name}: what search looks through is not what {version.version} says."
    if references:
        return "{} {} is referred from, but is in no list.".format(*min(references))
    if indexed:
        return f"Search finds row {min(indexed)}, which is no entry."
    return None


def first_unfindable(session: Session) -> str | None:
    """Say whether search has lost a word of what it looks through."""
    return None if search.is_whole(session) else "Search no longer finds every word."


def _implied(session: Session, version: Stored) -> Implied | str:
    kind = KINDS.get(version.kind)
    if kind is None:
        return f"{version.kind} {version.id}: this package knows no such kind of entry."
    try:
        record = decoded(session, kind.record, version.payload)
    except RegistryError as error:
        return f"{version.kind} {version.id} cannot be read ({str(error).partition(chr(10))[0]})."
    return implied(kind, version.id, record, version.payload)


def _stale(
    row: sa.Row[Any], version: Stored, is_: Implied, references: set[tuple[str, str]]
) -> Iterator[str]:
    if row.number != version.number:
        yield f"it points at version number {row.number}, which is"
    if row.slug != version.slug:
        yield f"its slug {row.slug} is"
    if row.title != is_.title:
        yield f"its title {row.title!r} is"
    if row.status != is_.status:
        yield f"its status {row.status!r} is"
    if references != set(is_.references):
        role, target = min(references ^ set(is_.references))
        yield f"its reference to {role} {target} is"


def first_other_area(session: Session) -> str | None:
    """Find an area that is no longer as the package has it; areas are not sealed."""
    found = {row["code"]: dict(row) for row in _areas(session)}
    for area in seeds.areas():
        if found.get(str(area["code"])) != area:
            return f"Area {area['code']} ({area['name']}) is not as the package has it."
    return None


def _areas(session: Session) -> Sequence[sa.RowMapping]:
    columns = [getattr(AreaRow, name) for name in AreaRow.model_fields]
    return session.connection().execute(sa.select(*columns)).mappings().all()


def first_unguarded(session: Session) -> str | None:
    """Find a trigger that is gone or changed, or a table, view or trigger that is not ours."""
    if missing := guards.missing(session.connection()):
        return f"The registry is not append-only: trigger {missing[0]} is missing."
    if foreign := guards.foreign(session.connection()):
        return f"The file holds {foreign[0]}, which is not the registry's."
    return None
