"""One series before and after: the plan's model and its checks."""

from collections.abc import Sequence

from evalkit.checks import series_checks
from evalkit.data.series import TimeSeries
from evalkit.evaluation.thresholds import threshold_of
from evalkit.its.estimates import need_estimate
from evalkit.its.segmented import SegmentedFit, segmented
from evalkit.protocol.plan import Check, Plan, Segmented
from evalkit.types.evaluation import CheckResult, Coverage, Evaluation, NamedEstimate, Provenance
from evalkit.types.protocol import LockedProtocol


def evaluate_series(
    protocol: LockedProtocol, plan: Plan, series: TimeSeries, provenance: Provenance
) -> Evaluation:
    """Evaluate a plan on one series."""
    estimator = plan.estimator
    assert isinstance(estimator, Segmented)
    dates = [str(change.at) for change in plan.changes]
    fit = segmented(
        series,
        interruptions=dates,
        impact=estimator.impact,
        months=estimator.months,
        errors=estimator.errors,
        level=plan.inference.level,
    )
    return Evaluation(
        protocol=protocol.id,
        version=protocol.version,
        protocol_sha256=protocol.sha256,
        label=protocol.label,
        design="its",
        outcome=plan.outcome.name,
        unit_of_measure=series.unit_of_measure,
        estimates=tuple(
            NamedEstimate(name=change.name, words=change.what, estimate=need_estimate(answer))
            for change, answer in zip(plan.changes, fit.levels, strict=True)
        ),
        alternatives=(),
        events=(),
        path=fit.path,
        checks=tuple(_series_check(c, fit, series, dates, estimator) for c in plan.checks),
        notes=("One series without a comparison: anything else that changed then looks the same.",),
        deviations=(),
        coverage=Coverage(
            n_obs=len(series.periods),
            n_units=1,
            n_treated=1,
            n_comparison=0,
            n_periods=len(series.periods),
            first_period=series.periods[0],
            last_period=series.periods[-1],
            unit_name=plan.unit,
            cohorts=tuple((date, 1) for date in dates),
        ),
        provenance=provenance,
    )


def _series_check(
    check: Check, fit: SegmentedFit, series: TimeSeries, dates: Sequence[str], plan: Segmented
) -> CheckResult:
    if check.check == "residual_autocorrelation":
        return series_checks.residual_autocorrelation(
            fit, threshold=threshold_of(check), if_failed=check.if_failed
        )
    return series_checks.placebo_date(
        series,
        at=str(check.at),
        first_interruption=min(dates),
        months=plan.months,
        threshold=threshold_of(check),
        if_failed=check.if_failed,
    )
