"""One series before and after, alone or beside a comparison: the model, other ways of asking, checks."""

from collections.abc import Iterator

import numpy as np

from evalkit.errors import DataError
from evalkit.evaluation.elsewhere import Others, given_of
from evalkit.evaluation.per_thousand import exposed_from, per_thousand
from evalkit.evaluation.series_answers import named, path_told, readings
from evalkit.evaluation.series_asked import (
    SeriesAsked,
    SeriesFit,
    asked_beside,
    asked_of_series,
    fitted,
    takes_logarithms,
)
from evalkit.evaluation.series_checked import COUNTS_NOTE, checked, checking, diagnostics
from evalkit.evaluation.series_given import Given, Ready, ready
from evalkit.evaluation.unanswered import unanswered
from evalkit.its.counts import CountsFit
from evalkit.protocol.plan import Change, Plan
from evalkit.types.evaluation import Coverage, Evaluation, NamedEstimate, Provenance, Refusal
from evalkit.types.protocol import LockedProtocol

ALONE = "One series without a comparison: anything else that changed then looks the same."


def evaluate_series(
    protocol: LockedProtocol, plan: Plan, given: Given, provenance: Provenance, others: Others
) -> Evaluation:
    """Evaluate a plan on one series, or on one and its comparison; ``others`` are alternatives' data."""
    asked = asked_of_series(plan)
    made, logarithm = ready(asked, given), takes_logarithms(asked)
    fit = fitted(asked, made.series)
    answers = [named(fit, plan.estimand, c, c.name, c.what) for c in plan.changes]
    estimates = tuple(a for a in answers if isinstance(a, NamedEstimate))
    refusals = tuple(a for a in answers if isinstance(a, Refusal))
    beside = list(_beside(plan, asked, given, others))
    of = checking(plan, asked, made, fit, estimates)
    noun = "month" if "-" in plan.window.start else "year"
    return Evaluation(
        protocol=protocol.id,
        version=protocol.version,
        protocol_sha256=protocol.sha256,
        label=protocol.label,
        design="controlled_its" if given.comparisons else "its",
        outcome=plan.outcome.name,
        unit_of_measure=made.series.unit_of_measure,
        estimates=estimates,
        alternatives=tuple(a for a in beside if isinstance(a, NamedEstimate)),
        events=(),
        path=path_told(fit.path, logarithm=logarithm),
        checks=tuple(checked(check, of) for check in plan.checks),
        notes=_notes(fit, made),
        deviations=(),
        coverage=_coverage(plan, given, asked),
        provenance=provenance,
        refusals=refusals,
        readings=(
            *(
                reading
                for change in plan.changes
                for reading in readings(fit, plan.estimand, change, logarithm=logarithm, noun=noun)
            ),
            *_per_thousand(plan, given, answers),
        ),
        diagnostics=diagnostics(of, plan),
        unanswered=tuple(a for a in beside if isinstance(a, Refusal)),
    )


def _beside(
    plan: Plan, asked: SeriesAsked, given: Given, others: Others
) -> Iterator[NamedEstimate | Refusal]:
    """Each other way of asking, for each change."""
    seen = int(np.isfinite(given.series.outcome).sum())
    for item in plan.series_alternatives:
        other = asked_beside(asked, item)
        try:
            fit = fitted(other, ready(other, given_of(item, given, plan, others)).series)
            names = [_named(item.name, change, plan) for change in plan.changes]
            found = [
                named(fit, plan.estimand, change, name, name)
                for change, name in zip(plan.changes, names, strict=True)
            ]
        except DataError as error:
            for change in plan.changes:
                yield unanswered(_named(item.name, change, plan), plan, error, n_obs=seen)
        else:
            yield from found


def _per_thousand(
    plan: Plan, given: Given, answers: list[NamedEstimate | Refusal]
) -> Iterator[NamedEstimate]:
    """Incidents avoided per 1,000 people a year; beside a comparison, counts are against it, not people."""
    if given.comparisons:
        return
    for change, one in zip(plan.changes, answers, strict=True):
        if isinstance(one, NamedEstimate):
            people = exposed_from(given.series, str(change.at))
            yield from per_thousand(one, people, plan, given.series.periods[0])


def _notes(fit: SeriesFit, made: Ready) -> tuple[str, ...]:
    alone = (ALONE,) if made.comparison is None else made.notes
    return (*alone, *fit.notes, *(COUNTS_NOTE,) * isinstance(fit, CountsFit))


def _named(name: str, change: Change, plan: Plan) -> str:
    """An alternative's name, with the change that it is about where there are several."""
    return f"{name}: {change.name}" if len(plan.changes) > 1 else name


def _coverage(plan: Plan, given: Given, asked: SeriesAsked) -> Coverage:
    series, others = given.series, given.comparisons.values()
    seen = [int(np.isfinite(each.outcome).sum()) for each in (series, *others)]
    return Coverage(
        n_obs=sum(seen),
        n_units=len(seen),
        n_treated=given.n_treated,
        n_comparison=len(others),
        n_periods=len(series.periods),
        first_period=series.periods[0],
        last_period=series.periods[-1],
        unit_name=plan.unit,
        cohorts=tuple((date, given.n_treated) for date in asked.dates),
    )
