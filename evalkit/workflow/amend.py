"""Amend an entry: a changed text, its reason, and the same text in the workspace's folder."""

import datetime
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields
from itertools import zip_longest
from pathlib import Path

from evalkit.errors import FormError, Problem, RegistryError
from evalkit.registry.entries import amend, read, versions
from evalkit.registry.kinds import INTERVENTION, KINDS
from evalkit.registry.store import Session, open_registry
from evalkit.registry.stored import current
from evalkit.registry.versions import Change
from evalkit.text.form import read_fields, read_text
from evalkit.text.scalars import written
from evalkit.workflow.basis import refuse_old
from evalkit.workflow.folders import FOLDERS, noun_files
from evalkit.workflow.nouns import parse_entry
from evalkit.workflow.register import located
from evalkit.workflow.workspace import Workspace

NAME = "intervention.yaml"


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisteredText:
    """An entry as it is registered.

    Attributes
    ----------
    kind, id, version, slug : str
    text : str
        As its author wrote it; written out from the record where it was registered without a text.
    kept : str
        The text that is registered; empty where there is none.
    """

    kind: str
    id: str
    version: str
    slug: str
    text: str
    kept: str

    @property
    def file(self) -> str:
        """The text's name for messages."""
        if self.kind == INTERVENTION.name:
            return f"{self.slug}/{NAME}"
        return f"{FOLDERS[self.kind]}/{self.slug}.yaml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Edited:
    """What an edit did.

    Attributes
    ----------
    id, before, version : str
        The versions before and now; the same where nothing differed.
    changes : tuple of Change
        Field by field; empty where only comments or layout changed.
    new : bool
        False where nothing differed.
    file : str
        The entry's file below the workspace; empty where there is none.
    differs_on : int or None
        First line on which that file is not the registered text; None where it is the same.
    """

    id: str
    before: str
    version: str
    changes: tuple[Change, ...]
    new: bool
    file: str
    differs_on: int | None


def standing(session: Session, kind: str, id: str) -> RegisteredText:
    """Read an entry's text as it is registered; RegistryError where there is no such entry."""
    read(session, kind, id)
    stored = current(session, kind, id=id)
    assert stored is not None
    return RegisteredText(
        kind=kind,
        id=stored.id,
        version=stored.version,
        slug=stored.slug,
        text=stored.text or _written_out(kind, stored.payload),
        kept=stored.text,
    )


def edit_entry(
    workspace: Workspace,
    kind: str,
    id: str,
    change: Callable[[RegisteredText], str],
    *,
    on: datetime.date,
    reason: str,
    based_on: str = "",
    read_earlier: bool = False,
) -> Edited:
    """Write an entry's next version, and its file where that held the registered text.

    Nobody's change is taken back unseen. ``change`` is given what is registered, in the transaction that
    writes; a text that was read before that says which version it was (``based_on``), or is compared with
    every version (``basis``) and refused where it stands on an older one.

    Parameters
    ----------
    kind : str
        An intervention or a noun of ``FOLDERS``.
    change : callable
        From what is registered to the text as it shall be.
    reason : str
        Why, in a sentence.
    based_on : str
        The version that was read and changed, where that is known.
    read_earlier : bool
        True where the text of ``change`` does not come from what it is given.

    Raises
    ------
    FormError, RegistryError
        Nothing is written.
    """
    _refuse_unreadable(reason=reason, based_on=based_on)
    with _drafts() as drafts:
        with open_registry(workspace.url, write=True) as session:
            was = standing(session, kind, id)
            record, document = parse_entry(kind, change(was), file=was.file)
            if read_earlier:
                command = f"evalkit {kind} edit {id} --file FILE --reason ..."
                known = versions(session, kind, id)
                based_on = refuse_old(id, known, document.text, command=command, based_on=based_on)
            with located(document):
                done = amend(
                    session,
                    kind,
                    id,
                    record,
                    text=was.kept if document.text == was.text else document.text,
                    on=on,
                    by=workspace.acting_as,
                    reason=reason,
                    based_on=based_on or was.version,
                )
            file = _file(workspace, was)
            if file is not None and _text(file) == was.text != document.text:
                drafts[_draft(file, document.text)] = file
        for draft, target in drafts.items():
            draft.replace(target)
    return Edited(
        id=id,
        before=was.version,
        version=done.version,
        changes=done.changes,
        new=done.new,
        file="" if file is None else file.relative_to(workspace.root.resolve()).as_posix(),
        differs_on=None if file is None else first_difference(_text(file), document.text),
    )


def first_difference(left: str | None, right: str) -> int | None:
    """The first line, from 1, on which two texts differ; line 1 where ``left`` cannot be read."""
    if left is None:
        return 1
    pairs = zip_longest(left.splitlines(), right.splitlines())
    first = next((n for n, (one, other) in enumerate(pairs, 1) if one != other), None)
    return first or (None if left == right else 1)


def _refuse_unreadable(**given: str) -> None:
    """Refuse words that came in broken, which nothing could store."""
    for field, words in given.items():
        try:
            words.encode()
        except UnicodeEncodeError as error:
            raise RegistryError(
                Problem(field=field, found="text that is not UTF-8", needed="UTF-8")
            ) from error


def _file(workspace: Workspace, was: RegisteredText) -> Path | None:
    """The entry's own file, where it has one inside its folder."""
    if was.kind == INTERVENTION.name:
        folder, own = workspace.case_studies.resolve(), [workspace.case_studies / was.slug / NAME]
    else:
        folder = (workspace.root / FOLDERS[was.kind]).resolve()
        own = [path for path in noun_files(workspace.root, was.kind) if _declares(path, was.id)]
    inside = [path.resolve() for path in own if path.resolve().is_relative_to(folder)]
    return next((path for path in inside if path.is_file()), None)


def _declares(path: Path, id: str) -> bool:
    try:
        return bool(read_fields(path).get("id") == id)
    except FormError:
        return False


def _written_out(kind: str, payload: str) -> str:
    """A text for a record that was registered without one, in the order of its fields."""
    plain = json.loads(payload)
    names = (field.name.rstrip("_") for field in fields(KINDS[kind].record))
    given = [name for name in names if plain[name] is not None]
    return "".join(f"{name}: {written(plain[name])}\n" for name in given)


def _text(file: Path) -> str | None:
    try:
        return read_text(file)
    except FormError:
        return None


@contextmanager
def _drafts() -> Iterator[dict[Path, Path]]:
    """Files to be put in the place of others; those that were not are removed."""
    drafts: dict[Path, Path] = {}
    try:
        yield drafts
    finally:
        for draft in drafts:
            draft.unlink(missing_ok=True)


def _draft(file: Path, text: str) -> Path:
    """Write a text beside ``file`` with the line ends and the mark that the file has."""
    raw = file.read_bytes()
    lines = text.replace("\n", "\r\n") if b"\r\n" in raw else text
    mark = b"\xef\xbb\xbf" if raw.startswith(b"\xef\xbb\xbf") else b""
    draft = file.with_name(f".{file.name}.{os.getpid()}.new")
    draft.write_bytes(mark + lines.encode())
    return draft
