"""What a design can show, in sentences."""

import math
from dataclasses import dataclass

from evalkit.findings.numerals import number
from evalkit.types.power import Power, Size

ALARMING = 1.5
"""Times as many false alarms as the test promises, from which they are told."""

VAGUE = 1.5
"""How many times the low end of a range the high end is, from which it is told without being asked for."""

_TESTS = {
    "cluster": "errors clustered by area",
    "cr2": "CR2 with Bell-McCaffrey degrees of freedom",
    "permutation": "permutation of the treated areas",
    "donald_lang": "Donald and Lang's t test of changes",
    "kenward_roger": "AR(1) errors with Kenward and Roger's test",
    "ols": "ordinary least squares",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PowerWords:
    """What things are called.

    Attributes
    ----------
    unit : str
        Of changes in one area and period, e.g. ``"robberies a month"``; empty for the outcome's own.
    areas : str
        In the plural, e.g. ``"districts"``.
    period : str
        In the singular, e.g. ``"month"``.
    """

    unit: str = ""
    areas: str = "areas"
    period: str = "month"

    def areas_text(self, count: int) -> str:
        """``1 district``, ``3 districts``."""
        if count != 1:
            return f"{count:,} {self.areas}"
        plural = self.areas
        return f"1 {plural[:-3] + 'y' if plural.endswith('ies') else plural.removesuffix('s')}"


def per_cent(value: float) -> str:
    """Two digits, which is what such numbers are good for: ``14%``, ``8.8%``."""
    return number(value, 0 if value >= 9.95 else 1) + "%"


def short_size(size: Size, power: Power) -> str:
    """In per cent, or a bare number where the outcome has a unit of its own."""
    if power.scale == "level" or size.per_cent is None:
        return _amount(size.effect)
    return per_cent(size.per_cent)


def power_sentences(power: Power, words: PowerWords) -> tuple[str, ...]:
    """The answer, the planned smallest change beside it, what would change it, and the test: a line each."""
    lines = [headline(power, words)]
    if _vague(power):
        lines.append(between(power, words))
    if planned := _planned(power, words):
        lines.append(planned)
    if power.what_if:
        lines.append(_what_if(power, words))
    lines.append(_test(power, words))
    return tuple(lines)


def headline(power: Power, words: PowerWords) -> str:
    """The answer in one sentence."""
    terms = f"({100 * power.power:.0f}% power, {100 * (1 - power.level):.0f}% test)"
    if power.smallest is None:
        return f"This design cannot answer the question {terms}. {power.why}"
    word = "fall" if power.better == "lower" else "rise"
    size = short_size(power.smallest, power)
    if power.scale == "level":
        size = f"{size} {words.unit or power.unit_of_measure}".rstrip()
    said = f"Would show a {word} of {size} or more {terms}"
    amounts = _amounts(power.smallest, power, words)
    return f"{said}: {amounts}." if amounts else f"{said}."


def _vague(power: Power) -> bool:
    if power.smallest_between is None:
        return False
    low, high = power.smallest_between
    return high.effect > VAGUE * low.effect


def between(power: Power, words: PowerWords) -> str:
    """What another stretch of time might have said; empty where the answer allows for it."""
    if power.smallest_between is None:
        return ""
    low, high = (short_size(size, power) for size in power.smallest_between)
    return f"Another {power.n_before} {words.period}s before the start might have said {low} to {high}."


def _amounts(size: Size, power: Power, words: PowerWords) -> str:
    if power.scale == "level":
        return (
            "" if size.per_cent is None else f"{per_cent(size.per_cent)} of what there was before"
        )
    unit = words.unit or power.unit_of_measure
    if size.together is not None and size.total is not None:
        span = words.period if power.n_after == 1 else f"{power.n_after} {words.period}s"
        counted = unit.removesuffix(f" a {words.period}")
        where = ""
        if power.n_treated > 1:
            where = f" in the {words.areas_text(power.n_treated)} together"
        each = f"{_amount(size.together)} {counted} a {words.period}{where}"
        return f"{each}, {_amount(size.total)} in {span}"
    if size.per_area is None:
        return ""
    where = "" if power.design != "did" else f" in one {words.areas_text(1)[2:]}"
    return f"{_amount(size.per_area)} {unit}{where}"


def _amount(value: float) -> str:
    """Two digits of what is below 10, whole numbers above."""
    if value <= 0:
        return "0"
    return number(value, max(0, 1 - math.floor(math.log10(value))) if value < 9.95 else 0)


def _planned(power: Power, words: PowerWords) -> str:
    if power.minimum is None or power.minimum_power is None:
        return ""
    size = planned_size(power.minimum, power, words)
    share = round(100 * power.minimum_power)
    often = f"in {share} of 100"
    if share > 99 or share < 1:
        often = "in more than 99 of 100" if share > 99 else "in fewer than 1 of 100"
    missed = "" if power.minimum_power >= power.power else "that could be missed; "
    return f"You said {size} matters: {missed}it would show {often} such evaluations."


def planned_size(size: Size, power: Power, words: PowerWords) -> str:
    """A planned size as it was planned: ``10%``, ``0.05 percentage points``."""
    if power.scale == "level" or size.per_cent is None:
        return f"{round(size.effect, 6):g} {words.unit or power.unit_of_measure}".rstrip()
    return f"{round(size.per_cent, 2):g}%"


def _what_if(power: Power, words: PowerWords) -> str:
    said = []
    for one in power.what_if:
        answer = "no answer" if one.smallest is None else short_size(one.smallest, power)
        what = one.what.replace("areas", words.areas)
        said.append(f"{what[:1].upper()}{what[1:]}: {answer}.")
    return " ".join(said)


def _test(power: Power, words: PowerWords) -> str:
    said = [f"Test: {_TESTS[power.inference]}."]
    if power.smallest_p is not None:
        all_areas = power.n_treated + power.n_comparison
        smallest = f"{power.smallest_p:.2g}" if power.smallest_p >= 0.0001 else "below 0.0001"
        said.append(
            f"Smallest p possible {smallest} ({power.n_treated} of {words.areas_text(all_areas)})."
        )
    if power.caveat:
        said.append(power.caveat)
    alpha = 1 - power.level
    if power.false_alarms is not None and power.false_alarms > ALARMING * alpha:
        said.append(
            f"Where nothing changes it would still show a change in {100 * power.false_alarms:.0f} of 100 "
            f"evaluations, not {100 * alpha:.0f}."
        )
    return " ".join(said)


def how_made(power: Power, words: PowerWords) -> str:
    """How the answer was worked out, for those who ask."""
    parts = [power.method]
    if power.autocorrelation is not None and power.spread is not None:
        ends = power.autocorrelation_between
        range_of = f" ({ends[0]:.2f} to {ends[1]:.2f}, which is allowed for)" if ends else ""
        parts.append(
            f"autocorrelation {power.autocorrelation:.2f}{range_of}, spread {power.spread:.3g} a "
            f"{words.period}"
        )
    said = "" if _vague(power) else between(power, words)
    return f"{'; '.join(parts)}. Seed {power.seed}. {said}".rstrip()
