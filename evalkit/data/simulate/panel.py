"""Simulated panels and series: one row an area and month, and what is true of them."""

from collections.abc import Sequence

import numpy as np

from evalkit.data.grid import OutcomeGrid
from evalkit.data.simulate.places import Place
from evalkit.data.simulate.process import (
    Floats,
    gap_cells,
    latent,
    months_of,
    scatter,
    treated_cells,
    untreated,
)
from evalkit.types.simulation import Scenario, Truth

OUTCOME = "simulated events"


def simulate_panel(scenario: Scenario, places: Sequence[Place]) -> tuple[OutcomeGrid, Truth]:
    """Counts of one outcome for N areas and T months, and the truth behind them.

    Parameters
    ----------
    scenario : Scenario
    places : sequence of Place
        E.g. ``places.chosen(["Leicester", "Derby"], count=10)``.

    Raises
    ------
    DataError
        A setting that makes no sense, an area or month that is not simulated.
    """
    return _simulated(scenario, tuple(sorted(places, key=lambda place: place.code)), "panel")


def simulate_series(scenario: Scenario, place: Place) -> tuple[OutcomeGrid, Truth]:
    """As ``simulate_panel``, for one area."""
    return _simulated(scenario, (place,), "series")


def expected_difference(
    scenario: Scenario, without: Floats, cells: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]
) -> float:
    """Events more (negative: fewer) in ``cells`` because of the effect, expected."""
    return float((without * cells).sum() * scenario.effect)


def _simulated(
    scenario: Scenario, places: tuple[Place, ...], kind: str
) -> tuple[OutcomeGrid, Truth]:
    months, without = months_of(scenario), untreated(scenario, places)
    cells, missing = treated_cells(scenario, places), gap_cells(scenario, places)
    rng = np.random.Generator(np.random.PCG64(scenario.seed))
    moved = latent(rng, without.shape, rho=scenario.autocorrelation, sd=scenario.wander)
    mean = without * np.where(cells, 1 + scenario.effect, 1.0) * moved
    counts = scatter(rng, mean, scenario.dispersion)
    counts[missing] = np.nan
    population = np.array([[float(place.population)] * len(months) for place in places])
    grid = OutcomeGrid(
        areas=tuple(place.code for place in places),
        area_names=tuple(place.name for place in places),
        periods=months,
        outcomes=(OUTCOME,),
        low=counts[:, :, None],
        high=counts[:, :, None].copy(),
        population=population,
    )
    truth = Truth(
        kind="panel" if kind == "panel" else "series",
        scenario=scenario,
        outcome=OUTCOME,
        rate_ratio=1 + scenario.effect if cells.any() else 1.0,
        expected_difference=expected_difference(scenario, without, cells & ~missing),
    )
    return grid, truth
