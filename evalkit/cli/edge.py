"""What every command shares: errors, the clock, the workspace."""

import datetime
import errno
import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from evalkit.cli.screen import one_line, say_error
from evalkit.errors import EvalkitError, Problem

if TYPE_CHECKING:
    from evalkit.workflow.workspace import Workspace

_JSON = "evalkit.json"


def _remember(context: typer.Context, wanted: bool) -> bool:
    context.meta[_JSON] = wanted
    return wanted


Json = Annotated[
    bool,
    typer.Option("--json", callback=_remember, help="Print one JSON object instead of words."),
]
Full = Annotated[bool, typer.Option("--full", help="Also print how each number was made.")]


class Group(TyperGroup):
    """Print an EvalkitError as one line a problem on stderr and exit 1."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command; nested groups included."""
        try:
            return super().invoke(ctx)
        except EvalkitError as error:
            _say_problems(error, as_json=bool(ctx.meta.get(_JSON)))
            raise typer.Exit(1) from error
        except OSError as error:
            if error.errno in (None, errno.EPIPE):
                raise
            found = str(error.strerror).lower()
            needed = "a file or folder that can be used"
            if error.errno in (errno.ENOSPC, errno.EDQUOT):  # says no name when a file is closed
                needed = "room on the disk"
            problem = Problem(file=str(error.filename or ""), found=found, needed=needed)
            _say_problems(EvalkitError(problem), as_json=bool(ctx.meta.get(_JSON)))
            raise typer.Exit(1) from error


def _say_problems(error: EvalkitError, *, as_json: bool) -> None:
    if as_json:
        say_error(json.dumps({"form": "evalkit/errors/1", "errors": _as_json(error)}))
        return
    for line in error.problems or str(error).split("\n"):
        say_error(one_line(str(line)))


def _as_json(error: EvalkitError) -> list[dict[str, Any]]:
    """Every problem with every field; a plain sentence is what was found."""
    problems = error.problems or [Problem(found=line, needed="") for line in str(error).split("\n")]
    names = ("file", "line", "field", "found", "needed", "do")
    return [{name: getattr(problem, name) or None for name in names} for problem in problems]


def _print_version(wanted: bool) -> None:
    if wanted:
        from evalkit import __version__

        typer.echo(f"evalkit {__version__}")
        raise typer.Exit


def version(
    show: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Show the version and exit."
        ),
    ] = False,
) -> None:
    """Register violence reduction interventions, evaluate them honestly, publish what was learnt."""


def group(words: str) -> typer.Typer:
    """A group of commands."""
    return typer.Typer(cls=Group, no_args_is_help=True, rich_markup_mode=None, help=words)


def today() -> datetime.date:
    """The only clock."""
    return datetime.date.today()


def here() -> "Workspace":
    """The workspace around the current folder."""
    from evalkit.workflow.workspace import find_workspace

    return find_workspace(Path.cwd())
