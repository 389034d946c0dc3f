"""Who stands on which side of a comparison."""

from collections import Counter
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from evalkit.data.panel import Panel

Booleans = npt.NDArray[np.bool_]
Comparison: TypeAlias = Literal["never_treated", "not_yet_treated"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sides:
    """Who can move by chance on each side.

    Attributes
    ----------
    of_what : str
        ``"units"``, or ``"clusters"`` where units move together.
    n_treated, n_comparison : int
    largest_cohort : int
        Most units or clusters that start in one period.
    """

    of_what: Literal["units", "clusters"]
    n_treated: int
    n_comparison: int
    largest_cohort: int


def sides(panel: Panel, comparison: Comparison = "never_treated") -> Sides:
    """Count the units, or the clusters of units, on each side."""
    return Sides(
        of_what="units" if panel.cluster_names == panel.units else "clusters",
        n_treated=_clusters(panel, panel.ever_treated),
        n_comparison=_clusters(panel, comparison_rows(panel, comparison)),
        largest_cohort=max(cohort_clusters(panel).values(), default=0),
    )


def cohort_clusters(panel: Panel) -> dict[int, int]:
    """Units, or clusters of units, by position of their first treated period."""
    starts = np.unique(panel.start[panel.ever_treated]).tolist()
    return {g: _clusters(panel, panel.start == g) for g in starts}


def comparison_rows(panel: Panel, comparison: Comparison) -> Booleans:
    """Array, N: units that serve as comparison, at least until they start themselves."""
    if comparison == "never_treated":
        return ~panel.ever_treated
    usable = panel.start[panel.start > 0]
    later: Booleans = panel.start > usable.min(initial=len(panel.periods))
    return later | ~panel.ever_treated


def without_lone_cohorts(panel: Panel) -> Panel:
    """The panel without cohorts of one unit or cluster; the same object where there are none."""
    pairs = set(zip(panel.start.tolist(), panel.cluster.tolist(), strict=True))
    sizes = Counter(start for start, _ in pairs)
    alone = np.array([sizes[g] == 1 for g in panel.start.tolist()], dtype=bool)
    lone: Booleans = alone & panel.ever_treated
    return panel.without(lone) if lone.any() else panel


def _clusters(panel: Panel, rows: Booleans) -> int:
    return len(np.unique(panel.cluster[rows]))
