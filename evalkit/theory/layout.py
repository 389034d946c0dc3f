"""Where the boxes and links of a theory of change go, in columns; no drawing."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise

from evalkit.types.theory import ElementKind, Link, TheoryOfChange

_LAYERS: tuple[tuple[ElementKind, ...], ...] = (
    ("need", "context", "input"),
    ("activity",),
    ("output",),
    ("outcome",),
    ("impact",),
)
_PLURALS: Mapping[ElementKind, str] = {
    "need": "needs",
    "context": "context",
    "input": "inputs",
    "activity": "activities",
    "output": "outputs",
    "outcome": "outcomes",
    "impact": "impact",
}
HIDDEN_HEIGHT = 0.4
"""Room that a link takes while it passes a column, as a share of a box with its gap."""
_SWEEPS = 12

_Order = list[list[str]]
_Edge = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """One element: its column, its place from the top, its centre in box heights from the middle."""

    id: str
    kind: ElementKind
    text: str
    column: int
    place: int
    centre: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One link: its number in the list of links, and the columns that it passes on its way.

    Attributes
    ----------
    via : tuple of (int, float)
        Column and centre of each hidden point, from ``from_`` to ``to``.
    forward : bool
        False for a link that goes back or stays in its column, which then has no hidden points.
    """

    number: int
    from_: str
    to: str
    via: tuple[tuple[int, float], ...]
    forward: bool
    feedback: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """A whole theory of change, placed.

    Attributes
    ----------
    columns : tuple of str
        The name of each column that occurs, left to right.
    height : float
        Of the tallest column, in box heights.
    crossings : int
        How often two links cross between neighbouring columns.
    """

    columns: tuple[str, ...]
    boxes: tuple[Box, ...]
    routes: tuple[Route, ...]
    height: float
    crossings: int


def layout(theory: TheoryOfChange) -> Layout:
    """Place every element so that few links cross; the same theory always gives the same picture."""
    column_of, columns = _columns(theory)
    chains = [_chain(number, link, column_of) for number, link in enumerate(theory.links, 1)]
    start = _starting_order(column_of, chains, len(columns))
    edges = [edge for chain in chains for edge in pairwise(chain)]
    order = _best_order(start, edges)
    centres = {node: centre for column in order for node, centre in _centres(column)}
    return Layout(
        columns=columns,
        boxes=tuple(_boxes(theory, order, centres)),
        routes=tuple(
            _route(number, link, chain, centres, column_of)
            for number, (link, chain) in enumerate(zip(theory.links, chains, strict=True), 1)
        ),
        height=max(sum(map(_height, column)) for column in order),
        crossings=count_crossings(order, edges),
    )


def count_crossings(order: Sequence[Sequence[str]], edges: Sequence[_Edge]) -> int:
    """How many pairs of links between neighbouring columns cross in this order."""
    place = {node: (index, rank) for index, c in enumerate(order) for rank, node in enumerate(c)}
    return sum(
        place[a][0] == place[c][0] and (place[a][1] - place[c][1]) * (place[b][1] - place[d][1]) < 0
        for (a, b), (c, d) in combinations(edges, 2)
    )


def _columns(theory: TheoryOfChange) -> tuple[dict[str, int], tuple[str, ...]]:
    kinds = {element.kind for element in theory.elements.values()}
    present = [layer for layer in _LAYERS if kinds & set(layer)]
    index = {kind: number for number, layer in enumerate(present) for kind in layer}
    names = tuple(_name([kind for kind in layer if kind in kinds]) for layer in present)
    return {key: index[element.kind] for key, element in theory.elements.items()}, names


def _name(kinds: Sequence[ElementKind]) -> str:
    words = [_PLURALS[kind] for kind in kinds]
    text = words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
    return text.capitalize()


def _chain(number: int, link: Link, column_of: Mapping[str, int]) -> list[str]:
    """The nodes that a link visits, one a column; empty where it must not pull on the order."""
    first, last = column_of[link.from_], column_of[link.to]
    if link.feedback or last <= first:
        return []
    return [link.from_, *(f"\0{number}\0{c}" for c in range(first + 1, last)), link.to]


def _starting_order(
    column_of: Mapping[str, int], chains: Sequence[Sequence[str]], count: int
) -> _Order:
    order: _Order = [[] for _ in range(count)]
    for node, column in column_of.items():
        order[column].append(node)
    for chain in chains:
        for node in chain[1:-1]:
            order[int(node.rsplit("\0", 1)[1])].append(node)
    return order


def _best_order(start: _Order, edges: Sequence[_Edge]) -> _Order:
    """Sweep forwards and backwards by barycentre, swap neighbours, keep the first best."""
    best = current = _swapped(start, edges)
    fewest = count_crossings(best, edges)
    for sweep in range(_SWEEPS):
        current = _swapped(_swept(current, edges, forward=sweep % 2 == 0), edges)
        crossings = count_crossings(current, edges)
        if crossings < fewest:
            best, fewest = current, crossings
    return best


def _swept(order: _Order, edges: Sequence[_Edge], *, forward: bool) -> _Order:
    neighbours: dict[str, list[str]] = {}
    for a, b in edges:
        neighbours.setdefault(b if forward else a, []).append(a if forward else b)
    result = [list(column) for column in order]
    for index in range(len(result)) if forward else reversed(range(len(result))):
        place = {node: centre for column in result for node, centre in _centres(column)}
        result[index].sort(key=lambda node: _barycentre(node, neighbours, place))
    return result


def _barycentre(
    node: str, neighbours: Mapping[str, Sequence[str]], place: Mapping[str, float]
) -> float:
    nearby = neighbours.get(node)
    return sum(place[n] for n in nearby) / len(nearby) if nearby else place[node]


def _swapped(order: _Order, edges: Sequence[_Edge]) -> _Order:
    """Exchange neighbours wherever that alone removes crossings."""
    best, fewest = order, count_crossings(order, edges)
    for index, column in enumerate(order):
        for rank in range(len(column) - 1):
            trial = [list(c) for c in best]
            trial[index][rank : rank + 2] = reversed(trial[index][rank : rank + 2])
            crossings = count_crossings(trial, edges)
            if crossings < fewest:
                best, fewest = trial, crossings
    return best


def _height(node: str) -> float:
    return HIDDEN_HEIGHT if node.startswith("\0") else 1.0


def _centres(column: Sequence[str]) -> Iterator[tuple[str, float]]:
    top = -sum(map(_height, column)) / 2
    for node in column:
        yield node, top + _height(node) / 2
        top += _height(node)


def _boxes(theory: TheoryOfChange, order: _Order, centres: Mapping[str, float]) -> Iterator[Box]:
    for index, column in enumerate(order):
        real = [node for node in column if node in theory.elements]
        for place, node in enumerate(real):
            element = theory.elements[node]
            yield Box(
                id=node,
                kind=element.kind,
                text=element.text,
                column=index,
                place=place,
                centre=centres[node],
            )


def _route(
    number: int,
    link: Link,
    chain: Sequence[str],
    centres: Mapping[str, float],
    column_of: Mapping[str, int],
) -> Route:
    first = column_of[link.from_]
    return Route(
        number=number,
        from_=link.from_,
        to=link.to,
        via=tuple((first + step, centres[node]) for step, node in enumerate(chain[1:-1], 1)),
        forward=column_of[link.to] > first,
        feedback=link.feedback,
    )
