"""A table of outcomes in words: how much is known, hidden and missing, and what it adds up to."""

from typing import Any

import numpy as np

from evalkit.data.grid import OutcomeGrid
from evalkit.data.totals import Misfit, PrintedTotal
from evalkit.types.weighted import unit_of

_SHOWN = 3
_EXACT = 6  # decimals: sums of weights in hundredths are off by less


def span(low: float, high: float) -> str:
    """A number or its bounds: ``12``, ``12 to 18``, ``12 or more``.

    >>> span(1200, 1200), span(1, 7), span(3, float("inf"))
    ('1,200', '1 to 7', '3 or more')
    """
    if np.isinf(high):
        return f"{_number(low)} or more"
    return _number(low) if low == high else f"{_number(low)} to {_number(high)}"


def totals_of(grid: OutcomeGrid) -> list[tuple[str, str]]:
    """Each outcome and its sum over all units and periods, missing cells left out and said so."""
    rows = []
    for k, name in enumerate(grid.outcomes):
        low, high = grid.low[:, :, k], grid.high[:, :, k]
        words = f"{span(float(np.nansum(low)), float(np.nansum(high)))} {unit_of(name)}"
        missing = int(np.isnan(low).sum())
        rows.append((name, words + (f" without {missing:,} missing cells" if missing else "")))
    return rows


def cells_in_words(grid: OutcomeGrid) -> str:
    """``648 cells: 420 known (12 of them 0), 228 suppressed (1 to 7), 0 missing``."""
    known, hidden, zero = grid.known, grid.suppressed, int((grid.high == 0).sum())
    words = f"{known.size:,}: {int(known.sum()):,} known ({zero:,} of them 0)"
    words += f", {int(hidden.sum()):,} suppressed"
    if hidden.any():
        pairs = np.unique(np.column_stack([grid.low[hidden], grid.high[hidden]]), axis=0)
        shown = ", ".join(span(*pair) for pair in pairs[:_SHOWN])
        words += f" ({shown}{' and others' if len(pairs) > _SHOWN else ''})"
    return words + f", {int(grid.missing.sum()):,} missing"


def missing_in_words(grid: OutcomeGrid) -> str:
    """The first cells of which nothing is known, and how many more there are."""
    where = np.argwhere(grid.missing)
    several = len(grid.outcomes) > 1
    shown = [
        f"{grid.areas[i]} {grid.periods[t]}" + (f" {grid.outcomes[k]}" if several else "")
        for i, t, k in where[:_SHOWN]
    ]
    more = f" and {len(where) - _SHOWN:,} more" if len(where) > _SHOWN else ""
    return ", ".join(shown) + more


def total_in_words(total: PrintedTotal) -> str:
    """Whether a printed total fits the sum of its parts, and the worst case where it does not."""
    if not total.parts:
        return (
            f"{total.unit} is left out as a sum of others; its parts are not named, so it was not "
            "checked (name them in the mapping under totals)"
        )
    head = f"{total.unit} is left out as the sum of {total.parts:,} units"
    if not total.misfits:
        return f"{head} and fits them in all {total.checked:,} cells, bounds included"
    worst = max(total.misfits, key=lambda one: abs(one.difference))
    return (
        f"{head} but does NOT fit them in {len(total.misfits):,} of {total.checked:,} cells; at worst "
        f"{worst.period}: {_misfit(worst)}"
    )


def plain_grid(grid: OutcomeGrid) -> dict[str, Any]:
    """What the words say, as plain values."""
    missing = np.argwhere(grid.missing)
    return {
        "units": list(grid.areas),
        "unit_names": list(grid.area_names),
        "periods": list(grid.periods),
        "outcomes": [
            {
                "name": name,
                "unit": unit_of(name),
                "low": float(np.nansum(grid.low[:, :, k])),
                "high": float(np.nansum(grid.high[:, :, k])),
            }
            for k, name in enumerate(grid.outcomes)
        ],
        "cells": {
            "known": int(grid.known.sum()),
            "zero": int((grid.high == 0).sum()),
            "suppressed": int(grid.suppressed.sum()),
            "missing": int(grid.missing.sum()),
        },
        "missing": [
            {"unit": grid.areas[i], "period": grid.periods[t], "outcome": grid.outcomes[k]}
            for i, t, k in missing[:1_000]
        ],
        "population": grid.population is not None,
    }


def _misfit(one: Misfit) -> str:
    too = "too many" if one.difference > 0 else "too few"
    parts = f"its parts sum to {span(*one.parts)}"
    return f"printed {span(*one.printed)}, {parts}: {_number(abs(one.difference))} {too}"


def _number(value: float) -> str:
    rounded = round(float(value), _EXACT)
    return f"{rounded:,.0f}" if rounded.is_integer() else f"{rounded:,.1f}"
