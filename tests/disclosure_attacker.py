"""An attacker who knows only printed tables and the rule, by another route than the package's.

Tables are plain rows of text here; every printed cell is a variable, every table says that its totals add up,
and one integer program a cell and side gives its smallest and largest value. Nothing of the package is used.
"""

import math
from collections.abc import Mapping, Sequence

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

RULES: Mapping[
    str, tuple[int, int, int, int]
] = {  # lowest and highest hidden, rounded to, values to keep
    "hes-2018": (1, 7, 5, 3),
    "ons-ls": (0, 9, 1, 10),
    "uk-llc": (0, 9, 1, 10),
    "police-5": (0, 4, 5, 3),
}
Printed = Mapping[tuple[str, str], str]
"""By row and column, ``total`` for what is added up."""


def ranges(tables: Sequence[Printed], rule: str) -> dict[frozenset[str], tuple[float, float]]:
    """For every cell printed as ``*`` in any of the tables: what it can be, all tables taken together."""
    low, high, base, _ = RULES[rule]
    cells = sorted({_name(place) for table in tables for place in table}, key=sorted)
    at = {cell: n for n, cell in enumerate(cells)}
    lower, upper = np.zeros(len(cells)), np.full(len(cells), np.inf)
    for table in tables:
        for place, text in table.items():
            n = at[_name(place)]
            if text == "*":
                lower[n], upper[n] = max(lower[n], low), min(upper[n], high)
            elif text == "[c]":
                lower[n] = max(lower[n], high + 1)
            elif text != "[x]":
                value, half = int(text), base // 2 if int(text) else 0
                known = max(value - half, high + 1 if half else 0), value + half
                lower[n], upper[n] = max(lower[n], known[0]), min(upper[n], known[1])
    sums = [row for table in tables for row in _sums(table, at)]
    within = LinearConstraint(np.array(sums), 0, 0) if sums else ()
    hidden = {_name(p) for table in tables for p, text in table.items() if text == "*"}
    found = {}
    for cell in sorted(hidden, key=sorted):
        ends = []
        for sign in (1, -1):
            aim = np.zeros(len(cells))
            aim[at[cell]] = sign
            best = milp(
                aim,
                constraints=within,
                bounds=Bounds(lower, upper),
                integrality=np.ones(len(cells)),
            )
            assert best.status == 0, best.message
            ends.append(round(sign * best.fun))
        found[cell] = (ends[0], ends[1])
    return found


def too_tight(tables: Sequence[Printed], rule: str) -> list[frozenset[str]]:
    """The hidden cells that can be bounded more tightly than the rule allows."""
    keep = RULES[rule][3]
    return [cell for cell, (low, high) in ranges(tables, rule).items() if high - low + 1 < keep]


def _name(place: tuple[str, str]) -> frozenset[str]:
    return frozenset(place) - {"total"}


def _sums(table: Printed, at: Mapping[frozenset[str], int]) -> list[np.ndarray]:
    rows = []
    for axis in (0, 1):
        for place in table:
            if place[axis] != "total":
                continue
            parts = [p for p in table if p[1 - axis] == place[1 - axis] and p[axis] != "total"]
            if parts:
                row = np.zeros(len(at))
                row[at[_name(place)]] = -1
                for part in parts:
                    row[at[_name(part)]] = 1
                rows.append(row)
    return rows


def by_counting(counts: Sequence[int], total: int, low: int, high: int) -> tuple[float, float]:
    """Range of the first of several hidden cells that add up to ``total``."""
    others = len(counts) - 1
    fits = [x for x in range(low, high + 1) if low * others <= total - x <= high * others]
    return (min(fits), max(fits)) if fits else (math.inf, -math.inf)
