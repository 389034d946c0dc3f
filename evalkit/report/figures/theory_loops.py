"""Links that go back or stay in their column: drawn around the boxes, never across them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from evalkit.report.figures.svg import Point, add, joined, point_text
from evalkit.report.figures.theory_diagram import LinkState, arrow_head
from evalkit.theory.layout import Box, Layout, Route

_OUT, _LANE, _TURN = 18.0, 24.0, 8.0

Corner = Callable[[Layout, Box], Point]


@dataclass(frozen=True, slots=True, kw_only=True)
class Loop:
    """A path of straight pieces, where its number stands, and the room it needs outside."""

    points: tuple[Point, ...]
    number_at: Point
    outside: float = 0.0
    below: float = 0.0


def loop_paths(layout: Layout, corner: Corner, size: Point) -> Mapping[int, Loop]:
    """A path for every link that does not go forward, by its number."""
    boxes = {node.id: node for node in layout.boxes}
    floor = max(corner(layout, node)[1] for node in layout.boxes) + size[1]
    paths: dict[int, Loop] = {}
    lanes = 0
    for route in layout.routes:
        if route.forward:
            continue
        first, last = boxes[route.from_], boxes[route.to]
        if first.column == last.column and abs(first.place - last.place) == 1:
            paths[route.number] = _between(layout, first, last, corner, size)
        elif first.column == last.column:
            paths[route.number] = _beside(layout, first, last, corner, size)
        else:
            lanes += 1
            lane = floor + _LANE * lanes
            paths[route.number] = _below(layout, route, boxes, corner, size, lane)
    return paths


def draw_loop(root: Element, loop: Loop, state: LinkState) -> None:
    """The path with rounded corners and an arrowhead in its last direction."""
    tip, before = loop.points[-1], loop.points[-2]
    stop = _towards(tip, before, 8)
    add(root, "path", f"f-link f-link-{state}", d=_rounded((*loop.points[:-1], stop)))
    if tip[1] == before[1]:
        arrow_head(root, tip, state, way=1 if tip[0] > before[0] else -1)
        return
    back = 9 if tip[1] < before[1] else -9
    head = (tip, (tip[0] - 4.5, tip[1] + back), (tip[0] + 4.5, tip[1] + back))
    add(root, "polygon", f"f-head f-head-{state}", points=joined(head))


def _between(layout: Layout, first: Box, last: Box, corner: Corner, size: Point) -> Loop:
    """Straight from one box to its neighbour above or below."""
    (x, top), (_, bottom) = (corner(layout, node) for node in (first, last))
    middle = x + size[0] / 2
    start, end = (top + size[1], bottom) if top < bottom else (top, bottom + size[1])
    return Loop(points=((middle, start), (middle, end)), number_at=(middle + 19, (start + end) / 2))


def _beside(layout: Layout, first: Box, last: Box, corner: Corner, size: Point) -> Loop:
    """Around the boxes in between, on their right."""
    (x, top), (_, bottom) = (corner(layout, node) for node in (first, last))
    right, low = x + size[0], 0.8 if top < bottom else 0.2
    start, end = top + size[1] * low, bottom + size[1] * (1 - low)
    points = ((right, start), (right + _OUT, start), (right + _OUT, end), (right, end))
    outside = _OUT + 14 if first.column == len(layout.columns) - 1 else 0.0
    return Loop(points=points, number_at=(right + _OUT, (start + end) / 2), outside=outside)


def _below(
    layout: Layout,
    route: Route,
    boxes: Mapping[str, Box],
    corner: Corner,
    size: Point,
    lane: float,
) -> Loop:
    """Down to a lane under all boxes, back, and up again."""
    first = _descent(layout, boxes[route.from_], corner, size, lane)
    last = _descent(layout, boxes[route.to], corner, size, lane)
    middle = (first[-1][0] + last[-1][0]) / 2
    lowest = max(corner(layout, node)[1] for node in boxes.values()) + size[1]
    outside = max(p[0] for p in first) - max(corner(layout, n)[0] + size[0] for n in boxes.values())
    return Loop(
        points=(*first, *reversed(last)),
        number_at=(middle, lane),
        outside=max(outside + 4, 0.0) if outside > 0 else 0.0,
        below=lane - lowest + 16,
    )


def _descent(
    layout: Layout, node: Box, corner: Corner, size: Point, lane: float
) -> tuple[Point, ...]:
    """From a box down to the lane: from its foot where nothing is below, else along its side."""
    x, y = corner(layout, node)
    below = [n for n in layout.boxes if n.column == node.column and n.place > node.place]
    if not below:
        foot = x + size[0] * 0.3
        return (foot, y + size[1]), (foot, lane)
    side, out = y + size[1] * 0.85, x + size[0] + _OUT
    return (x + size[0], side), (out, side), (out, lane)


def _rounded(points: Sequence[Point]) -> str:
    moves = [f"M{point_text(points[0])}"]
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        entry, leave = _towards(corner, before, _TURN), _towards(corner, after, _TURN)
        moves.append(f"L{point_text(entry)}Q{point_text(corner)} {point_text(leave)}")
    return "".join([*moves, f"L{point_text(points[-1])}"])


def _towards(start: Point, end: Point, distance: float) -> Point:
    """The point at ``distance`` from ``start`` on the way to ``end``."""
    length = ((end[0] - start[0]) ** 2 + (end[1] - start[1]) ** 2) ** 0.5 or 1.0
    share = min(distance / length, 0.5)
    return start[0] + (end[0] - start[0]) * share, start[1] + (end[1] - start[1]) * share
