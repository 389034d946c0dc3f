"""``evalkit finding``."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from evalkit.cli.edge import Json, group, here, today
from evalkit.cli.screen import count, say, say_json, say_next, say_table

if TYPE_CHECKING:
    from evalkit.types.finding import Finding

app = group("What was found, in plain words.")


def _findings() -> tuple["Finding", ...]:
    from evalkit.findings.compose import from_external
    from evalkit.registry.findings import read_external_findings, read_findings
    from evalkit.registry.store import open_registry

    with open_registry(here().url) as session:
        published = [from_external(result) for result in read_external_findings(session)]
        return tuple(sorted((*read_findings(session), *published), key=lambda f: f.id))


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
    rows = [(f.id, WORDS[f.verdict].lower(), f.outcome, f.years) for f in found]
    say_table(("id", "we say", "outcome", "years"), rows)


@app.command()
def show(
    id: Annotated[str, typer.Argument(help="E.g. EM-2026-0001-F01.", show_default=False)],
    json: Json = False,
) -> None:
    """Show one finding.

    Example: evalkit finding show EM-2026-0001-F01
    """
    from pydantic import TypeAdapter

    from evalkit.cli.evaluation import say_finding
    from evalkit.errors import Problem, RegistryError
    from evalkit.types.finding import Finding

    by_id = {finding.id: finding for finding in _findings()}
    if id not in by_id:
        known = ", ".join(by_id) or "none so far"
        found = f"finding {id}, which is not stored"
        raise RegistryError(Problem(field="id", found=found, needed=f"one of {known}"))
    finding = by_id[id]
    if json:
        say_json(TypeAdapter(Finding).dump_python(finding, mode="json"))
        return
    say_finding(finding)
    said = [("compared", f"{finding.compared}; {finding.years}"), ("source", finding.source)]
    say_table(("", ""), said + [("caveat", limit) for limit in finding.limits])
