"""Two-way fixed effects."""

import math
import warnings
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from evalkit.data.panel import Panel
from evalkit.did.bacon import already_treated_share
from evalkit.did.design import design, missing_note
from evalkit.did.two_way import (
    clustered,
    independent,
    period_system,
    two_way_fit,
    two_way_residual,
)
from evalkit.errors import DataError
from evalkit.inference.clusters import small_sample_factor
from evalkit.inference.intervals import t_interval
from evalkit.types.estimate import Estimate

Floats = npt.NDArray[np.float64]
Inference = Literal["cluster"]
CLUSTER_RULE = (
    "t with G-1 = {dof} df, clustered by {by}, factor sqrt(G/(G-1) (n-1)/(n-K)), "
    "K = regressors and periods = {k}"
)
UNTOLD = "twfe cannot tell treatment from unit and period effects: no unit changes while another does not"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Fit:
    """A coefficient, its variance by clusters without small-sample factor, and the number of regressors."""

    effect: float
    variance: float
    n_regressors: int


def twfe(
    panel: Panel, *, inference: Inference = "cluster", weighted: bool = False, level: float = 0.95
) -> Estimate:
    """Estimate one effect of treatment with unit and period effects.

    Fits ``y_it = unit_i + period_t + effect * treated_it + covariates_it b + e_it``. Where starts are
    staggered the result mixes in comparisons with units that are already treated (Goodman-Bacon 2021); it is
    then an alternative to show beside group-time effects, not a headline, and says so in its notes with the
    share of the weight on such comparisons.

    Parameters
    ----------
    panel : Panel
        Missing cells are allowed.
    inference : {"cluster"}
    weighted : bool
        Weigh cells by ``panel.weights``.
    level : float
        Of the interval, between 0 and 1.

    Raises
    ------
    DataError
        Treatment cannot be told from unit and period effects (nobody is treated, everybody always, or all
        start together), a covariate does not vary beside them, weights are asked for and absent, or there
        are too few clusters or observations.

    References
    ----------
    Angrist and Pischke (2009), *Mostly Harmless Econometrics*, section 5.2; the cluster rule is
    ``inference.clusters``.
    """
    observed = panel.observed
    treated = panel.treated & observed
    if not treated.any() or treated.sum() == observed.sum():
        raise DataError("twfe needs treated and untreated unit-periods; found only one kind")
    if weighted and panel.weights is None:
        raise DataError("twfe was asked to weigh cells; the panel has no weights")
    if inference != "cluster":
        raise DataError(f'twfe found inference="{inference}"; it needs "cluster"')
    fit = (
        _with_covariates(panel, weighted) if panel.covariate_names else _by_cohort(panel, weighted)
    )
    found = _judged(panel, fit, level)
    return replace(
        found, method="twfe, weighted" if weighted else "twfe", notes=_notes(panel, weighted)
    )


def _judged(panel: Panel, fit: _Fit, level: float) -> Estimate:
    """The cluster rule."""
    n_clusters, n_obs = panel.n_clusters, int(panel.observed.sum())
    n_parameters = fit.n_regressors + int(panel.observed.any(axis=0).sum())
    if n_clusters < 2:
        raise DataError("twfe found one cluster; nothing says how far it moves by chance")
    if n_obs <= n_parameters:
        raise DataError(
            f"twfe found {n_obs} observations for {n_parameters} regressors and periods; "
            "it needs more units"
        )
    error = math.sqrt(fit.variance) * small_sample_factor(
        n_clusters=n_clusters, n_obs=n_obs, n_parameters=n_parameters
    )
    dof = n_clusters - 1
    interval, p_value = t_interval(fit.effect, error, dof=dof, level=level)
    by = "unit" if panel.cluster_names == panel.units else "the panel's clusters"
    return Estimate(
        estimand="ATT",
        method="twfe",
        effect=fit.effect,
        standard_error=error,
        interval=interval,
        p_value=p_value,
        dof=dof,
        inference=CLUSTER_RULE.format(dof=dof, k=n_parameters, by=by),
        n_obs=n_obs,
        n_units=int(panel.observed.any(axis=1).sum()),
        n_clusters=n_clusters,
        unit_of_measure=panel.unit_of_measure,
    )


def _by_cohort(panel: Panel, weighted: bool) -> _Fit:
    """Without covariates: treatment is the same for all units of a cohort."""
    read = design(panel, method="twfe", weighted=weighted)
    treated = np.arange(read.n_periods) >= read.starts[:, None]
    fit = two_way_fit(
        read.outcome, read.weights, read.cohort, treated[:, :, None].astype(np.float64)
    )
    if not len(fit.kept):
        raise DataError(UNTOLD)
    variance = clustered(fit.influence, panel.cluster, panel.n_clusters)[0, 0]
    return _Fit(effect=float(fit.coefficients[0]), variance=float(variance), n_regressors=1)


def _with_covariates(panel: Panel, weighted: bool) -> _Fit:
    """With covariates: linearmodels' PanelOLS, whose own small-sample factor is switched off."""
    from linearmodels.panel import PanelOLS  # half a second that the closed form does not need

    unit, period = np.nonzero(panel.observed)
    index = pd.MultiIndex.from_arrays([unit, period], names=["unit", "period"])
    columns = {"treated": panel.treated[unit, period].astype(float)}
    columns |= {
        f"covariate {p}": panel.covariates[unit, period, p]
        for p in range(len(panel.covariate_names))
    }
    frame = pd.DataFrame(columns, index=index)
    _need_variation(panel, weighted)
    weights = None
    if weighted and panel.weights is not None:
        weights = pd.Series(panel.weights[unit, period], index=index, name="weights")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        fit = PanelOLS(
            pd.Series(panel.outcome[unit, period], index=index, name="y"),
            frame,
            weights=weights,
            entity_effects=True,
            time_effects=True,
        ).fit(
            cov_type="clustered",
            clusters=pd.Series(panel.cluster[unit], index=index, name="cluster"),
            debiased=False,
            auto_df=False,
            count_effects=False,
            group_debias=False,
        )
    return _Fit(
        effect=float(fit.params["treated"]),
        variance=float(fit.std_errors["treated"]) ** 2,
        n_regressors=len(columns),
    )


def _need_variation(panel: Panel, weighted: bool) -> None:
    """Refuse a covariate, or a treatment, that unit effects, period effects and the others explain."""
    weights = panel.observed.astype(np.float64)
    if weighted and panel.weights is not None:
        weights = np.where(panel.observed, panel.weights, 0.0)
    together = np.zeros(len(panel.units), dtype=np.int64)
    system = period_system(weights, together, 1, len(panel.periods))
    columns = [np.where(panel.observed, x, 0.0) for x in np.moveaxis(panel.covariates, 2, 0)]
    columns.append(panel.treated.astype(np.float64))
    left = np.array([two_way_residual(c, weights, system)[panel.observed] for c in columns])
    spread = np.array([(c - c[panel.observed].mean())[panel.observed] for c in columns])
    root = np.sqrt(weights[panel.observed])
    kept = independent((left * root) @ (left * root).T, ((spread * root) ** 2).sum(axis=1)).tolist()
    for p, name in enumerate(panel.covariate_names):
        if p not in kept:
            raise DataError(
                f"twfe cannot use the covariate {name}: beside unit effects, period effects and the "
                "covariates before it, it does not vary; leave it out"
            )
    if len(panel.covariate_names) not in kept:
        raise DataError(f"{UNTOLD}, or the covariates explain it")


def _notes(panel: Panel, weighted: bool) -> tuple[str, ...]:
    starts = np.unique(panel.start[panel.ever_treated])
    notes = list(missing_note(panel))
    if len(starts) > 1 and panel.balanced and not panel.covariate_names and not weighted:
        share = already_treated_share(panel.start, len(panel.periods))
        notes.append(
            f"Starts are staggered: {share:.1%} of the weight is on comparisons with units that are already "
            "treated (bacon shows them); group_time makes none."
        )
    elif len(starts) > 1:
        notes.append(
            "Starts are staggered, so units that are already treated serve as comparison too; how much "
            "can only be told without missing cells, weights and covariates. group_time makes no "
            "such comparison."
        )
    return tuple(notes)
