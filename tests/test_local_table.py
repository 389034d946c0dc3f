"""A local table becomes counts by area and month; what is hidden, missing or none stays so."""

import datetime
import random
from pathlib import Path

import numpy as np
import openpyxl
import pytest

from evalkit.cli.data_panel import TEMPLATE
from evalkit.data.cells import tidy
from evalkit.data.describe import total_in_words
from evalkit.data.keep import read_extraction, read_grid
from evalkit.data.local_table import LocalTable, read_local_table
from evalkit.data.mapping import read_mapping
from evalkit.data.months import fitting, read_period
from evalkit.errors import DataError, EvalkitError, FormError
from evalkit.types.extraction import Rows
from evalkit.workflow.local_table import make_table

HEAD = "Code,District,Month,Calls\n"
COLUMNS = "columns: {unit: Code, unit_name: District, period: Month, outcome: Calls}\n"
MAPPING = "form: evalkit/table/1\nfile: t.csv\nsource: calls\nmeasure: calls@1.0\nperiod: mmm-yy\n"


def read(folder: Path, rows: str | bytes, more: str = "", columns: str = COLUMNS) -> LocalTable:
    content = rows if isinstance(rows, bytes) else rows.encode()
    (folder / "t.csv").write_bytes(content)
    return again(folder, MAPPING + columns + more)


def again(folder: Path, mapping: str) -> LocalTable:
    (folder / "t.yaml").write_text(mapping, encoding="utf-8")
    form, document = read_mapping(folder / "t.yaml")
    return read_local_table(form, document, folder, inside=folder)


def refused(folder: Path, rows: str | bytes, more: str = "", columns: str = COLUMNS) -> str:
    with pytest.raises(EvalkitError) as error:
        read(folder, rows, more, columns)
    return str(error.value)


REGIONS = [
    *("North East", "North West", "Yorkshire and The Humber", "East Midlands", "West Midlands"),
    *("East of England", "London", "South East", "South West"),
]
MONTHS = [f"{datetime.date(2000, month, 1):%b}" for month in range(1, 13)]


def admissions(folder: Path) -> dict[tuple[str, str], int]:
    """Nine regions, six years, 228 hidden cells, and a printed total 13 too high all through 2020."""
    dice = random.Random(2026)
    keys = [(r, f"{y}-{m:02d}") for y in range(2018, 2024) for m in range(1, 13) for r in REGIONS]
    truth = {key: dice.randint(8, 60) for key in keys}
    hidden = set(dice.sample(keys, 228))
    truth |= {key: dice.randint(1, 7) for key in hidden}
    lines = ["Admissions for assault with a sharp object,,", ",,"]
    lines += ['Region,"Month of\n admission",Finished\u00a0episodes [note 1]']
    for period in sorted({p for _, p in keys}):
        month = f"{MONTHS[int(period[5:]) - 1]}-{period[2:4]}"
        for region in REGIONS:
            key = region, period
            lines.append(f"{region},{month},{'*' if key in hidden else truth[key]}")
        printed = sum(truth[r, period] for r in REGIONS) + (1_000 if period[:4] == "2020" else 0)
        lines.append(f'England,{month},"{printed:,}"')
    text = "\r\n".join([*lines, "Source: made up for a test,,"])
    (folder / "admissions.csv").write_bytes(text.encode("utf-8-sig"))
    (folder / "admissions.yaml").write_text(
        "form: evalkit/table/1\nfile: admissions.csv\nsource: hospital-admissions\n"
        "measure: admissions@1.0\nperiod: mmm-yy\nheader_row: 3\n"
        "columns: {unit: Region, period: Month of admission, outcome: Finished episodes}\n"
        'suppressed: {"*": [1, 7]}\n',
        encoding="utf-8",
    )
    return truth


def test_228_hidden_cells_and_regions_that_do_not_sum_to_the_printed_total(tmp_path: Path) -> None:
    truth = admissions(tmp_path)
    done = make_table(tmp_path / "admissions.yaml", tmp_path / "out.parquet")
    grid = read_grid(tmp_path / "out.parquet")
    assert grid.areas == tuple(sorted(REGIONS))
    assert (len(grid.periods), int(grid.suppressed.sum()), int(grid.missing.sum())) == (72, 228, 0)
    for i, area in enumerate(grid.areas):
        for t, period in enumerate(grid.periods):
            low, high = grid.low[i, t, 0], grid.high[i, t, 0]
            assert low <= truth[area, period] <= high
            assert (low, high) == (1, 7) or low == high == truth[area, period]
    made = read_extraction(tmp_path / "out.parquet")
    assert made == done.made
    assert made is not None
    assert made.dropped == (
        Rows(why="only one cell filled, as in a title or a note", rows=1),
        Rows(why="total of others: England (not their sum in 12 of 72)", rows=72),
    )
    assert (made.rows_read, made.rows_kept) == (72 * 10 + 1, 72 * 9)
    (england,) = done.table.totals
    assert {one.period[:4] for one in england.misfits} == {"2020"}
    assert "does NOT fit them in 12 of 72 cells; at worst 2020-" in total_in_words(england)
    for one in england.misfits:
        t = grid.periods.index(one.period)
        printed = sum(truth[r, one.period] for r in REGIONS) + 1_000
        assert one.printed == (printed, printed)
        assert one.parts == (grid.low[:, t, 0].sum(), grid.high[:, t, 0].sum())


def test_every_state_of_a_cell(tmp_path: Path) -> None:
    table = read(
        tmp_path,
        HEAD
        + "E2,Derby,Apr-21,0\nE2,Derby,May-21,*\nE2,Derby,Jul-21,-\n"
        + 'E1,Leicester,Apr-21,"1,234"\nE1,Leicester,May-21,n/a\nE1,Leicester,Jul-21,12 [r]\n',
        'suppressed: {"*": [1, 7]}\nmissing: [n/a]\nzero: ["-"]\nmarks: ["[r]"]\n',
    )
    grid = table.grid
    assert grid.areas == ("E1", "E2") and grid.area_names == ("Leicester", "Derby")
    assert grid.periods == ("2021-04", "2021-05", "2021-06", "2021-07")
    nan = np.nan
    np.testing.assert_array_equal(grid.low[:, :, 0], [[1234, nan, nan, 12], [0, 1, nan, 0]])
    np.testing.assert_array_equal(grid.high[:, :, 0], [[1234, nan, nan, 12], [0, 7, nan, 0]])
    assert table.no_row == 2  # June of each
    assert table.made.unpublished == {"E1": ("2021-05", "2021-06"), "E2": ("2021-06",)}


def test_what_has_no_row_is_zero_only_where_the_mapping_says_so(tmp_path: Path) -> None:
    rows = HEAD + "E1,A,Apr-21,3\nE2,B,Jun-21,4\n"
    assert read(tmp_path, rows).grid.missing.sum() == 4
    grid = read(tmp_path, rows, "absent: zero\n").grid
    np.testing.assert_array_equal(grid.low[:, :, 0], [[3, 0, 0], [0, 0, 4]])
    assert grid.known.all()


@pytest.mark.parametrize(
    ("cell", "says"),
    [
        (
            "c",
            "t.csv:3 Calls: c; needed a whole number, or a marker that the mapping explains. If it ",
        ),
        ("<5", 'suppressed: {"<5": [1, 4]}'),
        ("", "empty; needed a whole number, or a marker that the mapping explains. If nothing is"),
        ("-3", "-3; needed 0 or more."),
        ("12%", "needed a count, not a rate or a share."),
        ("12.5", "needed a count, not a rate or a share."),
        ('"12,5"', "A comma is read before three digits only"),
        ('"1,23"', "needed a whole number."),
        ("1e3", "1e3; needed every digit of a whole number."),
        ("12 [r]", 'marks: ["[r]"]'),
        ("12p", 'marks: ["p"]'),
        ("1 234", "1 234; needed"),
        ("TRUE", "TRUE; needed"),
        ("١٢", "needed a whole number"),
        ("#N/A", "#N/A; needed"),
        ("2021-04-01", "2021-04-01; needed"),
    ],
)
def test_a_cell_that_cannot_be_understood_is_never_guessed(
    tmp_path: Path, cell: str, says: str
) -> None:
    message = refused(tmp_path, HEAD + f"E1,A,Apr-21,3\nE1,A,May-21,{cell}\n")
    assert message.startswith("t.csv:3 Calls: ")
    assert says in message


def test_the_line_that_is_advised_makes_the_table_load(tmp_path: Path) -> None:
    rows = HEAD + "E1,A,Apr-21,3\nE1,A,May-21,<5\n"
    assert 'suppressed: {"<5": [1, 4]}' in refused(tmp_path, rows)
    grid = read(tmp_path, rows, 'suppressed: {"<5": [1, 4]}\n').grid
    assert (grid.low[0, 1, 0], grid.high[0, 1, 0]) == (1, 4)


@pytest.mark.parametrize(
    ("text", "form", "label"),
    [
        ("Apr-21", "mmm-yy", "2021-04"),
        ("April 2021", "mmm-yy", "2021-04"),
        ("Sept 2021", "mmm-yy", "2021-09"),
        ("sep.-1999", "mmm-yy", "1999-09"),
        ("Apr '21", "mmm-yy", "2021-04"),
        ("2021 April", "mmm-yy", "2021-04"),
        ("Apr-99", "mmm-yy", "1999-04"),
        ("2021-04-01", "mmm-yy", "2021-04"),
        ("2021/04", "yyyy-mm", "2021-04"),
        ("202104", "yyyy-mm", "2021-04"),
        ("2021-4", "yyyy-mm", "2021-04"),
        ("04/2021", "mm/yyyy", "2021-04"),
        ("01/04/2021", "dd/mm/yyyy", "2021-04"),
        ("30.04.21", "dd/mm/yyyy", "2021-04"),
        ("2021-04-30 00:00:00", "yyyy-mm-dd", "2021-04"),
        ("2021 Q4", "yyyy-Qn", "2021-Q4"),
        ("Q1 2022", "yyyy-Qn", "2022-Q1"),
        ("2021/22 Q1", "yyyy/yy-Qn", "2021-Q2"),
        ("Q4 2021-22", "yyyy/yy-Qn", "2022-Q1"),
        ("2021", "yyyy", "2021"),
        ("2023/24", "yyyy/yy", "2023"),
        ("1999-00", "yyyy/yy", "1999"),
        ("2023-2024", "yyyy/yy", "2023"),
    ],
)
def test_periods_as_they_are_written(text: str, form, label: str) -> None:  # type: ignore[no-untyped-def]
    assert read_period(text, form) == label


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("2021-13", "yyyy-mm"),
        ("2021-00", "yyyy-mm"),
        ("13/2021", "mm/yyyy"),
        ("31/02/2021", "dd/mm/yyyy"),
        ("04/13/2021", "dd/mm/yyyy"),
        ("01/04/2021 13:00", "dd/mm/yyyy"),
        ("21-Apr", "mmm-yy"),
        ("Mai 2021", "mmm-yy"),
        ("2023/25", "yyyy/yy"),
        ("2021-05-01", "yyyy"),
        ("2021 Q5", "yyyy-Qn"),
        ("44287", "yyyy-mm"),
        ("3021-04", "yyyy-mm"),
        ("Total", "mmm-yy"),
    ],
)
def test_what_is_no_period_in_that_form(text: str, form) -> None:  # type: ignore[no-untyped-def]
    assert read_period(text, form) is None


def test_a_month_in_another_form_names_the_form(tmp_path: Path) -> None:
    assert fitting("2003-04") == ("yyyy-mm", "yyyy/yy")  # April 2003, or the financial year
    message = refused(tmp_path, HEAD + "E1,A,04/2021,3\n")
    assert message == (
        "t.csv:2 Month: 04/2021; needed a period written mmm-yy. "
        "If all are written so, in the mapping: period: mm/yyyy"
    )
    message = refused(tmp_path, HEAD + "E1,A,Total,3\n")
    assert 'ignore_rows: {Month: ["Total"]}' in message


def test_line_breaks_and_hard_spaces_are_tidied_and_reported(tmp_path: Path) -> None:
    table = read(
        tmp_path,
        'Code,District,"Mon\nth [note 2]", Calls\u00a0\n'
        '" E1\u00a0",A,Apr-21,3\nE1,A,"May\n2021 [note 1]",\u00a04 \nE1,A,Jun-21,5\n',
        columns="columns: {unit: Code, unit_name: District, period: Mon th, outcome: Calls}\n",
    )
    assert table.grid.low[0, :, 0].tolist() == [3, 4, 5]
    assert table.made.noted == (
        Rows(why="spaces, line breaks or notes in brackets around a unit or period", rows=2),
    )
    assert "headings tidied: Mon th, Calls" in table.remarks
    assert tidy("a\ufeff\u200b  b") == "a b"


def test_the_same_unit_and_month_twice_names_both_lines(tmp_path: Path) -> None:
    message = refused(tmp_path, HEAD + "E1,A,Apr-21,3\nE1,A,May-21,3\n E1,A,April 2021,3\n")
    assert message.startswith("t.csv:4: E1 2021-04 calls@1.0 also on line 2; needed one row")


def test_rows_are_chosen_by_another_column(tmp_path: Path) -> None:
    rows = "Code,Month,Sex,Calls\nE1,Apr-21,M,3\nE1,Apr-21,Persons,5\nE9,Apr-21,Persons,6\n"
    columns = "columns: {unit: Code, period: Month, outcome: Calls}\n"
    assert "keep_rows or ignore_rows" in refused(tmp_path, rows, columns=columns)
    more = "keep_rows: {Sex: [Persons]}\nignore_rows: {Code: [E9]}\n"
    table = read(tmp_path, rows, more, columns)
    assert table.grid.low.ravel().tolist() == [5]
    assert table.made.dropped == (
        Rows(why="not among keep_rows", rows=1),
        Rows(why="ignored: E9", rows=1),
    )


def test_totals_are_checked_against_their_own_parts(tmp_path: Path) -> None:
    rows = "".join(
        f"{unit},{unit},Apr-21,{n}\n"
        for unit, n in (("A", 5), ("B", "*"), ("C", 9), ("North", 12), ("All areas", 30))
    )
    more = 'suppressed: {"*": [1, 7]}\ntotals: {North: [A, B], All areas: all}\n'
    table = read(tmp_path, HEAD + rows, more)
    north, whole = table.totals
    assert (north.parts, north.misfits) == (2, ())  # 5 + 1..7 = 6..12
    assert (whole.misfits[0].parts, whole.misfits[0].difference) == ((15, 21), 9)
    assert table.grid.areas == ("A", "B", "C")
    assert refused(tmp_path, HEAD + rows, more.replace("[A, B]", "[A, Bee]")).endswith(
        "no unit Bee in the table; needed a unit."
    )
    kept = read(tmp_path, HEAD + rows, 'suppressed: {"*": [1, 7]}\ntotals: {}\n')
    assert kept.grid.areas == ("A", "All areas", "B", "C", "North")


def test_a_total_with_a_missing_part_can_only_be_too_low(tmp_path: Path) -> None:
    rows = HEAD + "A,A,Apr-21,5\nB,B,Apr-21,x\nTotal,,Apr-21,900\nA,A,May-21,5\nB,B,May-21,x\n"
    table = read(tmp_path, rows + "Total,,May-21,4\n", "missing: [x]\n")
    (one,) = table.totals[0].misfits
    assert (one.period, one.difference) == ("2021-05", -1)
    assert "its parts sum to 5 or more: 1 too few" in total_in_words(table.totals[0])


@pytest.mark.parametrize(
    ("units", "left"),
    [
        (["England"], ["England"]),
        (["England", "Derby"], ["Derby"]),
        (["England", "Wales", "United Kingdom"], ["England", "Wales"]),
        (["E92000001", "E06000015"], ["E06000015"]),
        (["E92000001", "W92000004", "K02000001"], ["E92000001", "W92000004"]),
        (["E12000004", "E06000015"], ["E06000015"]),
        (["E12000004", "E12000005", "E92000001"], ["E12000004", "E12000005"]),
        (["TOTAL", "a"], ["a"]),
    ],
)
def test_totals_known_by_their_names(tmp_path: Path, units: list[str], left: list[str]) -> None:
    table = read(tmp_path, HEAD + "".join(f"{unit},,Apr-21,1\n" for unit in units))
    assert list(table.grid.areas) == left


def test_months_across(tmp_path: Path) -> None:
    rows = "Area,Apr-21,May 2021 [note 1],Total\nA,1,*,9\nB,3,4,7\nAll,9,9,9\n"
    columns = 'columns: {unit: Area}\nperiods_across: true\nsuppressed: {"*": [1, 4]}\n'
    table = read(tmp_path, rows, columns=columns)
    np.testing.assert_array_equal(table.grid.high[:, :, 0], [[1, 4], [3, 4]])
    assert "columns not used: Total" in table.remarks
    assert [one.period for one in table.totals[0].misfits] == ["2021-04", "2021-05"]
    message = refused(tmp_path, rows.replace("May 2021 [note 1]", "April 2021"), columns=columns)
    assert "2021-04 both as Apr-21 and as April 2021" in message
    message = refused(tmp_path, "Area,2021-04\nA,1\n", columns=columns)
    assert "Try period: yyyy-mm" in message


def test_outcomes_across_and_in_a_column(tmp_path: Path) -> None:
    start = MAPPING.replace("measure: calls@1.0\n", "")
    (tmp_path / "t.csv").write_text("Code,Month,Knife,Gun\nA,Apr-21,1,2\nA,May-21,3,4\n")
    across = again(
        tmp_path,
        start + "columns: {unit: Code, period: Month}\nmeasures: {gun: Gun, knife: Knife}\n",
    )
    assert across.grid.outcomes == ("gun", "knife")
    assert across.grid.low[0].tolist() == [[2, 1], [4, 3]]
    (tmp_path / "t.csv").write_text("Code,Month,Type,N\nA,Apr-21,knife,1\nA,May-21,gun,2\n")
    down = again(
        tmp_path,
        start + "columns: {unit: Code, period: Month, category: Type, outcome: N}\nabsent: zero\n",
    )
    assert down.grid.outcomes == ("knife", "gun")
    assert down.grid.low[0].tolist() == [[1, 0], [0, 2]]


def test_codes_fill_down_and_exposure(tmp_path: Path) -> None:
    rows = 'Area,Month,Calls,People\nDerby,Apr-21,1,"261,000"\n,May-21,2,261100.5\n'
    columns = "columns: {unit: Area, period: Month, outcome: Calls, exposure: People}\n"
    assert "fill_down: [Area]" in refused(tmp_path, rows, columns=columns)
    more = "fill_down: [Area]\ncodes: {Derby: E06000015}\n"
    grid = read(tmp_path, rows, more, columns).grid
    assert (grid.areas, grid.area_names) == (("E06000015",), ("Derby",))
    assert grid.population is not None
    assert grid.population.tolist() == [[261_000, 261_100.5]]
    message = refused(tmp_path, rows.replace("Derby", "Derbyy"), more, columns)
    assert "codes: no code for Derbyy; needed one for every unit." in message


def test_years_and_quarters(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text(HEAD + "A,,2021/22 Q3,1\nA,,2021/22 Q4,2\nA,,2022/23 Q1,3\n")
    quarters = again(tmp_path, MAPPING.replace("mmm-yy", "yyyy/yy-Qn") + COLUMNS)
    assert quarters.grid.periods == ("2021-Q4", "2022-Q1", "2022-Q2")
    (tmp_path / "t.csv").write_text(HEAD + "A,,2021/22,1\nA,,2023/24,2\n")
    years = again(tmp_path, MAPPING.replace("mmm-yy", "yyyy/yy") + COLUMNS)
    assert years.grid.periods == ("2021", "2022", "2023")
    assert years.made.unpublished == {"A": ("2022",)}


def test_the_real_dates_and_numbers_of_a_spreadsheet(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Notes"
    data = book.create_sheet("Table 1")
    data["B2"] = "Calls by district"
    for row in (
        ["Code", "District", "Month", "Calls"],
        ["E1", "A", datetime.date(2021, 4, 1), 3],
        ["E1", "A", datetime.datetime(2021, 5, 31), "*"],
        [101, "B", "Apr 2021", "1,200"],
        [101, "B", "May-21", 7.0],
        ["Source: made up", None, None, None],
    ):
        data.append([None, *row])
    book.save(tmp_path / "t.xlsx")
    mapping = MAPPING.replace("t.csv", "t.xlsx") + COLUMNS + 'suppressed: {"*": [1, 7]}\n'
    with pytest.raises(
        DataError, match=r"2 visible sheets in t.xlsx; needed one of Notes, Table 1"
    ):
        again(tmp_path, mapping)
    sheet.sheet_state = "hidden"
    book.save(tmp_path / "t.xlsx")
    with pytest.raises(DataError, match="header_row: 3"):
        again(tmp_path, mapping)
    table = again(tmp_path, mapping + "header_row: 3\n")
    assert table.grid.areas == ("101", "E1")
    np.testing.assert_array_equal(table.grid.high[:, :, 0], [[1200, 7], [3, 7]])
    assert "hidden sheets not read: Notes" in table.remarks
    data["E5"] = 0.12
    book.save(tmp_path / "t.xlsx")
    with pytest.raises(DataError, match=r"t.xlsx:5 Calls: 0.12; needed a count, not a rate"):
        again(tmp_path, mapping + "header_row: 3\n")


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (("measure: calls@1.0\n", ""), "no name for the outcome; needed one of measure, measures"),
        (("mmm-yy", "monthly"), "t.yaml:5 period: monthly; needed one of yyyy-mm, mm/yyyy"),
        ((", period: Month", ""), "columns.period: not given; needed a heading"),
        ((COLUMNS, COLUMNS + "periods_across: true\n"), "columns.period: given beside"),
        ((COLUMNS, COLUMNS + "suppresed: {x: [1, 2]}\n"), "suppresed: not a field; needed suppressed"),
        ((COLUMNS, COLUMNS + 'suppressed: {"*": [7, 1]}\n'), "7 to 1; needed the smallest and"),
        ((COLUMNS, COLUMNS + 'suppressed: {"*": [1, 1]}\n'), "1 to 1; needed the smallest and"),
        ((COLUMNS, COLUMNS + 'suppressed: {"*": [1, 7]}\nzero: ["*"]\n'), '"*" also in suppressed'),
        ((COLUMNS, COLUMNS + "suppressed: {c: [-1, 4]}\n"), "-1; needed greater than or equal to 0"),
        ((COLUMNS, COLUMNS + "missing: [-9]\n"), "Quote it."),
        (("Code,", "Kode,"), "columns.unit: no column Kode in t.csv; needed one of Code, District"),
        ((COLUMNS, COLUMNS + "ignore_rows: {Sexe: [F]}\n"), "ignore_rows.Sexe: no column Sexe"),
        (("t.csv", "../t.csv"), "t.yaml:2 file: ../t.csv, which is outside; needed a file beside"),
        (("t.csv", "/etc/passwd"), "which is outside"),
        (("t.csv", "u.csv"), "file: no u.csv; needed that file"),
        (("calls\n", "Calls of 2021\n"), "source: Calls of 2021; needed lower-case letters"),
    ],
)  # fmt: skip
def test_a_mapping_that_cannot_be_right(tmp_path: Path, change: tuple[str, str], says: str) -> None:
    (tmp_path / "in").mkdir()
    for folder in (tmp_path, tmp_path / "in"):
        (folder / "t.csv").write_text(HEAD + "E1,A,Apr-21,3\n")
    with pytest.raises(EvalkitError) as error:
        again(tmp_path / "in", (MAPPING + COLUMNS).replace(*change))
    assert says in str(error.value)


def test_a_link_out_of_the_workspace_is_refused(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "t.csv").write_text(HEAD + "E1,A,Apr-21,3\n")
    (tmp_path / "in" / "t.csv").symlink_to(tmp_path / "t.csv")
    with pytest.raises(DataError, match="outside"):
        again(tmp_path / "in", MAPPING + COLUMNS)


def test_the_template_is_a_mapping(tmp_path: Path) -> None:
    (tmp_path / "t.yaml").write_text(TEMPLATE, encoding="utf-8")
    read_mapping(tmp_path / "t.yaml")
    for line in TEMPLATE.splitlines():
        if line.startswith("# "):
            name = line[2:].partition(":")[0]
            try:
                (tmp_path / "t.yaml").write_text(TEMPLATE + line[2:] + "\n", encoding="utf-8")
                read_mapping(tmp_path / "t.yaml")
            except FormError as error:
                assert name in ("measures", "periods_across"), error


def test_the_mapping_in_the_documents_is_one(tmp_path: Path, root: Path) -> None:
    text = (root / "docs" / "local-tables.md").read_text(encoding="utf-8")
    (tmp_path / "t.yaml").write_text(text.split("```yaml\n")[1].split("```")[0], encoding="utf-8")
    assert read_mapping(tmp_path / "t.yaml")[0].suppressed == {"*": (1, 7)}
