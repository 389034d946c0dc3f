"""``evalkit data describe``."""

from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Annotated

import typer

from evalkit.cli.data_panel import say_grid
from evalkit.cli.edge import Json
from evalkit.cli.harm import say_harm
from evalkit.cli.screen import count, say, say_json, say_next, say_table

if TYPE_CHECKING:
    from evalkit.data.grid import OutcomeGrid
    from evalkit.types.extraction import Extraction

_FIRST = 4


def describe(
    table: Annotated[
        Path, typer.Argument(help="A table that a data command wrote.", show_default=False)
    ],
    svg: Annotated[
        Path | None,
        typer.Option(help="An .svg file: counted and weighted.", show_default=False),
    ] = None,
    narrow: Annotated[bool, typer.Option("--narrow", help="Draw it for a phone.")] = False,
    json: Json = False,
) -> None:
    """Say what is in a table of outcomes, and how it was made.

    Of a weighted table also the count beside the sum, and what rests on the heaviest offences.

    Example: evalkit data describe ambulance.csv
    """
    from evalkit.data.harm_table import read_weighed
    from evalkit.data.keep import read_extraction, read_grid

    grid = read_grid(table)
    made, weighed = read_extraction(table), read_weighed(table)
    if svg is not None:
        _draw(svg, table, narrow=narrow)
    if json:
        import dataclasses

        from evalkit.data.describe import plain_grid
        from evalkit.data.harm_words import plain_harm

        record = dataclasses.asdict(made) if made else None
        harm = {"harm": plain_harm(weighed)} if weighed else {}
        say_json({"table": str(table), "grid": plain_grid(grid), **harm, "provenance": record})
        return
    say(
        table.name + (" SIMULATED DATA: not evidence" if made and made.simulated else ""), bold=True
    )
    say_grid(grid)
    if weighed is not None and made is not None:
        say_harm(weighed, made)
    say()
    _say_first(grid)
    say()
    _say_made(made)
    say_next(f"evalkit data check {quote(str(table))}")


def _draw(svg: Path, table: Path, *, narrow: bool) -> None:
    from evalkit.workflow.drawing import write_picture
    from evalkit.workflow.harm_picture import draw_harm

    if svg.suffix.lower() != ".svg":
        raise typer.BadParameter(f"--svg {svg}; needed a name that ends with .svg")
    write_picture(svg, draw_harm(table, shape="narrow" if narrow else "wide"))


def _say_first(grid: "OutcomeGrid") -> None:
    from evalkit.data.describe import span

    rows = []
    for row in range(min(_FIRST, grid.low.size)):
        i, rest = divmod(row, len(grid.periods) * len(grid.outcomes))
        t, k = divmod(rest, len(grid.outcomes))
        low, high = float(grid.low[i, t, k]), float(grid.high[i, t, k])
        events = "missing" if low != low else span(low, high)
        people = "" if grid.population is None else f"{grid.population[i, t]:,.0f}"
        rows.append((grid.areas[i], grid.periods[t], grid.outcomes[k], events, people))
    head = ("area", "period", "outcome", _amount(grid), "people")
    last = len(head) if grid.population is not None else len(head) - 1
    say_table(head[:last], [row[:last] for row in rows])


def _amount(grid: "OutcomeGrid") -> str:
    from evalkit.types.weighted import unit_of

    return unit_of(grid.outcomes[0])


def _say_made(made: "Extraction | None") -> None:
    if made is None:
        say("No record of how it was made stands beside it.")
        return
    first, *others = [one.name for one in made.inputs if one.used]
    left = sum(rows.rows for rows in made.dropped)
    source = f"{made.source}: {first}" + (
        f" and {count(len(others), 'other file')}" if others else ""
    )
    rows = [
        ("made from", source),
        ("rows", f"{made.rows_read:,} read, {left:,} left out, {made.rows_kept:,} kept"),
        ("table", f"sha256 {made.table_sha256[:12]}, as its record says"),
    ]
    say_table(("", ""), rows)
