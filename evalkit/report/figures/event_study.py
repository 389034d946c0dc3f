"""Effects by distance from the start: before in open grey, after in the tone of the finding."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal
from xml.etree.ElementTree import Element

from evalkit.findings.numerals import number
from evalkit.findings.verdicts import Tone
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
    box,
    canvas,
    joined,
    line,
    serialise,
    ticks,
    wrapped,
    write,
)
from evalkit.types.estimate import EventEffect

Scale = Literal["level", "log"]


@dataclass(frozen=True, slots=True, kw_only=True)
class EventWords:
    """What the chart says around its marks; ``unit`` is empty when effects are told in per cent."""

    subject: str
    axis: str
    across: str
    unit: str = ""


def told(value: float, scale: Scale) -> float:
    """An effect on the scale of the chart: log points become per cent."""
    return 100 * math.expm1(value) if scale == "log" else value


def event_study(
    events: Sequence[EventEffect],
    *,
    base: int,
    scale: Scale,
    tone: Tone,
    words: EventWords,
    ident: str,
    shape: Shape = "wide",
) -> str:
    """Draw every event time with its pointwise interval; ``base`` is the period of comparison."""
    width = WIDE if is_wide(shape) else NARROW
    title_lines = wrapped(words.axis, width - 8, TEXT_SIZE[shape])
    height = (430.0 if is_wide(shape) else 330.0) + 20 * len(title_lines)
    root = canvas(
        width,
        height,
        ident=ident,
        title=f"Event study: {words.subject}",
        desc=describe(events, base=base, scale=scale, words=words),
        classes=f"tone-{tone} {shape}",
    )
    for row, text in enumerate(title_lines):
        write(root, (0, 16 + 20 * row), text)
    area, labels = _area(events, scale, shape, width, height, 20 * len(title_lines))
    _draw(root, events, base, scale, words, area, labels, shape)
    return serialise(root)


def describe(events: Sequence[EventEffect], *, base: int, scale: Scale, words: EventWords) -> str:
    """The chart in three sentences."""
    after = [e for e in events if e.event_time >= 0]
    before = [e for e in events if e.event_time < 0 and e.event_time != base]
    sentences = [f"{len(before)} estimates before the start and {len(after)} from it on."]
    if after:
        low, high = (_told_text(f(e.effect for e in after), scale, words) for f in (min, max))
        sentences.append(f"From the start on they lie between {low} and {high}.")
    known = [e for e in after if e.low is not None]
    clear = sum(map(is_clear, known))
    sentences.append(f"{clear} of their {len(known)} intervals {_be(clear)} clear of no change.")
    return " ".join(sentences)


def is_clear(event: EventEffect) -> bool:
    """True where the pointwise interval leaves out no change."""
    if event.low is None or event.high is None:
        return False
    return event.low > 0 or event.high < 0


def _be(count: int) -> str:
    return "is" if count == 1 else "are"


def _told_text(value: float, scale: Scale, words: EventWords) -> str:
    if scale == "log":
        return number(told(value, scale), 1, signed=True) + "%"
    return f"{number(value, 3, signed=True)} {words.unit}".strip()


def _area(
    events: Sequence[EventEffect],
    scale: Scale,
    shape: Shape,
    width: float,
    height: float,
    top: float,
) -> tuple[Plot, tuple[str, ...]]:
    ends = [end for e in events for end in (e.low, e.effect, e.high) if end is not None]
    values = [0.0, *(told(end, scale) for end in ends)]
    suffix = "%" if scale == "log" else ""
    labels = axis_labels(ticks(min(values), max(values)), signed=True, suffix=suffix)
    left = axis_room(labels, TEXT_SIZE[shape])
    area = plot(values, left=left, right=width - 2, top=top + 44, bottom=height - 62)
    return area, labels


def _draw(
    root: Element,
    events: Sequence[EventEffect],
    base: int,
    scale: Scale,
    words: EventWords,
    area: Plot,
    labels: Sequence[str],
    shape: Shape,
) -> None:
    across = _across(events, area)
    start = across(-0.5)
    box(root, (start, area.top), (area.right - start, area.bottom - area.top), "f-wash")
    draw_grid(root, area, labels)
    line(root, (area.left, area.y(0)), (area.right, area.y(0)), "f-zero")
    line(root, (start, area.top - 26), (start, area.bottom), "f-event")
    write(root, (start - 8, area.top - 12), "Before", anchor="end")
    write(root, (start + 8, area.top - 12), "After")
    for event in events:
        _event(root, event, base, scale, area, across(event.event_time))
    _base_label(root, area, across(base), start, shape)
    _times(root, events, words, area, across)


def _across(events: Sequence[EventEffect], area: Plot) -> Callable[[float], float]:
    first, last = events[0].event_time, events[-1].event_time
    step = (area.right - area.left) / (last - first + 1)
    return lambda time: area.left + (time - first + 0.5) * step


def _event(
    root: Element, event: EventEffect, base: int, scale: Scale, area: Plot, x: float
) -> None:
    y = area.y(told(event.effect, scale))
    if event.event_time == base:
        corners = ((x - 8, y), (x, y - 8), (x + 8, y), (x, y + 8))
        add(root, "polygon", "f-base", points=joined(corners))
        return
    when = "" if event.event_time >= 0 else "-before"
    if event.low is not None and event.high is not None:
        low, high = (area.y(told(end, scale)) for end in (event.low, event.high))
        line(root, (x, low), (x, high), f"f-interval{when}")
    add(root, "circle", f"f-point{when}", cx=x, cy=y, r=5.5)


def _base_label(root: Element, area: Plot, x: float, start: float, shape: Shape) -> None:
    """Name the base below its diamond, clear of every interval, with a thin line up to it."""
    y = area.bottom - 8
    line(root, (x, area.y(0) + 9), (x, y - 16), "f-grid")
    write(root, (min(x + 20, start - 8), y), "base" if shape == "narrow" else "base period",
          "f-muted", anchor="end")  # fmt: skip


def _times(
    root: Element,
    events: Sequence[EventEffect],
    words: EventWords,
    area: Plot,
    across: Callable[[float], float],
) -> None:
    step = every(len(events), area.right - area.left, 38)
    for event in events:
        if event.event_time % step == 0:
            text = number(event.event_time, 0, signed=True)
            at = (across(event.event_time), area.bottom + 22)
            write(root, at, text, "f-muted", anchor="middle")
    middle = (area.left + area.right) / 2
    write(root, (middle, area.bottom + 48), words.across, "f-muted", anchor="middle")
