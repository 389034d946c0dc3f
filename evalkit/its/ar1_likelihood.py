"""The autocorrelation of many AR(1) series at once, by restricted or full maximum likelihood."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from evalkit.its.ar1_forms import (
    Design,
    Floats,
    Integers,
    Sums,
    combine,
    log_determinant,
    weights,
)

Likelihood = Literal["restricted", "full"]

LOWEST, HIGHEST = -0.995, 0.995
_GRID = np.tanh(np.linspace(np.arctanh(LOWEST), np.arctanh(HIGHEST), 48))
_STEPS = 60  # bisection alone would reach the last digit in 52
_LAST_STEP = 1e-7  # of atanh(rho); what a Newton step of this size leaves is about its square


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Profile:
    """The likelihood profile at one rho for each series, and the pieces that inference needs.

    ``inverse`` of the regressors' form and its derivatives ``form_slope`` and ``form_bend`` are N x P x P;
    ``coefficients`` N x P; the others N. ``score`` and ``bend`` are the derivatives of the profile.
    """

    inverse: Floats
    form_slope: Floats
    form_bend: Floats
    coefficients: Floats
    squares: Floats
    score: Floats
    bend: Floats


def profile(sums: Sums, n: Integers, rho: Floats, likelihood: Likelihood) -> Profile:
    """Generalised least squares at ``rho``, with the derivatives of the profile likelihood there."""
    w, w_slope, w_bend = weights(rho, sums.gaps)
    form, form_slope, form_bend = (combine(each, sums.xx) for each in (w, w_slope, w_bend))
    xy, xy_slope, xy_bend = (
        np.einsum("nf,nfp->np", each, sums.xy) for each in (w, w_slope, w_bend)
    )
    yy, yy_slope, yy_bend = ((each * sums.yy).sum(1) for each in (w, w_slope, w_bend))
    inverse: Floats = np.asarray(np.linalg.inv(form), dtype=np.float64)
    beta = _times(inverse, xy)
    turned = _times(form_slope, beta)
    squares = yy - (xy * beta).sum(1)
    slope = yy_slope - 2 * (xy_slope * beta).sum(1) + (beta * turned).sum(1)
    moved = xy_slope - turned
    bend = (
        yy_bend
        - 2 * (xy_bend * beta).sum(1)
        + (beta * _times(form_bend, beta)).sum(1)
        - 2 * (moved * _times(inverse, moved)).sum(1)
    )
    _, det_slope, det_bend = log_determinant(rho, sums.gaps, sums.counts)
    free, trace, trace_slope = n.astype(float), np.zeros(1), np.zeros(1)
    if likelihood == "restricted":
        free = free - beta.shape[1]
        product = inverse @ form_slope
        trace = np.trace(product, axis1=1, axis2=2)
        trace_slope = (inverse * form_bend).sum((1, 2)) - _trace_of_square(product)
    with np.errstate(divide="ignore", invalid="ignore"):  # an exact fit at a known rho has no score
        relative, curved = slope / squares, bend / squares
    return Profile(
        inverse=inverse,
        form_slope=form_slope,
        form_bend=form_bend,
        coefficients=beta,
        squares=squares,
        score=-(free * relative + det_slope + trace) / 2,
        bend=-(free * (curved - relative**2) + det_bend + trace_slope) / 2,
    )


def log_likelihoods(sums: Sums, n: Integers, likelihood: Likelihood) -> Floats:
    """The profile log-likelihood less its constant on the grid; N x points."""
    w, _, _ = weights(_GRID, sums.gaps)
    values = np.empty((len(sums.yy), len(_GRID)))
    for k in range(len(_GRID)):
        values[:, k] = _log_likelihood(sums, n, w[k : k + 1], _GRID[k : k + 1], likelihood)
    return values


def _log_likelihood(
    sums: Sums, n: Integers, w: Floats, rho: Floats, likelihood: Likelihood
) -> Floats:
    form = np.einsum("f,dfpq->dpq", w[0], sums.xx)
    root = np.linalg.cholesky(form)
    xy, yy = np.einsum("f,nfp->np", w[0], sums.xy), sums.yy @ w[0]
    squares = yy - (_against_inverse(root, xy) ** 2).sum(1)
    log_det, _, _ = log_determinant(rho, sums.gaps, sums.counts)
    if likelihood == "full":
        return np.asarray(-(n * np.log(squares) + log_det) / 2)
    log_form = 2 * np.log(np.diagonal(root, axis1=1, axis2=2)).sum(1)
    return np.asarray(-((n - root.shape[1]) * np.log(squares) + log_det + log_form) / 2)


def maximise(design: Design, sums: Sums, likelihood: Likelihood) -> tuple[Floats, Integers]:
    """The maximising rho of each series, and 1 or -1 where the profile still rises at that end of the range.

    The best of 48 points on the scale of atanh(rho) is polished to the last digits with Newton's steps on the
    score, halving the interval where a step would leave it.
    """
    best = log_likelihoods(sums, design.n, likelihood).argmax(1)
    low = _GRID[np.maximum(best - 1, 0)]
    high = _GRID[np.minimum(best + 1, len(_GRID) - 1)]
    rho = _GRID[best].copy()
    boundary = np.zeros(len(rho), dtype=np.int64)
    low, high, todo = np.arctanh(low), np.arctanh(high), np.arange(len(rho))
    for step in range(_STEPS):
        part = subset(sums, todo)
        n = design.n if len(design.n) == 1 else design.n[todo]
        here = profile(part, n, rho[todo], likelihood)
        z, spread = np.arctanh(rho[todo]), 1 - rho[todo] ** 2
        if step == 0:
            boundary[(best == len(_GRID) - 1) & (here.score > 0)] = 1
            boundary[(best == 0) & (here.score < 0)] = -1
        rising = here.score > 0
        low[todo], high[todo] = np.where(rising, z, low[todo]), np.where(rising, high[todo], z)
        steepness = here.bend * spread**2 - 2 * rho[todo] * spread * here.score
        newton = z - here.score * spread / np.where(steepness < 0, steepness, np.inf)
        inside = (newton > low[todo]) & (newton < high[todo]) & (steepness < 0)
        moved = np.where(inside, newton, (low[todo] + high[todo]) / 2)
        moving = (boundary[todo] == 0) & (here.score != 0)
        rho[todo[moving]] = np.tanh(moved[moving])
        todo = todo[moving & (np.abs(moved - z) > np.where(inside, _LAST_STEP, _LAST_STEP**2))]
        if not len(todo):
            break
    return rho, boundary


def subset(sums: Sums, rows: Integers) -> Sums:
    """The sums of some of the series."""
    shared = len(sums.xx) == 1
    return Sums(
        xx=sums.xx if shared else sums.xx[rows],
        xy=sums.xy[rows],
        yy=sums.yy[rows],
        gaps=sums.gaps,
        counts=sums.counts if len(sums.counts) == 1 else sums.counts[rows],
    )


def _times(matrices: Floats, vectors: Floats) -> Floats:
    return np.asarray((matrices @ vectors[:, :, None])[:, :, 0])


def _trace_of_square(matrices: Floats) -> Floats:
    return np.asarray((matrices * np.swapaxes(matrices, 1, 2)).sum((1, 2)))


def _against_inverse(root: Floats, vectors: Floats) -> Floats:
    """``root^-1 vector`` for each series; the root may be shared."""
    if len(root) == 1:
        return np.asarray(np.linalg.solve(root[0], vectors.T).T)
    return np.asarray(np.linalg.solve(root, vectors[:, :, None])[:, :, 0])
