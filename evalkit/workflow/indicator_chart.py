"""The chart of one indicator, from the registry."""

from collections.abc import Mapping

from evalkit.errors import Problem, RegistryError
from evalkit.registry.interventions import read_areas, read_intervention
from evalkit.registry.store import Session
from evalkit.report.figures.svg import Shape, standalone
from evalkit.report.figures.xmr import xmr
from evalkit.report.monitored import Monitored, monitored_one
from evalkit.workflow.indicator_limits import read_limits
from evalkit.workflow.indicators import group_of, named_indicator, values_of


def chart_of(
    session: Session, intervention: str, indicator: str, group: Mapping[str, str]
) -> Monitored:
    """The chart of an indicator and a group as they are recorded now.

    Raises
    ------
    RegistryError
        There is no such intervention or indicator, nothing is recorded, or the values make no regular row.
    """
    named = named_indicator(session, intervention, indicator)
    group = group_of(session, group)
    limits = read_limits(session, intervention, indicator, group)
    found = monitored_one(
        read_intervention(session, intervention),
        named,
        group,
        values_of(session, intervention, indicator, group),
        (limits,) if limits else (),
        read_areas(session),
    )
    if found.why:
        raise RegistryError(found.why)
    if not found.chart.readings:
        what = f"no value of {indicator} ({found.group})"
        do = f'Use evalkit indicator record {intervention} "{indicator}" PERIOD VALUE.'
        raise RegistryError(Problem(field="indicator", found=what, needed="recorded values", do=do))
    return found


def draw_chart(found: Monitored, shape: Shape) -> str:
    """The chart as an SVG file of its own."""
    figure = xmr(found, ident="xmr")
    return standalone(figure.wide if shape == "wide" else figure.narrow)
