"""``evalkit init``."""

import sys
from pathlib import Path
from shlex import quote
from typing import Annotated

import typer

from evalkit.cli.edge import Json, today
from evalkit.cli.screen import one_line, say, say_json, say_next

_NOT_GIVEN = "not given"


def init(
    folder: Annotated[Path, typer.Argument(help="A new or empty folder.", show_default=False)],
    region: Annotated[
        str | None, typer.Option(help="Shown on the hub; else East Midlands.", show_default=False)
    ] = None,
    prefix: Annotated[
        str | None,
        typer.Option(help="Two to six capitals that begin every id; else EM.", show_default=False),
    ] = None,
    publisher: Annotated[str, typer.Option(help="Who keeps the hub.")] = "the partnership",
    acting_as: Annotated[
        str | None,
        typer.Option(help="The post that registers, never a person's name.", show_default=False),
    ] = None,
    examples: Annotated[
        bool, typer.Option("--examples", help="Include the worked examples, registered.")
    ] = False,
    json: Json = False,
) -> None:
    """Make a workspace for your own evidence.

    A folder for interventions, protocols and reports, with a registry. On a terminal it asks for region,
    prefix and post where they are not given.

    Example: evalkit init our-evidence --region "East Midlands" --prefix EM
    """
    from evalkit.workflow.scaffold import PREFIX, REGION, make_workspace, prefix_of, refuse_full
    from evalkit.workflow.workspace import SETTINGS

    if not json and sys.stdin.isatty() and sys.stdout.isatty():
        refuse_full(folder)
        if None in (region, prefix, acting_as):
            say("Enter takes what stands in brackets.")
        if region is None:
            region = _asked("region", "Region, as the pages will name it", REGION)
        if prefix is None:
            ask = "Letters that begin every id, as in EM-2026-0001"
            prefix = _asked("prefix", ask, prefix_of(region)).upper()
        if acting_as is None:
            ask = "Your post, never your name"
            acting_as = _asked("acting_as", ask, _NOT_GIVEN)
    settings = {"region": region or REGION, "prefix": prefix or PREFIX}
    post = acting_as or _NOT_GIVEN
    made = make_workspace(
        folder, **settings, publisher=publisher, acting_as=post, examples=examples, on=today()
    )
    if json:
        say_json({"folder": str(folder), "made": list(made), **settings, "acting_as": post})
        return
    say(f"made {folder}: {', '.join(made)}")
    ids = f"ids like {settings['prefix']}-{today().year}-0001"
    where = one_line(f"{folder / SETTINGS}")
    say(f"Region {settings['region']}; {ids}; post: {post}. Change them in {where}.")
    enter = [] if folder.resolve() == Path.cwd() else [f"cd {quote(str(folder))}"]
    say_next(*enter, "evalkit demo" if examples else "evalkit intervention add")


def _asked(name: str, ask: str, usual: str) -> str:
    """Ask for a setting until what is typed can stand."""
    from evalkit.errors import FormError
    from evalkit.workflow.workspace import refuse_setting

    while True:
        typed = input(f"  {ask} [{usual}]: ").strip() or usual
        try:
            refuse_setting(name, typed.upper() if name == "prefix" else typed)
            return typed
        except FormError as error:
            for problem in error.problems:
                say(one_line(f"{problem.found}; needed {problem.needed}."), indent="    ")
