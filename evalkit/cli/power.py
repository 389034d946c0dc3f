"""``evalkit protocol power``."""

from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Annotated

import typer

from evalkit.cli.edge import Full, Json, here
from evalkit.cli.screen import plain, say, say_json, say_next

if TYPE_CHECKING:
    from evalkit.findings.power_words import PowerWords
    from evalkit.workflow.power import PowerOfChange


def power(
    plan: Annotated[
        str,
        typer.Argument(help="A protocol file, or the ID of protocols/ID.md.", show_default=False),
    ],
    after: Annotated[
        int | None,
        typer.Option(help="Periods from the start on.", show_default="the plan's window"),
    ] = None,
    treated: Annotated[
        str, typer.Option(help="Areas, with commas.", show_default="those of the data")
    ] = "",
    seed: Annotated[int, typer.Option(help="Same seed, same answer.")] = 1,
    draws: Annotated[int, typer.Option(help="Simulated data sets.")] = 10_000,
    svg: Annotated[
        Path | None,
        typer.Option(help="An .svg file: the chart, of the first change.", show_default=False),
    ] = None,
    narrow: Annotated[bool, typer.Option("--narrow", help="Draw it for a phone.")] = False,
    full: Full = False,
    json: Json = False,
) -> None:
    """Say which change a plan would show, before it is run.

    Works from the periods before the start alone; nothing after it is looked at, and
    nothing is written. That a design cannot answer the question is an answer.

    Example: evalkit protocol power EM-2026-0002-P1 --svg power.svg
    """
    from evalkit.registry.store import open_registry
    from evalkit.workflow.drawing import write_picture
    from evalkit.workflow.power import Wanted, draw_power, find_plan, power_of_plan, words_of

    if svg is not None and svg.suffix.lower() != ".svg":
        raise typer.BadParameter(f"--svg {svg}; needed a name that ends with .svg")
    workspace = here()
    named = tuple(name.strip() for name in treated.split(",") if name.strip())
    wanted = Wanted(after=after, treated=named, draws=draws, seed=seed, chart=svg is not None)
    with open_registry(workspace.url) as session:
        found = find_plan(session, workspace, plan)
        answers = power_of_plan(session, workspace, found, wanted)
    words = words_of(found)
    if svg is not None:
        write_picture(svg, draw_power(answers[0], words, shape="narrow" if narrow else "wide"))
    if json:
        say_json(_as_json(found.id, answers))
        return
    for i, answer in enumerate(answers):
        if i:
            say()
        _say(answer, words, several=len(answers) > 1, full=full)
    if plan.endswith(".md"):
        say_next(f"evalkit protocol lock {quote(plan)}")


def _say(answer: "PowerOfChange", words: "PowerWords", *, several: bool, full: bool) -> None:
    from evalkit.findings.power_words import how_made, power_sentences

    if several:
        say(plain(f"{answer.name[:1].upper()}{answer.name[1:]}"), bold=True)
    first, *rest = power_sentences(answer.power, words)
    say(plain(first), bold=not several)
    for line in rest:
        say(plain(line))
    for note in answer.power.notes:
        say(plain(note))
    if full:
        say(plain(how_made(answer.power, words)))


def _as_json(plan_id: str, answers: "tuple[PowerOfChange, ...]") -> dict[str, object]:
    from evalkit.types.adapter import adapter
    from evalkit.types.power import Power

    dump = adapter(Power).dump_python
    return {
        "form": "evalkit/power/1",
        "protocol": plan_id,
        "changes": [{"name": a.name, "power": dump(a.power, mode="json")} for a in answers],
    }
