"""Log rates of counts that are alike from period to period: their posterior over a grid of correlations.

Periods k apart correlate with ``share * rho^k``: a slow movement (AR(1)) makes up ``share`` of the variation,
noise that each period has to itself makes up the rest. Relative to its mean mu, a count varies by 1 / mu
(Poisson scatter) and by the excess of its rate. Given rho and share the coefficients are t around the
estimating equations of Liang and Zeger (1986), one step from the independent fit; both are averaged over what
the series says of them.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from evalkit.its.counts_glm import CountFits, Flags, Floats

# The prior of rho is (1 + rho)^(-1/2) (1 - rho)^(-9/10) up to 0.99 either way; share is 1 with probability
# 0.7 and otherwise uniform. Chosen among others for the most even coverage, see docs/calibration.md.
_POINTS = 24
_NODES, _NODE_WEIGHTS = np.polynomial.legendre.leggauss(_POINTS)
_FURTHEST = 0.99
_RHO = np.sin(_NODES * np.arcsin(_FURTHEST))
_MORE_AT_ONE = 0.4  # (1 - rho)^(-9/10) over the (1 - rho)^(-1/2) that even spacing in arcsin gives
_SHARE_NODES, _SHARE_WEIGHTS = np.polynomial.legendre.leggauss(3)
_SHARES = np.append((_SHARE_NODES + 1) / 2, 1.0)
_ALL_ALIKE = 0.7
_SHARE_PRIOR = np.append(_SHARE_WEIGHTS / 2 * (1 - _ALL_ALIKE), _ALL_ALIKE)
RHO, SHARE = np.repeat(_RHO, len(_SHARES)), np.tile(_SHARES, _POINTS)
LOG_PRIOR = (
    np.repeat(np.log(_NODE_WEIGHTS) - _MORE_AT_ONE * np.log(1 - _RHO), len(_SHARES))
) + np.tile(np.log(_SHARE_PRIOR), _POINTS)
_CELLS = 2**22  # numbers held at once


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CountPosterior:
    """Posteriors of N series over the G correlations ``RHO`` and ``SHARE``.

    Attributes
    ----------
    weights : array, N x G
        Posterior probabilities, which sum to 1.
    coefficients, covariances : array, N x G x P and N x G x P x P
        Location and squared scale of the coefficients, given the correlation.
    free : array, N
        Degrees of freedom n - p.
    """

    weights: Floats
    coefficients: Floats
    covariances: Floats
    free: Floats


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Given:
    """Least squares of one group of series for each correlation: N x G first."""

    log_weight: Floats
    step: Floats
    covariance: Floats


def count_posterior(
    counts: Floats, columns: Floats, observed: Flags, fits: CountFits
) -> CountPosterior:
    """Posteriors of series with counts N x T and regressors T x P, after their independent fits.

    References
    ----------
    Liang and Zeger (1986), *Biometrika* 73(1); Zeger (1988), *Biometrika* 75(4).
    """
    n, (p, g) = len(counts), (columns.shape[1], len(RHO))
    free = (observed.sum(1) - p).astype(np.float64)
    weights, coefficients = np.empty((n, g)), np.empty((n, g, p))
    covariances = np.empty((n, g, p, p))
    patterns, which = np.unique(observed, axis=0, return_inverse=True)
    for k, pattern in enumerate(patterns):
        at, rows = np.flatnonzero(pattern), np.flatnonzero(which == k)
        whitening, log_det = _whitening(at)
        parts = 1 + g * len(at) * (p + 1) * len(rows) // _CELLS
        for part in np.array_split(rows, parts):
            here = np.ix_(part, at)
            weight = 1 / np.sqrt(1 / fits.mean[here] + fits.excess[part][:, None])
            left = (counts[here] / fits.mean[here] - 1) * weight
            given = _given(whitening, log_det, columns[at] * weight[:, :, None], left, free[part])
            value = np.exp(given.log_weight - given.log_weight.max(1, keepdims=True))
            weights[part] = value / value.sum(1, keepdims=True)
            coefficients[part] = fits.coefficients[part][:, None] + given.step
            covariances[part] = given.covariance
    return CountPosterior(
        weights=weights, coefficients=coefficients, covariances=covariances, free=free
    )


def _given(
    whitening: Floats, log_det: Floats, columns: Floats, left: Floats, free: Floats
) -> _Given:
    """Of residuals (N x n) on regressors (N x n x P), both of equal variance."""
    n, length, p = columns.shape
    stacked = np.concatenate([columns, left[:, :, None]], axis=2)
    flat = np.swapaxes(stacked, 0, 1).reshape(length, n * (p + 1))
    white = (whitening @ flat).reshape(-1, length, n, p + 1).transpose(2, 0, 1, 3)
    products = np.swapaxes(white, 2, 3) @ white
    xx, xy, yy = products[..., :p, :p], products[..., :p, p], products[..., p, p]
    inverse = np.linalg.inv(xx)
    step = (inverse @ xy[..., None])[..., 0]
    squares = yy - (xy * step).sum(-1)
    value = free[:, None] * np.log(squares) + log_det + np.linalg.slogdet(xx)[1]
    return _Given(
        log_weight=LOG_PRIOR - value / 2,
        step=step,
        covariance=inverse * (squares / free[:, None])[..., None, None],
    )


def _whitening(at: npt.NDArray[np.intp]) -> tuple[Floats, Floats]:
    """What makes periods at these places independent (G x n x n), and the log determinants (G)."""
    lag = np.abs(np.subtract.outer(at, at)).astype(np.float64)
    alike = SHARE[:, None, None] * RHO[:, None, None] ** lag
    roots = np.linalg.cholesky(alike + (1 - SHARE)[:, None, None] * np.eye(len(at)))
    return np.linalg.inv(roots), 2 * np.log(np.diagonal(roots, axis1=1, axis2=2)).sum(1)
