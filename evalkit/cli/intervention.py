"""``evalkit intervention``."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from evalkit.cli.edge import Json, group, here, today
from evalkit.cli.edit import edit_help, editor, field_of, withdraw
from evalkit.cli.screen import say, say_json, say_next, say_table
from evalkit.cli.search import search_interventions

if TYPE_CHECKING:
    from evalkit.registry.interventions import Registered

app = group("What was done: register it, find it, change it, show it.")
_EXAMPLE = 'EM-2026-0001 --set end=2010 --reason "The laws ended"'
app.command("edit", help=edit_help("an intervention", "intervention", _EXAMPLE))(
    editor("intervention")
)
app.command()(withdraw)
app.command("search")(search_interventions)

TEMPLATE = """\
form: evalkit/intervention/1
name: Evening patrols
summary: Officers on foot patrolled 36 street segments in Derby on weekend evenings from April 2023.
kind: hot-spot-policing
status: live
areas: [E23000018]
start: 2023-04-01
description: {why: Would-be robbers see officers and think again}
organisations:
  - {name: Derby City Council, role: lead, duty: specified, contact: Safety lead}
theory:
  elements:
    patrols: {kind: activity, text: Foot patrols}
    robbery: {kind: outcome, text: Fewer robberies}
  links:
    - {from: patrols, to: robbery, because: Fear of arrest}
  indicators:
    - {of: robbery, name: recorded robbery, unit: incidents a month, direction: down, source: police}
"""


def _flag(words: str) -> Any:
    return typer.Option(help=words, show_default=False)


@app.command()
def add(
    file: Annotated[
        Path | None, typer.Argument(help="An intervention.yaml.", show_default=False)
    ] = None,
    template: Annotated[
        bool, typer.Option("--template", help="Print a text to start from, and do nothing else.")
    ] = False,
    resume: Annotated[
        str,
        typer.Option(
            help="Go on with the answers in this folder; its beginning is enough.",
            show_default=False,
        ),
    ] = "",
    name: Annotated[str | None, _flag("Up to 80 characters.")] = None,
    summary: Annotated[str | None, _flag("One sentence: who did what, where.")] = None,
    kind: Annotated[str | None, _flag("E.g. mentoring.")] = None,
    status: Annotated[str | None, _flag("E.g. live.")] = None,
    area: Annotated[list[str] | None, _flag("Code or name; can be given again.")] = None,
    start: Annotated[str | None, _flag("YYYY, YYYY-MM or YYYY-MM-DD.")] = None,
    end: Annotated[str | None, _flag("As start; not while it runs.")] = None,
    population: Annotated[str | None, _flag("Whom it is for.")] = None,
    why: Annotated[str | None, _flag("How it was expected to work.")] = None,
    lead: Annotated[str | None, _flag("The organisation that leads.")] = None,
    fields: Annotated[
        list[str] | None,
        typer.Option(
            "--set", help="Any other FIELD=VALUE, e.g. setting=school.", show_default=False
        ),
    ] = None,
    json: Json = False,
) -> None:
    """Register an intervention, all of it or nothing.

    From a file; or from --name and the other flags, which keep a text in case_studies/;
    or, on a terminal, by asking for one thing after the other.

    Example: evalkit intervention add case_studies/evening-patrols/intervention.yaml
    """
    if template:
        typer.echo(TEMPLATE, nl=False)
        return
    typed = {"name": name, "summary": summary, "kind": kind, "status": status, "area": area}
    typed |= {"start": start, "end": end, "population": population, "why": why, "lead": lead}
    given = {flag: value for flag, value in typed.items() if value is not None}
    if sum([file is not None, bool(resume), bool(given or fields)]) > 1:
        raise typer.BadParameter("needed a file, or --resume, or --name and other flags; not both")
    if given or fields:
        from evalkit.workflow.flags import add_by_flags

        done, entry = add_by_flags(here(), given, [field_of(f) for f in fields or ()], on=today())
        _say_added(done, entry, json=json)
        return
    asked = file is None
    if file is None:
        if json or not (sys.stdin.isatty() and sys.stdout.isatty()):
            raise typer.BadParameter(
                "needed an intervention.yaml, --name and other flags, or --template for a text to"
                " start from; questions are asked on a terminal only"
            )
        from evalkit.cli.interview import interview

        file = interview(here(), resume)
        if file is None:
            return
    from evalkit.registry.ledger import length
    from evalkit.registry.store import open_registry
    from evalkit.workflow.register import register

    workspace = here()
    with open_registry(workspace.url, write=True) as session:
        done = register(session, file, on=today(), prefix=workspace.prefix, by=workspace.acting_as)
        entry = length(session)
    _say_added(done, entry, json=json, asked=asked)


def _say_added(done: "Registered", entry: int, *, json: bool, asked: bool = False) -> None:
    from evalkit.workflow.advice import on_summary

    record = done.intervention
    advice = on_summary(record.summary) if done.new else ()
    if json:
        named = {"id": record.id, "name": record.name, "version": done.version}
        entered = {"new": done.new, "ledger_entry": entry if done.new else None}
        say_json({**named, **entered, "advice": list(advice)})
        return
    if done.new:
        say(f"Registered {record.id} {done.version}, ledger entry {entry:,}: {record.name}")
    else:
        say(f"Registered before, unchanged: {record.id} {record.name}")
    for words in advice:
        say(words)
    noun = "theory" if record.theory else "intervention"
    more = [f'evalkit intervention edit {record.id} --reason "More is known"'] if asked else []
    say_next(f"evalkit {noun} show {record.id}", *more)


@app.command("list")
def list_all(json: Json = False) -> None:
    """List every intervention.

    Example: evalkit intervention list
    """
    from evalkit.registry.interventions import read_areas, read_interventions
    from evalkit.registry.store import open_registry

    with open_registry(here().url) as session:
        found, areas = read_interventions(session), read_areas(session)
    if json:
        listed = [{"id": i.id, "name": i.name, "status": i.status, "kind": i.kind} for i in found]
        say_json({"interventions": listed})
        return
    if not found:
        say("Nothing is registered yet.")
        say_next("evalkit intervention add --template")
        return
    rows = [
        (str(i.id), i.name, i.status, i.start, ", ".join(areas[a].name for a in i.areas))
        for i in found
    ]
    say_table(("id", "name", "status", "since", "where"), rows)


@app.command()
def show(
    id: Annotated[str, typer.Argument(help="E.g. EM-2026-0007.", show_default=False)],
    json: Json = False,
) -> None:
    """Show one intervention.

    Example: evalkit intervention show EM-2026-0003
    """
    from pydantic import TypeAdapter

    from evalkit.registry.interventions import read_areas, read_intervention
    from evalkit.registry.store import open_registry
    from evalkit.types.intervention import Intervention

    with open_registry(here().url) as session:
        record, areas = read_intervention(session, id), read_areas(session)
    if json:
        say_json(TypeAdapter(Intervention).dump_python(record, mode="json", by_alias=True))
        return
    say(f"{record.id} {record.name} ({record.status})")
    say(record.summary)
    when = f"{record.start} to {record.end}" if record.end else f"since {record.start}"
    parts = [("where", ", ".join(areas[a].name for a in record.areas)), ("when", when)]
    parts += [
        (o.role, f"{o.name}{', ' + o.contact if o.contact else ''}") for o in record.organisations
    ]
    names = record.description.__dataclass_fields__
    parts += [(name.replace("_", " "), getattr(record.description, name)) for name in names]
    say_table(("", ""), parts)
    if record.theory is None:
        say("No theory of change is registered: a protocol cannot be locked without one.")
