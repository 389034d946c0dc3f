"""What an edition must pass before a byte of it is written: a gate sees all files and says what is wrong."""

import re
from collections.abc import Callable, Iterator, Mapping

from evalkit.hub.links import link_problems, path_problems

Files = Mapping[str, str | bytes]
Gate = Callable[[Files], tuple[str, ...]]
_SVG = re.compile(r"<svg\b[^<>]*>")
_IMAGE = re.compile(r"<img\b[^<>]*>")
_NAMED = re.compile(r'\saria-labelledby="([^"]+)"')


def text_problems(files: Files) -> tuple[str, ...]:
    """One sentence for every picture without words, and every page without its one heading."""
    return tuple(
        problem
        for path, text in files.items()
        if path.endswith(".html") and isinstance(text, str)
        for problem in _of_page(path, text)
    )


def _of_page(path: str, text: str) -> Iterator[str]:
    if (headings := text.count("<h1")) != 1:
        yield f"{path}: it has {headings} main headings; a page needs one."
    for image in _IMAGE.findall(text):
        if ' alt="' not in image:
            yield f"{path}: a picture has no alternative text."
    for picture in _SVG.findall(text):
        if 'aria-hidden="true"' in picture:
            continue
        named = _NAMED.search(picture)
        ids = named[1].split() if named else []
        if 'role="img"' not in picture or not ids:
            yield f"{path}: a drawing is neither hidden from screen readers nor named for them."
        for ident in ids:
            if f'id="{ident}">' not in text or f'id="{ident}"></' in text:
                yield f"{path}: the drawing's words {ident} are missing or empty."


GATES: tuple[Gate, ...] = (path_problems, link_problems, text_problems)
"""In this order; a new gate is a function and an entry here."""


def problems(files: Files) -> tuple[str, ...]:
    """What every gate says, in order; empty where the edition may be written."""
    return tuple(problem for gate in GATES for problem in gate(files))
