"""Every path is safe on every disk, and every link leads somewhere: checked before writing."""

import posixpath
import re
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from html import unescape
from urllib.parse import unquote, urlsplit

_PATH = re.compile(r"(?:[a-z0-9][a-z0-9_-]*/)*[a-z0-9][a-z0-9_-]*(?:\.[a-z0-9]+)?")
_RESERVED = {
    "con", "prn", "aux", "nul",
    *(f"com{n}" for n in range(1, 10)), *(f"lpt{n}" for n in range(1, 10)),
}  # fmt: skip
_OUTSIDE = {"https", "mailto"}
_TAG = re.compile(r"<[a-zA-Z][^<>]*>")
_ATTRIBUTE = re.compile(r'\s(id|href|src|action)="([^"]*)"')


@dataclass(frozen=True, slots=True)
class _Links:
    """What a page links to and what can be linked to in it."""

    targets: tuple[str, ...]
    ids: tuple[str, ...]


def path_problems(paths: Iterable[str]) -> tuple[str, ...]:
    """One sentence for every path that some disk would refuse."""
    return tuple(
        f"{path}: the path must be lower-case ASCII without reserved names."
        for path in paths
        if not _PATH.fullmatch(path)
        or any(part.split(".")[0] in _RESERVED for part in path.split("/"))
    )


def link_problems(files: Mapping[str, str | bytes]) -> tuple[str, ...]:
    """One sentence for every link or anchor that leads nowhere, and for every id used twice."""
    parsed = {
        path: _parsed(text)
        for path, text in files.items()
        if path.endswith(".html") and isinstance(text, str)
    }
    known = {path: frozenset(links.ids) for path, links in parsed.items()}
    found: list[str] = []
    for path, links in parsed.items():
        if len(known[path]) < len(links.ids):
            twice = sorted({key for key in links.ids if links.ids.count(key) > 1})
            found += [f"{path}: the id {key} is used twice." for key in twice]
        found += _broken(path, links, files, known)
    return tuple(found)


def _parsed(text: str) -> _Links:
    """Read tags as templates and cleaners write them: texts hold no bare ``<``, values have double quotes."""
    pairs = [pair for tag in _TAG.findall(text) for pair in _ATTRIBUTE.findall(tag)]
    return _Links(
        targets=tuple(dict.fromkeys(unescape(value) for name, value in pairs if name != "id")),
        ids=tuple(unescape(value) for name, value in pairs if name == "id"),
    )


def _broken(
    path: str, links: _Links, files: Container[str], known: Mapping[str, Container[str]]
) -> Iterator[str]:
    for target in links.targets:
        parts = urlsplit(target)
        if parts.scheme in _OUTSIDE:
            continue
        if parts.scheme or parts.netloc or not target:
            yield f"{path}: the link {target!r} is neither inside the hub nor https nor mailto."
            continue
        goal = path
        if parts.path:
            goal = posixpath.normpath(posixpath.join(posixpath.dirname(path), unquote(parts.path)))
        if goal not in files:
            yield f"{path}: the link {target} leads nowhere."
        elif parts.fragment and parts.fragment not in known.get(goal, ()):
            yield f"{path}: the link {target} names a place that is not on that page."
