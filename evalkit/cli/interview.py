"""The questions of ``evalkit intervention add`` on a terminal."""

import contextlib
from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING

from evalkit.cli.screen import count, one_line, say, say_next

if TYPE_CHECKING:
    from evalkit.workflow.answers import Answer, Areas
    from evalkit.workflow.interview import Question
    from evalkit.workflow.workspace import Workspace

_INDENT = "  "


class _Asked:
    """One interview: the file with the answers, and what was skipped this time."""

    def __init__(self, workspace: "Workspace", file: Path | None, areas: "Areas") -> None:
        self.workspace, self.file, self.areas = workspace, file, areas
        self.skipped: set[str] = set()
        self.part = 0

    @property
    def draft(self) -> dict[str, object]:
        """The answers so far."""
        from evalkit.workflow import drafts

        return dict(drafts.read(self.file))


def interview(workspace: "Workspace", resume: str = "") -> Path | None:
    """Ask until nothing is open; the file to register, None where it is not to be now."""
    from evalkit.registry.interventions import read_areas
    from evalkit.registry.store import open_registry
    from evalkit.workflow import drafts
    from evalkit.workflow.interview import progress

    with contextlib.suppress(ImportError):
        import readline  # noqa: F401  lets people move and correct within a line

    with open_registry(workspace.url) as session:
        areas = read_areas(session)
    asked = _Asked(workspace, drafts.find(workspace, resume) if resume else None, areas)
    if resume:
        done, of = progress(asked.draft)
        say(f"{done} of {of} answered.")
    say("Answers are kept as you go. ? help, back, skip, stop.")
    try:
        _ask_all(asked)
        return _finish(asked)
    except (EOFError, KeyboardInterrupt):
        _say_stopped(asked)
        return None


def _ask_all(asked: _Asked, *, needed_only: bool = False) -> None:
    from evalkit.workflow.interview import PARTS, next_question

    question = next_question(asked.draft, _left_out(asked, needed_only))
    while question is not None:
        if question.part != asked.part:
            asked.part = question.part
            say(f"{question.part} of {len(PARTS)}  {PARTS[question.part - 1]}")
        question = _ask(asked, question) or next_question(
            asked.draft, _left_out(asked, needed_only)
        )


def _left_out(asked: _Asked, needed_only: bool) -> Collection[str]:
    from evalkit.workflow.interview import questions

    others = {q.key for q in questions(asked.draft) if not q.needed} if needed_only else set()
    return asked.skipped | others


def _ask(asked: _Asked, question: "Question") -> "Question | None":
    """Ask one question once; the question to ask now, None for the next one that is open."""
    from evalkit.errors import FormError
    from evalkit.workflow.interview import previous_question

    draft = asked.draft
    now = question.there(draft)
    typed = _typed(_prompt(question, now))
    word = typed.strip().casefold()
    if word == "stop":
        raise EOFError
    if word == "?":
        for line in question.help.split("\n"):
            say(line, indent=_INDENT * 2)
        return question
    if word == "back":
        return previous_question(draft, question.key) or question
    if word == "skip":
        asked.skipped.add(question.key)
        return None
    if not word and now not in (None, "") and not question.many:
        return None  # it stays as it is
    try:
        answer = question.read(typed, draft, asked.areas)
    except FormError as error:
        for problem in error.problems:
            say(one_line(str(problem)), indent=_INDENT * 2)
        return question
    _keep(asked, answer)
    asked.skipped.discard(question.key)
    return question if question.many and word else None


def _keep(asked: _Asked, answer: "Answer") -> None:
    """Put an answer into the file at once, and say how it was understood."""
    from evalkit.workflow import drafts
    from evalkit.workflow.personal_data import flags

    if asked.file is None:
        asked.file = drafts.begin(asked.workspace, str(answer.edits[0][1]))
        drafts.keep(asked.file, answer.edits)
        kept = asked.file.relative_to(asked.workspace.root).as_posix()
        say(f"kept in {kept}", indent=_INDENT * 2)
    else:
        drafts.keep(asked.file, answer.edits)
    if answer.echo:
        say(f"= {answer.echo}", indent=_INDENT * 2)
    for _, value in answer.edits:
        for flag in flags({"answer": value}):
            looks = f"Looks like {flag.kind} ({flag.excerpt})"
            say(f"{looks}; nothing here may be about one person.", indent=_INDENT * 2)


def _prompt(question: "Question", now: object) -> str:
    from evalkit.cli.screen import plain

    had = ""
    if now not in (None, "") and not question.many:
        words = ", ".join(map(str, now)) if isinstance(now, list) else str(now)
        had = f" [{plain(one_line(words))[:40]}; empty keeps it]"
    ask = f"{question.ask}{had}"
    return f"{_INDENT}{ask}{'' if ask.endswith('?') else ':'} " if ask else _INDENT


def _typed(prompt: str) -> str:
    while True:
        try:
            return input(prompt)
        except UnicodeDecodeError:
            say("Not readable as text; type it again.", indent=_INDENT * 2)


def _finish(asked: _Asked) -> Path | None:
    """Say what is missing, ask once more for what registering needs, and whether to register."""
    from evalkit.workflow.completeness import in_words, missing

    lacks = missing(asked.draft)
    if words := in_words(lacks):
        say(words)
    if any(one.for_what == "register" for one in lacks):
        asked.skipped.clear()
        _ask_all(asked, needed_only=True)
        lacks = missing(asked.draft)
    still = [one for one in lacks if one.for_what == "register"]
    if still or asked.file is None:
        say(f"Not registered: {in_words(still)}.")
        _say_stopped(asked)
        return None
    while (word := _typed("Register? [Y/n] ").strip().casefold()) not in ("", "y", "yes"):
        if word in ("n", "no", "stop"):
            _say_stopped(asked)
            return None
    return asked.file


def _say_stopped(asked: _Asked) -> None:
    from evalkit.workflow.interview import progress

    say()
    if asked.file is None:
        say("Stopped: nothing was typed yet, nothing is kept.")
        return
    say(f"Stopped: {count(progress(asked.draft)[0], 'answer')} kept.")
    say_next(f"evalkit intervention add --resume {asked.file.parent.name}")
