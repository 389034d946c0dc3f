"""An XmR chart: single values, the limits between which they stray by themselves, and what to ask about."""

from collections.abc import Iterator

from evalkit.findings.numerals import number, spoken
from evalkit.report.figures.figure import Figure
from evalkit.report.figures.svg import Shape
from evalkit.report.figures.xmr_draw import draw_xmr
from evalkit.report.figures.xmr_picture import Event, XmrPicture
from evalkit.report.monitored import Monitored
from evalkit.report.monitored_words import (
    figure_text,
    how_made,
    limits_text,
    places_of,
    takeaway,
)
from evalkit.types.control_chart import Limits

_HEAD = ("Period", "Value", "Step from the period before", "Mean", "Lower limit", "Upper limit")


def xmr(one: Monitored, *, ident: str) -> Figure:
    """Draw the chart of one indicator; it needs at least one reading.

    Parameters
    ----------
    ident : str
        Begins every id in the picture.
    """
    said = takeaway(one)
    shapes: tuple[Shape, Shape] = ("wide", "narrow")
    wide, narrow = (draw_xmr(_picture(one, f"{ident}-{shape}", said), shape) for shape in shapes)
    return Figure(
        takeaway=said,
        wide=wide,
        narrow=narrow,
        note=" ".join([*_limits(one), how_made(one)]),
        head=(*_HEAD, "Worth asking why"),
        holds=("name", "count", "model", "model", "model", "model", "words"),
        rows=tuple(_rows(one)),
    )


def _picture(one: Monitored, ident: str, said: str) -> XmrPicture:
    unit = one.indicator.unit
    name = one.indicator.name
    return XmrPicture(
        chart=one.chart,
        axis=(f"{name[:1].upper()}{name[1:]}" + (f", {unit}" if unit else "")),
        title=f"XmR chart: {name}, {one.group}",
        desc=said,
        ident=ident,
        places=places_of(one),
        target=one.target,
        events=tuple(sorted(_events(one), key=lambda event: event.at)),
    )


def _events(one: Monitored) -> Iterator[Event]:
    """When the intervention started, and where limits were based anew."""
    periods = [reading.period for reading in one.chart.readings]
    start = one.intervention.start
    at = sum(period < start[: len(period)] for period in periods)
    if 0 < at < len(periods):
        yield Event(at=at, text=f"Started, {spoken(start[:7])}")
    for stretch in one.chart.stretches[1:]:
        limits = stretch.limits
        if limits is not None:
            word = "Based anew" if limits.reason else "Baseline"
            yield Event(at=stretch.start, text=f"{word}, {spoken(limits.first)}")


def _limits(one: Monitored) -> Iterator[str]:
    for stretch in one.chart.stretches:
        if stretch.limits is not None:
            yield limits_text(stretch.limits, places_of(one))
        if stretch.why or stretch.note:
            yield stretch.why or stretch.note


def _rows(one: Monitored) -> Iterator[tuple[str, ...]]:
    """Every period with all that is drawn of it."""
    asked: dict[int, list[str]] = {}
    for signal in one.chart.signals:
        for at in signal.at:
            asked.setdefault(at, []).append(signal.words)
    places = places_of(one)
    for stretch in one.chart.stretches:
        for n in range(stretch.start, stretch.stop):
            reading, step = one.chart.readings[n], one.chart.ranges[n]
            yield (
                spoken(reading.period),
                figure_text(reading),
                "–" if step is None else number(step, places),
                *_lines(stretch.limits, places),
                "; ".join(dict.fromkeys(asked.get(n, []))) or "–",
            )


def _lines(limits: Limits | None, places: int) -> tuple[str, str, str]:
    if limits is None:
        return "–", "–", "–"
    low = "none" if limits.low is None else number(limits.low, places)
    return number(limits.mean, places), low, number(limits.high, places)
