"""Everything that was registered, as files that people and programs can read, and back again.

A folder holds each entry's current text as its author wrote it, under ``<kind>/<id>``, and
``registry.json`` with every version. Runs are not in it: they can be made again.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError
from sqlmodel import Session

from evalkit.errors import Problem, RegistryError
from evalkit.registry import chain, door
from evalkit.registry.canonical import compact, read_json
from evalkit.registry.index import SEALED, Draft, subject, version_sha256, write
from evalkit.registry.names import names
from evalkit.registry.stored import Stored, every_version

FORM = "evalkit/registry/1"
FILE = "registry.json"
_BATCH = 500
_STORED = TypeAdapter(Stored)


def export(session: Session, folder: Path) -> tuple[Path, ...]:
    """Write everything but runs into ``folder``, which must be empty or not there yet.

    Returns
    -------
    tuple of Path
        The files written, ``registry.json`` last.

    Raises
    ------
    RegistryError
        When something is in the folder, or a file cannot be written.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        needed = "an empty folder, or a name that is free"
        raise RegistryError(Problem(file=str(folder), found="something is in it", needed=needed))
    versions = in_order(session)
    current = {(version.kind, version.id): version for version in versions}
    files = {folder / _name(version): version.text for version in current.values() if version.text}
    files[folder / FILE] = as_json(versions)
    try:
        for path, text in files.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="")
    except OSError as error:
        needed = "a folder that can be written to, with room in it"
        found = str(error.strerror).lower()
        raise RegistryError(Problem(file=str(folder), found=found, needed=needed)) from error
    return tuple(files)


def as_json(versions: Sequence[Stored]) -> str:
    """Write versions as ``registry.json`` has them: one a line, the record as JSON inside."""
    lines = []
    for version in versions:
        plain = asdict(version)
        record = plain.pop("payload")
        lines.append(f'{compact(plain)[:-1]},"record":{record}}}')
    return f'{{"form":"{FORM}","versions":[\n' + ",\n".join(lines) + "\n]}\n"


def import_folder(session: Session, folder: Path) -> int:
    """Bring an exported folder, or its ``registry.json`` alone, into a registry.

    Returns how many versions were new.

    What is registered already stays as it is, so importing again brings nothing.

    Raises
    ------
    RegistryError
        When there is no such export, a text or record in it was changed, or a version differs from
        the one that is registered. Nothing is written then, once the session is left.
    """
    versions = _read(folder if folder.is_file() else folder / FILE)
    for version in {(v.kind, v.id): v for v in versions}.values():
        if not folder.is_file():
            _refuse_other_text(folder, version)
    new = list(_new(session, versions))
    for some in _without_repeats(new):
        write(session, [_draft(version) for version in some])
    if problems := [problem for version in new for problem in _problems(session, version)]:
        raise RegistryError(*problems)
    return len(new)


def in_order(session: Session) -> list[Stored]:
    """Return every version in the order in which the ledger seals them."""
    versions = {_subject(version): version for version in every_version(session)}
    return [versions[row.subject] for row in chain.stored(session) if row.subject in versions]


def _subject(version: Stored) -> str:
    return subject(version.kind, version.id, version.major, version.minor)


def _name(version: Stored) -> str:
    ending = "md" if version.text.startswith("---") else "yaml"
    return f"{version.kind}/{version.id}.{ending}"


def _refuse(found: str, needed: str, field: str = "", do: str = "") -> RegistryError:
    return RegistryError(Problem(file=FILE, field=field, found=found, needed=needed, do=do))


def _read(file: Path) -> list[Stored]:
    try:
        whole = json.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise _refuse(str(error.strerror).lower(), "an exported folder") from error
    except ValueError as error:
        raise _refuse(f"no JSON ({error})", "the file as it was exported") from error
    form = whole.get("form") if isinstance(whole, dict) else None
    if form != FORM:
        raise _refuse(f"{form!r}", FORM, "form")
    return [_stored(item, n) for n, item in enumerate(whole.get("versions", ()))]


def _stored(item: Any, n: int) -> Stored:
    """Read one version and check it against its own hash."""
    field = f"versions[{n}]"
    try:
        columns = {**item, "payload": compact(item["record"])}
        del columns["record"]
        version = _STORED.validate_json(compact(columns), strict=True)
    except (ValidationError, TypeError, KeyError, ValueError) as error:
        why = str(error).partition("\n")[0]
        raise _refuse(f"not a version ({why})", "the file as it was exported", field) from error
    if version_sha256(asdict(version)) != version.sha256:
        found = f"{_subject(version)} does not fit its hash"
        raise _refuse(found, "the version as it was exported", field)
    if problems := [*names(id=version.id, slug=version.slug)]:
        raise RegistryError(*problems)
    return version


def _refuse_other_text(folder: Path, version: Stored) -> None:
    """Refuse a folder whose texts were edited: a change needs a reason, and a version of its own."""
    if not version.text:
        return
    path = folder / _name(version)
    try:
        with path.open(encoding="utf-8", newline="") as file:
            same = file.read() == version.text
    except (OSError, ValueError):
        same = False
    if not same:
        raise RegistryError(
            Problem(
                file=_name(version),
                found=f"no text, or another one than that of {version.version}",
                needed="the text as it was exported",
                do="Put it back, import, and then amend the entry.",
            )
        )


def _new(session: Session, versions: Sequence[Stored]) -> Iterator[Stored]:
    """Yield what is not registered yet; refuse what cannot follow what is."""
    known = {(v.kind, v.id, v.number): v for v in every_version(session)}
    for version in versions:
        here = known.get((version.kind, version.id, version.number))
        if here == version:
            continue
        before = known.get((version.kind, version.id, version.number - 1))
        if here is not None or (before is None and version.number != 1):
            raise _refuse(
                f"{_subject(version)}, number {version.number} of its versions",
                "what is registered, or the version after it",
            )
        known[version.kind, version.id, version.number] = version
        yield version


def _without_repeats(versions: Sequence[Stored]) -> Iterator[list[Stored]]:
    """Yield batches, in order, in which no entry comes twice."""
    batch: dict[tuple[str, str], Stored] = {}
    for version in versions:
        if (version.kind, version.id) in batch or len(batch) == _BATCH:
            yield list(batch.values())
            batch = {}
        batch[version.kind, version.id] = version
    yield list(batch.values())


def _draft(version: Stored) -> Draft:
    of = door.kind_of(version.kind)
    columns = {name: getattr(version, name) for name in SEALED} | {"kind": of}
    return Draft(**columns, record=read_json(of.record, version.payload))


def _problems(session: Session, version: Stored) -> list[Problem]:
    of = door.kind_of(version.kind)
    record = read_json(of.record, version.payload)
    return [*of.problems(record), *door.unregistered_targets(session, of, record)]
