"""Sentences: headline, summary and what an interval says."""

from evalkit.findings.numerals import number
from evalkit.types.estimate import Interval
from evalkit.types.finding import ScaledEffect, Verdict

_HEADLINES: dict[Verdict, str] = {
    "fell": "{outcome} fell after {what}",
    "probably_fell": "{outcome} probably fell after {what}",
    "probably_fell_perhaps_too_little": "{outcome} probably fell a little after {what}",
    "no_change_that_would_matter": "No sign that {lower} changed by enough to matter after {what}",
    "cannot_tell": "We cannot tell whether {lower} changed after {what}",
    "probably_rose_perhaps_too_little": "{outcome} probably rose a little after {what}",
    "probably_rose": "{outcome} probably rose after {what}",
    "rose": "{outcome} rose after {what}",
}


def headline(verdict: Verdict, *, outcome: str, what: str) -> str:
    """The headline in the one form of its verdict; "after", never "because"."""
    return _HEADLINES[verdict].format(
        outcome=outcome[:1].upper() + outcome[1:], lower=outcome, what=what
    )


def amount(value: float, effect: ScaledEffect) -> str:
    """``a fall of 5.4 per cent``, ``a rise of less than 0.01 percentage points``, or ``no change``."""
    return "no change" if value == 0 else f"{_bare(value, effect)} {effect.unit}"


def interval_sentences(
    effect: ScaledEffect, verdict: Verdict, *, clear_but_stopped: bool
) -> tuple[str, ...]:
    """What the interval says, and what it does not."""
    if effect.interval is None:
        return ("No interval is recorded.",)
    low, high = amount(effect.interval.low, effect), amount(effect.interval.high, effect)
    first = f"The data fit a true change anywhere between {low} and {high}."
    if clear_but_stopped:
        second = "That holds only if the method is right, and a check that the plan relies on was not passed."
    elif verdict == "cannot_tell":
        second = "This is not the same as “no effect”."
    elif verdict == "no_change_that_would_matter":
        second = "The whole interval is inside the zone too small to matter: a clear answer."
    elif 0 in effect.interval:
        second = "It holds no change too, so the direction is not certain."
    else:
        other = "rise" if effect.effect < 0 else "fall"
        second = f"A {other} is unlikely if the method is right."
    return first, second


def avoided_words(avoided: Interval, best: float, *, during: str, what: str = "") -> str:
    """Incidents avoided, as a best guess: ``some 307 fewer in 24 months (25 to 620)``.

    ``what`` says what they are where they are no incidents, e.g. harm-days.

    Empty where the interval holds none avoided: the direction would be a guess as well.
    """
    low, high = avoided.low, avoided.high
    if low <= 0 <= high:
        return ""
    less = best > 0
    ends = sorted((abs(low), abs(high)))
    sizes = [number(value, 0) for value in (abs(best), *ends)]
    word = "fewer" if less else "more"
    word = f"{word} {what}".strip()
    return f"some {sizes[0]} {word} in {during} ({sizes[1]} to {sizes[2]})"


def what_was_seen(
    effect: ScaledEffect, interval: Interval, *, against: str, in_numbers: str = "", later: str = ""
) -> str:
    """One sentence: the best estimate and its interval, as a best guess and never as a fact.

    ``in_numbers`` says it in incidents too, ``later`` when it is read.
    """
    best = amount(effect.effect, effect)
    tail = f": {in_numbers}" if in_numbers else ""
    return (
        f"Next to {against}, the best guess{later} is {best}, but {span(effect, interval)} would"
        f" fit too{tail}."
    )


def span(effect: ScaledEffect, interval: Interval | None = None) -> str:
    """The interval without its unit: ``a fall of 1.2 to 9.6``, or ``a fall of 5.4 to a rise of 9.9``."""
    ends = interval or effect.interval
    if ends is None:
        return "not recorded"
    if ends.low * ends.high > 0:
        small, large = sorted((abs(ends.low), abs(ends.high)))
        direction = "fall" if ends.high < 0 else "rise"
        return f"a {direction} of {_size(small, effect)} to {_size(large, effect)}"
    return f"{_bare(ends.low, effect)} to {_bare(ends.high, effect)}"


def _bare(value: float, effect: ScaledEffect) -> str:
    return "no change" if value == 0 else f"a {_direction(value)} of {_size(abs(value), effect)}"


def _direction(value: float) -> str:
    return "fall" if value < 0 else "rise"


def _size(value: float, effect: ScaledEffect) -> str:
    """``5.4``, or ``less than 0.1`` where it would be printed as nothing."""
    if round(value, effect.decimals) == 0:
        return "less than " + number(10**-effect.decimals, effect.decimals)
    return number(value, effect.decimals)
