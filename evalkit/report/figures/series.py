"""One series beside its model: what happened, and what the model projects without the changes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from evalkit.findings.numerals import number
from evalkit.report.figures.plot import (
    Plot,
    axis_labels,
    axis_room,
    draw_grid,
    every,
    is_wide,
    period_words,
    plot,
)
from evalkit.report.figures.svg import (
    NARROW,
    TEXT_SIZE,
    WIDE,
    Point,
    Shape,
    add,
    canvas,
    decimals,
    hatch,
    joined,
    line,
    polyline,
    serialise,
    text_width,
    ticks,
    wrapped,
    write,
)
from evalkit.types.estimate import PathPoint

_FIT, _PROJECTED = "What happened (model fit)", "Without the changes (projected)"
_END_ROOM = 150.0
_ROW = 20.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Interruption:
    """Something that was done during the series: its first period and a short name."""

    period: str
    name: str


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
    shape: Shape = "wide",
) -> str:
    """Draw observed periods as dots, the fit as a line, the projection dashed, the gap hatched."""
    width = WIDE if is_wide(shape) else NARROW
    lines = wrapped(words.axis, width - 8, TEXT_SIZE[shape])
    named = _named(interruptions, path)
    top = _ROW * (len(lines) + len(named)) + 22
    height = top + (350.0 if is_wide(shape) else 330.0)
    root = canvas(
        width,
        height,
        ident=ident,
        title=f"Time series: {words.subject}",
        desc=describe(path, interruptions, words.axis),
        classes=f"series {shape}",
    )
    for row, text in enumerate(lines):
        write(root, (0, 16 + _ROW * row), text)
    area, labels = _area(path, shape, width, top, height)
    _draw(root, path, named, area, labels, shape, ident)
    return serialise(root)


def describe(path: Sequence[PathPoint], interruptions: Sequence[Interruption], unit: str) -> str:
    """The chart in three sentences."""
    seen = observed_values(path)
    places = decimals(ticks(min(seen), max(seen))) + 1
    low, high = (number(f(seen), places) for f in (min, max))
    span = f"{len(path)} periods from {period_words(path[0].period)} to "
    f"{period_words(path[-1].period)}"
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


def _named(
    interruptions: Sequence[Interruption], path: Sequence[PathPoint]
) -> tuple[tuple[int, str], ...]:
    """Position in the series and label of each interruption, in order of time."""
    periods = [point.period for point in path]
    ordered = sorted(interruptions, key=lambda i: i.period)
    return tuple(
        (periods.index(i.period), f"{i.name[:1].upper()}{i.name[1:]}, {period_words(i.period)}")
        for i in ordered
    )


def _area(
    path: Sequence[PathPoint], shape: Shape, width: float, top: float, height: float
) -> tuple[Plot, tuple[str, ...]]:
    expected = [v for p in path for v in (p.fitted, p.counterfactual)]
    values = [*observed_values(path), *expected]
    labels = axis_labels(ticks(min(values), max(values)), signed=False)
    left = axis_room(labels, TEXT_SIZE[shape])
    right, foot = (width - _END_ROOM, 36) if is_wide(shape) else (width - 6, 88)
    return plot(values, left=left, right=right, top=top, bottom=height - foot), labels


def _draw(
    root: Element,
    path: Sequence[PathPoint],
    named: Sequence[tuple[int, str]],
    area: Plot,
    labels: Sequence[str],
    shape: Shape,
    ident: str,
) -> None:
    step = (area.right - area.left) / max(len(path) - 1, 1)

    def across(index: float) -> float:
        return area.left + index * step

    draw_grid(root, area, labels)
    edge = WIDE if is_wide(shape) else NARROW
    _interruptions(root, named, area, across, TEXT_SIZE[shape], edge)
    fit = [(across(i), area.y(p.fitted)) for i, p in enumerate(path)]
    first = min(index for index, _ in named)
    projected = [(across(i), area.y(path[i].counterfactual)) for i in range(first, len(path))]
    gap = add(root, "polygon", "f-hatched", points=joined([*fit[first:], *reversed(projected)]))
    gap.set("fill", hatch(root, ident))
    for index, point in enumerate(path):
        if point.observed is not None:
            at = {"cx": across(index), "cy": area.y(point.observed)}
            add(root, "circle", "f-observed", r=2.6, **at)
    polyline(root, projected, "f-counterfactual")
    polyline(root, fit, "f-fit")
    _years(root, path, area, across)
    name = _end_names if is_wide(shape) else _names_below
    name(root, area, fit[-1], projected[-1])


def _interruptions(
    root: Element,
    named: Sequence[tuple[int, str]],
    area: Plot,
    across: Callable[[float], float],
    size: float,
    edge: float,
) -> None:
    """Name each line at its top, one row each, so that no line runs through a name."""
    places = [(across(index - 0.5), text) for index, text in named]
    fits_right = [x + text_width(text, size) < edge for x, text in places]
    fits_left = [x - text_width(text, size) > 0 for x, text in places]
    if not all(fits_right) and all(fits_left):
        fits_right = [False] * len(places)
        places.reverse()
    for row, ((x, text), right) in enumerate(zip(places, fits_right, strict=True)):
        y = area.top - 10 - _ROW * (len(named) - 1 - row)
        line(root, (x, y - 12), (x, area.bottom), "f-event")
        write(root, (x + (6 if right else -6), y), text, anchor="start" if right else "end")


def _years(
    root: Element, path: Sequence[PathPoint], area: Plot, across: Callable[[float], float]
) -> None:
    """Name each year at the middle of its periods."""
    years: dict[str, list[int]] = {}
    for index, point in enumerate(path):
        years.setdefault(point.period[:4], []).append(index)
    step = every(len(years), area.right - area.left, 48)
    for count, (year, indices) in enumerate(years.items()):
        if count % step == 0:
            x = across((indices[0] + indices[-1]) / 2)
            write(root, (x, area.bottom + 24), year, "f-muted", anchor="middle")


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
