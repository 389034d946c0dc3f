"""Are several effects all zero? One joint test."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from evalkit.inference.reference import chi_squared_upper, f_upper

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class JointTest:
    """A joint test that k effects are 0.

    Attributes
    ----------
    statistic : float
        The F statistic.
    p_value : float
    dof, dof_within : int
        k and n_clusters - k.
    """

    statistic: float
    p_value: float
    dof: int
    dof_within: int


def joint_test(effects: Floats, covariance: Floats, *, n_clusters: int) -> JointTest | None:
    """Hotelling's test that all ``effects`` are 0, with the covariance estimated from ``n_clusters``.

    W = b' V^-1 b is turned into F = W (G - k) / (k (G - 1)) on k and G - k degrees of freedom, which for
    few clusters is far less eager than the chi-squared it tends to.

    Parameters
    ----------
    effects : array, k
    covariance : array, k x k

    Returns
    -------
    JointTest or None
        None where the covariance is singular or there are not more clusters than effects.

    References
    ----------
    Hotelling (1931), *Annals of Mathematical Statistics* 2(3); Callaway and Sant'Anna (2021), section 4.1.
    """
    k = len(effects)
    if k == 0 or n_clusters <= k or np.linalg.matrix_rank(covariance) < k:
        return None
    wald = float(effects @ np.linalg.solve(covariance, effects))
    statistic = wald * (n_clusters - k) / (k * (n_clusters - 1))
    p_value = f_upper(statistic, k, n_clusters - k)
    return JointTest(statistic=statistic, p_value=p_value, dof=k, dof_within=n_clusters - k)


@dataclass(frozen=True, slots=True, kw_only=True)
class WaldTest:
    """A Wald test that k effects are 0, from the chi-squared distribution: for many clusters.

    Attributes
    ----------
    statistic : float
        W = b' V^-1 b.
    p_value : float
    dof : int
        k.
    """

    statistic: float
    p_value: float
    dof: int


def wald_test(effects: Floats, covariance: Floats) -> WaldTest | None:
    """Wald's test that all ``effects`` (k) are 0; None where there are none or V (k x k) is singular."""
    k = len(effects)
    if k == 0 or np.linalg.matrix_rank(covariance) < k:
        return None
    wald = float(effects @ np.linalg.solve(covariance, effects))
    return WaldTest(statistic=wald, p_value=chi_squared_upper(wald, k), dof=k)
