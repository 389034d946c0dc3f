"""Regression with AR(1) errors for many series at once; one series is the batch of one."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from evalkit.its.ar1_forms import Design, Floats, Integers, against, log_determinant, sums
from evalkit.its.ar1_likelihood import Likelihood, maximise, profile
from evalkit.its.ar1_pack import EXACT, TOO_FEW, pack, problems, residuals, subset_of
from evalkit.its.ar1_small_sample import SmallSample, contrast, known_rho, small_sample

Flags = npt.NDArray[np.bool_]

_SHARED = 8  # so many series with the same missing periods are solved with shared regressors
_CELLS = 1_000_000  # numbers of a temporary array: a few megabytes


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Solved:
    """N series solved; matrices are in the coefficients of the given regressors.

    Attributes
    ----------
    rho, sigma, log_likelihood : array, N
        Lag-one autocorrelation; standard deviation of the errors; at the maximum.
    boundary : array of int, N
        1 where the likelihood still rises at the highest rho, -1 at the lowest, else 0.
    small : SmallSample
    """

    rho: Floats
    sigma: Floats
    log_likelihood: Floats
    boundary: Integers
    small: SmallSample


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Fits:
    """Contrasts of N series; NaN where ``problem`` says why there is no number.

    Attributes
    ----------
    effect, plain_error, adjusted_error, dof : array, N x Q
        In the outcome's unit: standard errors as if rho were known, and Kenward and Roger's.
    rho, sigma : array, N
    boundary : array of int, N
        As in ``Solved``.
    problem : tuple of str, N
        Empty where there is none.
    """

    effect: Floats
    plain_error: Floats
    adjusted_error: Floats
    dof: Floats
    rho: Floats
    sigma: Floats
    boundary: Integers
    problem: tuple[str, ...]


def fit(
    outcomes: Floats,
    regressors: Floats,
    contrasts: Floats,
    *,
    which: Integers | None = None,
    likelihood: Likelihood = "restricted",
    rho: float | None = None,
) -> Fits:
    """Estimate contrasts of many regressions with AR(1) errors.

    Parameters
    ----------
    outcomes : array, N x T
        NaN where a period is missing; it stays missing, and time goes on.
    regressors : array, K x T x P
        Finite. The calendar is T consecutive periods.
    contrasts : array, K x Q x P
        Of the coefficients of ``regressors``.
    which : array of int, N, optional
        Whose regressors: between 0 and K - 1. All the first by default.
    likelihood : "restricted" or "full"
    rho : float, optional
        Take the autocorrelation as known; 0 is ordinary least squares. The degrees of freedom are then n - p
        and the errors plain.

    Returns
    -------
    Fits
        The same numbers as for one series at a time, but for the order of sums.
    """
    n, q = len(outcomes), contrasts.shape[1]
    which = np.zeros(n, dtype=np.int64) if which is None else which
    out = {name: np.full((n, q), np.nan) for name in ("effect", "plain", "adjusted", "dof")}
    found_rho, sigma = np.full(n, np.nan), np.full(n, np.nan)
    boundary, problem = np.zeros(n, dtype=np.int64), np.full(n, "", dtype=object)
    for rows, owners in _groups(np.isfinite(outcomes), which, regressors.shape):
        design, packed = pack(regressors[owners], outcomes[rows])
        reasons = problems(design, packed, rho_known=rho is not None)
        if rho is not None:
            reasons[reasons == EXACT] = ""  # least squares can do without scatter
        problem[rows] = reasons
        good = np.flatnonzero(reasons == "")
        if not len(good):
            continue
        solved = solve(subset_of(design, good), packed[good], likelihood=likelihood, rho=rho)
        kept, problem[rows[good]] = rows[good], np.where(solved.small.separate, "", TOO_FEW)
        of = contrast(solved.small, contrasts[which[kept]] if len(contrasts) > 1 else contrasts)
        out["effect"][kept], out["plain"][kept] = of.effect, of.plain_error
        out["adjusted"][kept], out["dof"][kept] = of.adjusted_error, of.dof
        found_rho[kept], sigma[kept] = solved.rho, solved.sigma
        boundary[kept] = solved.boundary
    nothing = np.array([bool(reason) for reason in problem])
    for numbers in (*out.values(), found_rho, sigma):
        numbers[nothing] = np.nan
    boundary[nothing] = 0
    return Fits(
        effect=out["effect"],
        plain_error=out["plain"],
        adjusted_error=out["adjusted"],
        dof=out["dof"],
        rho=found_rho,
        sigma=sigma,
        boundary=boundary,
        problem=tuple(problem),
    )


def solve(
    design: Design,
    packed: Floats,
    *,
    likelihood: Likelihood = "restricted",
    rho: float | None = None,
) -> Solved:
    """Solve series (N x M, as ``pack`` returns them) whose designs have full rank."""
    level = against(design.columns, packed)
    products = sums(design, residuals(design, packed))
    if rho is None:
        at, boundary = maximise(design, products, likelihood)
    else:
        at, boundary = np.full(len(packed), rho), np.zeros(len(packed), dtype=np.int64)
    here = profile(products, design.n, at, likelihood)
    small = small_sample(design, products, here, at) if rho is None else known_rho(design, here)
    free = design.n - (design.columns.shape[2] if likelihood == "restricted" else 0)
    variance = here.squares / free
    log_det, _, _ = log_determinant(at, products.gaps, products.counts)
    with np.errstate(divide="ignore"):  # an exact fit
        value = -(free * (np.log(2 * np.pi * variance) + 1) + log_det) / 2
    if likelihood == "restricted":
        value -= (design.log_det - np.linalg.slogdet(here.inverse)[1]) / 2
    return Solved(
        rho=at,
        sigma=np.sqrt(variance),
        log_likelihood=value,
        boundary=boundary,
        small=_in_given(small, design, level),
    )


def _in_given(small: SmallSample, design: Design, level: Floats) -> SmallSample:
    turn = design.to_given
    back = np.swapaxes(turn, 1, 2)
    return SmallSample(
        coefficients=(turn @ (small.coefficients + level)[:, :, None])[:, :, 0],
        covariance=turn @ small.covariance @ back,
        adjusted=turn @ small.adjusted @ back,
        turn=turn @ small.turn @ back,
        trace=small.trace,
        information=small.information,
        free=small.free,
        separate=small.separate,
    )


def _groups(
    observed: Flags, which: Integers, shape: tuple[int, ...]
) -> Iterator[tuple[Integers, Integers]]:
    """Rows that are solved together, and whose regressors: one for all where enough share their periods."""
    key = np.column_stack([which, np.packbits(observed, axis=1)])
    _, pattern, counts = np.unique(key, axis=0, return_inverse=True, return_counts=True)
    chunk = max(1, _CELLS // (shape[1] * shape[2]))
    by_pattern = np.argsort(pattern, kind="stable")
    starts = np.cumsum(counts) - counts
    for start, count in zip(starts, counts, strict=True):
        if count >= _SHARED or len(counts) == 1:
            rows = by_pattern[start : start + count]
            for part in range(0, count, chunk):
                yield rows[part : part + chunk], which[rows[:1]]
    alone = np.flatnonzero(counts[pattern] < _SHARED) if len(counts) > 1 else np.empty(0, int)
    for part in range(0, len(alone), chunk):
        yield alone[part : part + chunk], which[alone[part : part + chunk]]
