"""The districts of the five East Midlands police areas, as the places of simulated data.

Names and codes are the real ones (Office for National Statistics, April 2023), so that simulated data run
through every part of an evaluation; populations are those of mid-2023, rounded to thousands.
"""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files

from evalkit.errors import DataError, Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A district: ONS code, name, police area, residents."""

    code: str
    name: str
    force: str
    population: int


def districts() -> tuple[Place, ...]:
    """All 35, the cities and largest districts first."""
    with (files("evalkit.data.simulate") / "places.csv").open(encoding="utf-8") as lines:
        found = [
            Place(code=r["code"], name=r["name"], force=r["force"], population=int(r["population"]))
            for r in csv.DictReader(lines)
        ]
    return tuple(sorted(found, key=lambda place: (-place.population, place.code)))


def chosen(wanted: Sequence[str], *, count: int | None = None) -> tuple[Place, ...]:
    """The ``count`` largest districts, with those that are named among them; by code.

    Raises
    ------
    DataError
        A name that is no district, or more districts than there are.
    """
    every = districts()
    named = tuple(find(name, every) for name in wanted)
    n = len(named) if count is None else count
    if not max(1, len(named)) <= n <= len(every):
        raise DataError(
            Problem(
                field="areas",
                found=f"{n} areas, {len(named)} of them named",
                needed=f"1 to {len(every)} districts, all named ones among them",
            )
        )
    others = [place for place in every if place not in named]
    return tuple(sorted((*named, *others[: n - len(named)]), key=lambda place: place.code))


def find(name: str, places: Sequence[Place]) -> Place:
    """The place with this name or code, however it is capitalised.

    Raises
    ------
    DataError
        There is none.
    """
    for place in places:
        if name.strip().casefold() in (place.name.casefold(), place.code.casefold()):
            return place
    raise DataError(
        Problem(
            field="area",
            found=f"{name.strip() or 'an empty name'}, which is not simulated",
            needed=f"one of {', '.join(sorted(p.name for p in places))}",
        )
    )
