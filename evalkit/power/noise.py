"""How areas move by chance: read off the periods before anything starts."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import scipy  # its parts are read when one is first named
from scipy import linalg

from evalkit.did.two_way import period_system, two_way_residual

Floats = npt.NDArray[np.float64]
Booleans = npt.NDArray[np.bool_]

LARGEST = 0.98
"""Autocorrelation beyond this is a drift; its size can no longer be told from a short series."""

FLOOR = 0.05
"""No area is taken to be steadier than this share of the average variance: so little is chance."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Noise:
    """An AR(1) in each area, with an independent part on top.

    Attributes
    ----------
    spread : array, N
        Standard deviation of the AR(1) part.
    white : array, N
        Standard deviation of the independent part, e.g. of counting.
    autocorrelation : float
        Of the AR(1) part, the same in all areas; 0 to 0.98.
    """

    spread: Floats
    white: Floats
    autocorrelation: float

    @property
    def total(self) -> Floats:
        """Standard deviation (N) of an area in one period."""
        return np.hypot(self.spread, self.white)

    def variance_of(self, contrast: Floats) -> Floats:
        """Variance (N) of ``contrast @ series``, for weights of consecutive periods."""
        along = linalg.toeplitz(self.autocorrelation ** np.arange(len(contrast)))
        persistent = float(contrast @ along @ contrast)
        return self.spread**2 * persistent + self.white**2 * float(contrast @ contrast)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Areas:
    """How areas vary, and what each counts for.

    Attributes
    ----------
    noise : Noise
    sizes : array, N, or None
        Expected counts, where areas weigh in proportion to them; None where each area counts alike.
    """

    noise: Noise
    sizes: Floats | None = None

    def typical_first(self, n_treated: int) -> "Areas":
        """The same with the others put in order: those next that vary most like the middle one of them."""
        total = self.noise.total
        far = np.abs(total[n_treated:] - np.median(total[n_treated:]))
        order = np.concatenate([np.arange(n_treated), n_treated + np.argsort(far, kind="stable")])
        noise = Noise(
            spread=self.noise.spread[order],
            white=self.noise.white[order],
            autocorrelation=self.noise.autocorrelation,
        )
        return Areas(noise=noise, sizes=None if self.sizes is None else self.sizes[order])


def additive_residuals(before: Floats) -> Floats:
    """What unit and period means leave over (N x T); NaN stays NaN."""
    seen = np.isfinite(before)
    weights = seen.astype(np.float64)
    system = period_system(weights, np.zeros(len(before), dtype=np.int64), 1, before.shape[1])
    left = two_way_residual(np.where(seen, before, 0.0), weights, system)
    return np.where(seen, left, np.nan)


def relative_residuals(before: Floats) -> Floats:
    """Counts over what area times period predicts, less 1 (N x T); NaN stays NaN.

    Areas and periods multiply, so that sums by area and by period agree (Poisson's two-way fit).
    """
    seen = np.isfinite(before)
    counts = np.where(seen, before, 0.0)
    period = np.ones(before.shape[1])
    for _ in range(500):
        area = counts.sum(axis=1) / (seen @ period)
        new = counts.sum(axis=0) / (area @ seen)
        done = np.allclose(new, period, rtol=1e-10, atol=0)
        period = new
        if done:
            break
    fitted = np.outer(area, period)
    return np.where(seen & (fitted > 0), before / np.where(fitted > 0, fitted, 1.0) - 1, np.nan)


def estimate_noise(residuals: Floats, white: Floats) -> Noise:
    """Estimate spread and autocorrelation by moments, allowing for the means that were taken out.

    Taking out an area's own mean makes short series look less persistent than they are. So sums of squares
    and of neighbouring products are set equal to what an AR(1) of this length gives after the same means
    are taken out, not to their limits in long series.

    Parameters
    ----------
    residuals : array, N x T
        After unit and period means; N at least 3.
    white : array, N
        Known standard deviation of an independent part, 0 for none.
    """
    seen = np.isfinite(residuals)
    n_areas = len(residuals)
    e = np.where(seen, residuals, 0.0)
    squares, products = (e**2).sum(axis=1), (e[:, 1:] * e[:, :-1]).sum(axis=1)
    shrunk = (1 - 2 / n_areas) * white**2 + (white**2).sum() / n_areas**2
    length = seen.sum(axis=1)
    pairs = (seen[:, 1:] & seen[:, :-1]).sum(axis=1)
    left = squares - shrunk * (length - 1)
    along = products + shrunk * pairs / np.maximum(length, 1)
    if left.sum() <= 0:  # counting alone explains it
        return Noise(spread=np.zeros(n_areas), white=white, autocorrelation=0.0)
    rho = _autocorrelation(seen, left, along)
    total = np.array([_expected(tuple(row), rho)[0] for row in seen.tolist()])
    mixed = left / np.maximum(total, 1e-12)
    variance = _unmixed(mixed)
    variance = np.maximum(variance, FLOOR * max(float(variance.mean()), 0.0))
    return Noise(spread=np.sqrt(variance), white=white, autocorrelation=rho)


def _unmixed(mixed: Floats) -> Floats:
    """Each area's own variance, from those of residuals that hold a share of everybody's."""
    n = len(mixed)
    return np.asarray((mixed - mixed.sum() / (n * (n - 1))) / (1 - 2 / n))


def _autocorrelation(seen: Booleans, left: Floats, along: Floats) -> float:
    weight = left / np.maximum(seen.sum(axis=1) - 1, 1)  # about each area's variance
    rows = [tuple(row) for row in seen.tolist()]

    def excess(rho: float) -> float:
        expected = np.array([_expected(row, rho) for row in rows])
        share = float(weight @ expected[:, 1]) / float(weight @ expected[:, 0])
        return share - float(along.sum() / left.sum())

    if excess(0.0) >= 0:
        return 0.0
    if excess(LARGEST) <= 0:
        return LARGEST
    return float(scipy.optimize.brentq(excess, 0.0, LARGEST, xtol=1e-6))


@lru_cache(maxsize=4096)
def _expected(seen: tuple[bool, ...], rho: float) -> tuple[float, float]:
    """Expected sums of squares and of neighbouring products of an AR(1) of variance 1, less its mean."""
    mask = np.array(seen)
    along = linalg.toeplitz(rho ** np.arange(len(mask)))[np.ix_(mask, mask)]
    rows = along.mean(axis=1)
    left = along - rows[:, None] - rows + rows.mean()
    at = np.flatnonzero(mask)
    beside = np.flatnonzero(np.diff(at) == 1)
    return float(np.trace(left)), float(left[beside, beside + 1].sum())
