"""A plotting area with a numbered vertical axis, shared by the charts that run over time."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from evalkit.findings.numerals import number
from evalkit.report.figures.svg import Format, decimals, line, number_width, ticks, write

_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Plot:
    """Where data go on the picture: ``left`` to ``right``, ``top`` to ``bottom``."""

    left: float
    right: float
    top: float
    bottom: float
    low: float
    high: float
    marks: tuple[float, ...]

    def y(self, value: float) -> float:
        """Height of a value on the picture."""
        share = (value - self.low) / (self.high - self.low)
        return self.bottom - share * (self.bottom - self.top)


def plot(values: Sequence[float], *, left: float, right: float, top: float, bottom: float) -> Plot:
    """Choose round axis numbers that hold every value."""
    marks = ticks(min(values), max(values))
    return Plot(
        left=left,
        right=right,
        top=top,
        bottom=bottom,
        low=marks[0],
        high=marks[-1],
        marks=marks,
    )


def axis_labels(marks: Sequence[float], *, signed: bool, suffix: str = "") -> tuple[str, ...]:
    """Axis numbers with the same decimals down the column."""
    places = decimals(marks)
    return tuple(number(mark, places, signed=signed) + suffix for mark in marks)


def axis_room(labels: Sequence[str], size: float) -> float:
    """How much room the axis numbers need on the left."""
    return max(number_width(label, size) for label in labels) + 12


def draw_grid(root: Element, area: Plot, labels: Sequence[str]) -> None:
    """Horizontal lines, each with its number."""
    for mark, label in zip(area.marks, labels, strict=True):
        y = area.y(mark)
        line(root, (area.left, y), (area.right, y), "f-grid")
        write(root, (area.left - 8, y + 5), label, "f-muted", anchor="end")


def every(count: int, room: float, needed: float) -> int:
    """Label every first, second, fifth … of ``count`` places that share ``room``."""
    fits = max(1, int(room // needed))
    return next(step for step in (1, 2, 5, 10, 20, 50, 100, count) if -(-count // step) <= fits)


def draw_years(
    root: Element, periods: Sequence[str], area: Plot, across: Callable[[float], float]
) -> None:
    """Name each year at the middle of its periods; ``across`` places a period by its number."""
    years: dict[str, list[int]] = {}
    for index, period in enumerate(periods):
        years.setdefault(period[:4], []).append(index)
    step = every(len(years), area.right - area.left, 48)
    for count, (year, indices) in enumerate(years.items()):
        if count % step == 0:
            x = min(across((indices[0] + indices[-1]) / 2), area.right - 14)
            write(root, (x, area.bottom + 24), year, "f-muted", anchor="middle")


def period_words(period: str) -> str:
    """``1986`` as it is, ``1986-01`` as ``January 1986``, ``1986-Q1`` as ``Q1 1986``."""
    year, _, part = period.partition("-")
    if part.startswith("Q"):
        return f"{part} {year}"
    return f"{_MONTHS[int(part) - 1]} {year}" if part else year


def is_wide(shape: Format) -> bool:
    """True for the shape that has room beside and between marks."""
    return shape != "narrow"
