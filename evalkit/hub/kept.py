"""What a finished build remembers for the next one: which files came from which inputs, and what gates saw.

The record is scratch: deleting it costs one full build. Of a record that is believed (see ``scratch``) each
file is taken over only when the built hub still holds the very file that was written.
"""

import os
import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from stat import S_ISREG

from evalkit.hub.links import Links
from evalkit.hub.scratch import HarmedError, Scratch
from evalkit.types.packed import packed, unpacked

_PACKAGES = (
    "jinja2",
    "markupsafe",
    "markdown-it-py",
    "msgspec",
    "nh3",
    "numpy",
    "pydantic",
    "segno",
)


Mark = tuple[int, int, int]
"""Size, time of the last change and number of a file: another file, or a touched one, has others."""


@dataclass(frozen=True, slots=True)
class Kept:
    """The files of a job of a finished build; the gates saw nothing wrong in them.

    Attributes
    ----------
    paths : tuple of str
    marks : tuple of Mark
        How each is known again.
    told : bytes
        What each links to and what can be linked to in it, read when it is asked for; see ``links``.
    """

    paths: tuple[str, ...]
    marks: tuple[Mark, ...]
    told: bytes

    def links(self) -> Mapping[str, Links]:
        """By path: what it links to and what can be linked to in it."""
        return dict(zip(self.paths, unpacked(tuple[Links, ...], self.told), strict=True))


def kept_of(marks: Mapping[str, Mark], links: Iterable[Links]) -> Kept:
    """The files of a job that were just written."""
    return Kept(tuple(marks), tuple(marks.values()), packed(tuple(links)))


def mark_of(path: str | Path) -> Mark | None:
    """How a file is known again; None where there is none."""
    try:
        found = os.lstat(path)
    except OSError:
        return None
    return mark(found) if S_ISREG(found.st_mode) else None


def mark(found: os.stat_result) -> Mark:
    """The same of a file that was looked at."""
    return found.st_size, found.st_mtime_ns, found.st_ino


class Memory:
    """The last finished build, as it was remembered.

    Attributes
    ----------
    jobs : mapping of str to Kept
        By key; empty where no record can be believed.
    """

    def __init__(self, place: Path) -> None:
        self._file = Scratch(place, packages=_PACKAGES)
        self.jobs: Mapping[str, Kept] = {}
        with suppress(HarmedError):
            self.jobs = {key: unpacked(Kept, told) for key, told in self._file.read()}

    def remember(self, done: Mapping[str, Kept]) -> None:
        """Write down another finished build."""
        known = self.jobs
        put = ((key, packed(one)) for key, one in done.items() if one is not known.get(key))
        with suppress(OSError, sqlite3.Error):  # a folder that may only be read: all is made anew
            self._file.write(put, known.keys() - done.keys())
