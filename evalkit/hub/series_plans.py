"""A locked plan on one series in words."""

from collections.abc import Mapping

from evalkit.hub.words import in_words
from evalkit.protocol.estimators import Alternative
from evalkit.protocol.plan import Plan
from evalkit.protocol.series_estimators import Counts, SeriesAlternative, SeriesEstimator
from evalkit.report.figures.plot import period_words

SERIES_DESIGNS: Mapping[str, str] = {
    "its": "Interrupted time series: one series beside its own projected course",
    "controlled_its": "Controlled interrupted time series: one series beside a comparison series, both"
    " before and after",
}
SERIES_INFERENCE: Mapping[str, str] = {
    "kenward_roger": "Kenward and Roger's (1997) errors and degrees of freedom, autocorrelation by"
    " restricted maximum likelihood",
    "satterthwaite": "Satterthwaite's degrees of freedom, autocorrelation by restricted maximum likelihood",
    "bayes_grid": "A posterior over how alike neighbouring periods are, flat priors on the effects",
    "hac": "Newey and West's errors, too narrow in short series",
    "independent": "t distribution, periods taken as independent",
}
_SHAPES: Mapping[str, str] = {
    "level": "change in level",
    "slope": "change of trend",
    "level+slope": "change in level and of trend",
    "phase_in": "change in level reached in equal steps over {periods} periods",
    "lagged": "change in level that begins {periods} periods later",
    "pulse": "change in level for {periods} periods",
}
_DAYS: Mapping[str, str] = {
    "days": "the number of days",
    "weekends": "the number of weekend days",
    "bank_holidays": "the number of bank holidays",
}
_FAMILIES: Mapping[str, str] = {
    "quasi_poisson": "variance in proportion to the mean",
    "negative_binomial": "negative binomial variance",
}


def series_estimator_words(of: SeriesEstimator) -> str:
    """The estimator by the name its field uses, and every term it has."""
    parts = [_name(of), shape_words(of.impact, of.periods)]
    parts += [f"the first {of.transition} periods left out"] if of.transition else []
    parts += ["with a term for each month"] if of.months else []
    parts += [f"with {_waves(of.harmonics)} a year for the season"] if of.harmonics else []
    beside = [*(_DAYS[name] for name in of.calendar), *of.covariates]
    parts += [f"beside {in_words(beside)}"] if beside else []
    parts += [
        f"a step allowed for from {period_words(known.at)} ({known.what})" for known in of.breaks
    ]
    return ", ".join(parts)


def _name(of: SeriesEstimator) -> str:
    if isinstance(of, Counts):
        per = f", exposure {of.exposure}" if of.exposure else ""
        return f"Log-linear regression of counts, {_FAMILIES[of.family]}{per}"
    log = " of the logarithm" if of.scale == "log" else ""
    per = f" per {of.exposure}" if of.exposure else ""
    errors = ", first-order autocorrelation" if of.errors == "ar1" else ""
    return f"Segmented regression{log}{per} (Wagner and others 2002){errors}"


def shape_words(impact: str, periods: int | None) -> str:
    """The shape of the effect.

    >>> shape_words("phase_in", 6)
    'change in level reached in equal steps over 6 periods'
    """
    return _SHAPES[impact].format(periods=periods)


def _waves(count: int) -> str:
    return f"{count or 'no'} wave{'s' * (count != 1)}"


def series_alternative_words(item: SeriesAlternative) -> str:
    """What an alternative does otherwise than the plan."""
    parts = [shape_words(item.impact, item.periods)] if item.impact else []
    if item.transition is not None:
        parts.append(f"the first {item.transition} periods left out")
    if item.harmonics is not None:
        parts.append(f"{_waves(item.harmonics)} a year")
    if item.months is not None:
        parts.append("a term for each month" if item.months else "no terms for months")
    if item.errors is not None:
        independent = "errors taken as independent"
        parts.append(independent if item.errors == "ols" else "first-order autocorrelation")
    parts += [_FAMILIES[item.family]] if item.family else []
    if item.inference:
        parts.append(SERIES_INFERENCE.get(item.inference, "t distribution from the regression"))
    return ", ".join([*parts, *data_words(item)]) or "as in the plan"


def data_words(item: Alternative | SeriesAlternative) -> list[str]:
    """Which other data, areas or periods an alternative takes."""
    parts = [f"from {period_words(item.start)}"] if item.start else []
    parts += [f"up to {period_words(item.end)}"] if item.end else []
    parts += [f"without {in_words(item.leave_out)}"] if item.leave_out else []
    if item.recipe:
        parts.append(
            f"{item.measure} of {item.recipe}" if item.measure else f"data of {item.recipe}"
        )
    return parts


def answer_words(plan: Plan) -> str:
    """Which reading of the effect the headline is about."""
    noun = "month" if "-" in plan.window.start else "year"
    estimand = plan.estimand
    if estimand.effect == "at_horizon":
        return f"the effect {estimand.horizon} {noun}s after the first one with the change"
    if estimand.effect == "average":
        upto = "the end" if estimand.horizon is None else f"{estimand.horizon} {noun}s later"
        return f"the mean effect from the start to {upto}"
    return "the change in level"
