"""Rows of estimates without each unit, on one scale with the estimate of all."""

from collections.abc import Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from evalkit.report.figures.across import Across, across, draw_across
from evalkit.report.figures.figure import FigureWords, clear, effect_text, told
from evalkit.report.figures.plot import axis_labels, is_wide
from evalkit.report.figures.svg import (
    NARROW,
    TEXT_SIZE,
    WIDE,
    Shape,
    add,
    box,
    canvas,
    line,
    number_width,
    serialise,
    text_width,
    wrapped,
    write,
)
from evalkit.types.estimate import Estimate

_ROW = 20.0
_STEPS: dict[Shape, float] = {"wide": 26.0, "narrow": 44.0}


@dataclass(frozen=True, slots=True)
class LeftOut:
    """One line of the chart: a unit, or the units between the two ends as one."""

    name: str
    text: str
    effect: tuple[float, float]
    low: float
    high: float

    @property
    def many(self) -> bool:
        """True where the row stands for several units."""
        return self.effect[0] != self.effect[1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Without:
    """What is drawn: the estimate of all, the rows, their decimals, and all of it in words."""

    full: Estimate
    rows: tuple[LeftOut, ...]
    digits: int
    desc: str


def draw_left_out(without: Without, words: FigureWords, shape: Shape) -> str:
    """Draw one row a unit; on a narrow screen its name and figures stand above its line."""
    full, rows = without.full, without.rows
    width, size = (WIDE if is_wide(shape) else NARROW), TEXT_SIZE[shape]
    lines = wrapped(words.axis, width - 8, size)
    top = _ROW * len(lines) + 46
    bottom = top + _STEPS[shape] * len(rows) + 6
    root = canvas(
        width,
        bottom + 34,
        ident=f"{words.ident}-{shape}",
        title=f"Estimates without each unit in turn: {words.outcome}",
        desc=without.desc,
        classes=f"tone-unsure {shape}",
    )
    for row, text in enumerate(lines):
        write(root, (0, 16 + _ROW * row), text)
    axis = _axis(full, rows, words, width, shape)
    draw_across(root, axis, top, bottom)
    line(root, (axis.x(0), top), (axis.x(0), bottom), "f-zero")
    at = axis.x(told(full.effect, words.scale))
    line(root, (at, top - 8), (at, bottom), "f-mean")
    label = f"All {words.units}: {effect_text(full.effect, words.scale, without.digits)}"
    half = number_width(label, size) / 2
    write(root, (min(max(at, half), width - half), top - 16), label, "f-strong", anchor="middle")
    for index, one in enumerate(rows):
        _row(root, one, axis, words, (top + _STEPS[shape] * index, width), shape)
    return serialise(root)


def _axis(
    full: Estimate, rows: Sequence[LeftOut], words: FigureWords, width: float, shape: Shape
) -> Across:
    size = TEXT_SIZE[shape]
    ends = [0.0, full.effect, full.interval.low, full.interval.high]
    ends += [end for row in rows for end in (row.low, row.high)]
    suffix = "%" if words.scale == "log" else ""
    left, right = 20.0, width - 20
    if is_wide(shape):
        left = max(text_width(row.name, size) for row in rows) + 30
        right = width - max(number_width(row.text, size) for row in rows) - 30
    return across(
        [told(end, words.scale) for end in ends],
        lambda marks: axis_labels(marks, signed=True, suffix=suffix),
        left=min(left, 300.0),
        right=right,
        size=size,
    )


def _row(
    root: Element,
    row: LeftOut,
    axis: Across,
    words: FigureWords,
    place: tuple[float, float],
    shape: Shape,
) -> None:
    top, width = place
    wide = is_wide(shape)
    write(root, (0, top + 19), row.name, "f-strong f-halo" if row.many else "f-text f-halo")
    write(root, (width, top + 19), row.text, "f-muted f-halo", anchor="end")
    y = top + (14 if wide else 32)
    low, high, left, right = (
        axis.x(told(end, words.scale)) for end in (row.low, row.high, *row.effect)
    )
    line(root, (low, y), (high, y), "f-interval f-slim" if row.many else "f-interval")
    if row.many:
        box(root, (left, y - 6), (max(right - left, 2.0), 12), "f-band")
        return
    kind = "f-point" if clear(row.low, row.high) else "f-point-before"
    add(root, "circle", kind, cx=left, cy=y, r=5.5)
