"""The rate ratio of ``ek.did.poisson`` for thousands of panels of counts at once.

With one start, complete panels and sizes that do not change, the ratio is that of the treated areas'
incidents after and before, over that of the others.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import stats

from benchmarks.calibration.changes import CHUNK, DEALT
from benchmarks.calibration.worlds import PERIODS, START
from evalkit.inference.permutation import deals

Floats = npt.NDArray[np.float64]
Booleans = npt.NDArray[np.bool_]
TIE = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Incidents:
    """Incidents of each area before and after the start, both draws x N, and which areas are treated."""

    before: Floats
    after: Floats
    treated: Booleans

    def log_ratio(self, treated: Booleans) -> Floats:
        """Array, draws."""
        after, before = self.after, self.before
        return np.asarray(
            np.log(after[:, treated].sum(axis=1))
            - np.log(before[:, treated].sum(axis=1))
            - np.log(after[:, ~treated].sum(axis=1))
            + np.log(before[:, ~treated].sum(axis=1))
        )


def cluster(of: Incidents) -> Floats:
    """P-values of the cluster rule on the log ratio."""
    n = len(of.treated)
    squares = np.zeros(len(of.after))
    for side in (of.treated, ~of.treated):
        after, both = of.after[:, side], of.after[:, side] + of.before[:, side]
        share = (after.sum(axis=1) / both.sum(axis=1))[:, None]
        moved = (after - both * share) / (both.sum(axis=1)[:, None] * share * (1 - share))
        squares += (moved**2).sum(axis=1)
    cells, k = n * PERIODS, (PERIODS - START) + PERIODS
    error = np.sqrt(n / (n - 1) * (cells - 1) / (cells - k) * squares)
    return np.asarray(2 * stats.t.sf(np.abs(of.log_ratio(of.treated)) / error, n - 1))


def permutation(of: Incidents, seed: int = 0) -> Floats:
    """P-values of the permutation test; the mirror image of the observed deal always counts."""
    dealt = deals(np.where(of.treated, 0, 1), draws=DEALT, seed=seed) == 0
    mirror = (dealt == ~of.treated).all(axis=1)
    own = np.abs(of.log_ratio(of.treated))
    totals = of.after.sum(axis=1), of.before.sum(axis=1)
    step, chosen, parts = max(1, CHUNK // len(dealt)), dealt.T.astype(np.float64), []
    for at in range(0, len(own), step):
        here = slice(at, at + step)
        after, before = of.after[here] @ chosen, of.before[here] @ chosen
        found = np.log(after / before) - np.log(
            (totals[0][here, None] - after) / (totals[1][here, None] - before)
        )
        far = (np.abs(found) >= own[here, None] - TIE) | mirror
        parts.append(far.mean(axis=1))
    return np.concatenate(parts)
