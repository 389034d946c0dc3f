"""Deviations in words: one set for pages, notebooks and the terminal."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from evalkit.findings.numerals import effect_text, interval_text
from evalkit.types.deviation import BothEstimates, Deviation, DeviationType, Timing
from evalkit.types.scaled import ScaledEffect

TYPES: Mapping[DeviationType, str] = {
    "data": "data",
    "unit": "unit",
    "outcome": "outcome",
    "window": "window",
    "model": "model",
    "subgroup": "subgroup",
    "missing": "missing part",
    "rule": "rule for the words",
    "words": "wording only",
}
TIMING: Mapping[Timing, str] = {
    "before_access": "before the data were extracted",
    "after_access": "after the data were extracted, before the first run",
    "after_first_run": "after the first run",
    "in_the_run": "found when it was run",
}
_MOST_DECIMALS = 6
_NONE = "none"


def beside(both: BothEstimates) -> tuple[str, str]:
    """Both answers as text, with as many decimals as show that they differ."""
    planned, run = both.planned, both.run
    if planned is None or run is None:
        return told(planned), told(run)
    decimals = max(planned.decimals, run.decimals)
    while decimals < _MOST_DECIMALS and planned != run and _same(planned, run, decimals):
        decimals += 1
    return told(replace(planned, decimals=decimals)), told(replace(run, decimals=decimals))


def answer_name(one: Deviation, both: BothEstimates) -> str:
    """Whose answer it is, an alternative's always; empty where it can only be the plan's one answer.

    >>> both = BothEstimates(name="counted twice", planned=None, run=None)
    >>> answer_name(Deviation(part="alternatives[0].recipe.sha256", planned="", run=""), both)
    'counted twice'
    """
    return both.name if len(one.estimates) > 1 or "].recipe." in one.part else ""


def told(effect: ScaledEffect | None) -> str:
    """``−8.1 incidents (−9.6 to −6.7)``."""
    if effect is None:
        return _NONE
    unit = "" if effect.unit == "per cent" else f" {effect.unit}"
    interval = interval_text(effect)
    return f"{effect_text(effect)}{unit}" + (f" ({interval})" if interval else "")


def part_words(part: str) -> str:
    """A field of the plan as a reader would say it.

    >>> part_words("checks[0].if_failed"), part_words("recipe.columns.outcome"), part_words("data")
    ('Checks number 1, if failed', 'Data recipe, columns, outcome', 'Data')
    """
    words = re.sub(r"\[(\d+)\]", lambda n: f" number {int(n[1]) + 1}", part)
    words = re.sub(r"^recipe\b", "data recipe", words).replace(".", ", ").replace("_", " ")
    return words[:1].upper() + words[1:]


def value_words(value: str) -> str:
    """A value of the plan as a reader would say it: its names without underscores, hashes by their start.

    >>> value_words("not_yet_treated"), value_words("recorded-robbery@1.0")
    ('not yet treated', 'recorded-robbery@1.0')
    >>> value_words("8db39d170d38" + 52 * "0")
    'sha256 8db39d170d38…'
    """
    if re.fullmatch(r"[0-9a-f]{64}", value):
        return f"sha256 {value[:12]}…"
    return value.replace("_", " ") if re.fullmatch(r"[a-z0-9_]+", value) else value


def unexplained(deviations: Sequence[Deviation]) -> tuple[int, ...]:
    """Numbers of the deviations without a reason, from 1."""
    return tuple(number for number, one in enumerate(deviations, 1) if one.reason is None)


def why_held_back(deviations: Sequence[Deviation]) -> str:
    """Why a finding cannot be published; empty where nothing stands in its way.

    >>> why_held_back([Deviation(part="unit", planned="ward", run="district")])
    'deviation 1 has no reason'
    """
    numbers = unexplained(deviations)
    if not numbers:
        return ""
    listed = ", ".join(map(str, numbers))
    return (
        f"deviation {listed} has no reason"
        if len(numbers) == 1
        else (f"deviations {listed} have no reason")
    )


def _same(planned: ScaledEffect, run: ScaledEffect, decimals: int) -> bool:
    texts = [told(replace(one, decimals=decimals)) for one in (planned, run)]
    return texts[0] == texts[1]
