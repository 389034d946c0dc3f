"""A joint test that several effects are zero, where groups of few units have variances of their own."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from evalkit.inference.reference import f_upper

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class GroupedTest:
    """A joint test that k effects are 0, and the covariance (k x k) that it rests on.

    ``dof`` is k; ``dof_within`` what the groups leave for the covariance.
    """

    statistic: float
    p_value: float
    dof: int
    dof_within: float
    covariance: Floats


def grouped_test(
    effects: Floats, parts: Sequence[Floats], sizes: Sequence[int]
) -> GroupedTest | None:
    """Test that all ``effects`` are 0, with the covariance a sum over independent groups.

    A group of n units tells its own variance with n - 1 degrees of freedom only, however many units there
    are elsewhere. So T = b' V^-1 b with V the sum of the parts is taken as Hotelling's with nu degrees of
    freedom, which for one effect are those of Welch and Satterthwaite:
    nu = (k + k^2) / sum of (tr(Q Q) + tr(Q)^2) / (n - 1) over the groups, Q being a group's part times V^-1.
    T (nu - k + 1) / (nu k) is then F on k and nu - k + 1 degrees of freedom.

    Parameters
    ----------
    effects : array, k
    parts : sequence of array, k x k
        The unbiased estimate of what each group adds to the covariance.
    sizes : sequence of int
        Units, or clusters of units, of each group.

    Returns
    -------
    GroupedTest or None
        None where a group that moves the effects has one unit, or the groups are too small for k effects.

    References
    ----------
    Krishnamoorthy and Yu (2004), *Statistics & Probability Letters* 66(2), who modify Nel and Van der Merwe
    (1986), for two groups; the same moments for more.
    """
    k, total = len(effects), sum(parts, start=np.zeros((len(effects), len(effects))))
    if k == 0 or min(sizes) < 2 or np.linalg.matrix_rank(total) < k:
        return None
    inverse = np.linalg.inv(total)
    lost = 0.0
    for part, n in zip(parts, sizes, strict=True):
        share = part @ inverse
        lost += (np.trace(share @ share) + np.trace(share) ** 2) / (n - 1)
    nu = (k + k**2) / lost
    within = float(nu - k + 1)
    if within < 1:
        return None
    statistic = float(effects @ inverse @ effects) * within / (nu * k)
    return GroupedTest(
        statistic=statistic,
        p_value=f_upper(statistic, k, within),
        dof=k,
        dof_within=within,
        covariance=total,
    )
