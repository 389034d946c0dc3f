"""``evalkit notebook``."""

from typing import Annotated

import typer

from evalkit.cli.edge import Json, group, here
from evalkit.cli.screen import say, say_json, say_next

app = group("Templated evaluation notebooks.")
FOLDER = ".evalkit/notebooks"


@app.command()
def run(
    protocol: Annotated[str, typer.Argument(help="E.g. EM-2026-0001-P1.", show_default=False)],
    json: Json = False,
) -> None:
    """Execute a notebook, compare its numbers.

    The notebook of an evaluated protocol, against the stored run; exit 1 when they differ.

    Example: evalkit notebook run EM-2026-0001-P1
    """
    from evalkit.errors import RegistryError
    from evalkit.registry.findings import read_evaluations
    from evalkit.registry.store import open_registry
    from evalkit.workflow.notebook import run_notebook

    workspace = here()
    with open_registry(workspace.url) as session:
        stored = {e.protocol: e for e in read_evaluations(session)}
    if protocol not in stored:
        raise RegistryError(
            f"{protocol} has not been evaluated; it needs a run first: evalkit evaluate {protocol}"
        )
    out = workspace.root / FOLDER
    path = run_notebook(workspace, stored[protocol], registry=workspace.registry_file, out=out)
    where = str(path.relative_to(workspace.root))
    if json:
        say_json({"protocol": protocol, "notebook": where, "agrees": True})
        return
    say(f"Executed {where}: the same numbers as the record.")
    say_next("evalkit hub build")
