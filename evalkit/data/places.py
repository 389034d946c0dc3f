"""Facts about places: former districts, and Lower layer Super Output Areas (LSOAs) over time."""

import csv
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
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

_LAST_OF_2011 = {"E": "E01033768", "W": "W01001958"}
_LSOA = re.compile(r"[EW]01\d{6}")
_SUM = 1e-6  # weights are printed with some six decimals


def is_of_2021(lsoa: str) -> bool:
    """Whether a code was first given for the Census of 2021.

    The 2011 codes of the Office for National Statistics end at E01033768 and W01001958; an area that
    changed got a new code above, one that did not keeps its own. So a code below is of both years or of 2011.
    """
    return bool(_LSOA.fullmatch(lsoa)) and lsoa > _LAST_OF_2011[lsoa[0]]


def districts_by_name(areas: Mapping[str, Area]) -> dict[str, str]:
    """Codes of the districts inside a police area, by name in small letters; former names included."""
    now = {
        area.name.casefold(): area.code
        for area in areas.values()
        if area.kind == "local-authority" and area.parent
    }
    return {name: code for name, code in FORMER_DISTRICTS.items() if code in areas} | now


@dataclass(frozen=True, slots=True, kw_only=True)
class LsoaChange:
    """Where each LSOA of 2011 lies in the LSOAs of 2021.

    Attributes
    ----------
    targets : mapping
        By 2011 code: codes of 2021, each with its share of the events, together 1.
    names : mapping
        By 2021 code, where the look-up has them.
    weighted : bool
        Whether the look-up has shares; otherwise each code of 2011 has one of 2021.
    """

    targets: Mapping[str, tuple[tuple[str, float], ...]]
    names: Mapping[str, str]
    weighted: bool

    @property
    def codes(self) -> frozenset[str]:
        """Every code of 2021 in the look-up."""
        return frozenset(code for shares in self.targets.values() for code, _ in shares)


def read_lsoa_change(path: Path) -> LsoaChange:
    """Read a look-up of the Office for National Statistics from 2011 to 2021 (csv).

    Needs the columns LSOA11CD and LSOA21CD; with ``weight`` a code of 2011 may be shared out. LSOA21NM is
    used where it is there, other columns are not.

    Raises
    ------
    DataError
        A column is missing, a code is none, a code of 2011 is there twice without weights, or weights are no
        shares of 1.
    """
    shares: dict[str, list[tuple[str, float]]] = {}
    names: dict[str, str] = {}
    rows, columns = _table(path, ("LSOA11CD", "LSOA21CD"))
    weighted = "weight" in columns
    for line, row in rows:
        old, new = (_code(path, line, row, column) for column in ("LSOA11CD", "LSOA21CD"))
        weight = _weight(path, line, row["weight"]) if weighted else 1.0
        if old in shares and not weighted:
            first = shares[old][0][0]
            raise _wrong(
                path,
                line,
                "LSOA11CD",
                f"{old} goes to {first} and to {new}",
                "one LSOA21CD for each, or a column `weight` with shares that add up to 1",
                "Keep the best fit, or add weights.",
            )
        if new in [code for code, _ in shares.get(old, ())]:
            raise _wrong(path, line, "LSOA21CD", f"{old} to {new} twice", "once", "Delete one.")
        shares.setdefault(old, []).append((new, weight))
        if row.get("LSOA21NM"):
            names[new] = row["LSOA21NM"]
    for old, parts in shares.items():
        total = math.fsum(weight for _, weight in parts)
        if abs(total - 1) > _SUM:
            raise _wrong(path, None, "weight", f"{total:g} for {old}", "shares that add up to 1")
    targets = {old: tuple(parts) for old, parts in shares.items()}
    return LsoaChange(targets=targets, names=names, weighted=weighted)


def read_lsoa_list(path: Path, areas: Mapping[str, Area]) -> dict[str, str]:
    """Read a list of LSOAs (csv): the code of the district of each, empty where the list does not say.

    The first column of LSOA code, LSOA21CD, LSOA11CD counts; the district stands in District, or in a column
    like LAD24CD or LAD24NM.

    Raises
    ------
    DataError
        There is no column of codes, a code is none or stands there twice, or its district is not known.
    """
    rows, columns = _table(path, ())
    known = ("LSOA code", "LSOA21CD", "LSOA11CD")
    column = next((name for name in known if name in columns), "")
    if not column:
        raise _wrong(path, 1, known[0], "no such column", "one of " + ", ".join(known))
    places = [name for name in columns if re.fullmatch(r"District|LAD\d\dCD|LAD\d\dNM", name)]
    by_name = districts_by_name(areas)
    listed: dict[str, str] = {}
    lines: dict[str, int] = {}
    for line, row in rows:
        code = _code(path, line, row, column)
        if code in listed:
            found, needed = f"{code} also on line {lines[code]}", "each LSOA once"
            raise _wrong(path, line, column, found, needed, "Delete one.")
        lines[code] = line
        said = row[places[0]] if places else ""
        district = said if said in areas else by_name.get(said.casefold(), "")
        if said and not district:
            raise _wrong(path, line, places[0], said, "a district of evalkit area list")
        listed[code] = district
    if not listed:
        raise _wrong(path, None, column, "no rows", "at least one LSOA")
    return listed


def _table(
    path: Path, needed: tuple[str, ...]
) -> tuple[list[tuple[int, dict[str, str]]], list[str]]:
    """Rows with their lines, and the columns."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            reader = csv.DictReader(lines, strict=True, restval="")
            columns = [name.strip() for name in reader.fieldnames or ()]
            reader.fieldnames = columns
            rows = []
            for row in reader:
                if None in row:
                    raise _wrong(path, reader.line_num, "", "too many fields", str(len(columns)))
                rows.append((reader.line_num, {name: row[name].strip() for name in columns}))
    except (csv.Error, UnicodeDecodeError) as error:
        raise _wrong(path, None, "", "not readable", "a CSV file in UTF-8") from error
    for name in needed:
        if name not in columns:
            raise _wrong(path, 1, name, "no such column", " and ".join(needed))
    return rows, columns


def _code(path: Path, line: int, row: Mapping[str, str], column: str) -> str:
    if not _LSOA.fullmatch(row[column]):
        raise _wrong(path, line, column, row[column] or "nothing", "a code such as E01019400")
    return row[column]


def _weight(path: Path, line: int, text: str) -> float:
    try:
        weight = float(text)
    except ValueError:
        weight = math.nan
    if not 0 < weight <= 1:
        raise _wrong(path, line, "weight", text or "nothing", "a share above 0, at most 1")
    return weight


def _wrong(
    path: Path, line: int | None, field: str, found: str, needed: str, do: str = ""
) -> DataError:
    return DataError(
        Problem(file=path.name, line=line, field=field, found=found, needed=needed, do=do)
    )
