"""Log rates of counts that are alike from period to period: their posterior on a grid of correlations."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from evalkit.its.counts_glm import CountFits, Flags, Floats

_POINTS = 24  # of rho; more change no interval by a tenth of a per cent
_NODES, _NODE_WEIGHTS = np.polynomial.legendre.leggauss(_POINTS)
_REACH = np.arcsin(0.99)
_RHO = np.sin(_NODES * _REACH)
_ALL = 0.8  # prior probability that the whole variation is autocorrelated
_SHARES, _SHARE_WEIGHTS = np.polynomial.legendre.leggauss(3)
_CELLS = 2**22  # numbers held at once


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Correlations:
    """The grid: ``rho``, ``share`` and ``log_prior``, G each.

    Two periods k apart correlate with ``share * rho^k``.
    """

    rho: Floats
    share: Floats
    log_prior: Floats


def correlations() -> Correlations:
    share = np.append((_SHARES + 1) / 2, 1.0)
    weight = np.append(_SHARE_WEIGHTS / 2 * (1 - _ALL), _ALL)
    rho, of = np.repeat(_RHO, len(share)), np.tile(share, _POINTS)
    log_prior = (
        np.log(np.repeat(_NODE_WEIGHTS, len(share)))
        + np.log(np.tile(weight, _POINTS))
        - np.log(1 - rho) / 2
    )
    return Correlations(rho=rho, share=of, log_prior=log_prior)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CountPosterior:
    """Posteriors of N series: ``weights`` N x G, ``coefficients`` N x G x P, ``covariances`` N x G x P x P.

    ``free`` (N) are the degrees of freedom of the t distributions that are mixed.
    """

    weights: Floats
    coefficients: Floats
    covariances: Floats
    free: Floats


def count_posterior(counts: Floats, columns: Floats, observed: Flags, fits: CountFits, grid: Correlations) -> CountPosterior:
    n_series, p = len(counts), columns.shape[1]
    g = len(grid.rho)
    out = (np.empty((n_series, g)), np.empty((n_series, g, p)), np.empty((n_series, g, p, p)))
    free = (observed.sum(1) - p).astype(np.float64)
    patterns, which = np.unique(observed, axis=0, return_inverse=True)
    for k, pattern in enumerate(patterns):
        rows = np.flatnonzero(which == k)
        at = np.flatnonzero(pattern)
        whiten, log_det = _whitening(tuple(at.tolist()), grid)
        size = max(1, _CELLS // (g * len(at) * (p + 1)))
        for part in np.array_split(rows, -(-len(rows) // size)):
            here = np.ix_(part, at)
            scale = 1 / np.sqrt(fits.relative_variance[here])
            left = (counts[here] / fits.mean[here] - 1) * scale
            stacked = np.concatenate([columns[at] * scale[:, :, None], left[:, :, None]], axis=2)
            flat = np.swapaxes(stacked, 0, 1).reshape(len(at), -1)
            white = (whiten @ flat).reshape(g, len(at), len(part), p + 1).transpose(2, 0, 1, 3)
            products = np.swapaxes(white, 2, 3) @ white
            xx, xy, yy = products[..., :p, :p], products[..., :p, p], products[..., p, p]
            inverse = np.linalg.inv(xx)
            step = (inverse @ xy[..., None])[..., 0]
            squares = yy - (xy * step).sum(-1)
            dof = free[part][:, None]
            value = -0.5 * (dof * np.log(squares) + log_det + np.linalg.slogdet(xx)[1]) + grid.log_prior
            weight = np.exp(value - value.max(1, keepdims=True))
            out[0][part] = weight / weight.sum(1, keepdims=True)
            out[1][part] = fits.coefficients[part][:, None] + step
            out[2][part] = inverse * (squares / dof)[..., None, None]
    return CountPosterior(weights=out[0], coefficients=out[1], covariances=out[2], free=free)


def _whitening(at: tuple[int, ...], grid: Correlations) -> tuple[Floats, Floats]:
    lag = np.abs(np.subtract.outer(np.array(at), np.array(at))).astype(np.float64)
    own = np.eye(len(at))
    matrices = grid.share[:, None, None] * grid.rho[:, None, None] ** lag + (1 - grid.share)[:, None, None] * own
    roots = np.linalg.cholesky(matrices)
    return np.linalg.inv(roots), 2 * np.log(np.diagonal(roots, axis1=1, axis2=2)).sum(1)
