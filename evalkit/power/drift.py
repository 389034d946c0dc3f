"""Whether areas drift apart more than neighbouring periods suggest: what an AR(1) would miss."""

import numpy as np
import numpy.typing as npt

from evalkit.inference.reference import chi_squared_upper
from evalkit.power.noise import Noise

Floats = npt.NDArray[np.float64]

RARE = 0.05
"""By chance alone so often, where errors are an AR(1); less often as its autocorrelation is estimated."""


def drift(residuals: Floats, noise: Noise) -> float | None:
    """How many times as far halves of the time before the start lie apart as the AR(1) lets one expect.

    Parameters
    ----------
    residuals : array, N x T
        After unit and period effects; areas with a missing cell are left out.

    Returns
    -------
    float or None
        None where that is within chance, or where fewer than three areas are complete.
    """
    whole = np.isfinite(residuals).all(axis=1)
    n_periods = residuals.shape[1]
    if whole.sum() < 3 or n_periods < 2:
        return None
    half = n_periods // 2
    contrast = np.where(np.arange(n_periods) < half, -1 / half, 1 / (n_periods - half))
    expected = np.maximum(noise.variance_of(contrast)[whole], 1e-300)
    apart = (residuals[whole] @ contrast) ** 2 / expected
    dof = int(whole.sum()) - 1
    if chi_squared_upper(apart.sum(), dof) > RARE:
        return None
    return float(np.sqrt(apart.sum() / dof))
