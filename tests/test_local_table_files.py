"""Files as they come: a clear refusal or the right counts, never wrong ones."""

import contextlib
import subprocess
import sys
import zipfile
from pathlib import Path

import duckdb
import openpyxl
import pytest

from evalkit.data.local_table import LocalTable, read_local_table
from evalkit.data.mapping import read_mapping
from evalkit.errors import DataError

ROWS = "Code,Month,Calls\nE1,2021-04,3\nE2,2021-04,1234\nE1,2021-05,0\nE2,2021-05,8\n"
COUNTS = [[3.0, 0.0], [1234.0, 8.0]]


def load(folder: Path, name: str, more: str = "") -> LocalTable:
    (folder / "t.yaml").write_text(
        f"form: evalkit/table/1\nfile: {name}\nsource: calls\nmeasure: calls@1.0\n"
        f"columns: {{unit: Code, period: Month, outcome: Calls}}\nperiod: yyyy-mm\n{more}",
        encoding="utf-8",
    )
    form, document = read_mapping(folder / "t.yaml")
    return read_local_table(form, document, folder, inside=folder)


def counts(table: LocalTable) -> list[list[float]]:
    assert table.grid.known.all()
    return table.grid.low[:, :, 0].tolist()  # type: ignore[no-any-return]


def refused(folder: Path, name: str, content: bytes, more: str = "") -> str:
    (folder / name).write_bytes(content)
    with pytest.raises(DataError) as error:
        load(folder, name, more)
    return str(error.value)


@pytest.mark.parametrize(
    ("content", "more"),
    [
        (ROWS.encode(), ""),
        (ROWS.encode("utf-8-sig"), ""),
        (ROWS.replace("\n", "\r\n").encode(), ""),
        (ROWS.replace("\n", "\r").encode(), ""),
        (ROWS.replace("\n", "\r\n", 2).replace("E1,2021-05,0\n", "E1,2021-05,0\r").encode(), ""),
        (ROWS.rstrip("\n").encode(), ""),
        ((ROWS + "\n\n,,\n").encode(), ""),
        (ROWS.replace(",", "\t").encode("utf-16"), 'delimiter: "\\t"\n'),
        (ROWS.encode("utf-16"), ""),
        (ROWS.encode("utf-16-be"), "encoding: utf-16\n"),
        (ROWS.replace(",", ";").encode(), 'delimiter: ";"\n'),
        (ROWS.replace("1234", '"1,234"').replace("Code", '"Code"').encode(), ""),
        (ROWS.replace("E1,2021-05", "E1, 2021-05").encode("windows-1252"), "encoding: windows-1252\n"),
        (b"Calls,X,Code,Month\n3,x,E1,2021-04\n1234,,E2,2021-04\n0,,E1,2021-05\n8,,E2,2021-05\n", ""),
        (("A title\n\n" + ROWS).encode(), "header_row: 3\n"),
    ],
)  # fmt: skip
def test_text_as_it_comes(tmp_path: Path, content: bytes, more: str) -> None:
    if content == ROWS.encode("utf-16-be"):
        content = b"\xfe\xff" + content
    (tmp_path / "t.csv").write_bytes(content)
    if more.startswith("header_row"):
        more = "header_row: 3\n"
    assert counts(load(tmp_path, "t.csv", more)) == COUNTS


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "t.csv: an empty file; needed a heading and rows."),
        (b"Code,Month,Calls\n", "t.csv: a heading and no rows; needed rows with counts."),
        (b"Code,Month,Calls\n,,\n\n", "t.csv: 2 rows, none with a count; needed rows with counts."),
        (ROWS.replace(",", ";").encode(), 'Add to the mapping: delimiter: ";"'),
        (ROWS.replace(",", "\t").encode(), 'Add to the mapping: delimiter: "\\t"'),
        (("A title\n\n" + ROWS).encode(), "Add to the mapping: header_row: 3"),
        (ROWS.encode("utf-16-le"), "bytes of 0; needed plain text. If it is Unicode text from Excel"),
        (ROWS.replace("E1", "Málaga").encode("windows-1252"), "Often: encoding: windows-1252"),
        (ROWS.replace("E2,2021-04", "E2,X,2021-04").encode(), "t.csv:3: 4 cells; needed 3, as in the"),
        (ROWS.replace("E2,2021-04,", "E2,").encode(), "t.csv:3: 2 cells; needed 3, as in the heading."),
        (ROWS.replace("3\nE2", '"3\nE2').encode(), "t.csv:2: quotes that do not fit"),
        (ROWS.replace("E2,2021-04,1234\nE1", '"E2,2021-04,1234\nE1"').encode(), "Look for a quote that is"),
        (ROWS.replace("E2,2021-04", 'E2,"2021"-04').encode(), "t.csv:3: quotes that do not fit"),
        (ROWS.replace("2021-05,0", "2021-13,0").encode(), "t.csv:4 Month: 2021-13; needed a period"),
        (b"Code,Code,Month,Calls\nE1,E1,2021-04,3\n", "2 columns Code in t.csv; needed one. Rename one of"),
        (b"PK\x03\x04" + bytes(20), "a spreadsheet by its content; needed text."),
        (ROWS.replace("E1,2021-04", ",2021-04").encode(), "t.csv:2 Code: empty; needed a unit"),
    ],
)  # fmt: skip
def test_text_that_cannot_be_right(tmp_path: Path, content: bytes, says: str) -> None:
    assert says in refused(tmp_path, "t.csv", content)


def workbook(path: Path) -> Path:
    book = openpyxl.Workbook()
    for line in ROWS.splitlines():
        code, month, calls = line.split(",")
        book.active.append([code, month, int(calls) if calls.isdigit() else calls])
    book.save(path)
    return path


def test_a_workbook_and_every_truncation_of_it(tmp_path: Path) -> None:
    whole = workbook(tmp_path / "t.xlsx").read_bytes()
    assert counts(load(tmp_path, "t.xlsx")) == COUNTS
    for size in range(1, len(whole), 611):
        assert "whole workbook" in refused(tmp_path, "t.xlsx", whole[:size])
    for name in ("t.ods", "t.xls"):
        assert "not a whole workbook" in refused(tmp_path, name, whole[:900])
    ole = b"\xd0\xcf\x11\xe0" + bytes(2000)
    assert "protected by a password, or an .xls file" in refused(tmp_path, "t.xlsx", ole)
    assert "a .json file; needed csv, xlsx, xls, ods or parquet" in refused(
        tmp_path, "t.json", b"{}"
    )


def test_a_damaged_workbook_is_refused_or_right(tmp_path: Path) -> None:
    """Each member damaged in turn: the check sum of the archive notices."""
    whole = bytearray(workbook(tmp_path / "t.xlsx").read_bytes())
    for place in range(40, len(whole), 311):
        damaged = bytes(whole[:place]) + bytes([whole[place] ^ 0x55]) + bytes(whole[place + 1 :])
        (tmp_path / "t.xlsx").write_bytes(damaged)
        with contextlib.suppress(DataError):
            assert counts(load(tmp_path, "t.xlsx")) == COUNTS


def rewritten(path: Path, change: tuple[str, str], padding: int = 0) -> None:
    """Change the text of the first sheet, and end it with many megabytes of nothing."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            first = name == "xl/worksheets/sheet1.xml"
            with archive.open(name, "w") as part:
                part.write(
                    content.replace(*(text.encode() for text in change)) if first else content
                )
                for _ in range(padding if first else 0):
                    part.write(b" " * 1_000_000)


def test_a_workbook_that_unpacks_to_more_than_fits(tmp_path: Path) -> None:
    path = workbook(tmp_path / "t.xlsx")
    rewritten(path, ("", ""), padding=301)
    assert path.stat().st_size < 1_000_000
    with pytest.raises(DataError, match="more than 300,000,000 bytes unpacked"):
        load(tmp_path, "t.xlsx")


def test_a_cell_far_away_would_be_a_sheet_of_billions(tmp_path: Path) -> None:
    path = workbook(tmp_path / "t.xlsx")
    rewritten(path, ('r="C5"', 'r="XFD1048576"'))
    with pytest.raises(DataError, match="a sheet of 1,048,576 rows by 16,384 columns"):
        load(tmp_path, "t.xlsx")


def test_errors_and_merged_cells_of_a_spreadsheet(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(workbook(tmp_path / "t.xlsx"))
    book.active["D1"] = "Note"
    book.active["D2"] = "#N/A"
    book.save(tmp_path / "t.xlsx")
    assert "cells with a spreadsheet error read as empty: 1" in load(tmp_path, "t.xlsx").remarks
    book.active.merge_cells("C2:C3")
    book.save(tmp_path / "t.xlsx")
    with pytest.raises(DataError, match=r"t.xlsx:2: merged cells among the counts"):
        load(tmp_path, "t.xlsx", 'missing: [""]\n')
    book.active.unmerge_cells("C2:C3")
    book.active["C3"] = "#DIV/0!"
    book.save(tmp_path / "t.xlsx")
    with pytest.raises(DataError, match=r"t.xlsx:3 Calls: empty"):
        load(tmp_path, "t.xlsx")


def test_parquet_as_it_comes(tmp_path: Path) -> None:
    path = tmp_path / "t.parquet"
    (tmp_path / "t.csv").write_text(ROWS)
    with duckdb.connect() as connection:
        connection.execute(
            "COPY (SELECT Code, (Month || '-01')::DATE AS Month, Calls::INT AS Calls "
            f"FROM read_csv('{tmp_path / 't.csv'}', all_varchar=true)) TO '{path}'"
        )
    assert counts(load(tmp_path, "t.parquet")) == COUNTS
    assert "not readable as parquet" in refused(tmp_path, "t.parquet", path.read_bytes()[:-9])


def test_an_opendocument_sheet_by_hand(tmp_path: Path) -> None:
    assert counts(opendocument(tmp_path, "")) == COUNTS
    with pytest.raises(DataError, match="a filled cell repeated 900,000 times"):
        opendocument(tmp_path, 'table:number-columns-repeated="900000" ')


def opendocument(folder: Path, repeat: str) -> LocalTable:
    def cell(text: str) -> str:
        kind = (
            f'office:value-type="float" office:value="{text}"'
            if text.isdigit()
            else ('office:value-type="string"')
        )
        return f"<table:table-cell {repeat}{kind}><text:p>{text}</text:p></table:table-cell>"

    body = "".join(
        f"<table:table-row>{''.join(map(cell, line.split(',')))}</table:table-row>"
        for line in ROWS.splitlines()
    )
    names = "".join(
        f' xmlns:{n}="urn:oasis:names:tc:opendocument:xmlns:{n}:1.0"'
        for n in ("office", "table", "text")
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    with zipfile.ZipFile(folder / "t.ods", "w") as archive:
        archive.writestr("mimetype", kind)
        archive.writestr(
            "content.xml",
            f"<office:document-content{names}><office:body><office:spreadsheet>"
            f'<table:table table:name="S">{body}</table:table>'
            "</office:spreadsheet></office:body></office:document-content>",
        )
        archive.writestr(
            "META-INF/manifest.xml",
            '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
            f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/>'
            "</manifest:manifest>",
        )
    return load(folder, "t.ods")


RUN = """
import re, resource, sys
from pathlib import Path
from evalkit.workflow.local_table import make_table
done = make_table(Path(sys.argv[1]), Path(sys.argv[2]))
status = Path("/proc/self/status")  # resource counts the process that started this one as well
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
if status.is_file():
    peak = int(re.search(r"VmHWM:\\s+(\\d+) kB", status.read_text())[1])
print(done.made.rows_read, int(done.grid.low.sum()), peak // 1024)
"""


def large(folder: Path, size: int) -> tuple[int, int]:
    """A csv of about ``size`` bytes with a long column that is not used: rows, and their sum."""
    filler = "x" * 900
    rows = total = 0
    with (folder / "large.csv").open("w") as file:
        file.write("Code,Month,Calls,Notes\n")
        for rows in range(1, 1 + size // 920):
            unit, month = divmod(rows, 240)
            calls = (rows * 7919) % 50
            file.write(f"E{unit},{2001 + month // 12}-{month % 12 + 1:02d},{calls},{filler}\n")
            total += calls
    (folder / "large.yaml").write_text(
        "form: evalkit/table/1\nfile: large.csv\nsource: calls\nmeasure: calls@1.0\n"
        "columns: {unit: Code, period: Month, outcome: Calls}\nperiod: yyyy-mm\nabsent: zero\n"
    )
    return rows, total


def read_apart(folder: Path) -> tuple[tuple[int, int], int]:
    """Rows and sum as the loader says them in a process of its own, and its peak in megabytes."""
    code = [sys.executable, "-c", RUN, str(folder / "large.yaml"), str(folder / "out.parquet")]
    done = subprocess.run(code, capture_output=True, text=True, check=True)
    rows, total, peak = map(int, done.stdout.split())
    return (rows, total), peak


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    expected = large(tmp_path, 60_000_000)
    said, peak = read_apart(tmp_path)
    assert said == expected
    assert peak < 300, f"{peak} MB"


@pytest.mark.soak
def test_a_file_of_1_gb_in_300_mb(tmp_path: Path) -> None:
    expected = large(tmp_path, 1_000_000_000)
    said, peak = read_apart(tmp_path)
    assert said == expected
    assert peak < 300, f"{peak} MB"


def test_more_counts_than_fit_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("evalkit.data.tally.MOST_COUNTS", 3)
    message = refused(tmp_path, "t.csv", ROWS.encode())
    assert message.startswith("t.csv:5: more counts than fit into memory; needed at most 3 counts.")
    monkeypatch.setattr("evalkit.data.tally.MOST_COUNTS", 5_000_000)
    monkeypatch.setattr("evalkit.data.table_grid.MOST_COUNTS", 500)
    message = refused(tmp_path, "t.csv", ROWS.replace("2021-05", "2091-05").encode())
    assert "2021-04 to 2091-05 for 2 units" in message
