"""Register an intervention from what was given on the command line, by the rules of its text."""

import datetime
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from evalkit.errors import EvalkitError, FormError, Problem
from evalkit.registry.interventions import Registered, read_areas
from evalkit.registry.kinds import INTERVENTION
from evalkit.registry.ledger import length
from evalkit.registry.store import Session, open_registry
from evalkit.registry.stored import current
from evalkit.workflow import drafts
from evalkit.workflow.fields import value_of, with_fields
from evalkit.workflow.places import find_area
from evalkit.workflow.register import parse_intervention, register_read
from evalkit.workflow.workspace import Workspace

FLAGS: Mapping[str, str] = {
    "name": "name",
    "summary": "summary",
    "kind": "kind",
    "status": "status",
    "area": "areas",
    "start": "start",
    "end": "end",
    "population": "population",
    "why": "description.why",
    "lead": "organisations",
}
"""The field that each flag gives."""
_DATES = ("start", "end")


def add_by_flags(
    workspace: Workspace,
    given: Mapping[str, str | Sequence[str]],
    others: Sequence[tuple[str, str]],
    *,
    on: datetime.date,
) -> tuple[Registered, int]:
    """Register an intervention and keep its text in case_studies/, in a folder named after it.

    Parameters
    ----------
    given : mapping of str to str, or to sequence of str for areas
        By flag, as typed; areas by code or name. Those that were not given are left out.
    others : sequence of (str, str)
        Any other field by its dotted path, and its value as typed.
    on : date
        Today, from the edge.

    Returns
    -------
    Registered, int
        And the length of the ledger.

    Raises
    ------
    FormError, RegistryError
        Nothing is written. A problem names the flag that it is about.
    """
    _refuse_unreadable(given, others)
    slug = drafts.slug_of(str(given.get("name", "")))
    with (
        _in_flags(),
        _new_file(workspace.case_studies / slug / drafts.NAME) as keep,
        open_registry(workspace.url, write=True) as session,
    ):
        _refuse_draft(session, keep.file, slug)
        text = with_fields(_text(session, given), others, file=slug)
        record, document = parse_intervention(text, file=slug)
        how = {"slug": slug, "prefix": workspace.prefix, "by": workspace.acting_as}
        done = register_read(session, record, document, on=on, **how)
        if done.new:
            keep.write(text)
        return done, length(session)


def _text(session: Session, given: Mapping[str, str | Sequence[str]]) -> str:
    text = drafts.FORM
    for flag, field in FLAGS.items():
        if flag in given:
            text = drafts.with_answer(text, field, _value(session, flag, given[flag]))
    return text


def _value(session: Session, flag: str, typed: str | Sequence[str]) -> Any:
    if flag == "area":
        areas = read_areas(session)
        return [find_area(areas, one, field="areas").code for one in typed]
    if flag == "lead":
        return [{"name": typed, "role": "lead"}]
    return value_of(str(typed)) if flag in _DATES else typed


def _refuse_draft(session: Session, file: Path, slug: str) -> None:
    if file.exists() and current(session, INTERVENTION.name, slug=slug) is None:
        found = f"a name whose text is in case_studies/{slug}/ and is not registered"
        do = f"Go on with it: evalkit intervention add --resume {slug}"
        raise FormError(Problem(field="name", found=found, needed="another name", do=do))


@dataclass(slots=True)
class _NewFile:
    """A file that is written where there is none, and its folder."""

    file: Path
    made: list[Path]

    def write(self, text: str) -> None:
        """Write it, the last thing before the registry commits."""
        if not self.file.parent.exists():
            self.file.parent.mkdir(parents=True)
            self.made.append(self.file.parent)
        with self.file.open("x", encoding="utf-8", newline="") as new:
            self.made.append(self.file)
            new.write(text)


@contextmanager
def _new_file(file: Path) -> Iterator[_NewFile]:
    """Take away what was written where the registry did not commit."""
    new = _NewFile(file, [])
    try:
        yield new
    except BaseException:
        for path in reversed(new.made):
            path.rmdir() if path.is_dir() else path.unlink()
        raise


@contextmanager
def _in_flags() -> Iterator[None]:
    """Let problems name the flag instead of a line of a text that nobody wrote."""
    try:
        yield
    except EvalkitError as error:
        if not error.problems:
            raise
        raise type(error)(*(_flagged(problem) for problem in error.problems)) from error


def _flagged(problem: Problem) -> Problem:
    if not problem.field or "," in problem.field:  # none, or several at once
        return replace(problem, file="", line=None)
    top = re.split(r"[.\[]", problem.field, maxsplit=1)[0]
    whole = {field.partition(".")[0]: (flag, field) for flag, field in FLAGS.items()}
    flag, field = whole.get(top, ("", ""))
    own = field.startswith(problem.field) or problem.field.startswith(field)
    named = f"--{flag}" if flag and own else f"--set {problem.field}"
    return replace(problem, file="", line=None, field=named)


def _refuse_unreadable(
    given: Mapping[str, str | Sequence[str]], others: Sequence[tuple[str, str]]
) -> None:
    """Refuse words that came in broken, which nothing could store."""
    listed = ((flag, [typed] if isinstance(typed, str) else typed) for flag, typed in given.items())
    named = [(f"--{flag}", one) for flag, some in listed for one in some]
    for field, words in (*named, *((f"--set {path}", typed) for path, typed in others)):
        try:
            f"{field}{words}".encode()
        except UnicodeEncodeError as error:
            problem = Problem(field=field, found="text that is not UTF-8", needed="UTF-8")
            raise FormError(problem) from error
