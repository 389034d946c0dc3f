"""``evalkit data describe``."""

from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Annotated

import typer

from evalkit.cli.data_panel import say_grid
from evalkit.cli.edge import Json
from evalkit.cli.screen import count, say, say_json, say_next, say_table

if TYPE_CHECKING:
    from evalkit.data.grid import OutcomeGrid
    from evalkit.types.extraction import Extraction

_FIRST = 4


def describe(
    table: Annotated[
        Path, typer.Argument(help="A table that a data command wrote.", show_default=False)
    ],
    json: Json = False,
) -> None:
    """Say what is in a table of outcomes, and how it was made.

    Example: evalkit data describe ambulance.csv
    """
    from evalkit.data.keep import read_extraction, read_grid

    grid = read_grid(table)
    made = read_extraction(table)
    if json:
        import dataclasses

        from evalkit.data.describe import plain_grid

        record = dataclasses.asdict(made) if made else None
        say_json({"table": str(table), "grid": plain_grid(grid), "provenance": record})
        return
    say(
        table.name + (" SIMULATED DATA: not evidence" if made and made.simulated else ""), bold=True
    )
    say_grid(grid)
    say()
    _say_first(grid)
    say()
    _say_made(made)
    say_next(f"evalkit data check {quote(str(table))}")


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
    head = ("area", "period", "outcome", "events", "people")
    last = len(head) if grid.population is not None else len(head) - 1
    say_table(head[:last], [row[:last] for row in rows])


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
