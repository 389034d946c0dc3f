"""``evalkit definition compare``."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from evalkit.cli.edge import Json, here
from evalkit.cli.screen import say, say_json, say_table

if TYPE_CHECKING:
    from evalkit.workflow.definitions import Compared


def compare(
    definitions: Annotated[
        list[str] | None,
        typer.Argument(metavar="ID", help="All when none is named.", show_default=False),
    ] = None,
    table: Annotated[
        Path | None,
        typer.Option(help="A table that evalkit data made.", show_default=False),
    ] = None,
    area: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="Name or code; all when none is named."),
    ] = None,
    first: Annotated[str, typer.Option("--from", help="First period, e.g. 2018-10.")] = "",
    last: Annotated[str, typer.Option("--to", help="Last period.")] = "",
    json: Json = False,
) -> None:
    """Count the same places under several definitions.

    What each counts in this table, what it sees of the definition, and what it misses.

    Example: evalkit definition compare --table data/east-midlands.parquet --area Derby
    """
    from dataclasses import asdict

    from evalkit.data.keep import read_grid
    from evalkit.registry.interventions import read_areas
    from evalkit.registry.store import open_registry
    from evalkit.workflow.definitions import compare_definitions
    from evalkit.workflow.places import find_area

    if table is None:
        raise typer.BadParameter("needed --table, a table of outcomes to count in")
    grid = read_grid(table)
    with open_registry(here().url) as session:
        areas = read_areas(session)
        codes = [find_area(areas, name).code for name in area or ()]
        compared = compare_definitions(
            session, grid, definitions=definitions or (), areas=codes, first=first, last=last
        )
    first, last = first or grid.periods[0], last or grid.periods[-1]
    where = ", ".join(areas[code].name for code in codes) or f"{len(grid.areas)} areas"
    if json:
        plain = [asdict(one) for one in compared]
        say_json({"areas": codes, "first": first, "last": last, "definitions": plain})
        return
    say(f"{where}, {first} to {last}, {table.name}", bold=True)
    say_table(("definition", "counted", "per 1,000 a year"), [_row(one) for one in compared])
    for one in compared:
        say()
        say(f"{one.definition}: {one.title}")
        say(f"counts  {one.counts}", indent="  ")
        for word, text in (("sees", one.sees), ("misses", one.misses)):
            if text:
                say(f"{word:7} {text}", indent="  ")


def _row(one: "Compared") -> tuple[str, str, str]:
    if one.low is None or one.high is None:
        return one.definition, "cannot be counted here", ""
    number = f"{one.low:,.0f}" if one.low == one.high else f"{one.low:,.0f} to {one.high:,.0f}"
    if one.missing:
        number += f" ({one.missing} cells missing)"
    return one.definition, number, "" if one.per_1000 is None else f"{one.per_1000:.1f}"
