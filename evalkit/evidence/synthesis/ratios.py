"""Published rate ratios on the scale on which they are pooled."""

from collections.abc import Sequence

import numpy as np
from scipy import special

from evalkit.errors import DataError


def from_ratios(
    ratios: Sequence[float],
    lows: Sequence[float],
    highs: Sequence[float],
    *,
    level: float = 0.95,
) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Logarithms of rate ratios, and their standard errors from the width of published intervals.

    The error is the width of the interval of the logarithm over twice the normal quantile, so that an
    interval that was printed with two decimals gives an error to about two digits.

    Parameters
    ----------
    ratios, lows, highs : sequence of float
        Above 0; each ratio inside its interval.
    level : float
        Of the published intervals.

    Raises
    ------
    DataError
        A ratio or an end of an interval is 0 or below, or a ratio is not inside its interval.

    Examples
    --------
    >>> logs, errors = from_ratios([0.89], [0.80], [0.99])
    >>> round(logs[0], 4), round(errors[0], 4)
    (-0.1165, 0.0544)
    """
    for n, (ratio, low, high) in enumerate(zip(ratios, lows, highs, strict=True)):
        if not (low > 0 and low <= ratio <= high and low < high):
            raise DataError(
                f"finding {n + 1}: ratio {ratio:g} ({low:g} to {high:g}); needed a ratio above 0 inside its "
                "interval. A change in per cent is (ratio - 1) times 100."
            )
    if not 0 < level < 1:
        raise DataError(f"found an interval of level {level:g}; it needs one between 0 and 1")
    half = float(special.ndtri(0.5 + level / 2))
    widths = np.log(np.asarray(highs, dtype=float)) - np.log(np.asarray(lows, dtype=float))
    logs = np.log(np.asarray(ratios, dtype=float))
    return tuple(logs.tolist()), tuple((widths / (2 * half)).tolist())
