"""What another stretch of the same length might have said of chance."""

import numpy as np
import numpy.typing as npt
from scipy import linalg

from evalkit.power.change_tests import own_weights
from evalkit.power.noise import Areas, additive_residuals, estimate_noise

Floats = npt.NDArray[np.float64]
Booleans = npt.NDArray[np.bool_]

TIMES = 40
ENDS = (0.1, 0.9)


def spread_again(
    areas: Areas, seen: Booleans, contrast: Floats, n_treated: int, *, seed: int
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
    noise, rng = areas.noise, np.random.default_rng(seed)
    n_areas, n_periods = seen.shape
    root = np.linalg.cholesky(linalg.toeplitz(noise.autocorrelation ** np.arange(n_periods)))
    sizes = np.ones(n_areas) if areas.sizes is None else areas.sizes
    squared = own_weights(sizes, n_treated) ** 2
    now = noise.variance_of(contrast) @ squared
    shares = []
    for _ in range(TIMES):
        drawn = noise.spread[:, None] * (rng.standard_normal((n_areas, n_periods)) @ root.T)
        drawn += noise.white[:, None] * rng.standard_normal((n_areas, n_periods))
        again = estimate_noise(additive_residuals(np.where(seen, drawn, np.nan)), noise.white)
        shares.append(np.sqrt(again.variance_of(contrast) @ squared / now))
    low, high = np.quantile(shares, ENDS)
    return float(low), float(high)
