"""Amend an intervention: a changed text, its reason, and the same text in the workspace's folder."""

import datetime
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

from evalkit.errors import FormError, Problem, RegistryError
from evalkit.registry.entries import amend, read
from evalkit.registry.kinds import INTERVENTION
from evalkit.registry.store import Session, open_registry
from evalkit.registry.stored import current
from evalkit.registry.versions import Change
from evalkit.text.form import read_text
from evalkit.workflow.register import located, parse_intervention
from evalkit.workflow.workspace import Workspace

NAME = "intervention.yaml"


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisteredText:
    """An intervention as it is registered.

    Attributes
    ----------
    id, version, slug : str
    text : str
        As its author wrote it.
    """

    id: str
    version: str
    slug: str
    text: str

    @property
    def file(self) -> str:
        """The text's name for messages."""
        return f"{self.slug}/{NAME}"


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
        The intervention's file below the workspace; empty where there is none.
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


def standing(session: Session, id: str) -> RegisteredText:
    """Read an intervention as it is registered; RegistryError where it is not, or has no text."""
    read(session, INTERVENTION.name, id)
    stored = current(session, INTERVENTION.name, id=id)
    assert stored is not None
    return RegisteredText(id=stored.id, version=stored.version, slug=stored.slug, text=stored.text)


def edit_intervention(
    workspace: Workspace,
    id: str,
    change: Callable[[RegisteredText], str],
    *,
    on: datetime.date,
    reason: str,
    based_on: str = "",
) -> Edited:
    """Write an intervention's next version, and its file where that held the registered text.

    Parameters
    ----------
    change : callable
        From what is registered to the text as it shall be.
    reason : str
        Why, in a sentence.
    based_on : str
        The version that was read and changed; the current one by default.

    Raises
    ------
    FormError, RegistryError
        Nothing is written.
    """
    _refuse_unreadable(reason=reason, based_on=based_on)
    with _drafts() as drafts:
        with open_registry(workspace.url, write=True) as session:
            was = standing(session, id)
            record, document = parse_intervention(change(was), file=was.file)
            with located(document):
                done = amend(
                    session,
                    INTERVENTION.name,
                    id,
                    record,
                    text=document.text,
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
    """The intervention's own file, where it has one inside case_studies/."""
    folder = workspace.case_studies.resolve()
    file = (folder / was.slug / NAME).resolve()
    return file if file.is_file() and file.is_relative_to(folder) else None


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
