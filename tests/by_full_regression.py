"""Inference by another route: every dummy written out, every draw and every assignment fitted again.

Slow, plain and independent: nothing of evalkit is used, and no algebra that saves work.
"""

import itertools
import math

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]


def design(treated, observed, covariates=None):
    """Treatment, all unit dummies, period dummies but the first, covariates; rows are observed cells."""
    unit, period = np.nonzero(observed)
    columns = [
        treated[observed][:, None].astype(float),
        (unit[:, None] == np.arange(observed.shape[0])).astype(float),
        (period[:, None] == np.arange(1, observed.shape[1])).astype(float),
    ]
    if covariates is not None:
        columns.append(covariates[observed])
    return np.column_stack(columns), unit


def root(matrix, power):
    """Symmetric power of a symmetric matrix, eigenvalues of 0 left at 0 (Moore-Penrose)."""
    values, vectors = np.linalg.eigh(matrix)
    good = values > 1e-9
    return (vectors[:, good] * values[good] ** power) @ vectors[:, good].T


def cr2(outcome, treated, observed, cluster, weights=None, covariates=None):
    """Pustejovsky and Tipton (2018), their equations for CR2 and for Satterthwaite's df, n x n throughout."""
    x, unit = design(treated, observed, covariates)
    y = outcome[observed]
    scale = np.ones(len(y)) if weights is None else np.sqrt(weights[observed])
    x, y, of = x * scale[:, None], y * scale, cluster[unit]
    bread = np.linalg.pinv(x.T @ x)
    hat = np.eye(len(y)) - x @ bread @ x.T
    residuals = hat @ y
    variance, vectors = 0.0, []
    for g in range(of.max() + 1):
        own = np.flatnonzero(of == g)
        adjusted = root(hat[np.ix_(own, own)], -0.5)
        line = bread[0] @ x[own].T @ adjusted
        variance += float(line @ residuals[own]) ** 2
        vectors.append(hat[:, own] @ line)
    p = np.array(vectors) @ np.array(vectors).T
    return math.sqrt(variance), float(np.trace(p) ** 2 / (p**2).sum())


def fitted_t(outcome, treated, observed, cluster):
    """Coefficient and its cluster-robust t, without small-sample factor."""
    x, unit = design(treated, observed)
    beta = np.linalg.lstsq(x, outcome[observed], rcond=None)[0]
    residuals = outcome[observed] - x @ beta
    bread = np.linalg.pinv(x.T @ x)
    of = cluster[unit]
    scores = np.array([bread[0] @ x[of == g].T @ residuals[of == g] for g in range(of.max() + 1)])
    return beta[0], float(np.sqrt((scores**2).sum()))


def wild_p(outcome, treated, observed, cluster, multipliers, null=0.0):
    """Restricted wild cluster bootstrap: a new outcome and a new fit for every row of multipliers."""
    x, unit = design(treated, observed)
    base = outcome - null * treated
    restricted = x[:, 1:]
    fitted = restricted @ np.linalg.lstsq(restricted, base[observed], rcond=None)[0]
    left = base[observed] - fitted
    effect, error = fitted_t(base, treated, observed, cluster)
    statistic = abs(effect) / error
    extreme = 0
    for row in multipliers:
        drawn = np.full(outcome.shape, np.nan)
        drawn[observed] = fitted + row[cluster[unit]] * left
        b, se = fitted_t(drawn, treated, observed, cluster)
        extreme += abs(b) >= statistic * se * (1 - 1e-9)
    return extreme / len(multipliers)


def coefficient(outcome, treated, observed, weights=None, covariates=None):
    x, _ = design(treated, observed, covariates)
    scale = np.ones(len(x)) if weights is None else np.sqrt(weights[observed])
    return np.linalg.lstsq(x * scale[:, None], outcome[observed] * scale, rcond=None)[0][0]


def permutation_p(outcome, start, observed, null=0.0, weights=None, covariates=None):
    """All distinct ways to deal the starts over units, the regression fitted anew for each."""
    periods = np.arange(outcome.shape[1])
    base = outcome - null * (periods >= start[:, None])
    found = [
        coefficient(base, periods >= np.array(deal)[:, None], observed, weights, covariates)
        for deal in set(itertools.permutations(start.tolist()))
    ]
    own = coefficient(base, periods >= start[:, None], observed, weights, covariates)
    return float(np.mean(np.abs(found) >= abs(own) * (1 - 1e-9)))


def drawn_panel(seed, start, n_periods, *, missing=0, spread=None):
    """An outcome with unit, period and serially correlated parts, and its observed cells."""
    rng = np.random.default_rng(seed)
    n = len(start)
    errors = rng.normal(size=(n, n_periods)).cumsum(axis=1) * 0.4 + rng.normal(size=(n, n_periods))
    if spread is not None:
        errors *= np.asarray(spread)[:, None]
    outcome = errors + rng.normal(size=(n, 1)) + rng.normal(size=n_periods)
    observed = np.ones((n, n_periods), dtype=bool)
    observed.flat[rng.choice(observed.size, missing, replace=False)] = False
    return np.where(observed, outcome, np.nan), np.asarray(start, dtype=np.int64), observed
