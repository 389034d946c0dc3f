"""One series as a plan asks for it: its window, its scale, its known breaks, and the model."""

from dataclasses import dataclass, replace
from typing import TypeAlias, cast

import numpy as np

from evalkit.data.series import TimeSeries
from evalkit.errors import DataError
from evalkit.its.counts import CountsFit, counts
from evalkit.its.counts_errors import CountInference
from evalkit.its.design import Specification
from evalkit.its.error_models import Inference
from evalkit.its.segmented import SegmentedFit, segmented
from evalkit.protocol.plan import Plan
from evalkit.protocol.series_estimators import (
    Counts,
    Segmented,
    SeriesAlternative,
    SeriesEstimator,
)

SeriesFit: TypeAlias = SegmentedFit | CountsFit


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesAsked:
    """A model with its inference, and where the changes are.

    Attributes
    ----------
    estimator : Segmented or Counts
    inference : str
        As ``Inference.name``.
    level : float
    dates : tuple of str
        First period of each change, in the plan's order.
    start, end : str
        The window.
    """

    estimator: SeriesEstimator
    inference: str
    level: float
    dates: tuple[str, ...]
    start: str
    end: str


def asked_of_series(plan: Plan) -> SeriesAsked:
    """The plan's own model."""
    return SeriesAsked(
        estimator=cast(SeriesEstimator, plan.estimator),
        inference=plan.inference.name,
        level=plan.inference.level,
        dates=tuple(str(change.at) for change in plan.changes),
        start=plan.window.start,
        end=plan.window.end,
    )


def asked_beside(asked: SeriesAsked, item: SeriesAlternative) -> SeriesAsked:
    """The model of an alternative: the plan's, but for what it names."""
    names = ("transition", "harmonics", "months", "errors", "family")
    said = {name: getattr(item, name) for name in names if getattr(item, name) is not None}
    if item.impact is not None or item.periods is not None:
        said |= {"impact": item.impact or asked.estimator.impact, "periods": item.periods}
    return replace(
        asked,
        estimator=replace(asked.estimator, **said),
        inference=item.inference or asked.inference,
        start=item.start or asked.start,
        end=item.end or asked.end,
    )


def prepared(asked: SeriesAsked, series: TimeSeries) -> TimeSeries:
    """The series inside the window, with the plan's known breaks, on the model's scale.

    Raises
    ------
    DataError
        A logarithm is asked of a number that is not above 0.
    """
    inside = [asked.start <= period <= asked.end for period in series.periods]
    here = slice(inside.index(True), len(inside) - inside[::-1].index(True))
    exposure = series.exposure if series.exposure is None else series.exposure[here]
    periods = series.periods[here]
    part = replace(
        series,
        periods=periods,
        outcome=series.outcome[here],
        covariates=tuple((name, values[here]) for name, values in series.covariates),
        exposure=exposure,
        breaks=tuple((b.at, b.what) for b in asked.estimator.breaks if b.at in periods[1:]),
    )
    return _logarithm(part) if takes_logarithms(asked) else part


def takes_logarithms(asked: SeriesAsked) -> bool:
    """Whether the model is fitted to the logarithm of the outcome."""
    return isinstance(asked.estimator, Segmented) and asked.estimator.scale == "log"


def _logarithm(series: TimeSeries) -> TimeSeries:
    bad = np.flatnonzero(series.outcome <= 0)
    if len(bad):
        raise DataError(
            f"a logarithm was asked of {series.outcome[bad[0]]:g} in {series.periods[bad[0]]} "
            f"({len(bad)} such periods); it needs numbers above 0: plan scale level, or counts"
        )
    rate = series.outcome if series.exposure is None else series.outcome / series.exposure
    per = f" per {series.exposure_name}" if series.exposure is not None else ""
    return replace(
        series,
        outcome=np.log(rate),
        exposure=None,
        exposure_name="",
        unit_of_measure=f"log {series.unit_of_measure}{per}",
    )


def fitted(asked: SeriesAsked, series: TimeSeries) -> SeriesFit:
    """Fit the model to a prepared series.

    Raises
    ------
    DataError
        The method refuses the series.
    """
    spec = specification_of(asked)
    dates = [date for date in asked.dates if date in series.periods]
    if isinstance(asked.estimator, Counts):
        return counts(
            series,
            interruptions=dates,
            impact=spec.impact,
            impact_periods=spec.impact_periods,
            transition=spec.transition,
            harmonics=spec.harmonics,
            months=spec.months,
            calendar=spec.calendar,
            family=asked.estimator.family,
            inference=cast(CountInference, asked.inference),
            level=asked.level,
        )
    exact = asked.inference == "t"  # of independent errors, Kenward and Roger's is the plain t
    return segmented(
        series,
        interruptions=dates,
        impact=spec.impact,
        impact_periods=spec.impact_periods,
        transition=spec.transition,
        harmonics=spec.harmonics,
        months=spec.months,
        calendar=spec.calendar,
        errors=asked.estimator.errors,
        inference="kenward_roger" if exact else cast(Inference, asked.inference),
        level=asked.level,
    )


def specification_of(asked: SeriesAsked) -> Specification:
    """The regressors that the model has besides constant and trend."""
    of = asked.estimator
    return Specification(
        impact=of.impact,
        impact_periods=of.periods,
        transition=of.transition,
        harmonics=of.harmonics,
        months=of.months,
        calendar=of.calendar,
    )
