"""Every path is safe on every disk, and every link leads somewhere."""

import posixpath
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import unescape
from urllib.parse import unquote, urlsplit

_PATH = re.compile(r"(?:[a-z0-9][a-z0-9_-]*/)*[a-z0-9][a-z0-9_-]*(?:\.[a-z0-9]+)?")
_RESERVED = {
    "con", "prn", "aux", "nul",
    *(f"com{n}" for n in range(1, 10)), *(f"lpt{n}" for n in range(1, 10)),
}  # fmt: skip
_OUTSIDE = {"https", "mailto"}
_PLAIN = re.compile(r"((?:\.\./)*(?:[a-z0-9_-]+/)*)([a-z0-9_-]+\.[a-z0-9]+)")
"""What nearly every link is: a file in a folder, without a sign that means anything else in an address."""


def _attribute(name: bytes) -> re.Pattern[bytes]:
    """Its name stands first, as a search is quick at finding what is always the same."""
    return re.compile(rb'%s="(?<=\s%s=")([^"<>]*)"(?=[^<>]*>)' % (name, name))


_ID = _attribute(b"id")
_GOALS = (_attribute(b"href"), _attribute(b"src"), _attribute(b"action"))


@dataclass(frozen=True, slots=True)
class Links:
    """What a page links to and what can be linked to in it; what is wrong whatever the other pages are.

    Attributes
    ----------
    goals : tuple of str
        Paths inside the hub that it links to.
    anchors : tuple of str
        Places on other pages that it links to, as ``path#id``.
    ids : str
        Its own places, one a line: one text takes a third of the memory of fifty.
    """

    goals: tuple[str, ...] = ()
    anchors: tuple[str, ...] = ()
    ids: str = ""


def path_problems(paths: Iterable[str]) -> tuple[str, ...]:
    """One sentence for every path that some disk would refuse."""
    return tuple(
        f"{path}: the path must be lower-case ASCII without reserved names."
        for path in paths
        if not _PATH.fullmatch(path)
        or any(part.split(".")[0] in _RESERVED for part in path.split("/"))
    )


def read_links(path: str, page: bytes) -> tuple[Links, tuple[str, ...]]:
    """The links of one page, and one sentence for what is wrong with them whatever the other pages are.

    Tags are read as templates and cleaners write them: texts hold no bare ``<`` or ``>``, values have double
    quotes. So whatever is followed by a ``>`` before the next ``<`` stands in a tag.
    """
    ids = [_text(place) for place in _ID.findall(page) if place]
    places = frozenset(ids)
    wrong: list[str] = []
    if len(places) < len(ids):
        wrong += [f"{path}: the id {key} is used twice." for key in sorted(_twice(ids))]
    goals: dict[str, None] = {}
    anchors: dict[str, None] = {}
    folder = posixpath.dirname(path)
    for value in dict.fromkeys(value for named in _GOALS for value in named.findall(page)):
        target = _text(value)
        goal, fragment = _goal(folder, target)
        if goal is None:
            wrong.append(
                f"{path}: the link {target!r} is neither inside the hub nor https nor mailto."
            )
        elif goal and goal != path:
            goals[goal] = None
            if fragment:
                anchors[f"{goal}#{fragment}"] = None
        elif fragment and fragment not in places:
            wrong.append(f"{path}: the link {target} names a place that is not on that page.")
    return Links(tuple(goals), tuple(anchors), "\n".join(sorted(places))), tuple(wrong)


def _text(value: bytes) -> str:
    text = value.decode()
    return unescape(text) if "&" in text else text


def broken(found: Mapping[str, Links], of: Iterable[str] | None = None) -> Iterator[str]:
    """One sentence for every link that leads nowhere; every file of the hub is a key.

    With ``of``, links of these files alone.
    """
    for path in found if of is None else of:
        links = found[path]
        folder = posixpath.dirname(path) or "."
        for goal in links.goals:
            if goal not in found:
                yield f"{path}: the link {posixpath.relpath(goal, folder)} leads nowhere."
        for anchor in links.anchors:
            goal, _, fragment = anchor.partition("#")
            if goal in found and fragment not in found[goal].ids.split("\n"):
                written = f"{posixpath.relpath(goal, folder)}#{fragment}"
                yield f"{path}: the link {written} names a place that is not on that page."


def _twice(ids: Sequence[str]) -> set[str]:
    return {key for key, number in Counter(ids).items() if number > 1}


def _goal(folder: str, target: str) -> tuple[str | None, str]:
    """Path in the hub and fragment; no path for the page itself and for outside, None for neither."""
    plain = _PLAIN.fullmatch(target)
    return (_way(folder, plain[1]) + plain[2], "") if plain else _any_goal(folder, target)


@lru_cache(maxsize=4096)
def _way(folder: str, way: str) -> str:
    """What the path of a file begins with."""
    place = posixpath.normpath(posixpath.join(folder, way))
    return "" if place == "." else f"{place}/"


@lru_cache(maxsize=4096)
def _any_goal(folder: str, target: str) -> tuple[str | None, str]:
    parts = urlsplit(target)
    if parts.scheme in _OUTSIDE:
        return "", ""
    if parts.scheme or parts.netloc or not target:
        return None, ""
    if not parts.path:
        return "", parts.fragment
    return posixpath.normpath(posixpath.join(folder, unquote(parts.path))), parts.fragment
