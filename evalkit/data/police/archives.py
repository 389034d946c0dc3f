"""Zip archives from outside: looked at before anything is unpacked, and unpacked a file at a time."""

import datetime
import stat
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO

from evalkit.data.police.names import StreetFile, force_and_month, is_hidden, kind_of
from evalkit.errors import DataError, Problem

MOST_BYTES = 4 * 2**30
"""Of one file: some 16 million rows, over a hundred times what the largest force publishes in a month."""

MOST_TIMES = 100
"""Unpacked for packed: street files shrink to a fifth, a bomb to a thousandth."""

_SMALL = 2**20  # a few equal rows shrink as well as a bomb does, and harm nobody
_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError)


def archive_files(path: Path) -> tuple[list[StreetFile], list[str]]:
    """Return the street files of an archive, and the kind of each of the others.

    Raises
    ------
    DataError
        Not a whole zip archive; a path out of it, a link or an encrypted file in it; or more bytes than
        street files can have.
    """
    files, others = [], []
    for info in _members(path):
        _refuse_unsafe(path, info)
        if info.is_dir() or is_hidden(info.filename):
            continue
        named = force_and_month(info.filename)
        if named is None:
            others.append(kind_of(info.filename))
            continue
        files.append(
            StreetFile(
                name=info.filename,
                download=path.name,
                force=named[0],
                month=named[1],
                size=info.file_size,
                vintage=_day(info),
                path=path,
                member=info.filename,
            )
        )
    return files, others


@contextmanager
def unpacked(file: StreetFile) -> Iterator[Iterator[bytes]]:
    """Pieces of one file of an archive, checked against its sum and size while they are read."""
    try:
        with zipfile.ZipFile(file.path) as archive, archive.open(file.member) as stream:
            yield _pieces(file, stream)
    except NotImplementedError as error:
        raise _refused(file.path, f"{file.name} packed in an unusual way", "deflate") from error
    except _DAMAGED as error:
        found = f"{file.name} is damaged"
        raise _refused(file.path, found, "a whole archive", "Download it again.") from error


def _pieces(file: StreetFile, stream: IO[bytes]) -> Iterator[bytes]:
    total = 0
    while piece := stream.read(2**20):
        total += len(piece)
        if total > min(file.size, MOST_BYTES):
            raise _refused(file.path, f"{file.name} is larger than declared", "its declared size")
        yield piece


def _members(path: Path) -> list[zipfile.ZipInfo]:
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except (*_DAMAGED, UnicodeError, NotImplementedError) as error:
        raise _refused(path, "damaged or no zip", "a whole zip", "Download it again.") from error
    packed, unpacked = path.stat().st_size, sum(info.file_size for info in members)
    if unpacked > max(MOST_TIMES * packed, _SMALL):
        found = f"{packed:,} bytes that unpack to {unpacked:,}"
        raise _refused(path, found, f"at most {MOST_TIMES} times")
    return members


def _refuse_unsafe(path: Path, info: zipfile.ZipInfo) -> None:
    inside = PurePosixPath(info.filename.replace("\\", "/"))
    if inside.is_absolute() or ".." in inside.parts or ":" in info.filename:
        raise _refused(path, f"{info.filename} leads out of the archive", "names inside it")
    if stat.S_ISLNK(info.external_attr >> 16):
        raise _refused(path, f"{info.filename} is a link", "files")
    if info.flag_bits & 1:
        raise _refused(path, f"{info.filename} is encrypted", "files without a password")
    if info.file_size > max(MOST_TIMES * info.compress_size, _SMALL):
        found = f"{info.filename} unpacks {info.compress_size:,} bytes to {info.file_size:,}"
        raise _refused(path, found, f"at most {MOST_TIMES} times")
    if info.file_size > MOST_BYTES:
        found = f"{info.filename} has {info.file_size:,} bytes"
        raise _refused(path, found, f"at most {MOST_BYTES:,}")


def _day(info: zipfile.ZipInfo) -> str:
    """The day of writing; an archive that does not know says 1980."""
    try:
        day = datetime.date(*info.date_time[:3])
    except ValueError:
        return ""
    return day.isoformat() if day.year > 1980 else ""


def _refused(path: Path, found: str, needed: str, do: str = "") -> DataError:
    return DataError(Problem(file=path.name, found=found, needed=needed, do=do))
