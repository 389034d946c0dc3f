"""Street crime for areas as people name them."""

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import get_args

from evalkit.data.harm import refuse_unweighable
from evalkit.data.keep import keep_frames, read_grid, refuse_place
from evalkit.data.police import Choice, PoliceTable, Unit, read_police
from evalkit.data.police.reading import Progress
from evalkit.errors import DataError, Problem
from evalkit.types.intervention import Area
from evalkit.workflow.local_table import POPULATION_COLUMNS, add_population, frames_of
from evalkit.workflow.places import find_area
from evalkit.workflow.weights import Weighing, weighed_with

_COUNTED = ("local-authority", "police-area")


def extract_police(
    downloads: Sequence[Path],
    known: Mapping[str, Area],
    *,
    areas: Sequence[str] = (),
    unit: str = "district",
    outcomes: Mapping[str, frozenset[str]] | None = None,
    lsoas: Path | None = None,
    lookup: Path | None = None,
    join_changed: bool = False,
    newer: str = "",
    first: str = "",
    last: str = "",
    out: Path | None,
    population: Path | None = None,
    population_columns: str = POPULATION_COLUMNS,
    per: int | None = None,
    weighing: Weighing | None = None,
    progress: Progress = lambda done, total: None,
) -> PoliceTable:
    """Count street crime in the areas that were named; see ``read_police``.

    Parameters
    ----------
    known : mapping of Area
        Every area of the registry, by code.
    areas : sequence of str
        Names or codes of districts and police areas; none for all of the forces in the downloads.
    unit : str
        ``lsoa``, ``district`` or ``police-area``.
    outcomes : mapping or None
        Crime types by name of the outcome; None for every type found, by itself.

    population, population_columns, per
        Mid-year estimates, their headings and the number of people that rates are for; see
        ``add_population`` and ``with_rates``.
    weighing : Weighing or None
        Weights for the crime types of the one outcome; the table then holds the weighted sum.

    Raises
    ------
    FormError
        No such area.
    DataError
        No such unit; or as ``read_police``.
    """
    places = {code: area for code, area in known.items() if area.kind in _COUNTED}
    if unit not in get_args(Unit):
        needed = "one of " + ", ".join(get_args(Unit))
        raise DataError(Problem(field="--unit", found=unit, needed=needed))
    choice = Choice(
        areas=places,
        chosen=tuple(find_area(places, typed, field="--area").code for typed in areas),
        unit=unit,  # type: ignore[arg-type]  # one of them, as checked
        outcomes=outcomes,
        lsoas=lsoas,
        lookup=lookup,
        join_changed=join_changed,
        newer=newer,
        first=first,
        last=last,
    )
    if weighing is not None:
        choice = replace(choice, outcomes=_each_type(outcomes, weighing))
    if population is None and weighing is None:
        return read_police(downloads, choice, out=out, progress=progress)
    if population is not None and unit == "lsoa":
        needed = "--unit district or police-area, for which there are yearly estimates"
        raise DataError(Problem(field="--population", found="counts by LSOA", needed=needed))
    if out is not None:
        refuse_place(out)
    with tempfile.TemporaryDirectory() as folder:
        bare = Path(folder) / (out.name if out else "rehearsal.parquet")
        done = read_police(downloads, choice, out=bare, progress=progress)
        grid, made = read_grid(bare), done.extraction
    if population is not None:
        grid, made, _ = add_population(
            grid, made, population, columns=population_columns, parts=_districts(places)
        )
    if per is not None:
        made = replace(made, choices={**made.choices, "per": str(per)})
    weighed = None
    if weighing is not None:
        weighed, made = weighed_with(grid, made, weighing)
        grid = weighed.grid
        done = replace(done, outcomes=grid.outcomes, cells=int(grid.low.size))
    if out is not None:
        made = keep_frames(frames_of(grid, weighed, per), out, made)
    return replace(done, extraction=made)


def _each_type(
    outcomes: Mapping[str, frozenset[str]] | None, weighing: Weighing
) -> dict[str, frozenset[str]]:
    """Every crime type by itself, refused before anything is read where one has no weight."""
    if not outcomes:
        found, needed = (
            "all crime types",
            "--outcome MEASURE or --crime-type, to say what is weighted",
        )
        raise DataError(Problem(field="--weights", found=found, needed=needed))
    types = sorted(frozenset().union(*outcomes.values()))
    refuse_unweighable(types, weighing.table)
    return {name: frozenset([name]) for name in types}


def _districts(places: Mapping[str, Area]) -> dict[str, list[str]]:
    """The districts of each police area."""
    inside: dict[str, list[str]] = {}
    for code, area in places.items():
        if area.parent:
            inside.setdefault(area.parent, []).append(code)
    return inside
