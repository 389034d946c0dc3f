"""Finding entries: any text is safe, the title counts more, filters hold."""

from dataclasses import replace
from pathlib import Path

import pytest

from evalkit.errors import RegistryError
from evalkit.registry import compare, index, search
from evalkit.registry.interventions import add_intervention
from evalkit.registry.search import match_text
from evalkit.registry.store import open_registry
from evalkit.types.five_cs import FiveCs
from tests.test_registry_samples import DAY, INTERVENTION, PLAIN, filled

NASTY = [
    *(
        '"',
        "'",
        '"unterminated',
        "young-people",
        "a AND",
        "NOT",
        "NEAR(a b)",
        "title:hot",
        "*",
        "^a",
    ),
    *(
        "a\x00b",
        "\ud800",
        "x" * 5000,
        "a " * 3000,
        "(((",
        "-",
        "--",
        "; DROP TABLE entry",
        "%_",
        "\\",
    ),
    *("Ü", "é" * 40, "🙂", "سلام", "①", "² ½", "a\u0301", "\u200b", "{a b}", "a+b", "entry_search"),
]


@pytest.mark.parametrize("words", NASTY)
def test_any_text_may_be_asked_for(tmp_path: Path, words: str) -> None:
    with open_registry(filled(tmp_path)) as session:
        assert isinstance(search.search(session, words), tuple)


def test_words_are_found_in_every_form_and_from_their_beginning(tmp_path: Path) -> None:
    with open_registry(filled(tmp_path)) as session:

        def found(words: str) -> list[str]:
            return [hit.id for hit in search.search(session, words, kinds=["intervention"])]

        assert found("hot") == found("HOT spot") == found("spotted ho") == ["EM-2026-0002"]
        assert found("stabbing") == found("stabbed fewer") == ["EM-2026-0001"]
        assert sorted(found("youth tru")) == ["EM-2026-0001", "EM-2026-0002"]
        assert found("navigators") == found("navigating") == ["EM-2026-0001"]
        assert found("EM-2026-0002") == ["EM-2026-0002"]
        assert found("youth nowhere") == []
        assert found("???") == []


def test_accents_make_no_difference(tmp_path: Path) -> None:
    with open_registry(filled(tmp_path)) as session:
        assert [h.id for h in search.search(session, "uber alles")] == ["EM-2026-0001-P1"]
        assert [h.id for h in search.search(session, "ÜBER")] == ["EM-2026-0001-P1"]


def test_a_hit_shows_where(tmp_path: Path) -> None:
    with open_registry(filled(tmp_path)) as session:
        (hit,) = search.search(session, "teachable")
        assert (hit.kind, hit.id, hit.title) == ("intervention", "EM-2026-0001", INTERVENTION.name)
        assert "a teachable moment" in hit.snippet
        assert "\n" not in hit.snippet
        assert hit.rank < 0


def test_without_words_entries_are_listed_in_order(tmp_path: Path) -> None:
    with open_registry(filled(tmp_path)) as session:
        hits = search.search(session)
        assert [(hit.kind, hit.id) for hit in hits] == [
            ("finding", "EM-2026-0001-F09"),
            ("intervention", "EM-2026-0001"),
            ("intervention", "EM-2026-0002"),
            ("protocol", "EM-2026-0001-P1"),
        ]
        assert {hit.rank for hit in hits} == {0.0}
        assert all(hit.snippet for hit in hits)
        assert search.search(session, "  ", limit=2) == hits[:2]
        assert search.search(session, kinds=["protocol", "finding"]) == (hits[0], hits[3])
        with pytest.raises(RegistryError, match="a limit of 0; needed 1 or more"):
            search.search(session, limit=0)


def test_filters_all_have_to_hold(tmp_path: Path) -> None:
    derby = replace(
        PLAIN,
        name="In Derby",
        areas=("E06000015",),
        five_cs=FiveCs(co_production="Together"),
        needs=("derby-2024/N3",),
    )
    with open_registry(filled(tmp_path), write=True) as session:
        add_intervention(session, derby, slug="derby", on=DAY, prefix="EM")

        def found(**filters: str) -> list[str]:
            by_role = {role.replace("_of_", "-of-"): target for role, target in filters.items()}
            return [hit.id for hit in search.search(session, filters=by_role)]

        assert found(area="E06000015") == ["EM-2026-0003"]
        both = ["EM-2026-0001", "EM-2026-0002", "EM-2026-0003"]
        assert found(area="E23000018") == both  # Derbyshire, with Derby inside it
        assert found(area="E23000018", status="stopped") == both[:1]
        assert found(organisation="Youth Trust", kind_of_activity="hot-spot-policing") == both[1:]
        assert found(five_c="co_production") == found(need="derby-2024/N3") == both[2:]
        assert found(intervention="EM-2026-0002") == ["EM-2026-0001-F09"]
        assert found(status="none' OR 1=1 --") == []
        assert [h.id for h in search.search(session, "spots", filters={"status": "live"})] == both[
            1:
        ]


def test_the_index_is_made_again_any_number_of_times(tmp_path: Path) -> None:
    with open_registry(filled(tmp_path), write=True) as session:
        before = compare.rows(session), search.search(session, "navigators")
        for _ in range(3):
            index.rebuild(session.connection())
            assert (compare.rows(session), search.search(session, "navigators")) == before


def test_only_words_reach_the_index() -> None:
    assert match_text('young-people "AND" x*') == '"young"* "people"* "AND"* "x"*'
    assert match_text("-- ' \x00") == ""
    assert len(match_text(" ".join(map(str, range(100)))).split()) == search.MOST_WORDS
