"""From files to a table on record: measures by name, the plan it is for, the list of what was extracted."""

import json

import pytest

from evalkit.cli import noun_texts
from evalkit.data.police.names import MARK

HEADER = (
    "Crime ID,Month,Reported by,Falls within,Longitude,Latitude,Location,LSOA code,LSOA name,"
    "Crime type,Last outcome category,Context"
)
ROW = ",2023-01,Derbyshire Constabulary,Derbyshire Constabulary,,,On or near X,E01013501,Derby 001A,{},,"


@pytest.fixture
def place(tmp_path, cli):
    folder = tmp_path / "place"
    assert cli("init", folder, cwd=tmp_path).code == 0
    (folder / "robbery.yaml").write_text(noun_texts.MEASURE, encoding="utf-8")
    assert cli("measure", "add", "robbery.yaml", cwd=folder).code == 0
    month = folder / "raw" / "2023-01"
    month.mkdir(parents=True)
    lines = [HEADER, ROW.format("Robbery"), ROW.format("Robbery"), ROW.format("Drugs")]
    (month / "2023-01-derbyshire-street.csv").write_text("\n".join(lines) + "\n")
    return folder


def test_a_measure_is_counted_by_name_and_the_table_is_on_record(place, cli):
    chosen = ("--outcome", "recorded-robbery", "--area", "Derby")
    said = cli("data", "police", "raw", *chosen, "--out", "r.csv", cwd=place)
    assert (said.code, said.err) == (0, "")
    assert said.out.startswith("Snapshot S-0001 police-uk: recorded-robbery@1.0 (1 file)\n")
    assert (
        "E06000015,Derby,2023-01,recorded-robbery@1.0,2,2,2,known" in (place / "r.csv").read_text()
    )
    listed = json.loads(cli("data", "list", "--json", cwd=place).out)["snapshots"]
    assert [one["table"] for one in listed] == ["r.csv"]
    assert "S-0001" in cli("data", "list", cwd=place).out


def test_files_marked_as_made_up_are_simulated_on_record(place, cli):
    (place / "raw" / MARK).write_text("made up")
    said = cli("data", "police", "raw", "--out", "r.csv", cwd=place)
    assert "SIMULATED DATA: not evidence" in said.out
    assert json.loads((place / "r.csv.provenance.json").read_text())["simulated"] is True
    assert "S-0001 simulated" in cli("data", "list", cwd=place).out


@pytest.mark.parametrize(
    ("more", "says"),
    [
        (("--for", "EM-2026-0001-P1"), "EM-2026-0001-P1, which is not locked"),
        (("--outcome", "recorded-robbery@2.0"), "recorded-robbery"),
        (("--outcome", "knives"), "measure knives, which is not registered"),
        (("--crime-type", "Robberies"), "--crime-type: Robberies; needed one of"),
    ],
)
def test_a_wrong_plan_measure_or_crime_type_writes_nothing(place, cli, more, says):
    said = cli("data", "police", "raw", "--out", "r.csv", *more, cwd=place)
    assert said.code == 1 and says in said.err
    assert not list(place.glob("r.csv*"))
    assert cli("data", "list", cwd=place).out.startswith("No snapshots yet.")


def test_rates_stand_beside_the_counts(place, cli):
    people = "area,year,population\nE06000015,2022,240000\nE06000015,2023,264000\n"
    (place / "people.csv").write_text(people)
    chosen = ("--crime-type", "Robbery", "--area", "Derby", "--population", "people.csv")
    said = cli("data", "police", "raw", *chosen, "--per", "1000", "--out", "r.csv", cwd=place)
    assert (said.code, said.err) == (0, "")
    head, row = (place / "r.csv").read_text().splitlines()
    cell = dict(zip(head.split(","), row.split(","), strict=True))
    middle_of_january = 240_000 + 24_000 * 6.5 / 12  # by twelfths of a year from 30 June
    assert float(cell["population"]) == pytest.approx(middle_of_january, rel=1e-12)
    assert float(cell["rate"]) == pytest.approx(1_000 * 2 / middle_of_january, rel=1e-12)
    made = json.loads((place / "r.csv.provenance.json").read_text())
    assert made["choices"]["per"] == "1000" and len(made["inputs"]) == 2


def test_there_are_no_yearly_estimates_for_lsoas(place, cli):
    (place / "people.csv").write_text("area,year,population\n")
    lsoas = ("--unit", "lsoa", "--population", "people.csv")
    said = cli("data", "police", "raw", *lsoas, "--out", "r.csv", cwd=place)
    assert said.code == 1 and "--population: counts by LSOA; needed --unit district" in said.err
    assert not list(place.glob("r.csv*"))
