"""The posterior of regressions with AR(1) errors as a mixture over rho, in closed form."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special

from evalkit.its.ar1_forms import Design, Floats, against, combine, log_determinant, sums, weights
from evalkit.its.ar1_pack import residuals

_POINTS = 80
_NODES, _NODE_WEIGHTS = np.polynomial.legendre.leggauss(_POINTS)
GRID: npt.NDArray[np.float64] = np.sin(_NODES * np.pi / 2)
_BISECTIONS = 60


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Mixture:
    """Mixtures of t: ``weights`` N x G x 1, ``centres`` and ``scales`` N x G x Q, ``free`` N."""

    weights: Floats
    centres: Floats
    scales: Floats
    free: Floats


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class GridPosterior:
    """Posteriors of N series on the grid of rho.

    Attributes
    ----------
    weights : array, N x G
        Posterior probabilities, which sum to 1.
    coefficients, covariances : array, N x G x P and N x G x P x P
        Location and squared scale of the coefficients of the given regressors, given rho.
    free : array, N
        Degrees of freedom n - p.
    """

    weights: Floats
    coefficients: Floats
    covariances: Floats
    free: Floats


def grid_posterior(design: Design, packed: Floats) -> GridPosterior:
    """The posterior with a flat prior on coefficients, 1/s2 on the variance, (1 - rho^2)^(-1/2) on rho.

    Uniform in arcsin(rho), where the 80 points are those of Gauss and Legendre. Given rho the coefficients
    are t with n - p degrees of freedom around generalised least squares.
    """
    products = sums(design, residuals(design, packed))
    level = against(design.columns, packed)
    free = np.broadcast_to((design.n - level.shape[1]).astype(float), len(packed))
    value, coefficients, covariances = [], [], []
    for k in range(_POINTS):
        rho = np.full(len(packed), GRID[k])
        w, _, _ = weights(rho, products.gaps)
        form, xy = combine(w, products.xx), np.einsum("nf,nfp->np", w, products.xy)
        inverse = np.linalg.inv(form)
        beta = (inverse @ xy[:, :, None])[:, :, 0]
        squares = (w * products.yy).sum(1) - (xy * beta).sum(1)
        log_det, _, _ = log_determinant(rho, products.gaps, products.counts)
        value.append(-(free * np.log(squares) + log_det + np.linalg.slogdet(form)[1]) / 2)
        turn = design.to_given
        coefficients.append((turn @ (beta + level)[:, :, None])[:, :, 0])
        scale = (squares / free)[:, None, None]
        covariances.append(turn @ (scale * inverse) @ np.swapaxes(turn, 1, 2))
    log_weight = np.stack(value, axis=1) + np.log(_NODE_WEIGHTS)
    weight = np.exp(log_weight - log_weight.max(1, keepdims=True))
    return GridPosterior(
        weights=weight / weight.sum(1, keepdims=True),
        coefficients=np.stack(coefficients, axis=1),
        covariances=np.stack(covariances, axis=1),
        free=free,
    )


def mixture_tail(mixture: Mixture, at: Floats) -> Floats:
    """Probability below ``at`` (N x Q); N x Q."""
    ratio = (at[:, None, :] - mixture.centres) / mixture.scales
    below = special.stdtr(mixture.free[:, None, None], ratio)
    return np.asarray((mixture.weights * below).sum(1))


def mixture_quantiles(mixture: Mixture, probabilities: Floats) -> Floats:
    """Quantiles by bisection; len(probabilities) x N x Q."""
    ends = []
    for probability in probabilities:
        reach = special.stdtrit(mixture.free, probability)[:, None, None] * mixture.scales
        low, high = (mixture.centres + reach).min(1), (mixture.centres + reach).max(1)
        for _ in range(_BISECTIONS):
            middle = (low + high) / 2
            under = mixture_tail(mixture, middle) < probability
            low, high = np.where(under, middle, low), np.where(under, high, middle)
        ends.append((low + high) / 2)
    return np.stack(ends)
