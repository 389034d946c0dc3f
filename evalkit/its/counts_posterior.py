"""Log rates of counts that are alike from period to period: their posterior over a grid of correlations.

Relative to its mean, a count varies by 1 / mean (Poisson scatter, which is known) and by the excess of its
rate. That excess is a slow movement (AR(1) with rho), or half of it is and the other half is noise that each
period has to itself. Given rho, excess and share the coefficients are normal around the estimating equations
of Liang and Zeger (1986), one step from the independent fit; all are averaged over what the series says.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special

from evalkit.its.counts_glm import CountFits, Flags, Floats

# The prior, see docs/calibration.md. No excess at all: 0.05. Otherwise the whole excess is slow with 0.9 and
# half of it with 0.1; rho is (1 + rho)^(-1/2) (1 - rho)^(-13/10) up to 0.99 either way; given rho and share,
# the excess is up to 999 times the Poisson scatter, as Jeffreys' rule for the restricted likelihood.
_NO_EXCESS, _HALF = 0.05, 0.1
_FURTHEST, _MORE_AT_ONE, _MOST = 0.99, 0.8, 999.0
_NODES, _NODE_WEIGHTS = np.polynomial.legendre.leggauss(12)
_SIZES, _SIZE_WEIGHTS = np.polynomial.legendre.leggauss(10)
_RHO, _TIMES, _SHARE = (
    each.ravel()
    for each in np.meshgrid(
        np.sin(_NODES * np.arcsin(_FURTHEST)),
        np.expm1((_SIZES + 1) / 2 * np.log1p(_MOST)),
        np.array([0.5, 1.0]),
        indexing="ij",
    )
)
_LOG_NODES = np.log(
    np.einsum("i,j,k->ijk", _NODE_WEIGHTS, _SIZE_WEIGHTS, [_HALF, 1 - _HALF]).ravel()
) - _MORE_AT_ONE * np.log(1 - _RHO)  # even spacing in arcsin is (1 - rho^2)^(-1/2) already
RHO, TIMES, SHARE = np.append(_RHO, 0.0), np.append(_TIMES, 0.0), np.append(_SHARE, 1.0)
"""Autocorrelation, excess over the Poisson scatter at the mean count, slow share; the last: no excess."""
_CELLS = 2**22  # numbers held at once


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CountPosterior:
    """Posteriors of N series over the G points of ``RHO``, ``TIMES`` and ``SHARE``.

    Attributes
    ----------
    weights : array, N x G
        Posterior probabilities, which sum to 1.
    coefficients, covariances : array, N x G x P and N x G x P x P
        Of the normal distribution of the coefficients, given the point.
    """

    weights: Floats
    coefficients: Floats
    covariances: Floats


def count_posterior(
    counts: Floats, columns: Floats, observed: Flags, fits: CountFits
) -> CountPosterior:
    """Posteriors of series with counts N x T and regressors T x P, after their independent fits.

    References
    ----------
    Liang and Zeger (1986), *Biometrika* 73(1); Zeger (1988), *Biometrika* 75(4); Berger and Bernardo (1992),
    *Bayesian Statistics* 4, on reference priors.
    """
    n, (p, g) = len(counts), (columns.shape[1], len(RHO))
    weights, coefficients = np.empty((n, g)), np.empty((n, g, p))
    covariances = np.empty((n, g, p, p))
    patterns, which = np.unique(observed, axis=0, return_inverse=True)
    for k, pattern in enumerate(patterns):
        at, rows = np.flatnonzero(pattern), np.flatnonzero(which == k)
        prior = log_prior(columns[at], at)
        parts = 1 + g * len(at) * (p + 1) * len(rows) // _CELLS
        for part in np.array_split(rows, parts):
            mean = fits.mean[np.ix_(part, at)]
            left = counts[np.ix_(part, at)] / mean - 1
            white, log_det = _independent(columns[at], left, 1 / mean, np.diff(at))
            products = np.swapaxes(white, 2, 3) @ white
            inverse = np.linalg.inv(products[..., :p, :p])
            step = (inverse @ products[..., :p, p:])[..., 0]
            squares = products[..., p, p] - (products[..., :p, p] * step).sum(-1)
            log_det += np.linalg.slogdet(products[..., :p, :p])[1]
            value = prior - (log_det + squares) / 2
            weights[part] = special.softmax(value, axis=1)
            coefficients[part] = fits.coefficients[part][:, None] + step
            covariances[part] = inverse
    return CountPosterior(weights=weights, coefficients=coefficients, covariances=covariances)


def log_prior(columns: Floats, at: npt.NDArray[np.intp]) -> Floats:
    """Log probabilities of the points for regressors (n x P) at these places in time; G.

    What the residuals of the regression can say of the excess: little where a slow movement looks like the
    regressors, so that small excesses of that kind get little of the prior. Counts are taken as of one size.
    """
    basis, _ = np.linalg.qr(columns, mode="complete")
    rest = basis[:, columns.shape[1] :]
    lag = np.abs(np.subtract.outer(at, at))
    slow = np.linalg.eigvalsh(rest.T @ (_RHO[:, None, None] ** lag) @ rest)
    size = _SHARE[:, None] * np.maximum(slow, 0) + (1 - _SHARE)[:, None]
    told = ((size / (1 + _TIMES[:, None] * size)) ** 2).mean(1)
    excessive = _LOG_NODES + np.log1p(_TIMES) + np.log(told) / 2
    excessive += np.log1p(-_NO_EXCESS) - special.logsumexp(excessive)
    return np.append(excessive, np.log(_NO_EXCESS))


def _independent(
    columns: Floats, left: Floats, scatter: Floats, gaps: npt.NDArray[np.intp]
) -> tuple[Floats, Floats]:
    """Regressors (n x P) and residuals (N x n) as independent rows of variance 1, by Kalman's recursion.

    N x G x n x (P + 1), and the log determinants of what was taken out, N x G.
    """
    (many, length), p = left.shape, columns.shape[1]
    excess = TIMES * scatter.shape[1] / (1 / scatter).sum(1, keepdims=True)
    slow, own = SHARE * excess, (1 - SHARE) * excess
    white = np.empty((many, len(RHO), length, p + 1))
    ahead, variance, log_det = np.zeros((p + 1, *slow.shape)), slow, np.zeros_like(slow)
    for t in range(length):
        spread = variance + own + scatter[:, [t]]
        gain = variance / spread
        wrong = -ahead
        wrong[:p] += columns[t][:, None, None]
        wrong[p] += left[:, [t]]
        white[:, :, t] = np.moveaxis(wrong / np.sqrt(spread), 0, -1)
        log_det += np.log(spread)
        if t + 1 < length:
            kept = RHO ** gaps[t]
            ahead = kept * (ahead + gain * wrong)
            variance = kept**2 * variance * (1 - gain) + (1 - kept**2) * slow
    return white, log_det
