"""The ruler: no change in the middle, the interval a bar, the estimate a post."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from evalkit.findings.numerals import effect_text, interval_text, level_text, number
from evalkit.findings.verdicts import Tone
from evalkit.report.figures.svg import (
    Point,
    add,
    box,
    canvas,
    coordinate,
    decimals,
    hatch,
    joined,
    line,
    serialise,
    write,
)
from evalkit.types.finding import ScaledEffect

_ROUND = (1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0)
_USUAL_LIMIT = {"per cent": 20.0}


@dataclass(frozen=True, slots=True, kw_only=True)
class RulerSize:
    """How large a ruler is drawn; ``labels`` adds numbers below, ``short`` only at 0 and the ends."""

    width: float
    rail: float
    height: float
    margin: float
    labels: bool
    short: bool = False


WIDE = RulerSize(width=640, rail=34, height=84, margin=44, labels=True)
NARROW = RulerSize(width=300, rail=28, height=70, margin=28, labels=True, short=True)
SMALL = RulerSize(width=220, rail=14, height=28, margin=8, labels=False)


def ruler(
    effect: ScaledEffect | None,
    tone: Tone,
    *,
    ident: str,
    subject: str,
    limit: float,
    size: RulerSize = WIDE,
) -> str:
    """Draw an effect with its interval on a scale from ``-limit`` to ``limit``.

    An interval that runs off the scale ends in an arrow; an effect without an interval is an open
    diamond; no effect at all leaves an empty rail.
    """
    root = canvas(
        size.width,
        size.height,
        ident=ident,
        title=f"Ruler: {subject}",
        desc=describe(effect, limit),
        classes=f"ruler tone-{tone}" + (" narrow" if size.short else ""),
    )
    _rail(root, effect, size, limit, ident)
    if effect is not None:
        _interval(root, effect, size, limit)
        _estimate(root, effect, size, limit)
    return serialise(root)


def position(value: float, size: RulerSize, limit: float) -> float:
    """Where a value stands on the rail; values off the scale stand at its end."""
    half = size.width / 2 - size.margin
    return size.width / 2 + half * max(-1.0, min(1.0, value / limit))


def limit_of(effects: Sequence[ScaledEffect | None]) -> float:
    """One round scale that holds every effect of a list that shares a unit."""
    known = [effect for effect in effects if effect is not None]
    ends = [abs(end) for effect in known for end in _ends(effect)]
    usual = max((_USUAL_LIMIT.get(effect.unit, 0.0) for effect in known), default=20.0)
    largest = max(ends, default=0.0) * 1.05
    return max(usual, _rounded_up(largest)) if largest else usual or 20.0


def describe(effect: ScaledEffect | None, limit: float) -> str:
    """The ruler in words, for people who cannot see it."""
    if effect is None:
        return "No size is recorded."
    places = decimals([limit])
    ends = f"{number(-limit, places)} to {number(limit, places, signed=True)}"
    unit = "" if effect.unit == "per cent" else f" {effect.unit}"
    parts = [f"Estimate {effect_text(effect)}{unit}"]
    if effect.interval is None:
        parts.append("no interval is recorded")
    else:
        parts.append(f"{level_text(effect.interval.level)} interval {interval_text(effect)}")
    zone = ""
    if effect.minimum is not None:
        zone = f"; the hatched zone, ±{_plain(effect.minimum)}, is too small to matter"
    return f"{', '.join(parts)}; scale {ends}{zone}."


def _rounded_up(value: float) -> float:
    magnitude = 10.0 ** math.floor(math.log10(value))
    return next(round(s * magnitude, 12) for s in _ROUND if s * magnitude >= value)


def _plain(value: float) -> str:
    return number(value, decimals([value]))


def _ends(effect: ScaledEffect) -> tuple[float, ...]:
    ends = (effect.effect, *((effect.minimum * 2,) if effect.minimum else ()))
    return (*ends, effect.interval.low, effect.interval.high) if effect.interval else ends


def _rail(
    root: Element, effect: ScaledEffect | None, size: RulerSize, limit: float, ident: str
) -> None:
    y, reach = size.rail, size.rail * 0.72
    if effect is not None and effect.minimum is not None:
        left, right = (position(s * effect.minimum, size, limit) for s in (-1, 1))
        box(root, (left, y - reach), (right - left, 2 * reach), "f-zone")
        zone = box(root, (left, y - reach), (right - left, 2 * reach), "f-hatched")
        zone.set("fill", hatch(root, ident))
    left, right = (position(s * limit, size, limit) for s in (-1, 1))
    line(root, (left, y), (right, y), "f-rail")
    for value in (-limit, -limit / 2, limit / 2, limit) if size.labels else (-limit, limit):
        x = position(value, size, limit)
        line(root, (x, y - 6), (x, y + 6), "f-rail")
        tidy = decimals([value]) <= decimals([limit])
        if size.labels and (abs(value) == limit or (tidy and not size.short)):
            write(
                root, (x, size.height - 5), _label(value, limit, effect), "f-muted", anchor="middle"
            )
    middle = size.width / 2
    line(root, (middle, y - reach), (middle, y + reach), "f-zero")
    if size.labels:
        write(root, (middle, size.height - 5), "no change", "f-muted", anchor="middle")


def _label(value: float, limit: float, effect: ScaledEffect | None) -> str:
    unit = "%" if effect is not None and effect.unit == "per cent" else ""
    return number(value, decimals([limit]), signed=True) + unit


def _interval(root: Element, effect: ScaledEffect, size: RulerSize, limit: float) -> None:
    if effect.interval is None:
        return
    y, half = size.rail, max(5.0, size.rail * 0.24)
    low, high = effect.interval.low, effect.interval.high
    left, right = position(low, size, limit), position(high, size, limit)
    box(root, (left, y - half), (max(right - left, 1.0), 2 * half), "f-bar")
    if low < -limit:
        _arrow(root, (left, y), -1, half)
    if high > limit:
        _arrow(root, (right, y), 1, half)


def _arrow(root: Element, at: Point, way: int, half: float) -> None:
    x, y = at
    tip = (x + way * half, y)
    add(root, "polygon", "f-arrow", points=joined(((x, y - half), tip, (x, y + half))))


def _estimate(root: Element, effect: ScaledEffect, size: RulerSize, limit: float) -> None:
    x, y = position(effect.effect, size, limit), size.rail
    half = max(8.0, size.rail * 0.36)
    if effect.interval is not None:
        width = 6.0 if size.labels else 4.0
        box(root, (x - width / 2, y - half), (width, 2 * half), "f-post")
        return
    reach = coordinate(half * 0.8)
    move = f"M{coordinate(x)} {coordinate(y)}m-{reach} 0l{reach}-{reach} {reach} {reach}"
    add(root, "path", "f-open", d=f"{move}-{reach} {reach}z")
