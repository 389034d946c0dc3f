"""A locked plan in words."""

from collections.abc import Iterator, Mapping
from functools import lru_cache

from pydantic import ValidationError

from evalkit.errors import HubError
from evalkit.findings.numerals import level_text, number
from evalkit.hub.page import Row
from evalkit.hub.series_plans import (
    SERIES_DESIGNS,
    SERIES_INFERENCE,
    answer_words,
    data_words,
    series_alternative_words,
    series_estimator_words,
)
from evalkit.hub.words import counted, in_words, sentence
from evalkit.protocol.estimators import Alternative, GroupTime, Poisson
from evalkit.protocol.plan import Change, Check, Plan
from evalkit.protocol.series_estimators import Counts, Segmented, SeriesAlternative
from evalkit.protocol.series_questions import QUESTIONS
from evalkit.report.figures.plot import period_words
from evalkit.report.figures.svg import decimals
from evalkit.types.adapter import adapter
from evalkit.types.catalogue import LockedProtocol

KNOWN: Mapping[str, str] = {
    "not_created": "The data did not exist yet.",
    "not_observed": "The data existed; nobody had seen them.",
    "not_accessed": "The data existed; we had not opened them.",
    "not_analysed": "We had the data and had not analysed the outcome.",
    "analysed": "The outcome data had been analysed before the plan was locked.",
}
_CHECKS: Mapping[str, str] = {
    "pre_trend": "Were the groups moving together before?",
    "placebo_start": "Does a false start show an effect?",
    "leave_one_unit_out": "Does one unit drive the result?",
    "already_treated_share": "Does two-way fixed effects compare with units that are already treated?",
    "small_cohorts": "Does the answer rest on cohorts of very few units?",
    "pre_period_balance": "Were the two sides alike before?",
    "composition_change": "Are the same units compared throughout?",
    "recording_change": "Did one area change how it records?",
    "placebo_date": "Does a false date show an effect?",
    **{check: asked for check, (asked, *_) in QUESTIONS.items()},
    "residual_autocorrelation": "Is each period's error linked to the one before?",
}
_IF_FAILED: Mapping[str, str] = {
    "cannot_tell": "if it is not passed, we cannot tell",
    "lower_rating": "if it is not passed, the word is weaker",
    "report": "reported; it does not change the word",
}
_UNITS: Mapping[str, str] = {
    "per_cent": "per cent",
    "percentage_points": "percentage points",
    "incidents": "incidents",
}
_DESIGNS: Mapping[str, str] = {
    "did": "Difference in differences: the change in places that started beside the change in"
    " places that did not",
    **SERIES_DESIGNS,
}
_INFERENCE: Mapping[str, str] = {
    "influence_function": "Influence functions, one contribution for each unit",
    "t": "t distribution from the regression",
    "cluster": "t distribution, errors clustered",
    "overdispersed": "t distribution, Poisson variance times the spread that was seen",
    "conservative": "Conservative errors (Borusyak, Jaravel and Spiess 2024, theorem 3), clustered",
    "two_stage": "Two-stage errors (Gardner 2022), clustered",
    "auto": "Chosen by the number of areas on each side and by the time before the start, not by the result",
    "cr2": "Bias-reduced clustered errors, t with Bell and McCaffrey's degrees of freedom",
    "wild_bootstrap": "Wild cluster bootstrap, no effect imposed (Cameron, Gelbach and Miller 2008)",
    "permutation": "Permutation: the start dealt over the areas in every way, or in many",
    "donald_lang": "t test of one change an area (Donald and Lang 2007)",
    **SERIES_INFERENCE,
}
_METHODS: Mapping[str, str] = {
    "dr": "doubly robust",
    "regression": "outcome regression",
    "ipw": "inverse probability weighting",
}
_ESTIMATORS: Mapping[str, str] = {
    "sun_abraham": "Effects cohort by cohort, averaged by periods since the start (Sun and Abraham 2021)",
    "imputation": "Imputation: what treated observations would have been, from the untreated ones "
    "(Borusyak, Jaravel and Spiess 2024)",
    "twfe": "Two-way fixed effects, one start for all: the change where it started less the change elsewhere",
}
_BESIDE: Mapping[str, str] = {
    "group_time": "group-time effects",
    "twfe": "two-way fixed effects",
    "sun_abraham": "Sun and Abraham's event study",
    "imputation": "imputation",
    "poisson": "Poisson regression",
}
_GROUPS: Mapping[str, str] = {
    "never_treated": "units that never start",
    "not_yet_treated": "units that have not started yet",
    "untreated": "every unit before its own start",
}


def protocol_path(protocol_id: str) -> str:
    """Where a plan's page is."""
    return f"protocols/{protocol_id.lower()}.html"


def plan_of(protocol: LockedProtocol) -> Plan:
    """The plan as it was locked; a text that is not a plan is refused by name."""
    try:
        return _read(protocol.canonical)
    except ValidationError as error:
        raise HubError(f"{protocol_path(protocol.id)}: the locked text is not a plan.") from error


@lru_cache(maxsize=64)
def _read(canonical: str) -> Plan:
    """Several pages of one plan follow each other."""
    plan: Plan = adapter(Plan).validate_json(canonical)
    return plan


def plan_rows(plan: Plan) -> tuple[Row, ...]:
    """The plan as a table of terms, in the order in which a reader asks."""
    return tuple(
        Row(term=term, texts=tuple(map(sentence, texts))) for term, texts in _rows(plan) if texts
    )


def _rows(plan: Plan) -> Iterator[tuple[str, tuple[str, ...]]]:
    outcome = plan.outcome
    yield "Question", (plan.question,)
    yield "What was done", tuple(map(_change, plan.changes))
    yield "Outcome", (f"{outcome.name}: {outcome.measure}", _scale(plan))
    yield "Better is", (outcome.better,)
    yield (
        "Who and when",
        (
            f"Unit: {plan.unit}",
            f"{period_words(plan.window.start)} to {period_words(plan.window.end)}",
        ),
    )
    yield "Design", (_DESIGNS[plan.design],)
    yield "Compared with", _compared(plan)
    yield "Answer", (answer_words(plan),) if plan.design != "did" else ()
    yield "Estimator", (estimator_words(plan),)
    yield "Intervals", (inference_words(plan),)
    yield "Smallest change that would matter", (minimum_words(plan),)
    yield "Checks", tuple(map(_check, plan.checks))
    yield "Other ways of asking", tuple(map(_alternative, plan.alternatives))
    yield "Cannot tell, known in advance", plan.limits
    yield "What was known of the data", (KNOWN[plan.data.prior_knowledge],)
    yield "From numbers to words", (f"Rule {plan.decision_rule}",)


def estimator_words(plan: Plan) -> str:
    """The estimator by the name its field uses."""
    estimator = plan.estimator
    if isinstance(estimator, Segmented | Counts):
        return series_estimator_words(estimator)
    if isinstance(estimator, Poisson):
        per = f", exposure {estimator.exposure}" if estimator.exposure else ", counts as they are"
        return (
            f"Poisson regression with unit and period effects{per} (Wooldridge 2023): a rate ratio"
        )
    if isinstance(estimator, GroupTime):
        return _group_time_words(estimator)
    return _ESTIMATORS[estimator.name]


def _group_time_words(estimator: GroupTime) -> str:
    early = f", anticipation of {estimator.anticipation}" if estimator.anticipation else ""
    adjusted = ""
    if estimator.covariates:
        adjusted = f", adjusted for {in_words(estimator.covariates)} ({_METHODS[estimator.method]})"
    return (
        "Group-time average effects on the treated (Callaway and Sant'Anna 2021), "
        f"{estimator.base_period} base period{early}{adjusted}"
    )


def _compared(plan: Plan) -> tuple[str, ...]:
    if plan.comparison is None:
        return ()
    if plan.comparison.group == "never_treated":
        return (plan.comparison.words,)
    return plan.comparison.words, f"That is {_GROUPS[plan.comparison.group]}"


def inference_words(plan: Plan) -> str:
    """How intervals are made, and their level."""
    together = f", {plan.inference.cluster} moving together" if plan.inference.cluster else ""
    return (
        f"{_INFERENCE[plan.inference.name]}{together}; {level_text(plan.inference.level)} intervals"
    )


def minimum_words(plan: Plan) -> str:
    """The smallest change that would matter, either way."""
    value = plan.minimum_effect.value
    return f"±{number(value, decimals([value]))} {_UNITS.get(plan.minimum_effect.unit, plan.outcome.told_in)}"


def _change(change: Change) -> str:
    at = (
        f", from {period_words(change.at)}"
        if change.at
        else ", from the period that the data give for each unit"
    )
    return f"{change.name}: {change.what}{at}"


def _scale(plan: Plan) -> str:
    model = {"log": " (natural logarithms in the model)", "ratio": " (a rate ratio in the model)"}
    return (
        f"In {plan.outcome.unit}{model.get(plan.outcome.scale, '')}; told in {plan.outcome.told_in}"
    )


def _check(check: Check) -> str:
    at = f" ({period_words(check.at)})" if check.at else ""
    if check.check == "placebo_start":
        at = f" ({counted(check.leads, 'period')} too early)"
    at += f" ({check.periods} periods on either side)" if check.periods else ""
    limit = ""
    if check.threshold is not None:
        limit = f"; threshold {number(check.threshold, decimals([check.threshold]))}"
    return f"{_CHECKS[check.check]}{at} {_IF_FAILED[check.if_failed].capitalize()}{limit}."


def _alternative(item: Alternative | SeriesAlternative) -> str:
    if isinstance(item, SeriesAlternative):
        return f"{item.name}: {series_alternative_words(item)}"
    parts = [_BESIDE[item.estimator]]
    parts += ["with the data's weights"] if item.weights == "data" else []
    parts += ["only cohorts of two or more units"] if item.cohorts == "two_or_more" else []
    parts += [f"against {_GROUPS[item.comparison]}"] if item.comparison != "plan" else []
    parts += [_METHODS[item.method]] if item.method != "plan" else []
    parts += ["without covariates"] if item.covariates == "none" else []
    parts += data_words(item)
    how = ", ".join(parts)
    return how if how == item.name.lower() else f"{item.name}: {how}"
