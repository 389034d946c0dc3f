"""Two-way fixed effects."""

import warnings

import numpy as np
import pandas as pd
from linearmodels.panel import PanelOLS

from evalkit.data.panel import Panel
from evalkit.errors import DataError
from evalkit.inference.clusters import small_sample_factor
from evalkit.inference.intervals import t_interval
from evalkit.types.estimate import Estimate

CLUSTER_RULE = (
    "t with G-1 = {dof} df, clustered by unit, factor sqrt(G/(G-1) (n-1)/(n-K)), "
    "K = regressors and periods = {k}"
)


def twfe(panel: Panel, *, weighted: bool = False, level: float = 0.95) -> Estimate:
    """Estimate one effect of treatment with unit and period effects.

    Fits ``y_it = unit_i + period_t + effect * treated_it + e_it``. Where starts are staggered the result
    mixes in comparisons with units that are already treated (Goodman-Bacon 2021); it is then an
    alternative to show beside group-time effects, not a headline.

    Parameters
    ----------
    panel : Panel
    weighted : bool
        Weigh cells by ``panel.weights``.
    level : float
        Of the interval, between 0 and 1.

    Raises
    ------
    DataError
        Treatment cannot be told from unit and period effects (nobody is treated, everybody always, or all
        start together), or weights are asked for and absent.

    References
    ----------
    Angrist and Pischke (2009), *Mostly Harmless Econometrics*, section 5.2; the cluster rule is
    ``inference.clusters``.
    """
    panel.need_balanced("twfe")
    n_units, n_periods = panel.outcome.shape
    treated = np.arange(n_periods) >= panel.start[:, None]
    if not treated.any() or treated.all():
        raise DataError("twfe needs treated and untreated unit-periods; found only one kind")
    crossed = treated - treated.mean(axis=1, keepdims=True) - treated.mean(axis=0) + treated.mean()
    if not np.any(np.abs(crossed) > 1e-12):
        raise DataError(
            "twfe cannot tell treatment from unit and period effects: no unit changes while another does not"
        )
    if weighted and panel.weights is None:
        raise DataError("twfe was asked to weigh cells; the panel has no weights")
    index = pd.MultiIndex.from_product([range(n_units), range(n_periods)], names=["unit", "period"])
    frame = pd.DataFrame(
        {"y": panel.outcome.ravel(), "treated": treated.ravel().astype(float)}, index=index
    )
    weights = None
    if weighted and panel.weights is not None:
        weights = pd.Series(panel.weights.ravel(), index=index, name="weights")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        fit = PanelOLS(
            frame["y"], frame[["treated"]], weights=weights, entity_effects=True, time_effects=True
        ).fit(
            cov_type="clustered",
            cluster_entity=True,
            debiased=False,
            auto_df=False,
            count_effects=False,
        )
    n_parameters = 1 + n_periods
    standard_error = float(fit.std_errors["treated"]) * small_sample_factor(
        n_clusters=n_units, n_obs=panel.outcome.size, n_parameters=n_parameters
    )
    effect, dof = float(fit.params["treated"]), n_units - 1
    interval, p_value = t_interval(effect, standard_error, dof=dof, level=level)
    return Estimate(
        estimand="ATT",
        method="twfe, weighted" if weighted else "twfe",
        effect=effect,
        standard_error=standard_error,
        interval=interval,
        p_value=p_value,
        dof=dof,
        inference=CLUSTER_RULE.format(dof=dof, k=n_parameters),
        n_obs=panel.outcome.size,
        n_units=n_units,
        n_clusters=n_units,
        unit_of_measure=panel.unit_of_measure,
    )
