"""Street crime for areas as people name them."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import get_args

from evalkit.data.police import Choice, PoliceTable, Unit, read_police
from evalkit.data.police.reading import Progress
from evalkit.errors import DataError, Problem
from evalkit.types.intervention import Area
from evalkit.workflow.places import find_area

CRIME_TYPES = (
    "Anti-social behaviour",
    "Bicycle theft",
    "Burglary",
    "Criminal damage and arson",
    "Drugs",
    "Other crime",
    "Other theft",
    "Possession of weapons",
    "Public order",
    "Robbery",
    "Shoplifting",
    "Theft from the person",
    "Vehicle crime",
    "Violence and sexual offences",
)
"""Categories that data.police.uk publishes since May 2013."""

_COUNTED = ("local-authority", "police-area")


def extract_police(
    downloads: Sequence[Path],
    known: Mapping[str, Area],
    *,
    areas: Sequence[str] = (),
    unit: str = "district",
    crime_types: Sequence[str] = (),
    outcomes: Mapping[str, frozenset[str]] | None = None,
    lsoas: Path | None = None,
    lookup: Path | None = None,
    newer: str = "",
    first: str = "",
    last: str = "",
    out: Path | None,
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
    crime_types : sequence of str
        Each is an outcome of its own, whatever the case of its letters.
    outcomes : mapping or None
        Named sets of crime types, e.g. those of a registered measure, instead of ``crime_types``.

    Raises
    ------
    FormError
        No such area.
    DataError
        No such unit or crime type; or as ``read_police``.
    """
    places = {code: area for code, area in known.items() if area.kind in _COUNTED}
    if unit not in get_args(Unit):
        needed = "one of " + ", ".join(get_args(Unit))
        raise DataError(Problem(field="--unit", found=unit, needed=needed))
    named = {name: frozenset([name]) for name in map(_crime_type, crime_types)}
    choice = Choice(
        areas=places,
        chosen=tuple(find_area(places, typed, field="--area").code for typed in areas),
        unit=unit,  # type: ignore[arg-type]  # one of them, as checked
        outcomes=outcomes or named or None,
        lsoas=lsoas,
        lookup=lookup,
        newer=newer,
        first=first,
        last=last,
    )
    return read_police(downloads, choice, out=out, progress=progress)


def _crime_type(typed: str) -> str:
    for name in CRIME_TYPES:
        if name.casefold() == " ".join(typed.casefold().split()):
            return name
    needed = "one of " + ", ".join(CRIME_TYPES)
    raise DataError(Problem(field="--crime-type", found=typed, needed=needed))
