"""Effects by time since the start, in the one shape that evaluations keep."""

import math
from collections.abc import Sequence
from dataclasses import replace

from evalkit.did.aggregates import Aggregate
from evalkit.did.poisson import RateRatioAt
from evalkit.types.estimate import EventEffect


def event_effects(found: Aggregate) -> tuple[EventEffect, ...]:
    """All of an aggregate by event time."""
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


def reference(at: int, events: Sequence[EventEffect]) -> EventEffect:
    """All periods before the first event, as one of effect 0."""
    first = events[0]
    return replace(first, event_time=at, effect=0.0, standard_error=None, low=None, high=None)


def log_ratio(event: RateRatioAt, n_comparison: int) -> EventEffect:
    """A rate ratio on the log scale."""

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
