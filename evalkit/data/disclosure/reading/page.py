"""Tables, embedded data, drawings and text of a page."""

from evalkit.data.disclosure.printed import read_printed
from evalkit.data.disclosure.reading.drawing import Drawing
from evalkit.data.disclosure.reading.flat import read_printed_table
from evalkit.data.disclosure.reading.grid import HOLDS, Found, Grid
from evalkit.data.disclosure.reading.lines import read_lines
from evalkit.data.disclosure.reading.markup import tell
from evalkit.data.disclosure.reading.script import read_script
from evalkit.data.disclosure.reading.spans import Cells
from evalkit.data.disclosure.reading.tree import grids, read_json
from evalkit.data.disclosure.words import BETWEEN_CELLS

_BLOCKS = frozenset(
    """p li h1 h2 h3 h4 h5 h6 div section dt dd tr title desc text figcaption caption summary br
    table option""".split()  # noqa: SIM905
)
_SILENT = frozenset({"script", "style", "pre", "textarea"})
_SPOKEN = frozenset({"alt", "aria-label", "title", "aria-description", "summary", "label"})
_ENDLESS = 200
"""Longer values of attributes than this are no numbers."""


class _Page:
    """Collects tables as rows of cells, what scripts and attributes hold, drawings, and all other text."""

    def __init__(self) -> None:
        self.tables: list[Cells] = []
        self.drawings: list[Drawing] = []
        self.held: list[tuple[str, str]] = []
        self.records: dict[str, list[dict[str, str]]] = {}
        self.words: list[str] = []
        self.pictures = 0
        self._open: list[Cells] = []
        self._drawn: list[Drawing] = []
        self._silent = ""
        self._buffer: list[str] = []

    def start(self, tag: str, named: dict[str, str]) -> None:
        """Begin a table, a row, a cell, a drawing or a block; note what attributes hold."""
        if self._drawn and tag != "svg":
            self._drawn[-1].start(tag, named)
        if named:
            self._attributes(tag, named)
        if tag in _SILENT:
            self._silent, self._buffer = tag, []
        elif tag == "table":
            self._open.append(Cells(named))
        elif tag == "svg":
            self._drawn.append(Drawing(named))
        elif self._open and tag == "tr":
            self._open[-1].row()
        elif self._open and tag in ("td", "th"):
            self._open[-1].begin(tag, named)
        if tag in _BLOCKS:
            self.words.append("\n")
        elif tag in ("td", "th"):
            self.words.append(BETWEEN_CELLS)

    def _attributes(self, tag: str, named: dict[str, str]) -> None:
        numbers = {}
        for name, value in named.items():
            if name in _SPOKEN:
                self.words.append(f"\n{value}\n")
                if self._drawn:
                    self._drawn[-1].said(value)
            elif value[:1] in ("[", "{"):
                self.held.append(("data", value))
            elif name.startswith("data-") and name != HOLDS and len(value) < _ENDLESS:
                numbers[name[5:]] = value
        if tag in ("meter", "progress", "option", "input", "data") and "value" in named:
            numbers["value"] = named["value"]
        if tag not in ("td", "th") and any(map(_is_number, numbers.values())):
            spoken = {name: v for name, v in named.items() if name in ("aria-label", "title", "id")}
            self.records.setdefault(tag, []).append({**spoken, **numbers})
        if tag in ("img", "image") and named.get("src", named.get("href", "")).startswith("data:"):
            self.pictures += not named.get("src", named.get("href", "")).startswith(
                "data:image/svg"
            )
        if tag == "canvas":
            self.pictures += 1

    def end(self, tag: str) -> None:
        """End what was begun."""
        if tag == self._silent:
            self.held.append((tag, "".join(self._buffer)))
            self._silent = ""
        elif tag == "table" and self._open:
            self.tables.append(self._open.pop())
        elif tag == "svg" and self._drawn:
            self.drawings.append(self._drawn.pop())
        elif self._open and tag in ("td", "th"):
            self._open[-1].inside = False
        if self._drawn:
            self._drawn[-1].end(tag)
        if tag in _BLOCKS:
            self.words.append("\n")

    def data(self, text: str) -> None:
        """Text goes to the cell, script or page that it stands in."""
        if self._silent:
            self._buffer.append(text)
            return
        if self._open and self._open[-1].inside:
            self._open[-1].add(text)
        if self._drawn:
            self._drawn[-1].data(text)
        self.words.append(text)

    def comment(self, text: str) -> None:
        """What is in the source is published."""
        self.words.append(f"\n{text}\n")


def _is_number(value: str) -> bool:
    return read_printed(value).kind == "number"


def read_page(path: str, text: str) -> Found:
    """Everything on an HTML page or drawing: tables, data in scripts and attributes, drawings, words."""
    page = tell(text, _Page)
    found = [
        grid for n, cells in enumerate(page.tables, 1) for grid in cells.grids(f"{path} table {n}")
    ]
    for n, (tag, held) in enumerate(page.held, 1):
        found += _held(f"{path} {tag} {n}", tag, held)
        if tag in ("pre", "textarea"):
            page.words.append(f"\n{held}\n")
    for tag, records in page.records.items():
        found += grids(f"{path} {tag} attributes", records)
    for n, drawing in enumerate(page.drawings, 1):
        found += drawing.grids(f"{path} drawing {n}")
    pictures = tuple(f"{path} picture {n + 1}" for n in range(page.pictures))
    places = enumerate(page.drawings, 1)
    marks = tuple(one for n, drawing in places for one in drawing.marks(f"{path} drawing {n}"))
    return Found(tuple(found), "".join(page.words), pictures, marks)


def _held(where: str, tag: str, text: str) -> list[Grid]:
    if tag == "style":
        return []
    if tag == "script":
        return read_script(where, text)
    if tag == "data":
        return list(read_json(where, text))
    return [*read_printed_table(where, text), *read_lines(where, text)]
