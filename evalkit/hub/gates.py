"""What an edition must pass before it is put out: every file by itself, and all of them together."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from evalkit.hub.links import Links, broken, path_problems, read_links

_SVG = re.compile(r"<svg\b[^<>]*>")
_IMAGE = re.compile(r"<img\b[^<>]*>")
_NAMED = re.compile(r'\saria-labelledby="([^"]+)"')


@dataclass(frozen=True, slots=True)
class Seen:
    """What the gates saw in one file: what is wrong with it, and what it needs of the others."""

    wrong: tuple[str, ...]
    links: Links


def look(path: str, content: str | bytes) -> Seen:
    """Put one file through every gate that needs no other file."""
    wrong = path_problems((path,))
    if not path.endswith(".html") or not isinstance(content, str):
        return Seen(wrong, Links())
    links, found = read_links(path, content)
    return Seen((*wrong, *found, *_of_page(path, content)), links)


def problems(files: Mapping[str, str | bytes]) -> tuple[str, ...]:
    """What is wrong with files by themselves, then with links between them; empty where all may go out."""
    seen = {path: look(path, content) for path, content in files.items()}
    alone = (problem for one in seen.values() for problem in one.wrong)
    return (*alone, *broken({path: one.links for path, one in seen.items()}))


def _of_page(path: str, text: str) -> Iterator[str]:
    if (headings := text.count("<h1")) != 1:
        yield f"{path}: it has {headings} main headings; a page needs one."
    for image in _IMAGE.findall(text):
        if ' alt="' not in image:
            yield f"{path}: a picture has no alternative text."
    for found in _SVG.finditer(text):
        picture = found[0]
        if 'aria-hidden="true"' in picture:
            continue
        named = _NAMED.search(picture)
        ids = named[1].split() if named else []
        if 'role="img"' not in picture or not ids:
            yield f"{path}: a drawing is neither hidden from screen readers nor named for them."
        for ident in ids:
            if not _has_words(text, f'id="{ident}">', found.end()):
                yield f"{path}: the drawing's words {ident} are missing or empty."


def _has_words(text: str, opening: str, near: int) -> bool:
    """Whether the element that opens so is there and does not close at once; most stand behind ``near``."""
    place = text.find(opening, near)
    place = place if place >= 0 else text.find(opening)
    return place >= 0 and not text.startswith("</", place + len(opening))
