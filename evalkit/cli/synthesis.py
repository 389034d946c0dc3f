"""``evalkit synthesis``."""

from typing import TYPE_CHECKING, Annotated

import typer

from evalkit.cli import noun_texts
from evalkit.cli.edge import Json, here, today
from evalkit.cli.nouns import Noun, adding, plain_record
from evalkit.cli.screen import count, plain, say, say_json, say_next, say_table

if TYPE_CHECKING:
    from evalkit.types.synthesis_question import SynthesisStanding

QUESTION = Noun(
    kind="synthesis",
    many="questions",
    one="a question to pool",
    help="What findings of one question say together.",
    template=noun_texts.SYNTHESIS,
    file="syntheses/robbery-after-patrols.yaml",
    id="robbery-after-patrols",
    change="outcome=robbery",
    reason="Asked what it counts",
    columns=("question",),
)
app = adding(QUESTION)


@app.command()
def run(
    id: Annotated[str, typer.Argument(help="E.g. robbery-after-patrols.", show_default=False)] = "",
    all: Annotated[bool, typer.Option("--all", help="Every question.")] = False,
    json: Json = False,
) -> None:
    """Pool the findings of a question.

    Where they should not be pooled, it says why. What changed since the last run becomes a new version.

    Example: evalkit synthesis run violence-reduction-units
    """
    from evalkit.registry.store import open_registry
    from evalkit.workflow.synthesis import run_synthesis, standings

    if bool(id) == all:
        raise typer.BadParameter("needed the id of a question, or --all")
    workspace = here()
    with open_registry(workspace.url, write=True) as session:
        ids = [one.question.id for one in standings(session)] if all else [id]
        ran = [run_synthesis(session, one, on=today(), by=workspace.acting_as) for one in ids]
    if json:
        say_json({"ran": [{**_plain(one.standing), "new": one.new} for one in ran]})
        return
    for one in ran:
        _say(one.standing, note="" if one.new else "Nothing has changed since the last run.")
    if not ran:
        say("No questions yet.")
        say_next("evalkit synthesis add --template")
    else:
        say_next("evalkit hub build")


@app.command("list")
def list_all(json: Json = False) -> None:
    """List questions and what they answered.

    Example: evalkit synthesis list
    """
    from evalkit.registry.store import open_registry
    from evalkit.workflow.synthesis import standings

    with open_registry(here().url) as session:
        found = standings(session)
    if json:
        say_json({"questions": [_plain(one) for one in found]})
        return
    if not found:
        say("No questions yet.")
        say_next("evalkit synthesis add --template")
        return
    rows = [(one.question.id, one.question.question, _state(one)) for one in found]
    say_table(("id", "question", "state"), rows)
    if waiting := [one for one in found if one.result is None or one.stale]:
        say_next(
            "evalkit synthesis run " + (waiting[0].question.id if len(waiting) == 1 else "--all")
        )


@app.command()
def show(
    id: Annotated[str, typer.Argument(help="E.g. robbery-after-patrols.", show_default=False)],
    json: Json = False,
) -> None:
    """Show what findings said together.

    Example: evalkit synthesis show violence-reduction-units
    """
    from evalkit.registry.store import open_registry
    from evalkit.workflow.synthesis import standing_of

    with open_registry(here().url) as session:
        found = standing_of(session, id)
    if json:
        say_json(_plain(found))
        return
    _say(found)
    if found.result is None or found.stale:
        say_next(f"evalkit synthesis run {id}")


def _state(one: "SynthesisStanding") -> str:
    if one.result is None:
        return "not run yet"
    state = (
        "not pooled"
        if one.result.refused
        else f"{count(_n_studies(one), 'study', 'studies')} pooled"
    )
    return f"out of date: {one.stale}" if one.stale else state


def _n_studies(one: "SynthesisStanding") -> int:
    return len(one.result.pooled.studies) if one.result and one.result.pooled else 0


def _plain(one: "SynthesisStanding") -> dict[str, object]:
    return {
        "id": one.question.id,
        "question": one.question.question,
        "version": one.version or None,
        "stale": one.stale or None,
        "result": plain_record(one.result) if one.result else None,
    }


def _say(one: "SynthesisStanding", note: str = "") -> None:
    from evalkit.findings.pooled_words import (
        certainty_rows,
        certainty_words,
        rows,
        sentences,
    )

    result = one.result
    say(" ".join(part for part in (one.question.id, one.version) if part))
    if result is not None and result.simulated:
        say("SIMULATED DATA: not evidence")
    say(one.question.question, bold=True)
    if note:
        say(note)
    if one.stale:
        say(f"Out of date: {one.stale}.")
    if result is None:
        say("Not run yet.")
        return
    if result.refused:
        say("Not pooled:")
        for why in result.refused:
            say(f"- {plain(why)}", indent="  ")
    else:
        for sentence in sentences(result):
            say(plain(sentence))
        head, body = rows(result)
        say_table(head, [[plain(cell) for cell in row] for row in body])
        say(certainty_words(result))
        if lost := certainty_rows(result):
            say_table(("domain", "lost", "why"), [[plain(cell) for cell in row] for row in lost])
    for left in result.left_out:
        say(f"Left out: {left.finding}: {plain(left.reason)}")
