"""The rows of a spreadsheet, after a look at how large it claims to be."""

import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import python_calamine as calamine

from evalkit.data.cells import as_text
from evalkit.data.mapping import TableMapping
from evalkit.errors import DataError, Problem
from evalkit.text import Document

MOST_BYTES = 300_000_000
"""Of all parts of a workbook together, unpacked."""
MOST_CELLS = 5_000_000
"""Of the rectangle around everything in a sheet."""

_PIECE = 1 << 20
_CELL = re.compile(rb'<(?:\w+:)?(?:c|row) [^<>]*?\br="([A-Z]{0,3})([0-9]{1,7})"')
_ERROR = re.compile(rb'<(?:\w+:)?c [^<>]*\bt="e"')


@dataclass(frozen=True, slots=True)
class OpenSheet:
    """The sheet that a mapping names: rows from 1, columns from 0."""

    rows: Iterator[tuple[int, Sequence[str]]]
    merged: tuple[tuple[int, int, int, int], ...]
    remarks: tuple[str, ...]


def open_sheet(path: Path, mapping: TableMapping, document: Document) -> OpenSheet:
    """Open the one visible sheet of a workbook, or the one that the mapping names.

    Raises
    ------
    DataError
        It is no workbook, damaged, protected by a password or far too large; the sheet is not there, or
        there are several and the mapping names none.
    """
    errors = _look_inside(path) if path.suffix.lower() != ".xls" else 0
    try:
        workbook = calamine.CalamineWorkbook.from_path(path)
        name, hidden = _choose(workbook, mapping, document, path)
        sheet = workbook.get_sheet_by_name(name)
    except (calamine.CalamineError, OSError, ValueError) as error:
        if isinstance(error, calamine.PasswordError):
            found, needed = "protected by a password", "a workbook without one"
        else:
            found, needed = "not a whole workbook", "one that opens in a spreadsheet program"
        raise DataError(Problem(file=path.name, found=found, needed=needed)) from error
    remarks = [f"sheet {name}"] if len(workbook.sheet_names) > 1 else []
    remarks += [f"hidden sheets not read: {', '.join(hidden)}"] if hidden else []
    remarks += [f"cells with a spreadsheet error read as empty: {errors}"] if errors else []
    merged = tuple(
        (top + 1, left, bottom + 1, right)
        for (top, left), (bottom, right) in sheet.merged_cell_ranges or ()
    )
    return OpenSheet(_rows(sheet), merged, tuple(remarks))


def _rows(sheet: calamine.CalamineSheet) -> Iterator[tuple[int, Sequence[str]]]:
    top, left = sheet.start or (0, 0)
    for number, row in enumerate(sheet.to_python(skip_empty_area=True), top + 1):
        yield number, [*[""] * left, *(as_text(value) for value in row)]


def _choose(
    workbook: calamine.CalamineWorkbook, mapping: TableMapping, document: Document, path: Path
) -> tuple[str, list[str]]:
    """The sheet to read, and the hidden ones that are not."""
    sheets = [
        one for one in workbook.sheets_metadata if one.typ == calamine.SheetTypeEnum.WorkSheet
    ]
    visible = [s.name for s in sheets if s.visible == calamine.SheetVisibleEnum.Visible]
    names = [one.name for one in sheets]
    needed = ", ".join(names)
    if mapping.sheet is None:
        if len(visible) == 1:
            return visible[0], [name for name in names if name != visible[0]]
        found = f"{len(visible)} visible sheets in {path.name}"
        raise DataError(document.problem("sheet", found=found, needed=f"one of {needed}"))
    if mapping.sheet not in names:
        found = f"no {mapping.sheet} in {path.name}"
        raise DataError(document.problem("sheet", found=found, needed=f"one of {needed}"))
    return mapping.sheet, [n for n in names if n not in visible and n != mapping.sheet]


def _look_inside(path: Path) -> int:
    """Refuse what would not fit into memory; returns how many cells hold an error."""
    errors = 0
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
            if sum(part.file_size for part in parts) > MOST_BYTES:
                raise DataError(_too_large(path, f"more than {MOST_BYTES:,} bytes unpacked"))
            for part in parts:
                if re.search(r"worksheets/[^/]+\.xml$|^content\.xml$", part.filename):
                    with archive.open(part) as file:
                        errors += _look_at(file, path)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        found, needed = "not a whole workbook", "one that opens in a spreadsheet program"
        with path.open("rb") as file:
            if file.read(4) == b"\xd0\xcf\x11\xe0":
                found = "protected by a password, or an .xls file by its content"
        raise DataError(Problem(file=path.name, found=found, needed=needed)) from error
    return errors


def _look_at(file: IO[bytes], path: Path) -> int:
    """The rectangle of one sheet is its last row times its last column, whatever is between."""
    rows = columns = 1
    errors, tail, read = 0, b"", 0
    while piece := file.read(_PIECE):
        read += len(piece)
        if read > MOST_BYTES:
            raise DataError(_too_large(path, f"more than {MOST_BYTES:,} bytes unpacked"))
        text = tail + piece
        cut = text.rfind(b"<")  # the last tag may go on in the next piece
        text, tail = (text[:cut], text[cut:]) if cut > 0 else (text, b"")
        for letters, row in _CELL.findall(text):
            rows, columns = max(rows, int(row)), max(columns, _column(letters))
        errors += len(_ERROR.findall(text))
        _refuse_repeats(text, path)
    if rows * columns > MOST_CELLS:
        raise DataError(_too_large(path, f"a sheet of {rows:,} rows by {columns:,} columns"))
    return errors


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = 26 * number + letter - 64
    return number


_FILLED = re.compile(
    rb'<table:table-cell(?=[^<>]*number-columns-repeated="([0-9]+)")(?=[^<>]*office:value)'
)
_FILLED_ROW = re.compile(
    rb'<table:table-row(?=[^<>]*number-rows-repeated="([0-9]+)")[^<>]*>(?:(?!</table:table-row>).)*?office:value',
    re.DOTALL,
)


def _refuse_repeats(text: bytes, path: Path) -> None:
    """An OpenDocument sheet says "this cell a million times" in a few bytes."""
    for pattern in (_FILLED, _FILLED_ROW):
        for times in pattern.findall(text):
            if int(times) > 1_000:
                raise DataError(_too_large(path, f"a filled cell repeated {int(times):,} times"))


def _too_large(path: Path, found: str) -> Problem:
    return Problem(
        file=path.name,
        found=found,
        needed=f"at most {MOST_CELLS:,} cells",
        do="Save the rows that are needed as csv, or delete what stands far outside the table.",
    )
