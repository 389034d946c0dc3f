"""The cluster-robust standard error under the house's one rule."""

import math

from evalkit.errors import DataError
from evalkit.inference.clusters import small_sample_factor
from evalkit.inference.intervals import t_interval
from evalkit.inference.judgement import Judgement
from evalkit.inference.regression import Regression


def clustered(fit: Regression, *, level: float = 0.95) -> Judgement:
    """CRV1: t with G - 1 degrees of freedom, factor sqrt(G/(G-1) (n-1)/(n-K)).

    Needs many treated and many comparison clusters; with few it rejects far too often.

    Raises
    ------
    DataError
        Fewer than two clusters.

    References
    ----------
    Liang and Zeger (1986), *Biometrika* 73(1); the factor is ``inference.clusters``.
    """
    g, n = fit.n_clusters, len(fit.outcome)
    if g < 2:
        raise DataError(f"found {g} cluster; clustered errors need two or more")
    factor = small_sample_factor(n_clusters=g, n_obs=n, n_parameters=fit.n_parameters)
    sums = fit.by_cluster(fit.regressor * fit.residuals)
    standard_error = factor * math.sqrt(float((sums**2).sum())) / fit.information
    interval, p_value = t_interval(fit.effect, standard_error, dof=g - 1, level=level)
    return Judgement(
        method="cluster",
        standard_error=standard_error,
        interval=interval,
        p_value=p_value,
        dof=float(g - 1),
        attainable_level=1 - level,
        words=(
            f"t with G-1 = {g - 1} df, {g} clusters, factor sqrt(G/(G-1) (n-1)/(n-K)), "
            f"K = regressors and periods = {fit.n_parameters}"
        ),
    )
