"""``evalkit data panel``."""

from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Annotated, Any

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
from evalkit.cli.harm import say_harm, weighing_named
from evalkit.cli.screen import count, say, say_json, say_next, say_table

if TYPE_CHECKING:
    from evalkit.data.grid import OutcomeGrid
    from evalkit.types.extraction import Extraction
    from evalkit.workflow.local_table import MadeTable

_SHOWN = 4

TEMPLATE = """\
form: evalkit/table/1
file: ambulance-assault.csv  # csv | xlsx | xls | ods | parquet, beside this text
source: ambulance-assault  # id of the data source
measure: ambulance-assault@1.0  # name of the outcome
columns: {unit: District code, unit_name: District, period: Month, outcome: Call-outs}
  # also category (a column that names the outcome) and exposure (people)
period: mmm-yy  # yyyy-mm | mm/yyyy | mmm-yy | dd/mm/yyyy | yyyy-mm-dd | yyyy-Qn | yyyy/yy-Qn | yyyy | yyyy/yy
suppressed: {"*": [1, 7]}  # hides 1 to 7, as the publisher says
missing: ["", n/a]  # never zero
# zero: ["-"]  # what stands for none
# marks: ["[r]"]  # what may follow a number without changing it
# absent: zero  # the table lists only areas and months with an event; otherwise: missing
# totals: {England: all}  # sums of other rows; without this line they are known by their names
# ignore_rows: {District: [Unknown]}
# keep_rows: {Sex: [Persons]}
# codes: {Derby: E06000015}  # where the unit column holds names
# fill_down: [District]  # an empty cell repeats the one above
# measures: {knife@1.0: Knife, other@1.0: Other}  # outcomes across, instead of measure and outcome
# periods_across: true  # a column for each period, instead of period and outcome
# sheet: Table 2
# header_row: 4  # the row with the headings
# delimiter: ";"
# encoding: windows-1252
"""


def panel(
    mapping: Annotated[
        Path | None, typer.Argument(help="A mapping file (.yaml).", show_default=False)
    ] = None,
    out: Out = None,
    dry_run: DryRun = False,
    population: Population = None,
    population_columns: PopulationColumns = "area,year,population",
    per: Per = None,
    weights: Weights = "",
    protocol: ForPlan = "",
    template: Annotated[
        bool, typer.Option("--template", help="Print a mapping to start from.")
    ] = False,
    json: Json = False,
) -> None:
    """Read any local table of counts through a mapping file.

    Small numbers that the publisher hides keep their bounds, and a month without a row stays
    missing. CSV, Excel, OpenDocument and Parquet.

    Example: evalkit data panel ambulance.yaml --out ambulance.csv
    """
    from evalkit.workflow.local_table import make_table

    if template:
        typer.echo(TEMPLATE, nl=False)
        return
    if mapping is None:
        raise typer.BadParameter("needed MAPPING or --template", param_hint="MAPPING")
    need_one_of(out, dry_run)
    workspace = None if dry_run else ready(protocol)
    done = make_table(
        mapping,
        out,
        population=population,
        columns=population_columns,
        per=per,
        weighing=weighing_named(weights) if weights else None,
    )
    snapshot = ""
    if workspace is not None and out is not None:
        of, areas = done.grid.outcomes, len(done.grid.areas)
        snapshot = seal(workspace, out, done.made, outcomes=of, areas=areas, protocol=protocol)
    if json:
        table = str(out) if out else None
        say_json({"table": table, "snapshot": snapshot or None, **_plain(done)})
        return
    mark = f"Snapshot {snapshot} " if snapshot else ""
    say(f"{mark}{done.made.source}: {done.made.inputs[0].name}", bold=True)
    _say_rows(done.made)
    say()
    say_grid(done.grid)
    _say_noticed(done)
    if done.weighed is not None:
        say_harm(done.weighed, done.made)
    if out is None:
        say("Nothing written.")
        say_next(f"evalkit data panel {quote(str(mapping))} --out FILE.csv")
    else:
        say_next(f"evalkit data describe {quote(str(out))}")


def _say_noticed(done: "MadeTable") -> None:
    from evalkit.data.describe import total_in_words

    noticed = [*done.table.remarks, *map(total_in_words, done.table.totals)]
    noticed += [f"{rows.why}: {count(rows.rows, 'row')}" for rows in done.made.noted]
    noticed += [f"population: {done.population.sentence}"] if done.population else []
    if noticed:
        say()
        say_table(("", ""), [("" if i else "noticed", line) for i, line in enumerate(noticed)])


def _say_rows(made: "Extraction") -> None:
    """Print rows read, left out by reason, and kept."""
    rows = [("rows read", f"{made.rows_read:,}")]
    rows += [(left.why, f"-{left.rows:,}") for left in made.dropped]
    rows += [("kept", f"{made.rows_kept:,}")]
    width = max(len(number) for _, number in rows)
    say_table(("", ""), [(why, number.rjust(width)) for why, number in rows])


def say_grid(grid: "OutcomeGrid") -> None:
    """Print units, periods, outcomes with their totals, and what is known of the cells."""
    from evalkit.data.describe import cells_in_words, missing_in_words, totals_of

    units = f"{len(grid.areas):,}: {_some(grid.areas)}"
    span = f"{grid.periods[0]} to {grid.periods[-1]} ({len(grid.periods):,})"
    rows = [("units", units), ("periods", span)]
    totals = totals_of(grid)
    rows += [
        ("outcomes" if i == 0 else "", f"{name}: {words}")
        for i, (name, words) in enumerate(totals[:_SHOWN])
    ]
    if len(totals) > _SHOWN:
        rows.append(("", f"and {len(totals) - _SHOWN:,} more outcomes"))
    rows += [("cells", cells_in_words(grid))]
    if grid.missing.any():
        rows += [("missing", missing_in_words(grid))]
    say_table(("", ""), rows)


def _some(names: tuple[str, ...]) -> str:
    shown = ", ".join(names[:_SHOWN])
    return shown + (f" and {len(names) - _SHOWN:,} more" if len(names) > _SHOWN else "")


def _plain(done: "MadeTable") -> dict[str, Any]:
    import dataclasses

    from evalkit.data.describe import plain_grid
    from evalkit.data.harm_words import plain_harm

    return {
        "grid": plain_grid(done.grid),
        **({"harm": plain_harm(done.weighed)} if done.weighed else {}),
        "provenance": dataclasses.asdict(done.made),
        "totals": [
            {
                "unit": total.unit,
                "parts": total.parts,
                "checked": total.checked,
                "misfits": [
                    {
                        "period": one.period,
                        "outcome": one.outcome,
                        "printed": list(one.printed),
                        "parts": [None if bound == float("inf") else bound for bound in one.parts],
                        "difference": one.difference,
                    }
                    for one in total.misfits
                ],
            }
            for total in done.table.totals
        ],
        "without_row": done.table.no_row,
        "noticed": list(done.table.remarks),
    }
