"""Tiles of a grid of cohorts and periods, as large as there is room for."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal
from xml.etree.ElementTree import Element

from evalkit.report.figures.figure import FigureWords, tone_of
from evalkit.report.figures.plot import every, is_wide
from evalkit.report.figures.svg import (
    NARROW,
    TEXT_SIZE,
    WIDE,
    Point,
    Shape,
    add,
    box,
    canvas,
    joined,
    line,
    number_width,
    polyline,
    serialise,
    text_width,
    wrapped,
    write,
)

Filling = Literal["numbers", "marks", "bars"]
_MARK_ROOM = 20.0
_MOST_ROWS = 14
_HEIGHTS: dict[Filling, float] = {"numbers": 52.0, "marks": 34.0, "bars": 34.0}


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """One cell; ``lone`` where its cohort has no variance of its own."""

    effect: float
    text: str
    lone: bool
    clear: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Cohort:
    """Units with the same start, and their cells by period."""

    start: int
    name: str
    size: str
    tiles: Mapping[int, Tile]


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """Everything that is drawn: ``bases`` by start, ``left_out`` cohorts that are not."""

    cohorts: tuple[Cohort, ...]
    periods: tuple[tuple[int, str], ...]
    bases: Mapping[int, int]
    left_out: int

    def tiles(self, *, after: bool) -> list[Tile]:
        """Cells from the start on, or before it."""
        return [t for c in self.cohorts for p, t in c.tiles.items() if (p >= c.start) == after]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Room:
    """Where tiles go: ``turned`` has cohorts as columns."""

    left: float
    top: float
    step: Point
    filling: Filling
    turned: bool

    def corner(self, cohort: float, period: float) -> Point:
        column, row = (cohort, period) if self.turned else (period, cohort)
        return self.left + column * self.step[0], self.top + row * self.step[1]


def draw_grid_of_tiles(grid: Grid, words: FigureWords, desc: str, shape: Shape) -> str:
    """Draw the grid with the largest filling that fits the shape."""
    width, size = (WIDE if is_wide(shape) else NARROW), TEXT_SIZE[shape]
    lines = wrapped(words.axis, width - 8, size)
    room = _room(grid, width, 20.0 * len(lines), shape)
    n_rows = len(grid.periods) if room.turned else len(grid.cohorts)
    height = room.top + n_rows * room.step[1] + 6
    root = canvas(
        width,
        height,
        ident=f"{words.ident}-{shape}",
        title=f"Grid of effects by group and period: {words.outcome}",
        desc=desc,
        classes=shape,
    )
    for row, text in enumerate(lines):
        write(root, (0, 16 + 20 * row), text)
    _heads(root, grid, room, size)
    most = max((abs(t.effect) for c in grid.cohorts for t in c.tiles.values()), default=0.0) or 1.0
    for at, cohort in enumerate(grid.cohorts):
        _cohort(root, at, cohort, grid, room, words, most)
    return serialise(root)


def _room(grid: Grid, width: float, top: float, shape: Shape) -> _Room:
    """Numbers if they fit, upright or (on a narrow screen) turned; else marks; else bars."""
    size = TEXT_SIZE[shape]
    texts = [t.text for c in grid.cohorts for t in c.tiles.values()] or [""]
    needed = max(number_width(t, size) for t in texts) + 4
    beside = max(text_width(t, size) for c in grid.cohorts for t in (c.name, c.size)) + 12
    periods = max(text_width(name, size) for _, name in grid.periods) + 12
    upright, turned = (
        (width - beside) / len(grid.periods),
        (width - periods) / len(grid.cohorts),
    )
    head = max(needed, max(text_width(c.name, size) for c in grid.cohorts) + 6)
    filling: Filling = "bars"
    if upright >= needed:
        filling = "numbers"
    elif not is_wide(shape) and turned >= head and len(grid.periods) <= _MOST_ROWS:
        step = (min(turned, 96.0), _HEIGHTS["numbers"])
        return _Room(left=periods, top=top + 56, step=step, filling="numbers", turned=True)
    elif upright >= _MARK_ROOM:
        filling = "marks"
    step = (min(upright, 110.0), _HEIGHTS[filling])
    if filling != "numbers":
        step = (step[0], 46.0)  # two lines of text beside each row
    return _Room(left=beside, top=top + 56, step=step, filling=filling, turned=False)


def _heads(root: Element, grid: Grid, room: _Room, size: float) -> None:
    across, down = ("Start", "Period") if room.turned else ("Period", "Start")
    write(root, (room.left, room.top - 34), across, "f-muted")
    write(root, (0, room.top - 10), down, "f-muted")
    if room.turned:
        for at, cohort in enumerate(grid.cohorts):
            x, y = room.corner(at + 0.5, 0)
            write(root, (x, y - 10), cohort.name, "f-strong", anchor="middle")
        for at, (_, name) in enumerate(grid.periods):
            write(root, (0, room.corner(0, at + 0.5)[1] + 5), name)
        return
    needed = max(text_width(name, size) for _, name in grid.periods) + 8
    step = every(len(grid.periods), len(grid.periods) * room.step[0], needed)
    for at, (_, name) in enumerate(grid.periods):
        x, y = room.corner(0, at + 0.5)
        if at % step == 0:
            half = text_width(name, size) / 2
            shift = min(0.0, room.corner(0, len(grid.periods))[0] - x - half)
            write(root, (x + shift, y - 10), name, anchor="middle")
    for at, cohort in enumerate(grid.cohorts):
        y = room.corner(at + 0.5, 0)[1]
        write(root, (0, y - 4), cohort.name, "f-strong")
        write(root, (0, y + 15), cohort.size, "f-muted")


def _cohort(
    root: Element,
    at: int,
    cohort: Cohort,
    grid: Grid,
    room: _Room,
    words: FigureWords,
    most: float,
) -> None:
    first = grid.periods[0][0]
    end = len(grid.periods)
    begin = room.corner(at, 0)
    since, stop = room.corner(at, cohort.start - first), room.corner(at + 1, end)
    box(root, since, (stop[0] - since[0], stop[1] - since[1]), "f-wash")
    size = (stop[0] - begin[0], stop[1] - begin[1])
    box(root, begin, size, "f-tile")
    if room.filling == "bars":
        y = room.corner(at + 0.5, 0)[1]
        line(root, (begin[0], y), (stop[0], y), "f-grid")
    for index, (period, _) in enumerate(grid.periods):
        corner = room.corner(at, index)
        if index and room.filling != "bars":
            other = room.corner(at + 1, index)
            line(root, corner, other, "f-grid")
        middle = room.corner(at + 0.5, index + 0.5)
        tile = cohort.tiles.get(period)
        if tile is not None:
            _tile(root, tile, middle, room, words, most)
        elif grid.bases.get(cohort.start) == period:
            _diamond(root, middle, min(6.0, 0.45 * room.step[0]))
    start = (since, room.corner(at + 1, cohort.start - first))
    polyline(root, start, "f-since")


def _tile(
    root: Element, tile: Tile, middle: Point, room: _Room, words: FigureWords, most: float
) -> None:
    tone = tone_of(tile.effect, words.better) if tile.clear else "unsure"
    group = add(root, "g", f"tone-{tone}")
    kind = "f-lone" if tile.lone else "f-firm" if tile.clear else "f-open-mark"
    x, y = middle
    if room.filling == "bars":
        half = max(0.6, 0.36 * room.step[0])
        reach = max(1.0, abs(tile.effect) / most * (room.step[1] / 2 - 3))
        corner = (x - half, y - reach if tile.effect > 0 else y)
        box(group, corner, (2 * half, reach), f"{kind} f-slim" if half < 4 else kind)
        return
    if room.filling == "numbers":
        write(
            group, (x, y + 18), tile.text, "f-strong" if tile.clear else "f-text", anchor="middle"
        )
        y -= 10
    way = -1 if tile.effect > 0 else 1
    corners = ((x - 8, y - 6 * way), (x + 8, y - 6 * way), (x, y + 8 * way))
    add(group, "polygon", kind, points=joined(corners))


def _diamond(root: Element, middle: Point, r: float) -> None:
    x, y = middle
    add(root, "polygon", "f-base", points=joined(((x - r, y), (x, y - r), (x + r, y), (x, y + r))))
