"""The same places and months under several definitions of serious violence."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from evalkit.data import periods as calendar
from evalkit.data.grid import OutcomeGrid
from evalkit.errors import DataError, Problem, RegistryError
from evalkit.registry import entries, stored
from evalkit.registry.door import unregistered
from evalkit.registry.store import Session
from evalkit.types.measure import Measure


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """One definition in one table.

    Attributes
    ----------
    definition, title, owner : str
        Id and version, title, and code of the area that owns it; empty for a national one.
    measure : str
        Name of the measure that counts it in this table; empty where none does.
    counts : str
        What is counted, in the source's words.
    low, high : float or None
        Events in the places and periods compared, from the known and the suppressed cells; None without
        a measure.
    per_1000 : float or None
        Events per 1,000 people a year, at the lower bound; None where the table knows no population.
    missing : int
        Cells without any number, which are in neither bound.
    sees, misses : str
    """

    definition: str
    title: str
    owner: str
    measure: str
    counts: str
    low: float | None
    high: float | None
    per_1000: float | None
    missing: int
    sees: str
    misses: str


def compare_definitions(
    session: Session,
    grid: OutcomeGrid,
    *,
    definitions: Sequence[str],
    areas: Collection[str] = (),
    first: str = "",
    last: str = "",
) -> tuple[Compared, ...]:
    """Count what each definition counts in the same cells of one table.

    Parameters
    ----------
    grid : OutcomeGrid
        Its outcomes are names of registered measures, weighted ones with unit and table.
    definitions : sequence of str
        Ids; empty for every definition that is registered.
    areas : collection of str
        Codes; empty for all of the table.
    first, last : str
        Periods; empty for the table's own.

    Raises
    ------
    RegistryError
        A definition is not registered.
    DataError
        An area or period is not in the table.
    """
    known = stored.ids(session, "definition")
    for id in definitions:
        if id not in known:
            raise RegistryError(unregistered(session, "definition", id))
    rows, columns = _part(grid, areas, first, last)
    measures = entries.read_all(session, "measure")
    return tuple(
        _one(session, id, grid, measures, rows, columns) for id in (definitions or sorted(known))
    )


def _part(
    grid: OutcomeGrid, areas: Collection[str], first: str, last: str
) -> tuple[list[int], list[int]]:
    for code in areas:
        if code not in grid.areas:
            needed = "one of " + ", ".join(grid.areas[:12])
            raise DataError(Problem(field="area", found=f"no {code} in the table", needed=needed))
    for period in filter(None, (first, last)):
        if period not in grid.periods:
            needed = f"a period from {grid.periods[0]} to {grid.periods[-1]}"
            raise DataError(Problem(field="period", found=period, needed=needed))
    rows = [n for n, code in enumerate(grid.areas) if not areas or code in areas]
    start = grid.periods.index(first) if first else 0
    end = grid.periods.index(last) if last else len(grid.periods) - 1
    return rows, list(range(start, end + 1))


def _one(
    session: Session,
    id: str,
    grid: OutcomeGrid,
    measures: Sequence[Measure],
    rows: list[int],
    columns: list[int],
) -> Compared:
    record = entries.read(session, "definition", id)
    here = [m for m in measures if m.definition == id and m.outcome in grid.outcomes]
    measure = max(here, key=lambda m: tuple(map(int, m.version.split("."))), default=None)
    about = {
        "definition": f"{id}@{record.version}",
        "title": record.title,
        "owner": record.area or "",
    }
    if measure is None:
        elsewhere = [m.name for m in measures if m.definition == id]
        why = f"in this table; it is measured by {', '.join(elsewhere)}" if elsewhere else "yet"
        return Compared(
            **about,
            measure="",
            counts=f"no measure counts it {why}",
            low=None,
            high=None,
            per_1000=None,
            missing=0,
            sees="",
            misses=record.note,
        )
    k = grid.outcomes.index(measure.outcome)
    cells = np.ix_(rows, columns, [k])
    low = float(np.nansum(grid.low[cells]))
    return Compared(
        **about,
        measure=measure.name,
        counts="; ".join(
            ", ".join(one.include) + (f" without {', '.join(one.exclude)}" if one.exclude else "")
            for one in measure.counts
        )
        + (f", weighted by {measure.weights}, in {measure.unit}" if measure.weights else ""),
        low=low,
        high=float(np.nansum(grid.high[cells])),
        per_1000=_rate(grid, rows, columns, k),
        missing=int(grid.missing[cells].sum()),
        sees=measure.sees,
        misses=measure.misses,
    )


def _rate(grid: OutcomeGrid, rows: list[int], columns: list[int], k: int) -> float | None:
    """Events per 1,000 people a year over the cells with a number; None without population."""
    if grid.population is None:
        return None
    low = grid.low[np.ix_(rows, columns, [k])][:, :, 0]
    people = grid.population[np.ix_(rows, columns)]
    with_number = ~np.isnan(low)
    if np.isnan(people[with_number]).any() or not with_number.any():
        return None
    a_year = calendar.per_year(grid.periods[0])
    return float(1_000 * a_year * low[with_number].sum() / people[with_number].sum())
