"""What the methods of a plan answer about a panel."""

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
from evalkit.did.poisson import RateRatios, poisson
from evalkit.did.sun_abraham import sun_abraham
from evalkit.did.twfe import twfe
from evalkit.errors import DataError
from evalkit.evaluation.asked import Asked
from evalkit.evaluation.events import event_effects, log_ratio, reference
from evalkit.protocol.estimators import GroupTime, Imputation, Poisson, SunAbraham, TwoWay
from evalkit.types.estimate import Estimate, EventEffect

PoissonErrors: TypeAlias = Literal["auto", "cluster", "permutation", "overdispersed"]
TwoWayErrors: TypeAlias = Literal[
    "auto", "cluster", "cr2", "wild_bootstrap", "permutation", "donald_lang"
]
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
    exposed : float or None
        Exposure of the treated cells that incidents were avoided in, added up.
    """

    estimate: Estimate
    events: tuple[EventEffect, ...]
    before: EventStudy | None
    why: str = ""
    avoided: Estimate | None = None
    notes: tuple[str, ...] = ()
    exposed: float | None = None


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
        case TwoWay():
            return _two_way(asked, panel)
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
        case TwoWay():
            return _by_two_way(asked, panel)
        case Poisson():
            return _counted(
                _poisson(asked, panel), int(comparison_rows(panel, asked.comparison).sum())
            )
        case Imputation():
            return _imputed(asked, panel, leads)
        case SunAbraham():
            found = sun_abraham(panel, weighted=asked.weighted, level=asked.level)
            return _by_event(found, event_effects(found))
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
    answered = _by_event(found, event_effects(found), until=-options.anticipation)
    return replace(answered, estimate=overall(effects), notes=effects.notes)


def _poisson(asked: Asked, panel: Panel) -> RateRatios:
    errors = cast(PoissonErrors, asked.errors)
    return poisson(panel, inference=errors, seed=asked.seed, level=asked.level)


def _two_way(asked: Asked, panel: Panel) -> Estimate:
    starts = [panel.periods[g] for g in sorted(set(panel.start[panel.ever_treated].tolist()))]
    if len(starts) > 1:
        raise DataError(
            f"twfe found starts in {starts[0]}, {starts[1]}{' and later' * (len(starts) > 2)}; as a plan's "
            "own method it needs one start for all, because it would compare with units that are already "
            "treated. Plan group_time, with twfe among the alternatives"
        )
    errors = cast(TwoWayErrors, asked.errors)
    return twfe(
        panel, inference=errors, seed=asked.seed, weighted=asked.weighted, level=asked.level
    )


def _by_two_way(asked: Asked, panel: Panel) -> Answer:
    """The one number, and beside it each period against the last before the start, without intervals."""
    found = _two_way(asked, panel)
    study = event_study(group_time(panel, weighted=asked.weighted, level=asked.level))
    return Answer(
        estimate=found,
        events=tuple(replace(e, standard_error=None, low=None, high=None) for e in study.events),
        before=None,
        why="two-way fixed effects give one number, and none before the start",
        notes=found.notes,
    )


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
    events = event_effects(found)
    if not count:
        return replace(_by_event(found, (reference(-1, events), *events)), before=None, why=why)
    return _by_event(found, (reference(-count - 1, events), *events))


def _by_event(found: Aggregate, events: Sequence[EventEffect], *, until: int = 0) -> Answer:
    """Events before ``until`` are what a test of common trends looks at."""
    estimated = [e for e in found.effects if e.at != found.base]
    early = [i for i, e in enumerate(estimated) if int(e.at) < until]
    before = EventStudy(
        events=tuple(
            e for e in event_effects(found) if e.event_time < until and e.event_time != found.base
        ),
        covariance=np.array(found.covariance)[np.ix_(early, early)],
        base=until,
    )
    return Answer(
        estimate=found.overall, events=tuple(events), before=before, notes=found.overall.notes
    )


def _counted(found: RateRatios, n_comparison: int) -> Answer:
    drawn = [log_ratio(event, n_comparison) for event in found.events if event.effect]
    none = sum(not event.effect for event in found.events)
    notes = found.notes
    if none:
        notes = (
            *notes,
            f"At {none} distances from the start there is no ratio to draw: no incident.",
        )
    return Answer(
        estimate=found.overall,
        events=(reference(-1, drawn), *drawn) if drawn else (),
        before=None,
        why="one rate ratio is fitted, and none before the start",
        avoided=found.avoided,
        notes=notes,
        exposed=found.exposed,
    )
