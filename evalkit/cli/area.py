"""``evalkit area``."""

from pathlib import Path
from typing import Annotated, Any

import typer

from evalkit.cli import noun_texts
from evalkit.cli.edge import Json, group, here
from evalkit.cli.nouns import plain_record, register_text, say_noted
from evalkit.cli.screen import say, say_json, say_table

app = group("Areas: list them, assess your own in private.")

FIVE_CS = (
    "collaboration",
    "co_production",
    "co_operation",
    "counter_narratives",
    "community_consensus",
)


@app.command("list")
def list_all(json: Json = False) -> None:
    """List every area that a record may name.

    Example: evalkit area list
    """
    from evalkit.registry.interventions import read_areas
    from evalkit.registry.store import open_registry

    with open_registry(here().url) as session:
        areas = read_areas(session)
    if json:
        say_json({"areas": [plain_record(area) for area in areas.values()]})
        return
    rows = [
        (a.code, a.name, a.kind, areas[a.parent].name if a.parent else "") for a in areas.values()
    ]
    say_table(("code", "name", "kind", "inside"), rows)


@app.command()
def show(
    code: Annotated[str, typer.Argument(help="E.g. E06000015.", show_default=False)],
    json: Json = False,
) -> None:
    """Show one area, with its newest private self-assessment.

    Example: evalkit area show E06000015
    """
    from evalkit.errors import Problem, RegistryError
    from evalkit.registry.interventions import read_areas
    from evalkit.registry.store import open_registry
    from evalkit.workflow.nouns import read_nouns

    with open_registry(here().url) as session:
        areas, assessed = read_areas(session), read_nouns(session, "assessment")
    if code not in areas:
        found = f"unknown area code {code}"
        raise RegistryError(Problem(field="code", found=found, needed="one of evalkit area list"))
    area = areas[code]
    ours = sorted((one for one in assessed if one.area == code), key=lambda one: (one.day, one.id))
    if json:
        newest = plain_record(ours[-1]) if ours else None
        say_json({**plain_record(area), "self_assessment": newest})
        return
    inside = [one.name for one in areas.values() if one.parent == code]
    say(f"{area.code} {area.name} ({area.kind})", bold=True)
    rows = [
        ("inside", areas[area.parent].name if area.parent else ""),
        ("districts", ", ".join(inside)),
    ]
    say_table(("", ""), [row for row in rows if row[1]] or [("districts", "none listed")])
    if ours:
        _say_stages(ours[-1])


def _say_stages(record: Any) -> None:
    say()
    say(f"Self-assessment {record.id} of {record.day.isoformat()} (private, never on the hub)")
    stages = [(name, getattr(record, name)) for name in FIVE_CS]
    say_table(("", "", ""), [(n.replace("_", "-"), s.stage, s.note) for n, s in stages])


@app.command()
def assess(
    file: Annotated[Path | None, typer.Argument(help="A YAML file.", show_default=False)] = None,
    template: Annotated[
        bool, typer.Option("--template", help="Print a text to start from.")
    ] = False,
    reason: Annotated[
        str, typer.Option(help="Why a known entry changes.", show_default=False)
    ] = "",
    json: Json = False,
) -> None:
    """Keep a private self-assessment of the five Cs.

    It stays in your registry: no page of the hub is made from it, and areas are not compared.

    Example: evalkit area assess assessments/derby-2026.yaml
    """
    done = register_text("assessment", file, noun_texts.ASSESSMENT if template else "", reason)
    if done is not None:
        note = "Private: it stays in your registry and is never on the hub."
        say_noted(done, f"evalkit area show {done.record.area}", json=json, note=note)
