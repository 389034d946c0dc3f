"""The questions of ``evalkit intervention add`` on a terminal."""

import contextlib
import re
from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING

from evalkit.cli.screen import count, one_line, say, say_line, say_next, say_table

if TYPE_CHECKING:
    from evalkit.workflow.answers import Answer, Areas
    from evalkit.workflow.question import Question
    from evalkit.workflow.workspace import Workspace

_INDENT = "  "
_SHORT, _HAD = 46, 40
_OFFER = re.compile(r" \(empty[^)]*\)$")


class _Asked:
    """One interview: the file with the answers, and what was skipped this time."""

    def __init__(self, workspace: "Workspace", file: Path | None, areas: "Areas") -> None:
        self.workspace, self.file, self.areas = workspace, file, areas
        self.skipped: set[str] = set()
        self.part, self.at = 0, ""

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


def _ask_all(asked: _Asked, *, needed_only: bool = False, key: str = "") -> None:
    """Ask the question with this key, then everything that is open."""
    from evalkit.workflow.interview import PARTS, next_question, question_of

    while True:
        draft = asked.draft
        question = question_of(draft, key) or next_question(draft, _left_out(asked, needed_only))
        if question is None:
            return
        if question.part != asked.part:
            asked.part = question.part
            say(f"{question.part} of {len(PARTS)}  {PARTS[question.part - 1]}", bold=True)
        if question.key != asked.at:
            asked.at = question.key
            for line in question.first:
                say_line(line, indent=_INDENT)
        key = _ask(asked, question)


def _left_out(asked: _Asked, needed_only: bool) -> Collection[str]:
    from evalkit.workflow.interview import questions

    others = {q.key for q in questions(asked.draft) if not q.needed} if needed_only else set()
    return asked.skipped | others


def _ask(asked: _Asked, question: "Question") -> str:
    """Ask one question once; the key of the question to ask now, empty for the next one that is open."""
    from evalkit.errors import FormError
    from evalkit.workflow.interview import in_brackets, previous_question

    draft = asked.draft
    had = in_brackets(question, draft, asked.areas)
    typed = _typed(_prompt(question, had))
    word = typed.strip().casefold()
    if word == "stop":
        raise EOFError
    if word == "?":
        for line in question.help.split("\n"):
            say_line(line, indent=_INDENT * 2)
        return question.key
    if word == "back":
        return (previous_question(draft, question.key) or question).key
    if word == "skip":
        asked.skipped.add(question.key)
        return ""
    if not word and had:
        return ""  # it stays as it is
    try:
        answer = question.read(typed, draft, asked.areas)
        _keep(asked, answer)
    except FormError as error:
        for problem in error.problems:
            say(one_line(str(problem)), indent=_INDENT * 2)
        return question.key
    asked.skipped.discard(question.key)
    if answer.anew:
        asked.at = ""
    return question.key if question.many and word else ""


def _keep(asked: _Asked, answer: "Answer") -> None:
    """Put an answer into the file at once, and say how it was understood."""
    from evalkit.workflow import drafts
    from evalkit.workflow.personal_data import flags

    if not answer.edits:
        return
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


def _prompt(question: "Question", had: str) -> str:
    """What stands before the answer; a question that leaves no room for it is said above it."""
    from evalkit.cli.screen import plain

    if len(had := plain(one_line(had))) > _HAD:
        had = f"{had[:_HAD].rsplit(' ', 1)[0]} ..."
    words = _OFFER.sub("", question.ask) + f" [{had}; empty keeps it]" if had else question.ask
    if not question.wide and len(words) <= _SHORT:
        return f"{_INDENT}{words}{'' if words.endswith('?') else ':'} "
    for line in words.split("\n"):
        say_line(line, indent=_INDENT)
    return f"{_INDENT}> "


def _typed(prompt: str) -> str:
    while True:
        try:
            return input(prompt)
        except UnicodeDecodeError:
            say("Not readable as text; type it again.", indent=_INDENT * 2)


def _finish(asked: _Asked) -> Path | None:
    """Ask once more for what registering needs, say what can wait, and ask whether to register."""
    from evalkit.workflow.completeness import in_words, missing
    from evalkit.workflow.interview import questions

    needed = [one for one in missing(asked.draft) if one.for_what == "register"]
    if needed:
        say(f"{in_words(needed)}.")
        asked.skipped.clear()
        _ask_all(asked, needed_only=True)
        needed = [one for one in missing(asked.draft) if one.for_what == "register"]
    if needed or asked.file is None:
        say(f"Not registered. {in_words(needed)}.")
        _say_stopped(asked)
        return None
    _say_what_can_wait(asked)
    while (word := _typed("Register? [Y/n] ").strip().casefold()) not in ("", "y", "yes"):
        if word in ("n", "no", "stop"):
            _say_stopped(asked)
            return None
        if word == "?":
            _say_each(asked)
        if word == "back":
            _ask_all(asked, key=questions(asked.draft)[-1].key)
            return _finish(asked)
    return asked.file


def _say_what_can_wait(asked: _Asked) -> None:
    from evalkit.workflow.completeness import STEPS, grouped, missing

    if not (lacks := missing(asked.draft)):
        return
    say(f"Enough to register. {count(len(lacks), 'more thing')} can wait until they are known.")
    for step, rows in grouped(lacks).items():
        say(f"{STEPS[step]}:")
        say_table(("", ""), [(f"{_INDENT}{group}", words) for group, words in rows])
    say("Write them later: evalkit intervention edit opens the text. ? says their names there.")


def _say_each(asked: _Asked) -> None:
    """Each thing that can wait, as the text calls it."""
    from evalkit.workflow.completeness import explained, missing

    rows = [(f"{_INDENT}{one.field}", explained(one)) for one in missing(asked.draft)]
    say_table(("  in the text", "what"), rows)


def _say_stopped(asked: _Asked) -> None:
    from evalkit.workflow.interview import progress

    say()
    if asked.file is None:
        say("Stopped: nothing was typed yet, nothing is kept.")
        return
    say(f"Stopped: {count(progress(asked.draft)[0], 'answer')} kept.")
    say_next(f"evalkit intervention add --resume {asked.file.parent.name}")
