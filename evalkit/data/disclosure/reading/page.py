"""Tables, embedded data and text of a page."""

import json
import re
from html.parser import HTMLParser

from evalkit.data.disclosure.reading.flat import read_printed_table
from evalkit.data.disclosure.reading.grid import Found, Grid
from evalkit.data.disclosure.reading.tree import grids, read_json
from evalkit.data.disclosure.words import BETWEEN_CELLS

_BLOCKS = frozenset(
    """p li h1 h2 h3 h4 h5 h6 div section dt dd tr title desc text figcaption caption summary br
    table""".split()  # noqa: SIM905
)
_SILENT = frozenset({"script", "style", "pre"})
_SPOKEN = frozenset({"alt", "aria-label", "title"})
_DATA = re.compile(r"[=(:]\s*(?=[\[{])")


class _Page(HTMLParser):
    """Collects tables as rows of cells, what scripts and attributes hold, and all other text."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: list[_Cells] = []
        self.held: list[tuple[str, str]] = []
        self.words: list[str] = []
        self._open: list[_Cells] = []
        self._silent = ""
        self._buffer: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a table, a row, a cell or a block; note what attributes hold."""
        named = {name: value or "" for name, value in attrs}
        self.words += [f"\n{value}\n" for name, value in named.items() if name in _SPOKEN]
        self.held += [("data", v) for v in named.values() if v[:1] in "[{" and v]
        if tag in _SILENT:
            self._silent, self._buffer = tag, []
        elif tag == "table":
            self._open.append(_Cells())
        elif self._open and tag == "tr":
            self._open[-1].rows.append([])
        elif self._open and tag in ("td", "th"):
            self._open[-1].begin(tag, named)
        if tag in _BLOCKS:
            self.words.append("\n")
        elif tag in ("td", "th"):
            self.words.append(BETWEEN_CELLS)

    def handle_endtag(self, tag: str) -> None:
        """End what was begun."""
        if tag == self._silent:
            self.held.append((tag, "".join(self._buffer)))
            self._silent = ""
        elif tag == "table" and self._open:
            self.tables.append(self._open.pop())
        elif self._open and tag in ("td", "th"):
            self._open[-1].inside = False
        if tag in _BLOCKS:
            self.words.append("\n")

    def handle_data(self, data: str) -> None:
        """Text goes to the cell, script or page that it stands in."""
        if self._silent:
            self._buffer.append(data)
        elif self._open and self._open[-1].inside:
            self._open[-1].add(data)
            self.words.append(data)
        else:
            self.words.append(data)


class _Cells:
    """A table that is being read: each cell once for every row and column that it covers."""

    def __init__(self) -> None:
        self.rows: list[list[tuple[str, str]]] = []
        self.inside = False
        self._below: dict[tuple[int, int], tuple[str, str]] = {}
        self._covers: list[tuple[int, int]] = []

    def begin(self, tag: str, named: dict[str, str]) -> None:
        """Begin a cell, after those that reach down from the rows above."""
        if not self.rows:
            self.rows.append([])
        self.fill()
        row = len(self.rows) - 1
        across, down = _span(named, "colspan"), _span(named, "rowspan")
        column = len(self.rows[-1])
        self.rows[-1] += [(tag, "")] * across
        self._covers = [(row, column + n) for n in range(across)]
        for lower in range(row + 1, row + down):
            for n in range(across):
                self._below[lower, column + n] = (tag, f"@{row},{column}")
        self.inside = True

    def fill(self) -> None:
        """Put in what reaches down into the current row."""
        row = len(self.rows) - 1
        while (reached := self._below.get((row, len(self.rows[-1])))) is not None:
            tag, origin = reached
            above, column = map(int, origin[1:].split(","))
            self.rows[-1].append((tag, self.rows[above][column][1]))

    def add(self, text: str) -> None:
        """More text of the current cell."""
        for row, column in self._covers:
            tag, before = self.rows[row][column]
            self.rows[row][column] = (tag, before + text)


def _span(named: dict[str, str], name: str) -> int:
    text = named.get(name, "1")
    return max(1, int(text)) if text.isdigit() else 1


def read_page(path: str, text: str) -> Found:
    """Everything on an HTML page or drawing: its tables, data in scripts and attributes, its words."""
    page = _Page()
    page.feed(text)
    page.close()
    found = [
        grid
        for n, cells in enumerate(page.tables, 1)
        if (grid := _grid(f"{path} table {n}", cells)) is not None
    ]
    words = page.words
    for n, (tag, held) in enumerate(page.held, 1):
        where = f"{path} {tag} {n}"
        if tag == "pre":
            found += read_printed_table(where, held)
            words.append(f"\n{held}\n")
        elif tag == "script":
            found += _in_script(where, held)
        elif tag == "data":
            found += read_json(where, held)
    return Found(tuple(found), "".join(words))


def _grid(where: str, cells: _Cells) -> Grid | None:
    rows = [row for row in cells.rows if row]
    heads = []
    while rows and all(tag == "th" for tag, _ in rows[0]):
        heads.append(rows.pop(0))
    if not rows:
        return None
    width = max(map(len, rows))
    head = [_one_line(text) for _, text in heads[-1]] if heads else []
    if len(heads) > 1:  # a line with the names of the rows' labels below the names of the columns
        upper = [_one_line(text) for _, text in heads[-2]]
        head = [low or high for low, high in zip(head, upper, strict=False)]
    marked = min(sum(tag == "th" for tag, _ in row) for row in rows)
    return Grid(
        where,
        tuple((head + [""] * width)[:width]),
        tuple(tuple(([_one_line(t) for _, t in row] + [""] * width)[:width]) for row in rows),
        max(1, marked),
    )


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _in_script(where: str, text: str) -> list[Grid]:
    """Data in a script: the whole of it, or whatever is assigned or passed."""
    if whole := read_json(where, text):
        return list(whole)
    found: list[Grid] = []
    decoder, at = json.JSONDecoder(), 0
    while (match := _DATA.search(text, at)) is not None:
        at = match.end()
        try:
            value, at = decoder.raw_decode(text, at)
        except ValueError:
            continue
        found += grids(where, value)
    return found
