"""The checks that a plan names, run on its series with the plan's own model."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np

from evalkit.checks import left_out_periods, model_checks, series_checks
from evalkit.checks.placebo_dates import placebo_dates, placebos
from evalkit.checks.planned_series import Horizons, PlannedSeries, planned_series
from evalkit.checks.series_residuals import left_over_autocorrelation, standardised
from evalkit.checks.series_result import question
from evalkit.checks.words import signed
from evalkit.data.series import TimeSeries
from evalkit.errors import DataError
from evalkit.evaluation.series_answers import Answer, answer_of
from evalkit.evaluation.series_asked import (
    SeriesAsked,
    SeriesFit,
    fitted,
    specification_of,
)
from evalkit.evaluation.series_given import Ready
from evalkit.evaluation.thresholds import threshold_of
from evalkit.its.counts import CountsFit
from evalkit.its.segmented import SegmentedFit
from evalkit.protocol.plan import Check, Estimand, Plan
from evalkit.protocol.series_estimators import Counts
from evalkit.types.evaluation import CheckResult, NamedEstimate
from evalkit.types.series_diagnostics import Placebo, Placebos, Residual, SeriesDiagnostics

_OF_THE_MODEL: Mapping[str, Callable[..., CheckResult]] = {
    "seasonality_left": model_checks.seasonality_left,
    "impact_model": model_checks.impact_model,
    "break_search": model_checks.break_search,
}
COUNTS_NOTE = (
    "The checks of the model look at the logarithm of the rate, with 0.5 added to each count, as a series "
    "with AR(1) errors."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Checking:
    """What the checks of one run look at.

    Attributes
    ----------
    asked : SeriesAsked
    series : TimeSeries
        As it was fitted.
    fit : SeriesFit
    model, comparison : PlannedSeries or str
        The model for the checks, and of the comparison alone; why there is none.
    estimand : Estimand
    claimed : bool
        Whether an interval of the plan is clear of no change.
    """

    asked: SeriesAsked
    series: TimeSeries
    fit: SeriesFit
    model: PlannedSeries | str
    comparison: PlannedSeries | str
    estimand: Estimand
    claimed: bool


def checking(
    plan: Plan,
    asked: SeriesAsked,
    made: Ready,
    fit: SeriesFit,
    estimates: Sequence[NamedEstimate],
) -> Checking:
    """Prepare the checks of a run."""
    nothing = 1.0 if isinstance(fit, CountsFit) else 0.0
    counted = isinstance(asked.estimator, Counts)
    looked_at = _log_counts(made.series) if counted else made.series
    per_cent = counted or plan.outcome.scale == "log"
    return Checking(
        asked=asked,
        series=made.series,
        fit=fit,
        model=_model(plan, asked, looked_at, per_cent=per_cent),
        comparison=_model(plan, asked, made.comparison, per_cent=per_cent, alone=True),
        estimand=plan.estimand,
        claimed=any(nothing not in one.estimate.interval for one in estimates),
    )


def _model(
    plan: Plan,
    asked: SeriesAsked,
    series: TimeSeries | None,
    *,
    per_cent: bool,
    alone: bool = False,
) -> PlannedSeries | str:
    """The model that checks look at; why there is none."""
    if series is None:
        return "there is no comparison series"
    try:
        return planned_series(
            series,
            interruptions=asked.dates,
            specification=specification_of(asked),
            horizons=_horizons(plan.estimand),
            per_cent=per_cent,
            comparison=alone,
        )
    except DataError as error:
        return str(error)


def checked(check: Check, of: Checking) -> CheckResult:
    """Run one check of a plan."""
    judged: dict[str, Any] = {"threshold": check.threshold, "if_failed": check.if_failed}
    match check.check, of.fit, of.model:
        case "placebo_date", _, _:
            return _placebo_date(check, of)
        case "residual_autocorrelation", SegmentedFit() as fit, _ if check.threshold is not None:
            return series_checks.residual_autocorrelation(
                fit, threshold=check.threshold, if_failed=check.if_failed
            )
        case "comparison_shock", _, _:
            return _comparison_shock(check, of)
        case name, _, str() as why:
            return question(name, check.threshold, check.if_failed).not_applicable(why)
        case "residual_autocorrelation", _, model:
            return left_over_autocorrelation(model, rho=_rho(of), if_failed=check.if_failed)
        case "placebo_dates", _, model:
            return placebo_dates(model, claimed=of.claimed, side=check.periods, **judged)
        case "single_month", _, model:
            return left_out_periods.single_month(model, claimed=of.claimed, **judged)
        case "transition_window", _, model:
            length = check.periods or left_out_periods.TRANSITION
            return left_out_periods.transition_window(model, periods=length, **judged)
        case name, _, model:
            return _OF_THE_MODEL[name](model, **judged)


def diagnostics(of: Checking, plan: Plan) -> SeriesDiagnostics | None:
    """Residuals and placebo dates for the charts; None where there is no model to check."""
    if isinstance(of.model, str):
        return None
    rho = _rho(of)
    at = np.flatnonzero(of.model.used)
    values = standardised(of.model, rho).tolist()
    return SeriesDiagnostics(
        residuals=tuple(
            Residual(period=of.model.periods[t], value=value)
            for t, value in zip(at, values, strict=True)
        ),
        rho=rho,
        placebos=next(
            (_placebos(of.model, c) for c in plan.checks if c.check == "placebo_dates"), None
        ),
    )


def _rho(of: Checking) -> float:
    """The autocorrelation that the plan's errors allow for."""
    if isinstance(of.model, str) or getattr(of.asked.estimator, "errors", "ar1") == "ols":
        return 0.0
    return of.model.rho


def _placebo_date(check: Check, of: Checking) -> CheckResult:
    def effect(before: TimeSeries, at: str) -> Answer:
        return answer_of(fitted(replace(of.asked, dates=(at,)), before), of.estimand, at)

    return series_checks.placebo_date(
        of.series,
        at=str(check.at),
        first_interruption=min(of.asked.dates),
        effect=effect,
        tell=_tell(of),
        threshold=threshold_of(check),
        if_failed=check.if_failed,
    )


def _comparison_shock(check: Check, of: Checking) -> CheckResult:
    if isinstance(of.comparison, str):
        return question(check.check, check.threshold, check.if_failed).not_applicable(of.comparison)
    return model_checks.comparison_shock(
        of.comparison, threshold=threshold_of(check), if_failed=check.if_failed
    )


def _tell(of: Checking) -> Callable[[float], str]:
    """How an effect is written in a sentence: a ratio as it is, a logarithm in per cent."""
    if isinstance(of.fit, CountsFit):
        return "{:.2f}".format
    return partial(signed, per_cent=isinstance(of.model, PlannedSeries) and of.model.per_cent)


def _log_counts(series: TimeSeries) -> TimeSeries:
    exposure = 1.0 if series.exposure is None else series.exposure
    return replace(series, outcome=np.log((series.outcome + 0.5) / exposure), exposure=None)


def _horizons(estimand: Estimand) -> Horizons:
    if estimand.effect == "level":
        return None
    if estimand.effect == "average":
        return 0, estimand.horizon
    return estimand.horizon or 0, estimand.horizon or 0


def _placebos(model: PlannedSeries, check: Check) -> Placebos | None:
    try:
        found = placebos(model, side=check.periods)
    except DataError:
        return None
    return Placebos(
        placebos=tuple(
            Placebo(date=date, ratio=ratio)
            for date, ratio in zip(found.dates, found.ratios.tolist(), strict=True)
        ),
        start=Placebo(date=model.interruptions[0], ratio=found.real),
        p_value=found.p_value,
        smallest=found.smallest,
        side=found.side,
    )
