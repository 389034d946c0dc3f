"""What is to be counted, and where a row belongs."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from evalkit.data.lsoa_change import LsoaChange
from evalkit.data.places import districts_by_name
from evalkit.data.police.names import force_of
from evalkit.types.intervention import Area

Unit = Literal["lsoa", "district", "police-area"]

NO_LSOA = "no LSOA"
ONLY_A_CODE = "LSOA name is only a code"
OUTSIDE = "outside the areas"

_NAME = re.compile(r"(.+) \d{3}[A-Z]{1,2}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What is to be counted.

    Attributes
    ----------
    areas : mapping of Area
        Every known area by code: districts with the police area around them as ``parent``.
    chosen : tuple of str
        Codes of districts and police areas; empty for all of the forces that the downloads hold.
    unit : "lsoa", "district" or "police-area"
    outcomes : mapping or None
        Name of each outcome and the crime types that it counts; None for every type found, by itself.
    lsoas : Path or None
        A list of LSOAs (csv) to keep to.
    lookup : Path or None
        From the LSOAs of 2011 to those of 2021 (csv).
    join_changed : bool
        Whether LSOAs that changed are counted together with what they were or became.
    newer : str
        Name of the download that counts where two differ.
    first, last : str
        Months, ``"2018-10"``; empty for the first and last that were published.
    """

    areas: Mapping[str, Area]
    chosen: tuple[str, ...] = ()
    unit: Unit = "district"
    outcomes: Mapping[str, frozenset[str]] | None = None
    lsoas: Path | None = None
    lookup: Path | None = None
    join_changed: bool = False
    newer: str = ""
    first: str = ""
    last: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Placing:
    """What decides where a row belongs.

    Attributes
    ----------
    areas : mapping of Area
    districts : frozenset of str
        Codes of the chosen districts.
    names : mapping
        Codes of all known districts by name in small letters.
    listed : mapping or None
        LSOAs to keep to, with the district where it is known; None for all.
    change : LsoaChange or None
    """

    areas: Mapping[str, Area]
    districts: frozenset[str]
    names: Mapping[str, str]
    listed: Mapping[str, str] | None = None
    change: LsoaChange | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where an LSOA of a file is.

    Attributes
    ----------
    code, name : str
        As the file has them.
    district, force : str
        Empty where it is not counted.
    reason : str
        Why it is not counted; empty where it is.
    where : str
        The district as the file calls it.
    """

    code: str
    name: str
    district: str = ""
    force: str = ""
    reason: str = ""
    where: str = ""


def placing(
    choice: Choice,
    forces: frozenset[str],
    listed: Mapping[str, str] | None,
    change: LsoaChange | None,
) -> Placing:
    """Put together what the choice, the forces in the downloads and the look-ups say."""
    all_districts = districts_by_name(choice.areas)
    wanted = set(choice.chosen)
    codes = {
        code
        for code in all_districts.values()
        if code in wanted
        or choice.areas[code].parent in wanted
        or (not wanted and (listed is not None or home_force(choice.areas, code) in forces))
    }
    return Placing(
        areas=choice.areas,
        districts=frozenset(codes),
        names=all_districts,
        listed=listed,
        change=change,
    )


def home_force(areas: Mapping[str, Area], district: str) -> str:
    """The force of the police area around a district, as file names write it."""
    parent = areas[district].parent
    return force_of(areas[parent].name) if parent else ""


def place(placing: Placing, code: str, name: str) -> Place:
    """Where a row with this LSOA belongs: by the list, otherwise by the district in its name."""
    code, name = code.strip(), name.strip()
    if not code:
        return Place(code=code, name=name, reason=NO_LSOA)
    match = _NAME.fullmatch(name)
    where = match[1] if match else ""
    targets = _targets(placing, code)
    said = (
        [placing.listed[one] for one in targets if one in placing.listed] if placing.listed else []
    )
    district = next(filter(None, said), "") or placing.names.get(where.casefold(), "")
    if not district and not where:
        return Place(code=code, name=name, reason=ONLY_A_CODE)
    if district not in placing.districts or (placing.listed is not None and not said):
        where = where or placing.areas[district].name
        return Place(code=code, name=name, reason=OUTSIDE, where=where)
    force = home_force(placing.areas, district)
    return Place(code=code, name=name, district=district, force=force, where=where)


def _targets(placing: Placing, code: str) -> tuple[str, ...]:
    """The code, or where there is a look-up the areas of the table that it may count in."""
    if placing.change is None:
        return (code,)
    return placing.change.areas_of(code)
