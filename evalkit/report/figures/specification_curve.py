"""The specification curve: every way of asking sorted by its estimate, and below it what each chose."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from evalkit.findings.numerals import effect_text, interval_text, level_text
from evalkit.report.figures.figure import OF_A_MODEL, Figure, clear
from evalkit.report.figures.plot import Plot, axis_labels, axis_room, draw_grid, is_wide, plot
from evalkit.report.figures.svg import (
    NARROW,
    TEXT_SIZE,
    WIDE,
    Shape,
    add,
    box,
    canvas,
    line,
    serialise,
    shortened,
    ticks,
    wrapped,
    write,
)
from evalkit.types.finding import ScaledEffect

_TOP = 230.0
_NAMES = 290.0  # room for what was chosen, beside the dots on a wide picture
_ROWS: dict[Shape, float] = {"wide": 25.0, "narrow": 42.0}
_LINE = 20.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Specified:
    """One way of asking.

    Attributes
    ----------
    name : str
    effect : ScaledEffect
    planned : bool
        True for the plan's own answer.
    chosen : tuple of (str, str)
        A part of asking, and what was taken for it; the same parts in the same order for all.
    """

    name: str
    effect: ScaledEffect
    planned: bool
    chosen: tuple[tuple[str, str], ...]


def specification_curve(
    ways: Sequence[Specified],
    *,
    without: Sequence[tuple[str, str]],
    agree: str,
    outcome: str,
    ident: str,
) -> Figure:
    """Draw estimates with intervals in order of size, and below them which choice each used.

    Parameters
    ----------
    ways : sequence of Specified
        The plan's own among them.
    without : sequence of (str, str)
        Ways that give no number, and why: they stand in the note and the table.
    agree : str
        How far the others agree, e.g. ``"4 of 5 lower, 2 exclude no change"``.

    References
    ----------
    Simonsohn, Simmons and Nelson (2020), *Nature Human Behaviour* 4; here only ways that the plan names.
    """
    ordered = sorted(ways, key=lambda way: (way.effect.effect, way.name))
    place = 1 + next(i for i, way in enumerate(ordered) if way.planned)
    takeaway = (
        f"Other ways of asking that the plan names: {agree}. The plan's own answer is number {place} of "
        f"{len(ordered)}, from lowest to highest."
    )
    wide, narrow = (
        _draw(ordered, outcome, takeaway, f"{ident}-{shape}", shape) for shape in ("wide", "narrow")
    )
    parts = [part for part, _ in ordered[0].chosen]
    gone = tuple((name, why, "–", *("–" for _ in parts)) for name, why in without)
    return Figure(
        takeaway=takeaway,
        wide=wide,
        narrow=narrow,
        note=_note(ordered, without),
        holds=OF_A_MODEL,
        head=("Asked this way", "Estimate", "Interval", *parts),
        rows=(*(_row(i, way) for i, way in enumerate(ordered, 1)), *gone),
    )


def _row(place: int, way: Specified) -> tuple[str, ...]:
    texts = (effect_text(way.effect), interval_text(way.effect))
    return f"{place}. {way.name}", *texts, *(choice for _, choice in way.chosen)


def _note(ordered: Sequence[Specified], without: Sequence[tuple[str, str]]) -> str:
    levels = {level_text(w.effect.interval.level) for w in ordered if w.effect.interval}
    said = [
        f"Lines: {', '.join(sorted(levels))} intervals; filled: clear of no change. Shaded: the plan's own "
        "answer. The others share its data, so that they agree is no second piece of evidence."
    ]
    if without:
        listed = "; ".join(f"{name}: {why.rstrip('.')}" for name, why in without)
        said.append(f"Without a number: {listed}.")
    return " ".join(said)


def _ends(way: Specified) -> tuple[float, float]:
    found = way.effect.interval
    return (found.low, found.high) if found else (way.effect.effect, way.effect.effect)


def _draw(ways: Sequence[Specified], outcome: str, desc: str, ident: str, shape: Shape) -> str:
    width = WIDE if is_wide(shape) else NARROW
    unit = ways[0].effect.unit
    lines = wrapped(f"Change in {outcome}, {unit}", width - 8, TEXT_SIZE[shape])
    top = _LINE * len(lines) + 34
    matrix = _matrix(ways)
    height = top + _TOP + 40 + sum(_ROWS[shape] if choice else 28.0 for _, choice in matrix)
    root = canvas(
        width, height, ident=ident, title=f"Every way of asking: {outcome}", desc=desc,
        classes=f"specifications tone-unsure {shape}",
    )  # fmt: skip
    for row, text in enumerate(lines):
        write(root, (0, 16 + _LINE * row), text)
    area = _area(ways, shape, width, top, "%" if unit == "per cent" else "")
    step = (area.right - area.left) / len(ways)
    across = [area.left + step * (i + 0.5) for i in range(len(ways))]
    at = next(i for i, way in enumerate(ways) if way.planned)
    half = min(step / 2, 22.0)
    box(root, (across[at] - half, top - 6), (2 * half, height - top), "f-zone")
    suffix = "%" if unit == "per cent" else ""
    draw_grid(root, area, axis_labels(area.marks, signed=True, suffix=suffix))
    line(root, (area.left, area.y(0)), (area.right, area.y(0)), "f-zero")
    x = min(max(across[at], area.left + 30), area.right - 30)
    write(root, (x, top - 12), "The plan", "f-strong", anchor="middle")
    for number, (way, x) in enumerate(zip(ways, across, strict=True), 1):
        _estimate(root, way, area, x)
        write(root, (x, area.bottom + 22), str(number), "f-muted", anchor="middle")
    _draw_matrix(root, ways, matrix, across, area.bottom + 38, shape)
    return serialise(root)


def _area(ways: Sequence[Specified], shape: Shape, width: float, top: float, suffix: str) -> Plot:
    ends = [end for way in ways for end in (*_ends(way), way.effect.effect)]
    values = [0.0, *(end for end in ends if math.isfinite(end))]
    labels = axis_labels(ticks(min(values), max(values)), signed=True, suffix=suffix)
    room = axis_room(labels, TEXT_SIZE[shape])
    left = _NAMES + room if is_wide(shape) else room
    return plot(values, left=left, right=width - 8, top=top, bottom=top + _TOP)


def _estimate(root: Element, way: Specified, area: Plot, x: float) -> None:
    low, high = (min(max(end, area.low), area.high) for end in _ends(way))
    line(root, (x, area.y(low)), (x, area.y(high)), "f-interval")
    kind = "f-point" if clear(*_ends(way)) else "f-point-before"
    add(root, "circle", kind, cx=x, cy=area.y(way.effect.effect), r=6)


def _matrix(ways: Sequence[Specified]) -> list[tuple[str, str]]:
    """Each part and then each choice for it; a part by itself has an empty choice."""
    rows: list[tuple[str, str]] = []
    for i, (part, _) in enumerate(ways[0].chosen):
        rows.append((part, ""))
        rows += [(part, choice) for choice in dict.fromkeys(way.chosen[i][1] for way in ways)]
    return rows


def _draw_matrix(
    root: Element,
    ways: Sequence[Specified],
    matrix: Sequence[tuple[str, str]],
    across: Sequence[float],
    top: float,
    shape: Shape,
) -> None:
    y = top
    for part, choice in matrix:
        if not choice:
            write(root, (0, y + 19), part, "f-strong")
            y += 28
            continue
        name = shortened(choice, _NAMES if is_wide(shape) else NARROW - 8, TEXT_SIZE[shape])
        write(root, (0, y + 17), name, "f-text f-halo")
        middle = y + (12 if is_wide(shape) else 31)
        line(root, (across[0], middle), (across[-1], middle), "f-grid")
        for way, x in zip(ways, across, strict=True):
            if (part, choice) in way.chosen:
                add(root, "circle", "f-fit-dot", cx=x, cy=middle, r=5)
        y += _ROWS[shape]
