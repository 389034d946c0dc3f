"""What residuals say, once the estimated autocorrelation is taken out of them."""

from collections.abc import Sequence

import numpy as np
from scipy import special

from evalkit.its.ar1_forms import Floats

_ROUNDING = 1e-12  # of the outcome's size
_SUSPECT = 0.001  # chance of one such residual among all, were the errors normal


def durbin_watson(residuals: Floats) -> float:
    """Durbin and Watson's statistic: about 2 without first-order autocorrelation."""
    return float(np.sum(np.diff(residuals) ** 2) / np.sum(residuals**2))


def lag_one(residuals: Floats) -> float:
    """Autocorrelation at a lag of one observation."""
    return float(residuals[1:] @ residuals[:-1] / (residuals @ residuals))


def outliers(
    periods: Sequence[str], outcome: Floats, residuals: Floats, parameters: int
) -> tuple[str, ...]:
    """A note on periods so far from the model that normal errors would hardly make one.

    Residuals of the observed periods are studentised without themselves and compared with t, allowing for
    their number (Bonferroni).
    """
    n = len(residuals)
    free = n - parameters - 1
    if free < 1 or np.abs(residuals).max() <= _ROUNDING * np.nanmax(np.abs(outcome)):
        return ()
    others = np.maximum((residuals @ residuals - residuals**2) / free, np.finfo(float).tiny)
    p_values = 2 * special.stdtr(free, -np.abs(residuals) / np.sqrt(others))
    where = np.flatnonzero(np.isfinite(outcome))[p_values * n < _SUSPECT]
    if not len(where):
        return ()
    named = ", ".join(periods[i] for i in where[:5]) + (" and others" if len(where) > 5 else "")
    return (
        f"Far from the model, check the figures: {named}. One such period can move every number here.",
    )
