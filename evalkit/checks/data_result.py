"""What every check of a table shares: one outcome of it, its counts, and how a result is written."""

from collections.abc import Sequence
from typing import Literal

import numpy as np
import numpy.typing as npt

from evalkit.data import periods as calendar
from evalkit.data.grid import OutcomeGrid
from evalkit.errors import DataError, Problem
from evalkit.types.evaluation import CheckResult

Floats = npt.NDArray[np.float64]


def only(grid: OutcomeGrid, outcome: str) -> OutcomeGrid:
    """The same table with one of its outcomes.

    Raises
    ------
    DataError
        There is no such outcome.
    """
    if outcome not in grid.outcomes:
        needed = f"one of {', '.join(grid.outcomes)}"
        raise DataError(Problem(field="outcome", found=outcome or "none", needed=needed))
    k = grid.outcomes.index(outcome)
    return OutcomeGrid(
        areas=grid.areas,
        area_names=grid.area_names,
        periods=grid.periods,
        outcomes=(outcome,),
        low=grid.low[:, :, k : k + 1],
        high=grid.high[:, :, k : k + 1],
        population=grid.population,
    )


def counts_of(grid: OutcomeGrid) -> Floats:
    """Array, N x T, of the first outcome: NaN where the number itself is not known."""
    return np.where(grid.known[:, :, 0], grid.low[:, :, 0], np.nan)


def noun_of(grid: OutcomeGrid) -> str:
    """``month``, ``quarter`` or ``year``."""
    return calendar.noun(grid.periods[0])


def listed(names: Sequence[str], most: int = 3) -> str:
    """Names in words, the rest counted.

    >>> listed(["Derby", "Corby", "Boston", "Lincoln", "Melton"])
    'Derby, Corby, Boston and 2 more'
    """
    if len(names) > most + 1:
        return f"{', '.join(names[:most])} and {len(names) - most} more"
    return " and ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else "".join(names)


def spans(periods: Sequence[str], positions: Sequence[int]) -> str:
    """Positions in time in words, runs drawn together.

    >>> spans(["2005", "2006", "2007", "2008", "2009"], [0, 1, 2, 4])
    '2005 to 2007 and 2009'
    """
    runs: list[list[int]] = []
    for at in sorted(positions):
        if runs and at == runs[-1][1] + 1:
            runs[-1][1] = at
        else:
            runs.append([at, at])
    ends = [(periods[a], periods[b]) for a, b in runs]
    return listed([a if a == b else f"{a} to {b}" for a, b in ends])


def result(
    check: str,
    question: str,
    statistic_name: str,
    statistic: float | None,
    threshold: float | None,
    rule: Literal[">=", "<=", ""],
    sentence: str,
) -> CheckResult:
    """A result that is only reported; without a statistic it is not applicable."""
    passed = None
    if statistic is not None and threshold is not None:
        passed = statistic >= threshold if rule == ">=" else statistic <= threshold
    return CheckResult(
        check=check,
        question=question,
        statistic_name=statistic_name,
        statistic=None if statistic is None else float(statistic),
        threshold=threshold,
        rule=rule,
        passed=None if passed is None else bool(passed),
        applicable=statistic is not None,
        if_failed="report",
        sentence=sentence,
    )
