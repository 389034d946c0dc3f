"""What a fitted series answers: the plan's effect of each change, and the same effect read otherwise."""

import math
from collections.abc import Callable
from typing import TypeAlias

from evalkit.errors import DataError
from evalkit.evaluation.series_asked import SeriesFit
from evalkit.its.counts import CountsFit
from evalkit.protocol.plan import Change, Estimand
from evalkit.types.estimate import Estimate, NoEstimate, PathPoint
from evalkit.types.evaluation import NamedEstimate, Refusal

Answer: TypeAlias = Estimate | NoEstimate

_SAME = 1e-9  # of an effect: the same contrast by other sums


def answer_of(fit: SeriesFit, estimand: Estimand, at: str) -> Answer:
    """The effect that the plan asks for, of the change at a period."""
    if estimand.effect == "at_horizon":
        return fit.effect_at(estimand.horizon or 0, at)
    if estimand.effect == "average":
        return fit.average_effect(at, last=estimand.horizon)
    context = fit.context.context if isinstance(fit, CountsFit) else fit.context
    order = [e.interruption for e in context.effects if e.kind == "level"]
    return fit.levels[order.index(at)]


def named(
    fit: SeriesFit, estimand: Estimand, change: Change, name: str, words: str
) -> NamedEstimate | Refusal:
    """The plan's effect of a change under a name, with incidents avoided where counts give them."""
    at = str(change.at)
    found = answer_of(fit, estimand, at)
    if isinstance(found, NoEstimate):
        return Refusal(name=name, words=words, answer=found)
    avoided = _avoided(fit, at)
    return NamedEstimate(name=name, words=words, estimate=found, avoided=avoided)


def readings(
    fit: SeriesFit, estimand: Estimand, change: Change, *, logarithm: bool, noun: str
) -> tuple[NamedEstimate, ...]:
    """The effect of a change in its first period, at the horizon, on average, and added up.

    What is the plan's own answer is left out, and so is what has no meaning: sums of logarithms, and per cent
    of an expectation that may be 0.
    """
    at, horizon = str(change.at), estimand.horizon
    asked: list[tuple[str, Callable[[], Answer]]] = [
        (f"in the first {noun}", lambda: fit.effect_at(0, at))
    ]
    if horizon:
        asked.append((f"{horizon} {noun}s later", lambda: fit.effect_at(horizon, at)))
    upto = f"over {horizon + 1} {noun}s" if horizon else "to the end"
    asked.append((f"on average {upto}", lambda: fit.average_effect(at, last=horizon)))
    if not isinstance(fit, CountsFit) and not logarithm:
        asked += [
            (f"added up {upto}", lambda: fit.cumulative_effect(at, last=horizon)),
            (f"in per cent {upto}", lambda: fit.relative_effect(at, last=horizon)),
        ]
    main, found = answer_of(fit, estimand, at), []
    for words, ask in asked:
        try:
            answer = ask()
        except DataError:
            continue
        if isinstance(answer, Estimate) and not _same(answer, main):
            found.append(NamedEstimate(name=change.name, words=words, estimate=answer))
    return tuple(found)


def _same(answer: Estimate, main: Answer) -> bool:
    """Whether a reading is the plan's own answer: an effect that is a step reads the same at any time."""
    return isinstance(main, Estimate) and math.isclose(answer.effect, main.effect, rel_tol=_SAME)


def path_told(path: tuple[PathPoint, ...], *, logarithm: bool) -> tuple[PathPoint, ...]:
    """The path in the outcome's own unit: exponentials, where the model took logarithms."""
    if not logarithm:
        return path
    return tuple(
        PathPoint(
            period=point.period,
            observed=_exp(point.observed),
            fitted=math.exp(point.fitted),
            counterfactual=math.exp(point.counterfactual),
            fitted_low=_exp(point.fitted_low),
            fitted_high=_exp(point.fitted_high),
            counterfactual_low=_exp(point.counterfactual_low),
            counterfactual_high=_exp(point.counterfactual_high),
        )
        for point in path
    )


def _exp(value: float | None) -> float | None:
    return None if value is None else math.exp(value)


def _avoided(fit: SeriesFit, at: str) -> Estimate | None:
    if not isinstance(fit, CountsFit):
        return None
    try:
        found = fit.avoided(at)
    except DataError:
        return None
    return found if isinstance(found, Estimate) else None
