"""A plan against the registry and the data that are there: what does not fit is refused with its line."""

import datetime

import pandas as pd
import pytest

from tests.own_evidence import PANEL_RECIPE, recipe
from tests.own_plans import ID, Place

P1, P2 = f"{ID}-P1", f"{ID}-P2"
SOURCE = """\
form: evalkit/data-source/1
id: made-up
name: Call-outs
owner: Ambulance trust
measures: Call-outs to assaults
suppression: police-5
lawful_basis: other
"""
AGREEMENT = """\
form: evalkit/agreement/1
id: ambulance-2024
kind: data-sharing
title: Call-outs
parties: [Ambulance trust, Derby City Council]
valid_from: 2024-01
valid_to: {end}
"""
OTHER = """\
form: evalkit/intervention/1
name: Street lights
summary: Brighter street lights were put up.
kind: community-mobilisation
status: {status}
areas: [{area}]
start: {start}
description: {{why: People see each other}}
organisations:
  - {{name: Derby City Council, role: lead, duty: specified, contact: Safety lead}}
"""


@pytest.fixture
def place(tmp_path, cli):
    return Place(tmp_path / "ours", cli)


def check(place, *changes, protocol=P1):
    """What checking a changed plan says when it refuses, without the file's name."""
    place.change(protocol, *changes)
    before = (place.folder / "registry.db").read_bytes()
    said = place.refused("protocol", "check", protocol)
    assert place.refused("protocol", "lock", protocol) == said
    assert (place.folder / "registry.db").read_bytes() == before
    return said.replace(f"protocols/{protocol}.md", "")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "measure: recorded-robbery@1.0",
            "measure: knife-robbery@1.0",
            ":8 outcome.measure: knife-robbery@1.0, which is not registered; needed one of calls, "
            "other-robbery, recorded-robbery. Register it with evalkit measure add.\n",
        ),
        (
            "measure: recorded-robbery@1.0",
            "measure: recorded-robbery@2.0",
            ":8 outcome.measure: recorded-robbery@2.0, which is not registered; needed one of "
            "recorded-robbery@1.0. Register it with evalkit measure add.\n",
        ),
        (
            "element: robbery",
            "element: patrols",
            ":8 outcome.element: patrols, which is an activity; needed one of robbery.\n",
        ),
        ("element: robbery", "element: fear", ":8 outcome.element: fear; needed one of robbery.\n"),
        (
            "end: 2024-12",
            "end: 2025-03",
            ":11 window.end: 2025-03; needed at most 2024-12, the last period in robbery.csv. "
            "Load it, or end earlier.\n",
        ),
        (
            "start: 2023-01",
            "start: 2022-01",
            ":11 window.start: 2022-01; needed at least 2023-01, the first period in robbery.csv. "
            "Start later, or load more.\n",
        ),
        (
            "start: 2023-01",
            "start: 2023-09",
            ":11 window.start: 4 periods before the start; needed at least 5 before the start, 2024-01 "
            "(pre_trend tests 4 before the base period). Start earlier.\n",
        ),
        (
            "end: 2024-12",
            "end: 2023-12",
            ":11 window.end: 2023-12; needed a period after the start, 2024-01. End later.\n",
        ),
        (
            "check: pre_trend",
            "check: pre_trends",
            ":19 checks[0].check: pre_trends; needed one of ",
        ),
    ],
)
def test_what_does_not_fit_is_named_with_its_line(place, old, new, said):
    found = (
        check(place, (old, new))
        .replace(":10 window", ":11 window")
        .replace(":7 outcome", ":8 outcome")
    )
    assert found.startswith(said) if said.endswith(" ") else found == said


def test_everything_that_does_not_fit_is_said_at_once_in_order_of_lines(place):
    said = check(
        place,
        ("end: 2024-12", "end: 2025-03"),
        ("measure: recorded-robbery@1.0", "measure: knife-robbery@1.0"),
    )
    assert [line.split()[1] for line in said.splitlines()] == ["outcome.measure:", "window.end:"]


def test_months_that_are_still_to_come_can_be_planned_for(place, monkeypatch):
    monkeypatch.setattr("evalkit.cli.protocol.today", lambda: datetime.date(2025, 2, 1))
    place.change(P1, ("end: 2024-12", "end: 2025-03"))
    assert "Nothing is missing." in place("protocol", "check", P1)


def test_data_that_are_not_there_yet_are_not_asked(place):
    place.change(
        P1, ("recipe: evening-patrols", "recipe: to-come"), ("end: 2024-12", "end: 2025-03")
    )
    assert "Nothing is missing." in place("protocol", "check", P1)


def test_a_series_needs_months_before_its_change(place):
    assert check(place, ("start: 2021-01", "start: 2023-11"), protocol=P2).endswith(
        "window.start: 2 periods before the start; needed at least 3 before the start, 2024-01. "
        "Start earlier.\n"
    )


@pytest.mark.parametrize(
    ("agreement", "said"),
    [
        (
            None,
            "data of made-up, for which no agreement is registered; needed an agreement that allows",
        ),
        (
            "2025-12",
            "data of made-up, whose agreement ambulance-2024 holds from 2024-01 to 2025-12; needed ",
        ),
        ("2099", ""),
    ],
)
def test_data_that_need_an_agreement_need_one_that_holds(place, agreement, said):
    text = SOURCE
    if agreement:
        (place.folder / "agreement.yaml").write_text(AGREEMENT.format(end=agreement))
        place("agreement", "add", "agreement.yaml")
        text += "agreement: ambulance-2024\n"
    (place.folder / "source.yaml").write_text(text)
    place("source", "edit", "made-up", "--file", "source.yaml", "--reason", "As agreed")
    if said:
        assert f"outcome.measure: {said}" in check(place)
    else:
        assert "Nothing is missing." in place("protocol", "check", P1)


def test_open_data_need_none(place):
    (place.folder / "source.yaml").write_text(SOURCE.replace("other", "open"))
    place("source", "edit", "made-up", "--file", "source.yaml", "--reason", "As agreed")
    assert "Nothing is missing." in place("protocol", "check", P1)


@pytest.mark.parametrize(
    ("status", "area", "start", "refused"),
    [
        ("live", "E06000016", "2024-06", True),
        ("live", "E23000021", "2020", True),  # the police area around it
        ("live", "E06000016", "2025-06", False),  # after the window
        ("planned", "E06000016", "2024-06", False),
        ("live", "E06000018", "2024-06", False),  # not in the comparison
    ],
)
def test_an_area_of_the_comparison_that_was_also_treated_is_refused(
    place, status, area, start, refused
):
    folder = place.folder / "case_studies" / "evening-patrols"
    frame = pd.read_csv(folder / "robbery.csv").replace({"district": {"District 12": "E06000016"}})
    frame.to_csv(folder / "robbery.csv", index=False)
    (folder / "data.yaml").write_text(recipe(folder / "robbery.csv", PANEL_RECIPE))
    other = place.folder / "case_studies" / "street-lights" / "intervention.yaml"
    other.parent.mkdir()
    other.write_text(OTHER.format(status=status, area=area, start=start))
    place("intervention", "add", other)
    if refused:
        assert check(place) == (
            f":15 comparison: E06000016 (Leicester) treated in {ID[:-1]}2; needed areas without it from "
            "2023-01 to 2024-12. Exclude it.\n"
        )
    else:
        assert "Nothing is missing." in place("protocol", "check", P1)
