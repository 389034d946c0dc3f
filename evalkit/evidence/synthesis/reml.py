"""How much studies differ beyond chance: restricted maximum likelihood, many pools at once."""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

GRID = 48
"""Points of the first look; the likelihood of few studies can have two hills, and the higher one is
wanted."""
HALVINGS = 52
"""Steps of the second look: each halves what is left, until double precision has no smaller step."""


def reml(effects: Floats, variances: Floats) -> Floats:
    """Between-study variance of each row.

    Parameters
    ----------
    effects, variances : array, m x k
        Of m pools of k studies each; variances above 0.

    Returns
    -------
    array, m
        tau squared, 0 or more. The maximum over the whole range in which there can be one, and not the first
        hill that a search climbs.

    References
    ----------
    Viechtbauer (2005), *Journal of Educational and Behavioral Statistics* 30(3).
    """
    rows = np.arange(len(effects))
    grid = _highest(effects, variances)[:, None] * np.linspace(0, 1, GRID) ** 2
    best = _likelihood(effects, variances, grid).argmax(axis=1)
    low, high = grid[rows, np.maximum(best - 1, 0)], grid[rows, np.minimum(best + 1, GRID - 1)]
    middle = grid[rows, best]
    for _ in range(HALVINGS):
        rising = _slope(effects, variances, middle) > 0
        low, high = np.where(rising, middle, low), np.where(rising, high, middle)
        middle = (low + high) / 2
    return np.where(
        (best == 0) & (_slope(effects, variances, np.zeros(len(rows))) <= 0), 0.0, middle
    )


def _highest(effects: Floats, variances: Floats) -> Floats:
    """A tau squared above which the likelihood only falls.

    Its slope is below 0 where a (v + t) < (u + t)^2, a being the effects' variance and u, v the smallest and
    largest variance within studies; t = a + sqrt(a v) is beyond that whatever u is.
    """
    spread = effects.var(axis=1, ddof=1)
    return np.asarray(spread + np.sqrt(spread * variances.max(axis=1)))


def _likelihood(effects: Floats, variances: Floats, grid: Floats) -> Floats:
    """Restricted log likelihood, m x points, without its constant."""
    total = variances[:, None, :] + grid[:, :, None]
    weights = 1 / total
    sums = weights.sum(axis=2)
    means = (weights * effects[:, None, :]).sum(axis=2) / sums
    left = (weights * (effects[:, None, :] - means[:, :, None]) ** 2).sum(axis=2)
    return np.asarray(-(np.log(total).sum(axis=2) + np.log(sums) + left) / 2)


def _slope(effects: Floats, variances: Floats, at: Floats) -> Floats:
    """Twice the derivative of the restricted log likelihood by tau squared."""
    weights = 1 / (variances + at[:, None])
    sums, squares = weights.sum(axis=1), (weights**2).sum(axis=1)
    means = (weights * effects).sum(axis=1) / sums
    left = (weights**2 * (effects - means[:, None]) ** 2).sum(axis=1)
    return np.asarray(left - sums + squares / sums)
