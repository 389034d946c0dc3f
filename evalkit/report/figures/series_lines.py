"""What is drawn of one series: gaps, windows, intervals, segments of the fit, the projection, the dots."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from xml.etree.ElementTree import Element

from evalkit.report.figures.plot import Plot
from evalkit.report.figures.svg import Point, add, box, hatch, joined, polyline
from evalkit.types.estimate import PathPoint


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines:
    """A path on its plot.

    Attributes
    ----------
    path : sequence of PathPoint
    area : Plot
    starts : tuple of int
        Positions of the interruptions, in order.
    breaks : tuple of int
        Positions of what else is known to have changed: the fit is broken there too.
    transition : int
        Periods from each interruption on that were left out of the fit.
    """

    path: Sequence[PathPoint]
    area: Plot
    starts: tuple[int, ...]
    breaks: tuple[int, ...]
    transition: int

    def across(self, index: float) -> float:
        """Where a period is from left to right."""
        step = (self.area.right - self.area.left) / max(len(self.path) - 1, 1)
        return self.area.left + index * step

    def height(self, value: float) -> float:
        """Where a value is; at the edge where it is beyond it."""
        return self.area.y(min(max(value, self.area.low), self.area.high))

    def segments(self) -> tuple[range, ...]:
        """Runs of periods that the fit is drawn through: broken where it steps."""
        edges = sorted({0, *self.starts, *self.breaks, len(self.path)})
        return tuple(
            range(first + (self.transition if first in self.starts else 0), stop)
            for first, stop in pairwise(edges)
        )


def draw_lines(root: Element, lines: Lines, ident: str) -> tuple[Point, Point]:
    """Draw everything; returns where fit and projection end."""
    draw_gaps(root, lines)
    _windows(root, lines, ident)
    first = lines.starts[0]
    after = range(first, len(lines.path))
    _band(root, lines, after, "counterfactual", "f-projection-band")
    for segment in lines.segments():
        _band(root, lines, segment, "fitted", "f-fit-band")
    draw_observed(root, lines)
    projected = _points(lines, after, lambda p: p.counterfactual)
    polyline(root, projected, "f-counterfactual")
    fit: list[Point] = []
    for segment in lines.segments():
        fit = _points(lines, segment, lambda p: p.fitted)
        polyline(root, fit, "f-fit")
    return fit[-1], projected[-1]


def draw_observed(root: Element, lines: Lines) -> None:
    """A dot for each period that has a number."""
    for index, point in enumerate(lines.path):
        if point.observed is not None:
            at = {"cx": lines.across(index), "cy": lines.height(point.observed)}
            add(root, "circle", "f-observed", r=2.6, **at)


def _points(
    lines: Lines, segment: range, value: Callable[[PathPoint], float | None]
) -> list[Point]:
    known = [(i, value(lines.path[i])) for i in segment]
    return [(lines.across(i), lines.height(v)) for i, v in known if v is not None]


def _band(root: Element, lines: Lines, segment: range, line: str, classes: str) -> None:
    """The interval of a line, where one was made."""
    low = _points(lines, segment, lambda p: getattr(p, f"{line}_low"))
    high = _points(lines, segment, lambda p: getattr(p, f"{line}_high"))
    if low and high:
        add(root, "polygon", classes, points=joined([*high, *reversed(low)]))


def draw_gaps(root: Element, lines: Lines) -> None:
    """A pale column where periods have no number."""
    known = [i for i, point in enumerate(lines.path) if point.observed is not None]
    for before, after in pairwise([-1, *known, len(lines.path)]):
        if after - before > 1:
            _column(root, lines, before + 1, after, "f-missing")


def _windows(root: Element, lines: Lines, ident: str) -> None:
    """Hatch the periods after each interruption that were left out of the fit."""
    if not lines.transition:
        return
    paint = hatch(root, ident)
    for start in lines.starts:
        stop = min(start + lines.transition, len(lines.path))
        _column(root, lines, start, stop, "f-hatched").set("fill", paint)


def _column(root: Element, lines: Lines, first: int, stop: int, classes: str) -> Element:
    left = max(lines.across(first - 0.5), lines.area.left)
    right = min(lines.across(stop - 0.5), lines.area.right)
    top = lines.area.top
    return box(root, (left, top), (right - left, lines.area.bottom - top), classes)
