"""The real sample of the East Midlands counts as the csv module counts it."""

import csv
import io
import zipfile
from collections import Counter, defaultdict
from pathlib import Path

import pytest

from evalkit.data.keep import read_grid
from evalkit.data.police import Choice, PoliceTable, read_police
from evalkit.errors import DataError
from evalkit.registry.seeds import areas
from evalkit.types.intervention import Area

pytestmark = pytest.mark.reference_data

SAMPLE = "police_uk_east_midlands_sample.zip"
AREAS = {
    str(a["code"]): Area(
        code=str(a["code"]), name=str(a["name"]), kind=str(a["kind"]), parent=a["parent"]
    )
    for a in areas()
    if a["kind"] in ("police-area", "local-authority")
}
PUBLISHED = ("2018-10", "2018-11", "2018-12", "2021-03", "2021-04", "2025-01")
NORTHAMPTONSHIRE = (
    *("Corby", "Daventry", "East Northamptonshire", "Kettering", "Northampton"),
    *("South Northamptonshire", "Wellingborough"),
)


Row = tuple[str, str, str, str, str]


@pytest.fixture(scope="module")
def rows(reference_data: Path) -> list[Row]:
    """Every row: its file, month, LSOA code, LSOA name and crime type."""
    found = []
    with zipfile.ZipFile(reference_data / SAMPLE) as archive:
        for name in archive.namelist():
            with archive.open(name) as stream:
                for row in csv.DictReader(io.TextIOWrapper(stream, "utf-8", newline="")):
                    values = (row["Month"], row["LSOA code"], row["LSOA name"], row["Crime type"])
                    found.append((name, *values))
    return found


@pytest.fixture(scope="module")
def police_areas(reference_data: Path) -> dict[str, str]:
    """Police area of each district by name, from the look-up of 2024 and the former districts."""
    with (reference_data / "east_midlands_district_lookup_2024.csv").open(newline="") as lines:
        found = {row["ltla24_name"]: row["pfa24_code"] for row in csv.DictReader(lines)}
    return found | dict.fromkeys(NORTHAMPTONSHIRE, "E23000022")


def extracted(folder: Path, out: Path, **how: object) -> PoliceTable:
    return read_police([folder / SAMPLE], Choice(areas=AREAS, **how), out=out)  # type: ignore[arg-type]


def test_totals_by_police_area_month_and_category(
    reference_data: Path, tmp_path: Path, police_areas: dict[str, str], rows: list[Row]
) -> None:
    expected: Counter[tuple[str, str, str]] = Counter()
    files: Counter[str] = Counter()
    no_lsoa = 0
    for file, period, code, name, crime_type in rows:
        files[file] += 1
        no_lsoa += not code
        area = police_areas.get(" ".join(name.split(" ")[:-1]))
        if area:
            expected[area, period, crime_type] += 1
    made = extracted(reference_data, tmp_path / "o.parquet", unit="police-area").extraction
    grid = read_grid(tmp_path / "o.parquet")
    found = {
        (area, period, outcome): grid.low[i, j, k]
        for i, area in enumerate(grid.areas)
        for j, period in enumerate(grid.periods)
        for k, outcome in enumerate(grid.outcomes)
        if period in PUBLISHED
    }
    assert found == {key: expected[key] for key in found}
    assert sum(found.values()) == expected.total() == made.rows_kept
    assert {one.name: one.rows for one in made.inputs} == files
    assert made.rows_read == files.total() == 243_735
    assert {one.why: one.rows for one in made.dropped}["no LSOA"] == no_lsoa == 1591


def test_amber_valley_in_the_files_of_nottinghamshire(
    reference_data: Path, tmp_path: Path, rows: list[Row]
) -> None:
    by_file: Counter[str] = Counter()
    for file, _, _, name, _ in rows:
        if name.startswith("Amber Valley "):
            by_file[file.split("-", 3)[3].removesuffix("-street.csv")] += 1
    assert by_file == {"derbyshire": 5527, "nottinghamshire": 23, "lincolnshire": 1}
    made = extracted(reference_data, tmp_path / "o.csv", chosen=("E07000032",)).extraction
    assert (made.rows_kept, made.noted[0].why, made.noted[0].rows) == (
        5551,
        "another force's file",
        24,
    )
    assert made.dropped[1].why.startswith("outside the areas (Nottingham 27,646, Leicester 24,373")


def test_the_years_between_stay_missing(reference_data: Path, tmp_path: Path) -> None:
    table = extracted(reference_data, tmp_path / "o.csv", chosen=("Derby", "E06000015"))
    grid = read_grid(tmp_path / "o.csv")
    assert len(grid.periods) == 76
    known = [p for j, p in enumerate(grid.periods) if grid.known[0, j].all()]
    missing = [p for j, p in enumerate(grid.periods) if grid.missing[0, j].all()]
    assert tuple(known) == PUBLISHED
    assert table.extraction.unpublished == {"derbyshire": tuple(missing)}


def test_robbery_as_in_the_manual(reference_data: Path, tmp_path: Path) -> None:
    outcomes = {"recorded-robbery@1.0": frozenset({"Robbery"})}
    table = extracted(reference_data, tmp_path / "o.csv", outcomes=outcomes)
    made = table.extraction
    assert [(one.why, one.rows) for one in made.dropped] == [
        ("other crime types", 241_939),
        ("no LSOA", 16),
        ("outside the areas (Tameside 1)", 1),
    ]
    assert (made.rows_kept, [one.rows for one in made.noted]) == (1779, [3, 26])
    assert table.lsoas_change_by == "2025-01"


def test_lsoas_need_a_lookup_and_then_lose_nothing(
    reference_data: Path, tmp_path: Path, rows: list[Row]
) -> None:
    burglary = {"chosen": ("E23000021",), "outcomes": {"b": frozenset({"Burglary"})}}
    with pytest.raises(DataError, match="of 2011 in some files and of 2021 by 2025-01"):
        extracted(reference_data, tmp_path / "o.csv", unit="lsoa", **burglary)
    new = {code for _, period, code, _, _ in rows if code and period == "2025-01"}
    gone = _in_every_earlier_month(rows) - new
    assert len(gone) > 50, "LSOAs of 2011 that are no more"
    path = _made_up_lookup(rows, new, gone, tmp_path / "lookup.csv")
    table = extracted(reference_data, tmp_path / "o.csv", unit="lsoa", lookup=path, **burglary)
    grid = read_grid(tmp_path / "o.csv")
    districts = extracted(reference_data, tmp_path / "d.csv", **burglary)
    assert table.extraction.rows_kept == districts.extraction.rows_kept
    assert float(grid.low[grid.known].sum()) == table.extraction.rows_kept
    assert not gone & set(grid.areas)


def _in_every_earlier_month(rows: list[Row]) -> set[str]:
    """LSOAs with a crime in all five earlier months: one that is still there would have one later."""
    months = defaultdict(set)
    for _, period, code, _, _ in rows:
        months[code].add(period)
    return {code for code, of in months.items() if code and of == set(PUBLISHED[:-1])}


def _made_up_lookup(rows: list[Row], new: set[str], gone: set[str], path: Path) -> Path:
    """Best fit made from the codes themselves: an LSOA that is gone goes to a new one of its district."""
    names = {code: name for _, _, code, name, _ in rows if code}
    first_new: dict[str, str] = {}
    for code in sorted(new, reverse=True):
        first_new.setdefault(names[code].rpartition(" ")[0], code)
    fits = {code: code for code in names}
    for code in gone:
        fits[code] = first_new.get(names[code].rpartition(" ")[0], max(new))
    lines = [f"{old},{fits[old]}" for old in sorted(fits)]
    path.write_text("\n".join(("LSOA11CD,LSOA21CD", *lines)) + "\n")
    return path
