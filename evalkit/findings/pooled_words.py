"""What a pool says, in words and as a table: one set for pages and the terminal."""

import math
from collections.abc import Iterator
from statistics import NormalDist

from evalkit.findings.numerals import effect_text, interval_text, level_text, number, p_text
from evalkit.findings.words import amount
from evalkit.types.estimate import Interval
from evalkit.types.scaled import ScaledEffect
from evalkit.types.synthesis import Pooled, PooledStudy
from evalkit.types.synthesis_question import SynthesisResult

_SURPRISING = 0.05
"""Below this p-value of Q it is said that studies differ by more than chance would make them."""


def scaled(result: SynthesisResult, effect: float, interval: Interval | None) -> ScaledEffect:
    """An effect of a pool on the scale that is read aloud: logarithms become per cent."""
    log = result.inputs[0].scale == "log"

    def told(value: float) -> float:
        return 100 * math.expm1(value) if log else value

    ends = interval and Interval(
        low=told(interval.low), high=told(interval.high), level=interval.level
    )
    return ScaledEffect(
        effect=told(effect),
        interval=ends,
        unit=result.inputs[0].unit,
        decimals=1 if log else _decimals(result),
        minimum=None,
    )


def _decimals(result: SynthesisResult) -> int:
    """Decimals that show two digits of the pooled error."""
    error = result.pooled.standard_error if result.pooled else 0.0
    return max(0, 1 - math.floor(math.log10(error))) if error > 0 else 1


def study_interval(study: PooledStudy, level: float) -> Interval:
    """The interval of one study, from its standard error as if that were known."""
    half = NormalDist().inv_cdf(0.5 + level / 2) * study.standard_error
    return Interval(low=study.effect - half, high=study.effect + half, level=level)


def headline(result: SynthesisResult) -> str:
    """The pool in one sentence that says no more than its interval does.

    Raises
    ------
    ValueError
        The findings were not pooled.
    """
    pooled = _pooled(result)
    told = scaled(result, pooled.effect, pooled.interval)
    many = f"{len(pooled.studies)} studies"
    outcome = result.inputs[0].outcome.lower()
    if 0 in pooled.interval:
        return f"Over {many} we cannot tell which way {outcome} moved on average: {_spoken(told)}."
    way = "lower" if pooled.effect < 0 else "higher"
    return f"Over {many} {outcome} was {way} on average: {_spoken(told)}."


def sentences(result: SynthesisResult) -> tuple[str, ...]:
    """What a pool says and what it does not, a sentence each; the headline first."""
    pooled = _pooled(result)
    return (
        headline(result),
        _next_place(result, pooled),
        _difference(pooled),
        *_without(result),
        *_errors_from(result),
        *pooled.notes,
        f"Method: {pooled.inference}.",
    )


def _pooled(result: SynthesisResult) -> Pooled:
    if result.pooled is None:
        raise ValueError(f"{result.id} was not pooled: {' '.join(result.refused)}")
    return result.pooled


def _spoken(told: ScaledEffect) -> str:
    assert told.interval is not None
    low, high = amount(told.interval.low, told), amount(told.interval.high, told)
    best, level = amount(told.effect, told), level_text(told.interval.level)
    return f"{best} at best guess ({level} interval: {low} to {high})"


def _next_place(result: SynthesisResult, pooled: Pooled) -> str:
    ends = scaled(result, pooled.effect, pooled.prediction)
    assert ends.interval is not None
    low, high = (amount(end, ends) for end in (ends.interval.low, ends.interval.high))
    return (
        f"In another place like these the true change may be anything from {low} to {high} "
        f"({level_text(pooled.prediction.level)} prediction interval)."
    )


def _difference(pooled: Pooled) -> str:
    spread = pooled.heterogeneity
    differ = "by more than" if spread.q_p_value < _SURPRISING else "by no more than"
    return (
        f"The studies differ {differ} chance would easily make them (Q = {spread.q:.1f} on "
        f"{spread.q_dof:g} df, {p_text(spread.q_p_value)}; tau² {spread.tau_squared:.3g}, I² "
        f"{spread.i_squared:.0%})."
    )


def _without(result: SynthesisResult) -> Iterator[str]:
    if not result.without:
        return
    low = min(result.without, key=lambda one: one.effect)
    high = max(result.without, key=lambda one: one.effect)
    ends = [effect_text(scaled(result, one.effect, None)) for one in (low, high)]
    yield (
        f"Without any one study the mean lies between {ends[0]} (without {low.study}) and {ends[1]} (without "
        f"{high.study})."
    )


def _errors_from(result: SynthesisResult) -> Iterator[str]:
    for source in ("interval", "p-value"):
        if ids := [one.finding for one in result.inputs if one.error_from == source]:
            yield f"The standard error was worked out from the {source} of {', '.join(ids)}."


def rows(result: SynthesisResult) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """Head and rows of the table of a pool: each study, the mean, and the next place."""
    pooled = _pooled(result)
    unit = result.inputs[0].unit
    head = ("study", "effect" if unit == "per cent" else unit, "95% interval", "weight")
    level = pooled.interval.level
    head = (*head[:2], f"{level_text(level)} interval", "weight")
    body = []
    for study in pooled.studies:
        told = scaled(result, study.effect, study_interval(study, level))
        name = study.study + (f" ({study.n_findings} findings)" if study.n_findings > 1 else "")
        weight = f"{number(100 * study.weight, 0)}%"
        body.append((name, effect_text(told), interval_text(told), weight))
    mean = scaled(result, pooled.effect, pooled.interval)
    ahead = scaled(result, pooled.effect, pooled.prediction)
    return head, (
        *body,
        ("Mean over studies", effect_text(mean), interval_text(mean), "100%"),
        ("Another place like these", "", interval_text(ahead), ""),
    )


def grown_rows(result: SynthesisResult) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """Head and rows of the pool as it grew; no rows where years are not known."""
    body = []
    for one in result.grown:
        told = scaled(result, one.effect, one.interval)
        body.append((f"{one.k} studies, with {one.study}", effect_text(told), interval_text(told)))
    return ("as studies came in", "mean", "interval"), tuple(body)


def without_rows(result: SynthesisResult) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """Head and rows of the pool without each study; no rows where too few would be left."""
    body = []
    for one in result.without:
        told = scaled(result, one.effect, one.interval)
        body.append((one.study, effect_text(told), interval_text(told)))
    return ("without", "mean", "interval"), tuple(body)


def certainty_rows(result: SynthesisResult) -> tuple[tuple[str, str, str], ...]:
    """Domain, levels lost and what was seen, where the mean has a certainty; where it starts comes first."""
    if (of := result.certainty) is None:
        return ()
    lost = {None: "not judged", 0: "none", 1: "one level", 2: "two levels"}
    return (
        ("start", of.start, of.start_rule.says),
        *((one.domain, lost[one.steps], one.seen) for one in of.downgrades),
    )


def certainty_words(result: SynthesisResult) -> str:
    """How certain the mean is, or why nobody can say; empty where nothing was pooled."""
    if result.pooled is None:
        return ""
    if result.simulated:
        return "No certainty: made-up data are evidence of nothing."
    if result.certainty is None:
        return "No certainty: the question does not say which change would matter (matters)."
    return (
        f"GRADE-style certainty of the mean: {result.certainty.label} ({result.certainty.version})."
    )
