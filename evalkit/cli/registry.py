"""``evalkit registry``."""

import typer

from evalkit.cli.edge import Json, group, here, today
from evalkit.cli.screen import count, say, say_json

app = group("The registry itself: bring text in, verify it.")


@app.command("import")
def import_all(json: Json = False) -> None:
    """Register everything that is not yet.

    Interventions and published findings of case_studies/, protocols of protocols/.

    Example: evalkit registry import
    """
    from evalkit.workflow.seed import import_text

    workspace = here()
    new = import_text(workspace, workspace.registry_file, on=today())
    if json:
        say_json(
            {
                "interventions": new.interventions,
                "findings": new.findings,
                "protocols": new.protocols,
            }
        )
        return
    say(
        f"New in {workspace.registry_file}: {count(new.interventions, 'intervention')}, "
        f"{count(new.findings, 'published finding')}, {count(new.protocols, 'locked protocol')}."
    )


@app.command()
def verify(json: Json = False) -> None:
    """Verify that nothing was changed.

    The ledger's chain and every entry that it vouches for; exit 1 when something was changed.

    Example: evalkit registry verify
    """
    from evalkit.registry.ledger import verify as verify_ledger
    from evalkit.registry.store import open_registry

    with open_registry(here().url) as session:
        found = verify_ledger(session)
    if json:
        say_json(
            {"entries": found.entries, "head": found.head, "first_problem": found.first_problem}
        )
    elif found.first_problem is None:
        say(f"Registry whole: {count(found.entries, 'entry', 'entries')}. Head {found.head[:12]}")
    else:
        say(f"Registry NOT whole: {found.first_problem}")
    if found.first_problem is not None:
        raise typer.Exit(1)
