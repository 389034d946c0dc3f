"""Tags, attributes, comments and text of a page: fast where it is well formed, patient where it is not."""

import re
from collections.abc import Callable
from html import unescape
from html.parser import HTMLParser
from typing import Protocol, TypeVar

_ATTRIBUTE = r"""[^\s"'<>=/`]+(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'<>=`/]+))?"""
_START = re.compile(rf"<([a-zA-Z][\w:.\-]*)((?:\s+{_ATTRIBUTE})*)\s*/?>")
_END = re.compile(r"</([a-zA-Z][\w:.\-]*)\s*>")
_NAMED = re.compile(r"""([^\s"'<>=/`]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'<>=`/]+)))?""")
_RAW = frozenset({"script", "style"})
"""Elements whose content is no markup."""


class Reader(Protocol):
    """What is told of a page, in order."""

    def start(self, tag: str, named: dict[str, str]) -> None:
        """An element begins."""

    def end(self, tag: str) -> None:
        """An element ends."""

    def data(self, text: str) -> None:
        """Text, its references resolved."""

    def comment(self, text: str) -> None:
        """What no reader sees and everybody can read."""


R = TypeVar("R", bound=Reader)


class _OddError(Exception):
    """Something that only a patient parser takes."""


def tell(text: str, make: Callable[[], R]) -> R:
    """A new reader that was told of the whole page."""
    try:
        reader = make()
        _tell_fast(text, reader)
    except _OddError:
        reader = make()
        patient = _Patient(reader)
        patient.feed(text)
        patient.close()
    return reader


def _tell_fast(text: str, reader: Reader) -> None:
    at = 0
    while at < len(text):
        tag = text.find("<", at)
        if tag < 0:
            reader.data(_plain(text[at:]))
            return
        if tag > at:
            reader.data(_plain(text[at:tag]))
        follows = text[tag + 1 : tag + 2]
        if follows == "/":
            if (end := _END.match(text, tag)) is None:
                raise _OddError
            reader.end(end[1].lower())
            at = end.end()
        elif follows in ("!", "?"):
            at = _declared(text, tag, reader)
        else:
            at = _started(text, tag, reader)


def _started(text: str, at: int, reader: Reader) -> int:
    found = _START.match(text, at)
    if found is None:
        raise _OddError
    tag = found[1].lower()
    reader.start(tag, _attributes(found[2]) if found[2] else {})
    if tag not in _RAW or text[found.end() - 2] == "/":
        return found.end()
    until = re.compile(rf"</{tag}\s*>", re.IGNORECASE).search(text, found.end())
    if until is None:
        raise _OddError
    reader.data(text[found.end() : until.start()])
    reader.end(tag)
    return until.end()


def _declared(text: str, at: int, reader: Reader) -> int:
    for begin, end in (("<!--", "-->"), ("<![CDATA[", "]]>")):
        if text.startswith(begin, at):
            stop = text.find(end, at + len(begin))
            if stop < 0:
                raise _OddError
            inner = text[at + len(begin) : stop]
            (reader.comment if begin == "<!--" else reader.data)(inner)
            return stop + len(end)
    stop = text.find(">", at)
    if stop < 0:
        raise _OddError
    return stop + 1


def _attributes(text: str) -> dict[str, str]:
    return {
        name.lower(): _plain(double or single or bare)
        for name, double, single, bare in _NAMED.findall(text)
    }


def _plain(text: str) -> str:
    return unescape(text) if "&" in text else text


class _Patient(HTMLParser):
    """The library's parser, which takes everything, telling the same."""

    def __init__(self, reader: Reader) -> None:
        super().__init__(convert_charrefs=True)
        self._reader = reader

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element begins."""
        self._reader.start(tag, {name: value or "" for name, value in attrs})

    def handle_endtag(self, tag: str) -> None:
        """An element ends."""
        self._reader.end(tag)

    def handle_data(self, data: str) -> None:
        """Text."""
        self._reader.data(data)

    def handle_comment(self, data: str) -> None:
        """A comment."""
        self._reader.comment(data)

    def unknown_decl(self, data: str) -> None:
        """Text that stands by itself in a drawing."""
        self._reader.data(data.removeprefix("CDATA["))
