"""Is a theory of change whole: no accidental loops, nothing from nowhere, all of it measured."""

from collections.abc import Iterable
from dataclasses import dataclass

from evalkit.types.theory import TheoryOfChange

_LED_TO = ("outcome", "impact")
_STARTS = ("activity",)


@dataclass(frozen=True, slots=True, kw_only=True)
class TheoryProblem:
    """One problem: the dotted field inside ``theory``, what was found, what is needed, what to do."""

    field: str
    found: str
    needed: str
    do: str


def check(theory: TheoryOfChange) -> tuple[TheoryProblem, ...]:
    """Every problem of a theory of change; empty when it is whole.

    A link may only join elements that exist; links form no loop unless one is marked ``feedback: true``;
    every outcome and impact can be reached from an activity; every outcome has an indicator or says why not.
    """
    unknown = _unknown_elements(theory)
    if unknown:
        return unknown
    return (*_loops(theory), *_unreached(theory), *_unmeasured(theory))


def _unknown_elements(theory: TheoryOfChange) -> tuple[TheoryProblem, ...]:
    mentioned = [
        (f"theory.links[{i}].{end}", name)
        for i, link in enumerate(theory.links)
        for end, name in (("from", link.from_), ("to", link.to))
    ]
    mentioned += [(f"theory.indicators[{i}].of", ind.of) for i, ind in enumerate(theory.indicators)]
    known = ", ".join(sorted(theory.elements))
    return tuple(
        TheoryProblem(field=field, found=f"{name} is no element", needed=f"one of {known}", do="")
        for field, name in mentioned
        if name not in theory.elements
    )


def _loops(theory: TheoryOfChange) -> Iterable[TheoryProblem]:
    """The first link that closes each loop, in the order of the links."""
    leads_to: dict[str, set[str]] = {}
    for i, link in enumerate(theory.links):
        if link.feedback:
            continue
        way_back = _path(leads_to, link.to, link.from_)
        if way_back:
            loop = " -> ".join((link.from_, *way_back))
            yield TheoryProblem(
                field=f"theory.links[{i}]",
                found=f"{loop} is a loop",
                needed="links that lead forward",
                do="Remove a link, or add feedback: true.",
            )
        else:
            leads_to.setdefault(link.from_, set()).add(link.to)


def _path(leads_to: dict[str, set[str]], start: str, goal: str) -> tuple[str, ...]:
    """Elements from ``start`` to ``goal``, both included; empty when there is no way."""
    ways: list[tuple[str, ...]] = [(start,)]
    seen = {start}
    while ways:
        way = ways.pop(0)
        if way[-1] == goal:
            return way
        for following in sorted(leads_to.get(way[-1], set()) - seen):
            seen.add(following)
            ways.append((*way, following))
    return ()


def fed(theory: TheoryOfChange) -> set[str]:
    """Every element that an activity leads to."""
    leads_to: dict[str, set[str]] = {}
    for link in theory.links:
        leads_to.setdefault(link.from_, set()).add(link.to)
    reached: set[str] = set()
    waiting = [name for name, element in theory.elements.items() if element.kind in _STARTS]
    while waiting:
        for name in leads_to.get(waiting.pop(), set()) - reached:
            reached.add(name)
            waiting.append(name)
    return reached


def _unreached(theory: TheoryOfChange) -> Iterable[TheoryProblem]:
    reached = fed(theory)
    for name, element in theory.elements.items():
        if element.kind in _LED_TO and name not in reached:
            yield TheoryProblem(
                field=f"theory.elements.{name}",
                found="no activity leads to it",
                needed="a link",
                do="Add a link to it, or remove it.",
            )


def _unmeasured(theory: TheoryOfChange) -> Iterable[TheoryProblem]:
    said = {ind.of for ind in theory.indicators if ind.name or ind.none_because}
    for name, element in theory.elements.items():
        if element.kind == "outcome" and name not in said:
            yield TheoryProblem(
                field=f"theory.elements.{name}",
                found="no indicator",
                needed="an indicator, or why there is none",
                do=f"Add {{of: {name}, name: ...}} or {{of: {name}, none_because: ...}}.",
            )
