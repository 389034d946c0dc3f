"""Population by month from mid-year estimates, and rates: worked out by hand."""

import csv
from pathlib import Path

import numpy as np
import pytest

from evalkit.data.grid import OutcomeGrid
from evalkit.data.keep import read_grid
from evalkit.data.population import rates, with_population
from evalkit.errors import DataError, EvalkitError
from evalkit.workflow.local_table import add_population, make_table

ESTIMATES = "area,year,population\nE1,2020,100000\nE1,2021,112000\nE1,2022,100000\n"


def grid_of(periods: list[str], areas: tuple[str, ...] = ("E1",)) -> OutcomeGrid:
    cells = np.ones((len(areas), len(periods), 1))
    return OutcomeGrid(
        areas=areas,
        area_names=tuple(f"{area} town" for area in areas),
        periods=tuple(periods),
        outcomes=("calls",),
        low=2 * cells,
        high=5 * cells,
    )


def estimates(folder: Path, text: str = ESTIMATES) -> Path:
    (folder / "people.csv").write_text(text)
    return folder / "people.csv"


def people(folder: Path, periods: list[str], text: str = ESTIMATES) -> list[float]:
    grid, _, _ = add_population(grid_of(periods), made(folder), estimates(folder, text))
    assert grid.population is not None
    return grid.population[0].tolist()  # type: ignore[no-any-return]


def made(folder: Path):  # type: ignore[no-untyped-def]
    (folder / "t.csv").write_text("Code,Month,Calls\nE1,2021-04,2\n")
    (folder / "t.yaml").write_text(
        "form: evalkit/table/1\nfile: t.csv\nsource: calls\nmeasure: calls\nperiod: yyyy-mm\n"
        "columns: {unit: Code, period: Month, outcome: Calls}\n"
    )
    return make_table(folder / "t.yaml", None).made


def test_months_between_two_mid_years_by_hand(tmp_path: Path) -> None:
    """From mid-2020 to mid-2021 people grow by 12,000, which is 1,000 a month.

    30 June 2020 is the end of June. The middle of July is half a month later: 100,000 + 500. The middle of
    December is 5.5 months later, of June 2021 11.5 months later; July 2021 is half a month down the other
    side: 112,000 - 500.
    """
    periods = ["2020-07", "2020-12", "2021-01", "2021-06", "2021-07"]
    by_month = dict(
        zip(months := all_months("2020-07", "2021-07"), people(tmp_path, months), strict=True)
    )
    assert [by_month[p] for p in periods] == pytest.approx(
        [100_500, 105_500, 106_500, 111_500, 111_500], rel=1e-12
    )


def all_months(first: str, last: str) -> list[str]:
    from evalkit.data.periods import between

    return list(between(first, last))


def test_the_twelve_months_average_to_the_middle_of_both_mid_years(tmp_path: Path) -> None:
    """Identity: a straight line from 100,000 to 112,000 has the mean 106,000."""
    year = people(tmp_path, all_months("2020-07", "2021-06"))
    assert np.mean(year) == pytest.approx(106_000, rel=1e-12)


def test_quarters_are_the_average_of_their_months_and_years_their_mid_year(tmp_path: Path) -> None:
    assert people(tmp_path, ["2020-Q4", "2021-Q1"]) == pytest.approx([104_500, 107_500], rel=1e-12)
    assert people(tmp_path, ["2020", "2021", "2022"]) == [100_000, 112_000, 100_000]


def test_outside_the_estimates_the_nearest_is_held_and_said_so(tmp_path: Path) -> None:
    months = all_months("2022-06", "2024-06")
    grid, record, use = add_population(grid_of(months), made(tmp_path), estimates(tmp_path))
    assert grid.population is not None
    assert grid.population[0, 1:].tolist() == [100_000.0] * 24
    assert grid.population[0, 0] == pytest.approx(100_500)
    assert use.held == tuple(months[1:])
    assert record.choices["population"] == (
        "mid-year estimates 2020 to 2022 stand for 30 June, with straight lines between them, each "
        "month at its middle; held at the nearest estimate in 24 periods (2022-07 to 2024-06)"
    )
    assert [one.name for one in record.inputs] == ["t.csv", "people.csv"]
    with pytest.raises(DataError, match="2024-07, but estimates from 2020 to 2022"):
        people(tmp_path, ["2024-06", "2024-07"])
    assert people(tmp_path, ["2018-07"]) == [100_000.0]
    with pytest.raises(DataError, match="not more than 24 months away"):
        people(tmp_path, ["2018-06"])


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (
            ESTIMATES + "E1,2021,112000\n",
            "people.csv:5: E1 2021 population also on line 3; needed one row for each unit",
        ),
        (ESTIMATES.replace("E1", "E2"), "no estimate for E1 (E1 town); needed one for every area"),
        (
            ESTIMATES.replace("E1,2021,112000\n", ""),
            "no estimate for E1 in 2021; needed every year",
        ),
        (ESTIMATES.replace("112000", "0"), "no estimate for E1 in 2021"),
        (ESTIMATES.replace("112000", "-5"), "people.csv:3 population: -5; needed 0 or more"),
        (
            ESTIMATES.replace("area,", "LAD23CD,"),
            "no column area in people.csv; needed one of LAD23CD, year, population. Name the right",
        ),
        (
            ESTIMATES.replace("2021", "mid-2021"),
            "people.csv:3 year: mid-2021; needed a period written",
        ),
        ("", "people.csv: an empty file"),
    ],
)
def test_estimates_that_cannot_be_used(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(EvalkitError) as refused:
        people(tmp_path, ["2021-04"], text)
    assert says in str(refused.value)


def test_old_districts_are_not_guessed(tmp_path: Path) -> None:
    old = grid_of(["2021-04"], ("E07000150", "E07000154"))
    text = ESTIMATES.replace("E1", "E06000061")
    with pytest.raises(DataError) as refused:
        add_population(old, made(tmp_path), estimates(tmp_path, text))
    message = str(refused.value)
    assert "no estimate for E07000150 (E07000150 town) and 1 more of the areas;" in message
    assert "Northamptonshire's did in April 2021" in message


def test_a_mapping_reads_estimates_that_stand_across(tmp_path: Path) -> None:
    (tmp_path / "wide.csv").write_text(
        'Code,Area,2020,2021,2022\nE1,Town,"100,000",112000,100000\n'
    )
    (tmp_path / "wide.yaml").write_text(
        "form: evalkit/table/1\nfile: wide.csv\nsource: ons\nmeasure: people\nperiod: yyyy\n"
        "columns: {unit: Code, unit_name: Area}\nperiods_across: true\n"
    )
    grid, _, _ = add_population(grid_of(["2020-12"]), made(tmp_path), tmp_path / "wide.yaml")
    assert grid.population is not None
    assert grid.population[0, 0] == pytest.approx(105_500)


def test_rates_keep_their_bounds(tmp_path: Path) -> None:
    """2 to 5 calls among 100,000 people are 0.02 to 0.05 in 1,000."""
    grid, _ = with_population(grid_of(["2020"]), yearly(100_000))
    low, high = rates(grid, per=1_000)
    assert (low.item(), high.item()) == (0.02, 0.05)
    with pytest.raises(DataError, match="population: none in the table; needed people by area"):
        rates(grid_of(["2020"]), per=1_000)


def yearly(number: float) -> OutcomeGrid:
    cell = np.full((1, 1, 1), number)
    return OutcomeGrid(
        areas=("E1",),
        area_names=("E1",),
        periods=("2020",),
        outcomes=("people",),
        low=cell,
        high=cell,
    )


def test_a_table_with_rates_is_still_a_table(tmp_path: Path) -> None:
    made(tmp_path)
    out = tmp_path / "out.csv"
    done = make_table(tmp_path / "t.yaml", out, population=estimates(tmp_path), per=1_000)
    head, row = out.read_text().splitlines()
    assert head.endswith(",state,population,rate,rate_low,rate_high")
    assert float(row.split(",")[-1]) == pytest.approx(2 * 1_000 / 109_500)
    assert read_grid(out).population is not None
    assert done.made.choices["per"] == "1000"
    with pytest.raises(DataError, match="--population FILE"):
        make_table(tmp_path / "t.yaml", tmp_path / "other.csv", per=1_000)
    assert not (tmp_path / "other.csv").exists()


@pytest.mark.reference_data
def test_the_published_estimates_of_the_east_midlands(tmp_path: Path, reference_data: Path) -> None:
    """Derby: 248,943 in mid-2011 and 251,804 in mid-2012, so July 2011 is 0.5/12 of the way."""
    areas = ("E06000015", "E06000061")
    grid, _, use = add_population(
        grid_of(["2011-07"], areas),
        made(tmp_path),
        reference_data / "east_midlands_population_2011_2023.csv",
        columns="LAD23CD,year,population",
    )
    assert grid.population is not None
    assert grid.population[0, 0] == pytest.approx(
        248_943 + 0.5 / 12 * (251_804 - 248_943), rel=1e-12
    )
    assert use.years == ("2011", "2023")
    with pytest.raises(
        DataError,
        match=r":28: E23000021 2011 population also on line 15.*--population-columns AREA",
    ):
        add_population(
            grid_of(["2011-07"], areas),
            made(tmp_path),
            reference_data / "east_midlands_population_2011_2023.csv",
            columns="PFA23CD,year,population",
        )


def test_a_police_area_has_the_people_of_its_districts(tmp_path: Path) -> None:
    """Two districts of 100,000 and 50,000 in mid-2020; a police area with its own estimate keeps that."""
    text = "area,year,population\nD1,2020,100000\nD2,2020,50000\nP2,2020,7\nD3,2020,1\n"
    parts = {"P1": ("D1", "D2"), "P2": ("D3",)}
    grid, record, _ = add_population(
        grid_of(["2020"], ("P1", "P2")), made(tmp_path), estimates(tmp_path, text), parts=parts
    )
    assert grid.population is not None
    assert grid.population[:, 0].tolist() == [150_000, 7]
    assert record.choices["population"].endswith("; the districts of P1 added up")
    with pytest.raises(
        DataError, match="no estimate for D9 in P1; needed all of its 2 districts, to add them up"
    ):
        add_population(
            grid_of(["2020"], ("P1",)),
            made(tmp_path),
            estimates(tmp_path, text),
            parts={"P1": ("D1", "D9")},
        )


@pytest.mark.reference_data
def test_people_of_the_five_police_areas_from_their_districts(
    tmp_path: Path, reference_data: Path
) -> None:
    """Against the police area that the published table names beside each district."""
    from evalkit.registry.seeds import areas

    parts: dict[str, list[str]] = {}
    for area in areas():
        if area["kind"] == "local-authority":
            parts.setdefault(str(area["parent"]), []).append(str(area["code"]))
    file = reference_data / "east_midlands_population_2011_2023.csv"
    with file.open(newline="", encoding="utf-8-sig") as lines:
        printed: dict[str, int] = {}
        for row in csv.DictReader(lines):
            if row["year"] == "2019":
                printed[row["PFA23CD"]] = printed.get(row["PFA23CD"], 0) + int(row["population"])
    grid, _, _ = add_population(
        grid_of(["2019"], tuple(printed)),
        made(tmp_path),
        file,
        columns="LAD23CD,year,population",
        parts=parts,
    )
    assert grid.population is not None
    assert grid.population[:, 0].tolist() == list(printed.values())
    assert len(printed) == 5
