"""Kenward and Roger's covariance and degrees of freedom for AR(1) errors, many series at once.

With ``V = s2 R(rho)``, ``A = X' R^-1 X`` and derivatives with respect to rho written A1 and A2, every matrix
of Kenward and Roger (1997) but one is a multiple of A, A1 or A2. The one is ``M = X' K1 R K1 X`` with
``K1 = d R^-1 / d rho``, taken by one pass through the periods.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from evalkit.its.ar1_forms import Design, Floats, Sums, correlation
from evalkit.its.ar1_likelihood import Profile

_ROUNDING = 1e-12  # of the information matrix's determinant before it cancels


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SmallSample:
    """What any contrast of the N series' coefficients needs.

    Attributes
    ----------
    coefficients : array, N x P
    covariance, adjusted : array, N x P x P
        As if rho were known; and with Kenward and Roger's addition for its estimation.
    turn : array, N x P x P
        ``- d covariance / d rho`` at fixed s2.
    trace, information, free : array, N
        ``tr(R^-1 R1) + tr(A^-1 A1)``; twice the information on rho when s2 is known; n - p.
    separate : array of bool, N
        Whether the series can tell rho and s2 apart at all. Where it cannot, nothing above means anything.
    """

    coefficients: Floats
    covariance: Floats
    adjusted: Floats
    turn: Floats
    trace: Floats
    information: Floats
    free: Floats
    separate: npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Contrasts:
    """Effects, their standard errors as if rho were known and adjusted, and degrees of freedom; N x Q.

    ``floored`` is where the adjusted error came out below the plain one and the plain one was taken.
    """

    effect: Floats
    plain_error: Floats
    adjusted_error: Floats
    dof: Floats
    floored: npt.NDArray[np.bool_]


def small_sample(design: Design, sums: Sums, at: Profile, rho: Floats) -> SmallSample:
    """Kenward and Roger's pieces with the expected information, in the orthonormal regressors.

    References
    ----------
    Kenward and Roger (1997), *Biometrics* 53(3), 983-997, sections 2 and 3.
    """
    n, p = design.n, design.columns.shape[2]
    free = np.broadcast_to((n - p).astype(float), rho.shape)
    variance = at.squares / free
    r, slope, _ = correlation(rho, sums.gaps)
    u = 1 / (1 - r**2)
    product = at.inverse @ at.form_slope
    trace = np.trace(product, axis1=1, axis2=2) - 2 * (sums.counts * r * slope * u).sum(1)
    square = squared_turn(design, rho)
    information = (
        2 * (sums.counts * (slope * u) ** 2 * (1 + r**2)).sum(1)
        - 2 * (at.inverse * square).sum((1, 2))
        + (product * np.swapaxes(product, 1, 2)).sum((1, 2))
    )
    whole, determinant = free * information, free * information - trace**2
    separate = determinant > _ROUNDING * whole
    determinant = np.where(separate, determinant, np.inf)
    turn = product @ at.inverse
    middle = 2 * square + at.form_bend - 4 * at.form_slope @ product
    added = free[:, None, None] * (at.inverse @ middle @ at.inverse)
    added -= 2 * trace[:, None, None] * turn
    scale = variance[:, None, None]
    return SmallSample(
        coefficients=at.coefficients,
        covariance=scale * at.inverse,
        adjusted=scale * (at.inverse + added / determinant[:, None, None]),
        turn=scale * turn,
        trace=trace,
        information=information,
        free=free,
        separate=separate,
    )


def known_rho(design: Design, at: Profile) -> SmallSample:
    """The same record where rho was not estimated: nothing is added, and n - p degrees of freedom."""
    free = np.broadcast_to((design.n - design.columns.shape[2]).astype(float), at.squares.shape)
    covariance = (at.squares / free)[:, None, None] * at.inverse
    return SmallSample(
        coefficients=at.coefficients,
        covariance=covariance,
        adjusted=covariance,
        turn=np.zeros_like(covariance),
        trace=np.zeros_like(free),
        information=np.ones_like(free),
        free=free,
        separate=np.ones(len(free), dtype=bool),
    )


def contrast(of: SmallSample, contrasts: Floats) -> Contrasts:
    """Effects ``contrasts @ coefficients`` for contrasts of shape N or 1 x Q x P.

    Degrees of freedom are Satterthwaite's, which are Kenward and Roger's for a single contrast; both they and
    the adjusted error are floored, at 1 and at the error as if rho were known.
    """
    plain, adjusted, turned = (
        _form(matrix, contrasts) for matrix in (of.covariance, of.adjusted, of.turn)
    )
    free, trace, information = (each[:, None] for each in (of.free, of.trace, of.information))
    spread = information * plain**2 + 2 * trace * plain * turned + free * turned**2
    with np.errstate(divide="ignore", invalid="ignore"):
        dof = (free * information - trace**2) * plain**2 / spread
    return Contrasts(
        effect=(contrasts @ of.coefficients[:, :, None])[:, :, 0],
        plain_error=np.sqrt(plain),
        adjusted_error=np.sqrt(np.maximum(adjusted, plain)),
        dof=np.maximum(dof, 1.0),
        floored=adjusted < plain,
    )


def squared_turn(design: Design, rho: Floats) -> Floats:
    """``X' K1 R K1 X`` of each series, N x P x P.

    With the whitening ``L' L = R^-1`` and D its derivative, ``K1 = D'L + L'D`` and the result is the
    cross-product of ``L'^-1 D'(L X) + D X``, where L has two diagonals: one step back through the periods.
    """
    x, gap = design.columns.transpose(1, 0, 2), design.gap.T.astype(float)
    observed = gap > 0
    r = np.where(observed, rho ** np.maximum(gap, 1), 0.0)
    slope = np.where(observed, gap * rho ** np.maximum(gap - 1, 0), 0.0)
    s = np.sqrt(1 - r**2)
    steep = slope / s**3
    m, p = x.shape[0], x.shape[2]
    whole = np.empty((m, len(rho), p))
    carried: Floats = np.zeros((len(rho), p))
    for i in range(m - 1, 0, -1):
        change, back = x[i] - x[i - 1], (1 - r[i])[:, None] * x[i - 1]
        white = (change + back) / s[i][:, None]
        here = carried + (r[i] * steep[i])[:, None] * white
        whole[i] = s[i][:, None] * here + steep[i][:, None] * (r[i][:, None] * change - back)
        carried = r[i][:, None] * here - steep[i][:, None] * white
    whole[0] = carried
    series_first = whole.transpose(1, 0, 2)
    return np.swapaxes(series_first, 1, 2) @ series_first


def _form(matrices: Floats, contrasts: Floats) -> Floats:
    return np.asarray(((contrasts @ matrices) * contrasts).sum(2))
