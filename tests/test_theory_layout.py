"""A theory of change is placed the same way every time, with as few crossings as it allows."""

import dataclasses

from evalkit.theory.layout import Layout, count_crossings, layout
from evalkit.types.theory import Element, ElementKind, Link, TheoryOfChange
from tests.hub_sample import castle_theory


def theory(elements: dict[str, ElementKind], links: list[tuple[str, str]]) -> TheoryOfChange:
    return TheoryOfChange(
        elements={key: Element(kind=kind, text=key) for key, kind in elements.items()},
        links=tuple(Link(from_=first, to=last) for first, last in links),
    )


def in_column(placed: Layout, column: int) -> list[str]:
    return [box.id for box in placed.boxes if box.column == column]


def test_only_columns_that_occur_in_their_fixed_order() -> None:
    placed = layout(theory({"o": "outcome", "n": "need", "i": "input", "a": "activity"}, []))
    assert placed.columns == ("Needs and inputs", "Activities", "Outcomes")
    assert in_column(placed, 0) == ["n", "i"]


def test_crossed_declarations_are_uncrossed() -> None:
    kinds: dict[str, ElementKind] = {
        "a": "activity",
        "b": "activity",
        "c": "activity",
        "x": "outcome",
        "y": "outcome",
        "z": "outcome",
    }
    placed = layout(theory(kinds, [("a", "z"), ("b", "y"), ("c", "x")]))
    assert placed.crossings == 0


def test_the_sample_has_no_crossings_and_keeps_every_link() -> None:
    placed = layout(castle_theory())
    assert placed.crossings == 0
    assert [route.number for route in placed.routes] == list(range(1, 14))


def test_a_link_that_skips_a_column_passes_it_at_a_hidden_point() -> None:
    placed = layout(theory({"i": "input", "a": "activity", "o": "outcome"}, [("i", "o")]))
    (route,) = placed.routes
    assert [column for column, _ in route.via] == [1]
    box = next(box for box in placed.boxes if box.id == "a")
    assert abs(route.via[0][1] - box.centre) >= 0.5


def test_feedback_does_not_pull_on_the_order() -> None:
    kinds: dict[str, ElementKind] = {"a": "activity", "b": "activity", "x": "outcome"}
    plain = theory(kinds, [("a", "x"), ("b", "x")])
    looped = dataclasses.replace(
        plain, links=(*plain.links, Link(from_="x", to="b", feedback=True))
    )
    assert layout(looped).boxes == layout(plain).boxes
    assert not layout(looped).routes[-1].forward


def test_the_same_theory_gives_the_same_picture() -> None:
    assert layout(castle_theory()) == layout(castle_theory())


def test_crossings_are_counted_by_hand() -> None:
    edges = [("a", "y"), ("b", "x")]
    assert count_crossings([["a", "b"], ["x", "y"]], edges) == 1
    assert count_crossings([["a", "b"], ["y", "x"]], edges) == 0
