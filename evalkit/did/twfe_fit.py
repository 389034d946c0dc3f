"""The coefficient of two-way fixed effects, and how clusters move it."""

import warnings
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from evalkit.data.panel import Panel
from evalkit.did.design import design
from evalkit.did.two_way import (
    clustered,
    independent,
    period_system,
    two_way_fit,
    two_way_residual,
)
from evalkit.errors import DataError

Floats = npt.NDArray[np.float64]
UNTOLD = "twfe cannot tell treatment from unit and period effects: no unit changes while another does not"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """A coefficient, its variance by clusters without small-sample factor, and the number of regressors."""

    effect: float
    variance: float
    n_regressors: int


def fit_two_way(panel: Panel, *, weighted: bool) -> Fit:
    """Take unit effects, period effects and covariates out; treatment is what is left.

    Raises
    ------
    DataError
        Treatment cannot be told from the rest, or a covariate does not vary beside it.
    """
    return (
        _with_covariates(panel, weighted) if panel.covariate_names else _by_cohort(panel, weighted)
    )


def _by_cohort(panel: Panel, weighted: bool) -> Fit:
    """Without covariates: treatment is the same for all units of a cohort."""
    read = design(panel, method="twfe", weighted=weighted)
    treated = np.arange(read.n_periods) >= read.starts[:, None]
    fit = two_way_fit(
        read.outcome, read.weights, read.cohort, treated[:, :, None].astype(np.float64)
    )
    if not len(fit.kept):
        raise DataError(UNTOLD)
    variance = clustered(fit.influence, panel.cluster, panel.n_clusters)[0, 0]
    return Fit(effect=float(fit.coefficients[0]), variance=float(variance), n_regressors=1)


def _with_covariates(panel: Panel, weighted: bool) -> Fit:
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
    return Fit(
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
