"""Power against length and number of treated areas: what the chart shows."""

from collections.abc import Callable, Iterable

import numpy as np
import numpy.typing as npt

from evalkit.data import periods as calendar
from evalkit.power.answer import chance_of, quantile
from evalkit.power.asked import Asked
from evalkit.power.sizes import Sizes
from evalkit.types.power import Power, PowerGrid, PowerPoint

Floats = npt.NDArray[np.float64]

STEPS = 8
"""Lengths on the chart, besides the planned one."""


def lengths(start: str, planned: int) -> tuple[int, ...]:
    """Half-years (or quarters, or years) up to one and a half times the planned length, that one included."""
    per_year = calendar.per_year(start)
    step = {12: 6, 4: 2, 1: 1}[per_year]
    while step * STEPS < 1.5 * planned:
        step *= 2
    every = range(step, max(int(1.5 * planned), 4 * step) + 1, step)
    return tuple(sorted({*every, planned}))


def grid(
    found: Power,
    designs: Iterable[tuple[int, int]],
    simulate: Callable[[int, int], Floats | None],
    sizes: Sizes,
    asked: Asked,
) -> PowerGrid | None:
    """Power of the planned smallest change, or of the smallest detectable one, in each design.

    Parameters
    ----------
    designs : iterable of (int, int)
        Treated areas and periods after the start.
    simulate : callable
        From these two: sizes as of ``Answer``, None where that design has no answer.

    Returns
    -------
    PowerGrid or None
        None where there is neither a planned nor a detectable size.
    """
    size = found.minimum or found.smallest
    if size is None:
        return None
    points = []
    for n_treated, n_after in designs:
        drawn = simulate(n_treated, n_after)
        told = Sizes(
            scale=sizes.scale,
            better=sizes.better,
            baseline=sizes.baseline,
            n_treated=n_treated,
            n_after=n_after,
        )
        smallest = None if drawn is None else quantile(np.sort(drawn), asked.power)
        usable = smallest is not None and not told.beyond_use(smallest)
        points.append(
            PowerPoint(
                n_after=n_after,
                n_treated=n_treated,
                power=None if drawn is None else chance_of(drawn, size.effect),
                smallest=told.told(smallest) if usable and smallest is not None else None,
            )
        )
    return PowerGrid(size=size, is_minimum=found.minimum is not None, points=tuple(points))
