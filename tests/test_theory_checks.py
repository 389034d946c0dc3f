"""A theory of change: whole, or every problem with its place."""

from itertools import pairwise

import pytest

from evalkit.theory.checks import check
from evalkit.types.theory import Element, ElementKind, Indicator, Link, TheoryOfChange

KINDS: dict[str, ElementKind] = {
    "need": "need", "patrols": "activity", "seen": "output", "robbery": "outcome", "safer": "impact",
}  # fmt: skip


def theory(
    *links: str,
    kinds: dict[str, ElementKind] | None = None,
    measured: tuple[str, ...] = ("robbery",),
) -> TheoryOfChange:
    """Links as ``a>b``, or ``a>>b`` for feedback."""
    made = []
    for link in links:
        start, _, end = link.replace(">>", ">").partition(">")
        made.append(Link(**{"from_": start, "to": end, "feedback": ">>" in link}))
    return TheoryOfChange(
        elements={n: Element(kind=k, text=n) for n, k in (kinds or KINDS).items()},
        links=tuple(made),
        indicators=tuple(Indicator(of=name, name="count") for name in measured),
    )


WHOLE = ("patrols>seen", "seen>robbery", "robbery>safer")


def told(*links: str, **kwargs) -> list[tuple[str, str]]:
    return [(p.field, p.found) for p in check(theory(*links, **kwargs))]


def test_a_whole_theory_has_no_problem():
    assert told(*WHOLE) == []
    assert told("need>patrols", *WHOLE) == []


def test_a_loop_is_named_at_the_link_that_closes_it():
    problems = check(theory(*WHOLE, "safer>seen"))
    assert [(p.field, p.found) for p in problems] == [
        ("theory.links[3]", "safer -> seen -> robbery -> safer is a loop")
    ]
    assert problems[0].needed == "links that lead forward"
    assert problems[0].do == "Remove a link, or add feedback: true."


def test_every_loop_is_told():
    assert [p.field for p in check(theory(*WHOLE, "safer>patrols", "robbery>seen"))] == [
        "theory.links[3]",
        "theory.links[4]",
    ]


def test_a_loop_on_purpose_is_allowed():
    assert told(*WHOLE, "safer>>patrols") == []


def test_an_element_that_leads_to_itself_is_a_loop():
    assert told(*WHOLE, "seen>seen") == [("theory.links[3]", "seen -> seen is a loop")]
    assert told(*WHOLE, "seen>>seen") == []


def test_two_ways_to_the_same_place_are_no_loop():
    assert told(*WHOLE, "patrols>robbery", "seen>safer") == []


def test_an_outcome_that_no_activity_leads_to():
    assert told("need>robbery", "patrols>seen", "seen>safer") == [
        ("theory.elements.robbery", "no activity leads to it")
    ]
    assert told("patrols>seen", "seen>robbery") == [
        ("theory.elements.safer", "no activity leads to it")
    ]


def test_without_an_activity_nothing_is_reached():
    kinds = {**KINDS, "patrols": "input"}
    assert [field for field, _ in told(*WHOLE, kinds=kinds)] == [
        "theory.elements.robbery",
        "theory.elements.safer",
    ]


def test_an_outcome_needs_an_indicator_or_a_reason():
    assert told(*WHOLE, measured=()) == [("theory.elements.robbery", "no indicator")]
    excused = TheoryOfChange(
        elements=theory().elements,
        links=theory(*WHOLE).links,
        indicators=(Indicator(of="robbery", none_because="nobody counts it"),),
    )
    assert check(excused) == ()
    empty = TheoryOfChange(
        elements=theory().elements,
        links=theory(*WHOLE).links,
        indicators=(Indicator(of="robbery"),),
    )
    [problem] = check(empty)
    assert problem.do == "Add {of: robbery, name: ...} or {of: robbery, none_because: ...}."


@pytest.mark.parametrize(
    ("link", "field", "name"),
    [
        ("patrol>seen", "theory.links[3].from", "patrol"),
        ("patrols>sene", "theory.links[3].to", "sene"),
    ],
)
def test_links_join_elements_that_exist(link: str, field: str, name: str):
    [problem] = check(theory(*WHOLE, link))
    assert (problem.field, problem.found) == (field, f"{name} is no element")
    assert problem.needed == "one of need, patrols, robbery, safer, seen"


def test_indicators_are_of_elements_that_exist():
    assert told(*WHOLE, measured=("robbery", "robberies")) == [
        ("theory.indicators[1].of", "robberies is no element")
    ]


def test_a_long_chain_is_no_trouble():
    names = [f"step{i}" for i in range(3_000)]
    kinds: dict[str, ElementKind] = dict.fromkeys(names, "output")
    kinds |= {names[0]: "activity", names[-1]: "outcome"}
    links = [f"{a}>{b}" for a, b in pairwise(names)]
    assert told(*links, kinds=kinds, measured=(names[-1],)) == []
