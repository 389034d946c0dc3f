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
    from evalkit.findings.brief import sections
    from evalkit.findings.brief_text import brief_html, brief_markdown
    from evalkit.registry.store import open_registry
    from evalkit.workflow.brief import registered_brief

    with open_registry(here().url) as session:
        made, state = registered_brief(session, id)
    if json:
        say_json({"finding": id, "state": state, "sections": dict(sections(made))})
        return
    typer.echo(brief_html(made) if html else brief_markdown(made), nl=False)
