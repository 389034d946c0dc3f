"""Amended plans: a new version with its reason, what changed, and what had happened to the data by then."""

import json

import pytest

from tests.own_plans import ID, Place

P1 = f"{ID}-P1"


@pytest.fixture
def place(tmp_path, cli):
    place = Place(tmp_path / "ours", cli)
    place("protocol", "lock", P1)
    return place


def test_a_change_that_can_move_a_number_is_major_and_words_are_minor(place):
    place.change(P1, ("value: 1,", "value: 2,"))
    said = place("protocol", "amend", P1, "--reason", "Ministers asked for more")
    assert said.startswith(f"Amended {P1} v1.0 -> v2.0 (major, retrospective)\n")
    assert "minimum_effect.value  1     2     rule\n" in said
    assert "\nReason: Ministers asked for more\n" in said
    assert "\nWhen: before the data were extracted and before the first run. " in said
    place.change(P1, ("  - The data are simulated.", "  - The data are made up."))
    said = place("protocol", "amend", P1, "--reason", "Plainer words")
    assert said.startswith(f"Amended {P1} v2.0 -> v2.1 (minor, retrospective)\n")
    place.change(P1, ("To try the tool.", "To try the tool again."))
    said = place("protocol", "amend", P1, "--reason", "Prose")
    assert said.startswith(f"Amended {P1} v2.1 -> v2.2 (minor, retrospective)\n")
    assert "\nOnly prose or layout differ.\n" in said
    again = place("protocol", "amend", P1, "--reason", "Prose")
    assert again == f"Nothing differs from {P1} v2.2: nothing to amend.\n"
    assert place("protocol", "lock", P1).startswith(f"Locked before, unchanged: {P1} v2.2 ")


def test_every_version_stays_and_can_be_compared(place):
    place.change(P1, ("end: 2024-12", "end: 2024-11"))
    assert place("protocol", "diff", P1) == (
        f"{P1} v1.0 -> the file\n"
        "field       v1.0     the file  type\n"
        "window.end  2024-12  2024-11   window\n"
    )
    place("protocol", "amend", P1, "--reason", "December is not published")
    assert place("protocol", "diff", P1) == f"{P1} v2.0 -> the file\nNo field differs.\n"
    assert place("protocol", "diff", P1, "v1.0", "v2.0").endswith(
        "window.end  2024-12  2024-11  window\nv2.0: December is not published\n"
    )
    shown = json.loads(place("protocol", "show", P1, "--json"))
    first, second = shown["versions"]
    assert (first["version"], second["version"], second["major"]) == ("v1.0", "v2.0", True)
    assert second["reason"] == "December is not published" and first["reason"] is None
    assert second["changes"] == [
        {"field": "window.end", "old": "2024-12", "new": "2024-11", "type": "window", "major": True}
    ]
    old = json.loads(place("protocol", "show", P1, "--version", "v1.0", "--json"))
    assert old["plan"]["window"]["end"] == "2024-12" and old["sha256"] == first["sha256"]
    assert "December is not published" in place("protocol", "show", P1)
    assert place("registry", "verify").startswith("Registry intact: 7 entries.")


def test_an_amendment_after_the_first_run_is_retrospective_and_says_so(place):
    place.declare(f"{ID}-P2", "not_accessed")
    place("protocol", "lock", f"{ID}-P2")
    place("evaluate", f"{ID}-P2")
    place.change(f"{ID}-P2", ("value: 5,", "value: 6,"))
    said = place("protocol", "amend", f"{ID}-P2", "--reason", "Five is noise")
    assert "v1.0 -> v2.0 (major, retrospective)\n" in said
    assert f"\nWhen: after the first run (run/{ID}-P2/v1.0/1). " in said
    labels = [
        v["label"] for v in json.loads(place("protocol", "show", f"{ID}-P2", "--json"))["versions"]
    ]
    assert labels == ["before access", "retrospective"]
    assert place("evaluate", f"{ID}-P2").count("(retrospective)") == 1


@pytest.mark.parametrize("verb", ["check", "lock"])
def test_a_file_that_is_not_what_is_locked_is_refused_with_its_lines(place, verb):
    place.change(P1, ("value: 1,", "value: 2,"), ("leads: 4,", "leads: 3,"))
    said = place.refused("protocol", verb, P1)
    assert said == (
        f"protocols/{P1}.md:19 checks[0].leads: 3; locked 4. Undo, or amend.\n"
        f"protocols/{P1}.md:20 minimum_effect.value: 2; locked 1. Undo, or amend.\n"
    )


def test_a_day_that_is_declared_after_the_lock_is_a_change(place):
    place.change(P1, ("question:", "locked: 2020-01-01\nquestion:"))
    said = place.refused("protocol", "lock", P1)
    assert said.endswith("locked: 2020-01-01; locked nothing. Undo, or amend.\n")


@pytest.mark.parametrize(
    ("words", "change", "needed"),
    [
        ((P1,), (), "--reason: empty; needed why, in a sentence."),
        ((P1, "--reason", " "), (), "--reason: empty; needed why, in a sentence."),
        ((f"{ID}-P9", "--reason", "x"), (), "which is not locked; needed one of "),
        (
            (P1, "--reason", "x"),
            ("level: 0.9}", "level: 2}"),
            "inference.level: 2; needed less than 1.",
        ),
        (
            (P1, "--reason", "x"),
            ("element: robbery", "element: fear"),
            "outcome.element: fear; needed ",
        ),
        ((P1, "--reason", "x"), (f"id: {P1}", f"id: {ID}-P2"), "Rename one."),
        (
            (P1, "--reason", "x"),
            ("To try the tool.", "TO WRITE: why again."),
            "still to write: why again; needed your words in its place.",
        ),
    ],
)
def test_an_amendment_that_does_not_fit_is_refused(place, words, change, needed):
    if change:
        place.change(P1, change)
    before = (place.folder / "registry.db").read_bytes()
    assert needed in place.refused("protocol", "amend", *words)
    assert (place.folder / "registry.db").read_bytes() == before


def test_a_declared_day_counts_for_one_version_only(tmp_path, cli):
    place = Place(tmp_path / "ours", cli)
    place.change(P1, ("question:", "locked: 2024-05-01\nquestion:"))
    place("protocol", "lock", P1)
    place.change(P1, ("value: 1,", "value: 2,"))
    said = place.refused("protocol", "amend", P1, "--reason", "x")
    assert said.endswith(
        "locked: 2024-05-01, the day of v1.0; needed no day, or the day of this one. Remove it.\n"
    )
    place.change(P1, ("locked: 2024-05-01\n", ""))
    place("protocol", "amend", P1, "--reason", "x")
    first, second = json.loads(place("protocol", "show", P1, "--json"))["versions"]
    assert (first["declared"], second["declared"]) == (True, False)
    assert place("protocol", "lock", P1).startswith("Locked before")
