"""Whether findings may be pooled, and if not, why: all reasons, in words."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, TypeVar

from evalkit.types.synthesis_question import SynthesisInput

FEWEST = 3
"""Studies: with two, one degree of freedom is left, and a 95% interval is 12.7 standard errors to each
side."""
_RATE = re.compile(
    r"\bper\b.*\b(people|population|residents|inhabitants|head|person)\b", re.IGNORECASE
)
Key = TypeVar("Key", str, tuple[str, str])
_PER_CENT = ("per cent", "percentage points")
Obstacle = Literal[
    "none", "few", "outcomes", "rate and count", "units", "years", "no size", "no error", "exact"
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Apart:
    """One reason why findings are not pooled.

    Attributes
    ----------
    obstacle : str
    told : str
        What was found, what is needed and what to do, for whoever asked.
    names : tuple of str
        The studies, outcomes or units that differ; the outcome of several years.
    findings : tuple of str
        Ids of those that stand in the way; empty where all do.
    """

    obstacle: Obstacle
    told: str
    names: tuple[str, ...] = ()
    findings: tuple[str, ...] = ()


def why_not(inputs: Sequence[SynthesisInput]) -> tuple[str, ...]:
    """Why these findings are not pooled, for whoever asked; empty where they may be."""
    return tuple(one.told for one in apart(inputs))


def apart(inputs: Sequence[SynthesisInput]) -> tuple[Apart, ...]:
    """What keeps these findings from being pooled; empty where nothing does.

    Refused are: fewer than three studies, several outcomes, contradictory units (a rate and a count above
    all), several years of one study on one outcome, and findings without a size, without a standard error or
    with one of 0.
    """
    if not inputs:
        told = f"No finding answers it; needed {FEWEST} studies or more."
        return (Apart(obstacle="none", told=told),)
    return (
        *_studies(inputs),
        *_outcomes(inputs),
        *_units(inputs),
        *_years(inputs),
        *_errors(inputs),
    )


def _studies(inputs: Sequence[SynthesisInput]) -> Iterator[Apart]:
    names = dict.fromkeys(one.study for one in inputs)
    if len(names) < FEWEST:
        many = f"One study ({inputs[0].name})" if len(names) == 1 else f"{len(names)} studies"
        yield Apart(
            obstacle="few",
            told=f"{many}; needed {FEWEST} or more, or nobody can say how much studies differ.",
            names=tuple(names),
        )


def _outcomes(inputs: Sequence[SynthesisInput]) -> Iterator[Apart]:
    groups = _grouped(inputs, lambda one: one.outcome)
    if len(groups) > 1:
        yield Apart(
            obstacle="outcomes",
            told=f"{len(groups)} outcomes: {_listed(groups)}; needed one. Ask a question for each.",
            names=tuple(name for name, _ in groups),
        )


def _units(inputs: Sequence[SynthesisInput]) -> Iterator[Apart]:
    groups = _grouped((one for one in inputs if one.unit), lambda one: one.unit)
    names = tuple(unit for unit, _ in groups)
    kinds = {unit: _kind(unit) for unit, _ in groups}
    if {"rate", "count"} <= set(kinds.values()):
        rate, count = (
            next((u, found) for u, found in groups if kinds[u] == kind)
            for kind in ("rate", "count")
        )
        told = (
            f"A rate ({rate[0]}: {_ids(rate[1])}) and a count ({count[0]}: {_ids(count[1])}); needed one of "
            "them. Enter both as a change in per cent."
        )
        yield Apart(obstacle="rate and count", told=told, names=(rate[0], count[0]))
    elif len(groups) > 1:
        told = f"{len(groups)} units: {_listed(groups)}; needed one."
        yield Apart(obstacle="units", told=told, names=names)


def _kind(unit: str) -> str:
    if unit in _PER_CENT:
        return unit
    return "rate" if _RATE.search(unit) else "count"


def _years(inputs: Sequence[SynthesisInput]) -> Iterator[Apart]:
    for (_, outcome), found in _grouped(inputs, lambda one: (one.study, one.outcome)):
        years = sorted({one.year for one in found if one.year is not None})
        if len(years) > 1:
            told = (
                f"{outcome}: one study in several years ({_ids(found)}, to "
                f"{_and(str(year) for year in years)}), whose data overlap; needed one of them. Leave the "
                "others out by name, with the reason."
            )
            yield Apart(obstacle="years", told=told, names=(outcome,), findings=_all_ids(found))


def _errors(inputs: Sequence[SynthesisInput]) -> Iterator[Apart]:
    def found(obstacle: Obstacle, some: Sequence[SynthesisInput], told: str) -> Apart:
        return Apart(obstacle=obstacle, told=told.format(_ids(some)), findings=_all_ids(some))

    if without := [one for one in inputs if one.effect is None]:
        told = "No size was published: {}; needed one. An unclear result cannot be guessed."
        yield found("no size", without, told)
    if vague := [one for one in inputs if one.effect is not None and one.standard_error is None]:
        told = "Neither interval nor p-value: {}; needed one of them to weigh it by."
        yield found("no error", vague, told)
    if exact := [
        one for one in inputs if one.standard_error is not None and one.standard_error <= 0
    ]:
        told = "Standard error of 0: {}; needed one above 0, since no study is exact."
        yield found("exact", exact, told)


def _grouped(
    inputs: Iterable[SynthesisInput], by: Callable[[SynthesisInput], Key]
) -> list[tuple[Key, list[SynthesisInput]]]:
    groups: dict[Key, list[SynthesisInput]] = {}
    for one in inputs:
        groups.setdefault(by(one), []).append(one)
    return list(groups.items())


def _listed(groups: Sequence[tuple[object, Sequence[SynthesisInput]]]) -> str:
    return "; ".join(f"{name} ({_ids(found)})" for name, found in groups)


def _ids(found: Sequence[SynthesisInput]) -> str:
    """``EM-2026-0003-F01, F02``: the intervention once, and then the numbers."""
    texts, before = [], ""
    for one in found:
        of, _, last = one.finding.rpartition("-")
        texts.append(last if of == before else one.finding)
        before = of
    return ", ".join(texts)


def _all_ids(found: Sequence[SynthesisInput]) -> tuple[str, ...]:
    return tuple(one.finding for one in found)


def _and(texts: Iterable[str]) -> str:
    *first, last = texts
    return f"{', '.join(first)} and {last}" if first else last
