"""The data of a plan as pictures, before any model: who has which periods, and what was observed."""

from evalkit.data.panel import Panel
from evalkit.data.series import TimeSeries
from evalkit.errors import DataError
from evalkit.protocol.plan import Plan
from evalkit.report.coverage_figure import coverage_figure
from evalkit.report.figures.figure import Figure, FigureWords
from evalkit.report.figures.observed import observed_chart
from evalkit.report.figures.series_names import Interruption
from evalkit.report.figures.trends_by_group import trends_by_group
from evalkit.report.shown import Shown
from evalkit.types.evaluation import Evaluation


def data_figure(data: Panel | TimeSeries, plan: Plan) -> Shown | None:
    """What was observed: a series by period, or a panel by groups with the same start.

    None for a panel in which no group can be compared.
    """
    if isinstance(data, TimeSeries):
        return Shown(_series(data, plan))
    words = FigureWords(
        outcome=plan.outcome.name,
        unit=plan.outcome.unit,
        units=f"{plan.unit}s",
        ident="notebook-trends",
    )
    try:
        return Shown(trends_by_group(data, words))
    except DataError:
        return None


def _series(series: TimeSeries, plan: Plan) -> Figure:
    known = getattr(plan.estimator, "breaks", ())
    return observed_chart(
        series,
        [Interruption(period=c.at, name=c.name) for c in plan.changes if c.at],
        subject=plan.outcome.name,
        axis=f"{plan.outcome.name[:1].upper()}{plan.outcome.name[1:]}, {plan.outcome.unit}",
        ident="notebook-observed",
        breaks=[Interruption(period=b.at, name=b.what) for b in known],
    )


def coverage(evaluation: Evaluation, plan: Plan) -> Shown | None:
    """Units by time; None for a single series."""
    figure = coverage_figure(evaluation, outcome=plan.outcome.name, ident="notebook-coverage")
    return Shown(figure) if figure else None
