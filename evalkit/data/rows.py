"""The rows of a local file as text, one after the other, each with its line."""

import codecs
import csv
import dataclasses
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from evalkit.data.cells import as_text
from evalkit.data.engine import connect
from evalkit.data.mapping import TableMapping
from evalkit.data.workbook import open_sheet
from evalkit.errors import DataError, Problem
from evalkit.text import Document

Row = tuple[int, Sequence[str]]

_AT_ONCE = 2_000
_MARKS = {codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
_DELIMITERS = {";": '";"', "\t": '"\\t"', "|": '"|"', ",": '","'}


@dataclass(frozen=True, slots=True)
class Sheet:
    """An open table.

    Attributes
    ----------
    heading : sequence of str
        As written.
    rows : iterator of (int, sequence of str)
        Line in the file (row in a spreadsheet) and cells as written; ragged rows are as long as they are.
    where : str
        ``"line"`` or ``"row"``.
    heading_line : int
    merged : tuple of (first row, first column, last row, last column)
        Merged cells of a spreadsheet; rows from 1, columns from 0.
    remarks : tuple of str
        What was noticed on opening, in words.
    """

    heading: Sequence[str]
    rows: Iterator[Row]
    where: str = "line"
    heading_line: int = 1
    merged: tuple[tuple[int, int, int, int], ...] = ()
    remarks: tuple[str, ...] = ()


def find_file(mapping: TableMapping, document: Document, folder: Path, inside: Path) -> Path:
    """The file that a mapping in ``folder`` names; it must lie below ``inside``.

    Raises
    ------
    DataError
        It lies elsewhere, links included, or is not there.
    """
    path = (folder / mapping.file).resolve()
    if Path(mapping.file).is_absolute() or not path.is_relative_to(inside.resolve()):
        raise DataError(
            document.problem(
                "file",
                found=f"{mapping.file}, which is outside",
                needed="a file beside the mapping, or in the same workspace",
                do="Copy it there.",
            )
        )
    if not path.is_file():
        raise DataError(document.problem("file", found=f"no {mapping.file}", needed="that file"))
    return path


def open_rows(path: Path, mapping: TableMapping, document: Document) -> Sheet:
    """Open a csv, xlsx, xls, ods or parquet file.

    Raises
    ------
    DataError
        Another kind of file, one that is not what its name says, or an empty one; while the rows are read
        also for text in another encoding and for quotes that do not close.
    """
    if path.stat().st_size == 0:
        raise DataError(Problem(file=path.name, found="an empty file", needed="a heading and rows"))
    match path.suffix.lower():
        case ".csv" | ".txt" | ".tsv":
            found = _open_text(path, mapping)
        case ".parquet":
            found = _open_parquet(path)
        case ".xlsx" | ".xlsm" | ".xls" | ".ods":
            sheet = open_sheet(path, mapping, document)
            found = Sheet((), sheet.rows, "row", 1, sheet.merged, sheet.remarks)
        case suffix:
            needed = "csv, xlsx, xls, ods or parquet"
            raise DataError(Problem(file=path.name, found=f"a {suffix} file", needed=needed))
    return found if found.heading else _with_heading(found, path, mapping)


def _with_heading(sheet: Sheet, path: Path, mapping: TableMapping) -> Sheet:
    """Skip to the heading: the ``header_row``-th row that is there, or that number in a spreadsheet."""
    for number, (line, cells) in enumerate(sheet.rows, 1):
        if (line if sheet.where == "row" else number) >= mapping.header_row:
            return dataclasses.replace(sheet, heading=tuple(cells), heading_line=line)
    found = f"fewer than {mapping.header_row} rows" if mapping.header_row > 1 else "no rows"
    raise DataError(Problem(file=path.name, found=found, needed="a heading and rows"))


def _open_text(path: Path, mapping: TableMapping) -> Sheet:
    with path.open("rb") as file:
        start = file.read(4096)
    encoding = next((name for mark, name in _MARKS.items() if start.startswith(mark)), "")
    if start.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        found, do = "a spreadsheet by its content", "Rename it to .xlsx or .xls, or save it as csv."
        raise DataError(Problem(file=path.name, found=found, needed="text", do=do))
    if not encoding and b"\0" in start and mapping.encoding != "utf-16":
        do = "If it is Unicode text from Excel, add to the mapping: encoding: utf-16"
        raise DataError(Problem(file=path.name, found="bytes of 0", needed="plain text", do=do))
    used = encoding or ("utf-8-sig" if mapping.encoding == "utf-8" else mapping.encoding)
    remarks = (f"read as {used}, as its first bytes say",) if encoding else ()
    return Sheet((), _text_rows(path, used, mapping.delimiter), remarks=remarks)


def _text_rows(path: Path, encoding: str, delimiter: str) -> Iterator[Row]:
    line = 0
    with path.open(encoding=encoding, newline="") as file:
        reader = csv.reader(file, delimiter=delimiter, strict=True, skipinitialspace=True)
        try:
            for cells in reader:
                first, line = line + 1, reader.line_num
                if line > first:
                    _refuse_swallowed(path, first, cells, delimiter)
                yield first, cells
        except UnicodeDecodeError as error:
            raise DataError(
                Problem(
                    file=path.name,
                    found=f"bytes after line {line:,} that are not {encoding.removesuffix('-sig')}",
                    needed="the encoding that the file was saved in",
                    do="Often: encoding: windows-1252 in the mapping.",
                )
            ) from error
        except csv.Error as error:
            raise DataError(
                Problem(
                    file=path.name,
                    line=line + 1,
                    found=f"quotes that do not fit ({error})",
                    needed="a quote at each end of a cell, doubled inside it",
                )
            ) from error


def _refuse_swallowed(path: Path, line: int, cells: Sequence[str], delimiter: str) -> None:
    """A quote that never closes would hide the rows after it inside one cell."""
    if any(("\n" in cell or "\r" in cell) and delimiter in cell for cell in cells):
        found = "a cell in quotes that holds several lines with delimiters"
        needed = "a quote at each end of a cell"
        do = "Look for a quote that is not closed."
        raise DataError(Problem(file=path.name, line=line, found=found, needed=needed, do=do))


def _open_parquet(path: Path) -> Sheet:
    connection = connect(memory_limit="256MB", threads=1)
    try:
        cursor = connection.execute("FROM read_parquet(?)", [str(path)])
    except duckdb.Error as error:
        connection.close()
        found, needed = "not readable as parquet", "a whole file"
        raise DataError(Problem(file=path.name, found=found, needed=needed)) from error
    heading = [name for name, *_ in cursor.description or ()]
    return Sheet(heading, _parquet_rows(connection, cursor), "row")


def _parquet_rows(
    connection: duckdb.DuckDBPyConnection, cursor: duckdb.DuckDBPyConnection
) -> Iterator[Row]:
    number = 0
    try:
        while rows := cursor.fetchmany(_AT_ONCE):
            for row in rows:
                number += 1
                yield number, [as_text(value) for value in row]
    finally:
        connection.close()


def delimiter_advice(heading: Sequence[str], delimiter: str) -> str:
    """What to add to the mapping where the heading seems to be cut at the wrong character."""
    if len([cell for cell in heading if cell]) != 1:
        return ""
    counts = {other: heading[0].count(other) for other in _DELIMITERS if other != delimiter}
    best = max(counts, key=lambda other: counts[other])
    return f"Add to the mapping: delimiter: {_DELIMITERS[best]}" if counts[best] else ""
