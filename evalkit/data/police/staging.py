"""One street file made ready to be read: its bytes looked at once, and mended where they need it."""

import codecs
import csv
import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from evalkit.data.police.archives import unpacked
from evalkit.data.police.names import StreetFile
from evalkit.data.police.rows import COLUMNS, Header, read_header, whole_rows
from evalkit.errors import DataError, Problem

_PIECE = 2**20


@dataclass(frozen=True, slots=True, kw_only=True)
class Staged:
    """A street file that can be read from the disk.

    Attributes
    ----------
    path : Path
        The file itself or its copy.
    copy : bool
        Whether ``path`` is to be removed after reading.
    sha256, size : str, int
        Of the file as it came.
    header : Header
    lines : int or None
        Rows, as its line ends tell; None where they cannot be told without reading.
    encoding : str
        ``"utf-8"`` or ``"windows-1252"``, before it was mended.
    mended : bool
        Whether ``path`` was written row by row, the needed columns only.
    """

    file: StreetFile
    path: Path
    copy: bool
    sha256: str
    size: int
    header: Header
    lines: int | None
    encoding: str = "utf-8"
    mended: bool = False


def peek(file: StreetFile) -> tuple[Header, bool]:
    """The header of a file, and whether any row follows it.

    Raises
    ------
    DataError
        As ``read_header``.
    """
    with _bytes(file) as pieces:
        start = b""
        for piece in pieces:
            start += piece
            if len(start) >= _PIECE:
                break
    header = read_header(start, file.name)
    return header, bool(start[header.size :].strip())


def digest(file: StreetFile) -> str:
    """SHA-256 of the file's own bytes."""
    sha = hashlib.sha256()
    with _bytes(file) as pieces:
        for piece in pieces:
            sha.update(piece)
    return sha.hexdigest()


def stage(file: StreetFile, folder: Path) -> Staged:
    """Unpack a file into ``folder`` where it is packed; look at every byte once; mend odd ones.

    Raises
    ------
    DataError
        A damaged archive, a file that is no text, or a row that is no row.
    """
    copy = folder / f"{file.month}-{file.force}.csv" if file.member else None
    look = _Look()
    with _bytes(file) as pieces, _into(copy) as keep:
        for piece in pieces:
            look.at(piece)
            keep(piece)
    path = copy or file.path
    with path.open("rb") as start:
        header = read_header(start.read(_PIECE), file.name)
    staged = Staged(
        file=file,
        path=path,
        copy=copy is not None,
        sha256=look.sha.hexdigest(),
        size=look.size,
        header=header,
        lines=look.lines - 1 if look.plain else None,
        encoding=look.encoding,
    )
    return staged if look.plain else mend(staged, folder)


def mend(staged: Staged, folder: Path) -> Staged:
    """Write the needed columns of every row again, with one kind of line end and in UTF-8.

    Raises
    ------
    DataError
        A row has another number of fields, quotes that do not close or bytes that are no text: with its line.
    """
    path = folder / f"{staged.file.month}-{staged.file.force}-mended.csv"
    rows = 0
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(COLUMNS)
        for row in staged_rows(staged):
            writer.writerow(row)
            rows += 1
    if staged.copy:
        staged.path.unlink()
    return Staged(
        file=staged.file,
        path=path,
        copy=True,
        sha256=staged.sha256,
        size=staged.size,
        header=Header(columns=COLUMNS, size=0),
        lines=rows,
        encoding=staged.encoding,
        mended=True,
    )


def staged_rows(staged: Staged) -> Iterator[tuple[str, ...]]:
    """Every row, read field by field and checked; as ``whole_rows``."""
    file, encoding = staged.file, staged.encoding
    return whole_rows(staged.path, file.name, staged.header, encoding=encoding, month=file.month)


class _Look:
    """What one pass over the bytes shows: sum, line ends, encoding."""

    def __init__(self) -> None:
        self.sha = hashlib.sha256()
        self.size = self._feeds = self._returns = self._pairs = 0
        self._nul = False
        self._last = b"\n"
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self.encoding = "utf-8"

    def at(self, piece: bytes) -> None:
        """Look at the next piece."""
        self.sha.update(piece)
        self.size += len(piece)
        self._feeds += piece.count(b"\n")
        if returns := piece.count(b"\r"):
            self._returns += returns
            self._pairs += piece.count(b"\r\n")
        self._pairs += self._last == b"\r" and piece[:1] == b"\n"
        self._nul = self._nul or b"\0" in piece
        self._last = piece[-1:]
        if self.encoding == "utf-8" and not (piece.isascii() and not self._decoder.getstate()[0]):
            try:
                self._decoder.decode(piece)
            except UnicodeDecodeError:
                self.encoding = "windows-1252"

    @property
    def lines(self) -> int:
        return self._feeds + (self._last != b"\n")

    @property
    def plain(self) -> bool:
        """UTF-8 without NUL and with one kind of line end, so that the fast reader reads it right."""
        one_kind = self._returns == 0 or self._returns == self._pairs == self._feeds
        cut = bool(self._decoder.getstate()[0])
        return self.encoding == "utf-8" and not cut and not self._nul and one_kind


@contextmanager
def _bytes(file: StreetFile) -> Iterator[Iterator[bytes]]:
    if file.member:
        with unpacked(file) as pieces:
            yield pieces
        return
    with file.path.open("rb") as stream:
        yield iter(lambda: stream.read(_PIECE), b"")


@contextmanager
def _into(copy: Path | None) -> Iterator[Callable[[bytes], object]]:
    if copy is None:
        yield lambda piece: None
        return
    try:
        with copy.open("wb") as out:
            yield out.write
    except OSError as error:
        found, needed = str(error.strerror).lower(), "room for one unpacked file"
        raise DataError(Problem(file=str(copy.parent), found=found, needed=needed)) from error
