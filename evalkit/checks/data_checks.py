"""What would break an evaluation, asked of a table of outcomes before anything is estimated."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from evalkit.checks.data_cover import boundaries, duplicates, gaps, population, suppressed
from evalkit.checks.data_result import counts_of, listed, noun_of, only, result
from evalkit.checks.data_size import few_events, outliers, zeros
from evalkit.checks.recording import LEAST_AREAS, LEAST_EVENTS, Shift, comparable, shifts
from evalkit.data import periods as calendar
from evalkit.data.grid import OutcomeGrid
from evalkit.types.evaluation import CheckResult
from evalkit.types.weighted import unit_of, weights_of

CLEAR = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class DataCheck:
    """A question to a table of one outcome, and why its threshold is where it is."""

    run: Callable[[OutcomeGrid], CheckResult]
    why: str


def recording_change(grid: OutcomeGrid, *, level: float = CLEAR) -> CheckResult:
    """Whether the level of one area steps away from the others, as when recording changes.

    Each area with at least five events a period, as a log ratio to the others; any date; adjusted for
    all dates and areas and for autocorrelation (``level_shift``). A step where something was done may be its
    effect: the check cannot tell the two apart.
    """
    question = "Did one area change how it records?"
    counts = counts_of(grid)
    able = comparable(counts)
    if int(able.sum()) < LEAST_AREAS:
        sentence = (
            f"Not applicable: it needs {LEAST_AREAS} areas with {LEAST_EVENTS:.0f} events a "
            f"{noun_of(grid)} or more, and there are {int(able.sum())}."
        )
        return result("recording_change", question, "p", None, level, ">=", sentence)
    found = shifts(counts, grid.periods, level=level)
    if not found:
        sentence = f"Not applicable: fewer than six {noun_of(grid)}s are known."
        return result("recording_change", question, "p", None, level, ">=", sentence)
    clear = [shift for shift in found if shift.p_value < level]
    left_out = [grid.area_names[i] for i in np.flatnonzero(~able)]
    if clear:
        sentence = (
            f"{listed([_step(grid, shift) for shift in clear])}, against the other areas. Ask the force what "
            "changed; an effect of something done there looks the same."
        )
    else:
        sentence = "No area steps clearly away from the others."
    if left_out:
        sentence += f" Too few events to look at {listed(left_out)}."
    smallest = min(shift.p_value for shift in found)
    return result("recording_change", question, "p", smallest, level, ">=", sentence)


def _step(grid: OutcomeGrid, shift: Shift) -> str:
    change = 100 * (shift.ratio - 1)
    way = "drifts" if shift.drift else "steps"
    gap = calendar.ordinal(shift.period) - calendar.ordinal(shift.before) > 1
    when = f"{'around' if shift.drift else 'from'} {shift.period}"
    if gap:
        when = f"between {shift.before} and {shift.period}"
    return (
        f"{grid.area_names[shift.area]} {way} {'up' if change > 0 else 'down'} by "
        f"{abs(change):.0f}% {when}"
    )


CHECKS: Mapping[str, DataCheck] = {
    "gaps": DataCheck(
        run=gaps,
        why="none: a convention of ours, because two periods with different areas cannot be compared",
    ),
    "boundaries": DataCheck(
        run=boundaries,
        why="none; zeros count as absent where chance makes them less often than once in a million "
        "(a convention of ours)",
    ),
    "duplicates": DataCheck(
        run=duplicates,
        why="none; identical numbers count from 6 periods and 30 events on: by chance once in 250,000 pairs",
    ),
    "outliers": DataCheck(
        run=outliers,
        why="6 standard deviations: a convention of ours above the 3.5 of Iglewicz and Hoaglin (1993), "
        "because hundreds of cells are looked at",
    ),
    "recording_change": DataCheck(
        run=recording_change,
        why="p at least 0.05 after adjusting for every date and area; of simulated clean panels of 3 to 45 "
        "areas about 1 in 100 fails, 3 in 100 at worst (benchmarks/data_check.py)",
    ),
    "suppressed": DataCheck(
        run=suppressed,
        why="5% between the bounds of the total: a convention of ours, about the smallest change looked for",
    ),
    "zeros": DataCheck(
        run=zeros,
        why="half: a convention of ours, because then the middle number says nothing",
    ),
    "few_events": DataCheck(
        run=few_events,
        why="a fall of a third, with 80% power at 5%: the average in studies of focused deterrence, a high "
        "impact (Youth Endowment Fund Toolkit)",
    ),
    "population": DataCheck(
        run=population,
        why="5% at once: a convention of ours above the 3.1% that is the largest yearly change of an East "
        "Midlands district, 2011 to 2023 (Office for National Statistics)",
    ),
}


OF_COUNTS = ("boundaries", "duplicates", "outliers", "recording_change", "few_events")
"""Checks that know chance by the variance of counts."""


def check_data(grid: OutcomeGrid, outcome: str) -> tuple[CheckResult, ...]:
    """Every check of one outcome of a table, in the order of ``CHECKS``.

    Of a weighted outcome, what judges by how counts vary is not judged.

    Raises
    ------
    DataError
        There is no such outcome.
    """
    one = only(grid, outcome)
    found = tuple(check.run(one) for check in CHECKS.values())
    if not weights_of(outcome):
        return found
    return tuple(_no_count(each, outcome) if each.check in OF_COUNTS else each for each in found)


def _no_count(found: CheckResult, outcome: str) -> CheckResult:
    return replace(
        found,
        statistic=None,
        passed=None,
        applicable=False,
        sentence=f"Not judged: {unit_of(outcome)} are no counts. Check the counts of the same offences.",
    )
