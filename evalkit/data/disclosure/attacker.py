"""What somebody can work out who knows every number that is published, and the rule."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from evalkit.data.disclosure.statement import Cell, Statement

CLOSE = 1e-6
"""Whole numbers come out of the solver up to this."""
_INFEASIBLE, _UNBOUNDED = 2, (3, 4)


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


class Attacker:
    """Bounds of the cells of one component, exact by integer programming; every solution found is kept."""

    def __init__(self, component: Component) -> None:
        self._of = component
        at = {cell: n for n, cell in enumerate(component.cells)}
        rows, columns, factors = [], [], []
        for n, one in enumerate(component.links):
            for cell, factor in one.terms:
                if cell in at:
                    rows.append(n)
                    columns.append(at[cell])
                    factors.append(factor)
        shape = (len(component.links), len(component.cells))
        matrix = csr_array((factors, (rows, columns)), shape=shape)
        shift = np.array(component.shift)
        low = np.array([one.low for one in component.links]) - shift
        high = np.array([one.high for one in component.links]) - shift
        self._within = LinearConstraint(matrix, low - CLOSE, high + CLOSE)
        self._bounds = Bounds(
            np.ceil(np.array(component.low) - CLOSE), np.floor(np.array(component.high) + CLOSE)
        )
        self._seen: list[np.ndarray] = []
        self.solved = 0

    def feasible(self) -> bool:
        """Whether any whole numbers fit everything that is said."""
        return bool(self._seen) or self._solve(np.zeros(len(self._of.cells))) is not None

    def look(self, cells: Sequence[int]) -> None:
        """Find a large and a small solution for many cells at once, to have most of the answers."""
        aim = np.zeros(len(self._of.cells))
        aim[list(cells)] = 1.0
        for sign in (-1.0, 1.0):
            self._solve(sign * aim)

    def seen(self, cell: int) -> tuple[float, float]:
        """The smallest and largest value that a solution so far gave to a cell."""
        values = [solution[cell] for solution in self._seen]
        return (min(values), max(values)) if values else (math.inf, -math.inf)

    def bounds(self, cell: int, *, enough: float = math.inf) -> tuple[float, float]:
        """The smallest and largest value of a cell; the search ends where ``enough`` are known to fit."""
        for sign in (1.0, -1.0):
            low, high = self.seen(cell)
            if high - low + 1 >= enough:
                return low, high
            aim = np.zeros(len(self._of.cells))
            aim[cell] = sign
            if self._solve(aim) is None:
                return self._open_ended(cell, sign)
        return self.seen(cell)

    def _open_ended(self, cell: int, sign: float) -> tuple[float, float]:
        low, high = self.seen(cell)
        return (low, math.inf) if sign < 0 else (self._of.low[cell], high)

    def _solve(self, aim: np.ndarray) -> np.ndarray | None:
        """A solution that makes ``aim`` smallest; None where there is none or no end to it."""
        self.solved += 1
        found = milp(
            aim, constraints=self._within, bounds=self._bounds, integrality=np.ones_like(aim)
        )
        if found.status == 0 and found.x is not None:
            self._seen.append(np.round(found.x))
            return self._seen[-1]
        if found.status == _INFEASIBLE or found.status in _UNBOUNDED:
            return None
        raise ArithmeticError(f"the solver gave up: {found.message}")


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
