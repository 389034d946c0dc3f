"""Header and rows of a street file, field by field: slow, exact, and naming the line that is wrong."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from evalkit.errors import DataError, Problem

COLUMNS = ("Crime ID", "Month", "LSOA code", "LSOA name", "Crime type")
"""What is read; the other columns may be there, in any order."""

_OTHER_DELIMITERS = {";": "semicolons", "\t": "tabs", "|": "bars"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """Names of all columns in the order of the file, and the bytes that the line takes."""

    columns: tuple[str, ...]
    size: int


def read_header(start: bytes, name: str) -> Header:
    """Read the first line.

    Raises
    ------
    DataError
        There is none, columns are not separated by commas, or a needed one is missing or there twice.
    """
    if not start.strip():
        raise _wrong(name, None, "an empty file", "a header and rows", "Download it again.")
    line = start.splitlines(keepends=True)[0]
    if start[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise _wrong(name, 1, "UTF-16 text", "UTF-8 text", "Save it as CSV UTF-8.")
    text = line.decode("utf-8-sig", errors="replace").rstrip("\r\n")
    columns = tuple(field.strip() for field in next(csv.reader([text]), []))
    for column in COLUMNS:
        if column in columns:
            continue
        for delimiter, word in _OTHER_DELIMITERS.items():
            if column in [field.strip().strip('"') for field in text.split(delimiter)]:
                raise _wrong(
                    name, 1, f"columns separated by {word}", "commas", "Download it again."
                )
        raise _wrong(name, 1, "no such column", ", ".join(COLUMNS), field=column)
    twice = [column for column in COLUMNS if columns.count(column) > 1]
    if twice:
        raise _wrong(name, 1, "this column twice", "once", field=twice[0])
    return Header(columns=columns, size=len(line))


def whole_rows(
    path: Path, name: str, header: Header, *, encoding: str, month: str
) -> Iterator[tuple[str, ...]]:
    """Every row as ``COLUMNS``, whatever the line ends; empty lines are none.

    Raises
    ------
    DataError
        With the line: another number of fields than the header, a quote that does not close, a NUL byte, a
        byte that the encoding does not have, or another month than ``month``.
    """
    wanted = [header.columns.index(column) for column in COLUMNS]
    line = 1
    with path.open("rb") as stream:
        codec = "utf-8-sig" if encoding == "utf-8" else "cp1252"
        rows = csv.reader(io.TextIOWrapper(stream, codec, newline=""), strict=True)
        try:
            for n, row in enumerate(rows):
                if n and row:
                    _check(row, name, line, fields=len(header.columns))
                    found = tuple(row[i].replace("\n", " ").replace("\r", " ") for i in wanted)
                    if found[1].strip() != month:
                        raise _another_month(name, line, found[1], month)
                    yield found
                line = rows.line_num + 1
        except csv.Error as error:
            found_ = f"quotes that do not fit ({error})"
            raise _wrong(name, line, found_, "a row", "Download it again.") from error
        except UnicodeDecodeError as error:
            byte = f"byte 0x{error.object[error.start]:02x} near line {line}"
            raise _wrong(name, None, byte, "UTF-8 or Windows-1252 text") from error


def _check(row: list[str], name: str, line: int, *, fields: int) -> None:
    if any("\0" in field for field in row):
        raise _wrong(name, line, "a NUL byte", "text", "Download it again.")
    if len(row) != fields:
        raise _wrong(name, line, f"{len(row)} fields", str(fields), "Download it again.")


def _another_month(name: str, line: int, found: str, month: str) -> DataError:
    needed = f"{month}, as the file is called"
    return _wrong(name, line, found.strip() or "nothing", needed, field="Month")


def _wrong(
    name: str, line: int | None, found: str, needed: str, do: str = "", *, field: str = ""
) -> DataError:
    return DataError(Problem(file=name, line=line, field=field, found=found, needed=needed, do=do))
