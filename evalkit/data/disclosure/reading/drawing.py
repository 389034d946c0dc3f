"""What can be read and measured off a drawing: its words, and marks against the numbers of its axis."""

import re
from collections.abc import Sequence

import numpy as np

from evalkit.data.disclosure.printed import read_printed
from evalkit.data.disclosure.reading.grid import HOLDS, NO_PEOPLE, Grid, Marks, Point
from evalkit.data.disclosure.reading.lines import said

NEAR = 0.12
"""Marks are of counts where this near to whole numbers, in units of the axis …"""
MOST_NEAR, LEAST_MARKS = 0.9, 4
"""… for this share of at least so many."""
_BASELINE = 14.0
"""Units of the drawing in which a line belongs to the number beside it."""
_TRANSLATE = re.compile(r"translate\(\s*([-\d.e]+)(?:[\s,]+([-\d.e]+))?\s*\)")
_NUMBERS = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?")
_STEPS = re.compile(r"([MLHVmlhvZz])([^A-Za-z]*)")


class Drawing:
    """A drawing while it is read."""

    def __init__(self, named: dict[str, str]) -> None:
        self.quiet = named.get(HOLDS, "") in NO_PEOPLE
        self._shift: list[Point] = [(0.0, 0.0)]
        self._texts: list[tuple[float, float, str]] = []
        self._levels: list[float] = []
        self._rows: dict[tuple[str, str], list[Point]] = {}
        self._lines: list[tuple[Point, ...]] = []
        self._words: list[str] = []
        self._spoken: list[str] = []
        self._at: Point | None = None

    def said(self, text: str) -> None:
        """Words of an attribute."""
        self._spoken.append(text)

    def start(self, tag: str, named: dict[str, str]) -> None:
        """An element of the drawing begins."""
        x, y = self._shift[-1]
        if found := _TRANSLATE.search(named.get("transform", "")):
            x, y = x + float(found[1]), y + float(found[2] or 0)
        if tag == "g":
            self._shift.append((x, y))
        elif tag in ("text", "title", "desc"):
            self._words = []
            self._at = (x + _of(named, "x"), y + _of(named, "y")) if tag == "text" else None
        elif tag in ("circle", "ellipse", "use"):
            keys = ("cx", "cy") if tag != "use" else ("x", "y")
            row = self._rows.setdefault((tag, named.get("class", "")), [])
            row.append((x + _of(named, keys[0]), y + _of(named, keys[1])))
        elif tag == "rect":
            row = self._rows.setdefault((tag, named.get("class", "")), [])
            row.append((x + _of(named, "x") + _of(named, "width") / 2, y + _of(named, "y")))
        elif tag == "line" and _of(named, "y1") == _of(named, "y2"):
            self._levels.append(y + _of(named, "y1"))
        elif tag in ("polyline", "path"):
            points = _points(named.get("points", "")) or _path(named.get("d", ""))
            self._lines.append(tuple((x + a, y + b) for a, b in points))

    def data(self, text: str) -> None:
        """Words in it."""
        self._words.append(text)

    def end(self, tag: str) -> None:
        """An element ends."""
        if tag == "g" and len(self._shift) > 1:
            self._shift.pop()
        elif tag in ("text", "title", "desc"):
            words = " ".join("".join(self._words).split())
            self._spoken.append(words)
            if tag == "text" and self._at is not None:
                self._texts.append((*self._at, words))
            self._words, self._at = [], None

    def marks(self, where: str) -> tuple[Marks, ...]:
        """Every row of points that could be a series."""
        if self.quiet:
            return ()
        rows = (*map(tuple, self._rows.values()), *self._lines)
        return tuple(Marks(where, row) for row in rows if len(row) >= LEAST_MARKS)

    def grids(self, where: str) -> list[Grid]:
        """What is said in it line by line, and counts that can be measured against its axis."""
        if self.quiet:
            return []
        found = list(said(where, self._spoken, holds="count"))
        for from_axis in self._axes():
            for marks in self.marks(where):
                values = [from_axis[0] + from_axis[1] * y for _, y in marks.points]
                if _are_counts(values):
                    rows = tuple(
                        (self._name(where, n, x), f"{max(0, round(value))}")
                        for n, ((x, _), value) in enumerate(zip(marks.points, values, strict=True))
                    )
                    found.append(Grid(f"{where} measured", ("", "count"), rows))
        return found

    def _axes(self) -> list[tuple[float, float]]:
        """Number at height 0, and per unit of height, for each column of numbers beside the drawing."""
        columns: dict[int, list[tuple[float, float]]] = {}
        for x, y, words in self._texts:
            if (read := read_printed(words)).kind == "number":
                columns.setdefault(round(x), []).append((y, read.value))
        return [axis for ticks in columns.values() if (axis := self._axis(ticks)) is not None]

    def _axis(self, ticks: list[tuple[float, float]]) -> tuple[float, float] | None:
        heights = np.array([y for y, _ in ticks])
        values = np.array([value for _, value in ticks])
        if len(ticks) < 2 or np.ptp(heights) == 0 or np.ptp(values) == 0:
            return None
        if self._levels:  # the line that a number names, where all have one at the same distance
            away = [min((line - y for line in self._levels), key=abs) for y in heights]
            if max(map(abs, away)) < _BASELINE and np.ptp(away) < 1:
                heights = heights + np.mean(away)
        slope, start = np.polyfit(heights, values, 1)
        worst = np.abs(start + slope * heights - values).max()
        return (float(start), float(slope)) if worst < 0.02 * np.ptp(values) else None

    def _name(self, where: str, n: int, x: float) -> str:
        """The words below a mark, else its place in the row."""
        below = [words for at, _, words in self._texts if abs(at - x) < 1 and words]
        named = [words for words in below if read_printed(words).kind == "words"]
        return named[0] if named else f"{where} mark {n + 1}"


def _are_counts(values: Sequence[float]) -> bool:
    found = np.array(values)
    if len(found) < LEAST_MARKS or np.ptp(found) < 1 or found.min() < -NEAR:
        return False
    return bool(np.mean(np.abs(found - np.round(found)) < NEAR) >= MOST_NEAR)


def _of(named: dict[str, str], name: str) -> float:
    found = _NUMBERS.match(named.get(name, "0").strip())
    return float(found[0]) if found else 0.0


def _points(text: str) -> list[Point]:
    numbers = [float(one) for one in _NUMBERS.findall(text)]
    return list(zip(numbers[::2], numbers[1::2], strict=False))


def _path(text: str) -> list[Point]:
    """The corners of a path of straight lines; none where it has others."""
    if not text or set(re.findall(r"[A-Za-z]", text)) - set("MLHVmlhvZze"):
        return []
    x = y = 0.0
    found: list[Point] = []
    for letter, rest in _STEPS.findall(text):
        numbers = [float(one) for one in _NUMBERS.findall(rest)]
        moves: list[tuple[float | None, float | None]] = list(
            zip(numbers[::2], numbers[1::2], strict=False)
        )
        if letter in "Hh":
            moves = [(one, None) for one in numbers]
        elif letter in "Vv":
            moves = [(None, one) for one in numbers]
        for across, down in moves:
            base = (x, y) if letter.islower() else (0.0, 0.0)
            x = x if across is None else base[0] + across
            y = y if down is None else base[1] + down
            found.append((x, y))
    return found
