"""Effects by distance from the start: before in open grey, after in the tone of the finding."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from xml.etree.ElementTree import Element

from evalkit.findings.numerals import number
from evalkit.findings.verdicts import Tone
from evalkit.report.figures.figure import Scale, clear, told, verb
from evalkit.report.figures.plot import (
    Plot,
    axis_labels,
    axis_room,
    draw_grid,
    every,
    plot,
)
from evalkit.report.figures.svg import (
    TEXT_SIZE,
    WIDTHS,
    Format,
    add,
    box,
    canvas,
    joined,
    line,
    serialise,
    text_width,
    ticks,
    wrapped,
    write,
)
from evalkit.types.estimate import EventEffect

Bands = Mapping[int, tuple[float, float]]
"""Low and high end of the simultaneous band by event time."""
_NO_BANDS: Bands = MappingProxyType({})
_HEIGHTS: Mapping[Format, float] = {"wide": 430.0, "narrow": 330.0, "slide": 272.0}
_CROWDED = 12.0
"""Room for each event time below which marks are drawn slimmer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EventWords:
    """What the chart says around its marks; ``unit`` is empty when effects are told in per cent."""

    subject: str
    axis: str
    across: str
    unit: str = ""


def event_study(
    events: Sequence[EventEffect],
    *,
    base: int | None,
    scale: Scale,
    tone: Tone,
    words: EventWords,
    ident: str,
    shape: Format = "wide",
    bands: Bands = _NO_BANDS,
) -> str:
    """Draw every event time with its pointwise interval as a line, its band as an outlined bar around it.

    ``base`` is the period of comparison, None where each effect before the start has its own.
    """
    width = WIDTHS[shape]
    title_lines = wrapped(words.axis, width - 8, TEXT_SIZE[shape])
    height = _HEIGHTS[shape] + 20 * len(title_lines)
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
    top = 20 * len(title_lines)
    area, labels = _area(events, bands, scale, shape, width, height, top)
    _draw(root, events, bands, base, scale, words, area, labels, shape)
    return serialise(root)


def describe(
    events: Sequence[EventEffect], *, base: int | None, scale: Scale, words: EventWords
) -> str:
    """The chart in three sentences."""
    after = [e for e in events if e.event_time >= 0]
    before = [e for e in events if e.event_time < 0 and e.event_time != base]
    sentences = [f"{len(before)} estimates before the start and {len(after)} from it on."]
    if after:
        low, high = (_told_text(f(e.effect for e in after), scale, words) for f in (min, max))
        sentences.append(f"From the start on they lie between {low} and {high}.")
    known = [e for e in after if e.low is not None]
    count = sum(map(is_clear, known))
    if after and not known:
        return " ".join([*sentences, "None has an interval of its own."])
    sentences.append(f"{count} of their {len(known)} intervals {verb(count)} clear of no change.")
    return " ".join(sentences)


def is_clear(event: EventEffect) -> bool:
    """True where the pointwise interval leaves out no change."""
    return clear(event.low, event.high)


def _told_text(value: float, scale: Scale, words: EventWords) -> str:
    if scale == "log":
        return number(told(value, scale), 1, signed=True) + "%"
    return f"{number(value, 3, signed=True)} {words.unit}".strip()


def _area(
    events: Sequence[EventEffect],
    bands: Bands,
    scale: Scale,
    shape: Format,
    width: float,
    height: float,
    top: float,
) -> tuple[Plot, tuple[str, ...]]:
    ends = [end for e in events for end in (e.low, e.effect, e.high) if end is not None]
    ends += [end for band in bands.values() for end in band]
    values = [0.0, *(told(end, scale) for end in ends)]
    suffix = "%" if scale == "log" else ""
    labels = axis_labels(ticks(min(values), max(values)), signed=True, suffix=suffix)
    left = axis_room(labels, TEXT_SIZE[shape])
    area = plot(values, left=left, right=width - 2, top=top + 44, bottom=height - 62)
    return area, labels


def _draw(
    root: Element,
    events: Sequence[EventEffect],
    bands: Bands,
    base: int | None,
    scale: Scale,
    words: EventWords,
    area: Plot,
    labels: Sequence[str],
    shape: Format,
) -> None:
    across = _across(events, area)
    start = across(-0.5)
    box(root, (start, area.top), (area.right - start, area.bottom - area.top), "f-wash")
    draw_grid(root, area, labels)
    line(root, (start, area.top - 26), (start, area.bottom), "f-event")
    named = "base" if shape == "narrow" else "base period"
    below = None if base is None else _base_place(area, across(base), start, named, shape)
    alone = base is not None and below is None
    write(root, (start - 8, area.top - 12), named.capitalize() if alone else "Before", anchor="end")
    write(root, (start + 8, area.top - 12), "After")
    step = across(1) - across(0)
    for time, (low, high) in bands.items():
        half = min(9.0, 0.4 * step)
        foot, head = area.y(told(low, scale)), area.y(told(high, scale))
        box(root, (across(time) - half, head), (2 * half, foot - head), "f-band")
    line(root, (area.left, area.y(0)), (area.right, area.y(0)), "f-zero")
    for event in events:
        _event(root, event, base, scale, area, (across(event.event_time), step))
    if base is not None and below is not None:
        line(root, (across(base), area.y(0) + 9), (across(base), area.bottom - 24), "f-grid")
        write(root, (below, area.bottom - 8), named, "f-muted f-halo", anchor="end")
    _times(root, events, words, area, across, shape)


def _across(events: Sequence[EventEffect], area: Plot) -> Callable[[float], float]:
    first, last = events[0].event_time, events[-1].event_time
    step = (area.right - area.left) / (last - first + 1)
    return lambda time: area.left + (time - first + 0.5) * step


def _event(
    root: Element,
    event: EventEffect,
    base: int | None,
    scale: Scale,
    area: Plot,
    place: tuple[float, float],
) -> None:
    x, step = place
    y = area.y(told(event.effect, scale))
    if event.event_time == base:
        r = max(3.0, min(8.0, 0.7 * step))
        corners = ((x - r, y), (x, y - r), (x + r, y), (x, y + r))
        add(root, "polygon", "f-base", points=joined(corners))
        return
    when = "" if event.event_time >= 0 else "-before"
    slim = " f-slim" if step < _CROWDED else ""
    r = max(1.5, 0.4 * step) if slim else 5.5
    if event.low is None or event.high is None:
        add(root, "circle", f"f-lone{slim}", cx=x, cy=y, r=r)
        return
    low, high = (area.y(told(end, scale)) for end in (event.low, event.high))
    line(root, (x, low), (x, high), f"f-interval{when}{slim}")
    add(root, "circle", f"f-point{when}{slim}", cx=x, cy=y, r=r)


def _base_place(area: Plot, x: float, start: float, named: str, shape: Format) -> float | None:
    """Where the base's name ends, below its diamond and before the start.

    None where nothing but the base comes before the start and there is no room for its name.
    """
    width = text_width(named, TEXT_SIZE[shape])
    end = max(min(x + 20, start - 8), area.left + 4 + width)
    return end if end <= start - 8 else None


def _times(
    root: Element,
    events: Sequence[EventEffect],
    words: EventWords,
    area: Plot,
    across: Callable[[float], float],
    shape: Format,
) -> None:
    step = every(len(events), area.right - area.left, 38)
    for event in events:
        if event.event_time % step == 0:
            text = number(event.event_time, 0, signed=True)
            at = (across(event.event_time), area.bottom + 22)
            write(root, at, text, "f-muted", anchor="middle")
    half = text_width(words.across, TEXT_SIZE[shape]) / 2
    middle = min((area.left + area.right) / 2, area.right - half)
    write(root, (middle, area.bottom + 48), words.across, "f-muted", anchor="middle")
