"""Measures, snapshots, and the same cells under several definitions."""

import datetime
import hashlib
from dataclasses import replace

import numpy as np
import pytest

from evalkit.cli import noun_texts
from evalkit.data.grid import OutcomeGrid
from evalkit.data.offences import police_uk_outcomes
from evalkit.errors import DataError, FormError, RegistryError
from evalkit.registry import ledger
from evalkit.registry.store import create_registry, open_registry
from evalkit.types.extraction import Extraction, InputFile, Rows
from evalkit.types.measure import POLICE_UK_TYPES, OffenceSet
from evalkit.workflow.definitions import compare_definitions
from evalkit.workflow.nouns import read_noun, register_noun
from evalkit.workflow.snapshots import record_snapshot

TODAY = datetime.date(2026, 4, 20)
BROAD = "Violence and sexual offences, Robbery, Possession of weapons"


@pytest.fixture
def url(tmp_path):
    address = f"sqlite:///{tmp_path / 'registry.db'}"
    create_registry(address)
    return address


@pytest.fixture
def add(tmp_path, url):
    def register(kind, text, *swaps):
        for old, new in swaps:
            assert old in text, old
            text = text.replace(old, new)
        path = tmp_path / f"{kind}.yaml"
        path.write_text(text, encoding="utf-8")
        with open_registry(url, write=True) as session:
            return register_noun(session, kind, path, on=TODAY).record

    return register


@pytest.mark.parametrize(
    ("counts", "says"),
    [
        ("{scheme: police-uk, include: [Robberies]}", "Robberies; needed a crime type of data.police.uk"),
        ("{scheme: police-uk, include: [Robbery], exclude: [Robbery]}", "everything; needed something left"),
        ("{scheme: icd-10, include: [99X]}", "99X; needed a cause such as X99"),
        ("{scheme: icd-10, include: [X99-X93]}", "from the lower to the higher cause. Swap the two."),
        ("{scheme: home-office-code, include: [eight]}", "a code of the Counting Rules such as 8N"),
        ("{scheme: knives, include: [Robbery]}", "counts[0].scheme: knives"),
        ("{scheme: police-uk, include: []}", "counts[0].include"),
    ],
)  # fmt: skip
def test_an_offence_set_that_nobody_can_count_is_refused_with_its_line(tmp_path, counts, says):
    path = tmp_path / "measure.yaml"
    text = noun_texts.MEASURE.replace("{scheme: police-uk, include: [Robbery]}", counts)
    path.write_text(text, encoding="utf-8")
    with pytest.raises(FormError) as refused:
        read_noun(path, "measure")
    assert says in str(refused.value)
    assert "measure.yaml:10" in str(refused.value)


def test_each_scheme_stands_once(tmp_path):
    path = tmp_path / "measure.yaml"
    twice = "  - {scheme: police-uk, include: [Robbery]}\n"
    path.write_text(noun_texts.MEASURE.replace(twice, 2 * twice), encoding="utf-8")
    with pytest.raises(FormError, match=r"measure.yaml:11 counts\[1\].scheme: police-uk again"):
        read_noun(path, "measure")


def test_a_measure_needs_its_definition_registered(add):
    swap = ("definition:  #", "definition: serious-violence-strategy-2018  #")
    with pytest.raises(RegistryError, match="definition serious-violence-strategy-2018"):
        add("measure", noun_texts.MEASURE, swap)
    add("definition", noun_texts.DEFINITION)
    assert add("measure", noun_texts.MEASURE, swap).name == "recorded-robbery@1.0"


def test_crime_types_of_a_measure_and_a_measure_that_these_files_cannot_show(add):
    measure = add("measure", noun_texts.MEASURE)
    assert police_uk_outcomes([measure]) == {"recorded-robbery@1.0": frozenset({"Robbery"})}
    hospital = replace(measure, counts=(OffenceSet(scheme="icd-10", include=("X99",)),))
    with pytest.raises(DataError, match="counted by icd-10; needed crime types"):
        police_uk_outcomes([hospital])


def test_the_crime_types_are_those_of_the_real_files(reference_data):
    import csv
    import io
    import zipfile

    found = set()
    with zipfile.ZipFile(reference_data / "police_uk_east_midlands_sample.zip") as archive:
        for name in archive.namelist():
            if name.endswith(".csv"):
                text = io.TextIOWrapper(archive.open(name), encoding="utf-8", newline="")
                found |= {row["Crime type"] for row in csv.DictReader(text)}
    assert found == set(POLICE_UK_TYPES)


def extraction(table, **changes):
    made = Extraction(
        source="police-uk",
        inputs=(InputFile(name="a.csv", sha256="0" * 64, size=10, rows=5),),
        choices={"unit": "district"},
        rows_read=5,
        rows_kept=4,
        dropped=(Rows(why="no LSOA", rows=1),),
        noted=(),
        periods=("2018-10", "2018-11"),
        unpublished={},
        table_sha256=hashlib.sha256(table.read_bytes()).hexdigest(),
    )
    return replace(made, **changes)


def snapshot(url, table, made, **more):
    with open_registry(url, write=True) as session:
        return record_snapshot(
            session, table, made, outcomes=("recorded-robbery@1.0",), areas=2, on=TODAY, **more
        )


def test_a_snapshot_is_sealed_in_the_ledger_once(url, tmp_path):
    table = tmp_path / "robbery.csv"
    table.write_text("area\n")
    made = extraction(table)
    first, new = snapshot(url, table, made)
    assert (first.id, new, first.files) == ("S-0001", True, 1)
    assert snapshot(url, table, made) == (first, False)
    other, new = snapshot(url, table, replace(made, choices={"unit": "lsoa"}))
    assert (other.id, new) == ("S-0002", True)
    with open_registry(url) as session:
        assert ledger.verify(session).first_problem is None
        assert "snapshot/S-0001/v1.0" in {entry.subject for entry in ledger.entries(session)}


def test_a_table_that_was_changed_after_it_was_extracted_is_not_put_on_record(url, tmp_path):
    table = tmp_path / "robbery.csv"
    table.write_text("area\n")
    made = extraction(table)
    table.write_text("area\nDerby\n")
    with pytest.raises(RegistryError, match=r"robbery.csv: a table of hash \w{12}; needed"):
        snapshot(url, table, made)


def test_a_snapshot_for_a_plan_that_is_not_locked_is_refused(url, tmp_path):
    table = tmp_path / "robbery.csv"
    table.write_text("area\n")
    with pytest.raises(RegistryError, match="EM-2026-0001-P1, which is not locked"):
        snapshot(url, table, extraction(table), protocol="EM-2026-0001-P1")


@pytest.fixture
def grid():
    low = np.zeros((2, 2, 2))
    low[:, :, 0] = [[10, 20], [1, np.nan]]
    low[:, :, 1] = [[100, 200], [50, np.nan]]
    high = low.copy()
    high[1, 0, 0] = 7
    return OutcomeGrid(
        areas=("E06000015", "E06000018"),
        area_names=("Derby", "Nottingham"),
        periods=("2018-10", "2018-11"),
        outcomes=("recorded-robbery@1.0", "broad-violence@1.0"),
        low=low,
        high=high,
        population=np.array([[250_000.0, 250_000.0], [320_000.0, 320_000.0]]),
    )


def test_definitions_side_by_side_in_the_same_cells(url, add, grid):
    add("definition", noun_texts.DEFINITION)
    add("definition", noun_texts.DEFINITION, ("serious-violence-strategy-2018", "broad"))
    add("definition", noun_texts.DEFINITION, ("serious-violence-strategy-2018", "hospital"))
    narrow = ("definition:  #", "definition: serious-violence-strategy-2018  #")
    add("measure", noun_texts.MEASURE, narrow)
    wide = (("recorded-robbery", "broad-violence"), ("include: [Robbery]", f"include: [{BROAD}]"))
    add("measure", noun_texts.MEASURE, ("definition:  #", "definition: broad  #"), *wide)
    with open_registry(url) as session:
        whole = {one.definition: one for one in compare_definitions(session, grid, definitions=())}
        derby = compare_definitions(
            session, grid, definitions=["broad"], areas=["E06000015"], last="2018-10"
        )
    strict = whole["serious-violence-strategy-2018@1.0"]
    assert (strict.low, strict.high, strict.missing) == (31, 37, 1)  # 10 + 20 + (1 to 7)
    assert strict.per_1000 == pytest.approx(1_000 * 12 * 31 / 820_000, rel=1e-12)
    assert whole["broad@1.0"].low == 350
    assert whole["broad@1.0"].counts == BROAD
    assert whole["hospital@1.0"].low is None
    assert whole["hospital@1.0"].counts == "no measure counts it yet"
    assert [one.low for one in derby] == [100]


@pytest.mark.parametrize(
    ("periods", "a_year"), [(("2018-Q4", "2019-Q1"), 4), (("2018", "2019"), 1)]
)
def test_rates_a_year_from_quarters_and_years(url, add, grid, periods, a_year):
    add("definition", noun_texts.DEFINITION)
    narrow = ("definition:  #", "definition: serious-violence-strategy-2018  #")
    add("measure", noun_texts.MEASURE, narrow)
    with open_registry(url) as session:
        (found,) = compare_definitions(session, replace(grid, periods=periods), definitions=())
    assert found.per_1000 == pytest.approx(1_000 * a_year * 31 / 820_000, rel=1e-12)


@pytest.mark.parametrize(
    ("choice", "says"),
    [
        ({"areas": ["E07000032"]}, "no E07000032 in the table"),
        ({"first": "2017-01"}, "2017-01; needed a period from 2018-10 to 2018-11"),
        ({"definitions": ["nobodys"]}, "definition nobodys"),
    ],
)
def test_what_is_not_there_is_not_compared(url, grid, choice, says):
    with open_registry(url) as session, pytest.raises((DataError, RegistryError), match=says):
        compare_definitions(session, grid, **{"definitions": (), **choice})
