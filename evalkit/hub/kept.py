"""What a finished build remembers for the next one: which files came from which inputs, and what gates saw.

The record is scratch: deleting it costs one full build. Of a record that is believed (see ``scratch``) each
file is taken over only when the built hub still holds the very file that was written.
"""

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from stat import S_ISREG
from typing import Any

from evalkit.hub import scratch
from evalkit.hub.gates import Seen
from evalkit.hub.links import Links

_PACKAGES = ("jinja2", "markupsafe", "markdown-it-py", "nh3", "numpy", "pydantic", "segno")


Mark = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Kept:
    """One file of a finished build.

    Attributes
    ----------
    path : str
    mark : tuple of int
        Size, time of the last change and number of the file: another file, or a touched one, has others.
    seen : Seen
        What the gates saw in it, which was nothing wrong.
    """

    path: str
    mark: Mark
    seen: Seen


def mark_of(path: str | Path) -> Mark | None:
    """How a file is known again; None where there is none."""
    try:
        found = os.lstat(path)
    except OSError:
        return None
    return (found.st_size, found.st_mtime_ns, found.st_ino) if S_ISREG(found.st_mode) else None


def remember(place: Path, jobs: Mapping[str, tuple[Kept, ...]]) -> None:
    """Write down a finished build."""
    strings: dict[str, int] = {}
    told = [[key, [list(_row(one, strings)) for one in files]] for key, files in jobs.items()]
    body = json.dumps([list(strings), told], separators=(",", ":")).encode()
    scratch.keep(place, body, packages=_PACKAGES)


def recall(place: Path) -> Mapping[str, tuple[Kept, ...]]:
    """The last finished build by key of its jobs; nothing where no record can be believed."""
    body = scratch.kept(place, packages=_PACKAGES)
    if body is None:
        return {}
    strings, jobs = json.loads(body)
    return {key: tuple(_kept(row, strings) for row in files) for key, files in jobs}


def _row(one: Kept, strings: dict[str, int]) -> Iterator[object]:
    def numbers(texts: tuple[str, ...]) -> list[int]:
        return [strings.setdefault(text, len(strings)) for text in texts]

    links = one.seen.links
    yield one.path
    yield one.mark
    yield numbers(links.goals)
    yield links.anchors
    yield links.ids


def _kept(row: list[Any], strings: list[str]) -> Kept:
    path, mark, goals, anchors, ids = row
    links = Links(tuple(map(strings.__getitem__, goals)), tuple(anchors), ids)
    return Kept(path, tuple(mark), Seen((), links))
