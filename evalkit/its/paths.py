"""Observed, fitted and counterfactual paths of a fitted segmented regression."""

import numpy as np

from evalkit.its.ar1_forms import Floats
from evalkit.its.context import Context
from evalkit.its.uncertainty import judge
from evalkit.types.estimate import PathPoint

BAND = (
    "Pointwise {level:g}% intervals of what the model expects, for the uncertainty of its coefficients; "
    "single periods scatter around that."
)


def path_of(context: Context, observed: Floats) -> tuple[PathPoint, ...]:
    """Every period of the series, missing and left-out ones too."""
    columns = np.array(context.columns)
    without = columns.copy()
    without[:, [effect.column for effect in context.effects]] = 0.0
    fit, projected = (
        judge(context.uncertainty, rows, context.level) for rows in (columns, without)
    )
    return tuple(
        PathPoint(
            period=period,
            observed=float(observed[i]) if np.isfinite(observed[i]) else None,
            fitted=float(fit.effect[i]),
            counterfactual=float(projected.effect[i]),
            fitted_low=float(fit.low[i]),
            fitted_high=float(fit.high[i]),
            counterfactual_low=float(projected.low[i]),
            counterfactual_high=float(projected.high[i]),
        )
        for i, period in enumerate(context.periods)
    )
