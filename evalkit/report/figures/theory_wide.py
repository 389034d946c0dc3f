"""The theory of change from left to right: boxes 168 by 96 that links enter and leave at ports."""

from collections.abc import Mapping, Sequence
from xml.etree.ElementTree import Element

from evalkit.report.figures.svg import Point, add, point_text, serialise, wrapped, write
from evalkit.report.figures.theory_diagram import (
    LinkState,
    TheoryWords,
    arrow_head,
    draw_box,
    number_circle,
    start,
)
from evalkit.report.figures.theory_loops import draw_loop, loop_paths
from evalkit.theory.layout import Box, Layout, Route

_WIDTH, _HEIGHT, _LINES = 168.0, 96.0, 4
_GAP, _BETWEEN = 69.0, 34.0
_HEAD = 44.0
_STOPS = (0.5, 0.4, 0.6, 0.3, 0.7, 0.22, 0.76)

_Ends = Mapping[int, Point]
_Curve = tuple[Point, Point]


def theory_wide(layout: Layout, words: TheoryWords, *, ident: str) -> str:
    """Draw the layout left to right; the picture is as wide as its columns need."""
    count = len(layout.columns)
    tall = _height(layout, words)
    size = (_WIDTH, tall)

    def corner(layout: Layout, node: Box) -> Point:
        return _left(node.column), _middle(layout, node.centre, tall) - tall / 2

    loops = loop_paths(layout, corner, size)
    room = max((loop.outside for loop in loops.values()), default=0.0)
    below = max((loop.below for loop in loops.values()), default=0.0)
    picture = (
        count * _WIDTH + (count - 1) * _GAP + 4 + room,
        _HEAD + layout.height * (tall + _BETWEEN) - 20 + below,
    )
    root = start(layout, words, picture, ident=ident, shape="wide")
    for index, name in enumerate(layout.columns):
        write(root, (_left(index), 18), name, "f-muted")
    leaving = _ports(layout, tall, outgoing=True)
    arriving = _ports(layout, tall, outgoing=False)
    curves = {
        r.number: _curves(layout, r, tall, leaving, arriving) for r in layout.routes if r.forward
    }
    for number, parts in curves.items():
        _link(root, parts, words.links[number])
    for number, loop in loops.items():
        draw_loop(root, loop, words.links[number])
    for node in layout.boxes:
        lines = _lines(node)
        draw_box(root, node, corner(layout, node), size, lines, words.results.get(node.id))
    places = _number_places(curves, {number: loop.number_at for number, loop in loops.items()})
    for number, at in sorted(places.items()):
        number_circle(root, at, number, words.links[number])
    return serialise(root)


def _lines(node: Box) -> tuple[str, ...]:
    return wrapped(node.text, _WIDTH - 20, 13.5, bold=True)


def _height(layout: Layout, words: TheoryWords) -> float:
    """All boxes grow together where one text needs more lines than fit above its result."""
    told = {key for key, result in words.results.items() if result.delivery}
    most = max(len(_lines(node)) + (node.id in told) for node in layout.boxes)
    return _HEIGHT + 16 * max(0, most - _LINES)


def _left(column: int) -> float:
    return 2 + column * (_WIDTH + _GAP)


def _middle(layout: Layout, centre: float, tall: float) -> float:
    return _HEAD - 12 + (layout.height / 2 + centre) * (tall + _BETWEEN)


def _ports(layout: Layout, tall: float, *, outgoing: bool) -> _Ends:
    """Where each forward link touches its box: spread down the side, in the order of the far ends."""
    boxes = {node.id: node for node in layout.boxes}
    ends: dict[int, Point] = {}
    for node in layout.boxes:
        mine = [
            r for r in layout.routes if r.forward and (r.from_ if outgoing else r.to) == node.id
        ]
        mine.sort(key=lambda r: _far_end(r, boxes[r.to if outgoing else r.from_].centre, outgoing))
        x = _left(node.column) + (_WIDTH if outgoing else 0.0)
        pitch = min(18.0, (tall - 20) / max(len(mine) - 1, 1))
        top = _middle(layout, node.centre, tall) - pitch * (len(mine) - 1) / 2
        ends.update({route.number: (x, top + pitch * i) for i, route in enumerate(mine)})
    return ends


def _far_end(route: Route, centre: float, outgoing: bool) -> float:
    return (route.via[0] if outgoing else route.via[-1])[1] if route.via else centre


def _curves(
    layout: Layout, route: Route, tall: float, leaving: _Ends, arriving: _Ends
) -> tuple[_Curve, ...]:
    """One curve for each gap that the link crosses; between them it runs straight."""
    points = [leaving[route.number]]
    for column, centre in route.via:
        y = _middle(layout, centre, tall)
        points += [(_left(column), y), (_left(column) + _WIDTH, y)]
    points.append(arriving[route.number])
    return tuple(zip(points[::2], points[1::2], strict=True))


def _link(root: Element, parts: Sequence[_Curve], state: LinkState) -> None:
    moves = [f"M{point_text(parts[0][0])}"]
    for index, (begin, end) in enumerate(parts):
        moves.append(f"L{point_text(begin)}" if index else "")
        stop = (end[0] - 8, end[1]) if index == len(parts) - 1 else end
        moves.append(_bend(begin, stop))
    add(root, "path", f"f-link f-link-{state}", d="".join(moves))
    arrow_head(root, parts[-1][1], state)


def _bend(begin: Point, end: Point) -> str:
    reach = (end[0] - begin[0]) * 0.5
    controls = ((begin[0] + reach, begin[1]), (end[0] - reach, end[1]))
    return f"C{point_text(controls[0])} {point_text(controls[1])} {point_text(end)}"


def _number_places(
    curves: Mapping[int, tuple[_Curve, ...]], fixed: Mapping[int, Point]
) -> Mapping[int, Point]:
    """Put each number on its own link, where it is furthest from the numbers already placed."""
    placed = dict(fixed)
    for number, parts in curves.items():
        stops = [_on_curve(begin, end, share) for begin, end in parts for share in _STOPS]
        placed[number] = max(stops, key=lambda stop: min(_distance(stop, placed), 25.0))
    return placed


def _distance(stop: Point, placed: Mapping[int, Point]) -> float:
    return min(
        (((stop[0] - x) ** 2 + (stop[1] - y) ** 2) ** 0.5 for x, y in placed.values()), default=99.0
    )


def _on_curve(begin: Point, end: Point, share: float) -> Point:
    """A point of the curve that ``_bend`` draws."""
    back = 1 - share
    weights = (back**3, 3 * back**2 * share, 3 * back * share**2, share**3)
    middle = (begin[0] + end[0]) / 2
    x = sum(w * v for w, v in zip(weights, (begin[0], middle, middle, end[0]), strict=True))
    return x, begin[1] + (end[1] - begin[1]) * (weights[2] + weights[3])
