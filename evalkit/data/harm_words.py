"""A weighted table in words: counted and weighted side by side, and what rests on the heaviest offences."""

from dataclasses import asdict
from typing import Any

import numpy as np

from evalkit.data.describe import span
from evalkit.data.harm import Weighed
from evalkit.data.harm_change import Between, HarmChange, harm_change
from evalkit.types.weighted import unit_of

Rows = list[tuple[str, str, str, str]]


def heaviest_in_words(weighed: Weighed) -> str:
    """``Homicide``, ``Homicide and Rape``."""
    return " and ".join(weighed.heaviest)


def side_by_side(weighed: Weighed) -> tuple[tuple[str, str, str, str], Rows]:
    """Heading and rows: count, weighted sum, the heaviest, and the sum without them, in two spans."""
    change = harm_change(weighed)
    unit, heaviest = unit_of(weighed.grid.outcomes[0]), heaviest_in_words(weighed)
    if change is None:
        head = ("", _spoken((weighed.grid.periods[0], weighed.grid.periods[-1])), "", "")
        whole = _whole(weighed)
        return head, [(name, span(*amount), "", "") for name, amount in whole.items()]
    head = ("", _spoken(change.before), _spoken(change.after), "change")
    rows = [
        ("counted, events", change.counted),
        (f"weighted, {unit}", change.weighted),
        (f"events of {heaviest}", change.heavy),
        (f"{unit} without {heaviest}", change.without),
    ]
    return head, [(name, span(*b.before), span(*b.after), per_cent(b)) for name, b in rows]


def _whole(weighed: Weighed) -> dict[str, tuple[float, float]]:
    unit, heaviest = unit_of(weighed.grid.outcomes[0]), heaviest_in_words(weighed)
    return {
        name: (float(np.nansum(amount.low)), float(np.nansum(amount.high)))
        for name, amount in (
            ("counted, events", weighed.counted),
            (f"weighted, {unit}", weighed.weighted),
            (f"events of {heaviest}", weighed.heavy),
            (f"{unit} without {heaviest}", weighed.without),
        )
    }


def rests_on(weighed: Weighed) -> str:
    """How much of the change rests on the heaviest offences, in a sentence."""
    unit, heaviest = unit_of(weighed.grid.outcomes[0]), heaviest_in_words(weighed)
    if len(weighed.heaviest) == len(weighed.offences):
        return (
            f"Every offence in it weighs {weighed.weight:g} {unit}: it is the count times "
            f"{weighed.weight:g} and shows nothing that the count does not."
        )
    change = harm_change(weighed)
    each = f"{heaviest}, {weighed.weight:,g} {unit} each"
    if change is None:
        return (
            f"Heaviest: {each}. What a change would be without them cannot be said here: no area and "
            "period is known both before and after."
        )
    with_, without = per_cent(change.weighted), per_cent(change.without)
    events = f"{span(*change.heavy.before)}, then {span(*change.heavy.after)}"
    if not (with_ and without):
        return (
            f"Heaviest: {each} ({events}). What the change would be without them is not known "
            "exactly: some numbers are suppressed, or there was nothing before."
        )
    gone = change.left_out
    out = (
        f" {gone:,} areas and periods are left out, as nothing is known of them or their like."
        if gone
        else ""
    )
    return f"Without the heaviest offences ({each}; {events}): {without} instead of {with_}.{out}"


def per_cent(amount: Between) -> str:
    """``+3.5%``; empty where it is not known."""
    if amount.per_cent is None:
        return ""
    text = f"{amount.per_cent:+.1f}%"
    return "0.0%" if text in ("+0.0%", "-0.0%") else text


def _spoken(ends: tuple[str, str]) -> str:
    return ends[0] if ends[0] == ends[1] else f"{ends[0]} to {ends[1]}"


def plain_harm(weighed: Weighed) -> dict[str, Any]:
    """What the words say, as plain values; no upper bound is null."""
    change = harm_change(weighed)
    return {
        "outcome": weighed.grid.outcomes[0],
        "unit": unit_of(weighed.grid.outcomes[0]),
        "offences": list(weighed.offences),
        "heaviest": list(weighed.heaviest),
        "weight_of_heaviest": weighed.weight,
        "change": None if change is None else _plain_change(change),
        "rests_on": rests_on(weighed),
    }


def _plain_change(change: HarmChange) -> dict[str, Any]:
    plain: dict[str, Any] = {"before": list(change.before), "after": list(change.after)}
    for name in ("counted", "weighted", "heavy", "without"):
        amount: Between = getattr(change, name)
        plain[name] = {
            key: [None if np.isinf(bound) else bound for bound in bounds]
            for key, bounds in asdict(amount).items()
        } | {"per_cent": amount.per_cent}
    return plain | {"left_out": change.left_out}
