"""Fields of a plan that do not fit each other."""

from collections.abc import Iterable
from typing import TypeAlias

from evalkit.protocol import series_contradictions as series
from evalkit.protocol.estimators import Alternative, GroupTime
from evalkit.protocol.plan import Check, Plan

_CHECKS = {
    "did": (
        "pre_trend",
        "placebo_start",
        "leave_one_unit_out",
        "already_treated_share",
        "small_cohorts",
        "pre_period_balance",
        "composition_change",
        "recording_change",
    ),
    "its": series.CHECKS,
    "controlled_its": (*series.CHECKS, "comparison_shock"),
}
_BELOW_ONE = {
    "pre_trend": "a p-value",
    "placebo_start": "a p-value",
    "placebo_date": "a p-value",
    "recording_change": "a p-value",
    "already_treated_share": "a share",
    "small_cohorts": "a share",
    "composition_change": "a share",
    **series.BELOW_ONE,
}
_ESTIMATORS = {
    "did": ("group_time", "sun_abraham", "imputation", "poisson", "twfe"),
    "its": ("segmented", "counts"),
    "controlled_its": ("segmented", "counts"),
}
_INFERENCE = {
    "group_time": ("influence_function",),
    "sun_abraham": ("cluster",),
    "imputation": ("conservative", "two_stage"),
    "poisson": ("auto", "cluster", "permutation", "overdispersed"),
    "twfe": ("auto", "cluster", "cr2", "wild_bootstrap", "permutation", "donald_lang"),
    **series.INFERENCE,
}
DRAWS = ("auto", "permutation", "wild_bootstrap")
"""Kinds of inference that may draw at random, and so have a seed."""
_EFFECTS = {"did": ("att",), "its": series.EFFECTS, "controlled_its": series.EFFECTS}
_COMPARISONS = {
    "group_time": ("never_treated", "not_yet_treated"),
    "sun_abraham": ("never_treated",),
    "imputation": ("untreated",),
    "poisson": ("untreated",),
    "twfe": ("never_treated",),
}
_OF_COUNTS = ("poisson", "counts")
_ADJUST = ("group_time", "twfe")
Contradiction: TypeAlias = series.Contradiction


def contradictions(plan: Plan, stem: str) -> Iterable[Contradiction]:
    """Field, found, needed and what to do, for each pair of fields that do not fit."""
    design = plan.design
    if plan.id != stem:
        yield "id", plan.id, f"{stem}, the file's name", "Rename one."
    if not plan.id.startswith(plan.intervention + "-P"):
        yield "id", plan.id, f"{plan.intervention}-P and a number", ""
    if len(plan.window.start) != len(plan.window.end) or plan.window.start >= plan.window.end:
        yield "window.end", plan.window.end, f"a period after {plan.window.start}", "Correct one."
    if plan.estimator.name not in _ESTIMATORS[design]:
        needed = f"{_one_of(_ESTIMATORS[design])} for {design}"
        yield "estimator.name", plan.estimator.name, needed, ""
    if plan.inference.name not in _INFERENCE[plan.estimator.name]:
        needed = f"{_one_of(_INFERENCE[plan.estimator.name])} for {plan.estimator.name}"
        yield "inference.name", plan.inference.name, needed, ""
    if plan.inference.seed and plan.inference.name not in DRAWS:
        needed = f"no seed for {plan.inference.name}, which draws nothing"
        yield "inference.seed", str(plan.inference.seed), needed, "Remove it."
    if plan.estimand.effect not in _EFFECTS[design]:
        needed = f"{_one_of(_EFFECTS[design])} for {design}"
        yield "estimand.effect", plan.estimand.effect, needed, ""
    if (plan.outcome.scale == "level") == (plan.estimand.summary == "per_cent"):
        needed = "per_cent for log and ratio, difference for level"
        yield "estimand.summary", plan.estimand.summary, needed, ""
    counted = plan.estimator.name in _OF_COUNTS
    if (plan.outcome.scale == "ratio") != counted:
        needed = "ratio for" if counted else "level or log for"
        yield "outcome.scale", plan.outcome.scale, f"{needed} {plan.estimator.name}", ""
    if (plan.minimum_effect.unit == "per_cent") != (plan.estimand.summary == "per_cent"):
        needed = "per_cent for per_cent, another unit for difference"
        yield "minimum_effect.unit", plan.minimum_effect.unit, needed, ""
    yield from _weighted_parts(plan)
    yield from _design_parts(plan)
    yield from _check_parts(plan)
    yield from _data_parts(plan)


def _weighted_parts(plan: Plan) -> Iterable[Contradiction]:
    """Weighted sums are no counts: a rate ratio of them has no distribution of counts behind it."""
    unit, weights = plan.minimum_effect.unit, plan.outcome.weights
    if not plan.outcome.weighted:
        if unit == "told_in":
            yield "minimum_effect.unit", unit, "incidents, unless outcome.weights names a table", ""
        return
    if plan.estimator.name == "counts":
        needed = f"segmented: {weights} makes sums, which are no counts of any distribution"
        yield "estimator.name", "counts", needed, "Name another, or weights: none."
    if unit in ("incidents", "percentage_points"):
        needed = "told_in or per_cent: a weighted sum counts no incidents"
        yield "minimum_effect.unit", unit, needed, ""


def _check_parts(plan: Plan) -> Iterable[Contradiction]:
    for i, check in enumerate(plan.checks):
        if check.check not in _CHECKS[plan.design]:
            known = ", ".join(_CHECKS[plan.design])
            yield f"checks[{i}].check", check.check, f"one of {known}", ""
        if check.threshold is None and not series.is_shown(plan, check):
            yield f"checks[{i}]", "no threshold", "threshold: where it counts as failed", ""
        elif check.threshold and check.check in _BELOW_ONE and not 0 < check.threshold < 1:
            needed = f"{_BELOW_ONE[check.check]} between 0 and 1"
            yield f"checks[{i}].threshold", f"{check.threshold:g}", needed, ""
        yield from _about_alternatives(plan, check, f"checks[{i}]")


def _about_alternatives(plan: Plan, check: Check, field: str) -> Iterable[Contradiction]:
    """Checks that suit some plans only."""
    if check.check == "already_treated_share":
        if not any(a.estimator == "twfe" for a in plan.panel_alternatives):
            yield f"{field}.check", check.check, "an alternative with estimator: twfe", "Add one."
        if check.if_failed != "report":
            needed = "report: it judges two-way fixed effects, not the plan's estimate"
            yield f"{field}.if_failed", check.if_failed, needed, ""
    if check.check == "recording_change" and plan.outcome.scale == "log":
        yield f"{field}.check", check.check, "counts, not their logarithms", "Remove it."


def _data_parts(plan: Plan) -> Iterable[Contradiction]:
    """Alternatives that name other data, areas or periods."""
    window = f"{plan.window.start} to {plan.window.end}"
    for i, item in enumerate(plan.alternatives):
        field = f"alternatives[{i}]"
        if item.measure is not None and item.recipe is None:
            needed = "with recipe: the folder with the data that count it"
            yield f"{field}.measure", item.measure, needed, ""
        if item.recipe == plan.data.recipe:
            yield f"{field}.recipe", str(item.recipe), "another folder than the plan's", ""
        if item.leave_out and plan.design == "its":
            yield f"{field}.leave_out", "given", "none for one series by itself", "Remove it."
        for option in ("start", "end"):
            at = getattr(item, option)
            if at is not None and not (plan.window.start <= at <= plan.window.end):
                yield f"{field}.{option}", at, f"a period inside the window {window}", ""


def _design_parts(plan: Plan) -> Iterable[Contradiction]:
    if plan.design == "did":
        yield from _comparison_parts(plan)
        if len(plan.changes) > 1 or plan.changes[0].at is not None:
            needed = "one without `at`: the data hold the starts"
            yield "changes", "several, or with a date", needed, ""
        main = plan.estimator
        if isinstance(main, GroupTime) and main.method != "dr" and not main.covariates:
            yield "estimator.method", main.method, "covariates to adjust for", ""
        for i, item in enumerate(plan.alternatives):
            field = f"alternatives[{i}]"
            if isinstance(item, Alternative):
                yield from _alternative_parts(plan, item, field)
            else:
                yield f"{field}.estimator", "not given", "a method for did", ""
        return
    yield from series.series_parts(plan)


def _comparison_parts(plan: Plan) -> Iterable[Contradiction]:
    if plan.comparison is None:
        yield "comparison", "not given", "a comparison group", ""
        return
    known = _COMPARISONS.get(plan.estimator.name, ())
    if known and plan.comparison.group not in known:
        learns = ", which learns from every unit until its own start" * (known == ("untreated",))
        needed = f"{_one_of(known)} for {plan.estimator.name}{learns}"
        yield "comparison.group", plan.comparison.group, needed, ""


def _alternative_parts(plan: Plan, item: Alternative, field: str) -> Iterable[Contradiction]:
    name = item.estimator
    if (name == "poisson") != (plan.outcome.scale == "ratio"):
        needed = "poisson" if plan.outcome.scale == "ratio" else "another than poisson"
        yield f"{field}.estimator", name, f"{needed} for scale: {plan.outcome.scale}", ""
    if name in ("group_time", "poisson") and item.weights != "none":
        yield f"{field}.weights", item.weights, f"none for {name}", ""
    for option in ("comparison", "method"):
        if name != "group_time" and getattr(item, option) != "plan":
            found = getattr(item, option)
            yield f"{field}.{option}", found, f"no {option} for {name}", "Remove it."
    adjusted = isinstance(plan.estimator, GroupTime) and plan.estimator.covariates
    if adjusted and name not in _ADJUST and item.covariates == "plan":
        needed = f"covariates: none for {name}, which adjusts for none"
        yield field, "the plan's covariates", needed, ""
    if item.method != "plan" and not (adjusted and item.covariates == "plan"):
        yield f"{field}.method", item.method, "covariates to adjust for", ""


def _one_of(names: tuple[str, ...]) -> str:
    return names[0] if len(names) == 1 else f"one of {', '.join(names)}"
