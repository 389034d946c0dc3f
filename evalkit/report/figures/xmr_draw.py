"""An XmR chart put together: its size, its lines of text and its marks."""

from collections.abc import Iterator

from evalkit.report.figures.plot import Plot, axis_labels, axis_room, draw_grid, is_wide, plot
from evalkit.report.figures.svg import (
    NARROW,
    TEXT_SIZE,
    WIDE,
    Shape,
    canvas,
    serialise,
    ticks,
    wrapped,
    write,
)
from evalkit.report.figures.xmr_marks import (
    draw_events,
    draw_lines,
    draw_values,
    draw_years,
    draw_zones,
)
from evalkit.report.figures.xmr_names import draw_key, end_names, keys_of
from evalkit.report.figures.xmr_picture import ROW, Drawn, XmrPicture
from evalkit.types.control_chart import Limits

HEIGHT, END_ROOM, KEY = 280.0, 158.0, 24.0


def draw_xmr(picture: XmrPicture, shape: Shape) -> str:
    """Draw the chart; the marks that are on it are explained below it."""
    width, size = (WIDE if is_wide(shape) else NARROW), TEXT_SIZE[shape]
    lines = wrapped(picture.axis, width - 8, size)
    top = ROW * (len(lines) + len(picture.events)) + 22
    keys = [*keys_of(picture, shape)]
    height = top + HEIGHT + 40 + KEY * len(keys) + (10 if keys else 0)
    root = canvas(
        width, height, ident=picture.ident, title=picture.title, desc=picture.desc,
        classes=f"xmr {shape}",
    )  # fmt: skip
    for row, text in enumerate(lines):
        write(root, (0, 16 + ROW * row), text)
    drawn = Drawn(picture=picture, area=_area(picture, shape, width, top))
    draw_zones(root, drawn)
    draw_grid(root, drawn.area, axis_labels(drawn.area.marks, signed=False))
    draw_lines(root, drawn)
    draw_events(root, drawn, size, width)
    draw_values(root, drawn)
    draw_years(root, drawn)
    if is_wide(shape):
        end_names(root, drawn)
    for row, (mark, text) in enumerate(keys):
        draw_key(root, (drawn.area.left, drawn.area.bottom + 58 + KEY * row), mark, text)
    return serialise(root)


def _area(picture: XmrPicture, shape: Shape, width: float, top: float) -> Plot:
    values = [*_heights(picture)]
    labels = axis_labels(ticks(min(values), max(values)), signed=False)
    left = axis_room(labels, TEXT_SIZE[shape])
    right = width - (END_ROOM if is_wide(shape) else 6)
    return plot(values, left=left, right=right, top=top, bottom=top + HEIGHT)


def _heights(picture: XmrPicture) -> Iterator[float]:
    """Every height on the picture."""
    yield from (r.value for r in picture.chart.readings if r.value is not None)
    yield from (r.below for r in picture.chart.readings if r.below is not None)
    for limits in _all_limits(picture):
        yield from (limits.high, limits.mean, 0.0 if limits.low is None else limits.low)
    if picture.target is not None:
        yield picture.target


def _all_limits(picture: XmrPicture) -> list[Limits]:
    return [s.limits for s in picture.chart.stretches if s.limits is not None]
