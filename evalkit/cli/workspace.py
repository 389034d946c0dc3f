"""``evalkit init``."""

from pathlib import Path
from shlex import quote
from typing import Annotated

import typer

from evalkit.cli.edge import Json, today
from evalkit.cli.screen import say, say_json, say_next


def init(
    folder: Annotated[Path, typer.Argument(help="A new or empty folder.", show_default=False)],
    prefix: Annotated[str, typer.Option(help="Two to six capitals that begin every id.")] = "EM",
    region: Annotated[str, typer.Option(help="Shown on the hub.")] = "East Midlands",
    publisher: Annotated[str, typer.Option(help="Who keeps the hub.")] = "the partnership",
    acting_as: Annotated[
        str, typer.Option(help="The post that registers, never a person's name.")
    ] = "not given",
    examples: Annotated[
        bool, typer.Option("--examples", help="Include the worked examples, registered.")
    ] = False,
    json: Json = False,
) -> None:
    """Make a workspace for your own evidence.

    A folder for interventions, protocols and reports, with a registry.

    Example: evalkit init our-evidence --prefix EM
    """
    from evalkit.workflow.scaffold import make_workspace

    made = make_workspace(
        folder,
        prefix=prefix,
        region=region,
        publisher=publisher,
        acting_as=acting_as,
        examples=examples,
        on=today(),
    )
    if json:
        say_json({"folder": str(folder), "made": list(made)})
        return
    say(f"made {folder}: {', '.join(made)}")
    enter = [] if folder.resolve() == Path.cwd() else [f"cd {quote(str(folder))}"]
    say_next(*enter, "evalkit demo" if examples else "evalkit intervention add")
