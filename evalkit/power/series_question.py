"""An interrupted time series, how it scatters, and what is asked of it."""

from dataclasses import dataclass

import numpy as np

from evalkit.data.series import TimeSeries
from evalkit.power.asked import Asked
from evalkit.power.series_design import SeriesDesign, SeriesPlan
from evalkit.power.series_noise import NoNoise, SeriesNoise, estimate_series_noise, relative
from evalkit.power.sizes import Sizes


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SeriesQuestion:
    """A plan, the series before it, and what is asked of it."""

    before: TimeSeries
    plan: SeriesPlan
    sizes: Sizes
    asked: Asked


def scatter(question: SeriesQuestion, design: SeriesDesign) -> SeriesNoise | NoNoise:
    """The errors of the series before the start, around what the planned model has there."""
    before = question.before
    regressors = design.regressors[: len(before.periods)][:, design.background]
    regressors = np.column_stack(
        [regressors, *(v for n, v in before.covariates if not design.covered)]
    )
    outcome = before.outcome
    if question.sizes.scale == "ratio":
        outcome = relative(outcome, regressors, before.exposure)
    return estimate_series_noise(np.where(design.used[: len(outcome)], outcome, np.nan), regressors)
