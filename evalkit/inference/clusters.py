"""The cluster rule: one small-sample factor, used and printed everywhere."""

import math


def small_sample_factor(*, n_clusters: int, n_obs: int, n_parameters: int) -> float:
    """Factor on a clustered standard error without correction: sqrt(G/(G-1) (n-1)/(n-K)).

    Parameters
    ----------
    n_clusters : int
        G, at least 2.
    n_obs : int
        n, unit-periods used.
    n_parameters : int
        K: regressors and period effects; unit effects are nested in the clusters and not counted.

    References
    ----------
    Cameron and Miller (2015), *Journal of Human Resources* 50(2), section II.B.
    """
    g, n, k = n_clusters, n_obs, n_parameters
    return math.sqrt(g / (g - 1) * (n - 1) / (n - k))
