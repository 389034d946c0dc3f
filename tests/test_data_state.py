"""When a plan was made: the ledger's order and what was declared decide, nothing that anybody types."""

import datetime
import json
import re

import pytest

from evalkit.protocol.document import read_protocol
from evalkit.protocol.label import LABELS, effect_begins, label
from evalkit.types.protocol import DataState
from tests.own_evidence import PANEL_PLAN, SERIES_PLAN
from tests.own_plans import ID, MAPPING, Place

DECLARED = {
    "not_created": "before the data existed",
    "not_observed": "before access",
    "not_accessed": "before access",
    "not_analysed": "before analysis",
    "analysed": "retrospective",
}


@pytest.fixture
def plan(tmp_path):
    """A plan of the series, with a declared knowledge of the data."""

    def write(knowledge="not_created", text=SERIES_PLAN, **changes):
        text = text.format(id=ID).replace(
            "prior_knowledge: analysed", f"prior_knowledge: {knowledge}"
        )
        for old, new in changes.items():
            text = text.replace(f"{old}: ", f"{old}: {new} #")
        path = tmp_path / f"{re.search(r'^id: (.+)$', text, re.M)[1]}.md"
        path.write_text(text)
        return read_protocol(path)[0]

    return write


@pytest.mark.parametrize("knowledge", DECLARED)
@pytest.mark.parametrize(
    ("state", "at_most"),
    [
        (DataState(existed=False), "before the data existed"),
        (DataState(), "before access"),
        (DataState(accessed="snapshot/S-0001/v1.0"), "before analysis"),
        (DataState(existed=False, accessed="snapshot/S-0001/v1.0"), "before analysis"),
        (DataState(analysed="run/EM-2026-0001-P1/v1.0/1"), "retrospective"),
    ],
)
def test_the_weaker_of_declaration_and_evidence_is_the_label(plan, knowledge, state, at_most):
    weaker = max(DECLARED[knowledge], at_most, key=LABELS.index)
    assert label(plan(knowledge), state) == weaker


def test_an_effect_begins_with_the_first_change_or_the_intervention_inside_the_window(plan):
    series, panel = plan(), plan(text=PANEL_PLAN)
    assert effect_begins(series, "2023") == "2024-01"  # the plan's own date
    assert effect_begins(panel, "2024-01") == "2024-01"
    assert effect_begins(panel, "2019") == "2023-01"


@pytest.fixture
def place(tmp_path, cli):
    return Place(tmp_path / "ours", cli)


def test_a_lock_before_the_snapshot_keeps_its_label_and_one_after_it_does_not(place):
    place.declare(f"{ID}-P1", "not_accessed")
    place.copy(f"{ID}-P1", 3)
    nothing = {"existed": True, "accessed": "", "analysed": ""}
    assert place.lock(f"{ID}-P1") == ("before access", nothing)
    assert "Snapshot S-0001" in place.extract()
    seen = {"existed": True, "accessed": "snapshot/S-0001/v1.0", "analysed": ""}
    assert place.lock(f"{ID}-P3") == ("before analysis", seen)
    shown = json.loads(place("protocol", "show", f"{ID}-P1", "--json"))
    assert shown["label"] == "before access"  # what came later does not change it


def test_a_snapshot_of_another_outcome_or_of_another_time_shows_nothing(place):
    place.declare(f"{ID}-P1", "not_accessed")
    mapping = place.folder / "mapping.yaml"
    mapping.write_text(MAPPING.replace("recorded-robbery", "burglary"))
    place.extract()
    mapping.write_text(MAPPING)
    (place.folder / "robbery-local.csv").write_text("area,month,count\nE06000015,2019-05,3\n")
    place("data", "panel", "mapping.yaml", "--out", "earlier.csv")
    assert place.lock(f"{ID}-P1")[0] == "before access"


def test_a_run_before_the_lock_makes_it_retrospective(place):
    place.declare(f"{ID}-P1", "not_accessed")
    place.copy(f"{ID}-P1", 3)
    assert place.lock(f"{ID}-P1")[0] == "before access"
    place("evaluate", f"{ID}-P1")
    label, state = place.lock(f"{ID}-P3")
    assert (label, state["analysed"]) == ("retrospective", f"run/{ID}-P1/v1.0/1")


@pytest.fixture
def clock(monkeypatch):
    """Set what every command takes for today."""

    def turn(day):
        for name in ("protocol", "data_table", "evaluation", "intervention", "nouns"):
            monkeypatch.setattr(f"evalkit.cli.{name}.today", lambda: day)

    return turn


def test_data_that_do_not_exist_yet_need_a_clock_that_says_so(tmp_path, cli, clock):
    clock(datetime.date(2023, 11, 30))  # patrols begin in January
    place = Place(tmp_path / "ours", cli, "EM-2023-0001")
    for protocol in place.plans:
        place.declare(protocol, "not_created")
    assert place.lock("EM-2023-0001-P1")[0] == "before the data existed"
    clock(datetime.date(2024, 1, 1))
    assert place.lock("EM-2023-0001-P2")[0] == "before access"


def test_a_day_that_the_text_declares_shows_nothing(tmp_path, cli, clock):
    clock(datetime.date(2023, 11, 30))
    place = Place(tmp_path / "ours", cli, "EM-2023-0001")
    place.declare("EM-2023-0001-P1", "not_created")
    place.change("EM-2023-0001-P1", ("question:", "locked: 2020-01-01\nquestion:"))
    assert place.lock("EM-2023-0001-P1")[0] == "before access"


def test_a_clock_turned_back_does_not_help(place, clock):
    """The ledger has a newer day than the clock, and a snapshot with a lower number than the lock."""
    place.declare(f"{ID}-P1", "not_created")
    clock(datetime.date(2020, 1, 1))
    label, state = place.lock(f"{ID}-P1")
    assert (label, state["existed"]) == ("before access", True)
    place.extract()  # on that day, as the clock has it
    clock(datetime.date(2019, 1, 1))
    assert place.lock(place.copy(f"{ID}-P1", 3))[0] == "before analysis"
