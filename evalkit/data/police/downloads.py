"""Which street files the downloads hold, and which file counts where two hold the same month."""

import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from evalkit.data.police.archives import archive_files
from evalkit.data.police.names import StreetFile, force_and_month, is_hidden, kind_of
from evalkit.errors import DataError, Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Street files by name, and how many other files of each kind were passed over."""

    files: tuple[StreetFile, ...]
    others: dict[str, int]


def find_street_files(downloads: Sequence[Path]) -> Found:
    """Look through folders and archives, and through archives inside the folders.

    Raises
    ------
    DataError
        A download is not there, has the name of another, is no folder, zip or street file; an archive is
        damaged or unsafe; or there is no street file at all.
    """
    files: list[StreetFile] = []
    others: list[str] = []
    named: dict[str, Path] = {}
    for path in dict.fromkeys(download.resolve() for download in downloads):
        _name_once(named, path)
        for one in _archives_in(path):
            _name_once(named, one)
            inside, passed = archive_files(one)
            files += inside
            others += passed
        inside, passed = _loose(path)
        files += inside
        others += passed
    if not files:
        names = ", ".join(path.name for path in downloads)
        raise DataError(
            Problem(
                file=names,
                found="no street file",
                needed="files called 2018-10-derbyshire-street.csv, as data.police.uk calls them",
                do="Give the zip or the folder as it was downloaded.",
            )
        )
    ordered = sorted(files, key=lambda file: (file.month, file.force, file.download, file.name))
    return Found(files=tuple(ordered), others=dict(Counter(others)))


def _name_once(named: dict[str, Path], path: Path) -> None:
    if named.setdefault(path.name, path) != path:
        raise DataError(
            Problem(
                file=path.name,
                found="two downloads of this name",
                needed="different names",
                do="Rename one.",
            )
        )


def _archives_in(path: Path) -> list[Path]:
    if path.is_file():
        if path.suffix.casefold() not in (".zip", ".csv"):
            raise DataError(
                Problem(file=path.name, found="another kind of file", needed="a folder or a zip")
            )
        return [path] if path.suffix.casefold() == ".zip" else []
    return [one for one in _walk(path) if one.suffix.casefold() == ".zip"]


def _loose(path: Path) -> tuple[list[StreetFile], list[str]]:
    """Street files that lie in a folder as they are, and the kind of each of the others."""
    files, others = [], []
    root = path if path.is_dir() else path.parent
    loose = [path] if path.is_file() else _walk(path)
    for one in loose:
        name = one.relative_to(root).as_posix()
        if one.suffix.casefold() == ".zip" or is_hidden(name):
            continue
        force_month = force_and_month(name)
        if force_month is None:
            others.append(kind_of(name))
            continue
        force, month = force_month
        download = path.name if path.is_dir() else ""
        size = one.stat().st_size
        files.append(
            StreetFile(name=name, download=download, force=force, month=month, size=size, path=one)
        )
    return files, others


def _walk(folder: Path) -> list[Path]:
    def refuse(error: OSError) -> None:
        raise error

    return sorted(
        Path(here) / name for here, _, names in os.walk(folder, onerror=refuse) for name in names
    )
