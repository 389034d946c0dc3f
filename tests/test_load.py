"""The only door: recipes and their data, and every refusal with file, line, field and what to do."""

import hashlib
from pathlib import Path

import numpy as np
import pytest

from evalkit.data.load import load_panel, load_series
from evalkit.data.panel import Panel
from evalkit.data.planned import load_starts
from evalkit.data.recipe_fit import Uses
from evalkit.errors import DataError, EvalkitError, FormError
from tests.reference.installed_data import castle

CSV = """\
area,year,rate,treated,start,people
E1,2001,1.0,0,2002,10
E1,2002,2.0,1,2002,10
E1,2003,3.0,1,2002,10
E2,2001,4.0,0,,20
E2,2002,5.0,0,,20
E2,2003,6.0,0,,20
"""
COLUMNS = "{unit: area, period: year, outcome: rate, treated: treated}"


def folder(path: Path, *, csv: str = CSV, columns: str = COLUMNS, **fields: str) -> Path:
    """A case study whose recipe has the right hash unless ``fields`` say otherwise."""
    (path / "areas.csv").write_text(csv, encoding="utf-8")
    digest = hashlib.sha256((path / "areas.csv").read_bytes()).hexdigest()
    recipe = {
        "form": "evalkit/mapping/1", "source": "made up", "licence": "none", "file": "areas.csv",
        "sha256": digest, "columns": columns, **fields,
    }  # fmt: skip
    lines = [f"{name}: {value}" for name, value in recipe.items() if value]
    (path / "data.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def panel(path: Path, first: str = "2001", last: str = "2003") -> Panel:
    return load_panel(path, first=first, last=last, unit_of_measure="rate per 100,000")


def refused(path: Path, *, first: str = "2001", last: str = "2003") -> str:
    with pytest.raises(EvalkitError) as error:
        panel(path, first, last)
    assert isinstance(error.value, DataError | FormError)
    return str(error.value).replace(path.name, "FOLDER")


def test_a_panel_arrives_with_its_provenance(tmp_path: Path):
    loaded = panel(folder(tmp_path, labels='{E1: Derby, E2: "Leicester"}'))
    assert loaded.units == ("Derby", "Leicester")
    assert loaded.outcome.tolist() == [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]
    assert loaded.start.tolist() == [1, 3]
    assert loaded.unit_of_measure == "rate per 100,000"
    origin = loaded.provenance
    assert origin is not None
    assert (origin.file, origin.package, origin.rows_read, origin.rows_used) == (
        "areas.csv",
        "",
        6,
        6,
    )
    assert origin.sha256 == hashlib.sha256((tmp_path / "areas.csv").read_bytes()).hexdigest()
    assert origin.dropped == ()


def test_treated_from_gives_the_same_panel(tmp_path: Path):
    columns = "{unit: area, period: year, outcome: rate, treated_from: start, weights: people}"
    loaded = panel(folder(tmp_path, columns=columns))
    assert loaded.start.tolist() == [1, 3]
    assert loaded.weights is not None and loaded.weights.tolist() == [[10.0] * 3, [20.0] * 3]


def test_rows_outside_the_window_are_counted(tmp_path: Path):
    loaded = panel(folder(tmp_path), "2001", "2002")
    assert loaded.periods == ("2001", "2002")
    assert loaded.provenance is not None
    assert loaded.provenance.dropped == (("outside 2001 to 2002", 2),)
    assert (loaded.provenance.rows_read, loaded.provenance.rows_used) == (6, 4)


@pytest.mark.parametrize("words", [("0", "1"), ("False", "True"), ("0.0", "1.0")])
def test_treated_may_be_numbers_or_true_and_false(tmp_path: Path, words: tuple[str, str]):
    no, yes = words
    csv = CSV.replace(",0,2002", f",{no},2002").replace(",1,2002", f",{yes},2002")
    csv = csv.replace(",0,,", f",{no},,")
    assert panel(folder(tmp_path, csv=csv)).start.tolist() == [1, 3]


@pytest.mark.parametrize("words", [("0", "1"), ("False", "True")])
def test_treatment_that_ends_again_is_refused_with_the_unit(tmp_path: Path, words: tuple[str, str]):
    """True and False too: the difference of two truth values is never negative."""
    no, yes = words
    csv = CSV.replace("E1,2003,3.0,1", "E1,2003,3.0,0")
    csv = csv.replace(",0,", f",{no},").replace(",1,2002", f",{yes},2002")
    assert refused(folder(tmp_path, csv=csv)) == (
        "FOLDER/data.yaml:6 columns.treated: treatment ends again for E1; needed treatment that stays "
        "once it starts."
    )


@pytest.mark.parametrize("value", ["yes", "2", "", "0.5"])
def test_treated_must_be_0_or_1(tmp_path: Path, value: str):
    csv = CSV.replace("E1,2002,2.0,1", f"E1,2002,2.0,{value}")
    assert refused(folder(tmp_path, csv=csv)) == (
        "FOLDER/data.yaml:6 columns.treated: other values; needed 0 or 1 in every row."
    )


def test_two_rows_for_one_unit_and_period_are_named_with_both_lines(tmp_path: Path):
    csv = CSV + "E1,2002,2.5,1,2002,10\n"
    assert refused(folder(tmp_path, csv=csv)) == (
        "areas.csv:8 area, year: E1 2002 also on line 3; needed once. Delete one."
    )


def test_a_missing_period_is_named_with_the_unit(tmp_path: Path):
    csv = CSV.replace("E2,2002,5.0,0,,20\n", "")
    assert refused(folder(tmp_path, csv=csv, labels="{E2: Leicester}")) == (
        "FOLDER/data.yaml:6 columns.period: no 2002 for Leicester in areas.csv; needed all 3 periods "
        "from 2001 to 2003. Load it, or plan for a shorter window."
    )


def test_a_window_beyond_the_data_is_refused(tmp_path: Path):
    message = "no 2004 for E1 in areas.csv; needed all 4 periods from 2001 to 2004."
    assert message in refused(folder(tmp_path), last="2004")
    before = refused(folder(tmp_path), first="1990", last="1991")
    assert "no 1990 in areas.csv; needed all 2 periods from 1990 to 1991." in before


def test_a_missing_column_comes_with_the_closest_one(tmp_path: Path):
    columns = COLUMNS.replace("outcome: rate", "outcome: rates")
    assert refused(folder(tmp_path, columns=columns)) == (
        "FOLDER/data.yaml:6 columns.outcome: no column rates in areas.csv; needed a column of the file. "
        "Try rate."
    )


def test_a_row_without_unit_is_refused(tmp_path: Path):
    csv = CSV.replace("E2,2002", ",2002")
    assert refused(folder(tmp_path, csv=csv)) == (
        "FOLDER/data.yaml:6 columns.unit: no unit in row 5 of areas.csv; needed one in every row."
    )


@pytest.mark.parametrize(
    ("cell", "message"),
    [
        ("n.k.", "outcome: text; needed numbers."),
        ("inf", "outcome: an infinite number; needed finite numbers."),
        ("", "outcome: no number for E2 in 2002 (1 such cells); needed all 3 periods for each of 2 units."),
    ],
)  # fmt: skip
def test_an_outcome_that_is_no_number_is_refused(tmp_path: Path, cell: str, message: str):
    assert refused(folder(tmp_path, csv=CSV.replace("E2,2002,5.0", f"E2,2002,{cell}"))) == message


@pytest.mark.parametrize("weight", ["0", "-1", ""])
def test_a_weight_that_is_not_above_zero_is_refused(tmp_path: Path, weight: str):
    columns = COLUMNS.replace("}", ", weights: people}")
    csv = CSV.replace("E2,2002,5.0,0,,20", f"E2,2002,5.0,0,,{weight}")
    assert refused(folder(tmp_path, csv=csv, columns=columns)) == (
        "weights: a weight that is missing, 0 or less; needed above 0."
    )


def test_two_starts_for_one_unit_are_refused(tmp_path: Path):
    columns = COLUMNS.replace("treated: treated", "treated_from: start")
    csv = CSV.replace("E1,2003,3.0,1,2002", "E1,2003,3.0,1,2003")
    assert refused(folder(tmp_path, csv=csv, columns=columns)) == (
        "start: two different starts for E1; needed one a unit."
    ).replace("start:", "treated_from:")


def test_two_codes_under_one_label_are_refused(tmp_path: Path):
    assert refused(folder(tmp_path, labels="{E1: Derby, E2: Derby}")) == (
        "unit, period: Derby 2001 twice; needed one row a unit and period."
    )


def test_other_bytes_are_refused(tmp_path: Path):
    path = folder(tmp_path)
    (path / "areas.csv").write_text(CSV.replace("1.0", "1.1"), encoding="utf-8")
    found = hashlib.sha256((path / "areas.csv").read_bytes()).hexdigest()[:12]
    needed = hashlib.sha256(CSV.encode()).hexdigest()[:12]
    assert refused(path) == (
        f"FOLDER/data.yaml:5 sha256: areas.csv is {found}…; needed {needed}… as written. Use the file "
        "that the recipe was written for, or write a new recipe."
    )


@pytest.mark.parametrize(
    ("package", "message"),
    [
        ("{name: causaldata, version: 0.0.1, file: castle/castle.dta}",
         "FOLDER/data.yaml:5 package.version: causaldata 0.1.5; needed 0.0.1."),
        ("{name: no-such-package, version: 1.0, file: a.csv}",
         "FOLDER/data.yaml:5 package.version: 1.0; needed text. Quote it."),
        ("{name: no-such-package, version: 1.0.0, file: a.csv}",
         "FOLDER/data.yaml:5 package.name: no-such-package is not installed; needed no-such-package "
         "1.0.0. Install it with: pip install 'evalkit[demo]'"),
        ("{name: causaldata, version: 0.1.5, file: castle/none.dta}",
         "FOLDER/data.yaml:5 package.file: no none.dta in causaldata; needed that file."),
    ],
)  # fmt: skip
def test_packages_are_pinned(tmp_path: Path, package: str, message: str):
    path = folder(tmp_path, file="")
    text = (path / "data.yaml").read_text().replace("sha256:", f"package: {package}\nsha256:")
    lines = text.splitlines()
    lines.insert(4, lines.pop(3))  # package on line 5
    (path / "data.yaml").write_text("\n".join(lines))
    assert refused(path) == message


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"file": "none.csv"}, "FOLDER/data.yaml:4 file: no none.csv; needed that file."),
        ({"file": ""}, "FOLDER/data.yaml:1 package: neither; needed one of package and file."),
        ({"sha256": "abc"}, "FOLDER/data.yaml:5 sha256: abc; needed 64 characters of 0 to 9 and a to f."),
        ({"columns": "{period: year, outcome: rate}"},
         "areas.csv:5 year: 2001 also on line 2; needed once. Delete one."),
        ({"columns": "{unit: area, period: year, outcome: rate}"},
         "FOLDER/data.yaml:6 columns: one series; needed unit, and treated or treated_from."),
        ({"columns": COLUMNS.replace("}", ", treated_from: start}")},
         "FOLDER/data.yaml:6 columns.treated: both; needed one of treated and treated_from."),
        ({"first_period": "2001-01", "columns": COLUMNS.replace("year", "area")},
         "FOLDER/data.yaml:6 columns.period: text; needed running numbers 1, 2, 3 …."),
    ],
)  # fmt: skip
def test_recipes_that_do_not_fit_are_refused(tmp_path: Path, fields: dict[str, str], message: str):
    assert refused(folder(tmp_path, **fields)) == message


@pytest.mark.parametrize("csv", ["", "a,b\n1,2,3,4\n1\n", "\x00\x00"])
def test_a_file_that_is_no_table_is_refused(tmp_path: Path, csv: str):
    with pytest.raises(DataError):
        panel(folder(tmp_path, csv=csv))


def test_bytes_that_are_no_text_are_refused(tmp_path: Path):
    path = folder(tmp_path)
    (path / "areas.csv").write_bytes(b"area,year\n\xff\xfe,1\n")
    digest = hashlib.sha256((path / "areas.csv").read_bytes()).hexdigest()
    text = (path / "data.yaml").read_text()
    old = hashlib.sha256(CSV.encode()).hexdigest()
    (path / "data.yaml").write_text(text.replace(old, digest))
    assert refused(path).startswith("areas.csv: not readable (")


def test_another_kind_of_file_is_refused(tmp_path: Path):
    path = folder(tmp_path, file="areas.xlsx")
    (path / "areas.csv").rename(path / "areas.xlsx")
    assert refused(path) == "areas.xlsx: a .xlsx file; needed csv, parquet or dta."


BY_NAME = "{unit: area, period: year, outcome: rate}"


def test_a_recipe_says_itself_who_starts_and_who_is_left_out(tmp_path: Path):
    csv = CSV + "".join(f"E3,{year},7.0,0,,10\n" for year in (2001, 2002, 2003))
    names = {"labels": "{E1: Derby}", "leave_out": "[E2]"}
    path = folder(tmp_path, csv=csv, columns=BY_NAME, treated_from="{Derby: 2002}", **names)
    loaded = panel(path)
    assert loaded.units == ("Derby", "E3") and loaded.start.tolist() == [1, 3]
    assert loaded.provenance is not None and loaded.provenance.dropped == (("left out: E2", 3),)
    assert load_starts(path).of_unit == {"Derby": "2002"}


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"treated_from": "{E1: 2002}"}, "treated_from: starts, and a column with them; needed one"),
        ({"columns": BY_NAME, "treated_from": "{E9: 2002}"}, "treated_from: E9; needed a unit of the"),
        ({"columns": BY_NAME, "treated_from": "{E1: 2002}", "leave_out": "[E1]"}, "E1, which leave_out"),
        ({"columns": "{period: year, outcome: rate}", "leave_out": "[E1]"}, "no column of units"),
        ({"columns": BY_NAME}, "columns: one series; needed unit, and treated or treated_from."),
    ],
)  # fmt: skip
def test_a_recipe_that_contradicts_itself_about_starts_is_refused(tmp_path: Path, fields, said):
    assert said in refused(folder(tmp_path, **fields))


def test_a_table_in_parquet_is_read_and_simulated_data_stay_marked(tmp_path: Path, cli):
    said = cli(
        "data", "simulate", "panel", "--out", "simulated.parquet", "--areas", 3, cwd=tmp_path
    )
    assert said.code == 0, said.err
    path = tmp_path / "study"
    path.mkdir()
    digest = hashlib.sha256((tmp_path / "simulated.parquet").read_bytes()).hexdigest()
    columns = "{unit: area_name, period: period, outcome: value}"
    folder(path, columns=columns, file="../simulated.parquet", treated_from="{Leicester: 2023-04}")
    text = (
        (path / "data.yaml").read_text().replace(hashlib.sha256(CSV.encode()).hexdigest(), digest)
    )
    (path / "data.yaml").write_text(text)
    loaded = panel(path, "2021-04", "2025-03")
    assert len(loaded.units) == 3 and loaded.start.tolist().count(24) == 1
    assert loaded.provenance is not None and loaded.provenance.simulated
    assert loaded.provenance.file == "simulated.parquet"


MONTHS = "t,deaths,days\n1,10,8\n2,12,9\n3,11,8\n"


def series_folder(path: Path, *, columns: str = "{period: t, outcome: deaths, covariates: [days]}"):
    return folder(path, csv=MONTHS, columns=columns, first_period="1985-12")


def test_running_numbers_become_months(tmp_path: Path):
    series = load_series(
        series_folder(tmp_path),
        first="1985-12",
        last="1986-02",
        unit_of_measure="deaths",
        uses=Uses(covariates=("days",)),
    )
    assert series.periods == ("1985-12", "1986-01", "1986-02")
    assert series.outcome.tolist() == [10.0, 12.0, 11.0]
    assert [(name, values.tolist()) for name, values in series.covariates] == [("days", [8, 9, 8])]


def test_a_covariate_that_the_recipe_does_not_name_is_refused(tmp_path: Path):
    path = series_folder(tmp_path, columns="{period: t, outcome: deaths}")
    with pytest.raises(
        DataError, match=r"columns.covariates: no days; needed days, which the plan"
    ):
        load_series(
            path,
            first="1985-12",
            last="1986-02",
            unit_of_measure="d",
            uses=Uses(covariates=("days",)),
        )


def test_castle_reads_the_stata_coding_of_the_package(root: Path):
    loaded = load_panel(
        root / "case_studies" / "castle-doctrine", first="2000", last="2010", unit_of_measure="log"
    )
    raw = castle()
    texas = raw[raw["sid"] == 44].sort_values("year")
    assert loaded.outcome[loaded.units.index("Texas")] == pytest.approx(
        texas["l_homicide"].to_numpy(np.float64), abs=0
    )
    first = int(texas.loc[texas["post"] == 1, "year"].min())
    assert loaded.periods[loaded.start[loaded.units.index("Texas")]] == str(first)
