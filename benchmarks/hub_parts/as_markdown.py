"""A page of the hub as Markdown: its words, headings, lists and tables, without its drawings."""

from bs4 import BeautifulSoup
from bs4.element import NavigableString, Tag

_HEADINGS = {f"h{level}": "#" * level for level in range(1, 7)}
_BLOCKS = ("p", "li", "dt", "dd", "summary", "figcaption", "caption", *_HEADINGS)
_NO_WORDS = ("svg", "script", "style", "nav", "template")


def as_markdown(html: str) -> str:
    """What somebody would write by hand to say the same."""
    page = BeautifulSoup(html, "html.parser")
    main = page.find("main") or page
    for tag in main.find_all(_NO_WORDS):
        tag.decompose()
    lines: list[str] = []
    _read(main, lines)
    return "\n\n".join(lines) + "\n"


def _read(inside: Tag, lines: list[str]) -> None:
    for child in inside.children:
        if isinstance(child, NavigableString):
            if words := _words(child):
                lines.append(words)
        elif isinstance(child, Tag):
            if child.name == "table":
                lines.append(_table(child))
            elif child.name in _BLOCKS and not child.find(["table", *_BLOCKS]):
                if words := _words(child):
                    mark = _HEADINGS.get(child.name, "-" if child.name == "li" else "")
                    lines.append(f"{mark} {words}".strip())
            else:
                _read(child, lines)


def _table(table: Tag) -> str:
    rows = [[_words(cell) for cell in row.find_all(["th", "td"])] for row in table.find_all("tr")]
    told = [f"| {' | '.join(row)} |" for row in rows if row]
    rule = "|" + " --- |" * max(map(len, rows), default=0)
    return "\n".join([*told[:1], rule, *told[1:]])


def _words(part: Tag | NavigableString) -> str:
    return " ".join(part.get_text(" ").replace("|", "/").split())
