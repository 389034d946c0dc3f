"""The marks of a verdict: shape is direction, fill is firmness; the word always stands beside it."""

from collections.abc import Mapping
from typing import Literal
from xml.etree.ElementTree import Element

from evalkit.report.figures.svg import add, coordinate, serialise
from evalkit.types.finding import Verdict

Mark = Literal[
    "fell", "probably_fell", "same", "cannot_tell", "probably_rose", "rose", "mixed", "being_tried",
    "stopped", "overdue", "passed", "not_passed", "not_applicable", "open",
]  # fmt: skip

OF_VERDICT: Mapping[Verdict, Mark] = {
    "fell": "fell",
    "probably_fell": "probably_fell",
    "probably_fell_perhaps_too_little": "probably_fell",
    "no_change_that_would_matter": "same",
    "cannot_tell": "cannot_tell",
    "probably_rose_perhaps_too_little": "probably_rose",
    "probably_rose": "probably_rose",
    "rose": "rose",
}
_DOWN, _UP = "M2.6 4h14.8L10 17z", "M2.6 16h14.8L10 3z"
_PATHS: Mapping[Mark, tuple[tuple[str, str], ...]] = {
    "fell": (("mark-solid", _DOWN),),
    "probably_fell": (("", _DOWN),),
    "same": (("", "M3 7h14M3 13h14"),),
    "cannot_tell": (
        ("", "M10 1.6 18.4 10 10 18.4 1.6 10z"),
        ("", "M8 8.4a2 2 0 1 1 2.9 1.8q-.9 .5-.9 1.3M10 13.9v.1"),
    ),
    "open": (("", "M10 2.6 17.4 10 10 17.4 2.6 10z"),),
    "probably_rose": (("", _UP),),
    "rose": (("mark-solid", _UP),),
    "mixed": (("", "M1.4 4h9L5.9 11.6z"), ("", "M9.6 16h9L14.1 8.4z")),
    "being_tried": (("mark-dashed", "M10 2.6a7.4 7.4 0 1 1 0 14.8a7.4 7.4 0 1 1 0-14.8"),),
    "stopped": (("", "M3 3h14v14h-14zM6.6 6.6l6.8 6.8M13.4 6.6l-6.8 6.8"),),
    "overdue": (("", "M10 2.6a7.4 7.4 0 1 1 0 14.8a7.4 7.4 0 1 1 0-14.8M10 6v4.4l3 1.8"),),
    "passed": (("", "M3 10.6 7.8 15.6 17 4.6"),),
    "not_passed": (("", "M4 4 16 16M16 4 4 16"),),
    "not_applicable": (("", "M4 10h12"),),
}


def mark(name: Mark) -> str:
    """One mark as SVG text, 20 by 20, hidden from screen readers."""
    root = Element("svg", {"class": "mark", "viewBox": "0 0 20 20", "width": "20", "height": "20"})
    root.set("aria-hidden", "true")
    _strokes(root, name)
    return serialise(root)


def place_mark(parent: Element, name: Mark, x: float, y: float, size: float) -> Element:
    """Draw a mark inside a chart with its top left corner at ``x``, ``y``."""
    scale = coordinate(size / 20)
    group = add(
        parent, "g", "mark", transform=f"translate({coordinate(x)} {coordinate(y)}) scale({scale})"
    )
    _strokes(group, name)
    return group


def _strokes(parent: Element, name: Mark) -> None:
    for classes, path in _PATHS[name]:
        add(parent, "path", classes, d=path)
