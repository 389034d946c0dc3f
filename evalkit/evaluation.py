"""Run exactly what was locked: a protocol and its data in, an evaluation out."""

from collections import Counter
from collections.abc import Sequence

import numpy as np

from evalkit.checks import panel_checks, series_checks
from evalkit.data.panel import Panel
from evalkit.data.series import TimeSeries
from evalkit.did.aggregate import event_study, overall
from evalkit.did.aggregates import EventStudy
from evalkit.did.group_time import group_time
from evalkit.did.group_time_effects import GroupTimeEffects
from evalkit.did.twfe import twfe
from evalkit.errors import ProtocolError
from evalkit.its.segmented import SegmentedFit, segmented
from evalkit.protocol.document import plan_from_canonical, sha256
from evalkit.protocol.plan import Alternative, Check, GroupTime, Plan, Segmented
from evalkit.types.evaluation import CheckResult, Coverage, Evaluation, NamedEstimate, Provenance
from evalkit.types.protocol import LockedProtocol


def evaluate(protocol: LockedProtocol, data: Panel | TimeSeries) -> Evaluation:
    """Evaluate a locked protocol.

    Parameters
    ----------
    protocol : LockedProtocol
    data : Panel or TimeSeries
        A panel for ``design: did``, a series for ``design: its``, over exactly the plan's window.

    Raises
    ------
    ProtocolError
        The plan is not the one its hash was taken of, or the data are of the other kind, cover another
        window, or come without provenance.
    DataError
        The method refuses the data.
    """
    if sha256(protocol.canonical) != protocol.sha256:
        raise ProtocolError(
            f"{protocol.id}: found another plan than its hash; needed the locked one."
        )
    plan = plan_from_canonical(protocol.canonical)
    provenance = _matching(plan, data)
    if isinstance(data, Panel):
        return _did(protocol, plan, data, provenance)
    return _its(protocol, plan, data, provenance)


def _matching(plan: Plan, data: Panel | TimeSeries) -> Provenance:
    if (plan.design == "did") != isinstance(data, Panel):
        needed = "a panel" if plan.design == "did" else "a time series"
        raise ProtocolError(f"{plan.id} plans {plan.design}: found other data; needed {needed}.")
    window = (plan.window.start, plan.window.end)
    if (data.periods[0], data.periods[-1]) != window:
        found = f"{data.periods[0]} to {data.periods[-1]}"
        raise ProtocolError(f"{plan.id} window: found {found}; needed {window[0]} to {window[1]}.")
    if data.provenance is None:
        raise ProtocolError(f"{plan.id} data: found no provenance; needed data loaded by a recipe.")
    return data.provenance


def _did(protocol: LockedProtocol, plan: Plan, panel: Panel, provenance: Provenance) -> Evaluation:
    estimator, level = plan.estimator, plan.inference.level
    assert isinstance(estimator, GroupTime)
    effects = group_time(panel, anticipation=estimator.anticipation, level=level)
    study = event_study(effects)
    change = plan.changes[0]
    others = _without_lone_cohorts(panel)
    tested = study if others is panel else _study(others, estimator, level)
    return Evaluation(
        protocol=protocol.id,
        version=protocol.version,
        protocol_sha256=protocol.sha256,
        label=protocol.label,
        design="did",
        outcome=plan.outcome.name,
        unit_of_measure=panel.unit_of_measure,
        estimates=(NamedEstimate(name=change.name, words=change.what, estimate=overall(effects)),),
        alternatives=tuple(_alternative(a, panel, estimator, level) for a in plan.alternatives),
        events=study.events,
        path=(),
        checks=(
            panel_checks.enough_units(effects),
            *(_panel_check(c, panel, tested, estimator.anticipation) for c in plan.checks),
        ),
        notes=_did_notes(effects, plan),
        deviations=(),
        coverage=_panel_coverage(panel, plan),
        provenance=provenance,
    )


def _study(panel: Panel, estimator: GroupTime, level: float) -> EventStudy | None:
    if not panel.ever_treated.any():
        return None
    return event_study(group_time(panel, anticipation=estimator.anticipation, level=level))


def _without_lone_cohorts(panel: Panel) -> Panel:
    """The panel without cohorts of one unit; the same object where there are none."""
    sizes = Counter(panel.start[panel.ever_treated].tolist())
    lone = np.array([sizes.get(g, 0) == 1 for g in panel.start.tolist()], dtype=bool)
    return panel.without(lone) if lone.any() else panel


def _panel_check(
    check: Check, panel: Panel, study: EventStudy | None, anticipation: int
) -> CheckResult:
    if check.check == "pre_trend":
        return panel_checks.pre_trend(
            study,
            leads=check.leads,
            n_clusters=len(panel.units),
            threshold=_threshold(check),
            if_failed=check.if_failed,
        )
    return panel_checks.leave_one_unit_out(
        panel,
        anticipation=anticipation,
        threshold=_threshold(check),
        if_failed=check.if_failed,
    )


def _alternative(
    alternative: Alternative, panel: Panel, estimator: GroupTime, level: float
) -> NamedEstimate:
    kept = _without_lone_cohorts(panel) if alternative.cohorts == "two_or_more" else panel
    if alternative.estimator == "twfe":
        estimate = twfe(kept, weighted=alternative.weights == "data", level=level)
    else:
        estimate = overall(group_time(kept, anticipation=estimator.anticipation, level=level))
    return NamedEstimate(name=alternative.name, words=alternative.name, estimate=estimate)


def _did_notes(effects: GroupTimeEffects, plan: Plan) -> tuple[str, ...]:
    notes = []
    if effects.lone_cohorts:
        named, their, them = " and ".join(effects.lone_cohorts), "its", "it"
        lone = f"The cohort of {named} is one unit and has no variance of its own"
        if len(effects.lone_cohorts) > 1:
            their, them = "their", "them"
            lone = f"Cohorts of {named}: each is one unit and has no variance of its own"
        beside = any(a.cohorts == "two_or_more" for a in plan.alternatives)
        stands = f"; the overall without {them} stands among the alternatives" if beside else ""
        notes.append(f"{lone}, so the interval is too narrow by {their} share{stands}.")
    if len(effects.cohort_sizes) > 1 and any(a.estimator == "twfe" for a in plan.alternatives):
        notes.append(
            "Starts are staggered: two-way fixed effects also compare with units that are already "
            "treated, so they are shown beside the plan's estimate and are not the headline."
        )
    return tuple(notes)


def _panel_coverage(panel: Panel, plan: Plan) -> Coverage:
    treated = int(panel.ever_treated.sum())
    starts = Counter(panel.start[panel.ever_treated].tolist())
    return Coverage(
        n_obs=panel.outcome.size,
        n_units=len(panel.units),
        n_treated=treated,
        n_comparison=len(panel.units) - treated,
        n_periods=len(panel.periods),
        first_period=panel.periods[0],
        last_period=panel.periods[-1],
        unit_name=plan.unit,
        cohorts=tuple((panel.periods[g], n) for g, n in sorted(starts.items())),
    )


def _its(
    protocol: LockedProtocol, plan: Plan, series: TimeSeries, provenance: Provenance
) -> Evaluation:
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
            NamedEstimate(name=change.name, words=change.what, estimate=estimate)
            for change, estimate in zip(plan.changes, fit.levels, strict=True)
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
            fit, threshold=_threshold(check), if_failed=check.if_failed
        )
    return series_checks.placebo_date(
        series,
        at=str(check.at),
        first_interruption=min(dates),
        months=plan.months,
        threshold=_threshold(check),
        if_failed=check.if_failed,
    )


def _threshold(check: Check) -> float:
    if check.threshold is None:
        raise ProtocolError(f"check {check.check}: found no threshold; needed one.")
    return check.threshold
