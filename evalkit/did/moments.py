"""Group-time effects from group means and within-group covariances of whole paths.

On a balanced panel without covariates, weights and clusters every effect and every analytic covariance is a
function of two things a group: its mean path (T numbers) and the covariance of its units' paths (T x T). The
rows are read once and never again.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from evalkit.did.cells import Cells

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Estimated:
    """Effects of C cells and their joint covariance with the shares of H groups.

    Attributes
    ----------
    effects : array, C
    joint : array, (C + H) x (C + H)
        Covariance of the effects and, after them, of the groups' shares among all units.
    n_treated, n_comparison : array, C
        Units behind each cell.
    shares : array, H
    trimmed : int
        Comparison units left out for a propensity score near 1, over all cells.
    extrapolated : int
        Cells whose outcome regression is read beyond the comparison units' covariates.
    """

    effects: Floats
    joint: Floats
    n_treated: npt.NDArray[np.int64]
    n_comparison: npt.NDArray[np.int64]
    shares: Floats
    trimmed: int = 0
    extrapolated: int = 0


def by_moments(outcome: Floats, start: npt.NDArray[np.int64], cells: Cells) -> Estimated:
    """Effects and covariance of a balanced panel; ``outcome`` is N x T and ``start`` N.

    A unit i of group h moves cell c by K_h[:, c]'(y_i - mean_h) + d_h[c]: its own cohort's cells through
    the cohort's mean change, the cells it is compared with through theirs. The covariance is the sum over
    groups of n_h (K_h' S_h K_h + d_h d_h').
    """
    means, covariances = _moments(outcome, start, cells)
    contrasts = _contrasts(cells, outcome.shape[1])
    own = np.searchsorted(cells.starts, cells.cohort)
    sizes = cells.sizes.astype(np.float64)
    change = means @ contrasts  # H x C
    among = cells.compared * sizes
    n_comparison = among.sum(axis=1)
    drift = (among * change.T).sum(axis=1) / n_comparison
    n_cells, n_groups = len(own), len(sizes)
    joint = np.zeros((n_cells + n_groups, n_cells + n_groups))
    for h in range(n_groups):
        is_own, with_h = own == h, cells.compared[:, h]
        moved = np.flatnonzero(is_own | with_h)
        if not len(moved):
            continue
        factor = (is_own / sizes[h] - with_h / n_comparison)[moved]
        slopes = contrasts[:, moved] * factor
        offset = np.where(with_h, (drift - change[h]) / n_comparison, 0.0)[moved]
        block = slopes.T @ (sizes[h] * covariances[h]) @ slopes
        if offset.any():
            block += np.outer(sizes[h] * offset, offset)
        _add(joint, moved, block)
        joint[moved, n_cells + h] = sizes[h] * offset / len(outcome)
    joint[n_cells:, :n_cells] = joint[:n_cells, n_cells:].T
    shares = sizes / len(outcome)
    joint[n_cells:, n_cells:] = (np.diag(shares) - np.outer(shares, shares)) / len(outcome)
    return Estimated(
        effects=change[own, np.arange(n_cells)] - drift,
        joint=joint,
        n_treated=cells.sizes[own],
        n_comparison=n_comparison.astype(np.int64),
        shares=shares,
    )


def _add(joint: Floats, moved: npt.NDArray[np.int64], block: Floats) -> None:
    first, last = int(moved[0]), int(moved[-1]) + 1
    if last - first == len(moved):
        joint[first:last, first:last] += block
    else:
        joint[np.ix_(moved, moved)] += block


def _contrasts(cells: Cells, n_periods: int) -> Floats:
    """T x C: 1 in the cell's period, -1 in its base."""
    contrasts = np.zeros((n_periods, len(cells.period)))
    at = np.arange(len(cells.period))
    contrasts[cells.period, at] = 1.0
    contrasts[cells.base, at] -= 1.0
    return contrasts


def _moments(
    outcome: Floats, start: npt.NDArray[np.int64], cells: Cells
) -> tuple[Floats, list[Floats]]:
    """Mean path (H x T) and covariance of paths (H of T x T, divided by the number of units).

    Levels of units cancel in every contrast; they go first, so that large ones cost no digits.
    """
    means, covariances = [], []
    for group in cells.starts:
        paths = outcome[start == group]
        paths -= paths[:, :1].copy()
        mean = paths.mean(axis=0)
        paths -= mean
        means.append(mean)
        covariances.append(paths.T @ paths / len(paths))
    return np.array(means), covariances
