"""From the scale of the model to the scale that is read aloud."""

import math
from collections.abc import Callable, Mapping
from typing import Literal

from evalkit.protocol.plan import Plan
from evalkit.types.estimate import Estimate, Interval
from evalkit.types.finding import ScaledEffect

_UNIT_WORDS = {
    "per_cent": "per cent",
    "percentage_points": "percentage points",
    "incidents": "incidents",
}


def told(estimate: Estimate, plan: Plan) -> ScaledEffect:
    """The estimate in the unit of the plan's minimum effect.

    Effects on a log scale become 100 (exp(effect) - 1) per cent, rate ratios 100 (ratio - 1) per cent, and so
    do the ends of their interval.
    """
    convert = _CONVERSIONS[plan.outcome.scale]
    interval = Interval(
        low=convert(estimate.interval.low),
        high=convert(estimate.interval.high),
        level=estimate.interval.level,
    )
    return ScaledEffect(
        effect=convert(estimate.effect),
        interval=interval,
        unit=_UNIT_WORDS.get(plan.minimum_effect.unit, plan.outcome.told_in),
        decimals=_decimals(plan.minimum_effect.value),
        minimum=plan.minimum_effect.value,
    )


def log_points_to_per_cent(value: float) -> float:
    """100 (exp(value) - 1).

    >>> round(log_points_to_per_cent(0.0755), 1)
    7.8
    """
    return 100 * math.expm1(value)


def ratio_to_per_cent(value: float) -> float:
    """100 (value - 1).

    >>> round(ratio_to_per_cent(0.89), 1)
    -11.0
    """
    return 100 * (value - 1)


_CONVERSIONS: Mapping[str, Callable[[float], float]] = {
    "level": float,
    "log": log_points_to_per_cent,
    "ratio": ratio_to_per_cent,
}


def event_scale(plan: Plan) -> Literal["level", "log"]:
    """The scale of an evaluation's events: a rate ratio's are logarithms."""
    return "level" if plan.outcome.scale == "level" else "log"


def _decimals(minimum: float) -> int:
    """Decimals that show the minimum's first digit, and at least one: 1 for 10, 2 and 0.5, 2 for 0.05."""
    return max(1, -math.floor(math.log10(minimum)))
