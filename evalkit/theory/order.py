"""In which order elements stand in their columns, so that few links cross."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from zlib import crc32

HIDDEN_HEIGHT = 0.4
"""Room that a link takes while it passes a column, as a share of a box with its gap."""
_SWEEPS = 12
_STARTS = 16

Order = list[list[str]]
Edge = tuple[str, str]


def count_crossings(order: Sequence[Sequence[str]], edges: Sequence[Edge]) -> int:
    """How many pairs of links between neighbouring columns cross in this order."""
    place = {node: (index, rank) for index, c in enumerate(order) for rank, node in enumerate(c)}
    return sum(
        place[a][0] == place[c][0] and (place[a][1] - place[c][1]) * (place[b][1] - place[d][1]) < 0
        for (a, b), (c, d) in combinations(edges, 2)
    )


def best_order(start: Order, edges: Sequence[Edge]) -> Order:
    """The order with the fewest crossings that was found from here and from other beginnings.

    Always the same one: the other beginnings are shuffled by the elements' names.
    """
    best, fewest = _improved(start, edges)
    for number in range(_STARTS):
        if not fewest:
            break
        order, crossings = _improved(_shuffled(start, number), edges)
        if crossings < fewest:
            best, fewest = order, crossings
    return best


def _shuffled(start: Order, number: int) -> Order:
    return [sorted(column, key=lambda node: crc32(f"{number} {node}".encode())) for column in start]


def _improved(start: Order, edges: Sequence[Edge]) -> tuple[Order, int]:
    """Sweep forwards and backwards by barycentre, swap neighbours, keep the first best."""
    best = current = _swapped(start, edges)
    fewest = count_crossings(best, edges)
    for sweep in range(_SWEEPS):
        current = _swapped(_swept(current, edges, forward=sweep % 2 == 0), edges)
        crossings = count_crossings(current, edges)
        if crossings < fewest:
            best, fewest = current, crossings
    return best, fewest


def _swept(order: Order, edges: Sequence[Edge], *, forward: bool) -> Order:
    neighbours: dict[str, list[str]] = {}
    for a, b in edges:
        neighbours.setdefault(b if forward else a, []).append(a if forward else b)
    result = [list(column) for column in order]
    for index in range(len(result)) if forward else reversed(range(len(result))):
        place = {node: centre for column in result for node, centre in centres_of(column)}
        result[index].sort(key=lambda node: _barycentre(node, neighbours, place))
    return result


def _barycentre(
    node: str, neighbours: Mapping[str, Sequence[str]], place: Mapping[str, float]
) -> float:
    nearby = neighbours.get(node)
    return sum(place[n] for n in nearby) / len(nearby) if nearby else place[node]


def _swapped(order: Order, edges: Sequence[Edge]) -> Order:
    """Exchange neighbours wherever that alone removes crossings."""
    best = [list(column) for column in order]
    place = {node: rank for column in best for rank, node in enumerate(column)}
    after: dict[str, list[str]] = {node: [] for node in place}
    before: dict[str, list[str]] = {node: [] for node in place}
    for a, b in edges:
        after[a].append(b)
        before[b].append(a)
    for column in best:
        for rank in range(len(column) - 1):
            upper, lower = column[rank : rank + 2]
            if sum(_gain(side[upper], side[lower], place) for side in (before, after)) > 0:
                column[rank : rank + 2] = lower, upper
                place[lower], place[upper] = rank, rank + 1
    return best


def _gain(upper: Sequence[str], lower: Sequence[str], place: Mapping[str, int]) -> int:
    """How many crossings fewer two neighbours have, on one side, once they are exchanged."""
    pairs = [(place[a], place[b]) for a in upper for b in lower]
    return sum(a > b for a, b in pairs) - sum(a < b for a, b in pairs)


def height(node: str) -> float:
    """Room that an element, or a link on its way, takes in its column."""
    return HIDDEN_HEIGHT if node.startswith("\0") else 1.0


def centres_of(column: Sequence[str]) -> Iterator[tuple[str, float]]:
    """Where the nodes of a column stand, from its middle, in box heights."""
    top = -sum(map(height, column)) / 2
    for node in column:
        yield node, top + height(node) / 2
        top += height(node)
