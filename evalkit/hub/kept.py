"""What a finished build remembers for the next one: which files came from which inputs, and what gates saw.

The record is scratch: deleting it costs one full build. Of a record that is believed (see ``scratch``) each
file is taken over only when the built hub still holds the very file that was written.
"""

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from stat import S_ISREG

from evalkit.hub.links import Links
from evalkit.hub.scratch import Memory
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


def last_build(place: Path) -> Memory[Kept]:
    """The last finished build by key of its jobs."""
    return Memory(place, Kept, packages=_PACKAGES)
