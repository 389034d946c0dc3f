"""The mean of several studies and its error, once the variance between them is given; many pools at once."""

from dataclasses import dataclass

import numpy as np

from evalkit.evidence.synthesis.reml import Floats
from evalkit.inference.reference import chi_squared_quantile

HALVINGS = 80
"""Of the interval around tau squared: from its largest conceivable value down to double precision."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Weighted:
    """Means of m pools of k studies.

    Attributes
    ----------
    weights : array, m x k
        Each row adds up to 1.
    effect, standard_error, dof : array, m
        The error is the one that intervals use, with its degrees of freedom.
    plain_error : array, m
        1 / sqrt(sum of weights): as if tau squared were known.
    scale : array, m
        Hartung and Knapp's factor on the variance, before the floor.
    """

    weights: Floats
    effect: Floats
    standard_error: Floats
    dof: Floats
    plain_error: Floats
    scale: Floats


def hartung_knapp(effects: Floats, variances: Floats, tau_squared: Floats) -> Weighted:
    """Means of m pools of k independent studies, their variance scaled by what is seen, never below 1.

    References
    ----------
    Hartung and Knapp (2001), *Statistics in Medicine* 20(24); Sidik and Jonkman (2002), *Statistics in
    Medicine* 21(21); the floor: Röver, Knapp and Friede (2015), *BMC Medical Research Methodology* 15.
    """
    weights = 1 / (variances + tau_squared[:, None])
    sums = weights.sum(axis=1)
    means = (weights * effects).sum(axis=1) / sums
    scale = (weights * (effects - means[:, None]) ** 2).sum(axis=1) / (effects.shape[1] - 1)
    return Weighted(
        weights=weights / sums[:, None],
        effect=means,
        standard_error=np.sqrt(np.maximum(scale, 1) / sums),
        dof=np.full(len(means), effects.shape[1] - 1.0),
        plain_error=1 / np.sqrt(sums),
        scale=scale,
    )


def robust(effects: Floats, variances: Floats, tau_squared: Floats) -> Weighted:
    """The same with errors that hold whatever the true variances of the studies are: CR2, small-sample dof.

    Every row holds one mean a study, so that what its findings share is inside the study and needs no model.
    With p the weights, which add up to 1, and e the residuals, the variance is the sum of (p e)^2 / (1 - p),
    and the degrees of freedom are 1 / (sum of p^2 + sum over pairs j, l, both ways, of
    (p_j p_l)^2 / ((1 - p_j)(1 - p_l))); k - 1 where studies weigh the same.

    References
    ----------
    Hedges, Tipton and Johnson (2010), *Research Synthesis Methods* 1(1); Tipton (2015), *Psychological
    Methods* 20(3).
    """
    found = hartung_knapp(effects, variances, tau_squared)
    share = found.weights
    residuals = effects - found.effect[:, None]
    grown = share**2 / (1 - share)
    pairs = grown.sum(axis=1) ** 2 - (grown**2).sum(axis=1)
    return Weighted(
        weights=share,
        effect=found.effect,
        standard_error=np.sqrt((grown * residuals**2).sum(axis=1)),
        dof=1 / ((share**2).sum(axis=1) + pairs),
        plain_error=found.plain_error,
        scale=found.scale,
    )


def q_statistic(effects: Floats, variances: Floats, tau_squared: Floats) -> Floats:
    """Cochran's Q of m pools, with tau squared added to every variance."""
    weights = 1 / (variances + tau_squared[:, None])
    means = (weights * effects).sum(axis=1) / weights.sum(axis=1)
    return np.asarray((weights * (effects - means[:, None]) ** 2).sum(axis=1))


def tau_squared_interval(effects: Floats, variances: Floats, level: float) -> tuple[float, float]:
    """Where tau squared of one pool may lie: the values at which Q is not surprising.

    References
    ----------
    Viechtbauer (2007), *Statistics in Medicine* 26(1), *Q-profile method*.
    """
    k = len(effects)
    # Q(t) <= SS / t, so that at SS over the smaller quantile it is below both
    highest = ((effects - effects.mean()) ** 2).sum() / chi_squared_quantile((1 - level) / 2, k - 1)
    shares = (0.5 + level / 2, 0.5 - level / 2)
    ends = np.array([chi_squared_quantile(share, k - 1) for share in shares])
    low, high = np.zeros(2), np.full(2, highest)
    rows = (np.tile(effects, (2, 1)), np.tile(variances, (2, 1)))
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        above = q_statistic(*rows, middle) > ends
        low, high = np.where(above, middle, low), np.where(above, high, middle)
    found = np.where(q_statistic(*rows, np.zeros(2)) <= ends, 0.0, (low + high) / 2)
    return float(found[0]), float(found[1])


def i_squared(variances: Floats, tau_squared: float) -> float:
    """Share of the scatter between studies that is not chance: tau squared over it and the typical variance.

    References
    ----------
    Higgins and Thompson (2002), *Statistics in Medicine* 21(11), equation 9 for the typical variance.
    """
    weights = 1 / variances
    typical = (len(weights) - 1) * weights.sum() / (weights.sum() ** 2 - (weights**2).sum())
    return float(tau_squared / (tau_squared + typical))
