"""The questions of ``evalkit intervention add`` on a terminal."""

from pathlib import Path
from typing import TYPE_CHECKING

from evalkit.cli.conversation import INDENT, Conversation, ask_all, let_lines_be_edited, typed
from evalkit.cli.screen import count, say, say_next, say_table

if TYPE_CHECKING:
    from evalkit.workflow.workspace import Workspace


def interview(workspace: "Workspace", resume: str = "") -> Path | None:
    """Ask until nothing is open; the file to register, None where it is not to be now."""
    from evalkit.registry.interventions import read_areas
    from evalkit.registry.store import open_registry
    from evalkit.workflow import drafts
    from evalkit.workflow.interview import PARTS, in_brackets, progress, questions

    let_lines_be_edited()
    with open_registry(workspace.url) as session:
        areas = read_areas(session)
    talk = Conversation(
        root=workspace.root,
        parts=PARTS,
        questions=questions,
        had=lambda question, draft: in_brackets(question, draft, areas),
        areas=areas,
        begin=lambda answer: drafts.begin(workspace, str(answer.edits[0][1])),
        file=drafts.find(workspace, resume) if resume else None,
    )
    if resume:
        done, of = progress(talk.draft)
        say(f"{done} of {of} answered.")
    say("Answers are kept as you go. ? help, back, skip, stop.")
    try:
        ask_all(talk)
        return _finish(talk)
    except (EOFError, KeyboardInterrupt):
        _say_stopped(talk)
        return None


def _finish(talk: Conversation) -> Path | None:
    """Ask once more for what registering needs, say what can wait, and ask whether to register."""
    from evalkit.workflow.completeness import in_words, missing
    from evalkit.workflow.interview import questions

    needed = [one for one in missing(talk.draft) if one.for_what == "register"]
    if needed:
        say(f"{in_words(needed)}.")
        talk.skipped.clear()
        ask_all(talk, needed_only=True)
        needed = [one for one in missing(talk.draft) if one.for_what == "register"]
    if needed or talk.file is None:
        say(f"Not registered. {in_words(needed)}.")
        _say_stopped(talk)
        return None
    _say_what_can_wait(talk)
    while (word := typed("Register? [Y/n] ").strip().casefold()) not in ("", "y", "yes"):
        if word in ("n", "no", "stop"):
            _say_stopped(talk)
            return None
        if word == "?":
            _say_each(talk)
        if word == "back":
            ask_all(talk, key=questions(talk.draft)[-1].key)
            return _finish(talk)
    return talk.file


def _say_what_can_wait(talk: Conversation) -> None:
    from evalkit.workflow.completeness import STEPS, grouped, missing

    if not (lacks := missing(talk.draft)):
        return
    say(f"Enough to register. {count(len(lacks), 'more thing')} can wait until they are known.")
    for step, rows in grouped(lacks).items():
        say(f"{STEPS[step]}:")
        say_table(("", ""), [(f"{INDENT}{group}", words) for group, words in rows])
    say("Write them later: evalkit intervention edit opens the text. ? says their names there.")


def _say_each(talk: Conversation) -> None:
    """Each thing that can wait, as the text calls it."""
    from evalkit.workflow.completeness import explained, missing

    rows = [(f"{INDENT}{one.field}", explained(one)) for one in missing(talk.draft)]
    say_table(("  in the text", "what"), rows)


def _say_stopped(talk: Conversation) -> None:
    from evalkit.workflow.interview import progress

    say()
    if talk.file is None:
        say("Stopped: nothing was typed yet, nothing is kept.")
        return
    say(f"Stopped: {count(progress(talk.draft)[0], 'answer')} kept.")
    say_next(f"evalkit intervention add --resume {talk.file.parent.name}")
