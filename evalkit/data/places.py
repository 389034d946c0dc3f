"""Facts about places: former districts, and Lower layer Super Output Areas (LSOAs) over time."""

import csv
import re
from collections.abc import Mapping
from pathlib import Path

from evalkit.errors import DataError, Problem
from evalkit.types.intervention import Area

FORMER_DISTRICTS = {
    "corby": "E06000061",
    "east northamptonshire": "E06000061",
    "kettering": "E06000061",
    "wellingborough": "E06000061",
    "daventry": "E06000062",
    "northampton": "E06000062",
    "south northamptonshire": "E06000062",
}
"""Districts that ended on 1 April 2021 and the one that each is in now: North (E06000061) and West
Northamptonshire (E06000062). Northamptonshire (Structural Changes) Order 2020, SI 2020/156."""

_LAST_OF_2011 = {"E010": "E01033768", "W010": "W01001958", "E019": "E01994999"}
"""Of England, of Wales, and of what ``evalkit data simulate`` makes up."""
_LSOA = re.compile(r"[EW]01\d{6}")


def is_of_2021(lsoa: str) -> bool:
    """Whether a code was first given for the Census of 2021.

    The 2011 codes of the Office for National Statistics end at E01033768 and W01001958; an area that
    changed got a new code above, one that did not keeps its own. So a code below is of both years or of 2011.
    """
    return bool(_LSOA.fullmatch(lsoa)) and lsoa > _LAST_OF_2011.get(lsoa[:4], "")


def districts_by_name(areas: Mapping[str, Area]) -> dict[str, str]:
    """Codes of the districts inside a police area, by name in small letters; former names included."""
    now = {
        area.name.casefold(): area.code
        for area in areas.values()
        if area.kind == "local-authority" and area.parent
    }
    return {name: code for name, code in FORMER_DISTRICTS.items() if code in areas} | now


def read_lsoa_list(path: Path, areas: Mapping[str, Area]) -> dict[str, str]:
    """Read a list of LSOAs (csv): the code of the district of each, empty where the list does not say.

    The first column of LSOA code, LSOA21CD, LSOA11CD counts; the district stands in District, or in a column
    like LAD24CD or LAD24NM.

    Raises
    ------
    DataError
        There is no column of codes, a code is none or stands there twice, or its district is not known.
    """
    rows, columns = csv_rows(path, ())
    known = ("LSOA code", "LSOA21CD", "LSOA11CD")
    column = next((name for name in known if name in columns), "")
    if not column:
        raise wrong(path, 1, known[0], "no such column", "one of " + ", ".join(known))
    places = [name for name in columns if re.fullmatch(r"District|LAD\d\dCD|LAD\d\dNM", name)]
    by_name = districts_by_name(areas)
    listed: dict[str, str] = {}
    lines: dict[str, int] = {}
    for line, row in rows:
        code = lsoa_code(path, line, row, column)
        if code in listed:
            found, needed = f"{code} also on line {lines[code]}", "each LSOA once"
            raise wrong(path, line, column, found, needed, "Delete one.")
        lines[code] = line
        said = row[places[0]] if places else ""
        district = said if said in areas else by_name.get(said.casefold(), "")
        if said and not district:
            raise wrong(path, line, places[0], said, "a district of evalkit area list")
        listed[code] = district
    if not listed:
        raise wrong(path, None, column, "no rows", "at least one LSOA")
    return listed


def csv_rows(
    path: Path, needed: tuple[str, ...]
) -> tuple[list[tuple[int, dict[str, str]]], list[str]]:
    """Rows of a CSV file with their lines, and its columns.

    Raises
    ------
    DataError
        It is no CSV in UTF-8, a row has too many fields, or a needed column is missing.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            reader = csv.DictReader(lines, strict=True, restval="")
            columns = [name.strip() for name in reader.fieldnames or ()]
            reader.fieldnames = columns
            rows = []
            for row in reader:
                if None in row:
                    raise wrong(path, reader.line_num, "", "too many fields", str(len(columns)))
                rows.append((reader.line_num, {name: row[name].strip() for name in columns}))
    except (csv.Error, UnicodeDecodeError) as error:
        raise wrong(path, None, "", "not readable", "a CSV file in UTF-8") from error
    for name in needed:
        if name not in columns:
            raise wrong(path, 1, name, "no such column", " and ".join(needed))
    return rows, columns


def lsoa_code(path: Path, line: int, row: Mapping[str, str], column: str) -> str:
    """The code in a column of a row; refused where it is none."""
    if not _LSOA.fullmatch(row[column]):
        raise wrong(path, line, column, row[column] or "nothing", "a code such as E01019400")
    return row[column]


def wrong(
    path: Path, line: int | None, field: str, found: str, needed: str, do: str = ""
) -> DataError:
    """What is wrong with a row or a column of a look-up or list."""
    return DataError(
        Problem(file=path.name, line=line, field=field, found=found, needed=needed, do=do)
    )
