"""What a finished build remembers for the next one: which files came from which inputs, and what gates saw.

The record is scratch: deleting it costs one full build. Of a record that is believed (see ``scratch``) each
file is taken over only when the built hub still holds the very file that was written.
"""

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from stat import S_ISREG

from evalkit.hub import scratch
from evalkit.hub.links import Links

_PACKAGES = ("jinja2", "markupsafe", "markdown-it-py", "nh3", "numpy", "pydantic", "segno")


Mark = tuple[int, int, int]
"""Size, time of the last change and number of a file: another file, or a touched one, has others."""
_OF_FILE, _OF_LINKS, _OF_LIST = "\x1d", "\x1e", "\x1f"
"""What stands between files, between the links of one, and in a list of them; no text in a page has these."""


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
        each = self.told.decode().split(_OF_FILE) if self.paths else ()
        return dict(zip(self.paths, map(_read, each), strict=True))


def kept_of(marks: Mapping[str, Mark], links: Iterable[Links]) -> Kept:
    """The files of a job that were just written."""
    told = _OF_FILE.join(map(_written, links))
    return Kept(tuple(marks), tuple(marks.values()), told.encode())


def mark_of(path: str | Path) -> Mark | None:
    """How a file is known again; None where there is none."""
    try:
        found = os.lstat(path)
    except OSError:
        return None
    return (found.st_size, found.st_mtime_ns, found.st_ino) if S_ISREG(found.st_mode) else None


def remember(place: Path, jobs: Mapping[str, Kept]) -> None:
    """Write down a finished build."""
    files = [[key, one.paths, one.marks] for key, one in jobs.items()]
    head = json.dumps(files, separators=(",", ":")).encode()
    pieces = (b"\n" + one.told for one in jobs.values())
    scratch.keep(place, chain((head,), pieces), packages=_PACKAGES)


def recall(place: Path) -> Mapping[str, Kept]:
    """The last finished build by key of its jobs; nothing where no record can be believed."""
    body = scratch.kept(place, packages=_PACKAGES)
    if body is None:
        return {}
    head, *each = body.split(b"\n")
    return {
        key: Kept(tuple(paths), tuple(map(tuple, marks)), told)
        for (key, paths, marks), told in zip(json.loads(head), each, strict=True)
    }


def _written(links: Links) -> str:
    lists = (links.goals, links.anchors, links.ids.split("\n"))
    return _OF_LINKS.join(_OF_LIST.join(texts).replace("\n", " ") for texts in lists)


def _read(told: str) -> Links:
    goals, anchors, ids = (listed.split(_OF_LIST) for listed in told.split(_OF_LINKS))
    return Links(tuple(filter(None, goals)), tuple(filter(None, anchors)), "\n".join(ids))
