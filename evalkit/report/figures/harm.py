"""The same offences counted and weighted, one below the other, with the sum without the heaviest."""

from collections.abc import Callable, Sequence
from itertools import groupby
from xml.etree.ElementTree import Element

import numpy as np

from evalkit.data.harm import Bounds, Weighed
from evalkit.data.harm_words import heaviest_in_words, rests_on
from evalkit.report.figures.plot import (
    Plot,
    axis_labels,
    axis_room,
    draw_grid,
    every,
    is_wide,
    plot,
)
from evalkit.report.figures.svg import (
    NARROW,
    TEXT_SIZE,
    WIDE,
    Shape,
    add,
    canvas,
    joined,
    line,
    polyline,
    serialise,
    ticks,
    wrapped,
    write,
)
from evalkit.types.weighted import unit_of

_PANEL, _GAP, _LINE = 150.0, 64.0, 21.0
_Path = list[tuple[float, float] | None]


def harm_chart(weighed: Weighed, *, ident: str, shape: Shape = "wide", note: str = "") -> str:
    """Draw both; a period of which an area is missing is a gap, suppressed numbers are a band.

    Parameters
    ----------
    ident : str
        Begins every id in the picture.
    note : str
        Stands below, e.g. that the data are simulated, and what the weights are.

    Returns
    -------
    str
        SVG, 820 or 340 units wide.
    """
    unit, heaviest = unit_of(weighed.grid.outcomes[0]), heaviest_in_words(weighed)
    width, size = (WIDE if is_wide(shape) else NARROW), TEXT_SIZE[shape]
    counted, total, without = map(_path, (weighed.counted, weighed.weighted, weighed.without))
    several = len(weighed.heaviest) < len(weighed.offences)
    panels = [(_area_ends(counted), "Counted: events"), (_area_ends(total), f"Weighted: {unit}")]
    left = max(axis_room(axis_labels(ticks(0.0, top), signed=False), size) for top, _ in panels)
    said = wrapped(f"{rests_on(weighed)} {note}".strip(), width - 8, size)
    key = 2 if several else 0
    height = 2 * (_PANEL + _GAP) + 26 + _LINE * (key + len(said))
    root = canvas(
        width,
        height,
        ident=ident,
        title=f"Counted and weighted: {weighed.grid.outcomes[0]}",
        desc=rests_on(weighed),
        classes=shape,
    )
    tops = (30.0, 30.0 + _PANEL + _GAP)
    areas = []
    for top, (most, heading) in zip(tops, panels, strict=True):
        area = plot([0.0, most], left=left, right=width - 10, top=top, bottom=top + _PANEL)
        write(root, (left, top - 12), heading, "f-strong")
        draw_grid(root, area, axis_labels(area.marks, signed=False))
        _years(root, weighed.grid.periods, area)
        areas.append(area)
    _draw(root, areas[0], counted, "f-fit")
    if several:
        _draw(root, areas[1], without, "f-counterfactual")
    _draw(root, areas[1], total, "f-fit")
    below = tops[1] + _PANEL + 52
    if several:
        _key(root, (left, below), f"without {heaviest}")
    for n, words in enumerate(said):
        write(root, (4, below + (key + n) * _LINE + 4), words, "f-muted")
    return serialise(root)


def _key(root: Element, at: tuple[float, float], without: str) -> None:
    left, below = at
    for n, (text, classes) in enumerate((("all offences", "f-fit"), (without, "f-counterfactual"))):
        y = below + n * _LINE
        line(root, (left, y - 5), (left + 30, y - 5), classes)
        write(root, (left + 38, y), text, "f-text")


def _path(amount: Bounds) -> _Path:
    """Sum over areas by period; None where one of them is missing."""
    pairs = zip(amount.low.sum(axis=0), amount.high.sum(axis=0), strict=True)
    return [None if np.isnan(low) else (float(low), float(high)) for low, high in pairs]


def _area_ends(path: _Path) -> float:
    """The highest finite number, for the axis; 1 where there is none."""
    ends = [end for pair in path if pair for end in pair if np.isfinite(end)]
    return max([*ends, 1.0])


def _across(area: Plot, n: int) -> Callable[[int], float]:
    step = (area.right - area.left) / max(n - 1, 1)
    return lambda index: area.left + index * step


def _draw(root: Element, area: Plot, path: _Path, classes: str) -> None:
    """Lines through runs of periods without a gap; a band where only bounds are known."""
    at = _across(area, len(path))
    runs = groupby(enumerate(path), key=lambda item: item[1] is None)
    for gap, run in runs:
        if gap:
            continue
        known = [(i, pair) for i, pair in run if pair is not None]
        low = [(at(i), area.y(pair[0])) for i, pair in known]
        high = [(at(i), area.y(min(pair[1], area.high))) for i, pair in known]
        if low != high:
            add(root, "polygon", "f-projection-band", points=joined([*low, *reversed(high)]))
            polyline(root, high, f"{classes} f-slim")
            classes_of_low = f"{classes} f-slim"
        else:
            classes_of_low = classes
        if len(low) == 1:
            add(root, "circle", "f-fit-dot", cx=low[0][0], cy=low[0][1], r=3)
        polyline(root, low, classes_of_low)


def _years(root: Element, periods: Sequence[str], area: Plot) -> None:
    at, years = _across(area, len(periods)), dict[str, list[int]]()
    for index, period in enumerate(periods):
        years.setdefault(period[:4], []).append(index)
    step = every(len(years), area.right - area.left, 48)
    for n, (year, places) in enumerate(years.items()):
        if n % step == 0:
            x = min(at((places[0] + places[-1]) // 2), area.right - 18)
            write(
                root, (max(x, area.left + 18), area.bottom + 22), year, "f-muted", anchor="middle"
            )
