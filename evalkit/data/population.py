"""How many people live in an area in a month, from mid-year estimates, and rates of events."""

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from evalkit.data import periods as calendar
from evalkit.data.grid import Floats, OutcomeGrid
from evalkit.errors import DataError, Problem

HELD_MONTHS = 24
"""How far outside its years a table is still used, at its first or last value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PopulationUse:
    """What was done to have a population for every period.

    Attributes
    ----------
    years : tuple of str
        First and last mid-year estimate.
    held : tuple of str
        Periods, wholly or partly outside them, that have the first or last estimate unchanged.
    """

    years: tuple[str, str]
    held: tuple[str, ...]

    @property
    def sentence(self) -> str:
        """In words, for the record and the screen."""
        text = (
            f"mid-year estimates {self.years[0]} to {self.years[1]} stand for 30 June, with straight "
            "lines between them, each month at its middle"
        )
        if self.held:
            text += f"; held at the nearest estimate in {len(self.held)} periods ({self.held[0]}"
            text += f" to {self.held[-1]})" if len(self.held) > 1 else ")"
        return text


def with_population(grid: OutcomeGrid, estimates: OutcomeGrid) -> tuple[OutcomeGrid, PopulationUse]:
    """The grid with a population for every area and period.

    A mid-year estimate is of 30 June (Office for National Statistics), the end of the sixth of twelve equal
    months. Between two of them people are taken to change along a straight line, and a month has the value
    at its middle, which is also its average: July 2021 is 0.5/12 of the way from mid-2021 to mid-2022. A
    quarter is the average of its months; a year is its own mid-year estimate. Outside the table the nearest
    estimate is held, for up to ``HELD_MONTHS`` months: nobody knows yet where the line goes.

    Parameters
    ----------
    grid : OutcomeGrid
    estimates : OutcomeGrid
        By year, with one outcome: people. Areas that are not in ``grid`` are not used.

    Raises
    ------
    DataError
        An area has no estimate or a year between has none, or a period is too far outside.
    """
    first, last = int(estimates.periods[0]), int(estimates.periods[-1])
    at = [estimates.areas.index(area) for area in _all_there(grid, estimates)]
    people = estimates.low[at, :, 0]
    _refuse_gaps(grid, estimates, people)
    middles = [_middles(period) for period in grid.periods]
    held = tuple(
        period
        for period, points in zip(grid.periods, middles, strict=True)
        if min(points) < first + 0.5 or max(points) > last + 0.5
    )
    for period, points in zip(grid.periods, middles, strict=True):
        outside = max(first + 0.5 - min(points), max(points) - last - 0.5)
        if 12 * outside > HELD_MONTHS:
            raise DataError(
                Problem(
                    field="population",
                    found=f"{period}, but estimates from {first} to {last}",
                    needed=f"estimates not more than {HELD_MONTHS} months away",
                    do="Take a newer table of mid-year estimates, or a shorter window.",
                )
            )
    mid_years = np.arange(first, last + 1) + 0.5
    matrix = np.array(
        [
            [float(np.mean(np.interp(points, mid_years, own))) for points in middles]
            for own in people
        ]
    )
    use = PopulationUse(years=(str(first), str(last)), held=held)
    return dataclasses.replace(grid, population=matrix), use


def add_up(
    estimates: OutcomeGrid, wanted: Sequence[str], parts: Mapping[str, Sequence[str]]
) -> tuple[OutcomeGrid, tuple[str, ...]]:
    """Estimates with a row more for each wanted area that is the sum of areas inside it.

    Parameters
    ----------
    estimates : OutcomeGrid
        By year, with one outcome: people.
    wanted : sequence of str
        Codes of areas that need an estimate; one that has its own keeps it.
    parts : mapping of sequence of str
        Codes of all areas inside an area, by its code: the districts of a police area.

    Returns
    -------
    tuple of OutcomeGrid and tuple of str
        The second has the codes of those that were added up.

    Raises
    ------
    DataError
        Some of an area's parts have an estimate and others have none.
    """
    rows = {code: i for i, code in enumerate(estimates.areas)}
    summed = tuple(
        code for code in wanted if code not in rows and any(p in rows for p in parts.get(code, ()))
    )
    for code in summed:
        absent = [part for part in parts[code] if part not in rows]
        if absent:
            raise DataError(
                Problem(
                    field="population",
                    found=f"no estimate for {', '.join(absent)} in {code}",
                    needed=f"all of its {len(parts[code])} districts, to add them up",
                    do="Take a table with today's districts: Northamptonshire's changed in April 2021.",
                )
            )
    sums = [estimates.low[[rows[p] for p in parts[code]]].sum(axis=0) for code in summed]
    people = np.concatenate([estimates.low, np.reshape(sums, (-1, *estimates.low.shape[1:]))])
    grown = dataclasses.replace(
        estimates,
        areas=(*estimates.areas, *summed),
        area_names=(*estimates.area_names, *summed),
        low=people,
        high=people,
    )
    return grown, summed


def rates(grid: OutcomeGrid, *, per: int) -> tuple[Floats, Floats]:
    """Bounds of the rate in each cell, N x T x K: events in the period for ``per`` people.

    Examples
    --------
    >>> import numpy as np
    >>> cell, people = np.array([[[5.0]]]), np.array([[250_000.0]])
    >>> grid = OutcomeGrid(areas=("E06000015",), area_names=("Derby",), periods=("2021-04",),
    ...     outcomes=("robbery",), low=cell, high=cell, population=people)
    >>> float(rates(grid, per=100_000)[0][0, 0, 0])
    2.0

    Raises
    ------
    DataError
        The grid has no population.
    """
    people = needs_population(grid)[:, :, np.newaxis]
    return grid.low * per / people, grid.high * per / people


def needs_population(grid: OutcomeGrid) -> Floats:
    """The population of a grid, N x T; refused where there is none."""
    if grid.population is None:
        raise DataError(
            Problem(
                field="population",
                found="none in the table",
                needed="people by area and period",
                do="Add --population FILE, or columns.exposure to the mapping.",
            )
        )
    return grid.population


def _middles(period: str) -> Sequence[float]:
    """The middle of each month of a period on a line of years; of a year its 30 June."""
    match calendar.per_year(period):
        case 1:
            return (int(period) + 0.5,)
        case 4:
            year, months = int(period[:4]), range(3 * int(period[-1]) - 2, 3 * int(period[-1]) + 1)
        case _:
            year, months = int(period[:4]), range(int(period[5:]), int(period[5:]) + 1)
    return tuple(year + (month - 0.5) / 12 for month in months)


def _all_there(grid: OutcomeGrid, estimates: OutcomeGrid) -> tuple[str, ...]:
    absent = [area for area in grid.areas if area not in estimates.areas]
    if absent:
        name = grid.area_names[grid.areas.index(absent[0])]
        who = absent[0] + (f" ({name})" if name != absent[0] else "")
        more = f" and {len(absent) - 1} more of the areas" if len(absent) > 1 else ""
        raise DataError(
            Problem(
                field="population",
                found=f"no estimate for {who}{more}",
                needed="one for every area of the table",
                do="Both need the same codes on the same boundaries: districts change, as "
                "Northamptonshire's did in April 2021.",
            )
        )
    return grid.areas


def _refuse_gaps(grid: OutcomeGrid, estimates: OutcomeGrid, people: Floats) -> None:
    without = np.argwhere(~(people > 0))
    if len(without):
        i, t = without[0]
        raise DataError(
            Problem(
                field="population",
                found=f"no estimate for {grid.areas[i]} in {estimates.periods[t]}",
                needed=f"every year from {estimates.periods[0]} to {estimates.periods[-1]}",
            )
        )
