"""``evalkit notebook``."""

from pathlib import Path
from typing import Annotated

import typer

from evalkit.cli.edge import Json, group, here
from evalkit.cli.screen import say, say_json, say_next

app = group("Templated evaluation notebooks.")
FOLDER = ".evalkit/notebooks"


Protocol = Annotated[str, typer.Argument(help="E.g. EM-2026-0001-P1.", show_default=False)]


@app.command()
def new(
    protocol: Protocol,
    to: Annotated[
        Path | None,
        typer.Option(help="Another file; else notebooks/PROTOCOL.ipynb.", show_default=False),
    ] = None,
    replace: Annotated[
        bool, typer.Option("--replace", help="Write over a notebook that was changed by hand.")
    ] = False,
    json: Json = False,
) -> None:
    """Write the notebook of a locked plan.

    Prefilled with the plan, its data, checks and result, and ready to be run in Jupyter. Below its last
    line is room to explore; whatever stands there is marked as not planned. A notebook whose cells were
    changed by hand is not written over unless you say so.

    Example: evalkit notebook new EM-2026-0001-P1
    """
    from evalkit.registry.store import open_registry
    from evalkit.workflow.notebook_new import write_notebook

    workspace = here()
    with open_registry(workspace.url) as session:
        done = write_notebook(session, workspace, protocol, file=to, replace=replace)
    where = str(to) if to else str(done.file.relative_to(workspace.root))
    locked = done.protocol
    if json:
        say_json(
            {"protocol": locked.id, "version": locked.version, "notebook": where, "replaced": done.replaced}
        )  # fmt: skip
        return
    before = ", in the place of the one before" if done.replaced else ""
    say(f"Wrote {where} for {locked.id} {locked.version} ({locked.label}){before}.")
    say("Open it in Jupyter or in any editor for notebooks.")
    say_next(f"evalkit evaluate {locked.id}")


@app.command()
def run(
    protocol: Protocol,
    file: Annotated[
        Path | None,
        typer.Option(help="One's own notebook instead of the template.", show_default=False),
    ] = None,
    json: Json = False,
) -> None:
    """Execute a notebook, compare its numbers.

    The notebook of an evaluated protocol, against the stored run; exit 1 when they differ. One's own is
    executed where it lies and keeps its outputs; a cell that fails is named, and the file stays as it was.

    Example: evalkit notebook run EM-2026-0001-P1
    """
    from evalkit.errors import RegistryError
    from evalkit.registry.findings import read_evaluations
    from evalkit.registry.store import open_registry
    from evalkit.workflow.notebook import run_notebook, run_own

    workspace = here()
    with open_registry(workspace.url) as session:
        stored = {e.protocol: e for e in read_evaluations(session)}
    if protocol not in stored:
        raise RegistryError(
            f"{protocol} has not been evaluated; it needs a run first: evalkit evaluate {protocol}"
        )
    if file is not None:
        run_own(workspace, stored[protocol], file=file)
        if json:
            say_json({"protocol": protocol, "notebook": str(file), "agrees": True})
            return
        say(f"Executed {file}: the same numbers as the record.")
        return
    out = workspace.root / FOLDER
    path = run_notebook(workspace, stored[protocol], registry=workspace.registry_file, out=out)
    where = str(path.relative_to(workspace.root))
    if json:
        say_json({"protocol": protocol, "notebook": where, "agrees": True})
        return
    say(f"Executed {where}: the same numbers as the record.")
    say_next("evalkit hub build")
