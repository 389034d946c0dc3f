"""``evalkit data police``."""

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from evalkit.cli.data_table import (
    DryRun,
    ForPlan,
    Out,
    Per,
    Population,
    PopulationColumns,
    Weights,
    need_one_of,
    ready,
    seal,
)
from evalkit.cli.edge import Json
from evalkit.cli.harm import say_harm_of
from evalkit.cli.screen import count, say, say_json, say_next, say_table

if TYPE_CHECKING:
    from evalkit.data.police import PoliceTable


def police(
    downloads: Annotated[
        list[Path], typer.Argument(help="Zips or folders, as downloaded.", show_default=False)
    ],
    out: Out = None,
    area: Annotated[
        list[str] | None,
        typer.Option(help="Name or code; can be given again.", show_default=False),
    ] = None,
    lsoas: Annotated[
        Path | None, typer.Option(help="Keep to the LSOAs of this CSV file.", show_default=False)
    ] = None,
    unit: Annotated[str, typer.Option(help="lsoa, district or police-area.")] = "district",
    crime_type: Annotated[
        list[str] | None,
        typer.Option(help="E.g. Robbery; can be given again.", show_default=False),
    ] = None,
    outcome: Annotated[
        list[str] | None,
        typer.Option(
            metavar="MEASURE",
            help="E.g. recorded-robbery@1.0; can be given again.",
            show_default=False,
        ),
    ] = None,
    lookup: Annotated[
        Path | None,
        typer.Option(help="CSV from LSOAs of 2011 to those of 2021.", show_default=False),
    ] = None,
    join_changed: Annotated[
        bool, typer.Option("--join-changed", help="Count LSOAs that were split or merged as one.")
    ] = False,
    newer: Annotated[
        str, typer.Option(help="Download that counts where two differ.", show_default=False)
    ] = "",
    first: Annotated[str, typer.Option("--from", help="Month.", show_default=False)] = "",
    last: Annotated[str, typer.Option("--to", help="Month.", show_default=False)] = "",
    population: Population = None,
    population_columns: PopulationColumns = "area,year,population",
    per: Per = None,
    weights: Weights = "",
    protocol: ForPlan = "",
    dry_run: DryRun = False,
    json: Json = False,
) -> None:
    """Count street crime by area and month.

    From files of data.police.uk as they were downloaded. A month that a force did not publish
    stays missing; it is never zero.

    Example: evalkit data police 2025-01.zip --crime-type Robbery --out robbery.csv
    """
    from evalkit.registry.interventions import read_areas
    from evalkit.registry.store import open_registry
    from evalkit.workflow.measures import police_outcomes, street_weighing
    from evalkit.workflow.police import extract_police

    need_one_of(out, dry_run)
    workspace = ready(protocol)
    with open_registry(workspace.url) as session:
        known = read_areas(session)
        outcomes = police_outcomes(session, outcome or (), crime_types=crime_type or ())
        weighing = street_weighing(
            session, outcome or (), named=weights, crime_types=crime_type or ()
        )
    with _progress() as progress:
        done = extract_police(
            downloads,
            known,
            areas=area or (),
            unit=unit,
            outcomes=outcomes,
            lsoas=lsoas,
            lookup=lookup,
            join_changed=join_changed,
            newer=newer,
            first=first,
            last=last,
            out=out,
            population=population,
            population_columns=population_columns,
            per=per,
            weighing=weighing,
            progress=progress,
        )
    snapshot = ""
    if out is not None:
        of, made = done.outcomes, done.extraction
        snapshot = seal(workspace, out, made, outcomes=of, areas=done.areas, protocol=protocol)
    if json:
        say_json({**asdict(done), "snapshot": snapshot or None})
        return
    _say(done, out, snapshot)
    if weighing is not None and out is not None:
        say_harm_of(out)
    if out is not None:
        say_next(
            f"evalkit data check {out}" if weighing is None else f"evalkit data describe {out}"
        )


def _say(done: "PoliceTable", out: Path | None, snapshot: str) -> None:
    made = done.extraction
    used = sum(one.used for one in made.inputs)
    named = done.outcomes[0] if len(done.outcomes) == 1 else count(len(done.outcomes), "outcome")
    mark = f"Snapshot {snapshot} " if snapshot else ""
    say(f"{mark}{made.source}: {named} ({count(used, 'file')})", bold=True)
    if made.simulated:
        say("SIMULATED DATA: not evidence", bold=True)
    rows = [
        ("rows read", f"{made.rows_read:,}"),
        *((one.why, f"-{one.rows:,}") for one in made.dropped),
        ("kept", f"{made.rows_kept:,}"),
        *((f"kept: {one.why}", f"{one.rows:,}") for one in made.noted),
    ]
    width = max(len(n) for _, n in rows)
    say_table(("", ""), [(why, n.rjust(width)) for why, n in rows])
    _say_months(done.published, made.periods)
    say(" ".join((*_about_months(done), *done.notes)))
    if out is None:
        say("Nothing written.")
        return
    units = f"{count(done.areas, 'area')}, {made.periods[0]} to {made.periods[1]}"
    say(f"Wrote {out}: {units}, {count(done.cells, 'cell')}")


def _say_months(published: Mapping[str, Sequence[str]], periods: tuple[str, str]) -> None:
    """Months published by force and year; forces that are alike share a line."""
    years = [str(year) for year in range(int(periods[0][:4]), int(periods[1][:4]) + 1)]
    alike: dict[tuple[str, ...], list[str]] = {}
    for force, months in published.items():
        each = tuple(str(sum(m[:4] == year for m in months) or ".") for year in years)
        alike.setdefault(each, []).append(force)
    for start in range(0, len(years), _YEARS):
        shown = slice(start, start + _YEARS)
        say_table(
            ("months published", *years[shown]),
            [
                (_forces(forces, len(published)), *(n.rjust(4) for n in each[shown]))
                for each, forces in alike.items()
            ],
        )


_YEARS = 9  # as many as fit 80 columns


def _forces(forces: Sequence[str], of: int) -> str:
    if len(forces) == of > 1:
        return f"all {of} forces"
    return ", ".join(forces)


def _about_months(done: "PoliceTable") -> list[str]:
    words = []
    if done.extraction.unpublished:
        words.append(". is missing, never zero.")
    month = done.lsoas_change_by
    if month and "lookup" not in done.extraction.choices:
        words.append(f"LSOA codes change by {month}: LSOAs need --lookup FILE.")
    return words


@contextmanager
def _progress() -> Iterator[Callable[[int, int], None]]:
    """A bar on a terminal, nothing in a pipe."""
    if not sys.stderr.isatty():
        yield lambda done, total: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TimeRemainingColumn

    console = Console(stderr=True)
    with Progress(
        BarColumn(), DownloadColumn(), TimeRemainingColumn(), console=console, transient=True
    ) as bar:
        task = bar.add_task("reading", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
