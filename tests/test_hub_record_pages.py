"""Events, what changed, history, ledger, gaps and what did not go as hoped; the first page."""

import dataclasses
import datetime
import re
from typing import Any

import pytest

from evalkit.hub.edition import cut
from evalkit.hub.events import last_event, next_event
from evalkit.hub.glossary import TERMS
from evalkit.hub.home import home_page
from evalkit.hub.overdue import waiting
from evalkit.hub.records import new_findings
from evalkit.hub.render import made as built
from evalkit.types.catalogue import Catalogue
from evalkit.types.late_result import LateResult, Overdue
from tests.hub_nouns import NASTY
from tests.hub_sample import published, sample


def _texts(catalogue: Catalogue) -> dict[str, str]:
    made = dict(built(cut(catalogue)))
    found = ((path, str(text)) for path, text in made.items() if path.endswith(".html"))
    return {path: re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text)) for path, text in found}


@pytest.fixture(scope="module")
def texts() -> dict[str, str]:
    return _texts(sample())


@pytest.fixture(scope="module")
def empty() -> dict[str, str]:
    none: tuple[()] = ()
    return _texts(
        dataclasses.replace(
            sample(),
            **dict.fromkeys(("interventions", "protocols", "evaluations", "findings"), none),
            **dict.fromkeys(("needs", "duties", "definitions", "events"), none),
            **dict.fromkeys(("organisations", "ledger", "history"), none),
            notebooks={},
            amendments={},
        )
    )


def test_events_before_and_ahead_are_told_from_the_day_of_the_edition() -> None:
    last, following = last_event(sample()), next_event(sample())
    assert last is not None and last.id == "autumn-2026"
    assert following is not None and following.id == "spring-2027"
    later = dataclasses.replace(sample(), edition=datetime.date(2027, 3, 19))
    assert next_event(later) is None


def test_a_programme_names_its_sessions_themes_and_findings(texts: dict[str, str]) -> None:
    page = texts["events/spring-2027.html"]
    for words in (
        "Thursday 18 March 2027",
        "9.30 am",
        "11 am",
        "Community consensus: not this time",
    ):
        assert words in page, words
    assert "No programme is registered yet." in texts["events/summer-2026.html"]
    assert "Cancelled. This event did not take place." in texts["events/summer-2026.html"]
    assert "No event has taken this theme up yet." in texts["events/index.html"]


def test_what_changed_is_counted_from_the_day_of_the_event(texts: dict[str, str]) -> None:
    found = new_findings(sample(), datetime.date(2026, 11, 10))
    assert [one.id for one in found] == ["EM-2026-0001-F01"]
    assert new_findings(sample(), datetime.date(2026, 11, 20)) == []
    assert len(new_findings(sample(), None)) == 10
    page = texts["changes.html"]
    assert "Tuesday 10 November 2026" in page and "Reason: A digit was wrong." in page
    assert "2 October 2026" not in page


def test_corrections_and_the_ledger_are_told(texts: dict[str, str]) -> None:
    assert "Corrections of findings 1" in texts["history.html"]
    assert "Plan EM-2026-0002-P1" in texts["history.html"]
    page = texts["ledger.html"]
    assert sample().ledger_head in page and "a private entry" in page and "four entries" in page


def test_what_did_not_go_as_hoped_has_all_of_it(texts: dict[str, str]) -> None:
    page = texts["learning.html"]
    assert "Worse than hoped 1" in page and "Cannot tell 5" in page
    assert "No change that would matter 1" in page
    assert "Annual review, Nottinghamshire" in page and "Overdue by 7 weeks" in page
    base = sample()
    stopped = dataclasses.replace(
        base.interventions[3], status="stopped", status_reason="Too few people were reached."
    )
    told = _texts(dataclasses.replace(base, interventions=(*base.interventions[:3], stopped)))
    assert "Reason given: Too few people were reached." in told["learning.html"]


KEY, OVER = "EM-2026-0001-P1", "2010, before it was locked on 3 October 2026"
LATE = LateResult(
    form="evalkit/late-result/1",
    id="EM-2026-0001-P1",
    reason="quality",
    note=f"One force counts twice. {NASTY}",
    expected="2027-03",
    by="Evaluation lead",
    stated=datetime.date(2026, 11, 2),
)


def _late(stated: LateResult | None, **more: Any) -> Catalogue:
    """The sample whose first plan is seven weeks late."""
    base, key = sample(), "EM-2026-0001-P1"
    one = Overdue(since=datetime.date(2026, 10, 3), today=base.edition, stated=stated)
    left = tuple(f for f in base.findings if f.protocol != key)
    gone: dict[str, Any] = {"findings": left, "overdue": {key: one}, "held_back": {}}
    return dataclasses.replace(base, **(gone | more))


def test_an_overdue_result_has_its_reason_wherever_it_is_told() -> None:
    assert waiting(sample()) == ()
    made = _texts(_late(LATE))
    reason = "Reason given: quality: One force counts twice. &lt;script&gt;"
    rest = "New date: March 2027. The plan has not changed."
    for path in ("index.html", "learning.html", "interventions/em-2026-0001.html"):
        assert "Overdue by 7 weeks" in made[path], path
        assert reason in made[path] and rest in made[path], path
    by = "Stated 2 November 2026 by: Evaluation lead"
    assert by in made["learning.html"] and by in made["interventions/em-2026-0001.html"]
    assert "Overdue by 7 weeks" not in made["interventions/em-2026-0002.html"]


@pytest.mark.parametrize(
    ("catalogue", "said"),
    [
        (_late(None), "No reason is registered. The plan has not changed."),
        (
            _late(None, held_back={"EM-2026-0001-P1": "deviation 1 has no reason"}),
            "There is no result to show: deviation 1 has no reason. The plan has not changed.",
        ),
        (
            _late(dataclasses.replace(LATE, reason="sign-off", note="", expected="2026-11-20")),
            "Reason given: delays in sign-off. New date: 20 November 2026, which is over too. "
            "The plan has not changed.",
        ),
        (
            _late(
                dataclasses.replace(LATE, reason="other", note="The office burned down."),
                amendments={"EM-2026-0001-P1": sample().amendments["EM-2026-0002-P1"]},
            ),
            "Reason given: The office burned down. New date: March 2027. "
            "The plan was amended; its page says when, how and why.",
        ),
    ],
)
def test_what_is_said_of_an_overdue_result(catalogue: Catalogue, said: str) -> None:
    (one,) = waiting(catalogue)
    assert (one.plan, one.over, " ".join(one.said)) == (KEY, OVER, said)


def test_gaps_are_told_in_words(texts: dict[str, str]) -> None:
    page = texts["evidence.html"]
    assert "Nothing yet 1" in page and "Evaluated 1" in page and "Tried, not evaluated 0" in page
    assert page.count("No evidence") == 14 * 7 - 7
    assert "Cannot tell, stronger design." in page


def test_above_sixty_findings_a_group_is_a_bar_and_a_number() -> None:
    base = sample()
    many = tuple(
        published(n, "cannot_tell", "Homicide", "2013", None, ("EM-2026-0003",))
        for n in range(1, 70)
    )
    context = home_page(dataclasses.replace(base, findings=many)).context
    assert context["many"] is True
    groups = {group.word: group for group in context["groups"]}  # type: ignore[attr-defined]
    assert (groups["Cannot tell"].bar, groups["Fell"].bar) == (100, 0)


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("index.html", "No findings so far"),
        ("index.html", "None is planned at the moment."),
        ("areas/e23000018.html", "Nothing is registered here yet."),
        ("definitions.html", "No definition is registered yet."),
        ("evidence.html", "There is no evidence on the register yet."),
        ("events/index.html", "No event is planned at the moment."),
        ("learning.html", "Nothing that has a date here is late."),
        ("changes.html", "No learning event has been held yet"),
        ("history.html", "No finding has been corrected."),
        ("ledger.html", "This edition was built without its ledger."),
        ("about.html", "No organisation has a post registered."),
    ],
)
def test_empty_is_a_statement(empty: dict[str, str], path: str, words: str) -> None:
    assert words in empty[path]


def test_the_glossary_is_in_order_and_every_term_has_a_sentence(texts: dict[str, str]) -> None:
    assert len(TERMS) > 30 and all(text.endswith(".") for text in TERMS.values())
    places = [texts["glossary.html"].index(f" {term} ") for term in sorted(TERMS)[:3]]
    assert places == sorted(places)
