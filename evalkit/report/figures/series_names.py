"""The dates marked on a chart of one series: what was done, and what else is known to have changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from evalkit.report.figures.plot import period_words
from evalkit.report.figures.series_lines import Lines
from evalkit.report.figures.svg import line, shortened, text_width, write
from evalkit.types.estimate import PathPoint

ROW = 20.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Interruption:
    """Something that was done during the series: its first period and a short name."""

    period: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """A line to name: where it is, and whether it is only known and not the question."""

    index: int
    text: str
    known: bool


def named_lines(
    interruptions: Sequence[Interruption],
    breaks: Sequence[Interruption],
    path: Sequence[PathPoint],
) -> tuple[Name, ...]:
    """Every line with its label, in order of time."""
    periods = [point.period for point in path]
    found = [
        Name(
            index=periods.index(item.period),
            text=f"{item.name[:1].upper()}{item.name[1:]}, {period_words(item.period)}",
            known=known,
        )
        for items, known in ((interruptions, False), (breaks, True))
        for item in items
    ]
    return tuple(sorted(found, key=lambda name: name.index))


def draw_names(
    root: Element, named: Sequence[Name], drawn: Lines, size: float, edge: float
) -> None:
    """Name each line at its top, one row each: beside it where there is room, otherwise above it."""
    area = drawn.area
    places = [(drawn.across(name.index - 0.5), name) for name in named]
    right = [x + text_width(name.text, size) + 6 < edge for x, name in places]
    left = [x - text_width(name.text, size) - 6 > 0 for x, name in places]
    if not all(right) and all(left):
        right = [False] * len(places)
        places.reverse()
    rows = [area.top - 10 - ROW * (len(named) - 1 - row) for row in range(len(named))]
    for (x, name), y, beside in zip(
        places, rows, map(any, zip(right, left, strict=True)), strict=True
    ):
        top = y - 12 if beside else y + 6
        line(root, (x, top), (x, area.bottom), "f-break" if name.known else "f-event")
    for row, (x, name) in enumerate(places):
        classes = "f-muted f-halo" if name.known else "f-text f-halo"
        if right[row] or left[row]:
            anchor = "start" if right[row] else "end"
            at = (x + (6 if right[row] else -6), rows[row])
            write(root, at, name.text, classes, anchor=anchor)
        else:
            text = shortened(name.text, edge - 4, size)
            start = min(max(x - text_width(text, size) / 2, 0), edge - text_width(text, size))
            write(root, (max(start, 0), rows[row]), text, classes)
