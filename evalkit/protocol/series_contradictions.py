"""Fields of a plan on one series that do not fit each other."""

from collections.abc import Iterable
from typing import TypeAlias

from evalkit.protocol.check import Check
from evalkit.protocol.plan import Plan
from evalkit.protocol.series_estimators import Counts, Segmented, SeriesAlternative
from evalkit.types.dates import periods_from

Contradiction: TypeAlias = tuple[str, str, str, str]

CHECKS = (
    "residual_autocorrelation",
    "placebo_date",
    "placebo_dates",
    "single_month",
    "seasonality_left",
    "impact_model",
    "break_search",
    "transition_window",
)
BELOW_ONE = {
    "placebo_date": "a p-value",
    "placebo_dates": "a p-value",
    "seasonality_left": "a p-value",
    "impact_model": "a p-value",
    "break_search": "a p-value",
    "transition_window": "a p-value",
    "comparison_shock": "a p-value",
}
INFERENCE = {
    "segmented": ("t", "hac", "kenward_roger", "satterthwaite", "bayes_grid"),
    "counts": ("bayes_grid", "independent"),
}
EFFECTS = ("level", "at_horizon", "average")
_BY_ERRORS = {
    "ols": ("t", "hac"),
    "ar1": ("kenward_roger", "satterthwaite", "bayes_grid"),
}
_INDEPENDENT = ("t", "independent")
_LONG = ("phase_in", "lagged", "pulse")
_LEAST_AFTER, _MONTHS, _YEAR = 3, 12, len("2026")
_LEAST_ASIDE, _MOST_ASIDE = 3, 12  # periods beside a placebo date, as the check takes them


def is_shown(plan: Plan, check: Check) -> bool:
    """Whether a check only shows its number: autocorrelation that the errors allow for."""
    of_errors = getattr(plan.estimator, "errors", "") == "ar1" or isinstance(plan.estimator, Counts)
    return check.check == "residual_autocorrelation" and of_errors


def series_parts(plan: Plan) -> Iterable[Contradiction]:
    """Field, found, needed and what to do, for each pair of fields that do not fit."""
    if plan.inference.cluster is not None:
        yield "inference.cluster", plan.inference.cluster, "none for one series", "Remove it."
    yield from _comparison_parts(plan)
    yield from _date_parts(plan)
    yield from _estimand_parts(plan)
    if isinstance(plan.estimator, Segmented | Counts):
        yield from _estimator_parts(plan, plan.estimator)
        for i, item in enumerate(plan.alternatives):
            field = f"alternatives[{i}]"
            if isinstance(item, SeriesAlternative):
                yield from _alternative_parts(plan, plan.estimator, item, field)
            else:
                needed = "what differs: impact, errors, inference, harmonics, start or end"
                yield f"{field}.estimator", item.estimator, needed, "Remove it."
    yield from _check_parts(plan)


def _comparison_parts(plan: Plan) -> Iterable[Contradiction]:
    if plan.design == "its" and plan.comparison is not None:
        needed = "none for one series, or design: controlled_its"
        yield "comparison", "given", needed, "Remove it."
    if plan.design == "controlled_its":
        if plan.comparison is None:
            yield "comparison", "not given", "a comparison series", ""
        elif plan.comparison.group != "never_treated":
            yield "comparison.group", plan.comparison.group, "never_treated for controlled_its", ""
        if len(plan.changes) > 1:
            yield "changes", "several", "one change for controlled_its", ""
        if getattr(plan.estimator, "covariates", ()):
            yield "estimator.covariates", "given", "none for controlled_its", "Remove them."


def _date_parts(plan: Plan) -> Iterable[Contradiction]:
    window = f"{plan.window.start} to {plan.window.end}"
    for i, change in enumerate(plan.changes):
        if change.name in [earlier.name for earlier in plan.changes[:i]]:
            yield f"changes[{i}].name", f"{change.name} twice", "a name for each change", ""
        if change.at is None:
            yield f"changes[{i}]", "no date", "at: the first period with the change", ""
        elif change.at in [earlier.at for earlier in plan.changes[:i]]:
            yield f"changes[{i}].at", f"{change.at} twice", "one change a period", ""
        elif not inside(change.at, plan.window.start, plan.window.end):
            yield f"changes[{i}].at", change.at, f"a period inside the window {window}", ""
        elif (left := _periods_after(plan, change.at)) < _LEAST_AFTER:
            found = (
                f"{change.at}, which leaves {left} periods to learn from up to {plan.window.end}"
            )
            yield f"changes[{i}].at", found, f"at least {_LEAST_AFTER}", "End the window later."
    for i, known in enumerate(getattr(plan.estimator, "breaks", ())):
        if not inside(known.at, plan.window.start, plan.window.end):
            field = f"estimator.breaks[{i}].at"
            yield field, known.at, f"a period inside the window {window}", ""


def _periods_after(plan: Plan, at: str) -> int:
    """From the change, its transition left out, to the end of the window."""
    return periods_from(at, plan.window.end) + 1 - getattr(plan.estimator, "transition", 0)


def _season_parts(plan: Plan, estimator: Segmented | Counts) -> Iterable[Contradiction]:
    start, end = plan.window.start, plan.window.end
    if not (estimator.months or estimator.harmonics) or len(start) != len(end):
        return
    length, needed = periods_from(start, end) + 1, 2 * _MONTHS if len(start) > _YEAR else 2
    if length < needed:
        asked = "months" if estimator.months else "harmonics"
        found = f"a season in a window of {length} periods"
        yield f"estimator.{asked}", found, f"two years, {needed}", "Begin the window earlier."


def _estimand_parts(plan: Plan) -> Iterable[Contradiction]:
    estimand, impact = plan.estimand, getattr(plan.estimator, "impact", "level")
    if estimand.effect == "at_horizon" and estimand.horizon is None:
        yield "estimand.horizon", "not given", "periods after the first with the change", ""
    if estimand.effect == "level" and estimand.horizon is not None:
        needed = "none for level, or effect: at_horizon"
        yield "estimand.horizon", str(estimand.horizon), needed, ""
    if estimand.effect == "level" and impact == "slope":
        needed = "at_horizon or average for impact: slope, which has no change in level"
        yield "estimand.effect", "level", needed, ""
    dates = [change.at for change in plan.changes if change.at is not None]
    if estimand.horizon is None or not dates or len(max(dates)) != len(plan.window.end):
        return
    transition = getattr(plan.estimator, "transition", 0)
    last = periods_from(max(dates), plan.window.end) - transition
    if estimand.horizon > last:
        needed = f"at most {last}, the end of the window"
        yield "estimand.horizon", str(estimand.horizon), needed, ""


def _estimator_parts(plan: Plan, estimator: Segmented | Counts) -> Iterable[Contradiction]:
    yield from _shape_parts(estimator.impact, estimator.periods, "estimator")
    if estimator.harmonics and estimator.months:
        yield "estimator.harmonics", str(estimator.harmonics), "harmonics or months, not both", ""
    yield from _season_parts(plan, estimator)
    if isinstance(estimator, Counts):
        return
    if plan.inference.name not in _BY_ERRORS[estimator.errors]:
        needed = f"one of {', '.join(_BY_ERRORS[estimator.errors])} for errors: {estimator.errors}"
        yield "inference.name", plan.inference.name, needed, ""
    if estimator.scale == "log" and plan.outcome.scale != "log":
        needed = "log, because the estimator takes logarithms"
        yield "outcome.scale", plan.outcome.scale, needed, ""


def _shape_parts(impact: str, periods: int | None, field: str) -> Iterable[Contradiction]:
    if impact in _LONG and periods is None:
        yield f"{field}.periods", "not given", f"how many, for impact: {impact}", ""
    elif impact == "phase_in" and periods == 1:
        yield f"{field}.periods", "1", "2 or more for impact: phase_in", "Or plan impact: level."
    elif impact not in _LONG and periods is not None:
        yield f"{field}.periods", str(periods), f"none for impact: {impact}", "Remove it."


def _alternative_parts(
    plan: Plan, estimator: Segmented | Counts, item: SeriesAlternative, field: str
) -> Iterable[Contradiction]:
    if item.impact is not None or item.periods is not None:
        yield from _shape_parts(item.impact or estimator.impact, item.periods, field)
    counted = isinstance(estimator, Counts)
    for option, right in (("errors", not counted), ("family", counted)):
        if getattr(item, option) is not None and not right:
            found = getattr(item, option)
            yield f"{field}.{option}", found, f"no {option} for {estimator.name}", "Remove it."
    known = INFERENCE["counts"]
    if isinstance(estimator, Segmented):
        known = _BY_ERRORS[item.errors or estimator.errors]
    name = item.inference or plan.inference.name
    if name not in known:
        errors = f" with errors: {item.errors}" if item.errors else ""
        yield f"{field}.inference", name, f"one of {', '.join(known)}{errors}", ""
    season = (
        estimator.harmonics if item.harmonics is None else item.harmonics,
        estimator.months if item.months is None else item.months,
    )
    if all(season):
        yield field, "both harmonics and months", "one of them, the other 0 or false", ""


def _check_parts(plan: Plan) -> Iterable[Contradiction]:
    if plan.inference.name in _INDEPENDENT and not any(
        c.check == "residual_autocorrelation" and c.if_failed != "report" for c in plan.checks
    ):
        errors = f"`{getattr(plan.estimator, 'errors', plan.inference.name)}`"
        needed = "residual_autocorrelation, with if_failed: lower_rating or cannot_tell"
        found = f"no check that the errors are independent, as {errors} takes them"
        yield "checks", found, needed, ""
    dates = [change.at for change in plan.changes if change.at is not None]
    for i, check in enumerate(plan.checks):
        if check.check == "placebo_date":
            yield from _placebo_date_parts(plan, check, dates, f"checks[{i}]")
        if check.check == "placebo_dates" and dates:
            yield from _placebo_dates_parts(plan, check, dates, f"checks[{i}]")


def _placebo_date_parts(
    plan: Plan, check: Check, dates: list[str], field: str
) -> Iterable[Contradiction]:
    if check.at is None:
        yield field, "no date", "at: the false date", ""
    elif dates and not inside(check.at, plan.window.start, min(dates), before=True):
        needed = f"a period between {plan.window.start} and the first change, {min(dates)}"
        yield f"{field}.at", check.at, needed, ""


def _placebo_dates_parts(
    plan: Plan, check: Check, dates: list[str], field: str
) -> Iterable[Contradiction]:
    """Too few earlier dates for any p-value below the threshold: known before there are data."""
    if len(dates) > 1:
        needed = "a plan with one change: before the second there is the first"
        yield f"{field}.check", check.check, needed, "Use placebo_date."
        return
    if check.threshold is None or len(dates[0]) != len(plan.window.start):
        return
    before = periods_from(plan.window.start, dates[0])
    side = check.periods or max(_LEAST_ASIDE, min(_MOST_ASIDE, before // 4))
    count = before - 2 * side + 1
    if count < 1 or 1 / (count + 1) > check.threshold:
        found = f"{max(count, 0)} earlier dates with {side} periods on either side"
        needed = f"{int(1 / check.threshold)} or more for a p-value of {check.threshold:g}"
        yield field, found, needed, "Begin the window earlier, or leave this check out."


def inside(period: str, start: str, end: str, *, before: bool = False) -> bool:
    """Whether a period is on the same calendar, after ``start``, and up to (or before) ``end``."""
    return len(period) == len(start) and start < period <= end and not (before and period == end)
