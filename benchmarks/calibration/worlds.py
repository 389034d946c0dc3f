"""Simulated areas in which nothing happened, or one known thing."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from evalkit.data.simulate.process import latent, scatter

Floats = npt.NDArray[np.float64]
PERIODS, START = 24, 12
EFFECT, RATIO = 1.0, 0.75
"""What happened where something did: one standard deviation of a month, or a quarter fewer incidents."""
WIDEST = 3.0
SMALLEST, LARGEST = 15.0, 150.0
DISPERSION, WANDER = 2.0, 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """A design and how outcomes come about in it.

    Attributes
    ----------
    areas, treated : int
    rho : float
        Autocorrelation from month to month.
    spread : str
        ``"equal"``; ``"unequal"``: from 1 to 3 times, evenly on the log scale, and chance decides which areas
        are treated; ``"treated most"``: the same, the treated ones the most variable.
    outcome : str
        ``"gaussian"``; ``"counts"``: 15 to 150 incidents a month, variance twice the mean, around a wandering
        rate of each area's own; chance decides which are treated.
    """

    areas: int
    treated: int
    rho: float = 0.5
    spread: Literal["equal", "unequal", "treated most"] = "equal"
    outcome: Literal["gaussian", "counts"] = "gaussian"

    @property
    def is_treated(self) -> npt.NDArray[np.bool_]:
        """Array of bool, N: the first areas, since what the others are is drawn."""
        return np.arange(self.areas) < self.treated

    def rng(self, seed: int) -> np.random.Generator:
        """Random numbers of this world alone, whatever else is run."""
        named = f"{self.areas} {self.treated} {self.rho} {self.spread} {self.outcome}"
        return np.random.default_rng([seed, *named.encode()])


def outcomes(world: World, draws: int, *, seed: int) -> Floats:
    """Array, draws x N x T: without any effect."""
    rng, shape = world.rng(seed), (draws, world.areas, PERIODS)
    shocks = rng.standard_normal(shape)
    for t in range(1, PERIODS):
        shocks[:, :, t] = world.rho * shocks[:, :, t - 1] + shocks[:, :, t] * np.sqrt(
            1 - world.rho**2
        )
    if world.spread == "equal":
        return shocks
    spreads = np.tile(np.geomspace(WIDEST, 1.0, world.areas), (draws, 1))
    if world.spread == "unequal":
        spreads = rng.permuted(spreads, axis=1)
    return shocks * spreads[:, :, None]


def counts(world: World, draws: int, *, ratio: float, seed: int) -> tuple[Floats, Floats]:
    """Incidents (draws x N x T), ``ratio`` times as many where treated, and sizes of areas (draws x N)."""
    rng = world.rng(seed)
    sizes = rng.permuted(np.tile(np.geomspace(SMALLEST, LARGEST, world.areas), (draws, 1)), axis=1)
    moved = latent(rng, (draws * world.areas, PERIODS), rho=world.rho, sd=WANDER)
    mean = sizes[:, :, None] * moved.reshape(draws, world.areas, PERIODS)
    mean[:, world.is_treated, START:] *= ratio
    return scatter(rng, mean, DISPERSION), sizes
