"""Whether the few vary as much as the many before anything happens."""

import numpy as np

from evalkit.inference.regression import Booleans, Floats

PERIODS_NEEDED = 5
"""Periods before the start from which a ratio of spreads says something."""


def spread_ratio(before: Floats, few: Booleans) -> float | None:
    """Standard deviation of the few clusters over time, divided by that of the others.

    What all have in common (each period's mean over the others) and each cluster's own level are taken out
    first. The chance variation of the others' mean is taken off the few's variance.

    Parameters
    ----------
    before : array, G x T
        One row a cluster, one column a period before any start; NaN where missing.
    few : array of bool, G

    Returns
    -------
    float or None
        None with fewer than five periods in which all the few and two or more others are seen, or where the
        others do not vary at all.
    """
    seen = np.isfinite(before)
    usable = seen[few].all(axis=0) & (seen[~few].sum(axis=0) >= 2)
    complete = seen[:, usable].all(axis=1) | few
    rows, few = before[np.ix_(complete, usable)], few[complete]
    n_few, n_many, n_periods = int(few.sum()), int((~few).sum()), rows.shape[1]
    if n_periods < PERIODS_NEEDED or n_many < 2 or n_few < 1:
        return None
    moved = rows - rows[~few].mean(axis=0)
    moved = moved - moved.mean(axis=1, keepdims=True)
    many = float((moved[~few] ** 2).sum()) / ((n_many - 1) * (n_periods - 1))
    if many <= 0:
        return None
    of_few = float((moved[few] ** 2).sum()) / (n_few * (n_periods - 1)) - many / n_many
    return float(np.sqrt(max(of_few, 0.0) / many))
