"""Quadratic forms in the inverse of an AR(1) correlation, from sums that are taken once.

For errors with correlation ``rho ** |t - s|`` observed at some periods, ``a' R^-1 c`` is the first product
plus, for every later observation, ``(a_i - r a_j)(c_i - r c_j) / (1 - r^2)`` with j the observation before it
and ``r = rho ** gap``. Written in differences, ``a_i - r a_j = (a_i - a_j) + (1 - r) a_j``, the form is a sum
of three products for every length of gap, with weights that depend on rho alone and lose no digits near 1.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Design:
    """Regressors at the observed periods, packed to the front: of one series, or of each its own.

    Attributes
    ----------
    columns : array, D x M x P
        Orthonormal regressors; rows of zeros after the last observation. D is 1 where all series share
        them.
    gap : array, D x M
        Periods since the observation before; 0 in the first row and after the last observation.
    n : array, D
        Observations.
    to_given : array, D x P x P
        Coefficients of the given regressors are ``to_given @`` those of ``columns``.
    log_det : array, D
        Of the given regressors' cross-product.
    """

    columns: Floats
    gap: Integers
    n: Integers
    to_given: Floats
    log_det: Floats


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sums:
    """Products of regressors (D x F x P x P), regressors and outcomes (N x F x P), outcomes (N x F).

    F is 1 + 3 G for G lengths of gap: ``gaps``, of which each occurs ``counts`` (D x G) times.
    """

    xx: Floats
    xy: Floats
    yy: Floats
    gaps: Integers
    counts: Integers


def sums(design: Design, outcomes: Floats) -> Sums:
    """The sums behind every form of ``outcomes`` (N x M, packed as the design's rows are)."""
    x, later = design.columns, design.gap[:, 1:]
    gaps = np.unique(later[later > 0])
    x_before, x_change = x[:, :-1], np.diff(x, axis=1)
    y_before, y_change = outcomes[:, :-1], np.diff(outcomes, axis=1)
    xx, xy = [x[:, 0, :, None] * x[:, 0, None, :]], [x[:, 0] * outcomes[:, :1]]
    yy = [outcomes[:, 0] ** 2]
    for gap in gaps:
        here = (later == gap).astype(float)
        change, before = x_change * here[:, :, None], x_before * here[:, :, None]
        across = np.swapaxes(change, 1, 2) @ x_before
        xx += [np.swapaxes(change, 1, 2) @ x_change, across + np.swapaxes(across, 1, 2)]
        xx += [np.swapaxes(before, 1, 2) @ x_before]
        xy += [against(change, y_change), against(change, y_before) + against(before, y_change)]
        xy += [against(before, y_before)]
        yy += [(here * y_change**2).sum(1), 2 * (here * y_change * y_before).sum(1)]
        yy += [(here * y_before**2).sum(1)]
    return Sums(
        xx=np.stack(xx, axis=1),
        xy=np.stack(xy, axis=1),
        yy=np.stack(yy, axis=1),
        gaps=gaps,
        counts=(later[:, :, None] == gaps).sum(1),
    )


def against(columns: Floats, outcomes: Floats) -> Floats:
    """``columns' outcomes`` for each series, N x P; the columns may be shared (D = 1)."""
    if len(columns) == 1:
        return np.asarray(outcomes @ columns[0])
    return np.asarray(np.einsum("nmp,nm->np", columns, outcomes))


def combine(weights: Floats, products: Floats) -> Floats:
    """Sum over F of weights (N x F) times products (D x F x P x P), N x P x P."""
    if len(products) == 1:
        flat = products[0].reshape(products.shape[1], -1)
        return np.asarray((weights @ flat).reshape(-1, *products.shape[2:]))
    return np.asarray(np.einsum("nf,nfpq->npq", weights, products))


def weights(rho: Floats, gaps: Integers) -> tuple[Floats, Floats, Floats]:
    """Weights of the sums at each rho, and their first and second derivatives; each N x F."""
    r, first, second = correlation(rho, gaps)
    up, u = 1 / (1 + r), 1 / (1 - r**2)
    value = np.stack([u, up, (1 - r) * up], axis=-1)
    slope = np.stack([2 * r * u**2, -(up**2), -2 * up**2], axis=-1)
    bend = np.stack([2 * u**2 + 8 * r**2 * u**3, 2 * up**3, 4 * up**3], axis=-1)
    first, second = first[..., None], second[..., None]
    return (
        _with_first_row(value, 1.0),
        _with_first_row(slope * first, 0.0),
        _with_first_row(bend * first**2 + slope * second, 0.0),
    )


def correlation(rho: Floats, gaps: Integers) -> tuple[Floats, Floats, Floats]:
    """``rho ** gap`` and its first and second derivatives with respect to rho; each N x G."""
    base, gap = rho[:, None], gaps.astype(float)
    return (
        base**gap,
        gap * base ** np.maximum(gap - 1, 0),
        gap * (gap - 1) * base ** np.maximum(gap - 2, 0),
    )


def log_determinant(rho: Floats, gaps: Integers, counts: Integers) -> tuple[Floats, Floats, Floats]:
    """``log |R|`` and its first and second derivatives; N each. ``counts`` is N x G or 1 x G."""
    r, first, second = correlation(rho, gaps)
    u = 1 / (1 - r**2)
    slope = -2 * r * u
    bend = -2 * (1 + r**2) * u**2
    return (
        (counts * np.log1p(-(r**2))).sum(1),
        (counts * slope * first).sum(1),
        (counts * (bend * first**2 + slope * second)).sum(1),
    )


def _with_first_row(values: Floats, first: float) -> Floats:
    flat = values.reshape(len(values), -1)
    return np.concatenate([np.full((len(flat), 1), first), flat], axis=1)
