"""Where the boxes and links of a theory of change go, in columns; no drawing."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from evalkit.theory.order import Order, best_order, centres_of, count_crossings, height
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
    order = best_order(start, edges)
    centres = {node: centre for column in order for node, centre in centres_of(column)}
    return Layout(
        columns=columns,
        boxes=tuple(_boxes(theory, order, centres)),
        routes=tuple(
            _route(number, link, chain, centres, column_of)
            for number, (link, chain) in enumerate(zip(theory.links, chains, strict=True), 1)
        ),
        height=max(sum(map(height, column)) for column in order),
        crossings=count_crossings(order, edges),
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
) -> Order:
    order: Order = [[] for _ in range(count)]
    for node, column in column_of.items():
        order[column].append(node)
    for chain in chains:
        for node in chain[1:-1]:
            order[int(node.rsplit("\0", 1)[1])].append(node)
    return order


def _boxes(theory: TheoryOfChange, order: Order, centres: Mapping[str, float]) -> Iterator[Box]:
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
