"""Check a table of outcomes before anybody evaluates with it."""

from dataclasses import dataclass
from pathlib import Path

from evalkit.checks.data_checks import check_data
from evalkit.checks.data_result import only
from evalkit.data.grid import OutcomeGrid
from evalkit.data.keep import read_extraction, read_grid
from evalkit.report.coverage import coverage
from evalkit.report.figures.coverage import MOST_COLUMNS, coverage_grid
from evalkit.report.figures.svg import Shape, standalone
from evalkit.types.evaluation import CheckResult


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Checked:
    """A table and what its checks say.

    Attributes
    ----------
    grid : OutcomeGrid
        With the outcomes that were checked.
    checks : mapping
        By outcome.
    simulated : bool or None
        From the record beside the table; None where there is no record.
    """

    grid: OutcomeGrid
    checks: dict[str, tuple[CheckResult, ...]]
    simulated: bool | None


def check_table(table: Path, outcome: str = "") -> Checked:
    """Read a table and ask it everything; all outcomes unless one is named.

    Raises
    ------
    DataError
        No such file, no table of outcomes, changed since it was written, or no such outcome.
    """
    grid = read_grid(table)
    if outcome:
        grid = only(grid, outcome)
    made = read_extraction(table)
    return Checked(
        grid=grid,
        checks={name: check_data(grid, name) for name in grid.outcomes},
        simulated=None if made is None else made.simulated,
    )


def draw_coverage(checked: Checked, *, shape: Shape) -> str:
    """The coverage grid as an SVG file of its own."""
    outcomes = checked.grid.outcomes
    subject = outcomes[0] if len(outcomes) == 1 else f"{len(outcomes)} outcomes"
    return standalone(
        coverage_grid(
            coverage(checked.grid, most=MOST_COLUMNS[shape]),
            subject=subject[:1].upper() + subject[1:],
            ident="coverage",
            shape=shape,
            note="SIMULATED DATA: not evidence" if checked.simulated else "",
        )
    )
