"""One series beside its model: what happened, and what the model projects without the changes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from evalkit.findings.numerals import number
from evalkit.report.figures.plot import (
    Plot,
    axis_labels,
    axis_room,
    draw_grid,
    draw_years,
    is_wide,
    period_words,
    plot,
)
from evalkit.report.figures.series_lines import Lines, draw_lines
from evalkit.report.figures.series_names import ROW, draw_names, named_lines
from evalkit.report.figures.series_names import Interruption as Interruption
from evalkit.report.figures.svg import (
    TEXT_SIZE,
    WIDTHS,
    Format,
    Point,
    canvas,
    decimals,
    polyline,
    serialise,
    ticks,
    wrapped,
    write,
)
from evalkit.types.estimate import PathPoint

_FIT, _PROJECTED = "What happened (model fit)", "Without the changes (projected)"
_END_ROOM = 150.0
_HEIGHTS: Mapping[Format, float] = {"wide": 350.0, "narrow": 330.0, "slide": 236.0}
_BEYOND = 0.3  # of the range of dots and lines: as far as the axis follows their intervals


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesWords:
    """What the chart says around its lines."""

    subject: str
    axis: str


def series(
    path: Sequence[PathPoint],
    interruptions: Sequence[Interruption],
    *,
    words: SeriesWords,
    ident: str,
    shape: Format = "wide",
    breaks: Sequence[Interruption] = (),
    transition: int = 0,
) -> str:
    """Draw observed periods as dots, the fit in segments, and the projection without the changes dashed.

    Both lines have their intervals as pale bands. Periods without a number are pale columns; the periods from
    each change on that were left out are hatched. Lines that run beyond the axis end at its edge.

    Parameters
    ----------
    breaks : sequence of Interruption
        What else is known to have changed, marked as such.
    transition : int
        Periods from each interruption on that the model leaves out.
    """
    width = WIDTHS[shape]
    lines = wrapped(words.axis, width - 8, TEXT_SIZE[shape])
    named = named_lines(interruptions, breaks, path)
    top = ROW * (len(lines) + len(named)) + 22
    height = top + _HEIGHTS[shape]
    root = canvas(
        width,
        height,
        ident=ident,
        title=f"Time series: {words.subject}",
        desc=describe(path, interruptions, words.axis),
        classes=f"series {shape}",
    )
    for row, text in enumerate(lines):
        write(root, (0, 16 + ROW * row), text)
    area, labels = _area(path, shape, width, top, height)
    drawn = Lines(
        path=path,
        area=area,
        starts=tuple(name.index for name in named if not name.known),
        breaks=tuple(name.index for name in named if name.known),
        transition=transition,
    )
    draw_grid(root, area, labels)
    draw_names(root, named, drawn, TEXT_SIZE[shape], width)
    fit, projected = draw_lines(root, drawn, ident)
    draw_years(root, [point.period for point in path], area, drawn.across)
    name = _end_names if is_wide(shape) else _names_below
    name(root, area, fit, projected)
    return serialise(root)


def describe(path: Sequence[PathPoint], interruptions: Sequence[Interruption], unit: str) -> str:
    """The chart in three sentences."""
    seen = observed_values(path)
    places = decimals(ticks(min(seen), max(seen))) + 1
    low, high = (number(f(seen), places) for f in (min, max))
    gone = len(path) - len(seen)
    span = (
        f"{len(path)} periods from {period_words(path[0].period)} to {period_words(path[-1].period)}"
        + (f", {gone} without a number" if gone else "")
    )
    marked = ", ".join(f"{i.name} from {period_words(i.period)}" for i in interruptions)
    gap = number(mean_gap(path, interruptions), places + 1, signed=True)
    return (
        f"{span}; observed values lie between {low} and {high} ({unit}). "
        f"Marked: {marked}. From the first of these on, the fit lies {gap} from the projection"
        " on average."
    )


def observed_values(path: Sequence[PathPoint]) -> tuple[float, ...]:
    """What was observed, without the missing periods."""
    return tuple(p.observed for p in path if p.observed is not None)


def mean_gap(path: Sequence[PathPoint], interruptions: Sequence[Interruption]) -> float:
    """Fit minus projection, on average from the first interruption on."""
    first = min(i.period for i in interruptions)
    gaps = [p.fitted - p.counterfactual for p in path if p.period >= first]
    return sum(gaps) / len(gaps)


def _area(
    path: Sequence[PathPoint], shape: Format, width: float, top: float, height: float
) -> tuple[Plot, tuple[str, ...]]:
    expected = [v for p in path for v in (p.fitted, p.counterfactual)]
    values = [*observed_values(path), *expected]
    low, high = min(values), max(values)
    room = _BEYOND * (high - low)
    values += [min(max(end, low - room), high + room) for end in _band_ends(path)]
    labels = axis_labels(ticks(min(values), max(values)), signed=False)
    left = axis_room(labels, TEXT_SIZE[shape])
    right, foot = (width - _END_ROOM, 36) if is_wide(shape) else (width - 6, 88)
    return plot(values, left=left, right=right, top=top, bottom=height - foot), labels


def _band_ends(path: Sequence[PathPoint]) -> tuple[float, ...]:
    ends = [
        (p.fitted_low, p.fitted_high, p.counterfactual_low, p.counterfactual_high) for p in path
    ]
    return tuple(end for four in ends for end in four if end is not None)


def _end_names(root: Element, area: Plot, fit: Point, projected: Point) -> None:
    """Label both lines at their ends, pushed apart where they end close together."""
    middle = (fit[1] + projected[1]) / 2
    apart = max(abs(fit[1] - projected[1]), 64) / 2
    above = -1 if fit[1] <= projected[1] else 1
    middle = min(max(middle, area.top + apart), area.bottom - apart - 30)
    for text, y, classes in (
        (_FIT, middle + above * apart, "f-strong"),
        (_PROJECTED, middle - above * apart, "f-muted"),
    ):
        head, tail = text.split(" (")
        for row, words in enumerate((*wrapped(head, _END_ROOM - 14, 16), f"({tail}")):
            write(root, (area.right + 12, y + 18 * row), words, classes)


def _names_below(root: Element, area: Plot, fit: Point, projected: Point) -> None:
    """On a narrow screen the lines are named below, each behind a piece of itself."""
    del fit, projected
    for row, (text, line_class) in enumerate(((_FIT, "f-fit"), (_PROJECTED, "f-counterfactual"))):
        y = area.bottom + 54 + 24 * row
        polyline(root, [(area.left, y - 5), (area.left + 32, y - 5)], line_class)
        write(root, (area.left + 40, y), text)
