"""Least squares with unit and period effects on a units x periods matrix, exact for missing cells too.

Units are eliminated by hand; what is left is one small system of periods and regressors. Regressors that are
the same for all units of a cohort (treatment, event time) enter through one pattern a cohort, so that no
design matrix is ever written out.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import linalg, sparse
from scipy.sparse import csgraph

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Booleans = npt.NDArray[np.bool_]

COLLINEAR = 1e-9
"""A regressor of which less than this share of its own sum of squares is left is explained by the others."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PeriodSystem:
    """The normal equations of the period effects once unit effects are eliminated.

    Attributes
    ----------
    by_cohort : array, C x T x T
        Each cohort's share: diag(sum of weights) - sum over units of w w' / (sum of w).
    free : array, F
        Periods whose effect is estimated; the first period of each connected part is the reference.
    parts : array, T
        Number of the connected part that a period belongs to; -1 for a period without a cell.
    factor : tuple
        Cholesky factor of the summed system on the free periods.
    """

    by_cohort: Floats
    free: Integers
    parts: Integers
    factor: tuple[Floats, bool]

    def solve(self, right: Floats) -> Floats:
        """Period effects (T x ...) for right-hand sides (T x ...); 0 in the reference periods."""
        found = np.zeros_like(right)
        if len(self.free):
            found[self.free] = linalg.cho_solve(self.factor, right[self.free], check_finite=False)
        return found


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TwoWayFit:
    """Coefficients of cohort-wise regressors beside unit and period effects.

    Attributes
    ----------
    kept : array, K'
        Index of the regressors that the others do not explain, in order; all else is over these.
    coefficients : array, K'
    influence : array, N x K'
        What each unit adds to each coefficient; they sum to 0, their squares make the sandwich.
    gram : array, K' x K'
        Of the regressors after unit and period effects.
    periods : array, T
        Period effects, 0 in the reference period of each connected part.
    system : PeriodSystem
    """

    kept: Integers
    coefficients: Floats
    influence: Floats
    gram: Floats
    periods: Floats
    system: PeriodSystem


def unit_means(values: Floats, weights: Floats | None) -> Floats:
    """Weighted mean of each row (N x 1); 0 for a row without weight."""
    if weights is None:
        mean: Floats = values.mean(axis=1, keepdims=True)
        return mean
    total = weights.sum(axis=1, keepdims=True)
    sums = np.einsum("it,it->i", values, weights)[:, None]
    weighted: Floats = np.divide(sums, total, out=np.zeros_like(total), where=total > 0)
    return weighted


def period_system(
    weights: Floats | None, cohort: Integers, n_cohorts: int, n_periods: int
) -> PeriodSystem:
    """Eliminate the unit effects.

    Parameters
    ----------
    weights : array, N x T, or None
        0 where a cell is not used; None where every cell counts 1.
    cohort : array, N
        0 … n_cohorts - 1.
    """
    if weights is None:
        sizes = np.bincount(cohort, minlength=n_cohorts).astype(np.float64)
        centring = np.eye(n_periods) - 1 / n_periods
        by_cohort = sizes[:, None, None] * centring
        parts = np.zeros(n_periods, dtype=np.int64)
    else:
        by_cohort = np.stack([_eliminated(weights[cohort == g]) for g in range(n_cohorts)])
        parts = connected(weights > 0)
    free = np.array([t for t in range(n_periods) if (parts[:t] == parts[t]).any()], dtype=np.int64)
    free = free[parts[free] >= 0]
    system = by_cohort.sum(axis=0)[np.ix_(free, free)]
    factor = linalg.cho_factor(system, check_finite=False) if len(free) else (system, False)
    return PeriodSystem(by_cohort=by_cohort, free=free, parts=parts, factor=factor)


def _eliminated(weights: Floats) -> Floats:
    total = weights.sum(axis=1)
    scaled = weights / np.sqrt(np.where(total > 0, total, 1.0))[:, None]
    eliminated: Floats = np.diag(weights.sum(axis=0)) - scaled.T @ scaled
    return eliminated


def connected(used: Booleans) -> Integers:
    """Which periods can be compared through units seen in both: a number a period; -1 where none is seen."""
    seen = used.any(axis=0)
    together = used.astype(np.float32)
    graph = sparse.csr_array((together.T @ together) > 0)
    parts = csgraph.connected_components(graph, directed=False)[1].astype(np.int64)
    return np.where(seen, parts, -1)


def two_way_residual(values: Floats, weights: Floats | None, system: PeriodSystem) -> Floats:
    """Values (N x T) less the unit and period effects fitted where the weight is not 0."""
    found = values - unit_means(values, weights)
    sums = found if weights is None else found * weights
    found -= system.solve(sums.sum(axis=0))
    found -= unit_means(found, weights)
    return found


def cohort_sums(values: Floats, cohort: Integers, n_cohorts: int) -> Floats:
    """Column sums of the rows of each cohort (C x T)."""
    units = np.arange(len(cohort))
    shape = (n_cohorts, len(cohort))
    sums: Floats = sparse.csr_array((np.ones(len(cohort)), (cohort, units)), shape=shape) @ values
    return sums


def two_way_fit(
    outcome: Floats, weights: Floats | None, cohort: Integers, patterns: Floats
) -> TwoWayFit:
    """Fit ``y_it = unit_i + period_t + patterns[cohort_i, t] b + e_it`` by (weighted) least squares.

    Parameters
    ----------
    outcome : array, N x T
        Finite everywhere; what it holds where the weight is 0 does not matter.
    weights : array, N x T, or None
        0 where a cell is missing; None where every cell counts 1.
    cohort : array, N
        0 … C - 1.
    patterns : array, C x T x K
        Earlier regressors are kept when a later one is explained by them.
    """
    n_cohorts, n_periods, _ = patterns.shape
    system = period_system(weights, cohort, n_cohorts, n_periods)
    centred = outcome if weights is None else weights * (outcome - unit_means(outcome, weights))
    right = cohort_sums(centred, cohort, n_cohorts)
    if weights is None:  # centring units centres their sum
        right -= right.mean(axis=1, keepdims=True)
    mixed = np.einsum("gst,gtk->sk", system.by_cohort, patterns)
    cleaned = patterns - system.solve(mixed)  # the same for all cohorts: subtract period effects
    own = np.einsum("gsk,gst,gtl->kl", patterns, system.by_cohort, patterns, optimize=True)
    gram = own - mixed.T @ system.solve(mixed)
    kept = independent(gram, np.diag(own))
    gram, cleaned = gram[np.ix_(kept, kept)], cleaned[:, :, kept]
    inverse = np.linalg.inv(gram)
    coefficients = inverse @ np.einsum("gtk,gt->k", cleaned, right)
    explained = patterns[:, :, kept] @ coefficients
    periods = system.solve(right.sum(axis=0) - np.einsum("gst,gt->s", system.by_cohort, explained))
    fitted, pull = explained + periods, cleaned @ inverse
    if weights is None:
        pull -= pull.mean(axis=1, keepdims=True)
        influence = (
            _times_own(outcome, cohort, pull) - np.einsum("gt,gtk->gk", fitted, pull)[cohort]
        )
    else:
        spread = fitted[cohort]
        centred -= weights * (spread - unit_means(spread, weights))
        influence = _times_own(centred, cohort, pull)
    return TwoWayFit(
        kept=kept,
        coefficients=coefficients,
        influence=influence,
        gram=gram,
        periods=periods,
        system=system,
    )


def _times_own(values: Floats, cohort: Integers, matrices: Floats) -> Floats:
    """Each row of ``values`` (N x T) times the matrix of its cohort (C x T x K): N x K."""
    n_cohorts, _, k = matrices.shape
    if k == 1:
        one: Floats = np.einsum("it,it->i", values, matrices[cohort, :, 0])[:, None]
        return one
    found = np.empty((len(values), k))
    for g in range(n_cohorts):
        rows = cohort == g
        found[rows] = values[rows] @ matrices[g]
    return found


def independent(gram: Floats, own: Floats) -> Integers:
    """Index of the columns that the ones before them do not explain, by Cholesky, column by column.

    ``gram`` (K x K) is what fixed effects leave of the columns' products, ``own`` (K) their sums of squares
    before that.
    """
    left = gram.copy()
    kept = []
    for k in range(len(left)):
        if left[k, k] > COLLINEAR * max(own[k], np.finfo(float).tiny):
            kept.append(k)
            row = left[k] / np.sqrt(left[k, k])
            left = left - np.outer(row, row)
    return np.array(kept, dtype=np.int64)


def summed_by(values: Floats, index: Integers, n: int) -> Floats:
    """Sums of the rows of ``values`` (N x K) with the same ``index`` (n x K)."""
    if n == len(values) and np.array_equal(index, np.arange(n)):
        return values
    sums = np.zeros((n, values.shape[1]))
    np.add.at(sums, index, values)
    return sums


def clustered(influence: Floats, cluster: Integers, n_clusters: int) -> Floats:
    """Covariance (K x K) without small-sample factor: influences (N x K) summed by cluster, then squared."""
    sums = summed_by(influence, cluster, n_clusters)
    covariance: Floats = sums.T @ sums if sums.shape[1] > 1 else (sums**2).sum(axis=0)[:, None]
    return covariance
