"""What is simulated, cell by cell, and what was found there."""

from dataclasses import dataclass, replace

from benchmarks.calibration.worlds import World

DESIGNS = (
    (5, 1), (5, 2), (5, 3),
    (8, 1), (8, 2), (8, 3), (8, 4),
    (12, 1), (12, 2), (12, 3), (12, 6),
    (43, 1), (43, 2), (43, 3), (43, 21),
)  # fmt: skip
"""Areas, and how many of them are treated."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """One thing that differs from the first of them.

    ``held`` is whether the bound holds for it: whether chance decides who is treated.
    """

    title: str
    world: World
    held: bool = True


BASE = World(areas=0, treated=0)
VARIANTS = (
    Variant(title="Normal outcomes, equal spread, autocorrelation 0.5", world=BASE),
    Variant(title="The same, autocorrelation 0", world=replace(BASE, rho=0.0)),
    Variant(title="The same, autocorrelation 0.8", world=replace(BASE, rho=0.8)),
    Variant(title="The same, areas of unequal spread", world=replace(BASE, spread="unequal")),
    Variant(
        title="The same, the treated areas the most variable ones",
        world=replace(BASE, spread="treated most"),
        held=False,
    ),
    Variant(title="Overdispersed counts", world=replace(BASE, outcome="counts")),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """What was found for one design in one variant.

    Attributes
    ----------
    world : World
    attainable_level : float
        Of permutation.
    size, power : dict of float or None
        Share of draws that reject, by method, without and with an effect; None where there is no answer.
    picked : dict of float
        Share of draws in which each method was chosen.
    again : tuple of str
        Methods whose size is from ten times as many draws.
    """

    world: World
    attainable_level: float
    size: dict[str, float | None]
    power: dict[str, float | None]
    picked: dict[str, float]
    again: tuple[str, ...] = ()
