"""``evalkit finding brief``."""

from typing import Annotated

import typer

from evalkit.cli.edge import Json, here
from evalkit.cli.screen import say_json


def brief(
    id: Annotated[str, typer.Argument(help="E.g. EM-2026-0001-F01.", show_default=False)],
    html: Annotated[bool, typer.Option("--html", help="As a page in place of Markdown.")] = False,
    json: Json = False,
) -> None:
    """Print a finding as a short brief.

    What, why, where, how delivered, effect, certainty, cost, learning: the headings that practice toolkits
    ask for. A draft says that it is one. The hub has a page of A4 for each published finding.

    Example: evalkit finding brief EM-2026-0001-F01
    """
    from evalkit.findings.brief import brief_html, brief_markdown, brief_sections
    from evalkit.registry.interventions import read_areas, read_interventions
    from evalkit.registry.store import open_registry
    from evalkit.workflow.review import stand_of

    with open_registry(here().url) as session:
        stand = stand_of(session, id)
        known = {one.id: one for one in read_interventions(session)}
        areas = read_areas(session)
    about = tuple(known[key] for key in stand.finding.interventions)
    sections = brief_sections(stand.finding, about, areas)
    if json:
        say_json({"finding": id, "state": stand.state, "sections": dict(sections)})
        return
    written = brief_html if html else brief_markdown
    typer.echo(written(stand.finding, sections, state=stand.state), nl=False)
