"""Lines of power against length, told apart by their marks and their dashes."""

from collections.abc import Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from evalkit.report.figures.across import Across, draw_across
from evalkit.report.figures.plot import Plot, axis_labels, axis_room, draw_grid, every, is_wide
from evalkit.report.figures.svg import (
    NARROW,
    TEXT_SIZE,
    WIDE,
    Point,
    Shape,
    add,
    canvas,
    joined,
    line,
    polyline,
    serialise,
    wrapped,
    write,
)

_ROW = 20.0
_MARKS = (0.0, 20.0, 40.0, 60.0, 80.0, 100.0)
_STYLES = ("f-fit", "f-counterfactual", "f-fit f-dotted")


@dataclass(frozen=True, slots=True, kw_only=True)
class PowerLine:
    """One number of treated areas: its name, and chance in per cent by length."""

    name: str
    points: tuple[tuple[int, float], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PowerPicture:
    """What is drawn, and the words around it.

    Attributes
    ----------
    lines : tuple of PowerLine
        At most three; none of them need have points.
    wanted : float
        The chance asked for, in per cent.
    planned : int
        The planned length.
    axis, along, desc, ident : str
    """

    lines: tuple[PowerLine, ...]
    wanted: float
    planned: int
    axis: str
    along: str
    desc: str
    ident: str


def draw_power(picture: PowerPicture, shape: Shape) -> str:
    """Draw the lines, a dashed line at the chance asked for and one at the planned length."""
    width, size = (WIDE if is_wide(shape) else NARROW), TEXT_SIZE[shape]
    title = wrapped(picture.axis, width - 8, size)
    top = _ROW * len(title) + 42
    bottom = top + (260.0 if is_wide(shape) else 230.0)
    key = [(i, name) for i, one in enumerate(picture.lines) for name in _named(one, width, size)]
    height = bottom + 62 + (_ROW + 6) * len(key)
    root = canvas(
        width,
        height,
        ident=f"{picture.ident}-{shape}",
        title="Power against length",
        desc=picture.desc,
        classes=f"tone-unsure {shape}",
    )
    for row, text in enumerate(title):
        write(root, (0, 16 + _ROW * row), text)
    area, along = _area(picture, width, (top, bottom), size)
    _draw(root, picture, area, along)
    write(
        root, ((area.left + area.right) / 2, bottom + 46), picture.along, "f-muted", anchor="middle"
    )
    for row, (style, text) in enumerate(key):
        y = bottom + 76 + (_ROW + 6) * row
        polyline(root, [(0, y - 5), (40, y - 5)], _STYLES[style])
        _mark(root, style, (20, y - 5))
        write(root, (50, y), text)
    return serialise(root)


def _named(one: PowerLine, width: float, size: float) -> tuple[str, ...]:
    return wrapped(one.name, width - 54, size)[:1]


def _area(picture: PowerPicture, width: float, span: Point, size: float) -> tuple[Plot, Across]:
    labels = axis_labels(_MARKS, signed=False, suffix="%")
    area = Plot(
        left=axis_room(labels, size),
        right=width - 16,
        top=span[0],
        bottom=span[1],
        low=0.0,
        high=100.0,
        marks=_MARKS,
    )
    lengths = sorted({n for one in picture.lines for n, _ in one.points} | {picture.planned})
    step = min((n for n, _ in picture.lines[0].points), default=picture.planned)
    step *= every(lengths[-1] // step, area.right - area.left, 40)
    marks = range(0, lengths[-1] + 1, step)
    along = Across(
        left=area.left,
        right=area.left + (area.right - area.left) * marks[-1] / lengths[-1],
        marks=tuple(float(mark) for mark in marks),
        labels=tuple(str(mark) for mark in marks),
    )
    return area, along


def _draw(root: Element, picture: PowerPicture, area: Plot, along: Across) -> None:
    draw_grid(root, area, axis_labels(_MARKS, signed=False, suffix="%"))
    draw_across(root, along, area.top, area.bottom)
    x = along.x(picture.planned)
    line(root, (x, area.top - 10), (x, area.bottom), "f-event")
    right = x > (area.left + area.right) / 2
    write(
        root, (x, area.top - 16), f"planned: {picture.planned}", anchor="end" if right else "start"
    )
    y = area.y(picture.wanted)
    line(root, (area.left, y), (area.right, y), "f-mean")
    for style, one in enumerate(picture.lines):
        points = [(along.x(n), area.y(chance)) for n, chance in one.points]
        if len(points) > 1:
            polyline(root, points, _STYLES[style])
        for point in points:
            _mark(root, style, point)


def _mark(root: Element, style: int, at: Point) -> None:
    x, y = at
    if style == 0:
        add(root, "circle", "f-firm", cx=x, cy=y, r=5)
    elif style == 1:
        add(root, "circle", "f-open-mark", cx=x, cy=y, r=5)
    else:
        add(root, "polygon", "f-open-mark", points=joined(_corners(x, y)))


def _corners(x: float, y: float) -> Sequence[Point]:
    return ((x - 6, y + 5), (x + 6, y + 5), (x, y - 7))
