"""What the lines and marks of an XmR chart are called: at the lines' ends, and in keys below."""

from collections.abc import Iterator, Sequence
from xml.etree.ElementTree import Element

from evalkit.findings.numerals import number
from evalkit.report.figures.plot import is_wide
from evalkit.report.figures.svg import Shape, add, line, write
from evalkit.report.figures.xmr_marks import draw_small
from evalkit.report.figures.xmr_picture import ROW, Drawn, XmrPicture


def end_names(root: Element, drawn: Drawn) -> None:
    """Name the lines of the newest stretch at their ends, pushed apart where they are close."""
    wanted = sorted((drawn.area.y(value), text, classes) for value, text, classes in _named(drawn))
    ys = _apart([y + 5 for y, _, _ in wanted], drawn.area.top + 8, drawn.area.bottom)
    for y, (_, text, classes) in zip(ys, wanted, strict=True):
        write(root, (drawn.area.right + 12, y), text, classes)


def _named(drawn: Drawn) -> Iterator[tuple[float, str, str]]:
    picture = drawn.picture
    newest = picture.chart.stretches[-1].limits
    if newest is not None:
        lines = (("Upper limit", newest.high), ("Mean", newest.mean), ("Lower limit", newest.low))
        for name, value in lines:
            if value is not None:
                classes = "f-strong" if name == "Mean" else "f-muted"
                yield value, f"{name} {number(value, picture.places)}", classes
    if picture.target is not None:
        yield picture.target, f"Target {_plain(picture.target)}", "f-text"


def _apart(ys: Sequence[float], top: float, bottom: float) -> list[float]:
    """The same heights, at least a row from each other and inside the plot."""
    placed: list[float] = []
    for y in ys:
        placed.append(max(y, placed[-1] + ROW if placed else top))
    over = max(0.0, placed[-1] - bottom) if placed else 0.0
    for n in range(len(placed) - 1, -1, -1):
        ceiling = placed[n + 1] - ROW if n + 1 < len(placed) else placed[n] - over
        placed[n] = min(placed[n], ceiling)
    return placed


def _plain(value: float) -> str:
    return f"{value:,.10g}"


def keys_of(picture: XmrPicture, shape: Shape) -> Iterator[tuple[str, str]]:
    """What the marks say, for those that are on the picture."""
    newest = picture.chart.stretches[-1].limits
    if not is_wide(shape) and newest is not None:
        high = number(newest.high, picture.places)
        low = "no lower limit" if newest.low is None else number(newest.low, picture.places)
        yield "mean", f"Mean {number(newest.mean, picture.places)}"
        yield (
            "limit",
            f"Limits {low} to {high}" if newest.low is not None else f"Limit {high}, {low}",
        )
    if not is_wide(shape) and picture.target is not None:
        yield "target", f"Target {_plain(picture.target)}"
    if picture.chart.signals:
        yield "ring", "Worth asking why; not proof"
    if any(reading.small for reading in picture.chart.readings):
        yield "small", "A small number, hidden; not zero"


def draw_key(root: Element, at: tuple[float, float], mark: str, text: str) -> None:
    """One line of the key: the mark as it is drawn, and its words."""
    x, y = at
    if mark == "ring":
        add(root, "circle", "f-value", cx=x + 16, cy=y - 5, r=3.2)
        add(root, "circle", "f-ring", cx=x + 16, cy=y - 5, r=7.2)
    elif mark == "small":
        draw_small(root, (x + 16, y - 5))
    else:
        classes = {"mean": "f-zero", "limit": "f-process-limit", "target": "f-target"}[mark]
        line(root, (x, y - 5), (x + 32, y - 5), classes)
    write(root, (x + 40, y), text)
