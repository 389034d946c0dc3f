"""From what each simulated design would just have shown to an answer."""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from evalkit.power.asked import Asked
from evalkit.power.sizes import Sizes
from evalkit.types.power import PowerAt, Size, WhatIf

Floats = npt.NDArray[np.float64]

CHANCES = tuple(n / 100 for n in range(5, 100, 5))
"""Of which the answer tells the sizes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the simulated designs say together; the fields are those of ``Power``."""

    smallest: Size | None
    why: str
    minimum_power: float | None
    false_alarms: float | None
    curve: tuple[PowerAt, ...]


def no_answer(why: str) -> Answer:
    """There is none, because of ``why``."""
    return Answer(smallest=None, why=why, minimum_power=None, false_alarms=None, curve=())


def answer(shown_from: Floats, sizes: Sizes, asked: Asked) -> Answer:
    """The smallest detectable change, the chance of showing the planned one, and the sizes between.

    Parameters
    ----------
    shown_from : array, 2 B
        The size from which each of B designs, and its mirror image, shows an effect.
    """
    ordered, power, minimum = np.sort(shown_from), asked.power, asked.minimum
    smallest = quantile(ordered, power)
    why = sizes.beyond_use(smallest)
    curve = tuple(
        PowerAt(size=sizes.told(effect), power=chance)
        for chance in CHANCES
        if (effect := quantile(ordered, chance)) > 0 and not sizes.beyond_use(effect)
    )
    return Answer(
        smallest=None if why else sizes.told(smallest),
        why=why,
        minimum_power=None if minimum is None else chance_of(shown_from, minimum),
        false_alarms=2 * chance_of(shown_from, 0.0),
        curve=curve,
    )


def what_if(what: str, shown_from: Floats, sizes: Sizes, power: float) -> WhatIf:
    """The same for a design that differs in one thing."""
    smallest = quantile(np.sort(shown_from), power)
    why = sizes.beyond_use(smallest)
    return WhatIf(what=what, smallest=None if why else sizes.told(smallest), why=why)


def quantile(ordered: Floats, share: float) -> float:
    """The size that ``share`` of the designs show."""
    return float(ordered[max(math.ceil(share * len(ordered)) - 1, 0)])


def chance_of(shown_from: Floats, effect: float) -> float:
    """Share of the designs that show an effect of this size."""
    return float(np.mean(shown_from <= effect))
