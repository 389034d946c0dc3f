"""``evalkit theory``."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from evalkit.cli.edge import Json, group, here
from evalkit.cli.screen import count, say, say_json, say_table

if TYPE_CHECKING:
    from evalkit.types.intervention import Intervention

app = group("Theory of change: show it, check it, draw it.")

Named = Annotated[
    str,
    typer.Argument(
        metavar="ID|FILE", help="E.g. EM-2026-0001, or an intervention.yaml.", show_default=False
    ),
]


def _is_file(named: str) -> bool:
    """Whether a file is meant; ids have neither a slash nor an ending."""
    return "/" in named or named.endswith((".yaml", ".yml")) or Path(named).is_file()


def _read(named: str) -> "Intervention":
    """The intervention of an id, as it is registered, or of a file without a fault."""
    from evalkit.registry.interventions import read_intervention as read_registered
    from evalkit.registry.store import open_registry
    from evalkit.workflow.register import read_intervention

    if _is_file(named):
        return read_intervention(Path(named))[0]
    with open_registry(here().url) as session:
        return read_registered(session, named)


def _checked(named: str) -> "Intervention":
    """As ``_read``; what is registered is checked again, by its text."""
    from evalkit.registry.store import open_registry
    from evalkit.workflow.amend import standing
    from evalkit.workflow.register import parse_intervention

    if _is_file(named):
        return _read(named)
    with open_registry(here().url) as session:
        was = standing(session, "intervention", named)
    return parse_intervention(was.text, file=was.file)[0]


@app.command()
def show(named: Named, json: Json = False) -> None:
    """Show a theory of change as a table.

    Of an intervention that is registered, or of a file. Links that say why, what they
    assume or what could go wrong have notes below it.

    Example: evalkit theory show EM-2026-0001
    """
    from pydantic import TypeAdapter

    from evalkit.types.theory import TheoryOfChange

    record = _read(named)
    theory = record.theory
    why = "no theory of change" + ("" if _is_file(named) else " is registered")
    if json:
        found = TypeAdapter(TheoryOfChange | None).dump_python(theory, mode="json", by_alias=True)
        say_json({"id": named, "theory": found, "why": None if theory else why})
        return
    if theory is None:
        say(f"{named} {record.name}: {why}.")
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
    say(f"{named} {record.name}")
    say_table(("", "", "", "leads to"), rows)
    for i, note in enumerate(notes, 1):
        say(f"[{i}] {note}")
    measured = [f"{i.of} ({i.name})" for i in theory.indicators if i.name]
    unmeasured = [f"{i.of} ({i.none_because})" for i in theory.indicators if i.none_because]
    say(f"Measured: {', '.join(measured) or 'nothing'}. Not: {', '.join(unmeasured) or 'none'}")


@app.command()
def check(named: Named, json: Json = False) -> None:
    """Check a theory of change; nothing is written.

    Of an intervention that is registered, or of a file. No loop by accident, every
    outcome led to by an activity and measured; exit 1 otherwise.

    Example: evalkit theory check case_studies/castle-doctrine/intervention.yaml
    """
    record = _checked(named)
    n = 0 if record.theory is None else len(record.theory.links)
    if json:
        of = "file" if _is_file(named) else "id"
        say_json({of: named, "links": n, "whole": record.theory is not None})
    elif record.theory is None:
        say(f"{record.name}: no theory of change. It can be registered, but not evaluated.")
    else:
        parts = f"{count(len(record.theory.elements), 'element')}, {count(n, 'link')}"
        say(f"{record.name}: theory of change whole ({parts})")


@app.command()
def draw(
    named: Named,
    out: Annotated[
        Path | None, typer.Option(help="An .svg file to write.", show_default=False)
    ] = None,
    json: Json = False,
) -> None:
    """Draw a theory of change as an SVG picture.

    Of an intervention that is registered, or of a file. It needs no other file and says
    what was found about each link. Without --out it is printed.

    Example: evalkit theory draw EM-2026-0001 --out castle.svg
    """
    from evalkit.registry.store import open_registry
    from evalkit.workflow.drawing import draw_theory, write_picture

    if out is not None and out.suffix.lower() != ".svg":
        raise typer.BadParameter(f"--out {out}; needed a name that ends with .svg")
    record = _read(named)
    with open_registry(here().url) as session:
        drawn = draw_theory(session, record, named)
    if out is not None:
        write_picture(out, drawn.svg)
    if json:
        file = None if out is None else str(out)
        counts = {"elements": drawn.elements, "links": drawn.links, "crossings": drawn.crossings}
        say_json({"id": named, "file": file, "svg": None if out else drawn.svg, **counts})
    elif out is None:
        typer.echo(drawn.svg)
    else:
        parts = f"{count(drawn.elements, 'element')}, {count(drawn.links, 'link')}"
        say(f"Drew {named} in {out}: {parts}, {count(drawn.crossings, 'crossing')}.")
