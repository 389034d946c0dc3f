"""Questions on a terminal: one after the other, each answer kept at once."""

import contextlib
import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from evalkit.cli.screen import one_line, plain, say, say_line

if TYPE_CHECKING:
    from evalkit.workflow.answers import Answer, Areas
    from evalkit.workflow.drafts import Draft
    from evalkit.workflow.question import Question

INDENT = "  "
_SHORT, _HAD = 46, 40
_OFFER = re.compile(r" \(empty[^)]*\)$")


@dataclass(slots=True, kw_only=True)
class Conversation:
    """One conversation: the file with the answers, and what was skipped this time.

    Attributes
    ----------
    root : Path
        Of the workspace.
    parts : sequence of str
        Headings.
    questions : callable
        From the answers so far to every question that belongs to them.
    had : callable
        From a question and the answers so far to what was answered before, in words.
    areas : mapping
    begin : callable
        From the first answer to a new file for it.
    file : Path or None
        None while nothing was answered.
    """

    root: Path
    parts: Sequence[str]
    questions: "Callable[[Draft], Sequence[Question]]"
    had: "Callable[[Question, Draft], str]"
    areas: "Areas"
    begin: "Callable[[Answer], Path]"
    file: Path | None = None
    skipped: set[str] = field(default_factory=set)
    part: int = 0
    at: str = ""

    @property
    def draft(self) -> dict[str, object]:
        """The answers so far."""
        from evalkit.workflow import drafts

        return dict(drafts.read(self.file))


def let_lines_be_edited() -> None:
    """Let people move and correct within a line."""
    with contextlib.suppress(ImportError):
        import readline  # noqa: F401


def ask_all(talk: Conversation, *, needed_only: bool = False, key: str = "") -> None:
    """Ask the question with this key, then everything that is open; EOFError where somebody stops."""
    from evalkit.workflow.question import first_open, with_key

    while True:
        draft = talk.draft
        asked = talk.questions(draft)
        question = with_key(asked, key) or first_open(
            asked, draft, _left_out(talk, asked, needed_only)
        )
        if question is None:
            return
        if question.part != talk.part:
            talk.part = question.part
            heading = f"{question.part} of {len(talk.parts)}  {talk.parts[question.part - 1]}"
            say(heading, bold=True)
        if question.key != talk.at:
            talk.at = question.key
            for line in question.first:
                say_line(line, indent=INDENT)
        key = _ask(talk, question, asked)


def _left_out(
    talk: Conversation, asked: "Sequence[Question]", needed_only: bool
) -> Collection[str]:
    others = {q.key for q in asked if not q.needed} if needed_only else set()
    return talk.skipped | others


def _ask(talk: Conversation, question: "Question", asked: "Sequence[Question]") -> str:
    """Ask one question once; the key of the question to ask now, empty for the next one that is open."""
    from evalkit.errors import FormError
    from evalkit.workflow.question import one_before

    draft = talk.draft
    had = talk.had(question, draft)
    line = typed(_prompt(question, had))
    word = line.strip().casefold()
    if word == "stop":
        raise EOFError
    if word == "?":
        for help in question.help.split("\n"):
            say_line(help, indent=INDENT * 2)
        return question.key
    if word == "back":
        return (one_before(asked, question.key) or question).key
    if word == "skip":
        talk.skipped.add(question.key)
        return ""
    if not word and had:
        return ""  # it stays as it is
    try:
        answer = question.read(line if word else question.suggested, draft, talk.areas)
        _keep(talk, answer)
    except FormError as error:
        for problem in error.problems:
            say(one_line(str(problem)), indent=INDENT * 2)
        return question.key
    talk.skipped.discard(question.key)
    if answer.anew:
        talk.at = ""
    return question.key if question.many and word else ""


def _keep(talk: Conversation, answer: "Answer") -> None:
    """Put an answer into the file at once, and say how it was understood."""
    from evalkit.workflow import drafts
    from evalkit.workflow.personal_data import flags

    if not answer.edits:
        return
    if talk.file is None:
        talk.file = talk.begin(answer)
        drafts.keep(talk.file, answer.edits)
        kept = talk.file.relative_to(talk.root).as_posix()
        say(f"kept in {kept}", indent=INDENT * 2)
    else:
        drafts.keep(talk.file, answer.edits)
    if answer.echo:
        say(f"= {answer.echo}", indent=INDENT * 2)
    for _, value in answer.edits:
        for flag in flags({"answer": value}):
            looks = f"Looks like {flag.kind} ({flag.excerpt})"
            say(f"{looks}; nothing here may be about one person.", indent=INDENT * 2)


def _prompt(question: "Question", had: str) -> str:
    """What stands before the answer; a question that leaves no room for it is said above it."""
    if len(had := plain(one_line(had))) > _HAD:
        had = f"{had[:_HAD].rsplit(' ', 1)[0]} ..."
    offer = f"{had}; empty keeps it" if had else plain(one_line(question.suggested))
    words = _OFFER.sub("", question.ask) + f" [{offer}]" if offer else question.ask
    if not question.wide and len(words) <= (_SHORT if had or not offer else 2 * _SHORT - 20):
        return f"{INDENT}{words}{'' if words.endswith('?') else ':'} "
    for line in words.split("\n"):
        say_line(line, indent=INDENT)
    return f"{INDENT}> "


def typed(prompt: str) -> str:
    """One line that somebody types."""
    while True:
        try:
            return input(prompt)
        except UnicodeDecodeError:
            say("Not readable as text; type it again.", indent=INDENT * 2)
