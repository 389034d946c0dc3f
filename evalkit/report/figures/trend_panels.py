"""One small plot a group, all on one scale: the group's line beside the comparison's."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from xml.etree.ElementTree import Element

from evalkit.report.figures.figure import FigureWords
from evalkit.report.figures.group_means import Group, Means
from evalkit.report.figures.plot import (
    Plot,
    axis_labels,
    axis_room,
    draw_grid,
    every,
    is_wide,
    plot,
)
from evalkit.report.figures.svg import (
    NARROW,
    TEXT_SIZE,
    WIDE,
    Point,
    Shape,
    add,
    box,
    canvas,
    line,
    polyline,
    serialise,
    text_width,
    ticks,
    wrapped,
    write,
)

_ROW = 20.0
_GAP = 26.0
_WITH = "With the change"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trends:
    """What is drawn: the groups with their titles, the comparison and what it is called."""

    periods: tuple[str, ...]
    comparison: Means
    groups: tuple[Group, ...]
    titles: tuple[str, ...]
    compared: str
    desc: str


def draw_trends(trends: Trends, words: FigureWords, shape: Shape) -> str:
    """Draw the small plots in columns, the key to both lines at the top."""
    width, size = (WIDE if is_wide(shape) else NARROW), TEXT_SIZE[shape]
    unit = f", {words.unit}" if words.unit else ""
    lines = wrapped(f"Mean of {words.outcome}{unit}", width - 8, size)
    key = wrapped(trends.compared, width - 48, size)
    columns = min(3, len(trends.groups)) if is_wide(shape) else 1
    tall = 300.0 if columns == 1 and is_wide(shape) else 150.0
    top = _ROW * (len(lines) + 1 + len(key)) + 22
    labels = _labels(trends)
    left = axis_room(labels, size)
    across = (width - left - 8 - _GAP * (columns - 1)) / columns
    titles = [wrapped(title, across, size, bold=True) for title in trends.titles]
    named = _ROW * max(map(len, titles))
    each = tall + 52 + named
    n_rows = -(-len(trends.groups) // columns)
    root = canvas(
        width,
        top + each * n_rows - 4,
        ident=f"{words.ident}-{shape}",
        title=f"Trends by group: {words.outcome}",
        desc=trends.desc,
        classes=f"tone-unsure {shape}",
    )
    for row, text in enumerate(lines):
        write(root, (0, 16 + _ROW * row), text)
    _key(root, key, _ROW * len(lines) + 20)
    for at, group in enumerate(trends.groups):
        column, row = at % columns, at // columns
        x, y = left + column * (across + _GAP), top + row * each
        head = y + named + 14
        area = plot(_values(trends), left=x, right=x + across, top=head, bottom=head + tall)
        for line_at, text in enumerate(titles[at]):
            write(root, (x if column else 0, y + 18 + _ROW * line_at), text, "f-strong")
        _panel(root, trends, group, area, labels if column == 0 else (), size)
    return serialise(root)


def _key(root: Element, compared: Sequence[str], y: float) -> None:
    polyline(root, [(0, y - 5), (34, y - 5)], "f-fit")
    add(root, "circle", "f-fit-dot", cx=17, cy=y - 5, r=4)
    write(root, (42, y), _WITH)
    polyline(root, [(0, y + _ROW - 5), (34, y + _ROW - 5)], "f-counterfactual")
    for row, text in enumerate(compared):
        write(root, (42, y + _ROW * (row + 1)), text)


def _values(trends: Trends) -> list[float]:
    paths = (trends.comparison, *(group.means for group in trends.groups))
    return [value for path in paths for value in path if value is not None]


def _labels(trends: Trends) -> tuple[str, ...]:
    values = _values(trends)
    return axis_labels(ticks(min(values), max(values)), signed=False)


def _panel(
    root: Element, trends: Trends, group: Group, area: Plot, labels: Sequence[str], size: float
) -> None:
    step = (area.right - area.left) / len(trends.periods)

    def x(index: float) -> float:
        return area.left + (index + 0.5) * step

    start = x(group.start - 0.5)
    box(root, (start, area.top), (area.right - start, area.bottom - area.top), "f-wash")
    draw_grid(root, area, labels) if labels else _lines(root, area)
    line(root, (start, area.top - 6), (start, area.bottom), "f-event")
    for path, classes in ((trends.comparison, "f-counterfactual"), (group.means, "f-fit")):
        points = [None if v is None else (x(t), area.y(v)) for t, v in enumerate(path)]
        _path(root, points, classes)
    if step >= 12:
        for t, value in enumerate(group.means):
            if value is not None:
                add(root, "circle", "f-fit-dot", cx=x(t), cy=area.y(value), r=4)
    _names(root, trends.periods, area, step, size)


def _lines(root: Element, area: Plot) -> None:
    for mark in area.marks:
        line(root, (area.left, area.y(mark)), (area.right, area.y(mark)), "f-grid")


def _path(root: Element, points: Sequence[Point | None], classes: str) -> None:
    """A line through each unbroken run of points."""
    for known, run in groupby(points, key=lambda point: point is not None):
        if known:
            polyline(root, [point for point in run if point is not None], classes)


def _names(root: Element, periods: Sequence[str], area: Plot, step: float, size: float) -> None:
    """Periods below the plot, or the first period of each year where they are parts of years."""
    years = [period[:4] for period in periods]
    first = [i for i, year in enumerate(years) if i == 0 or years[i - 1] != year]
    named = [(i, periods[i]) for i in range(len(periods))]
    if len(first) < len(periods):
        named = [(i, years[i]) for i in first]
    room = max(text_width(text, size) for _, text in named) + 12
    chosen = every(len(named), area.right - area.left, room)
    for count, (i, text) in enumerate(named):
        if count % chosen == 0:
            at = area.left + (i + 0.5) * step
            at = min(at, area.right - text_width(text, size) / 2 + 6)
            write(root, (at, area.bottom + 24), text, "f-muted", anchor="middle")
