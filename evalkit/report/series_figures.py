"""The charts of an evaluated series: the series and its model, its residuals, its placebo dates."""

from collections.abc import Sequence

from evalkit.data.periods import lags_for
from evalkit.findings.numerals import interval_text, level_text, number
from evalkit.findings.surroundings import later
from evalkit.protocol.plan import Plan
from evalkit.protocol.series_estimators import Counts
from evalkit.report.figures.figure import Figure
from evalkit.report.figures.placebo_dates import placebo_chart
from evalkit.report.figures.plot import period_words
from evalkit.report.figures.residuals import residual_chart
from evalkit.report.figures.series import (
    Interruption,
    SeriesWords,
    mean_gap,
    observed_values,
    series,
)
from evalkit.report.figures.svg import SHAPES, Format, decimals, ticks
from evalkit.types.estimate import PathPoint
from evalkit.types.evaluation import Evaluation
from evalkit.types.finding import Finding

_SMALL = 10  # numbers below it are told with one more decimal


def series_figure(
    finding: Finding, evaluation: Evaluation, plan: Plan, *, ident: str
) -> Figure | None:
    """The series beside its model; None where the method gave no model to draw."""
    path = evaluation.path
    if not path:
        return None
    wide, narrow = (
        series_drawing(finding, evaluation, plan, ident=f"{ident}-{shape}", shape=shape)
        for shape in SHAPES
    )
    seen = observed_values(path)
    marks = ticks(min(seen), max(seen))
    places = decimals(marks) + (2 if max(map(abs, marks)) < _SMALL else 1)
    return Figure(
        takeaway=_takeaway(finding, path, _interruptions(plan), plan, places),
        wide=wide,
        narrow=narrow,
        note=_note(evaluation, plan),
        head=("Period", "Observed", "Model fit", "Low", "High", "Projected", "Low", "High"),
        holds=("name", "count", "model"),
        rows=tuple(_row(point, places) for point in path),
    )


def series_drawing(
    finding: Finding, evaluation: Evaluation, plan: Plan, *, ident: str, shape: Format
) -> str:
    """The series beside its model, drawn once; the run must have left a path."""
    return series(
        evaluation.path,
        _interruptions(plan),
        words=SeriesWords(subject=finding.outcome, axis=_axis(plan)),
        ident=ident,
        shape=shape,
        breaks=[
            Interruption(period=b.at, name=b.what) for b in getattr(plan.estimator, "breaks", ())
        ],
        transition=getattr(plan.estimator, "transition", 0),
    )


def _interruptions(plan: Plan) -> list[Interruption]:
    return [Interruption(period=c.at, name=c.name) for c in plan.changes if c.at]


def residual_figure(evaluation: Evaluation, *, ident: str) -> Figure | None:
    """Residuals over time and by lag; None where there are none."""
    told = evaluation.diagnostics
    if told is None:
        return None
    lags = lags_for(len(told.residuals), told.residuals[0].period)
    return residual_chart(told, ident=ident, lags=lags)


def placebo_figure(evaluation: Evaluation, plan: Plan, *, ident: str) -> Figure | None:
    """The start among earlier dates; None where the plan asks for none, or there is no room."""
    told = evaluation.diagnostics
    if told is None or told.placebos is None:
        return None
    return placebo_chart(told.placebos, outcome=plan.outcome.name, ident=ident)


def _axis(plan: Plan) -> str:
    """What the vertical axis counts: of a controlled series what sets it apart from the comparison."""
    name = f"{plan.outcome.name[:1].upper()}{plan.outcome.name[1:]}"
    if plan.design == "its" or isinstance(plan.estimator, Counts):
        return f"{name}, {plan.outcome.unit}"
    if _takes_logarithms(plan):
        return f"{name}, times those of {_comparison(plan)}"
    return f"{name} less those of {_comparison(plan)}, {plan.outcome.unit}"


def _unit(plan: Plan) -> str:
    if plan.design == "controlled_its" and _takes_logarithms(plan):
        return "times the comparison"
    return plan.outcome.unit


def _comparison(plan: Plan) -> str:
    return plan.comparison.words if plan.comparison else "the comparison"


def _takes_logarithms(plan: Plan) -> bool:
    return getattr(plan.estimator, "scale", "level") == "log"


def _takeaway(
    finding: Finding,
    path: Sequence[PathPoint],
    interruptions: Sequence[Interruption],
    plan: Plan,
    places: int,
) -> str:
    """Where the fit runs, and what the interval of the plan's answer says of it."""
    gap = mean_gap(path, interruptions)
    when = period_words(min(i.period for i in interruptions))
    change = "the change" if len(interruptions) == 1 else "the changes"
    rounded = number(abs(gap), places)
    if float(rounded.replace(",", "")) == 0:
        runs = f"From {when}, the model's fit and its projection without {change} coincide"
    else:
        side = "above" if gap > 0 else "below"
        runs = (
            f"From {when}, the model's fit runs {rounded} {side} what it projects without {change}, on "
            f"average ({_unit(plan)})"
        )
    effect = finding.effect
    if effect is None or effect.interval is None:
        return f"{runs}."
    about = later(plan) + (f" of {finding.change}" if len(interruptions) > 1 else "")
    holds = "holds no change too"
    if 0 not in effect.interval:
        holds = "is clear of no change"
        if finding.verdict == "cannot_tell":
            holds += ", but may not be relied on: see why the answer is that we cannot tell"
    unit = "" if effect.unit == "per cent" else f" {effect.unit}"
    interval = f"{interval_text(effect)}{unit}"
    return f"{runs}; the interval{about}, {interval}, {holds}."


def _note(evaluation: Evaluation, plan: Plan) -> str:
    said = ["Dots: observed."]
    if evaluation.path[0].fitted_low is None:
        said.append("The chart does not show how uncertain the lines are.")
    else:
        level = level_text(plan.inference.level)
        said.append(
            f"Pale bands: {level} intervals of what the model expects with and without the change, each "
            "period alone, for the uncertainty of its coefficients; single periods scatter around that. A "
            "band that reaches the edge goes on: the table has its ends."
        )
    if any(point.observed is None for point in evaluation.path):
        said.append("Pale columns: no number.")
    transition = getattr(plan.estimator, "transition", 0)
    if transition:
        said.append(f"Hatched: the {transition} periods that the plan leaves out of the fit.")
    if _takes_logarithms(plan):
        said.append("Lines are exponentials of the fitted logarithms.")
    return " ".join(said)


def _row(point: PathPoint, places: int) -> tuple[str, ...]:
    lines = (
        point.fitted,
        point.fitted_low,
        point.fitted_high,
        point.counterfactual,
        point.counterfactual_low,
        point.counterfactual_high,
    )
    return (
        period_words(point.period),
        "no number" if point.observed is None else number(point.observed, places),
        *("–" if value is None else number(value, places) for value in lines),
    )
