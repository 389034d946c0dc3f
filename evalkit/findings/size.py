"""How big a change is, in every unit that the evaluation can be told in, and the same for analysts."""

import math
from collections.abc import Sequence

from evalkit.findings.numerals import effect_text, interval_text, level_text, number, p_text
from evalkit.findings.words import amount, span
from evalkit.protocol.plan import Plan
from evalkit.types.estimate import Estimate
from evalkit.types.evaluation import PER_THOUSAND, CheckResult, Evaluation, NamedEstimate
from evalkit.types.finding import ScaledEffect

_FIGURES = 6


def how_big(
    named: NamedEstimate,
    effect: ScaledEffect,
    incidents: str,
    readings: Sequence[NamedEstimate] = (),
    what: str = "",
) -> tuple[str, ...]:
    """The best guess with its interval, what would matter, and incidents where the word says a direction.

    ``what`` says what they are where they are no incidents, e.g. harm-days.
    """
    level = level_text(named.estimate.interval.level)
    best = amount(effect.effect, effect)
    lines = [f"The best guess is {best}; the {level} interval is {span(effect)}."]
    if effect.minimum is not None:
        lines.append(
            f"The plan calls {effect.minimum:g} {effect.unit} the smallest change that would matter."
        )
    if incidents:
        lines.append(f"In numbers, {incidents}.")
        lines += [
            _per_thousand(one.estimate, what)
            for one in readings
            if (one.name, one.estimate.estimand) == (named.name, PER_THOUSAND)
        ]
    elif named.avoided is not None:
        lines.append("How many is not told, because the direction is not settled.")
    return tuple(lines)


def _per_thousand(rate: Estimate, what: str) -> str:
    """``That is some 1.8 fewer per 1,000 people a year (0.3 to 3.4)``; two figures at the largest."""
    ends = sorted((abs(rate.interval.low), abs(rate.interval.high)))
    most = max(ends[1], abs(rate.effect))
    decimals = max(0, min(_FIGURES, 1 - math.floor(math.log10(most)))) if most else 0
    best, low, high = (number(value, decimals) for value in (abs(rate.effect), *ends))
    word = f"{'fewer' if rate.effect > 0 else 'more'} {what}".strip()
    return f"That is some {best} {word} per 1,000 people a year ({low} to {high})."


def technical(
    named: NamedEstimate, effect: ScaledEffect, evaluation: Evaluation, plan: Plan
) -> tuple[str, ...]:
    """What an analyst needs: estimand, estimator, numbers on the model's scale, inference, checks, rule."""
    one, cover = named.estimate, evaluation.coverage
    told = (
        f"{effect_text(effect)} {effect.unit}" if effect.unit != "per cent" else effect_text(effect)
    )
    return (
        f"Estimand {one.estimand}; estimator {one.method}; unit {one.unit_of_measure}.",
        f"{_numbers(one)}; told as {told} ({interval_text(effect)}).",
        f"Inference: {one.inference}.",
        f"{one.n_obs:,} observations, {one.n_units:,} units, {one.n_clusters:,} clusters,"
        f" {cover.n_periods} periods.",
        *(_check(check) for check in evaluation.checks),
        f"Decision rule {plan.decision_rule}; smallest change that would matter {plan.minimum_effect.value:g}"
        f" {plan.minimum_effect.unit.replace('_', ' ')}; plan {evaluation.protocol} {evaluation.version}"
        f" ({evaluation.label}).",
    )


def _numbers(one: Estimate) -> str:
    of_log = " of its logarithm" if one.is_ratio else ""
    error = (
        ""
        if one.standard_error is None
        else f", standard error {one.standard_error:.{_FIGURES}g}{of_log}"
    )
    p = "" if one.p_value is None else f", {p_text(one.p_value)}"
    dof = "" if one.dof is None else f", {number(one.dof, 1)} df"
    low, high = one.interval.low, one.interval.high
    return (
        f"Estimate {one.effect:.{_FIGURES}g}{error}, {level_text(one.interval.level)} interval"
        f" {low:.{_FIGURES}g} to {high:.{_FIGURES}g}{p}{dof}"
    )


def _check(check: CheckResult) -> str:
    if check.statistic is None:
        return f"Check {check.check}: {'not applicable' if not check.applicable else 'reported'}."
    state = {True: "passed", False: "not passed", None: "reported"}[check.passed]
    needed = "" if check.threshold is None else f", needed {check.rule} {check.threshold:g}"
    return f"Check {check.check}: {state}; {check.statistic_name} {check.statistic:.4g}{needed}."
