"""One treated and one comparison group: the effect on the treated of several changes, and who moved it.

Outcome regression (Heckman, Ichimura and Todd 1997), inverse probability weighting with weights that sum to
one (Abadie 2005), and the doubly robust combination (Sant'Anna and Zhao 2020, sections 2 and 3), each with
its influence function, estimation of the two models included.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from evalkit.did.propensity import TRIM, propensity

Floats = npt.NDArray[np.float64]
Booleans = npt.NDArray[np.bool_]
Method = Literal["dr", "regression", "ipw"]

ROUNDING = 1e-9  # of standardised covariates
SINGULAR = 1e12
"""Condition number of standardised covariates from which they count as dependent."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Compared:
    """Effects of k changes.

    Attributes
    ----------
    effects : array, k
    influence : array, m x k
        What each unit adds to the error of each effect; columns sum to 0.
    trimmed : int
        Comparison units left out for a propensity score above ``TRIM``.
    extrapolated : bool
        Of a regression: the treated mean of a covariate lies beyond all comparison units.
    """

    effects: Floats
    influence: Floats
    trimmed: int = 0
    extrapolated: bool = False


class NoOverlap(Exception):
    """The propensity score separates the two groups."""


class NoVariation(Exception):
    """The covariates are not independent among the comparison units."""


def by_means(change: Floats, treated: Booleans, weights: Floats) -> Compared:
    """Difference of weighted mean changes: all three methods without covariates.

    Parameters
    ----------
    change : array, m x k
    treated : array, m
    weights : array, m
    """
    influence = np.empty_like(change)
    sides = []
    for side in (treated, ~treated):
        share = weights[side] / weights[side].sum()
        mean = share @ change[side]
        influence[side] = share[:, None] * (change[side] - mean)
        sides.append(mean)
    influence[~treated] *= -1
    return Compared(effects=sides[0] - sides[1], influence=influence)


def by_covariates(
    change: Floats, treated: Booleans, design: Floats, weights: Floats, method: Method
) -> Compared:
    """The same with covariates: ``design`` is m x P, its constant first.

    Each unit moves an effect by a number times its residual, and by its covariates times what is the same for
    all; so residuals are never written out, and the changes are read twice.

    Raises
    ------
    NoOverlap, NoVariation
        The propensity score, or the outcome regression, does not exist.
    """
    w_treated = np.where(treated, weights, 0.0)
    w_treated /= w_treated.sum()
    score = None if method == "regression" else _scored(design, treated, weights)
    w_compared = np.zeros(len(weights)) if score is None else score.shares
    among = None if method == "ipw" else _among_comparison(treated, design, weights)
    columns = np.column_stack([w_treated, w_compared, w_compared[:, None] * design])
    sums = columns.T @ change
    own = w_treated - w_compared
    slopes = np.zeros((design.shape[1], change.shape[1]))
    if among is not None:
        slopes[:] = np.linalg.solve(among.cross, among.weighted.T @ change)
        own -= among.weighted @ np.linalg.solve(among.cross, design.T @ own)
    sums -= (columns.T @ design) @ slopes
    gain, drift = sums[:2]
    left, right = [-own[:, None] * design, w_treated, w_compared], [slopes, -gain, drift]
    if score is not None:
        left.append(score.residual)
        off = sums[2:] - np.outer(design.T @ w_compared, drift)
        right.append(-np.linalg.solve(score.information, off))
    influence = np.column_stack(left) @ np.vstack(right)
    influence += own[:, None] * change
    return Compared(
        effects=gain - drift,
        influence=influence,
        trimmed=0 if score is None else score.trimmed,
        extrapolated=score is None and _beyond(treated, design, w_treated),
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Scored:
    """Comparison units reweighted to look like the treated ones by their propensity score."""

    shares: Floats  # m: weights of the comparison units, summing to 1
    residual: Floats  # m x P: what each unit adds to the score of the likelihood
    information: Floats  # P x P
    trimmed: int


def _scored(design: Floats, treated: Booleans, weights: Floats) -> _Scored:
    if np.linalg.cond((weights[:, None] * design).T @ design) > SINGULAR:
        raise NoVariation
    found = propensity(design, treated, weights)
    if found is None:
        raise NoOverlap
    kept = treated | (found.scores < TRIM)
    odds = found.scores / (1 - found.scores)
    shares = np.where(kept & ~treated, weights * odds, 0.0)
    if not shares.any():
        raise NoOverlap
    return _Scored(
        shares=shares / shares.sum(),
        residual=(weights * (treated - found.scores))[:, None] * design,
        information=found.information,
        trimmed=int(np.count_nonzero(~kept)),
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Among:
    """Covariates of the comparison units: m x P times their weight, and the cross product."""

    weighted: Floats
    cross: Floats


def _among_comparison(treated: Booleans, design: Floats, weights: Floats) -> _Among:
    weighted = np.where(treated, 0.0, weights)[:, None] * design
    cross = weighted.T @ design
    n_compared = int(np.count_nonzero(~treated))
    if n_compared < design.shape[1] or np.linalg.cond(cross) > SINGULAR:
        raise NoVariation
    return _Among(weighted=weighted, cross=cross)


def _beyond(treated: Booleans, design: Floats, w_treated: Floats) -> bool:
    """Whether the treated mean of a covariate lies beyond all comparison units."""
    middle, others = w_treated @ design, design[~treated]
    least, most = others.min(axis=0) - ROUNDING, others.max(axis=0) + ROUNDING
    return bool(((middle < least) | (middle > most)).any())
