"""The designs of many areas: one for all, or one for each date of interruption."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from evalkit.data.area_series import AreaSeries
from evalkit.errors import DataError
from evalkit.its.design import (
    SegmentedDesign,
    Specification,
    outside,
    segmented_design,
    short_season,
    too_few,
)

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AreaDesigns:
    """K designs and whose they are.

    Attributes
    ----------
    designs : tuple of SegmentedDesign, K
        Without covariates; the effects stand in the same columns of all.
    which : array of int, N
        Index of each area's design; 0 where it has none.
    outcomes : array, N x T
        NaN also in the transition windows.
    why : tuple of str, N
        Why an area cannot be fitted; empty where it can.
    """

    designs: tuple[SegmentedDesign, ...]
    which: Integers
    outcomes: Floats
    why: tuple[str, ...]


def area_designs(
    areas: AreaSeries, interruptions: Sequence[str], specification: Specification
) -> AreaDesigns:
    """The designs for common ``interruptions``, or for each area's own where there are none.

    Raises
    ------
    DataError
        As ``segmented_design``; or no area's own interruption is inside the series.
    """
    n = len(areas.units)
    dates = [tuple(interruptions)]
    which, why = np.zeros(n, dtype=np.int64), list(areas.why)
    if areas.starts:
        known = sorted({start for start in areas.starts if start})
        inside = [start for start in known if not outside(start, areas.periods)]
        if not inside:
            raise DataError("found no area with an interruption inside the series; one is needed")
        dates = [(start,) for start in inside]
        for i, start in enumerate(areas.starts):
            which[i] = inside.index(start) if start in inside else 0
            why[i] = why[i] or (outside(start, areas.periods) if start else "no interruption given")
    designs = tuple(segmented_design(areas.periods, each, specification) for each in dates)
    outcomes = areas.outcomes.copy()
    for k, design in enumerate(designs):
        rows = np.flatnonzero(which == k)
        outcomes[np.ix_(rows, np.flatnonzero(design.excluded))] = np.nan
        observed = np.isfinite(outcomes[rows])
        few, short = (
            too_few(design, observed),
            short_season(specification, areas.periods, observed),
        )
        for row, reasons in zip(rows.tolist(), zip(few, short, strict=True), strict=True):
            why[row] = why[row] or reasons[0] or reasons[1]
    return AreaDesigns(designs=designs, which=which, outcomes=outcomes, why=tuple(why))


def regressors_of(
    areas: AreaSeries, groups: AreaDesigns, rows: Integers
) -> tuple[Floats, Integers]:
    """Regressors (K x T x P) and whose they are, with covariates: of areas ``rows``, or shared by all."""
    columns = np.stack([design.columns for design in groups.designs])
    which = groups.which[rows]
    if not areas.covariates:
        return columns, which
    own = np.stack([values[rows] for _, values in areas.covariates], axis=2)
    own = np.where(np.isnan(own) & np.isnan(groups.outcomes[rows])[:, :, None], 0.0, own)
    return np.concatenate([columns[which], own], axis=2), np.arange(len(rows))
