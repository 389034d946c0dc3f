"""A plan's fields from answers and a design."""

from collections.abc import Iterator
from typing import Any

from evalkit.data import periods as calendar
from evalkit.proposal import Design
from evalkit.workflow.drafts import Draft
from evalkit.workflow.plan_before import compared, unit_of
from evalkit.workflow.plan_designs import Weighed, situation
from evalkit.workflow.plan_questions import Known
from evalkit.workflow.plan_source import refuse_weighted
from evalkit.workflow.plan_suggestions import outcomes

Fields = dict[str, Any]
LEVEL = 0.95
P_CHECK = 0.10
"""Of a p-value: below it, a difference before the start is taken for more than chance."""
SHOCK = 0.05
"""Of the p-value of the largest of many changes of the comparison, which a reader has to judge."""
SHIFT = 1.0
"""In standard errors: how far any one area may move the answer (Belsley, Kuh and Welsch 1980)."""

PLACEBO_YEARS = 3
"""Years before the start from which a season, a trend and a false step can be told apart."""


def plan_fields(known: Known, draft: Draft, id: str, recipe: str, weighed: Weighed) -> Fields:
    """Every field of the front matter; None for what somebody has yet to say."""
    design, measure, source = weighed.design, known.measure(draft), known.source(draft)
    refuse_weighted(measure.weights)
    relative = design.scale != "level"
    told = "per cent" if relative else _told(measure.unit)
    fields: Fields = {
        "form": "evalkit/protocol/1",
        "id": id,
        "intervention": str(known.intervention.id),
        "question": f"Did {measure.title} change after {draft['what']}?",
        "estimand": {
            "effect": "att" if design.design == "did" else "level",
            "summary": "per_cent" if relative else "difference",
        },
        "outcome": {
            "measure": measure.name,
            "name": measure.title,
            "element": draft.get("element") or next(iter(outcomes(known.intervention))),
            "unit": f"{'log ' * (source.numbers == 'log')}{unit_of(known, draft)}",
            "told_in": told,
            "scale": design.scale,
            "better": measure.better,
        },
        "data": {"recipe": recipe, "prior_knowledge": draft.get("seen")},
        "window": {name: str(draft["window"][name]) for name in ("start", "end")},
        "unit": _period(known, draft) if design.design == "its" else source.unit,
        "design": design.design,
        "changes": [_change(known, draft, design)],
    }
    if design.group:
        words = f"{source.unit}s without it"
        fields["comparison"] = {"group": design.group, "words": words}
    fields["estimator"] = _estimator(known, draft, design)
    fields["inference"] = {"name": design.inference, "level": LEVEL}
    fields["checks"] = [
        *(
            _panel_checks(known, draft, design)
            if design.design == "did"
            else _series_checks(known, draft, design)
        )
    ]
    fields["minimum_effect"] = _minimum(draft, weighed)
    fields["decision_rule"] = "wording@1.0"
    fields["limits"] = [*design.limits, f"What the figures miss: {_lower(measure.misses)}."]
    alternatives = (
        _alternatives(design)
        if design.design == "did"
        else _series_alternatives(known, draft, design)
    )
    if found := [*alternatives]:
        fields["alternatives"] = found
    return fields


def _told(unit: str) -> str:
    return "percentage points" if "per cent" in unit else unit


def _period(known: Known, draft: Draft) -> str:
    return {1: "year", 12: "month"}[calendar.per_year(known.first_start(draft))]


def _change(known: Known, draft: Draft, design: Design) -> Fields:
    name = str(draft["what"]).removesuffix(" began")
    if design.design == "did":
        return {"name": name, "what": draft["what"]}
    return {"name": name, "what": draft["what"], "at": known.first_start(draft)}


def _estimator(known: Known, draft: Draft, design: Design) -> Fields:
    if design.design != "did":
        fields: Fields = {"name": "segmented", "impact": "level", "errors": "ar1"}
        if design.design == "its" and _period(known, draft) == "month":
            fields["months"] = True
        if design.scale == "log" and known.source(draft).numbers == "counts":
            fields["scale"] = "log"
        return fields
    exposure = known.source(draft).exposure
    if design.estimator == "poisson" and exposure:
        return {"name": "poisson", "exposure": exposure}
    return {"name": design.estimator}


def _panel_checks(known: Known, draft: Draft, design: Design) -> Iterator[Fields]:
    there = situation(known, draft)
    leads = min(there.per_year, there.n_before // 2)
    if leads:
        yield {
            "check": "pre_trend",
            "threshold": P_CHECK,
            "leads": leads,
            "if_failed": "cannot_tell",
        }
    yield {"check": "leave_one_unit_out", "threshold": SHIFT, "if_failed": "lower_rating"}
    if design.scale != "log" and there.numbers == "counts":
        yield {"check": "recording_change", "threshold": 0.05, "if_failed": "report"}
    if any(item["estimator"] == "twfe" for item in _alternatives(design)):
        yield {"check": "already_treated_share", "threshold": P_CHECK, "if_failed": "report"}


def _series_checks(known: Known, draft: Draft, design: Design) -> Iterator[Fields]:
    there = situation(known, draft)
    halfway = calendar.later(str(draft["window"]["start"]), there.n_before // 2)
    if there.n_before >= PLACEBO_YEARS * there.per_year:
        placebo = {"check": "placebo_date", "at": halfway, "threshold": P_CHECK}
        yield {**placebo, "if_failed": "cannot_tell"}
    yield {"check": "residual_autocorrelation", "if_failed": "report"}
    if design.design == "controlled_its":
        yield {"check": "comparison_shock", "threshold": SHOCK, "if_failed": "lower_rating"}
        if there.per_year == 12:
            yield {"check": "seasonality_left", "threshold": SHOCK, "if_failed": "report"}


def _alternatives(design: Design) -> Iterator[Fields]:
    """Other methods on the same scale; a rate ratio of counts has none yet."""
    if design.estimator == "twfe":
        yield {"name": "group-time effects", "estimator": "group_time"}
        yield {"name": "imputation", "estimator": "imputation"}
    if design.estimator == "group_time":
        yield {"name": "imputation", "estimator": "imputation"}
        yield {"name": "two-way fixed effects", "estimator": "twfe"}
    if design.estimator == "imputation":
        yield {"name": "group-time effects", "estimator": "group_time"}
        yield {"name": "two-way fixed effects", "estimator": "twfe"}


def _series_alternatives(known: Known, draft: Draft, design: Design) -> Iterator[Fields]:
    """The season told in another way, and a year less before the start, where there is enough of both."""
    there = situation(known, draft)
    if there.per_year == 12 and there.n_before >= 2 * there.per_year:
        if design.design == "its":
            yield {"name": "a smooth season", "months": False, "harmonics": 2}
        else:
            yield {"name": "with a season", "harmonics": 2}
    if there.n_before >= PLACEBO_YEARS * there.per_year:
        start = calendar.later(str(draft["window"]["start"]), there.per_year)
        yield {"name": "a year less before the start", "start": start}


def _minimum(draft: Draft, weighed: Weighed) -> Fields | None:
    if draft.get("minimum") is None:
        return None
    value = float(draft["minimum"])
    if weighed.design.scale != "level":
        return {"value": _whole(value), "unit": "per_cent"}
    if weighed.power is None or weighed.power.minimum is None:
        return None
    size = weighed.power.minimum.effect
    return {"value": _whole(float(f"{size:.2g}")), "unit": "incidents"}


def _whole(value: float) -> float | int:
    """A whole number without a point, as people write it."""
    return int(value) if value.is_integer() else value


def _lower(words: str) -> str:
    words = words.strip().rstrip(".")
    return words[:1].lower() + words[1:] if words[1:2].islower() else words


def left_out(known: Known, draft: Draft, design: Design) -> list[str]:
    """Areas of the data that take no part in a design."""
    source, starts = known.source(draft), known.starts(draft)
    used = set(starts) if design.design == "its" else {*starts, *compared(known, draft)}
    return [name for name in source.codes if name not in used]
