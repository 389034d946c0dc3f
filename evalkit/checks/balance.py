"""Were the two sides alike before anything was done? Levels and trends, in standard deviations."""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from evalkit.checks.question import Question
from evalkit.data.panel import Panel
from evalkit.inference.reference import student_quantile
from evalkit.types.evaluation import CheckResult, IfFailed

Floats = npt.NDArray[np.float64]
ROUNDING = 1e-12


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Treated less comparison, in standard deviations between units, and what chance alone can give (95%).

    ``n_treated`` and ``n_comparison`` are units, or clusters of units.
    """

    size: float
    by_chance: float
    n_treated: int
    n_comparison: int


def pre_period_balance(
    panel: Panel,
    *,
    threshold: float = 0.25,
    if_failed: IfFailed = "report",
    relative: bool = False,
) -> CheckResult:
    """Were the two sides alike before? The larger of two standardised differences, of levels and of trends.

    Over the periods before the first start, each unit's mean and slope, as differences from the comparison
    group's mean in each period; then the difference of the sides over the pooled standard deviation between
    units. Difference-in-differences forgives levels that differ, not trends; but where levels are far apart,
    whether trends agree depends on the scale (Roth and Sant'Anna 2023). The sentence says what chance alone
    can give with so few units. This describes and is no test: with 10 units on either side, drawn from the
    same places, it fails in about four cases of five, with 50 and 100 in one of four.

    Parameters
    ----------
    panel : Panel
        With ``exposure`` outcomes are divided by it.
    threshold : float
        Standard deviations, at most: 0.25 (Imbens and Rubin 2015, section 14.2).
    if_failed : str
    relative : bool
        For counts: slopes in proportion to the unit's own mean, as a rate ratio takes them.
    """
    asked = Question(
        check="pre_period_balance", question="Were the two sides alike before?",
        statistic="largest standardised difference", rule="<=", threshold=threshold,
        if_failed=if_failed,
    )  # fmt: skip
    starts = panel.start[panel.ever_treated & (panel.start > 0)]
    if not len(starts) or panel.ever_treated.all():
        return asked.not_applicable("it needs units that start after the first period, and others")
    end = int(starts.min())
    rates = panel.outcome if panel.exposure is None else panel.outcome / panel.exposure
    values = np.where(panel.start[:, None] > 0, rates, np.nan)[:, :end]
    level = _difference(panel, _levels(panel, values), scale=_size(values))
    if level is None:
        return asked.not_applicable(
            "too few units are seen before the first start, or all are equal"
        )
    paths = _in_proportion(values) if relative else values
    trend = _difference(panel, _slopes(panel, paths), scale=_size(paths))
    said = f"levels {_told(level, 'higher', 'lower')}"
    if trend is not None:
        said += f", trends {_told(trend, 'more upward', 'more downward')}"
    largest = max(abs(level.size), abs(trend.size) if trend else 0.0)
    only = ""
    if trend is None:
        only = "; one period is too short for trends" if end == 1 else "; trends are all the same"
    return asked.answered(
        largest,
        f"Before {panel.periods[end]} the {level.n_treated} treated had {said} than the "
        f"{level.n_comparison} others, in standard deviations; by chance alone up to "
        f"{level.by_chance:.2f} either way{only}. Levels may differ, trends should not.",
    )


def _told(difference: Difference, more: str, less: str) -> str:
    return f"{abs(difference.size):.2f} {more if difference.size > 0 else less}"


def _levels(panel: Panel, values: Floats) -> Floats:
    """Array, N: mean difference from the comparison group, NaN for units that are not seen."""
    return _mean(_from_comparison(panel, values), axis=1)


def _slopes(panel: Panel, values: Floats) -> Floats:
    """Array, N: slope a period of that difference, NaN for units seen less than twice."""
    apart = _from_comparison(panel, values)
    seen = ~np.isnan(apart)
    times = np.where(seen, np.arange(values.shape[1], dtype=float), np.nan)
    away = times - _mean(times, axis=1)[:, None]
    spread = np.nansum(away**2, axis=1)
    moved = np.nansum(away * apart, axis=1)
    return np.where(spread > 0, moved / np.where(spread > 0, spread, 1.0), np.nan)


def _from_comparison(panel: Panel, values: Floats) -> Floats:
    return values - _mean(values[~panel.ever_treated], axis=0)


def _in_proportion(values: Floats) -> Floats:
    own = _mean(values, axis=1)[:, None]
    return np.where(own > 0, values / np.where(own > 0, own, 1.0), np.nan)


def _mean(values: Floats, *, axis: int) -> Floats:
    seen = ~np.isnan(values)
    count = seen.sum(axis=axis)
    total = np.where(seen, values, 0.0).sum(axis=axis)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)


def _size(values: Floats) -> float:
    return float(np.nanmax(np.abs(values), initial=0.0))


def _difference(panel: Panel, values: Floats, *, scale: float) -> Difference | None:
    """None where a side is not seen, or units differ by no more than the rounding of numbers of that size."""
    one, other = (
        _of_clusters(panel, values, side) for side in (panel.ever_treated, ~panel.ever_treated)
    )
    n, m = len(one), len(other)
    if min(n, m) < 1 or n + m < 3:
        return None
    within = ((one - one.mean()) ** 2).sum() + ((other - other.mean()) ** 2).sum()
    spread = math.sqrt(within / (n + m - 2))
    if spread <= ROUNDING * scale:
        return None
    return Difference(
        size=float((one.mean() - other.mean()) / spread),
        by_chance=-float(student_quantile(0.025, n + m - 2)) * math.sqrt(1 / n + 1 / m),
        n_treated=n,
        n_comparison=m,
    )


def _of_clusters(panel: Panel, values: Floats, side: npt.NDArray[np.bool_]) -> Floats:
    """Means over the units of each cluster on one side."""
    seen = side & ~np.isnan(values)
    counts = np.bincount(panel.cluster[seen], minlength=panel.n_clusters)
    sums = np.bincount(panel.cluster[seen], values[seen], minlength=panel.n_clusters)
    found: Floats = sums[counts > 0] / counts[counts > 0]
    return found
