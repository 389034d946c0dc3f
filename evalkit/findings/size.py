"""How big a change is, in every unit that the evaluation can be told in, and the same for analysts."""

from evalkit.findings.numerals import effect_text, interval_text, level_text, number, p_text
from evalkit.findings.words import amount, span
from evalkit.protocol.plan import Plan
from evalkit.types.estimate import Estimate
from evalkit.types.evaluation import CheckResult, Evaluation, NamedEstimate
from evalkit.types.finding import ScaledEffect

_FIGURES = 6


def how_big(named: NamedEstimate, effect: ScaledEffect, incidents: str) -> tuple[str, ...]:
    """The best guess with its interval, what would matter, and incidents where the word says a direction."""
    level = level_text(named.estimate.interval.level)
    best = amount(effect.effect, effect)
    lines = [f"The best guess is {best}; the {level} interval is {span(effect)}."]
    if effect.minimum is not None:
        lines.append(
            f"The plan calls {effect.minimum:g} {effect.unit} the smallest change that would matter."
        )
    if incidents:
        lines.append(f"In numbers, {incidents}.")
    elif named.avoided is not None:
        lines.append("How many is not told, because the direction is not settled.")
    return tuple(lines)


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
