"""Street files that are not what they should be: the right count, or a refusal that names file and line."""

import stat
import struct
import zipfile
from pathlib import Path

import pytest

from evalkit.errors import DataError
from tests.street_files import COLUMNS, folder_of, month, name_of, read, row, text, values, zip_of

DERBY = ("E06000015", "2018-10", "Robbery")
NAME = name_of("2018-10")


def refused(tmp_path: Path, download: Path) -> str:
    """What is said; nothing is left behind."""
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(DataError) as error:
        read(download, out=tmp_path / "o.csv")
    assert sorted(tmp_path.rglob("*")) == before
    assert "\n" not in str(error.value)
    return str(error.value)


def refused_file(tmp_path: Path, content: str | bytes, name: str = NAME) -> str:
    return refused(tmp_path, folder_of(tmp_path / "raw", {name: content}))


def counted(tmp_path: Path, content: str | bytes) -> float | None:
    read(folder_of(tmp_path / "raw", {NAME: content}), out=tmp_path / "o.csv")
    return values(tmp_path / "o.csv")[DERBY]


TWO = month("derby", "derby")


@pytest.mark.parametrize(
    "content",
    [
        TWO,
        TWO.replace("\n", "\r\n"),
        TWO.replace("\n", "\r\n", 1),
        TWO.replace("\n", "\r"),
        TWO.rstrip("\n"),
        TWO + "\n\n",
        TWO.replace("\n", "\r\n", 2).rstrip("\n"),
        b"\xef\xbb\xbf" + TWO.encode(),
        b"\xef\xbb\xbf" + TWO.replace("\n", "\r\n", 1).encode(),
        month("derby", "derby", columns=reversed(COLUMNS)),
        month("derby", "derby", columns=(*COLUMNS, "Ward, as it is now")),
        month("derby", "derby", quoting=1),
        TWO.replace("Park Lane", "Caf\N{LATIN SMALL LETTER E WITH ACUTE}"),
        TWO.replace("Park Lane", "Park\nLane"),
        TWO.replace("Park Lane", 'Park ""Lane""'),
    ],
)
def test_every_way_of_writing_the_same_rows_counts_the_same(
    tmp_path: Path, content: str | bytes
) -> None:
    assert counted(tmp_path, content) == 2


def test_windows_1252_is_read_and_said(tmp_path: Path) -> None:
    content = TWO.replace("Park Lane", "King\N{RIGHT SINGLE QUOTATION MARK}s Lane").encode("cp1252")
    table = read(folder_of(tmp_path / "raw", {NAME: content}), out=tmp_path / "o.csv")
    assert values(tmp_path / "o.csv")[DERBY] == 2
    assert table.notes == ("Read as Windows-1252 instead of UTF-8: 1 file.",)


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    said = refused_file(tmp_path, TWO.encode().replace(b"Park", b"\x81ark"))
    assert said.startswith(f"{NAME}: byte 0x81")


@pytest.mark.parametrize(
    ("content", "line", "words"),
    [
        (TWO.replace("2018-10", "2021-13", 1), 2, "Month: 2021-13; needed 2018-10"),
        (TWO + month("derby", month="2018-11").split("\n")[1], 4, "Month: 2018-11; needed"),
        (TWO.replace(",2018-10,", ",,", 1), 2, "Month: nothing; needed 2018-10"),
        (TWO.replace(",", ";"), 1, "columns separated by semicolons; needed commas"),
        (TWO.replace(",", "\t"), 1, "columns separated by tabs; needed commas"),
        (TWO.replace("LSOA code", "LSOA"), 1, "LSOA code: no such column"),
        (TWO.replace("Context", "Crime type", 1), 1, "Crime type: this column twice"),
        (TWO + "a,2018-10\n", 4, "2 fields; needed 12"),
        (TWO + "," * 12 + "\n" + TWO.split("\n")[1], 4, "13 fields; needed 12"),
        (TWO.replace("Lane", "La\0ne", 1), 2, "a NUL byte"),
        (TWO.replace('Lane"', "Lane", 1), 2, "quotes that do not fit"),
        (TWO.replace('Lane"', 'Lane" x', 1), 2, "quotes that do not fit"),
        (TWO.encode("utf-16"), 1, "UTF-16"),
    ],
)
def test_a_wrong_line_is_named(tmp_path: Path, content: str | bytes, line: int, words: str) -> None:
    said = refused_file(tmp_path, content)
    assert said.startswith((f"{NAME}:{line} ", f"{NAME}:{line}: ")), said
    assert words in said


def test_a_wrong_line_far_down_is_named(tmp_path: Path) -> None:
    rows = text([row("2018-10")] * 30_000)
    assert refused_file(tmp_path, rows + "a,b\n").startswith(f"{NAME}:30002: 2 fields")


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        (NAME, "", f"{NAME}: an empty file"),
        ("2018-11/2018-10-derbyshire-street.csv", TWO, "a file of 2018-10 in a folder of 2018-11"),
        ("2018-13/2018-13-derbyshire-street.csv", TWO, "month 2018-13; needed 01 to 12"),
        ("all.csv", TWO, "no street file"),
    ],
)
def test_a_wrong_file_is_named(tmp_path: Path, name: str, content: str, words: str) -> None:
    assert words in refused_file(tmp_path, content, name)


def test_downloads_that_are_none(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("x")
    assert "another kind of file" in refused(tmp_path, tmp_path / "notes.txt")
    with pytest.raises(FileNotFoundError):
        read(tmp_path / "none", out=tmp_path / "o.csv")


def test_a_zip_cut_short_is_refused(tmp_path: Path) -> None:
    whole = zip_of(tmp_path / "a.zip", {NAME: text([row("2018-10")] * 500)}).read_bytes()
    (tmp_path / "a.zip").write_bytes(whole[: len(whole) // 2])
    assert "a.zip: damaged or no zip" in refused(tmp_path, tmp_path / "a.zip")


def test_a_zip_with_a_changed_byte_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:  # stored, so that only the sum tells
        archive.writestr(NAME, TWO)
    path.write_bytes(path.read_bytes().replace(b"Robbery", b"Burglar", 1))
    assert f"{NAME} is damaged" in refused(tmp_path, path)


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    bomb = zip_of(tmp_path / "a.zip", {NAME: text([]) + "\n" * 20_000_000})
    assert bomb.stat().st_size < 30_000
    assert "that unpack to 20,000," in refused(tmp_path, bomb)
    disguised = tmp_path / "b.zip"
    with zipfile.ZipFile(disguised, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(NAME, text([]) + "\n" * 20_000_000)
        archive.writestr("ballast", bytes(range(256)) * 4000, zipfile.ZIP_STORED)
    assert f"b.zip: {NAME} unpacks" in refused(tmp_path, disguised)


def test_a_bomb_that_lies_about_its_size_is_refused(tmp_path: Path) -> None:
    path = zip_of(tmp_path / "a.zip", {NAME: text([]) + "\n" * 20_000_000})
    whole = path.read_bytes()
    size = struct.pack("<I", len(text([])) + 20_000_000)
    path.write_bytes(whole.replace(size, struct.pack("<I", 5000)))
    said = refused(tmp_path, path)
    assert f"{NAME} is damaged" in said or "larger than declared" in said


@pytest.mark.parametrize(
    "name", ["../x-street.csv", "/etc/x", "..\\..\\x.csv", "C:\\x.csv", "a/../../b"]
)
def test_a_path_out_of_the_archive_is_refused(tmp_path: Path, name: str) -> None:
    assert "leads out of the archive" in refused(
        tmp_path, zip_of(tmp_path / "a.zip", {NAME: TWO, name: "x"})
    )


def test_links_and_passwords_in_an_archive_are_refused(tmp_path: Path) -> None:
    link = zipfile.ZipInfo(NAME)
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr(link, "/etc/passwd")
    assert f"{NAME} is a link" in refused(tmp_path, tmp_path / "a.zip")
    locked = zip_of(tmp_path / "b.zip", {NAME: TWO})
    whole = bytearray(locked.read_bytes())
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        whole[whole.index(mark) + at] |= 1
    locked.write_bytes(whole)
    assert f"{NAME} is encrypted" in refused(tmp_path, locked)


def test_what_an_operating_system_adds_is_passed_over(tmp_path: Path) -> None:
    other = {"__MACOSX/2018-10/._2018-10-derbyshire-street.csv": b"\0\5\x16", ".DS_Store": b"\0"}
    table = read(zip_of(tmp_path / "a.zip", {NAME: TWO, **other}), out=tmp_path / "o.csv")
    assert (table.extraction.rows_read, table.notes) == (2, ())


def test_two_downloads_of_one_name_are_refused(tmp_path: Path) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        zip_of(tmp_path / folder / "x.zip", {NAME: TWO})
    assert "x.zip: two downloads of this name" in refused(tmp_path, tmp_path)


def test_a_month_twice_in_one_download_is_refused(tmp_path: Path) -> None:
    files = {NAME: TWO, f"old/{NAME}": month("derby")}
    assert f"Delete {NAME} or old/{NAME}" in refused(tmp_path, zip_of(tmp_path / "a.zip", files))


def test_a_bad_file_in_the_middle_leaves_the_table_that_was_there(tmp_path: Path) -> None:
    good = folder_of(tmp_path / "raw", {NAME: TWO})
    read(good, out=tmp_path / "o.csv")
    before = (tmp_path / "o.csv").read_bytes()
    folder_of(good, {name_of("2018-11"): TWO})
    with pytest.raises(DataError, match="needed 2018-11"):
        read(good, out=tmp_path / "o.csv")
    assert (tmp_path / "o.csv").read_bytes() == before
