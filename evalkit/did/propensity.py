"""The probability of being treated, given covariates: a logit by Newton's method."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Booleans = npt.NDArray[np.bool_]

TRIM = 0.995
"""Comparison units with a score above this are left out: they would stand for 200 others each."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Propensity:
    """Fitted scores.

    Attributes
    ----------
    scores : array, m
        Between 0 and 1 - 1e-6.
    information : array, P x P
        Sum of weight x score x (1 - score) x design design'.
    """

    scores: Floats
    information: Floats


def propensity(design: Floats, treated: Booleans, weights: Floats) -> Propensity | None:
    """Fit a logit of ``treated`` (m) on ``design`` (m x P, with its constant) by weighted likelihood.

    Returns
    -------
    Propensity or None
        None where the likelihood has no maximum: a combination of covariates separates treated from
        comparison units, completely or nearly.

    References
    ----------
    Albert and Anderson (1984), *Biometrika* 71(1), on separation.
    """
    beta = np.zeros(design.shape[1])
    for _ in range(40):
        index = design @ beta
        scores = 1 / (1 + np.exp(-np.clip(index, -500, 500)))
        spread = weights * scores * (1 - scores)
        information = design.T @ (spread[:, None] * design)
        if np.linalg.cond(information) > 1e12:
            return None
        step = np.linalg.solve(information, design.T @ (weights * (treated - scores)))
        furthest = float(np.abs(design @ step).max())
        beta = beta + step * min(1.0, 5.0 / max(furthest, 1e-300))
        if furthest < 1e-9:
            return Propensity(scores=np.minimum(scores, 1 - 1e-6), information=information)
    return None
