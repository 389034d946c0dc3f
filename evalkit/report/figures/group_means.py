"""Mean outcomes by group and period, before any model."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from evalkit.data.panel import Panel
from evalkit.errors import DataError

Means = tuple[float | None, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Units with the same start, T means; ``start`` is a position in the periods."""

    start: int
    name: str
    n_units: int
    means: Means


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupMeans:
    """Every group by start beside its comparison.

    Attributes
    ----------
    comparison : tuple of float or None
        T means of units that never start, or (``last`` is then their start) of those that start last.
    n_comparison, throughout : int
        Units that compare; units treated from the first period on, which are in no group.
    """

    groups: tuple[Group, ...]
    comparison: Means
    n_comparison: int
    last: int | None
    throughout: int


def group_means(panel: Panel) -> GroupMeans:
    """Means of observed cells by start, each unit alike; with exposure, total outcome over total exposure.

    Raises
    ------
    DataError
        No unit is left to compare with.
    """
    n_periods = len(panel.periods)
    starts = sorted(set(panel.start.tolist()) - {0})
    last = None
    if n_periods not in starts:
        if len(starts) < 2:
            raise DataError(
                "trends_by_group found every unit starting at once; it needs units that start later or never"
            )
        last = starts[-1]
    compared = panel.start == (n_periods if last is None else last)
    path = _means(panel, compared)
    comparison = path if last is None else (*path[:last], *(None,) * (n_periods - last))
    treated = [g for g in starts if g not in (n_periods, last)]
    return GroupMeans(
        groups=tuple(
            Group(
                start=g,
                name=panel.periods[g],
                n_units=int((panel.start == g).sum()),
                means=_means(panel, panel.start == g),
            )
            for g in treated
        ),
        comparison=comparison,
        n_comparison=int(compared.sum()),
        last=last,
        throughout=int((panel.start == 0).sum()),
    )


def moved(group: Group, comparison: Sequence[float | None]) -> float | None:
    """How much the gap to the comparison rose from before the start to after it; None where not known."""
    gaps = [
        None if mine is None or theirs is None else mine - theirs
        for mine, theirs in zip(group.means, comparison, strict=True)
    ]
    before = [gap for gap in gaps[: group.start] if gap is not None]
    after = [gap for gap in gaps[group.start :] if gap is not None]
    if not before or not after:
        return None
    return sum(after) / len(after) - sum(before) / len(before)


def _means(panel: Panel, rows: npt.NDArray[np.bool_]) -> Means:
    observed = panel.observed[rows]
    totals = np.where(observed, panel.outcome[rows], 0.0).sum(axis=0)
    if panel.exposure is None:
        counts = observed.sum(axis=0).astype(np.float64)
    else:
        counts = np.where(observed, panel.exposure[rows], 0.0).sum(axis=0)
    return tuple(float(t) / float(c) if c else None for t, c in zip(totals, counts, strict=True))
