"""Street files as data.police.uk lays them out, a few rows each, and the areas that they are about."""

import csv
import io
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from evalkit.data.keep import read_grid
from evalkit.data.police import Choice, PoliceTable, read_police
from evalkit.types.intervention import Area

COLUMNS = (
    *("Crime ID", "Month", "Reported by", "Falls within", "Longitude", "Latitude", "Location"),
    *("LSOA code", "LSOA name", "Crime type", "Last outcome category", "Context"),
)
AREAS = {
    code: Area(code=code, name=name, kind=kind, parent=parent)
    for code, name, kind, parent in (
        ("E23000018", "Derbyshire", "police-area", None),
        ("E23000019", "Nottinghamshire", "police-area", None),
        ("E23000022", "Northamptonshire", "police-area", None),
        ("E06000015", "Derby", "local-authority", "E23000018"),
        ("E07000032", "Amber Valley", "local-authority", "E23000018"),
        ("E06000018", "Nottingham", "local-authority", "E23000019"),
        ("E06000061", "North Northamptonshire", "local-authority", "E23000022"),
        ("E06000062", "West Northamptonshire", "local-authority", "E23000022"),
    )
}
PLACES = {
    "derby": ("E01013449", "Derby 001A"),
    "derby-2": ("E01013450", "Derby 001B"),
    "amber": ("E01019400", "Amber Valley 001A"),
    "nottingham": ("E01013810", "Nottingham 001A"),
    "tameside": ("E01005944", "Tameside 001A"),
    "corby": ("E01026972", "Corby 001A"),
    "code": ("E01025766", "E01025766"),
    "none": ("", ""),
    "derby-new": ("E01035000", "Derby 001C"),
}


def row(month: str, place: str = "derby", type: str = "Robbery", id: str = "") -> dict[str, str]:
    """One crime."""
    code, name = PLACES[place]
    return {
        "Crime ID": id,
        "Month": month,
        "Location": "On or near The Drive, Park Lane",
        "LSOA code": code,
        "LSOA name": name,
        "Crime type": type,
    }


def text(rows: Iterable[Mapping[str, str]], columns: Iterable[str] = COLUMNS, **how: Any) -> str:
    """A street file with these rows."""
    out = io.StringIO()
    writer = csv.DictWriter(
        out, list(columns), restval="", extrasaction="ignore", **{"lineterminator": "\n", **how}
    )
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def name_of(month: str, force: str = "derbyshire") -> str:
    return f"{month}/{month}-{force}-street.csv"


def folder_of(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    """A download as a folder."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def zip_of(path: Path, files: Mapping[str, str | bytes]) -> Path:
    """A download as a zip."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            info = zipfile.ZipInfo(name, (2026, 3, 2, 9, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, content)
    return path


def month(*places: str, month: str = "2018-10", **how: Any) -> str:
    """A street file with a robbery in each place."""
    return text([row(month, place) for place in places], **how)


def read(*downloads: Path, out: Path, **choice: Any) -> PoliceTable:
    """Read downloads into ``out`` about the areas above."""
    return read_police(downloads, Choice(**{"areas": AREAS, **choice}), out=out)


def values(out: Path) -> dict[tuple[str, str, str], float | None]:
    """The table by area, month and outcome: a count, None where it is missing."""
    grid = read_grid(out)
    found = {}
    for i, area in enumerate(grid.areas):
        for j, period in enumerate(grid.periods):
            for k, outcome in enumerate(grid.outcomes):
                value = grid.low[i, j, k]
                found[area, period, outcome] = None if value != value else float(value)
    return found


def reasons(table: PoliceTable) -> dict[str, int]:
    """Rows dropped by reason, the named districts left out, and rows noted."""
    made = table.extraction
    return {one.why.partition(" (")[0]: one.rows for one in (*made.dropped, *made.noted)}
