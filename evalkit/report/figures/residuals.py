"""Residuals of a series over time, and how they go with the residuals before them."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from operator import mul
from xml.etree.ElementTree import Element

from evalkit.findings.numerals import number
from evalkit.report.figures.figure import OF_A_MODEL, Figure
from evalkit.report.figures.plot import (
    Plot,
    axis_labels,
    axis_room,
    draw_grid,
    every,
    is_wide,
    period_words,
    plot,
)
from evalkit.report.figures.svg import (
    NARROW,
    TEXT_SIZE,
    WIDE,
    Shape,
    add,
    canvas,
    line,
    serialise,
    write,
)
from evalkit.types.series_diagnostics import Residual, SeriesDiagnostics

_HEIGHT = 210.0
_GAP = 48.0  # between the two panels side by side
_HEAD, _FOOT = 34.0, 40.0
_FAR = 2.0  # standard deviations


@dataclass(frozen=True, slots=True, kw_only=True)
class _Panel:
    """Where one of the two panels stands."""

    left: float
    right: float
    top: float


def residual_chart(of: SeriesDiagnostics, *, ident: str, lags: int) -> Figure:
    """Draw standardised residuals over time, and their autocorrelation with its usual limits.

    Parameters
    ----------
    of : SeriesDiagnostics
    ident : str
        Begins every id in the picture.
    lags : int
        How many lags to draw.
    """
    values = [residual.value for residual in of.residuals]
    total = sum(map(mul, values, values))
    found = [sum(map(mul, values[k:], values)) / total for k in range(1, lags + 1)]
    limit = 1.96 / math.sqrt(len(values))
    takeaway = _takeaway(of, found, limit)
    wide, narrow = (
        _draw(of.residuals, found, limit, takeaway, f"{ident}-{shape}", shape)
        for shape in ("wide", "narrow")
    )
    taken = (
        f"The estimated autocorrelation of {number(of.rho, 2)} is taken out. "
        if of.rho
        else "The plan takes errors as independent: nothing is taken out. "
    )
    return Figure(
        takeaway=takeaway,
        wide=wide,
        narrow=narrow,
        note=(
            f"Residuals in standard deviations; dashed: two of them. {taken}Right, or below: how residuals "
            f"go with those so many periods before; dashed: ±{number(limit, 2)}, inside which 95% of single "
            "lags lie by chance. A picture, not a test: tests of it are often wrong on such series."
        ),
        holds=OF_A_MODEL,
        head=("Period", "Residual"),
        rows=(
            *((period_words(r.period), number(r.value, 2, signed=True)) for r in of.residuals),
            *(
                (f"Autocorrelation at lag {k}", number(v, 2, signed=True))
                for k, v in enumerate(found, 1)
            ),
        ),
    )


def _takeaway(of: SeriesDiagnostics, found: Sequence[float], limit: float) -> str:
    beyond = sum(abs(value) > limit for value in found)
    far = sum(abs(residual.value) > _FAR for residual in of.residuals)
    furthest = max(of.residuals, key=lambda residual: abs(residual.value))
    lags = "lag is" if beyond == 1 else "lags are"
    return (
        f"{far} of {len(of.residuals)} residuals are beyond two standard deviations, the furthest in "
        f"{period_words(furthest.period)}; {beyond or 'none'} of {len(found)} {lags} outside the limits."
    )


def _draw(
    residuals: Sequence[Residual],
    found: Sequence[float],
    limit: float,
    desc: str,
    ident: str,
    shape: Shape,
) -> str:
    wide = is_wide(shape)
    width = WIDE if wide else NARROW
    height = _HEAD + _HEIGHT + _FOOT
    root = canvas(
        width,
        height if wide else 2 * height,
        ident=ident,
        title="Residuals of the model and their autocorrelation",
        desc=desc,
        classes=f"residuals {shape}",
    )
    right = width * 0.6 if wide else width - 6
    _over_time(root, residuals, _Panel(left=0, right=right, top=0), shape)
    left, top = (right + _GAP, 0.0) if wide else (0.0, height)
    _by_lag(root, found, limit, _Panel(left=left, right=width - 6, top=top), shape)
    return serialise(root)


def _over_time(root: Element, residuals: Sequence[Residual], panel: _Panel, shape: Shape) -> None:
    values = [residual.value for residual in residuals]
    area = _area(root, [*values, -_FAR, _FAR], panel, "Residuals, standard deviations", shape)
    step = (area.right - area.left - 12) / max(len(values) - 1, 1)
    for limit in (-_FAR, _FAR):
        line(root, (area.left, area.y(limit)), (area.right, area.y(limit)), "f-limit")
    line(root, (area.left, area.y(0)), (area.right, area.y(0)), "f-zero")
    years: dict[str, list[float]] = {}
    for index, residual in enumerate(residuals):
        x = area.left + 6 + index * step
        add(root, "circle", "f-observed", cx=x, cy=area.y(residual.value), r=2.6)
        years.setdefault(residual.period[:4], []).append(x)
    skip = every(len(years), area.right - area.left, 48)
    for count, (year, places) in enumerate(years.items()):
        if count % skip == 0:
            x = min((places[0] + places[-1]) / 2, area.right - 14)
            write(root, (x, area.bottom + 24), year, "f-muted", anchor="middle")


def _by_lag(
    root: Element, found: Sequence[float], limit: float, panel: _Panel, shape: Shape
) -> None:
    area = _area(root, [*found, -limit, limit, 0.5, -0.5], panel, "Autocorrelation by lag", shape)
    step = (area.right - area.left) / len(found)
    for bound in (-limit, limit):
        line(root, (area.left, area.y(bound)), (area.right, area.y(bound)), "f-limit")
    line(root, (area.left, area.y(0)), (area.right, area.y(0)), "f-zero")
    for index, value in enumerate(found):
        x = area.left + (index + 0.5) * step
        line(root, (x, area.y(0)), (x, area.y(value)), "f-lag")
        if index == 0 or (index + 1) % (3 if len(found) > 6 else 2) == 0:
            write(root, (x, area.bottom + 24), str(index + 1), "f-muted", anchor="middle")


def _area(root: Element, values: Sequence[float], panel: _Panel, title: str, shape: Shape) -> Plot:
    """The plotting area of a panel with its title and grid."""
    write(root, (panel.left, panel.top + 16), title)
    top = panel.top + _HEAD
    spread = plot(values, left=0, right=1, top=0, bottom=1)
    labels = axis_labels(spread.marks, signed=True)
    area = plot(
        values,
        left=panel.left + axis_room(labels, TEXT_SIZE[shape]),
        right=panel.right,
        top=top,
        bottom=top + _HEIGHT,
    )
    draw_grid(root, area, labels)
    return area
