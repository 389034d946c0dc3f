"""What the methods of a plan answer about a panel."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias, cast

import numpy as np

from evalkit.checks.sides import comparison_rows
from evalkit.data.panel import Panel
from evalkit.did.aggregate import event_study, overall
from evalkit.did.aggregates import Aggregate, EventStudy
from evalkit.did.group_time import group_time
from evalkit.did.group_time_effects import GroupTimeEffects
from evalkit.did.imputation import imputation
from evalkit.did.poisson import RateRatioAt, RateRatios, poisson
from evalkit.did.sun_abraham import sun_abraham
from evalkit.did.twfe import twfe
from evalkit.errors import DataError
from evalkit.evaluation.asked import Asked
from evalkit.protocol.estimators import GroupTime, Imputation, Poisson, SunAbraham
from evalkit.types.estimate import Estimate, EventEffect

PoissonErrors: TypeAlias = Literal["cluster", "overdispersed"]
ImputationErrors: TypeAlias = Literal["conservative", "two_stage"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A method's answer.

    Attributes
    ----------
    estimate : Estimate
    events : tuple of EventEffect
        In order; of a rate ratio its logarithm. Where each event is compared with the mean of all earlier
        periods rather than one, that reference stands for them as an event of 0.
    before : EventStudy or None
        Effects before the start and their covariance; None where the method gives none, ``why`` says why.
    avoided : Estimate or None
        Incidents avoided, of a rate ratio.
    notes : tuple of str
    """

    estimate: Estimate
    events: tuple[EventEffect, ...]
    before: EventStudy | None
    why: str = ""
    avoided: Estimate | None = None
    notes: tuple[str, ...] = ()


def estimate(asked: Asked, panel: Panel) -> Estimate:
    """The one number of a method.

    Raises
    ------
    DataError
        The method refuses the panel.
    """
    match asked.estimator:
        case None:
            return twfe(panel, inference="cluster", weighted=asked.weighted, level=asked.level)
        case Poisson():
            return _poisson(asked, panel).overall
        case Imputation():
            return _imputation(asked, panel, leads=0).overall
        case SunAbraham():
            return sun_abraham(panel, weighted=asked.weighted, level=asked.level).overall
        case GroupTime() as options:
            return overall(_group_time(asked, options, panel))


def answer(asked: Asked, panel: Panel, *, leads: int) -> Answer:
    """The answer of a plan's main method.

    Parameters
    ----------
    leads : int
        Effects before the start to ask for where the method needs to be told how many.

    Raises
    ------
    DataError
        The method refuses the panel.
    """
    match asked.estimator:
        case Poisson():
            return _counted(
                _poisson(asked, panel), int(comparison_rows(panel, asked.comparison).sum())
            )
        case Imputation():
            return _imputed(asked, panel, leads)
        case SunAbraham():
            found = sun_abraham(panel, weighted=asked.weighted, level=asked.level)
            return _by_event(found, _events(found))
        case GroupTime() as options:
            return _grouped(asked, options, panel)
        case None:
            raise DataError("two-way fixed effects are no main method; needed another")


def _group_time(asked: Asked, options: GroupTime, panel: Panel) -> GroupTimeEffects:
    return group_time(
        panel,
        comparison=asked.comparison,
        method=options.method,
        base_period=options.base_period,
        anticipation=options.anticipation,
        level=asked.level,
    )


def _grouped(asked: Asked, options: GroupTime, panel: Panel) -> Answer:
    effects = _group_time(asked, options, panel)
    if options.base_period == "universal":
        study = event_study(effects)
        return Answer(
            estimate=overall(effects), events=study.events, before=study, notes=effects.notes
        )
    found = effects.aggregate("event")
    answered = _by_event(found, _events(found), until=-options.anticipation)
    return replace(answered, estimate=overall(effects), notes=effects.notes)


def _poisson(asked: Asked, panel: Panel) -> RateRatios:
    return poisson(panel, inference=cast(PoissonErrors, asked.errors), level=asked.level)


def _imputation(asked: Asked, panel: Panel, *, leads: int) -> Aggregate:
    errors = cast(ImputationErrors, asked.errors)
    return imputation(
        panel, standard_errors=errors, leads=leads, weighted=asked.weighted, level=asked.level
    )


def _imputed(asked: Asked, panel: Panel, leads: int) -> Answer:
    """With as many leads as the panel has room for; without any, and why, where it can tell none."""
    room = int(panel.start[panel.ever_treated].max(initial=0)) - 1
    why = "there is no period before the start to compare with"
    for count in (max(0, min(leads, room)), 0):
        try:
            found = _imputation(asked, panel, leads=count)
        except DataError as error:
            if not count:
                raise
            why = str(error)
            continue
        break
    events = _events(found)
    if not count:
        return replace(_by_event(found, (_reference(-1, events), *events)), before=None, why=why)
    return _by_event(found, (_reference(-count - 1, events), *events))


def _by_event(found: Aggregate, events: Sequence[EventEffect], *, until: int = 0) -> Answer:
    """Events before ``until`` are what a test of common trends looks at."""
    estimated = [e for e in found.effects if e.at != found.base]
    early = [i for i, e in enumerate(estimated) if int(e.at) < until]
    before = EventStudy(
        events=tuple(
            e for e in _events(found) if e.event_time < until and e.event_time != found.base
        ),
        covariance=np.array(found.covariance)[np.ix_(early, early)],
        base=until,
    )
    return Answer(
        estimate=found.overall, events=tuple(events), before=before, notes=found.overall.notes
    )


def _events(found: Aggregate) -> tuple[EventEffect, ...]:
    return tuple(
        EventEffect(
            event_time=int(row.at),
            effect=row.effect,
            standard_error=row.standard_error,
            low=row.low,
            high=row.high,
            n_treated=row.n_treated,
            n_comparison=row.n_comparison,
        )
        for row in found.effects
    )


def _reference(at: int, events: Sequence[EventEffect]) -> EventEffect:
    """All periods before the first event, as one of effect 0."""
    first = events[0]
    return replace(first, event_time=at, effect=0.0, standard_error=None, low=None, high=None)


def _counted(found: RateRatios, n_comparison: int) -> Answer:
    drawn = [_log_ratio(event, n_comparison) for event in found.events if event.effect]
    none = sum(not event.effect for event in found.events)
    notes = found.notes
    if none:
        notes = (
            *notes,
            f"At {none} distances from the start there is no ratio to draw: no incident.",
        )
    return Answer(
        estimate=found.overall,
        events=(_reference(-1, drawn), *drawn) if drawn else (),
        before=None,
        why="one rate ratio is fitted, and none before the start",
        avoided=found.avoided,
        notes=notes,
    )


def _log_ratio(event: RateRatioAt, n_comparison: int) -> EventEffect:
    def log(value: float | None) -> float | None:
        return None if value is None else math.log(value)

    return EventEffect(
        event_time=event.event_time,
        effect=math.log(event.effect or 1.0),
        standard_error=event.standard_error,
        low=log(event.low),
        high=log(event.high),
        n_treated=event.n_treated,
        n_comparison=n_comparison,
    )
