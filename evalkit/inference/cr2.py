"""Bias-reduced clustered errors with the degrees of freedom that few clusters leave."""

import numpy as np

from evalkit.errors import DataError
from evalkit.inference.intervals import t_interval
from evalkit.inference.judgement import Judgement
from evalkit.inference.regression import Floats, Regression

FULL_LEVERAGE = 1e-8
"""Below this share of variance left to a cluster's residuals the fit runs through its points."""


def cr2(fit: Regression, *, level: float = 0.95) -> Judgement:
    """CR2 standard error with Bell and McCaffrey's degrees of freedom.

    The working model is independent errors of equal variance. Leverage is that of the whole model: unit
    effects lie inside clusters and may be taken out first without changing anything, period effects may not.

    Raises
    ------
    DataError
        The effect rests on one cluster alone: nothing shows how that cluster moves by chance.

    References
    ----------
    Bell and McCaffrey (2002), *Survey Methodology* 28(2); Pustejovsky and Tipton (2018), *Journal of
    Business & Economic Statistics* 36(4), sections 2 and 3, equations 5 and 11.
    """
    weights, dof = cr2_weights(fit)
    standard_error = float(np.sqrt((fit.by_cluster(weights * fit.residuals) ** 2).sum()))
    interval, p_value = t_interval(fit.effect, standard_error, dof=dof, level=level)
    return Judgement(
        method="cr2",
        standard_error=standard_error,
        interval=interval,
        p_value=p_value,
        dof=dof,
        attainable_level=1 - level,
        words=(f"CR2 clustered by {fit.n_clusters} clusters, t with Bell-McCaffrey {dof:.1f} df"),
    )


def cr2_weights(fit: Regression) -> tuple[Floats, float]:
    """Array n of weights on residuals, and degrees of freedom; neither depends on the outcome.

    The CR2 variance is the sum over clusters of (weights' residuals)^2.
    """
    whole = np.column_stack([fit.nuisance, fit.regressor / np.sqrt(fit.information)])
    weights = fit.regressor / fit.information
    loads = np.zeros((fit.n_clusters, whole.shape[1]))
    squares = np.zeros(fit.n_clusters)
    order = np.argsort(fit.cluster, kind="stable")
    ends = np.cumsum(np.bincount(fit.cluster, minlength=fit.n_clusters))
    for g, own in enumerate(np.split(order, ends[:-1])):
        left, length, _ = np.linalg.svd(whole[own], full_matrices=False)
        remaining = 1 - length**2
        along = left.T @ weights[own]
        alone = remaining < FULL_LEVERAGE
        if (along[alone] ** 2).sum() > FULL_LEVERAGE * (weights @ weights):
            raise DataError(
                "CR2 has no answer here: the effect rests on one cluster alone, so nothing shows how that "
                "cluster moves by chance; use inference='permutation' or 'donald_lang'"
            )
        grown = np.where(alone, 0.0, 1 / np.sqrt(np.where(alone, 1.0, remaining)))
        weights[own] += left @ ((grown - 1) * along)
        loads[g] = whole[own].T @ weights[own]
        squares[g] = weights[own] @ weights[own]
    # the G x G matrix diag(squares) - loads loads' is never made: its trace and squared length are enough
    of_loads = (loads**2).sum(axis=1)
    length = (squares**2).sum() - 2 * squares @ of_loads + ((loads.T @ loads) ** 2).sum()
    return weights, float((squares.sum() - of_loads.sum()) ** 2 / length)
