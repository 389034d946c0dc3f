"""What somebody can work out who knows every number that is published, and the rule."""

import math
from collections.abc import Sequence

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from evalkit.data.disclosure.components import Component

CLOSE = 1e-6
"""Whole numbers come out of the solver up to this."""
_INFEASIBLE, _UNBOUNDED = 2, (3, 4)


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
