"""The few SVG pieces that every chart is made from."""

import math
import re
from collections.abc import Callable, Sequence
from importlib.resources import files
from typing import Literal
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

Shape = Literal["wide", "narrow"]
Format = Literal["wide", "narrow", "slide"]
"""What a page is drawn for, and a slide besides."""
Point = tuple[float, float]
SHAPES: tuple[Shape, Shape] = ("wide", "narrow")
WIDE, NARROW, SLIDE = 820.0, 340.0, 640.0
WIDTHS: dict[Format, float] = {"wide": WIDE, "narrow": NARROW, "slide": SLIDE}
TEXT_SIZE: dict[Format, float] = {"wide": 16.0, "narrow": 15.0, "slide": 16.0}
"""Large enough that a chart shrunk to the narrowest screen of its shape stays above 13 pixels, and that
one on a slide is read from the back of a room."""
_NAMESPACE = "http://www.w3.org/2000/svg"
_SPECIAL = re.compile('[&<>"\t\n\r]')
_IN_TEXT = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
_IN_ATTRIBUTE = _IN_TEXT | str.maketrans(
    {'"': "&quot;", "\r": "&#13;", "\n": "&#10;", "\t": "&#09;"}
)
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def canvas(
    width: float, height: float, *, ident: str, title: str, desc: str, classes: str = ""
) -> Element:
    """An empty picture with its two texts for people who cannot see it."""
    root = Element("svg", {"class": f"figure-svg {classes}".strip(), "role": "img"})
    root.set("viewBox", f"0 0 {coordinate(width)} {coordinate(height)}")
    root.set("width", coordinate(width))
    root.set("height", coordinate(height))
    root.set("aria-labelledby", f"{ident}-title {ident}-desc")
    SubElement(root, "title", {"id": f"{ident}-title"}).text = title
    SubElement(root, "desc", {"id": f"{ident}-desc"}).text = desc
    return root


def coordinate(value: float) -> str:
    """A coordinate with at most two decimals, so that every machine draws the same file."""
    return f"{round(value, 2) + 0.0:g}" if abs(value) < 1e4 else f"{value:.0f}"


def add(parent: Element, tag: str, classes: str = "", **attributes: float | str) -> Element:
    """Append one element; numbers are rounded, ``text_anchor`` becomes ``text-anchor``."""
    child = SubElement(parent, tag, {"class": classes} if classes else {})
    for name, value in attributes.items():
        text = value if isinstance(value, str) else coordinate(value)
        child.set(name.replace("_", "-"), text)
    return child


def point_text(point: Point) -> str:
    """A point as a path writes it."""
    return f"{coordinate(point[0])} {coordinate(point[1])}"


def line(parent: Element, start: Point, end: Point, classes: str) -> Element:
    """A straight line."""
    return add(parent, "line", classes, x1=start[0], y1=start[1], x2=end[0], y2=end[1])


def box(parent: Element, corner: Point, size: Point, classes: str) -> Element:
    """A rectangle from its top left corner."""
    (x, y), (width, height) = corner, size
    return add(parent, "rect", classes, x=x, y=y, width=width, height=height)


def polyline(parent: Element, points: Sequence[Point], classes: str) -> Element:
    """A line through points."""
    return add(parent, "polyline", classes, points=joined(points))


def joined(points: Sequence[Point]) -> str:
    """Points as SVG writes them."""
    return " ".join(f"{coordinate(x)},{coordinate(y)}" for x, y in points)


def write(
    parent: Element, at: Point, text: str, classes: str = "f-text", *, anchor: str = "start"
) -> Element:
    """One line of text."""
    element = add(parent, "text", classes, x=at[0], y=at[1], text_anchor=anchor)
    element.text = text
    return element


def hatch(root: Element, ident: str) -> str:
    """Add a 45-degree hatch and return the paint that refers to it."""
    pattern = add(
        add(root, "defs"),
        "pattern",
        id=f"{ident}-hatch",
        width=6,
        height=6,
        patternUnits="userSpaceOnUse",
        patternTransform="rotate(45)",
    )
    line(pattern, (0, 0), (0, 6), "f-hatch")
    return f"url(#{ident}-hatch)"


def text_width(text: str, size: float, *, bold: bool = False) -> float:
    """A cautious guess: no font is measured, because the reader's font is not known."""
    return len(text) * size * (0.6 if bold else 0.55)


def number_width(text: str, size: float) -> float:
    """The same guess for numbers, whose signs are wider than letters.

    >>> round(number_width("+10%", 16), 1)
    43.8
    """
    return text_width(text, size) + 0.27 * size * sum(text.count(sign) for sign in "+−%")


def wrapped(text: str, width: float, size: float, *, bold: bool = False) -> tuple[str, ...]:
    """Break text into lines that fit; a single longer word stands alone."""
    lines: list[str] = []
    for word in text.split():
        trial = f"{lines[-1]} {word}" if lines else word
        if lines and text_width(trial, size, bold=bold) <= width:
            lines[-1] = trial
        else:
            lines.append(word)
    return tuple(lines)


def shortened(text: str, width: float, size: float) -> str:
    """Text that fits, its end cut off where it does not.

    >>> shortened("counted by victim", 90, 15)
    'counted …'
    """
    if text_width(text, size) <= width:
        return text
    words = text.split()
    while len(words) > 1 and text_width(" ".join(words) + " …", size) > width:
        words.pop()
    return " ".join(words) + " …"


def ticks(low: float, high: float, count: int = 5) -> tuple[float, ...]:
    """Round numbers that cover ``low`` to ``high`` in about ``count`` steps of 1, 2, 2.5 or 5.

    >>> ticks(-0.7, 9.2)
    (-2.0, 0.0, 2.0, 4.0, 6.0, 8.0, 10.0)
    >>> ticks(30, 30)  # all values the same: one step on either side
    (20.0, 30.0, 40.0)
    """
    span = (high - low) or abs(high) or 1.0
    rough = span / count
    magnitude = 10.0 ** math.floor(math.log10(rough))
    step = next(s * magnitude for s in (1, 2, 2.5, 5, 10) if s * magnitude >= rough * 0.999)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    if first == last:
        first, last = first - 1, last + 1
    return tuple(round(index * step, 12) for index in range(first, last + 1))


def decimals(values: Sequence[float]) -> int:
    """How many decimals tell these tick values apart."""
    return next(
        (d for d in range(6) if all(abs(v - round(v, d)) < 1e-9 for v in values)),
        6,
    )


def serialise(root: Element) -> str:
    """The picture as text for the inside of a page, without characters that XML cannot hold.

    It is what ``ElementTree`` writes, in a third of the time: a fifth of drawing was that. Our pictures have
    no namespaces, and no text behind an element.
    """
    parts: list[str] = []
    _write(root, parts.append)
    return printable("".join(parts))


def _write(element: Element, put: Callable[[str], None]) -> None:
    put(f"<{element.tag}")
    for name, value in element.items():
        put(f' {name}="{_escaped(value)}"')
    if element.text or len(element):
        put(f">{_escaped(element.text or '', ends=False)}")
        for child in element:
            _write(child, put)
        put(f"</{element.tag}>")
    else:
        put(" />")


def _escaped(text: str, *, ends: bool = True) -> str:
    """``ends``: quotes and line ends too, as an attribute needs."""
    if not _SPECIAL.search(text):
        return text
    return text.translate(_IN_ATTRIBUTE if ends else _IN_TEXT)


def printable(text: str) -> str:
    """The text without characters that XML cannot hold."""
    return _NOT_XML.sub("", text)


def stylesheet() -> str:
    """The colours and classes that charts use, as CSS."""
    return files(__package__).joinpath("figures.css").read_text(encoding="utf-8")


def standalone(svg: str) -> str:
    """The same picture as a file of its own: with its namespace and its stylesheet inside."""
    root = ElementTree.fromstring(svg)
    root.set("xmlns", _NAMESPACE)
    style = Element("style")
    style.text = stylesheet()
    root.insert(2, style)
    return serialise(root)
