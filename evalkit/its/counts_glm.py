"""Log-linear regressions of counts for many series at once: Poisson, and negative binomial."""

from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

import numpy as np
import numpy.typing as npt
from scipy import special

from evalkit.errors import DataError

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Family: TypeAlias = Literal["quasi_poisson", "negative_binomial"]

_ROUNDS = 200
_SETTLED = 1e-12  # of the log mean between two rounds: rounding of a sum of some hundred terms
_STEP = 5.0  # longest move of a log mean in one round, so that no first step overflows
_FEWEST = 1e-9  # of a mean: a fit that reaches it runs to no incidents at all
_LOWEST = float(np.log(_FEWEST))
_STARTING_ALPHA = 0.1
_NO_ALPHA = 1e-3  # of the Poisson's variance that alpha adds: below it nothing tells the two apart


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CountFits:
    """Fits of N series over T periods.

    Attributes
    ----------
    coefficients : array, N x P
        Of the log rate.
    mean : array, N x T
        Expected counts, missing periods too.
    alpha : array, N
        Of the negative binomial's variance ``mu + alpha mu^2``; 0 for the Poisson.
    covariance : array, N x P x P
        Inverse information; to be multiplied with the dispersion.
    dispersion : array, N
        Pearson's, over n - p; infinite without degrees of freedom.
    problem : array of str, N
        Why there is no fit; empty where there is one.
    """

    coefficients: Floats
    mean: Floats
    alpha: Floats
    covariance: Floats
    dispersion: Floats
    problem: npt.NDArray[np.object_]


def fit_counts(
    counts: Floats, log_exposure: Floats, columns: Floats, observed: Flags, family: Family
) -> CountFits:
    """Maximum likelihood with a log link and independent periods.

    Parameters
    ----------
    counts, log_exposure : array, N x T
        Whole numbers of 0 and more where observed.
    columns : array, T x P
        Regressors.
    observed : array of bool, N x T
    family : "quasi_poisson" or "negative_binomial"
        The estimates of the first are the Poisson's.

    Raises
    ------
    DataError
        The family is unknown.

    References
    ----------
    McCullagh and Nelder (1989), *Generalized Linear Models*, section 6; Lawless (1987), *Canadian Journal of
    Statistics* 15(3), on the negative binomial.
    """
    if family not in get_args(Family):
        raise DataError(f"found family {family}; it needs one of {', '.join(get_args(Family))}")
    used = np.where(observed, counts, 0.0)
    beta, eta, alpha, settled = _settle(used, log_exposure, columns, observed, family)
    at_least = (family == "negative_binomial") & (alpha <= _least_alpha(used, observed))
    _, information = _scored(used, log_exposure, columns, observed, eta, alpha)
    mean = np.exp(eta)
    free = (observed.sum(1) - columns.shape[1]).astype(np.float64)
    squares = (used / mean - 1) ** 2 / (1 / mean + alpha[:, None])
    pearson = np.where(observed, squares, 0.0).sum(1)
    dispersion = np.divide(pearson, free, out=np.full(len(free), np.inf), where=free > 0)
    return CountFits(
        coefficients=beta,
        mean=mean,
        alpha=alpha,
        covariance=np.asarray(np.linalg.pinv(information, hermitian=True), dtype=np.float64),
        dispersion=dispersion,
        problem=_problems(used, np.where(observed, eta, 0.0), settled, at_least),
    )


def _settle(
    counts: Floats, offset: Floats, columns: Floats, observed: Flags, family: Family
) -> tuple[Floats, Floats, Floats, Flags]:
    """Coefficients, log means, alpha, and whether they came to rest."""
    start = (counts + counts.sum(1, keepdims=True) / np.maximum(observed.sum(1), 1)[:, None]) / 2
    eta = np.maximum(np.log(np.maximum(start, _FEWEST)), _LOWEST)
    alpha = np.full(len(counts), _STARTING_ALPHA * (family == "negative_binomial"))
    least = _least_alpha(counts, observed)
    settled = np.zeros(len(counts), dtype=bool)
    for _ in range(_ROUNDS):
        beta, _ = _scored(counts, offset, columns, observed, eta, alpha)
        move = np.clip(beta @ columns.T + offset - eta, -_STEP, _STEP)
        eta, before = np.maximum(eta + move, _LOWEST), alpha
        if family == "negative_binomial":
            alpha = np.maximum(_alpha(counts, np.exp(eta), observed, alpha), least)
        moved = np.where(observed, np.abs(move), 0.0).max(1)
        settled = np.maximum(moved, np.abs(alpha - before)) < _SETTLED
        if settled.all():
            break
    return beta, eta, alpha, settled


def _scored(
    counts: Floats, offset: Floats, columns: Floats, observed: Flags, eta: Floats, alpha: Floats
) -> tuple[Floats, Floats]:
    """One round of scoring: coefficients (N x P) and information (N x P x P)."""
    mean = np.exp(eta)
    weight = np.where(observed, mean / (1 + alpha[:, None] * mean), 0.0)
    working = np.where(observed, eta - offset + counts / mean - 1, 0.0)
    information = np.einsum("nt,tp,tq->npq", weight, columns, columns, optimize=True)
    right = (weight * working) @ columns
    ridge = np.finfo(float).tiny * np.eye(columns.shape[1])
    return np.linalg.solve(information + ridge, right[:, :, None])[:, :, 0], information


def _alpha(counts: Floats, mean: Floats, observed: Flags, alpha: Floats) -> Floats:
    """One Newton step for the negative binomial's alpha, on the logarithm of its inverse r."""
    r = 1 / alpha[:, None]
    slope = (
        special.digamma(counts + r)
        - special.digamma(r)
        + np.log(r / (r + mean))
        + 1
        - (counts + r) / (r + mean)
    )
    bend = (
        special.polygamma(1, counts + r)
        - special.polygamma(1, r)
        + 1 / r
        - 2 / (r + mean)
        + (counts + r) / (r + mean) ** 2
    )
    first = (r * np.where(observed, slope, 0.0)).sum(1)
    second = (r**2 * np.where(observed, bend, 0.0)).sum(1) + first
    step = np.where(second < 0, -first / np.where(second < 0, second, -1.0), np.sign(first))
    return np.asarray(alpha * np.exp(-np.clip(step, -1.0, 1.0)))


def _least_alpha(counts: Floats, observed: Flags) -> Floats:
    """The alpha that adds next to nothing to the Poisson's variance, N."""
    mean = counts.sum(1) / np.maximum(observed.sum(1), 1)
    return np.asarray(_NO_ALPHA / np.maximum(mean, 1.0))


def _problems(
    counts: Floats, eta: Floats, settled: Flags, like_poisson: Flags
) -> npt.NDArray[np.object_]:
    problem = np.full(len(counts), "", dtype=object)
    problem[~settled] = "the regression of the counts does not settle"
    problem[like_poisson] = (
        "the counts vary no more than Poisson counts do, so the negative binomial has no estimate; "
        "use family quasi_poisson"
    )
    problem[eta.min(1) <= _LOWEST] = (
        "a stretch of the series, or a month of the year with its own effect, has no incident: its rate is "
        "0, whose logarithm has no estimate; use longer periods or fewer regressors"
    )
    problem[counts.sum(1) == 0] = "the series has no incident at all"
    return problem
