"""Difference-in-differences: the plan's method, the other ways of asking, and the checks."""

from collections import Counter
from dataclasses import replace

from evalkit.checks.enough_areas import enough_areas
from evalkit.checks.sides import comparison_rows, without_lone_cohorts
from evalkit.data.panel import Panel
from evalkit.did.bacon import already_treated_share
from evalkit.errors import DataError
from evalkit.evaluation.answers import answer, estimate
from evalkit.evaluation.asked import Asked, asked_beside, asked_by
from evalkit.evaluation.did_checks import checked
from evalkit.evaluation.elsewhere import Others, panel_of
from evalkit.evaluation.per_thousand import per_thousand
from evalkit.evaluation.unanswered import unanswered
from evalkit.protocol.plan import Alternative, Plan
from evalkit.types.evaluation import (
    Coverage,
    Evaluation,
    NamedEstimate,
    Observed,
    Provenance,
    Refusal,
)
from evalkit.types.protocol import LockedProtocol

LEADS = 4
"""Asked for where the plan checks no periods before the start."""


def evaluate_panel(
    protocol: LockedProtocol, plan: Plan, panel: Panel, provenance: Provenance, others: Others
) -> Evaluation:
    """Evaluate a plan on a panel; ``others`` are the data that alternatives name."""
    asked = asked_by(plan)
    leads = max((c.leads for c in plan.checks if c.check == "pre_trend"), default=LEADS)
    found = answer(asked, panel, leads=leads)
    change = plan.changes[0]
    beside = [_alternative(item, panel, plan, others) for item in plan.panel_alternatives]
    main = NamedEstimate(
        name=change.name, words=change.what, estimate=found.estimate, avoided=found.avoided
    )
    return Evaluation(
        protocol=protocol.id,
        version=protocol.version,
        protocol_sha256=protocol.sha256,
        label=protocol.label,
        design="did",
        outcome=plan.outcome.name,
        unit_of_measure=panel.unit_of_measure,
        estimates=(main,),
        alternatives=tuple(one for one in beside if isinstance(one, NamedEstimate)),
        events=found.events,
        path=(),
        checks=(
            enough_areas(panel, asked.comparison, found.estimate, level=asked.level),
            *(checked(check, panel, asked, plan.outcome.scale) for check in plan.checks),
        ),
        notes=(*_notes(panel, plan), *found.notes),
        deviations=(),
        coverage=_coverage(panel, plan, asked),
        provenance=provenance,
        readings=per_thousand(main, found.exposed, plan, panel.periods[0]),
        unanswered=tuple(one for one in beside if isinstance(one, Refusal)),
    )


def _alternative(
    item: Alternative, panel: Panel, plan: Plan, others: Others
) -> NamedEstimate | Refusal:
    kept = panel
    try:
        kept = panel_of(item, panel, others)
        kept = without_lone_cohorts(kept) if item.cohorts == "two_or_more" else kept
        if item.covariates == "none":
            kept = replace(kept, covariate_names=())
        found = estimate(asked_beside(plan, item), kept)
    except DataError as error:
        return unanswered(item.name, plan, error, n_obs=int(kept.observed.sum()))
    return NamedEstimate(name=item.name, words=item.name, estimate=found)


def _notes(panel: Panel, plan: Plan) -> tuple[str, ...]:
    notes = []
    others = without_lone_cohorts(panel)
    if plan.estimator.name == "group_time" and others is not panel:
        gone = set(panel.start.tolist()) - set(others.start.tolist())
        starts, their, them = [panel.periods[g] for g in sorted(gone)], "its", "it"
        lone = f"The cohort of {starts[0]} is one unit and has no variance of its own"
        if len(starts) > 1:
            their, them = "their", "them"
            lone = f"Cohorts of {' and '.join(starts)}: each is one unit and has no variance of its own"
        beside = any(a.cohorts == "two_or_more" for a in plan.panel_alternatives)
        stands = f"; the overall without {them} stands among the alternatives" if beside else ""
        notes.append(f"{lone}, so the interval is too narrow by {their} share{stands}.")
    staggered = len(set(panel.start[panel.ever_treated].tolist())) > 1
    if staggered and any(a.estimator == "twfe" for a in plan.panel_alternatives):
        notes.append(_staggered(panel, plan))
    return tuple(notes)


def _staggered(panel: Panel, plan: Plan) -> str:
    """How much two-way fixed effects lean on units that are already treated, where that can be told."""
    beside = "so they are shown beside the plan's estimate and are not the headline."
    plain = [
        a
        for a in plan.panel_alternatives
        if a.estimator == "twfe" and (a.weights, a.cohorts) == ("none", "all")
        if a.covariates == "none" or not panel.covariate_names
    ]
    if not plain or not panel.balanced:
        return (
            "Starts are staggered: two-way fixed effects also compare with units that are already "
            f"treated, {beside}"
        )
    share = 100 * already_treated_share(panel.start, len(panel.periods))
    size = f"{share:.0f}%" if share >= 0.5 else "less than 1%"
    return (
        f"Starts are staggered: {size} of the weight of two-way fixed effects is on comparisons "
        f"with units that are already treated, {beside}"
    )


def _coverage(panel: Panel, plan: Plan, asked: Asked) -> Coverage:
    starts = Counter(panel.start[panel.ever_treated].tolist())
    return Coverage(
        n_obs=int(panel.observed.sum()),
        n_units=len(panel.units),
        n_treated=int(panel.ever_treated.sum()),
        n_comparison=int(comparison_rows(panel, asked.comparison).sum()),
        n_periods=len(panel.periods),
        first_period=panel.periods[0],
        last_period=panel.periods[-1],
        unit_name=plan.unit,
        cohorts=tuple((panel.periods[g], n) for g, n in sorted(starts.items())),
        observed=_observed(panel),
    )


def _observed(panel: Panel) -> tuple[Observed, ...]:
    """Units with the same periods together, those with the fewest gaps first."""
    alike: dict[tuple[str, ...], list[str]] = {}
    for unit, there in zip(panel.units, panel.observed, strict=True):
        missing = tuple(p for p, seen in zip(panel.periods, there, strict=True) if not seen)
        alike.setdefault(missing, []).append(unit)
    ordered = sorted(alike.items(), key=lambda one: (len(one[0]), one))
    return tuple(Observed(units=tuple(sorted(u)), missing=missing) for missing, u in ordered)
