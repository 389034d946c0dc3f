"""The comparisons inside two-way fixed effects as marks, told apart by shape."""

from collections.abc import Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from evalkit.did.bacon import Comparison, Decomposition, Kind
from evalkit.findings.numerals import number
from evalkit.report.figures.across import Across, across, draw_across
from evalkit.report.figures.figure import FigureWords, effect_text, told
from evalkit.report.figures.plot import (
    Plot,
    axis_labels,
    axis_room,
    draw_grid,
    is_wide,
    plot,
)
from evalkit.report.figures.svg import (
    NARROW,
    TEXT_SIZE,
    WIDE,
    Point,
    Shape,
    add,
    canvas,
    joined,
    line,
    number_width,
    serialise,
    ticks,
    wrapped,
    write,
)

_ROW = 20.0
_WORTH_A_NAME = 0.1
_Frame = tuple[float, float, float, float]
_PUT_DIFFERENTLY: dict[Kind, str] = {
    "treated_vs_never": "Against never treated",
    "earlier_vs_later": "Against not yet treated",
    "later_vs_earlier": "Against already treated",
    "treated_vs_always_treated": "Against treated throughout",
}


@dataclass(frozen=True, slots=True)
class Averaged:
    """What is drawn: its decimals, and its description in words."""

    decomposition: Decomposition
    digits: int
    desc: str


def share(weight: float) -> str:
    """A weight in whole per cent."""
    percent = 100 * weight
    return "under 1%" if 0 < percent < 1 else f"{number(percent, 0)}%"


def draw_comparisons(averaged: Averaged, words: FigureWords, shape: Shape) -> str:
    """Draw the marks, the line of their weighted mean, and the key in words below."""
    decomposition = averaged.decomposition
    width, size = (WIDE if is_wide(shape) else NARROW), TEXT_SIZE[shape]
    lines = wrapped(_axis_title(words), width - 8, size)
    legend = _legend(averaged, words, width, size)
    top = _ROW * len(lines) + 16
    bottom = top + (300.0 if is_wide(shape) else 260.0)
    height = bottom + 72 + sum(_ROW * len(texts) + 6 for _, texts in legend)
    root = canvas(
        width,
        height,
        ident=f"{words.ident}-{shape}",
        title=f"Weight against estimate of each comparison: {words.outcome}",
        desc=averaged.desc,
        classes=shape,
    )
    for row, text in enumerate(lines):
        write(root, (0, 16 + _ROW * row), text)
    area, labels, weights = _areas(decomposition, words, width, (top, bottom), shape)
    draw_across(root, weights, area.top, area.bottom)
    draw_grid(root, area, labels)
    middle = (area.left + area.right) / 2
    write(
        root, (middle, bottom + 46), "Weight in two-way fixed effects", "f-muted", anchor="middle"
    )
    if area.low <= 0 <= area.high:
        line(root, (area.left, area.y(0)), (area.right, area.y(0)), "f-zero")
    mean = area.y(told(decomposition.effect, words.scale))
    line(root, (area.left, mean), (area.right, mean), "f-mean")
    placed = [
        (c, (weights.x(100 * c.weight), area.y(told(c.effect, words.scale))))
        for c in sorted(decomposition.comparisons, key=lambda c: -c.weight)
    ]
    for comparison, at in placed:
        _mark(root, comparison.kind, at)
    _names(root, placed, area, size)
    _draw_legend(root, legend, bottom + 76)
    return serialise(root)


def _axis_title(words: FigureWords) -> str:
    unit = f", in {words.told_in}" if words.told_in else ""
    return f"Estimate of each comparison: difference in {words.outcome}{unit}"


def _areas(
    decomposition: Decomposition,
    words: FigureWords,
    width: float,
    span: Point,
    shape: Shape,
) -> tuple[Plot, tuple[str, ...], Across]:
    size = TEXT_SIZE[shape]
    values = [0.0, *(told(c.effect, words.scale) for c in decomposition.comparisons)]
    suffix = "%" if words.scale == "log" else ""
    labels = axis_labels(ticks(min(values), max(values)), signed=True, suffix=suffix)
    left = axis_room(labels, size)
    area = plot(values, left=left, right=width - 26, top=span[0], bottom=span[1])
    weights = [0.0, *(100 * c.weight for c in decomposition.comparisons)]
    horizontal = across(
        weights,
        lambda marks: axis_labels(marks, signed=False, suffix="%"),
        left=area.left,
        right=area.right,
        size=size,
    )
    return area, labels, horizontal


def _names(
    root: Element,
    placed: Sequence[tuple[Comparison, Point]],
    area: Plot,
    size: float,
) -> None:
    """Name the heaviest comparisons, where a name touches no mark and no other name."""
    taken = [(x - 10, y - 10, x + 10, y + 10) for _, (x, y) in placed]
    for comparison, (x, y) in placed:
        if comparison.weight < _WORTH_A_NAME:
            return
        text = f"{comparison.treated} against {comparison.comparison}"
        width = number_width(text, size)
        for left, foot in ((x + 12, y + 5), (x - 12 - width, y + 5), (x - width / 2, y + 24),
                           (x - width / 2, y - 14)):  # fmt: skip
            frame = (left, foot - size, left + width, foot + 4)
            inside = (
                area.left < left and left + width < area.right and area.top < foot < area.bottom
            )
            if inside and not any(_touch(frame, other) for other in taken):
                write(root, (left, foot), text, "f-text f-halo")
                taken.append(frame)
                break


def _touch(one: _Frame, two: _Frame) -> bool:
    return one[0] < two[2] and two[0] < one[2] and one[1] < two[3] and two[1] < one[3]


def _mark(root: Element, kind: Kind, at: Point) -> None:
    """Ring, triangle, cross or square: told apart without colour."""
    x, y = at
    if kind == "treated_vs_never":
        add(root, "circle", "tone-unsure f-open-mark", cx=x, cy=y, r=6)
    elif kind == "earlier_vs_later":
        corners = ((x - 7, y + 5), (x + 7, y + 5), (x, y - 8))
        add(root, "polygon", "tone-unsure f-open-mark", points=joined(corners))
    elif kind == "later_vs_earlier":
        line(root, (x - 5, y - 5), (x + 5, y + 5), "f-cross-mark")
        line(root, (x - 5, y + 5), (x + 5, y - 5), "f-cross-mark")
    else:
        line(root, (x - 7, y), (x + 7, y), "f-cross-mark")
        line(root, (x, y - 7), (x, y + 7), "f-cross-mark")


_Legend = tuple[tuple[Kind | None, tuple[str, ...]], ...]


def _legend(averaged: Averaged, words: FigureWords, width: float, size: float) -> _Legend:
    """The line and each kind that occurs, in words with their weight and average."""
    decomposition, digits = averaged.decomposition, averaged.digits
    mean = effect_text(decomposition.effect, words.scale, digits)
    told_as: list[tuple[Kind | None, str]] = [
        (None, f"Two-way fixed effects, the weighted mean: {mean}")
    ]
    for kind in decomposition.kinds:
        average = effect_text(kind.effect, words.scale, digits)
        text = (
            f"{_PUT_DIFFERENTLY[kind.kind]}: {share(kind.weight)} of the weight, average {average}"
        )
        told_as.append((kind.kind, text))
    return tuple((kind, wrapped(text, width - 44, size)) for kind, text in told_as)


def _draw_legend(root: Element, legend: _Legend, top: float) -> None:
    y = top
    for kind, texts in legend:
        if kind is None:
            line(root, (0, y - 5), (30, y - 5), "f-mean")
        else:
            _mark(root, kind, (15, y - 5))
        for row, text in enumerate(texts):
            write(root, (40, y + _ROW * row), text)
        y += _ROW * len(texts) + 6
