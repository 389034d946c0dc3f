"""Which cohort is compared with whom, in which period, against which base."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from evalkit.data.panel import Panel
from evalkit.errors import DataError

Integers = npt.NDArray[np.int64]
Booleans = npt.NDArray[np.bool_]

Comparison = Literal["never_treated", "not_yet_treated"]
BasePeriod = Literal["universal", "varying"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Cells:
    """The comparisons to make; H groups of units by their start, never treated last.

    Attributes
    ----------
    starts, sizes : array, H
        First treated period of each group (T for never) and number of units.
    cohort, period, base : array, C
        First treated period, period and base period of each cell, as indices of periods.
    compared : array, C x H
        The groups that each cell is compared with.
    """

    starts: Integers
    sizes: Integers
    cohort: Integers
    period: Integers
    base: Integers
    compared: Booleans

    def own(self, group: int) -> Booleans:
        """Array, C: the cells of one group."""
        found: Booleans = self.cohort == self.starts[group]
        return found

    def kept(self, keep: Booleans) -> "Cells":
        """The same with only the cells marked True in ``keep`` (array, C)."""
        return Cells(
            starts=self.starts,
            sizes=self.sizes,
            cohort=self.cohort[keep],
            period=self.period[keep],
            base=self.base[keep],
            compared=self.compared[keep],
        )


def plan_cells(
    panel: Panel, *, comparison: Comparison, base_period: BasePeriod, anticipation: int
) -> Cells:
    """Every cell of every cohort, also those for which no comparison unit is left.

    Raises
    ------
    DataError
        An option has another value, nobody is treated, nobody is never treated though asked for, or a
        cohort has no period before treatment.
    """
    _need_options(comparison, base_period, anticipation)
    n_periods = len(panel.periods)
    starts, sizes = np.unique(panel.start, return_counts=True)
    _need_groups(panel, starts, comparison, anticipation)
    cohorts = starts[starts < n_periods]
    cohort = np.repeat(cohorts, n_periods)
    period = np.tile(np.arange(n_periods), len(cohorts))
    base = cohort - 1 - anticipation
    if base_period == "varying":
        base = np.where(period < cohort - anticipation, period - 1, base)
    keep = (period != base) & (base >= 0)
    cohort, period, base = cohort[keep], period[keep], base[keep]
    never = starts >= n_periods
    compared = np.broadcast_to(never, (len(cohort), len(starts)))
    if comparison == "not_yet_treated":
        last = np.maximum(period, base) + anticipation
        compared = never | ((starts > last[:, None]) & (starts != cohort[:, None]))
    return Cells(
        starts=starts, sizes=sizes, cohort=cohort, period=period, base=base, compared=compared
    )


def _need_options(comparison: str, base_period: str, anticipation: int) -> None:
    for name, found, allowed in (
        ("comparison", comparison, ("never_treated", "not_yet_treated")),
        ("base_period", base_period, ("universal", "varying")),
    ):
        if found not in allowed:
            raise DataError(f"group_time found {name} {found}; it needs {' or '.join(allowed)}")
    if anticipation < 0:
        raise DataError(f"group_time found anticipation {anticipation}; it needs 0 or more periods")


def _need_groups(panel: Panel, starts: Integers, comparison: str, anticipation: int) -> None:
    n_periods = len(panel.periods)
    cohorts = starts[starts < n_periods]
    if not len(cohorts):
        raise DataError("group_time found no treated unit; it needs at least one")
    if comparison == "never_treated" and starts[-1] < n_periods:
        raise DataError(
            "group_time found no unit that is never treated; it needs at least one, or the comparison "
            "not_yet_treated"
        )
    early = panel.start <= anticipation
    if early.any():
        named = [panel.units[i] for i in np.flatnonzero(early)]
        more = f" and {len(named) - 5} more" if len(named) > 5 else ""
        raise DataError(
            f"group_time found no period before treatment for {', '.join(named[:5])}{more}; "
            "leave them out or add periods"
        )
