"""Ratings on the command line: shown with reasons, given with one, kept beside the rule's own."""

import json
import shutil

import pytest

from tests.own_plans import ID, Place
from tests.published import publish_all

P1, F1 = f"{ID}-P1", f"{ID}-F01"
ABOUT = ("finding", "rate", F1)


@pytest.fixture(scope="module")
def evaluated(tmp_path_factory, cli):
    place = Place(tmp_path_factory.mktemp("ratings") / "ours", cli)
    place("protocol", "lock", P1)
    place("evaluate", P1)
    return place


@pytest.fixture
def place(evaluated, tmp_path):
    folder = tmp_path / "ours"
    shutil.copytree(evaluated.folder, folder)
    return evaluated.moved(folder)


def test_a_finding_shows_every_scheme(evaluated):
    said = evaluated("finding", "show", F1)
    for line in (
        "ratings  Maryland scale, What Works Growth wording   ",
        "         Maryland scale, Magenta-Book-style wording  ",
        "         Nesta Standards of Evidence                 ",
        "         EIF-style strength of evidence              ",
        "         EEF padlocks for one evaluation             Not rated",
    ):
        assert f"\n{line}" in said
    shown = json.loads(evaluated("finding", "show", F1, "--json"))
    assert [one["rule"]["scheme"] for one in shown["ratings"]] == [
        "sms-wwg", "sms-magenta", "nesta", "eif", "eef-padlocks",
    ]  # fmt: skip
    assert shown["profile"][0]["heading"] == "Effect"


def test_the_whole_account_is_told_on_demand(evaluated):
    assert "technical" not in evaluated("finding", "show", F1)
    said = evaluated("finding", "show", F1, "--full")
    for part in ("size  ", "sure  ", "doubt  ", "technical  Estimand", "Decision rule wording@1.0"):
        assert part in said


def test_reasons_come_with_their_rule_and_its_source(evaluated):
    said = evaluated(*ABOUT)
    assert "Maryland Scientific Methods Scale]" in said
    assert "No reviewer has entered where to start." in said
    assert json.loads(evaluated(*ABOUT, "--json"))["ratings"][4]["label"] == "Not rated"


def test_a_reviewer_s_rating_stands_beside_the_rule_s_and_in_the_ledger(place):
    before = json.loads(place(*ABOUT, "--json"))["ratings"][0]
    given = ("--scheme", "sms-wwg", "--level", "1", "--reason", "Two things began at once.")
    assert "; reviewer: 1 of 5 " in place(*ABOUT, *given)
    after = json.loads(place(*ABOUT, "--json"))["ratings"][0]
    assert after["rule"] == before["rule"] and after["label"] == before["label"]
    assert after["given"]["level"] == 1 and after["given"]["version"] == "sms-wwg@1.0"
    assert "; reviewer 1 of 5\n" in place("finding", "show", F1)
    assert place(*ABOUT, *given).startswith("The same was said before. ")
    place(*ABOUT, "--scheme", "sms-wwg", "--level", "2", "--reason", "The second was small.")
    history = place("registry", "history", f"{F1}/sms-wwg")
    assert "2 versions" in history and "The second was small." in history
    assert place("registry", "verify").startswith("Registry intact")


def test_padlocks_start_where_a_reviewer_says_and_threats_take_them_away(place):
    start = ("--scheme", "eef-padlocks", "--start", "4", "--reason", "Twelve areas, none lost.")
    two = ("--threat", "high:unknown:Recording changed", "--threat", "high:towards:Chosen late")
    place(*ABOUT, *start, *two)
    padlocks = json.loads(place(*ABOUT, "--json"))["ratings"][4]
    assert (padlocks["label"], padlocks["given"]["start"]) == ("2 of 5", 4)
    assert any("Recording changed" in reason["seen"] for reason in padlocks["rule"]["reasons"])


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--scheme", "nesta", "--level", "2"),
         "--reason: empty; needed why, in a sentence."),
        (("--scheme", "eif", "--level", "5", "--reason", "x"),
         "--level: 5; needed 0 to 4, as eif has it."),
        (("--scheme", "nesta", "--start", "2", "--reason", "x"),
         "--scheme: --start with nesta; needed eef-padlocks, or only --level."),
        (("--scheme", "nesta", "--reason", "x"), "--level: not given; needed --level."),
        (("--scheme", "eef-padlocks", "--level", "2", "--threat", "low:away:x", "--reason", "x"),
         "--threat: no --start; needed --start too."),
    ],
)  # fmt: skip
def test_what_is_no_rating_is_refused_and_nothing_is_written(evaluated, words, said):
    before = (evaluated.folder / "registry.db").read_bytes()
    assert evaluated.refused(*ABOUT, *words) == f"{said}\n"
    assert (evaluated.folder / "registry.db").read_bytes() == before


def test_a_finding_that_is_not_there_is_refused_with_those_that_are(evaluated):
    said = evaluated.refused("finding", "rate", f"{ID}-F99")
    assert said == f"id: finding {ID}-F99, which is not stored; needed one of {F1}.\n"


@pytest.mark.parametrize(
    "words",
    [("--level", "2"), ("--scheme", "stars", "--level", "2", "--reason", "x"),
     ("--scheme", "eef-padlocks", "--start", "3", "--threat", "awful", "--reason", "x")],
)  # fmt: skip
def test_what_cannot_be_understood_is_a_usage_error(evaluated, cli, words):
    assert cli(*ABOUT, *words, cwd=evaluated.folder).code == 2


def test_the_hub_shows_both(place):
    place(*ABOUT, "--scheme", "nesta", "--level", "2", "--reason", "Two things began at once.")
    publish_all(place.folder)
    place("hub", "build")
    page = (place.folder / "reports" / "findings" / f"{F1.lower()}.html").read_text("utf-8")
    assert "Ratings, and why they disagree" in page
    assert "<strong>A reviewer says:</strong> 2 of 5. Two things began at once." in page
