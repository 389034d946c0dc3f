"""The plan's answer among the other ways of asking that it names: what each chose, and what it found."""

from collections.abc import Iterator, Mapping

from evalkit.findings.agreement import agreement, beside, suffix
from evalkit.findings.scale import told
from evalkit.protocol.estimators import Alternative
from evalkit.protocol.plan import Plan
from evalkit.protocol.series_estimators import SeriesAlternative
from evalkit.report.figures.figure import Figure
from evalkit.report.figures.specification_curve import Specified, specification_curve
from evalkit.types.evaluation import Evaluation

THE_PLAN = "The plan"
_METHODS: Mapping[str, str] = {
    "group_time": "group-time effects",
    "twfe": "two-way fixed effects",
    "sun_abraham": "Sun and Abraham",
    "imputation": "imputation",
    "poisson": "Poisson regression",
}
_GROUPS: Mapping[str, str] = {
    "never_treated": "those that never start",
    "not_yet_treated": "those not started yet",
    "untreated": "all before their start",
}


def curve(evaluation: Evaluation, plan: Plan, change: str, *, ident: str) -> Figure | None:
    """Every way of asking about one change, sorted; None where the plan names no other way."""
    others = beside(evaluation, plan, change)
    main = next((one for one in evaluation.estimates if one.name == change), None)
    if main is None or not (others.found or others.without):
        return None
    of = {f"{item.name}{suffix(plan, change)}": item for item in plan.alternatives}
    chosen = {"": dict(_choices(plan, None))}
    chosen |= {one.name: dict(_choices(plan, of.get(one.name))) for one in others.found}
    for name, parts in chosen.items():
        parts.setdefault("Data", name if name and name not in of else "as planned")
    differ = [part for part in chosen[""] if len({c.get(part) for c in chosen.values()}) > 1]
    ways = [
        Specified(
            name=THE_PLAN if one is main else one.name,
            effect=told(one.estimate, plan),
            planned=one is main,
            chosen=tuple((part, chosen["" if one is main else one.name][part]) for part in differ),
        )
        for one in (main, *others.found)
    ]
    return specification_curve(
        ways,
        without=tuple((one.name, one.answer.why) for one in others.without),
        agree=agreement(evaluation, plan, change),
        outcome=plan.outcome.name,
        ident=ident,
    )


def _choices(plan: Plan, item: Alternative | SeriesAlternative | None) -> Iterator[tuple[str, str]]:
    """Each part of asking, and what this way takes for it; None is the plan's own."""
    if plan.design == "did":
        yield from _panel(plan, item if isinstance(item, Alternative) else None)
    else:
        yield from _series(plan, item if isinstance(item, SeriesAlternative) else None)
    start, end = (getattr(item, n, None) or getattr(plan.window, n) for n in ("start", "end"))
    yield "Window", f"{start} to {end}"
    if item is not None and item.recipe is not None:
        yield "Data", item.measure or item.recipe
    yield "Areas left out", ", ".join(item.leave_out) if item and item.leave_out else "none"


def _panel(plan: Plan, item: Alternative | None) -> Iterator[tuple[str, str]]:
    own = plan.estimator
    name = item.estimator if item else own.name
    group = plan.comparison.group if plan.comparison else "never_treated"
    if item and item.comparison != "plan":
        group = item.comparison
    yield "Method", _METHODS[name]
    yield "Compared with", _GROUPS[group]
    yield "Weights", "from the data" if item and item.weights == "data" else "each unit alike"
    two = item is not None and item.cohorts == "two_or_more"
    yield "Groups", "two units or more" if two else "all"
    adjusted = bool(getattr(own, "covariates", ())) and not (item and item.covariates == "none")
    method = item.method if item and item.method != "plan" else getattr(own, "method", "")
    yield "Adjusted", f"yes ({method})" if adjusted else "no"


def _series(plan: Plan, item: SeriesAlternative | None) -> Iterator[tuple[str, str]]:
    def taken(name: str) -> object:
        other = getattr(item, name, None)
        return getattr(plan.estimator, name, None) if other is None else other

    reshaped = item is not None and (item.impact is not None or item.periods is not None)
    periods = item.periods if item and reshaped else getattr(plan.estimator, "periods", None)
    shape = str(taken("impact")).replace("+", " and ").replace("_", " ")
    yield "Shape", shape + (f", {periods} periods" if periods else "")
    waves = int(str(taken("harmonics") or 0))
    season = "month by month" if taken("months") else f"{waves} waves" if waves else "none"
    yield "Season", season
    yield "Errors", "alike (AR 1)" if taken("errors") == "ar1" else "independent"
    yield "Spread", str(taken("family") or "").replace("_", " ")
    inference = (item.inference if item else None) or plan.inference.name
    yield "Intervals", inference.replace("_", " ")
    yield "Left out", f"{taken('transition') or 0} periods from the start"
