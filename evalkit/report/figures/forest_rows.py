"""The lines of a forest plot."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal
from xml.etree.ElementTree import Element

from evalkit.findings.numerals import number
from evalkit.report.figures.across import Across, across, draw_across
from evalkit.report.figures.plot import axis_labels, is_wide
from evalkit.report.figures.svg import (
    NARROW,
    TEXT_SIZE,
    WIDE,
    Shape,
    add,
    box,
    canvas,
    joined,
    line,
    number_width,
    serialise,
    shortened,
    text_width,
    wrapped,
    write,
)

_LINE = 20.0
_STEPS: dict[Shape, float] = {"wide": 34.0, "narrow": 68.0}
_BEYOND = 0.15
"""Share of the studies' range by which the dashed line may go beyond it; the rest is an arrow."""
_PER_CENT = (
    *(
        -99,
        -98,
        -95,
        -90,
        -80,
        -70,
        -60,
        -50,
        -40,
        -30,
        -20,
        -10,
        -5,
        -2,
        -1,
        0,
        1,
        2,
        5,
        10,
        20,
        30,
    ),
    *(50, 75, 100, 150, 200, 300, 500, 1_000, 2_000, 5_000),
)
_NAME_AT_MOST = 290.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ForestRow:
    """One line: a study, the mean, or another place; numbers on the scale of the pool.

    ``share`` is its weight over that of the heaviest study.
    """

    name: str
    text: str
    kind: Literal["study", "mean", "prediction"]
    effect: float
    low: float
    high: float
    weight: str = ""
    share: float = 1.0


def draw_forest(
    rows: Sequence[ForestRow],
    *,
    log: bool,
    title: str,
    desc: str,
    axis: str,
    ident: str,
    shape: Shape,
) -> str:
    """Draw the rows; on a narrow screen name and figures stand above each line."""
    width, size = (WIDE if is_wide(shape) else NARROW), TEXT_SIZE[shape]
    lines = wrapped(axis, width - 8, size)
    top = _LINE * len(lines) + 40
    bottom = top + _STEPS[shape] * len(rows) + 10
    root = canvas(
        width,
        bottom + 34,
        ident=f"{ident}-{shape}",
        title=title,
        desc=desc,
        classes=f"tone-unsure {shape}",
    )
    for n, text in enumerate(lines):
        write(root, (0, 16 + _LINE * n), text)
    scale = _scale(rows, log, width, shape)
    draw_across(root, scale, top, bottom)
    line(root, (scale.x(0), top - 6), (scale.x(0), bottom), "f-zero")
    write(root, (scale.x(0) - 10, top - 12), "← lower", "f-muted f-halo", anchor="end")
    write(root, (scale.x(0) + 10, top - 12), "higher →", "f-muted f-halo")
    if is_wide(shape):
        write(root, (width, top - 12), "weight", "f-muted", anchor="end")
    for n, row in enumerate(rows):
        place = top + _STEPS[shape] * n + (8 if row.kind != "study" else 0)
        if row.kind == "mean":
            line(root, (0, place - 2), (width, place - 2), "f-grid")
        _row(root, row, scale, (place, width), shape)
    return serialise(root)


def _row(
    root: Element, row: ForestRow, scale: Across, place: tuple[float, float], shape: Shape
) -> None:
    (top, width), size = place, TEXT_SIZE[shape]
    wide = is_wide(shape)
    strong = "f-strong" if row.kind == "mean" else "f-text"
    name = shortened(row.name, _NAME_AT_MOST if wide else width, size)
    write(root, (0, top + 20), name, f"{strong} f-halo")
    right, below = (width - 58, 20) if wide else (0, 40)
    write(root, (right, top + below), row.text, f"{strong if row.kind == 'mean' else 'f-muted'} f-halo",
          anchor="end" if wide else "start")  # fmt: skip
    if wide and row.weight:
        write(root, (width, top + 20), row.weight, "f-muted", anchor="end")
    _marks(root, row, scale, top + (15 if wide else 56))


def _marks(root: Element, row: ForestRow, scale: Across, y: float) -> None:
    first, last = scale.marks[0], scale.marks[-1]
    low, at, high = (scale.x(min(max(end, first), last)) for end in (row.low, row.effect, row.high))
    if row.kind == "mean":
        half = 9.0
        points = [(low, y), (at, y - half), (high, y), (at, y + half)]
        add(root, "polygon", "f-firm", points=joined(points))
        return
    if row.kind == "prediction":
        line(root, (low, y), (high, y), "f-since f-ahead")
    else:
        line(root, (low, y), (high, y), "f-interval f-slim")
        side = 5 + 13 * math.sqrt(row.share)
        box(root, (at - side / 2, y - side / 2), (side, side), "f-post")
    if row.low < first:
        add(root, "path", "f-head", d=f"M{low:.1f} {y:.1f}l9 -5.5v11z")
    if row.high > last:
        add(root, "path", "f-head", d=f"M{high:.1f} {y:.1f}l-9 -5.5v11z")


def _scale(rows: Sequence[ForestRow], log: bool, width: float, shape: Shape) -> Across:
    size = TEXT_SIZE[shape]
    left, right = 22.0, width - 22
    if is_wide(shape):
        names = max(text_width(row.name, size, bold=row.kind == "mean") for row in rows)
        left = min(0.9 * names, _NAME_AT_MOST) + 28
        right = width - 58 - max(number_width(row.text, size) for row in rows) - 8
    ends = [0.0, *(end for row in rows if row.kind != "prediction" for end in (row.low, row.high))]
    span = _BEYOND * (max(ends) - min(ends))
    for row in rows:
        if row.kind == "prediction":
            ends += [max(row.low, min(ends) - span), min(row.high, max(ends) + span)]
    if log:
        return _per_cent(min(ends), max(ends), left, right, size)
    return across(ends, lambda m: axis_labels(m, signed=True), left=left, right=right, size=size)


def _per_cent(low: float, high: float, left: float, right: float, size: float) -> Across:
    """A logarithmic axis in per cent: as many round changes as have room, no change always among them."""
    known = [(math.log1p(value / 100), f"{number(value, 0, signed=True)}%") for value in _PER_CENT]
    first = max((n for n, (at, _) in enumerate(known) if at <= low), default=0)
    last = min((n for n, (at, _) in enumerate(known) if at >= high), default=len(known) - 1)
    inside = known[first : last + 1]
    span = (inside[-1][0] - inside[0][0]) or 1.0
    zero = next(n for n, (at, _) in enumerate(inside) if at == 0)
    kept = {0, zero, len(inside) - 1}

    def apart(n: int, m: int) -> bool:
        room = (number_width(inside[n][1], size) + number_width(inside[m][1], size)) / 2 + 10
        return abs(inside[n][0] - inside[m][0]) / span * (right - left) >= room

    for end in (0, len(inside) - 1):
        if end != zero and not apart(end, zero):
            kept.discard(end)
    for n in range(len(inside)):
        if all(apart(n, m) for m in kept if m != n):
            kept.add(n)
    chosen = sorted(kept)
    marks = [inside[n][0] for n in chosen]
    labels = [inside[n][1] for n in chosen]
    for end, at in ((0, inside[0][0]), (len(marks), inside[-1][0])):
        if at not in marks:
            marks.insert(end, at)
            labels.insert(end, "")
    return Across(left=left, right=right, marks=tuple(marks), labels=tuple(labels))
