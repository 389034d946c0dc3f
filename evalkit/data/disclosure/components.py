"""Which unknown numbers are tied together by what is published."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from evalkit.data.disclosure.statement import Cell, Statement


@dataclass(frozen=True, slots=True)
class Component:
    """Unknown numbers that are tied together, and what ties them.

    Attributes
    ----------
    cells : tuple of Cell
    low, high : tuple of float
        What is said of each cell alone.
    links : tuple of Statement
        About several cells; terms of known cells are left out and stand in ``shift``.
    shift : tuple of float
        What the known cells of each link add up to.
    """

    cells: tuple[Cell, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    links: tuple[Statement, ...]
    shift: tuple[float, ...]

    def key(self) -> tuple[object, ...]:
        """The same for components that ask the same question, whatever their cells are called."""
        at = {cell: n for n, cell in enumerate(self.cells)}
        rows = (
            (tuple((at[c], f) for c, f in one.terms if c in at), one.low - known, one.high - known)
            for one, known in zip(self.links, self.shift, strict=True)
        )
        return (self.low, self.high, tuple(rows))


def components(statements: Iterable[Statement], targets: set[Cell]) -> list[Component]:
    """The groups of unknown cells that hold a target, after what is known has been put in."""
    low: dict[Cell, float] = {}
    high: dict[Cell, float] = {}
    links = []
    for one in statements:
        if len(one.terms) == 1:
            cell = one.terms[0][0]
            low[cell] = max(low.get(cell, 0.0), one.low)
            high[cell] = min(high.get(cell, math.inf), one.high)
        else:
            links.append(one)
            for cell, _ in one.terms:
                low.setdefault(cell, 0.0)
                high.setdefault(cell, math.inf)
    known = {cell: low[cell] for cell in low if low[cell] == high[cell] and cell not in targets}
    tied = _tied(links, known, targets)
    of_group: dict[Cell, list[Statement]] = {}
    for one in links:
        free = next((cell for cell, _ in one.terms if cell not in known), None)
        if free is not None:
            of_group.setdefault(_root(tied, free), []).append(one)
    members: dict[Cell, list[Cell]] = {}
    for cell in tied:
        members.setdefault(_root(tied, cell), []).append(cell)
    return [
        _component(cells, of_group.get(root, []), low, high, known)
        for root, cells in members.items()
        if not targets.isdisjoint(cells)
    ]


def _tied(links: list[Statement], known: dict[Cell, float], targets: set[Cell]) -> dict[Cell, Cell]:
    """A forest over the unknown cells: those in one tree are tied together."""
    parent = {cell: cell for cell in targets}
    for one in links:
        free = [cell for cell, _ in one.terms if cell not in known]
        for cell in free:
            parent.setdefault(cell, cell)
        for cell in free[1:]:
            left, right = _root(parent, free[0]), _root(parent, cell)
            if left is not right:
                parent[right] = left
    return parent


def _root(parent: dict[Cell, Cell], cell: Cell) -> Cell:
    while parent[cell] is not cell:
        parent[cell] = parent[parent[cell]]
        cell = parent[cell]
    return cell


def _component(
    cells: list[Cell],
    links: list[Statement],
    low: dict[Cell, float],
    high: dict[Cell, float],
    known: dict[Cell, float],
) -> Component:
    ordered = sorted(cells, key=lambda cell: (cell.outcome, sorted(cell.labels), cell.edition))
    shift = (sum(factor * known.get(cell, 0.0) for cell, factor in one.terms) for one in links)
    return Component(
        tuple(ordered),
        tuple(low.get(cell, 0.0) for cell in ordered),
        tuple(high.get(cell, math.inf) for cell in ordered),
        tuple(links),
        tuple(shift),
    )
