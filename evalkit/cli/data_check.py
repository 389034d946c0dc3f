"""``evalkit data check``."""

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from evalkit.cli.edge import Full, Json
from evalkit.cli.evaluation import check_word
from evalkit.cli.screen import count, plain, say, say_json, say_next, say_table

if TYPE_CHECKING:
    from evalkit.report.coverage import Coverage
    from evalkit.types.evaluation import CheckResult
    from evalkit.workflow.data_check import Checked

_COLUMNS = 9


def check(
    table: Annotated[
        Path, typer.Argument(help="A table of outcomes, .csv or .parquet.", show_default=False)
    ],
    outcome: Annotated[str, typer.Option(help="Only this one, in full.", show_default=False)] = "",
    svg: Annotated[
        Path | None, typer.Option(help="An .svg file to write.", show_default=False)
    ] = None,
    narrow: Annotated[bool, typer.Option("--narrow", help="Draw it for a phone.")] = False,
    full: Full = False,
    json: Json = False,
) -> None:
    """Say what would break an evaluation with a table.

    Which months are there, and nine checks: gaps, changed boundaries, areas twice, odd
    numbers, a change in recording, suppression, zeros, too few events, population. A
    failed check is a result: it ends with exit code 0.

    Example: evalkit data check simulated-panel.csv --svg coverage.svg
    """
    from evalkit.report.coverage import coverage
    from evalkit.workflow.data_check import check_table, draw_coverage
    from evalkit.workflow.drawing import write_picture

    if svg is not None and svg.suffix.lower() != ".svg":
        raise typer.BadParameter(f"--svg {svg}; needed a name that ends with .svg")
    checked = check_table(table, outcome)
    if svg is not None:
        write_picture(svg, draw_coverage(checked, shape="narrow" if narrow else "wide"))
    if json:
        say_json(_as_json(table, checked))
        return
    say(_title(table, checked), bold=True)
    if checked.simulated:
        say("SIMULATED DATA: not evidence")
    _say_coverage(coverage(checked.grid, most=_COLUMNS))
    say()
    if len(checked.checks) == 1:
        _say_checks(next(iter(checked.checks.values())), full=full)
        drawn = "" if svg else f"evalkit data check {table} --svg coverage.svg"
        say_next(*([drawn] if drawn else [f"evalkit data check {table} --full"]))
        return
    _say_outcomes(checked)
    worst = max(checked.checks, key=lambda name: len(_failed(checked.checks[name])))
    say_next(f'evalkit data check {table} --outcome "{worst}"')


def _title(table: Path, checked: "Checked") -> str:
    from evalkit.data import periods as calendar

    grid = checked.grid
    noun = calendar.noun(grid.periods[0])
    what = grid.outcomes[0] if len(grid.outcomes) == 1 else f"{len(grid.outcomes)} outcomes"
    size = f"{count(len(grid.areas), 'area')} x {count(len(grid.periods), noun)}"
    return f"{table.name}: {what}, {size}, {grid.periods[0]} to {grid.periods[-1]}"


def _say_coverage(table: "Coverage") -> None:
    """Periods published by area and stretch of time."""
    from evalkit.report.coverage import who

    years = [
        column.year if i == 0 or table.columns[i - 1].year != column.year else ""
        for i, column in enumerate(table.columns)
    ]
    rows = [
        (who(row, table.n_areas, table.unit), *(c.text for c in row.cells)) for row in table.rows
    ]
    if any(column.part for column in table.columns):
        rows.insert(0, ("", *(column.part for column in table.columns)))
    say_table((f"{table.noun}s published", *years), rows)
    notes = [". is missing, never zero"] if any("." in row for row in rows) else []
    notes += ["s: some are suppressed"] if any(c.endswith("s") for r in rows for c in r[1:]) else []
    if table.step[0].isdigit():
        notes.append(f"a column is {table.step}")
    if notes:
        say("; ".join(notes))


def _say_checks(checks: "tuple[CheckResult, ...]", *, full: bool) -> None:
    from evalkit.checks.data_checks import CHECKS

    tally = Counter(check_word(one) for one in checks)
    words = ("passed", "FAILED", "not applicable")
    say("Checks: " + ", ".join(f"{tally[word]} {word}" for word in words if tally[word]))
    say_table(("", "", ""), ((one.check, check_word(one), plain(one.sentence)) for one in checks))
    if full:
        say()
        say("Where the thresholds come from")
        say_table(("", ""), ((one.check, plain(CHECKS[one.check].why)) for one in checks))


def _say_outcomes(checked: "Checked") -> None:
    """One line an outcome: events, and the checks that failed."""
    import numpy as np

    rows = []
    for k, (name, checks) in enumerate(checked.checks.items()):
        failed = _failed(checks)
        events = f"{np.nansum(checked.grid.low[:, :, k]):,.0f}"
        passed = sum(one.passed is True for one in checks)
        rows.append(
            (name, events, str(passed), f"FAILED: {', '.join(failed)}" if failed else "none")
        )
    say_table(("outcome", "events", "passed", "failed checks"), rows)


def _failed(checks: "tuple[CheckResult, ...]") -> list[str]:
    return [one.check for one in checks if one.passed is False]


def _as_json(table: Path, checked: "Checked") -> dict[str, object]:
    from evalkit.checks.data_checks import CHECKS
    from evalkit.report.coverage import Coverage, coverage
    from evalkit.types.adapter import adapter
    from evalkit.types.evaluation import CheckResult

    grid = checked.grid
    cover = coverage(grid, most=len(grid.periods))
    dump = adapter(tuple[CheckResult, ...]).dump_python
    return {
        "form": "evalkit/data-check/1",
        "file": table.name,
        "simulated": checked.simulated,
        "areas": len(grid.areas),
        "periods": [grid.periods[0], grid.periods[-1]],
        "coverage": adapter(Coverage).dump_python(cover, mode="json"),
        "checks": {name: dump(checks, mode="json") for name, checks in checked.checks.items()},
        "thresholds": {name: one.why for name, one in CHECKS.items()},
    }
