"""What an edition must pass before it is put out: every file by itself, and all of them together."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from evalkit.hub.links import Links, broken, path_problems, read_links

_TOLD = re.compile(rb"<(h1|img|svg)\b[^<>]*>")
_NAMED = re.compile(rb'\saria-labelledby="([^"]+)"')


@dataclass(frozen=True, slots=True)
class Seen:
    """What the gates saw in one file: what is wrong with it, and what it needs of the others."""

    wrong: tuple[str, ...]
    links: Links


def look(path: str, content: str | bytes) -> Seen:
    """Put one file through every gate that needs no other file."""
    wrong = path_problems((path,))
    if not path.endswith(".html"):
        return Seen(wrong, Links())
    page = content.encode() if isinstance(content, str) else content
    links, found = read_links(path, page)
    return Seen((*wrong, *found, *_of_page(path, page)), links)


def problems(files: Mapping[str, str | bytes]) -> tuple[str, ...]:
    """What is wrong with files by themselves, then with links between them; empty where all may go out."""
    seen = {path: look(path, content) for path, content in files.items()}
    alone = (problem for one in seen.values() for problem in one.wrong)
    return (*alone, *broken({path: one.links for path, one in seen.items()}))


def _of_page(path: str, page: bytes) -> Iterator[str]:
    headings = 0
    for found in _TOLD.finditer(page):
        if found[1] == b"h1":
            headings += 1
        elif found[1] == b"img":
            if b' alt="' not in found[0]:
                yield f"{path}: a picture has no alternative text."
        elif b'aria-hidden="true"' not in found[0]:
            yield from _of_drawing(path, page, found)
    if headings != 1:
        yield f"{path}: it has {headings} main headings; a page needs one."


def _of_drawing(path: str, page: bytes, found: re.Match[bytes]) -> Iterator[str]:
    named = _NAMED.search(found[0])
    ids = named[1].split() if named else []
    if b'role="img"' not in found[0] or not ids:
        yield f"{path}: a drawing is neither hidden from screen readers nor named for them."
    for ident in ids:
        if not _has_words(page, b'id="%s">' % ident, found.end()):
            yield f"{path}: the drawing's words {ident.decode()} are missing or empty."


def _has_words(page: bytes, opening: bytes, near: int) -> bool:
    """Whether the element that opens so is there and does not close at once; most stand behind ``near``."""
    place = page.find(opening, near)
    place = place if place >= 0 else page.find(opening)
    return place >= 0 and not page.startswith(b"</", place + len(opening))
