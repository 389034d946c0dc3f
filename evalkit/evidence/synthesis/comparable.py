"""Whether findings may be pooled, and if not, why: all reasons, in words."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeVar

from evalkit.evidence.synthesis.given import FEWEST
from evalkit.types.synthesis_question import SynthesisInput

_RATE = re.compile(
    r"\bper\b.*\b(people|population|residents|inhabitants|head|person)\b", re.IGNORECASE
)
Key = TypeVar("Key", str, tuple[str, str])
_PER_CENT = ("per cent", "percentage points")


def why_not(inputs: Sequence[SynthesisInput]) -> tuple[str, ...]:
    """Why these findings are not pooled; empty where they may be.

    Refused are: fewer than three studies, several outcomes, contradictory units (a rate and a count above
    all), several years of one study on one outcome, and findings without a size, without a standard error or
    with one of 0.
    """
    if not inputs:
        return (f"No finding answers it; needed {FEWEST} studies or more.",)
    return (
        *_studies(inputs),
        *_outcomes(inputs),
        *_units(inputs),
        *_years(inputs),
        *_errors(inputs),
    )


def _studies(inputs: Sequence[SynthesisInput]) -> Iterator[str]:
    names = dict.fromkeys(one.study for one in inputs)
    if len(names) < FEWEST:
        many = f"One study ({inputs[0].name})" if len(names) == 1 else f"{len(names)} studies"
        yield f"{many}; needed {FEWEST} or more, or nobody can say how much studies differ."


def _outcomes(inputs: Sequence[SynthesisInput]) -> Iterator[str]:
    groups = _grouped(inputs, lambda one: one.outcome)
    if len(groups) > 1:
        yield f"{len(groups)} outcomes: {_listed(groups)}; needed one. Ask a question for each."


def _units(inputs: Sequence[SynthesisInput]) -> Iterator[str]:
    groups = _grouped((one for one in inputs if one.unit), lambda one: one.unit)
    kinds = {unit: _kind(unit) for unit, _ in groups}
    if {"rate", "count"} <= set(kinds.values()):
        rate, count = (
            next((u, found) for u, found in groups if kinds[u] == kind)
            for kind in ("rate", "count")
        )
        yield (
            f"A rate ({rate[0]}: {_ids(rate[1])}) and a count ({count[0]}: {_ids(count[1])}); needed one of "
            "them. Enter both as a change in per cent."
        )
    elif len(groups) > 1:
        yield f"{len(groups)} units: {_listed(groups)}; needed one."


def _kind(unit: str) -> str:
    if unit in _PER_CENT:
        return unit
    return "rate" if _RATE.search(unit) else "count"


def _years(inputs: Sequence[SynthesisInput]) -> Iterator[str]:
    for (_, outcome), found in _grouped(inputs, lambda one: (one.study, one.outcome)):
        years = sorted({one.year for one in found if one.year is not None})
        if len(years) > 1:
            told = _and(str(year) for year in years)
            yield (
                f"{outcome}: one study in several years ({_ids(found)}, to {told}), whose data overlap; "
                f"needed "
                "one of them. Leave the others out by name, with the reason."
            )


def _errors(inputs: Sequence[SynthesisInput]) -> Iterator[str]:
    if without := [one for one in inputs if one.effect is None]:
        yield f"No size was published: {_ids(without)}; needed one. An unclear result cannot be guessed."
    if vague := [one for one in inputs if one.effect is not None and one.standard_error is None]:
        yield f"Neither interval nor p-value: {_ids(vague)}; needed one of them to weigh it by."
    if exact := [
        one for one in inputs if one.standard_error is not None and one.standard_error <= 0
    ]:
        yield f"Standard error of 0: {_ids(exact)}; needed one above 0, since no study is exact."


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


def _and(texts: Iterable[str]) -> str:
    *first, last = texts
    return f"{', '.join(first)} and {last}" if first else last
