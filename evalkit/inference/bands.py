"""Simultaneous bands: intervals that hold for all effects at once, not only for each by itself."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from evalkit.errors import DataError
from evalkit.inference.intervals import normal_half_width

Floats = npt.NDArray[np.float64]
Multipliers = Literal["mammen", "rademacher"]

DRAWS = 4_999


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """Half the width of a simultaneous band, in standard errors.

    Attributes
    ----------
    critical_value : float
        At least the pointwise one of the normal.
    level : float
    draws, seed : int
    how : str
        The multipliers.
    """

    critical_value: float
    level: float
    draws: int
    seed: int
    how: str


def simultaneous_band(
    covariance: Floats, *, level: float = 0.95, draws: int = DRAWS, seed: int = 0
) -> Band:
    """Multiplier bootstrap of the largest |t| with standard normal multipliers.

    Given the data, normal multipliers make the bootstrapped effects exactly normal with the estimated
    covariance. So they are drawn from it directly, which needs no rows and depends neither on the
    order nor on the names of units.

    Parameters
    ----------
    covariance : array, K x K
        Effects with variance 0 are left out.
    level : float
        Between 0 and 1.

    References
    ----------
    Callaway and Sant'Anna (2021), section 4.1, algorithm 1; Montiel Olea and Plagborg-Møller (2019),
    *Journal of Applied Econometrics* 34(1), on bands from the largest t.
    """
    errors = np.sqrt(np.maximum(np.diag(covariance), 0.0))
    moving = errors > 0
    correlation = (covariance / np.outer(errors, errors + (errors == 0)).clip(1e-300))[
        np.ix_(moving, moving)
    ]
    root = _root(correlation)
    normals = np.random.default_rng(seed).standard_normal((draws, len(root)))
    return _band(normals @ root.T, level, draws, seed, "normal")


def multiplier_band(
    influence: Floats,
    *,
    multipliers: Multipliers = "mammen",
    level: float = 0.95,
    draws: int = DRAWS,
    seed: int = 0,
) -> Band:
    """The same with two-point multipliers, one a cluster.

    Parameters
    ----------
    influence : array, G x K
        What each cluster adds to the error of each effect; columns sum to 0.
    multipliers : str
        ``"mammen"``: (1 ± sqrt 5)/2, skewed so that the third moment is right; ``"rademacher"``: 1 or -1.

    References
    ----------
    Mammen (1993), *Annals of Statistics* 21(1); Callaway and Sant'Anna (2021), algorithm 1.
    """
    if multipliers not in _DRAWN:
        raise DataError(f"found multipliers {multipliers}; needed mammen or rademacher")
    errors = np.sqrt((influence**2).sum(axis=0))
    studentised = influence[:, errors > 0] / errors[errors > 0]
    generator = np.random.default_rng(seed)
    drawn = [
        _DRAWN[multipliers](generator.random((min(500, draws - at), len(influence)))) @ studentised
        for at in range(0, draws, 500)
    ]
    return _band(np.vstack(drawn), level, draws, seed, multipliers)


def _band(drawn: Floats, level: float, draws: int, seed: int, how: str) -> Band:
    pointwise = normal_half_width(level)
    largest = np.abs(drawn).max(axis=1) if drawn.shape[1] else np.zeros(draws)
    return Band(
        critical_value=max(float(np.quantile(largest, level)), pointwise),
        level=level,
        draws=draws,
        seed=seed,
        how=f"multiplier bootstrap of the largest |t|, {how} multipliers",
    )


def _mammen(uniform: Floats) -> Floats:
    golden = (1 + np.sqrt(5.0)) / 2
    found: Floats = np.where(uniform < golden / np.sqrt(5.0), 1 - golden, golden)
    return found


def _rademacher(uniform: Floats) -> Floats:
    found: Floats = np.where(uniform < 0.5, -1.0, 1.0)
    return found


_DRAWN: dict[str, Callable[[Floats], Floats]] = {"mammen": _mammen, "rademacher": _rademacher}


def _root(correlation: Floats) -> Floats:
    """Lower triangular root; unlike Cholesky's it may be singular: fewer clusters than effects."""
    k = len(correlation)
    root = np.zeros((k, k))
    for j in range(k):
        pivot = correlation[j, j] - root[j, :j] @ root[j, :j]
        if pivot > 1e-10:
            root[j, j] = np.sqrt(pivot)
            below = correlation[j + 1 :, j] - root[j + 1 :, :j] @ root[j, :j]
            root[j + 1 :, j] = below / root[j, j]
    return root
