"""The theory of change top down: boxes under each other, links in lanes of their own beside them.

Lanes keep every arrowhead at the side of a box, clear of the names of the layers, and every link
clear of every box; a number stands at both ends so that a lane need not be traced.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from evalkit.report.figures.svg import (
    NARROW,
    Point,
    add,
    coordinate,
    point_text,
    serialise,
    wrapped,
    write,
)
from evalkit.report.figures.theory_diagram import (
    TheoryWords,
    arrow_head,
    draw_box,
    number_circle,
    start,
)
from evalkit.theory.layout import Box, Layout, Route

_PORT = 23.0
_NUMBERS = 34.0
_LAYER, _BETWEEN, _PITCH = 44.0, 12.0, 18.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Placed:
    node: Box
    lines: tuple[str, ...]
    top: float
    height: float


def theory_narrow(layout: Layout, words: TheoryWords, *, ident: str) -> str:
    """Draw the layout top down, 340 wide and as high as it needs."""
    ranks = _ranks(layout)
    lanes = _lanes(layout.routes, ranks)
    pitch = min(11.0, 88.0 / max(max(lanes.values(), default=0) + 1, 1))
    side = NARROW - _NUMBERS - pitch * (max(lanes.values(), default=0) + 1)
    placed = _placed(layout, words, side)
    bottom = max(item.top + item.height for item in placed.values())
    root = start(layout, words, (NARROW, bottom + 4), ident=ident, shape="narrow")
    _draw_boxes(root, layout, words, placed, side)
    ports = _ports(layout, placed, ranks)
    for route in layout.routes:
        ends = (side, ports[(route.number, True)]), (side, ports[(route.number, False)])
        _link(root, route, words, ends, side + _NUMBERS + pitch * (lanes[route.number] + 0.3))
    for route in layout.routes:
        state = words.links[route.number]
        for end in (True, False):
            y = ports[(route.number, not end)]
            at = (side + (21 if end else 12), y)
            number_circle(root, at, route.number, state, end=end)
    return serialise(root)


def _ranks(layout: Layout) -> Mapping[str, int]:
    ordered = sorted(layout.boxes, key=lambda node: (node.column, node.place))
    return {node.id: rank for rank, node in enumerate(ordered)}


def _lanes(routes: Sequence[Route], ranks: Mapping[str, int]) -> Mapping[int, int]:
    """Give each link the innermost lane that is free all the way; short links first."""
    spans = {r.number: sorted((ranks[r.from_], ranks[r.to])) for r in routes}
    lanes: dict[int, int] = {}
    for number in sorted(spans, key=lambda n: (spans[n][1] - spans[n][0], n)):
        low, high = spans[number]
        taken = {
            lane
            for other, lane in lanes.items()
            if spans[other][0] <= high and spans[other][1] >= low
        }
        lanes[number] = next(lane for lane in range(len(spans)) if lane not in taken)
    return lanes


def _placed(layout: Layout, words: TheoryWords, side: float) -> Mapping[str, _Placed]:
    placed: dict[str, _Placed] = {}
    y = -18.0
    column = -1
    for node in sorted(layout.boxes, key=lambda n: (n.column, n.place)):
        y += _LAYER if node.column != column else 0.0
        column = node.column
        lines = wrapped(node.text, side - 20, 15, bold=True)
        touching = sum((r.from_ == node.id) + (r.to == node.id) for r in layout.routes)
        found = words.results.get(node.id)
        foot = 4.0 if found is None else 26.0 + (_PITCH if found.delivery else 0.0)
        text = 14 + _PITCH * len(lines) + foot
        height = max(text, touching * _PORT + 8, 44.0)
        placed[node.id] = _Placed(node=node, lines=lines, top=y, height=height)
        y += height + _BETWEEN
    return placed


def _draw_boxes(
    root: Element,
    layout: Layout,
    words: TheoryWords,
    placed: Mapping[str, _Placed],
    side: float,
) -> None:
    seen: set[int] = set()
    for item in placed.values():
        if item.node.column not in seen:
            seen.add(item.node.column)
            write(root, (0, item.top - 10), layout.columns[item.node.column], "f-muted")
        result = words.results.get(item.node.id)
        size = (side - 2, item.height)
        draw_box(root, item.node, (1, item.top), size, item.lines, result, _PITCH)


def _ports(
    layout: Layout, placed: Mapping[str, _Placed], ranks: Mapping[str, int]
) -> Mapping[tuple[int, bool], float]:
    """Heights where links arrive (from above first) and leave, keyed by number and ``leaves``."""
    ports: dict[tuple[int, bool], float] = {}
    for key, item in placed.items():
        ends = [(r.number, True, ranks[r.to]) for r in layout.routes if r.from_ == key]
        ends += [(r.number, False, ranks[r.from_]) for r in layout.routes if r.to == key]
        ends.sort(key=lambda end: (end[2] > ranks[key], -abs(end[2] - ranks[key]), end[0]))
        middle = item.top + item.height / 2 - _PORT * (len(ends) - 1) / 2
        ports.update({(n, leaves): middle + _PORT * i for i, (n, leaves, _) in enumerate(ends)})
    return ports


def _link(
    root: Element, route: Route, words: TheoryWords, ends: tuple[Point, Point], lane: float
) -> None:
    state = words.links[route.number]
    (x, first), (_, last) = ends
    turn = min(8.0, abs(last - first) / 2) * (1 if last > first else -1)
    across = abs(turn)
    corners = ((lane, first), (lane, first + turn), (lane, last), (lane - across, last))
    begin, bend, stop, leave = map(point_text, corners)
    path = (
        f"M{point_text((x, first))}H{coordinate(lane - across)}Q{begin} {bend}"
        f"V{coordinate(last - turn)}Q{stop} {leave}H{coordinate(x + 8)}"
    )
    add(root, "path", f"f-link f-link-{state}", d=path)
    arrow_head(root, (x, last), state, way=-1)
