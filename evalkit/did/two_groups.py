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

    Raises
    ------
    NoOverlap, NoVariation
        The propensity score, or the outcome regression, does not exist.
    """
    if method == "regression":
        return _by_regression(change, treated, design, weights)
    if np.linalg.cond((weights[:, None] * design).T @ design) > SINGULAR:
        raise NoVariation
    score = propensity(design, treated, weights)
    if score is None:
        raise NoOverlap
    # one solve for all changes; with "ipw" nothing is predicted
    outcome = _outcome_model(change, treated, design, weights) if method == "dr" else None
    residual = change if outcome is None else change - outcome.predicted
    kept = treated | (score.scores < TRIM)
    odds = score.scores / (1 - score.scores)
    w_treated = np.where(treated, weights, 0.0)
    w_treated /= w_treated.sum()
    w_compared = np.where(kept & ~treated, weights * odds, 0.0)
    if not w_compared.any():
        raise NoOverlap
    w_compared /= w_compared.sum()
    gain, drift = w_treated @ residual, w_compared @ residual
    off = w_compared[:, None] * (residual - drift)
    influence = w_treated[:, None] * (residual - gain) - off
    of_score = (weights * (treated - score.scores))[:, None] * design
    influence -= of_score @ np.linalg.solve(score.information, design.T @ off)
    if outcome is not None:
        influence -= outcome.influence(design.T @ (w_treated - w_compared))
    return Compared(effects=gain - drift, influence=influence, trimmed=int(np.count_nonzero(~kept)))


def _by_regression(change: Floats, treated: Booleans, design: Floats, weights: Floats) -> Compared:
    outcome = _outcome_model(change, treated, design, weights)
    share = np.where(treated, weights, 0.0)
    share /= share.sum()
    residual = change - outcome.predicted
    effects = share @ residual
    influence = share[:, None] * (residual - effects) - outcome.influence(design.T @ share)
    middle, others = share @ design, design[~treated]
    beyond = (middle < others.min(axis=0) - ROUNDING) | (middle > others.max(axis=0) + ROUNDING)
    return Compared(effects=effects, influence=influence, extrapolated=bool(beyond.any()))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _OutcomeModel:
    """Weighted least squares of the changes on the covariates among comparison units."""

    predicted: Floats  # m x k
    scores: Floats  # m x P: weight x design x inverse cross product, 0 for treated units
    residual: Floats  # m x k

    def influence(self, at: Floats) -> Floats:
        """Of the prediction at covariates ``at`` (P), m x k."""
        found: Floats = (self.scores @ at)[:, None] * self.residual
        return found


def _outcome_model(
    change: Floats, treated: Booleans, design: Floats, weights: Floats
) -> _OutcomeModel:
    weighted = np.where(treated, 0.0, weights)[:, None] * design
    cross = weighted.T @ design
    n_compared = int(np.count_nonzero(~treated))
    if n_compared < design.shape[1] or np.linalg.cond(cross) > SINGULAR:
        raise NoVariation
    predicted = design @ np.linalg.solve(cross, weighted.T @ change)
    scores = np.linalg.solve(cross, weighted.T).T.astype(np.float64, copy=False)
    return _OutcomeModel(
        predicted=predicted,
        scores=scores,
        residual=change - predicted,
    )
