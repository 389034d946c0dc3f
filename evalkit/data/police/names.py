"""What the name of a file in a download says: the force, the month and the kind."""

import re
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from evalkit.errors import DataError, Problem

_STREET = re.compile(r"(\d{4}-\d{2})-([a-z0-9-]+)-street\.csv", re.IGNORECASE)
_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")
_FOLDER = re.compile(r"\d{4}-\d{2}")
_KINDS = ("outcomes", "stop-and-search")


@dataclass(frozen=True, slots=True, kw_only=True)
class StreetFile:
    """The street file of one force and month.

    Attributes
    ----------
    name : str
        Inside its download, e.g. ``"2018-10/2018-10-derbyshire-street.csv"``.
    download : str
        Name of the archive or folder; empty for a file given by itself.
    force, month : str
        ``"derbyshire"`` and ``"2018-10"``, from the name.
    size : int
        Bytes, as the folder or the archive declares them.
    vintage : str
        Day that the archive says it was written; empty where there is no archive.
    path : Path
        The file itself, or the archive that it is in.
    member : str
        Its name in the archive; empty for a file on the disk.
    """

    name: str
    download: str
    force: str
    month: str
    size: int
    path: Path
    vintage: str = ""
    member: str = ""


def force_and_month(name: str) -> tuple[str, str] | None:
    """Return force and month where this is a street file, None where it is another.

    Raises
    ------
    DataError
        A month that is none, or a folder of another month.
    """
    path = PurePosixPath(name)
    match = _STREET.fullmatch(path.name)
    if match is None:
        return None
    month, force = match[1], match[2].casefold()
    if not _MONTH.fullmatch(month):
        raise DataError(Problem(file=name, found=f"month {month}", needed="01 to 12"))
    folder = path.parent.name
    if _FOLDER.fullmatch(folder) and folder != month:
        raise DataError(
            Problem(
                file=name,
                found=f"a file of {month} in a folder of {folder}",
                needed="the same month",
                do="Download it again, or correct the one that is wrong.",
            )
        )
    return force, month


def is_hidden(name: str) -> bool:
    """Whether an operating system put the file there, e.g. ``__MACOSX/._x.csv``."""
    return any(part.startswith(".") or part == "__MACOSX" for part in PurePosixPath(name).parts)


MARK = "SIMULATED.txt"
"""File in an archive that was made up: everything counted with it is marked as simulated."""


def kind_of(name: str) -> str:
    """What a file that is not read is: ``outcomes``, ``stop-and-search``, ``simulated`` or ``other``."""
    if PurePosixPath(name).name == MARK:
        return "simulated"
    return next((kind for kind in _KINDS if name.casefold().endswith(f"-{kind}.csv")), "other")


def force_of(police_area: str) -> str:
    """The force as file names write it.

    >>> force_of("Devon & Cornwall"), force_of("Metropolitan Police")
    ('devon-and-cornwall', 'metropolitan')
    """
    words = re.findall(r"[a-z0-9]+", police_area.casefold().replace("&", " and "))
    return "-".join(words).removesuffix("-police")
