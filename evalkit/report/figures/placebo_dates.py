"""The change at the start of a series among the same change at earlier dates."""

from xml.etree.ElementTree import Element

from evalkit.findings.numerals import number, p_text
from evalkit.report.figures.figure import OF_A_MODEL, Figure
from evalkit.report.figures.plot import (
    Plot,
    axis_labels,
    axis_room,
    draw_grid,
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
    text_width,
    wrapped,
    write,
)
from evalkit.types.series_diagnostics import Placebos

_HEIGHT = 230.0
_ROW = 20.0
_FOOT = 40.0


def placebo_chart(of: Placebos, *, outcome: str, ident: str) -> Figure:
    """Draw the change at each earlier date, and the one at the start, in standard errors.

    Parameters
    ----------
    of : Placebos
    outcome : str
        In words, e.g. ``"robbery"``.
    ident : str
        Begins every id in the picture.
    """
    ratios = [placebo.ratio for placebo in of.placebos]
    as_large = sum(abs(ratio) >= abs(of.start.ratio) for ratio in ratios)
    takeaway = (
        f"{as_large or 'None'} of {len(ratios)} earlier dates, when nothing was done, "
        f"{'shows' if as_large == 1 else 'show'} a change as large as the start for its standard error, "
        f"{p_text(of.p_value)}."
    )
    wide, narrow = (
        _draw(of, outcome, f"{ident}-{shape}", takeaway, shape) for shape in ("wide", "narrow")
    )
    return Figure(
        takeaway=takeaway,
        wide=wide,
        narrow=narrow,
        note=(
            "Open: the plan's effect at an earlier date over its standard error, from the periods before the "
            f"start alone, at least {of.side} on either side. Filled: at the start. Dashed: as large as the "
            "start, either way. Neighbouring dates rest on nearly the same periods, which the p-value allows "
            f"for: the smallest that so many dates allow is {number(of.smallest, 3)}."
        ),
        holds=OF_A_MODEL,
        head=("Date", "Change in standard errors"),
        rows=tuple(
            (period_words(one.date) + end, number(one.ratio, 2, signed=True))
            for one, end in (*((p, "") for p in of.placebos), (of.start, " (the start)"))
        ),
    )


def _draw(of: Placebos, outcome: str, ident: str, desc: str, shape: Shape) -> str:
    width = WIDE if is_wide(shape) else NARROW
    lines = wrapped(f"Change in {outcome}, in standard errors", width - 8, TEXT_SIZE[shape])
    top = _ROW * (len(lines) + 1) + 14
    root = canvas(
        width,
        top + _HEIGHT + _FOOT,
        ident=ident,
        title="The change at the start among earlier dates",
        desc=desc,
        classes=f"placebos {shape}",
    )
    for row, text in enumerate(lines):
        write(root, (0, 16 + _ROW * row), text)
    values, real = [placebo.ratio for placebo in of.placebos], of.start.ratio
    area = _area(root, [*values, real, -real], shape, width, top)
    for bound in (real, -real):
        line(root, (area.left, area.y(bound)), (area.right, area.y(bound)), "f-limit")
    line(root, (area.left, area.y(0)), (area.right, area.y(0)), "f-zero")
    _dots(root, of, values, real, area)
    return serialise(root)


def _dots(root: Element, of: Placebos, values: list[float], real: float, area: Plot) -> None:
    dates = [*(p.date for p in of.placebos), of.start.date]
    at = [_position(date) for date in dates]
    room = area.right - area.left - 24

    def across(index: int) -> float:
        return area.left + 12 + room * (at[index] - at[0]) / max(at[-1] - at[0], 1)

    for index, value in enumerate(values):
        add(root, "circle", "f-placebo", cx=across(index), cy=area.y(value), r=4.5)
    last = across(len(values))
    add(root, "circle", "f-real", cx=last, cy=area.y(real), r=6.5)
    write(root, (last + 6, area.top - 12), "The start", "f-strong", anchor="end")
    first, final = period_words(dates[0]), period_words(dates[-1])
    write(root, (area.left, area.bottom + 26), first, "f-muted")
    if text_width(first + final, 16) + 24 < room:
        write(root, (area.right, area.bottom + 26), final, "f-muted", anchor="end")


def _position(date: str) -> int:
    year, _, month = date.partition("-")
    return 12 * int(year) + (int(month) if month else 0)


def _area(root: Element, values: list[float], shape: Shape, width: float, top: float) -> Plot:
    spread = plot(values, left=0, right=1, top=0, bottom=1)
    labels = axis_labels(spread.marks, signed=True)
    left = axis_room(labels, TEXT_SIZE[shape])
    area = plot(values, left=left, right=width - 6, top=top, bottom=top + _HEIGHT)
    draw_grid(root, area, labels)
    return area
