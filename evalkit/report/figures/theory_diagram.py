"""A theory of change, drawn: left to right on a wide screen, top down on a phone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal
from xml.etree.ElementTree import Element

from evalkit.report.figures.marks import Mark, place_mark
from evalkit.report.figures.svg import (
    Point,
    Shape,
    add,
    box,
    canvas,
    joined,
    line,
    write,
)
from evalkit.theory.layout import Box, Layout

LinkState = Literal["delivery", "not_tested", "cannot_tell", "changed", "mixed", "worse"]
LINK_WORDS: Mapping[LinkState, str] = {
    "delivery": "Delivery step",
    "not_tested": "Not tested",
    "cannot_tell": "Tested, cannot tell",
    "changed": "A change was seen",
    "mixed": "Mixed evidence",
    "worse": "Went the wrong way",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class BoxResult:
    """What was found about one element: a mark, the words beside it, and how it was delivered."""

    mark: Mark
    words: str
    tone: str
    delivery: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TheoryWords:
    """What is known about each link, by its number, and about elements, by their id.

    Attributes
    ----------
    delivery : str
        How the intervention was delivered, in a sentence; empty where that is not told.
    """

    subject: str
    links: Mapping[int, LinkState]
    results: Mapping[str, BoxResult]
    delivery: str = ""


def start(layout: Layout, words: TheoryWords, size: Point, *, ident: str, shape: Shape) -> Element:
    """The empty picture with its two texts."""
    return canvas(
        *size,
        ident=ident,
        title=f"Theory of change: {words.subject}",
        desc=describe(layout, words),
        classes=f"theory {shape}",
    )


def describe(layout: Layout, words: TheoryWords) -> str:
    """The picture in three sentences; every link is listed in words beside it."""
    counts = [
        f"{LINK_WORDS[state].lower()}: {number}"
        for state in LINK_WORDS
        if (number := list(words.links.values()).count(state))
    ]
    columns = ", ".join(
        f"{name.lower()} {sum(b.column == index for b in layout.boxes)}"
        for index, name in enumerate(layout.columns)
    )
    links = f"Links: {len(layout.routes)} ({'; '.join(counts) or 'none'})."
    return " ".join(part for part in (f"Boxes: {columns}.", links, words.delivery) if part)


def draw_box(
    root: Element,
    node: Box,
    corner: Point,
    size: Point,
    lines: Sequence[str],
    result: BoxResult | None,
    pitch: float = 16.0,
) -> None:
    """One element with its text and, for an outcome, its mark and word."""
    (x, y), (width, height) = corner, size
    kind = "f-box-outcome" if node.kind in {"outcome", "impact"} else "f-box"
    frame = box(root, (x, y), (width, height), kind)
    frame.set("rx", "4")
    for row, text in enumerate(lines):
        write(root, (x + 10, y + 20 + pitch * row), text, "f-strong")
    if result is not None:
        foot = y + height - (pitch if result.delivery else 0)
        group = add(root, "g", f"tone-{result.tone}")
        place_mark(group, result.mark, x + 10, foot - 24, 15)
        write(root, (x + 31, foot - 11), result.words, "f-text")
        if result.delivery:
            write(root, (x + 10, foot + pitch - 9), result.delivery, "f-muted")


def arrow_head(root: Element, tip: Point, state: LinkState, *, way: int = 1) -> None:
    """A small solid triangle that points right, or left where ``way`` is -1."""
    x, y = tip
    head = ((x, y), (x - 9 * way, y - 4.5), (x - 9 * way, y + 4.5))
    add(root, "polygon", f"f-head f-head-{state}", points=joined(head))


def number_circle(
    root: Element, at: Point, number: int, state: LinkState, *, end: bool = False
) -> None:
    """The link's number in the list, black where it leaves and white where it arrives."""
    suffix = "-end" if end else ""
    add(root, "circle", f"f-number{suffix}", cx=at[0], cy=at[1], r=10)
    write(root, (at[0], at[1] + 4.6), str(number), f"f-number{suffix}-text", anchor="middle")
    if state == "worse" and not end:
        x, y = at[0] + 19, at[1]
        line(root, (x - 5, y - 5), (x + 5, y + 5), "f-cross")
        line(root, (x - 5, y + 5), (x + 5, y - 5), "f-cross")
