"""Counts weighted by a table: harm-days and the like, with what they rest on beside them.

A weighted sum is no count: its variance is ruled by the few heaviest offences. So the sum never goes without
the count of the same offences and without the part that the heaviest of them make up.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from evalkit.data.grid import Floats, OutcomeGrid
from evalkit.errors import DataError, Problem
from evalkit.types.weight_table import WeightTable
from evalkit.types.weighted import weighted_name, weights_of

_SHOWN = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """An amount of which at least bounds are known: two arrays, N x T, NaN where it is missing."""

    low: Floats
    high: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """Offences by area and period, weighted and added up.

    Attributes
    ----------
    grid : OutcomeGrid
        Of one outcome, whose name says the unit and the table; bounds are those of the counts, weighted.
    counted : Bounds
        The same offences as a plain count.
    heaviest : tuple of str
        The offences with the largest weight among those that there is one of, or may be.
    weight : float
        Of each of them, in the unit.
    heavy : Bounds
        How many of them; NaN where the sum is missing.
    without : Bounds
        The sum without them.
    offences : tuple of str
        All that are in the sum.
    """

    grid: OutcomeGrid
    counted: Bounds
    heaviest: tuple[str, ...]
    weight: float
    heavy: Bounds
    without: Bounds
    offences: tuple[str, ...]

    @property
    def weighted(self) -> Bounds:
        """The sum itself."""
        return Bounds(low=self.grid.low[:, :, 0], high=self.grid.high[:, :, 0])


def weigh(grid: OutcomeGrid, table: WeightTable, *, base: str = "offences") -> Weighed:
    """Weight every outcome of a grid and add them up.

    Suppressed cells keep their bounds, weighted; where one of the offences is missing, so is the sum.

    Parameters
    ----------
    grid : OutcomeGrid
        Each outcome an offence or category in the words of ``table``.
    base : str
        What is added up, e.g. the name of a measure.

    Raises
    ------
    DataError
        An outcome is weighted already, or the table has no weight for it.
    """
    refuse_unweighable(grid.outcomes, table)
    each = np.array([table.weights[name] for name in grid.outcomes])
    occurs = np.nansum(grid.high, axis=(0, 1)) > 0
    weight = float(each[occurs].max()) if occurs.any() else float(each.max())
    top = each == weight
    gone = np.where(np.isnan(grid.low).any(axis=2), np.nan, 0.0)
    return Weighed(
        grid=OutcomeGrid(
            areas=grid.areas,
            area_names=grid.area_names,
            periods=grid.periods,
            outcomes=(weighted_name(base, table.unit, table.name),),
            low=(grid.low * each).sum(axis=2, keepdims=True),
            high=(grid.high * each).sum(axis=2, keepdims=True),
            population=grid.population,
        ),
        counted=_sum(grid, np.ones_like(each), gone),
        heaviest=tuple(name for name, is_top in zip(grid.outcomes, top, strict=True) if is_top),
        weight=weight,
        heavy=_sum(grid, top.astype(np.float64), gone),
        without=_sum(grid, np.where(top, 0.0, each), gone),
        offences=grid.outcomes,
    )


def _sum(grid: OutcomeGrid, each: Floats, gone: Floats) -> Bounds:
    """Weighted by ``each``, offences of weight 0 left out; ``gone`` is NaN where nothing is known."""
    chosen = each > 0
    low, high = ((part[:, :, chosen] * each[chosen]).sum(axis=2) for part in (grid.low, grid.high))
    return Bounds(low=low + gone, high=high + gone)


def refuse_unweighable(offences: Sequence[str], table: WeightTable) -> None:
    """Refuse offences that are weighted already or have no weight.

    Raises
    ------
    DataError
    """
    for name in offences:
        if other := weights_of(name):
            raise DataError(
                Problem(
                    field=name,
                    found=f"weighted by {other} already, {table.name} again",
                    needed="counts of offences, weighted once by one version of one table",
                )
            )
    without = [name for name in offences if name not in table.weights]
    if not without:
        return
    known = table.without or {}
    said = [f"{name} ({known[name]})" if name in known else name for name in without]
    more = f" and {len(said) - _SHOWN} more" if len(said) > _SHOWN else ""
    raise DataError(
        Problem(
            field=table.name,
            found=f"no weight for {', '.join(said[:_SHOWN])}{more}",
            needed="a weight for every offence that is counted; none is ever taken as 0",
            do="Count only offences with a weight, or register a new version of the table.",
        )
    )
