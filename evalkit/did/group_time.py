"""Group-time average treatment effects, from cohort means and within-cohort covariances.

On a balanced panel without covariates every effect, aggregate and analytic standard error is a function of
two things a cohort: its mean path (T numbers) and the covariance of its units' paths (T x T). The rows are
read once and never again.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from evalkit.data.panel import Panel
from evalkit.errors import DataError
from evalkit.inference.intervals import normal_interval

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class GroupTimeEffects:
    """ATT(g, t) for every cohort and period, with their joint covariance.

    Attributes
    ----------
    periods : tuple of str
        T labels.
    cohort, period : array, C
        Index of the cohort's first treated period and of the period, for each of C cells; the base
        period of a cohort has no cell.
    effects : array, C
    covariance : array, C x C
        From the influence functions.
    cohort_sizes : mapping of int to int
        Units a cohort.
    n_units, n_comparison : int
        All units used; units never treated.
    level : float
    unit_of_measure : str
    """

    periods: tuple[str, ...]
    cohort: Integers
    period: Integers
    effects: Floats
    covariance: Floats
    cohort_sizes: dict[int, int]
    n_units: int
    n_comparison: int
    level: float
    unit_of_measure: str

    @property
    def standard_errors(self) -> Floats:
        """Array, C; cohorts of one unit have only the comparison group's share of the variance."""
        errors: Floats = np.sqrt(np.maximum(np.diag(self.covariance), 0.0))
        return errors

    @property
    def lone_cohorts(self) -> tuple[str, ...]:
        """First treated periods of the cohorts of one unit, which have no variance of their own."""
        return tuple(self.periods[g] for g, size in sorted(self.cohort_sizes.items()) if size == 1)

    def to_frame(self) -> pd.DataFrame:
        """One row a cell: group, period, effect, standard_error, low, high, n_treated, n_comparison."""
        rows = []
        for i, error in enumerate(self.standard_errors):
            interval, _ = normal_interval(float(self.effects[i]), float(error), level=self.level)
            rows.append(
                {
                    "group": self.periods[self.cohort[i]],
                    "period": self.periods[self.period[i]],
                    "effect": float(self.effects[i]),
                    "standard_error": float(error),
                    "low": interval.low,
                    "high": interval.high,
                    "n_treated": self.cohort_sizes[int(self.cohort[i])],
                    "n_comparison": self.n_comparison,
                }
            )
        return pd.DataFrame(rows)


def group_time(panel: Panel, *, anticipation: int = 0, level: float = 0.95) -> GroupTimeEffects:
    """Estimate ATT(g, t) against units that are never treated, on the universal base period.

    Each cell is the cohort's mean change since its base period, the last one before treatment (and before
    any anticipation), minus that of the comparison units. Without covariates the outcome-regression,
    inverse-probability and doubly robust versions are all this same number.

    Parameters
    ----------
    panel : Panel
        Balanced.
    anticipation : int
        Periods before the start in which units may already react; moves the base period back.
    level : float
        Of the intervals, between 0 and 1.

    Raises
    ------
    DataError
        No unit is treated, none is never treated, a cohort has no period before its base period's end, or
        ``anticipation`` is negative.

    References
    ----------
    Callaway and Sant'Anna (2021), *Journal of Econometrics* 225(2), sections 2 to 4.
    """
    panel.need_balanced("group_time")
    n_periods = len(panel.periods)
    cohorts = [int(g) for g in np.unique(panel.start) if g < n_periods]
    never = panel.start >= n_periods
    _need(panel, cohorts, never, anticipation)
    comparison = _moments(panel.outcome[never])
    cells, contrasts, effects = [], [], []
    own: dict[int, tuple[Floats, Floats]] = {}
    for g in cohorts:
        own[g] = _moments(panel.outcome[panel.start == g])
        base = g - 1 - anticipation
        gap = own[g][0] - comparison[0]
        for t in range(n_periods):
            if t != base:
                contrast = np.zeros(n_periods)
                contrast[t], contrast[base] = 1.0, -1.0
                cells.append((g, t))
                contrasts.append(contrast)
                effects.append(gap[t] - gap[base])
    sizes = {g: int((panel.start == g).sum()) for g in cohorts}
    cohort = np.array([g for g, _ in cells], dtype=np.int64)
    return GroupTimeEffects(
        periods=panel.periods,
        cohort=cohort,
        period=np.array([t for _, t in cells], dtype=np.int64),
        effects=np.array(effects),
        covariance=_covariance(
            np.array(contrasts), cohort, own, sizes, comparison[1], int(never.sum())
        ),
        cohort_sizes=sizes,
        n_units=len(panel.units),
        n_comparison=int(never.sum()),
        level=level,
        unit_of_measure=panel.unit_of_measure,
    )


def _need(
    panel: Panel, cohorts: list[int], never: npt.NDArray[np.bool_], anticipation: int
) -> None:
    if anticipation < 0:
        raise DataError(f"group_time found anticipation {anticipation}; it needs 0 or more periods")
    if not cohorts:
        raise DataError("group_time found no treated unit; it needs at least one")
    if not never.any():
        raise DataError("group_time found no unit that is never treated; it needs at least one")
    early = [g for g in cohorts if g - 1 - anticipation < 0]
    if early:
        names = ", ".join(u for u, g in zip(panel.units, panel.start, strict=True) if g in early)
        raise DataError(
            f"group_time found no period before treatment for {names}; leave them out or add periods"
        )


def _moments(outcome: Floats) -> tuple[Floats, Floats]:
    """Mean path (T) and covariance of paths (T x T, divided by the number of units)."""
    mean = outcome.mean(axis=0)
    centred = outcome - mean
    covariance: Floats = centred.T @ centred / len(outcome)
    return mean, covariance


def _covariance(
    contrasts: Floats,
    cohort: Integers,
    own: dict[int, tuple[Floats, Floats]],
    sizes: dict[int, int],
    comparison: Floats,
    n_comparison: int,
) -> Floats:
    """Cells of different cohorts share only the comparison group; cells of one cohort share both."""
    covariance: Floats = contrasts @ comparison @ contrasts.T / n_comparison
    for g, size in sizes.items():
        of_g = np.flatnonzero(cohort == g)
        block = contrasts[of_g] @ own[g][1] @ contrasts[of_g].T / size
        covariance[np.ix_(of_g, of_g)] += block
    return covariance
