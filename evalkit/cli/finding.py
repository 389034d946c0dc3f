"""``evalkit finding``."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from evalkit.cli.edge import Json, group, here, today
from evalkit.cli.finding_brief import brief
from evalkit.cli.finding_review import say_stand
from evalkit.cli.rating import rate, say_ratings
from evalkit.cli.screen import count, plain, say, say_json, say_next, say_table

if TYPE_CHECKING:
    from evalkit.registry.runs import Run
    from evalkit.types.finding import Finding

app = group("What was found, in plain words.")
app.command()(rate)
app.command()(brief)


def _findings() -> tuple["Finding", ...]:
    return tuple(sorted(_found()[0], key=lambda finding: finding.id))


def _found() -> tuple[list["Finding"], dict[str, "Run"]]:
    """Every finding, and the runs of our own by the finding's id."""
    from evalkit.findings.compose import from_external
    from evalkit.registry.findings import read_external_findings
    from evalkit.registry.store import open_registry
    from evalkit.workflow.explain import explained_runs

    with open_registry(here().url) as session:
        published = [from_external(result) for result in read_external_findings(session)]
        runs = [
            *explained_runs(session, exploratory=False),
            *explained_runs(session, exploratory=True),
        ]
    owners = {finding.id: run for run in runs for finding in run.findings}
    own = [finding for run in runs for finding in run.findings]
    return [*own, *published], owners


@app.command()
def add(
    file: Annotated[Path, typer.Argument(help="A findings.yaml.", show_default=False)],
    json: Json = False,
) -> None:
    """Enter results that others published.

    Each is kept apart by year, unit and outcome.

    Example: evalkit finding add case_studies/national-vru-evaluations/findings.yaml
    """
    from evalkit.registry.store import open_registry
    from evalkit.workflow.register import register_findings

    workspace = here()
    with open_registry(workspace.url, write=True) as session:
        new = register_findings(session, file, on=today(), by=workspace.acting_as)
    if json:
        say_json({"file": str(file), "new": new})
        return
    say(f"Entered {count(new, 'new published finding')}.")
    say_next("evalkit finding list")


@app.command("list")
def list_all(json: Json = False) -> None:
    """List every finding, own and published.

    Example: evalkit finding list
    """
    from pydantic import TypeAdapter

    from evalkit.findings.verdicts import WORDS
    from evalkit.types.finding import Finding

    found = _findings()
    if json:
        say_json({"findings": TypeAdapter(tuple[Finding, ...]).dump_python(found, mode="json")})
        return
    if not found:
        say("No findings yet.")
        return
    rows = [(f.id, WORDS[f.verdict].lower() + _mark(f), f.outcome, f.years) for f in found]
    say_table(("id", "we say", "outcome", "years"), rows)


def _mark(finding: "Finding") -> str:
    marks = [name for name in ("exploratory", "simulated") if getattr(finding, name)]
    return f" ({', '.join(marks)})" if marks else ""


@app.command()
def show(
    id: Annotated[str, typer.Argument(help="E.g. EM-2026-0001-F01.", show_default=False)],
    full: Annotated[
        bool, typer.Option("--full", help="Also the size, the doubts, and all for analysts.")
    ] = False,
    json: Json = False,
) -> None:
    """Show one finding.

    Example: evalkit finding show EM-2026-0001-F01
    """
    from pydantic import TypeAdapter

    from evalkit.cli.deviations import say_deviations
    from evalkit.cli.evaluation import say_finding
    from evalkit.findings.deviations import unexplained, why_held_back
    from evalkit.registry.store import open_registry
    from evalkit.types.deviation import Deviation
    from evalkit.types.finding import Finding
    from evalkit.types.rating import Assessment
    from evalkit.workflow.ratings import assess_one
    from evalkit.workflow.review import stand_of

    found, runs = _found()
    with open_registry(here().url) as session:
        assessment, stand = assess_one(session, id), stand_of(session, id)
    finding, run = next(one for one in found if one.id == id), runs.get(id)
    deviations = run.evaluation.deviations if run else ()
    why = why_held_back(deviations)
    if json:
        made = TypeAdapter(Finding).dump_python(finding, mode="json")
        shown = TypeAdapter(tuple[Deviation, ...]).dump_python(deviations, mode="json")
        rated = TypeAdapter(Assessment).dump_python(assessment, mode="json")
        say_json(
            {**made, **rated, "deviations": shown, "held_back": why or None, "state": stand.state}
        )
        return
    if run is not None:
        number = f", run {run.record.number}" if run.record else ""
        say(f"{run.evaluation.protocol} {run.evaluation.version} ({run.evaluation.label}{number})")
    say_finding(finding)
    said = [("compared", f"{finding.compared}; {finding.years}"), ("source", finding.source)]
    if finding.alternatives:
        said.append(("other ways", f"{finding.alternatives} (of those that the plan names)"))
    said += [("size", plain(text)) for text in finding.how_big if full]
    said += [("sure", plain(finding.how_sure))] if full and finding.how_sure else []
    said += [("doubt", plain(text)) for text in finding.could_be_wrong if full]
    said += [("caveat", limit) for limit in finding.limits]
    said += [("technical", plain(text)) for text in finding.technical if full]
    say_table(("", ""), said)
    say_ratings(assessment)
    if run is not None:
        say_deviations(deviations)
    say_stand(stand)
    if why:
        say(f"Cannot be published: {why}.", bold=True)
        say_next(f'evalkit finding explain {id} {unexplained(deviations)[0]} --reason "..."')


@app.command()
def explain(
    id: Annotated[str, typer.Argument(help="E.g. EM-2026-0001-F01.", show_default=False)],
    number: Annotated[int, typer.Argument(help="Of the deviation.", show_default=False)],
    reason: Annotated[str, typer.Option(help="In a sentence or two.", show_default=False)] = "",
    json: Json = False,
) -> None:
    """Say why a run is not as planned.

    A finding with a deviation that has no reason is left out of the hub.

    Example: evalkit finding explain EM-2026-0001-F01 1 --reason "The census came a year later"
    """
    from evalkit.registry.store import open_registry
    from evalkit.workflow import explain as verbs

    workspace = here()
    with open_registry(workspace.url, write=True) as session:
        deviation, new = verbs.explain(
            session, id, number, reason=reason, on=today(), by=workspace.acting_as
        )
        runs = (*verbs.explained_runs(session, exploratory=False),)
        runs += verbs.explained_runs(session, exploratory=True)
        why = {one.id: one.why for one in verbs.held_back(runs)}.get(id, "")
    if json:
        say_json({"finding": id, "part": deviation.part, "new": new, "held_back": why or None})
        return
    say(f"{deviation.part}: {deviation.reason}" if new else "The same reason was given before.")
    say(f"Still held back: {why}." if why else f"{id} can be published.")
    say_next(f"evalkit finding show {id}" if why else "evalkit hub build")
