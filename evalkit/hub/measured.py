"""Baseline, target, actual: one line for each indicator and group, without arrows and traffic lights."""

from dataclasses import dataclass

from evalkit.findings.numerals import spoken
from evalkit.hub.words import counted, sentence
from evalkit.report.monitored import Monitored
from evalkit.report.monitored_words import exact, figure_text


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One line of *baseline, target, actual*."""

    indicator: str
    unit: str
    group: str
    baseline: str
    target: str
    actual: str
    count: str
    seen: str


def measured(one: Monitored) -> Measured:
    """One indicator and group as a line."""
    newest = one.newest
    recorded = sum(not reading.missing for reading in one.chart.readings)
    actual = "in the table only" if one.why else "none yet"
    return Measured(
        indicator=sentence(one.indicator.name),
        unit=one.indicator.unit,
        group=one.group,
        baseline=_planned(one, one.indicator.baseline),
        target=_planned(one, one.indicator.target),
        actual=f"{figure_text(newest)}, {spoken(newest.period)}" if newest else actual,
        count="" if one.why else counted(recorded, "value"),
        seen=_seen(one),
    )


def _planned(one: Monitored, value: float | None) -> str:
    """A baseline or target, which the theory of change gives for everybody only."""
    if not one.is_whole:
        return "–"
    return "none given" if value is None else exact(value)


def _seen(one: Monitored) -> str:
    if one.why:
        return "No chart: the periods are not regular"
    if not one.chart.readings:
        return "Nobody has written a value down yet"
    if one.chart.signals:
        return (
            f"{sentence(counted(len(one.chart.signals), 'pattern'))} worth asking about; not proof"
        )
    if all(stretch.limits is None for stretch in one.chart.stretches):
        return "No limits yet to judge it by"
    return "Nothing stands out"
