"""One comparison made of several: weights fitted to the periods before the interruption."""

import numpy as np
import numpy.typing as npt
import scipy  # its parts are read when one is first named

from evalkit.errors import DataError

Floats = npt.NDArray[np.float64]


def comparison_weights(treated: Floats, comparisons: Floats) -> Floats:
    """Weights of 0 and more that sum to 1 and bring the comparisons closest to the treated series.

    Closest by squares, once each series is taken less its own mean: a difference of level is no misfit, as
    the regression has a level of its own. The squares are homogeneous in weights that sum to 1, so
    non-negative least squares with one more row, their sum against 1, gives them but for a factor.

    Parameters
    ----------
    treated : array, T
        Before the interruption; NaN where missing.
    comparisons : array, T x K
        As ``treated``.

    Returns
    -------
    array, K

    Raises
    ------
    DataError
        There are no more common periods than comparisons.
    """
    there = np.isfinite(treated) & np.isfinite(comparisons).all(1)
    n, k = int(there.sum()), comparisons.shape[1]
    if n <= k:
        raise DataError(
            f"found {n} periods before the interruption that all {k} comparison series and the treated one "
            "have; weights need more periods than comparisons: leave some out"
        )
    apart = comparisons[there] - treated[there, None]
    apart = apart - apart.mean(0)
    rows = np.vstack([apart / (np.abs(apart).max() or 1.0), np.ones(k)])
    weights, _ = scipy.optimize.nnls(rows, np.append(np.zeros(n), 1.0))
    return np.asarray(weights / weights.sum())
