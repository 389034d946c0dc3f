"""One series before and after: the plan's model, other ways of asking, and its checks."""

from collections.abc import Iterator

import numpy as np

from evalkit.data.series import TimeSeries
from evalkit.errors import DataError
from evalkit.evaluation.series_answers import named, path_told, readings
from evalkit.evaluation.series_asked import (
    SeriesAsked,
    SeriesFit,
    asked_beside,
    asked_of_series,
    fitted,
    prepared,
    takes_logarithms,
)
from evalkit.evaluation.series_checked import COUNTS_NOTE, checked, checking, diagnostics
from evalkit.its.counts import CountsFit
from evalkit.protocol.plan import Plan
from evalkit.types.evaluation import Coverage, Evaluation, NamedEstimate, Provenance, Refusal
from evalkit.types.protocol import LockedProtocol

ALONE = "One series without a comparison: anything else that changed then looks the same."


def evaluate_series(
    protocol: LockedProtocol, plan: Plan, series: TimeSeries, provenance: Provenance
) -> Evaluation:
    """Evaluate a plan on one series."""
    asked = asked_of_series(plan)
    ready, logarithm = prepared(asked, series), takes_logarithms(asked)
    fit = fitted(asked, ready)
    answers = [named(fit, plan.estimand, c, c.name, c.what) for c in plan.changes]
    estimates = tuple(a for a in answers if isinstance(a, NamedEstimate))
    refusals = tuple(a for a in answers if isinstance(a, Refusal))
    others = list(_beside(plan, asked, series))
    of = checking(plan, asked, ready, fit, estimates)
    noun = "month" if "-" in series.periods[0] else "year"
    return Evaluation(
        protocol=protocol.id,
        version=protocol.version,
        protocol_sha256=protocol.sha256,
        label=protocol.label,
        design="its",
        outcome=plan.outcome.name,
        unit_of_measure=ready.unit_of_measure,
        estimates=estimates,
        alternatives=tuple(a for a in others if isinstance(a, NamedEstimate)),
        events=(),
        path=path_told(fit.path, logarithm=logarithm),
        checks=tuple(checked(check, of) for check in plan.checks),
        notes=(*_notes(fit), *_unanswered(others)),
        deviations=(),
        coverage=_coverage(plan, series, asked),
        provenance=provenance,
        refusals=refusals,
        readings=tuple(
            reading
            for change in plan.changes
            for reading in readings(fit, plan.estimand, change, logarithm=logarithm, noun=noun)
        ),
        diagnostics=diagnostics(of, plan),
    )


def _beside(
    plan: Plan, asked: SeriesAsked, series: TimeSeries
) -> Iterator[NamedEstimate | Refusal]:
    """Each other way of asking, for each change."""
    for item in plan.series_alternatives:
        other = asked_beside(asked, item)
        try:
            fit = fitted(other, prepared(other, series))
            for change in plan.changes:
                own = f": {change.name}" if len(plan.changes) > 1 else ""
                name = f"{item.name}{own}"
                yield named(fit, plan.estimand, change, name, name)
        except DataError as error:
            raise DataError(f"the alternative {item.name}: {error}") from error


def _notes(fit: SeriesFit) -> tuple[str, ...]:
    return (ALONE, *fit.notes, *(COUNTS_NOTE,) * isinstance(fit, CountsFit))


def _unanswered(others: list[NamedEstimate | Refusal]) -> tuple[str, ...]:
    return tuple(
        f"The alternative {one.name} gives no number. {one.answer.why}"
        for one in others
        if isinstance(one, Refusal)
    )


def _coverage(plan: Plan, series: TimeSeries, asked: SeriesAsked) -> Coverage:
    return Coverage(
        n_obs=int(np.isfinite(series.outcome).sum()),
        n_units=1,
        n_treated=1,
        n_comparison=0,
        n_periods=len(series.periods),
        first_period=series.periods[0],
        last_period=series.periods[-1],
        unit_name=plan.unit,
        cohorts=tuple((date, 1) for date in asked.dates),
    )
