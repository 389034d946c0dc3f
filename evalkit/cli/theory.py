"""``evalkit theory``."""

from pathlib import Path
from typing import Annotated

import typer

from evalkit.cli.edge import Json, group, here
from evalkit.cli.screen import count, say, say_json, say_table

app = group("Theory of change: show it, check it, draw it.")


@app.command()
def show(
    id: Annotated[str, typer.Argument(help="E.g. EM-2026-0001.", show_default=False)],
    json: Json = False,
) -> None:
    """Show a theory of change as a table.

    Links that say why, what they assume or what could go wrong have notes below it.

    Example: evalkit theory show EM-2026-0001
    """
    from pydantic import TypeAdapter

    from evalkit.registry.interventions import read_intervention
    from evalkit.registry.store import open_registry
    from evalkit.types.theory import TheoryOfChange

    with open_registry(here().url) as session:
        record = read_intervention(session, id)
    theory = record.theory
    if json:
        found = TypeAdapter(TheoryOfChange | None).dump_python(theory, mode="json", by_alias=True)
        why = None if theory else "no theory of change is registered"
        say_json({"id": id, "theory": found, "why": why})
        return
    if theory is None:
        say(f"{id} {record.name}: no theory of change is registered.")
        return
    notes, rows = [], []
    for name, element in theory.elements.items():
        targets = []
        for link in (link for link in theory.links if link.from_ == name):
            parts = (("because", link.because), ("assumes", link.assumes), ("risk", link.risk))
            said = [f"{word}: {text}" for word, text in parts if text]
            if said:
                notes.append("; ".join(said))
            targets.append(link.to + (f" [{len(notes)}]" if said else ""))
        rows.append((element.kind, name, element.text, ", ".join(targets)))
    say(f"{id} {record.name}")
    say_table(("", "", "", "leads to"), rows)
    for i, note in enumerate(notes, 1):
        say(f"[{i}] {note}")
    measured = [f"{i.of} ({i.name})" for i in theory.indicators if i.name]
    unmeasured = [f"{i.of} ({i.none_because})" for i in theory.indicators if i.none_because]
    say(f"Measured: {', '.join(measured) or 'nothing'}. Not: {', '.join(unmeasured) or 'none'}")


@app.command()
def check(
    file: Annotated[Path, typer.Argument(help="An intervention.yaml.", show_default=False)],
    json: Json = False,
) -> None:
    """Check a theory of change; nothing is written.

    No loop by accident, every outcome led to by an activity and measured; exit 1 otherwise.

    Example: evalkit theory check case_studies/castle-doctrine/intervention.yaml
    """
    from evalkit.workflow.register import read_intervention

    record, _ = read_intervention(file)
    n = 0 if record.theory is None else len(record.theory.links)
    if json:
        say_json({"file": str(file), "links": n, "whole": record.theory is not None})
    elif record.theory is None:
        say(f"{record.name}: no theory of change. It can be registered, but not evaluated.")
    else:
        parts = f"{count(len(record.theory.elements), 'element')}, {count(n, 'link')}"
        say(f"{record.name}: theory of change whole ({parts})")


@app.command()
def draw(
    id: Annotated[str, typer.Argument(help="E.g. EM-2026-0001.", show_default=False)],
    out: Annotated[
        Path | None, typer.Option(help="An .svg file to write.", show_default=False)
    ] = None,
    json: Json = False,
) -> None:
    """Draw a theory of change as an SVG picture.

    It needs no other file and says what was found about each link. Without --out it is printed.

    Example: evalkit theory draw EM-2026-0001 --out castle.svg
    """
    from evalkit.registry.store import open_registry
    from evalkit.workflow.drawing import draw_theory, write_picture

    if out is not None and out.suffix.lower() != ".svg":
        raise typer.BadParameter(f"--out {out}; needed a name that ends with .svg")
    with open_registry(here().url) as session:
        drawn = draw_theory(session, id)
    if out is not None:
        write_picture(out, drawn.svg)
    if json:
        file = None if out is None else str(out)
        counts = {"elements": drawn.elements, "links": drawn.links, "crossings": drawn.crossings}
        say_json({"id": id, "file": file, "svg": None if out else drawn.svg, **counts})
    elif out is None:
        typer.echo(drawn.svg)
    else:
        parts = f"{count(drawn.elements, 'element')}, {count(drawn.links, 'link')}"
        say(f"Drew {id} in {out}: {parts}, {count(drawn.crossings, 'crossing')}.")
