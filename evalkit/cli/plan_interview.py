"""The questions of ``evalkit protocol new`` on a terminal."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from evalkit.cli.conversation import INDENT, Conversation, ask_all, let_lines_be_edited, typed
from evalkit.cli.screen import count, say, say_line, say_next

if TYPE_CHECKING:
    from evalkit.workflow.drafts import Draft
    from evalkit.workflow.plan_designs import Weighed
    from evalkit.workflow.plan_questions import Known
    from evalkit.workflow.question import Question
    from evalkit.workflow.workspace import Workspace


def plan_interview(
    workspace: "Workspace", known: "Known", id: str, file: Path | None
) -> Conversation | None:
    """Ask until nothing is open; None where somebody stopped.

    Parameters
    ----------
    file : Path or None
        With the answers so far, to go on with.
    """
    from evalkit.workflow.plan_new import begin
    from evalkit.workflow.plan_questions import PARTS, plan_questions
    from evalkit.workflow.question import answered

    let_lines_be_edited()
    talk = Conversation(
        root=workspace.root,
        parts=PARTS,
        questions=lambda draft: plan_questions(known, draft),
        had=_had,
        areas=known.areas,
        begin=lambda answer: begin(workspace, id),
        file=file,
    )
    if file is not None:
        done, of = answered(plan_questions(known, talk.draft), talk.draft)
        say(f"{done} of {of} answered.")
    say(f"{known.intervention.id} {known.intervention.name}: a plan, {id}.")
    say("Answers are kept as you go. ? help, back, skip, stop.")
    try:
        ask_all(talk)
        if not _needed(talk):
            say_stopped(talk, str(known.intervention.id))
            return None
        return talk
    except (EOFError, KeyboardInterrupt):
        say_stopped(talk, str(known.intervention.id))
        return None


def _needed(talk: Conversation) -> bool:
    """Ask once more for what no plan can do without; whether all of it is there."""
    from evalkit.workflow.question import first_open

    for _ in range(2):
        asked = [q for q in talk.questions(talk.draft) if q.needed]
        if (question := first_open(asked, talk.draft)) is None:
            return True
        say(f"Needed for a plan: {question.ask.partition(' (')[0]}.")
        talk.skipped.clear()
        ask_all(talk, needed_only=True)
    return False


def _had(question: "Question", draft: "Draft") -> str:
    """What was answered before, as it could be typed."""
    now = question.there(draft)
    if now is None:
        return ""
    if isinstance(now, dict) and question.key == "window":
        return f"{now['start']} to {now['end']}"
    if isinstance(now, dict):
        return ", ".join(f"{name} {when}" for name, when in now.items())
    if isinstance(now, list):
        return ", ".join(map(str, now)) or "none"
    return f"{now:g}%" if question.key == "minimum" else str(now)


def choose(
    talk: Conversation, weighed: "Sequence[Weighed]", explained: Sequence[str], id: str
) -> "Weighed | None":
    """Ask which design to use; None where none is, and the answers stay."""
    usable = {one.design.design: one for one in weighed if one.design.verdict != "blocked"}
    proposed = next((one for one in weighed if one.design.verdict == "proposed"), None)
    others = [name for name, one in usable.items() if one is not proposed]
    if not usable:
        say_stopped(talk, id)
        return None
    ask = f"Use it? [Y/n{''.join(f', {name}' for name in others)}] "
    if proposed is None:
        ask = f"Plan it all the same? [{', '.join(others)}, N] "
    try:
        while True:
            word = typed(ask).strip().casefold()
            if word in usable:
                return usable[word]
            if word in ("y", "yes", "") and proposed is not None:
                return proposed
            if word in ("n", "no", "stop", ""):
                break
            if word == "back":
                raise EOFError
            for line in explained:
                say_line(line, indent=INDENT)
    except (EOFError, KeyboardInterrupt):
        pass
    say_stopped(talk, id)
    return None


def say_stopped(talk: Conversation, id: str) -> None:
    """Say what is kept, and how to go on."""
    from evalkit.workflow.question import answered

    say()
    if talk.file is None:
        say("Stopped: nothing was typed yet, nothing is kept.")
        return
    done, _ = answered(talk.questions(talk.draft), talk.draft)
    say(f"Stopped: {count(done, 'answer')} kept.")
    say_next(f"evalkit protocol new {id} --resume")
