"""Least squares and Poisson regressions with every dummy written out: slow, plain, and nothing of evalkit."""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import statsmodels.api as sm

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Booleans = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class DummyFit:
    """Coefficients of the columns of interest and their covariance, summed over clusters, without factor."""

    coefficients: Floats
    covariance: Floats
    n_obs: int
    residuals: Floats  # N x T, NaN where not used
    rank: int  # of all columns


def dummy_fit(
    outcome: Floats,
    columns: Floats,
    *,
    used: Booleans,
    weights: Floats | None = None,
    cluster: Integers | None = None,
) -> DummyFit:
    """Regress on ``columns`` (N x T x K), unit dummies and period dummies, one row a used cell."""
    n_units, n_periods = outcome.shape
    unit, period = np.nonzero(used)
    design = np.column_stack(
        [
            columns[unit, period],
            unit[:, None] == np.arange(n_units),
            period[:, None] == np.arange(1, n_periods),
        ]
    ).astype(float)
    weight = np.ones(len(unit)) if weights is None else weights[unit, period]
    root = np.sqrt(weight)[:, None]
    beta = np.linalg.lstsq(design * root, outcome[unit, period] * root[:, 0], rcond=None)[0]
    residuals = outcome[unit, period] - design @ beta
    bread = np.linalg.pinv((design * root).T @ (design * root))
    of = (np.arange(n_units) if cluster is None else cluster)[unit]
    scores = design * (weight * residuals)[:, None]
    sums = np.array([scores[of == g].sum(axis=0) for g in np.unique(of)])
    k = columns.shape[2]
    left = np.full(outcome.shape, np.nan)
    left[unit, period] = residuals
    return DummyFit(
        coefficients=beta[:k],
        covariance=(bread @ sums.T @ sums @ bread)[:k, :k],
        n_obs=len(unit),
        residuals=left,
        rank=int(np.linalg.matrix_rank(design)),
    )


def rule(n_clusters: int, n_obs: int, n_parameters: int) -> float:
    """The written small-sample rule, on a standard error."""
    g, n, k = n_clusters, n_obs, n_parameters
    return math.sqrt(g / (g - 1) * (n - 1) / (n - k))


@dataclass(frozen=True)
class PoissonByDummies:
    """Rate ratio; standard errors of its log, clustered without factor and Poisson without dispersion."""

    ratio: float
    clustered: float
    model_based: float
    pearson: float
    n_obs: int
    n_columns: int
    n_cells: int


def poisson_by_dummies(
    counts: Floats,
    exposure: Floats,
    start: Integers,
    *,
    used: Booleans,
    cluster: Integers,
    chosen: Booleans,
) -> PoissonByDummies:
    """statsmodels' GLM with unit, period and cohort-period dummies; delta method over all parameters.

    ``chosen`` (N x T) marks the treated cells that the ratio is over.
    """
    n_units, n_periods = counts.shape
    unit, period = np.nonzero(used)
    treated = period >= start[unit]
    names = sorted(
        {(int(start[i]), int(t)) for i, t in zip(unit[treated], period[treated], strict=True)}
    )
    pairs = np.column_stack([start[unit], period])
    own = np.array(
        [[treated[r] and tuple(pairs[r]) == name for name in names] for r in range(len(unit))]
    )
    base = np.column_stack(
        [unit[:, None] == np.arange(n_units), period[:, None] == np.arange(1, n_periods)]
    ).astype(float)
    base, own = base[:, base.any(axis=0)], own.astype(float)
    design = np.column_stack([base, own])
    y, log_exposure = counts[unit, period], np.log(exposure[unit, period])
    fit = sm.GLM(y, design, family=sm.families.Poisson(), offset=log_exposure).fit(
        tol=1e-14, tol_criterion="params", maxiter=300
    )
    bare = np.column_stack([base, 0 * own])
    mu, would = fit.mu, np.exp(bare @ fit.params + log_exposure)
    here = chosen[unit, period]
    gradient = (design * mu[:, None])[here].sum(axis=0) / mu[here].sum()
    gradient -= (bare * would[:, None])[here].sum(axis=0) / would[here].sum()
    bread = np.linalg.inv(design.T @ (design * mu[:, None]))
    scores = design * (y - mu)[:, None]
    of = cluster[unit]
    sums = np.array([scores[of == g].sum(axis=0) for g in np.unique(of)])
    return PoissonByDummies(
        ratio=float(mu[here].sum() / would[here].sum()),
        clustered=math.sqrt(gradient @ bread @ sums.T @ sums @ bread @ gradient),
        model_based=math.sqrt(gradient @ bread @ gradient),
        pearson=float(((y - mu) ** 2 / mu).sum()),
        n_obs=len(y),
        n_columns=design.shape[1],
        n_cells=len(names),
    )
