"""What a test of common trends would have missed: the steady drift that it finds with a given power."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import scipy  # its parts are read when one is first named

from evalkit.errors import DataError
from evalkit.inference.intervals import normal_half_width

Floats = npt.NDArray[np.float64]
HALF, FOUR_IN_FIVE = 0.5, 0.8
FURTHEST = 1e4
"""Square of the largest shift looked at, in standard errors: power is 1 long before it."""
SEED = 20260422
"""Of the quasi-random points behind a multivariate normal probability: it moves the fifth digit."""


def joint_drift(
    response: Floats,
    covariance: Floats,
    *,
    dof_within: float,
    level: float,
    power: float = FOUR_IN_FIVE,
) -> float | None:
    """The drift a period that a joint F-test on k and ``dof_within`` degrees of freedom finds with ``power``.

    Under it the F statistic is noncentral, with d' V^-1 d for each unit of drift, squared.

    Parameters
    ----------
    response : array, k
        How far a drift of 1 a period moves each effect, e.g. -4, -3, -2 where the base period is -1 and
        effects are at -5, -4 and -3.
    covariance : array, k x k
        Of the effects, V.
    level, power : float
        Of the test, between 0 and 1, ``level < power``.

    Returns
    -------
    float or None
        At least 0; None where a drift moves no effect, or no test is possible.

    References
    ----------
    Roth (2022), *American Economic Review: Insights* 4(3), section I, on power against linear trends;
    Hotelling (1931) for the distribution.
    """
    k = len(response)
    if k == 0 or dof_within <= 0 or np.linalg.matrix_rank(covariance) < k:
        return None
    for_one = float(response @ np.linalg.solve(covariance, response))
    return _drift(for_one, _noncentrality((k, dof_within), level, power))


def single_drift(
    response: float,
    standard_error: float,
    *,
    dof: float | None,
    level: float,
    power: float = FOUR_IN_FIVE,
) -> float | None:
    """The drift a period that one t-test (``dof`` None: normal) finds with ``power``.

    Parameters and result as of ``joint_drift``, with one effect; a response of 1 gives the effect itself.
    """
    if standard_error <= 0:
        return None
    for_one = (response / standard_error) ** 2
    return _drift(for_one, _noncentrality((1, dof), level, power))


def pointwise_drift(
    response: Floats, covariance: Floats, *, level: float = 0.05, power: float = HALF
) -> float | None:
    """The drift a period with which any pointwise interval is clear of 0 with ``power``.

    This is what reading an event-study chart line by line finds. Even without a drift that happens more often
    than ``level``. Effects are taken as normal.

    Parameters and result as of ``joint_drift``; None also where even no drift is found that often.

    References
    ----------
    Roth (2022), section I and table 1.
    """
    if not np.any(response) or np.linalg.matrix_rank(covariance) < len(response):
        return None
    errors = np.sqrt(np.diag(covariance))
    half = np.full(len(response), normal_half_width(1 - level))
    normal = scipy.stats.multivariate_normal(cov=covariance / np.outer(errors, errors), seed=SEED)

    def short(drift: float) -> float:
        moved = drift * response / errors
        return 1 - float(normal.cdf(half - moved, lower_limit=-half - moved)) - power

    if short(0.0) >= 0:
        return None
    return _root(short, 2 * float(np.min((half + 4) * errors / np.abs(response).clip(1e-300))))


def _drift(for_one: float, needed: float) -> float | None:
    return None if for_one <= 0 else float(np.sqrt(needed / for_one))


def _noncentrality(dof: tuple[int, float | None], level: float, power: float) -> float:
    """Noncentrality at which a test of ``level`` on F (chi-squared without a second number) has ``power``."""
    if not 0 < level < power < 1:
        raise DataError(
            f"found a test at level {level:g} and power {power:g}; needed 0 < level < power < 1"
        )
    k, within = dof
    if within is None:
        critical = float(scipy.stats.chi2.isf(level, k))
        return _root(lambda nc: float(scipy.stats.ncx2.sf(critical, k, nc)) - power, FURTHEST)
    critical = float(scipy.stats.f.isf(level, k, within))
    return _root(lambda nc: float(scipy.stats.ncf.sf(critical, k, within, nc)) - power, FURTHEST)


def _root(short: Callable[[float], float], furthest: float) -> float:
    return float(scipy.optimize.brentq(short, 0.0, furthest, xtol=1e-12, rtol=1e-12))
