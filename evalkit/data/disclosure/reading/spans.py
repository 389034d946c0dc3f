"""A table of a page while it is read: each cell once for every row and column that it covers."""

from dataclasses import dataclass

from evalkit.data.disclosure.printed import read_printed
from evalkit.data.disclosure.reading.grid import HOLDS, Grid

MOST_ACROSS, MOST_DOWN = 1_000, 65_534
"""As browsers read them; a page must not make the reader lay out more."""
_NO_SORT_KEY = frozenset({HOLDS, "data-label", "colspan", "rowspan"})


@dataclass(slots=True)
class _Cell:
    tag: str
    text: str = ""
    holds: str = ""
    held: str = ""


class Cells:
    """Rows of cells, as an HTML table gives them."""

    def __init__(self, named: dict[str, str]) -> None:
        self.holds = named.get(HOLDS, "")
        self.rows: list[list[_Cell]] = []
        self.inside = False
        self._below: dict[tuple[int, int], _Cell] = {}

    def row(self) -> None:
        """Begin a row."""
        self.rows.append([])

    def begin(self, tag: str, named: dict[str, str]) -> None:
        """Begin a cell, after those that reach down from the rows above."""
        if not self.rows:
            self.rows.append([])
        row = len(self.rows) - 1
        self._fill(row)
        across, down = _span(named, "colspan", MOST_ACROSS), _span(named, "rowspan", MOST_DOWN)
        cell = _Cell(tag, holds=named.get(HOLDS, ""), held=_held(named))
        column = len(self.rows[-1])
        self.rows[-1] += [cell] * across
        for lower in range(row + 1, row + down):
            for n in range(across):
                self._below[lower, column + n] = cell
        self.inside = True
        self._open = cell

    def add(self, text: str) -> None:
        """More text of the current cell."""
        self._open.text += text

    def _fill(self, row: int) -> None:
        while (above := self._below.pop((row, len(self.rows[-1])), None)) is not None:
            self.rows[-1].append(above)

    def grids(self, where: str) -> list[Grid]:
        """The table as it is seen and, where attributes of cells hold other numbers, as these say."""
        for row in range(len(self.rows)):
            while (above := self._below.pop((row, len(self.rows[row])), None)) is not None:
                self.rows[row].append(above)
        rows = [row for row in self.rows if row]
        seen = self._grid(where, rows, held=False)
        if seen is None:
            return []
        if not any(cell.held for row in rows for cell in row):
            return [seen]
        beside = self._grid(f"{where} attributes", rows, held=True)
        return [seen] if beside is None else [seen, beside]

    def _grid(self, where: str, all_rows: list[list[_Cell]], *, held: bool) -> Grid | None:
        rows = list(all_rows)
        heads = []
        while rows and all(cell.tag == "th" for cell in rows[0]):
            heads.append(rows.pop(0))
        if not rows:
            return None
        width = max(map(len, rows))
        marked = min(sum(cell.tag == "th" for cell in row) for row in rows)
        body = tuple(
            tuple(([_text(cell, held=held) for cell in row] + [""] * width)[:width]) for row in rows
        )
        kinds = [cell.holds or self.holds for cell in heads[-1]] if heads else []
        kinds = (kinds + [self.holds] * width)[:width]
        head = (_head(heads) + [""] * width)[:width]
        return Grid(where, tuple(head), body, max(1, marked), tuple(kinds))


def _head(heads: list[list[_Cell]]) -> list[str]:
    """One name a column: the lowest line's, behind the line above where that tells columns apart."""
    if not heads:
        return []
    names = [_one_line(cell.text) for cell in heads[-1]]
    for upper in reversed(heads[:-1]):
        above = [_one_line(cell.text) for cell in upper][: len(names)]
        above += [""] * (len(names) - len(above))
        twice = len({name for name in names if name}) < sum(bool(name) for name in names)
        names = [
            f"{high}, {low}" if twice and low and high and low != high else low or high
            for low, high in zip(names, above, strict=True)
        ]
    return names


def _held(named: dict[str, str]) -> str:
    """A number in an attribute of a cell, such as a key to sort by."""
    for name, value in named.items():
        may = name.startswith("data-") or name in ("title", "value")
        if may and name not in _NO_SORT_KEY and read_printed(value).kind == "number":
            return value
    return ""


def _text(cell: _Cell, *, held: bool) -> str:
    return cell.held if held and cell.held else _one_line(cell.text)


def _span(named: dict[str, str], name: str, most: int) -> int:
    text = named.get(name, "1").strip()
    return min(max(1, int(text[:6])), most) if text.isascii() and text.isdigit() else 1


def _one_line(text: str) -> str:
    return " ".join(text.split())
