"""What another stretch of the same length might have said of chance."""

import numpy as np
import numpy.typing as npt
from scipy import linalg

from evalkit.power.noise import Noise, additive_residuals, estimate_noise

Floats = npt.NDArray[np.float64]
Booleans = npt.NDArray[np.bool_]

TIMES = 40
ENDS = (0.1, 0.9)


def spread_again(
    noise: Noise, seen: Booleans, contrast: Floats, n_treated: int, *, seed: int
) -> tuple[float, float]:
    """Range (80 per cent) of how large the estimate's spread would have been thought, relative to this time.

    Areas are simulated as often as they were seen, and their noise is estimated anew.

    Parameters
    ----------
    seen : array of bool, N x T
        Cells before the start that have a number.
    contrast : array
        Weights of an area's periods in its change.
    """
    rng = np.random.default_rng(seed)
    n_areas, n_periods = seen.shape
    root = np.linalg.cholesky(linalg.toeplitz(noise.autocorrelation ** np.arange(n_periods)))
    now = _variance(noise, contrast, n_treated)
    shares = []
    for _ in range(TIMES):
        drawn = noise.spread[:, None] * (rng.standard_normal((n_areas, n_periods)) @ root.T)
        drawn += noise.white[:, None] * rng.standard_normal((n_areas, n_periods))
        again = estimate_noise(additive_residuals(np.where(seen, drawn, np.nan)), noise.white)
        shares.append(np.sqrt(_variance(again, contrast, n_treated) / now))
    low, high = np.quantile(shares, ENDS)
    return float(low), float(high)


def _variance(noise: Noise, contrast: Floats, n_treated: int) -> float:
    variance = noise.variance_of(contrast)
    treated, others = variance[:n_treated], variance[n_treated:]
    return float(treated.mean() / len(treated) + others.mean() / len(others))
