"""What an intervention lacks, step by step."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from evalkit.text.edit import remove_field, set_field
from evalkit.text.strict_yaml import parse
from evalkit.types.intervention import Intervention
from evalkit.types.theory import Link
from evalkit.workflow.completeness import Missing, in_words, missing
from evalkit.workflow.register import read_intervention

ROOT = Path(__file__).resolve().parent.parent

COMPLETE = """\
form: evalkit/intervention/1
name: Evening patrols
summary: Officers patrolled on foot.
kind: hot-spot-policing
prevention_level: secondary
setting: public-space
population: people out at night
status: live
areas: [E06000015]
start: 2023-04-01
description: {why: Seen, materials: Map, procedures: Walk, provided_by: Officers, delivery: On foot,
  location: Centre, dose: Nightly, planned_variation: none, unplanned_variation: none,
  fidelity_planned: 80%, fidelity_actual: 71%}
organisations:
- {name: Derby City Council, role: lead, contact: Safety lead}
cost: {amount: 186000, per: year, price_year: 2023-24}
adverse_effects: none seen
equity: Reaches people who are out at night
theory:
  elements:
    patrols: {kind: activity, text: Foot patrols}
    robbery: {kind: outcome, text: Fewer robberies}
  links: [{from: patrols, to: robbery}]
  indicators: [{of: robbery, name: robberies}]
"""


def record(folder: Path, text: str = COMPLETE) -> Intervention:
    file = folder / "intervention.yaml"
    file.write_text(text)
    return read_intervention(file)[0]


def draft(text: str) -> dict[str, Any]:
    value: dict[str, Any] = parse(text, file="x").value
    return value


def words(lacks: tuple[Missing, ...], step: str) -> list[str]:
    return [one.words for one in lacks if one.for_what == step]


def test_nothing_is_missing(tmp_path: Path) -> None:
    assert missing(record(tmp_path)) == missing(draft(COMPLETE)) == ()
    assert in_words(()) == ""


@pytest.mark.parametrize(
    ("field", "said", "step"),
    [
        ("name", "name", "register"),
        ("summary", "one-sentence summary", "register"),
        ("areas", "at least one area", "register"),
        ("start", "first day", "register"),
        ("description.why", "why it should work", "register"),
        ("organisations", "lead organisation", "register"),
        ("organisations[0].role", "lead organisation", "register"),
        ("population", "whom it is for", "lock"),
        ("description.procedures", "what is done", "lock"),
        ("theory", "theory of change", "lock"),
        ("setting", "setting", "publish"),
        ("cost", "cost", "publish"),
        ("description.fidelity_actual", "how closely it was followed", "publish"),
        ("equity", "who may be reached less or hurt more", "publish"),
        ("organisations[0].contact", "a post to ask", "publish"),
    ],
)
def test_a_draft_without_one_field(field: str, said: str, step: str) -> None:
    for text in (remove_field(COMPLETE, field), set_field(COMPLETE, field, None)):
        (first, *others) = missing(draft(text))
        assert (first.words, first.for_what) == (said, step)
        assert others == []


def test_the_storyboard(tmp_path: Path) -> None:
    text = COMPLETE
    for field in ("organisations", "description.fidelity_actual", "cost"):
        text = remove_field(text, field)
    assert in_words(missing(draft(text))) == (
        "Missing to register: lead organisation. To publish: cost, how closely it was followed"
    )


def test_an_empty_draft_needs_everything_and_breaks_nothing() -> None:
    for nothing in ({}, {"organisations": "?", "theory": 3, "description": [1], "areas": {}}):
        assert len(words(missing(nothing), "register")) == 8
    assert words(missing({"theory": {"elements": {"a": None}}}), "lock")[-1] == "outcome"


def test_status_asks_for_more(tmp_path: Path) -> None:
    live = record(tmp_path)
    assert words(missing(replace(live, status="stopped")), "register") == [
        "reason why it was stopped"
    ]
    assert missing(replace(live, status="stopped", status_reason="Funding ended")) == ()
    assert words(missing(replace(live, status="completed")), "register") == ["last day"]
    assert missing(replace(live, status="completed", worked_example=True)) == ()
    two = (*live.organisations, live.organisations[0])
    assert words(missing(replace(live, organisations=two)), "register") == [
        "one lead organisation instead of several"
    ]


def test_a_plan_is_not_asked_how_it_went(tmp_path: Path) -> None:
    live = record(tmp_path)
    unknown = replace(
        live.description, fidelity_actual="not known", unplanned_variation="not known"
    )
    assert words(missing(replace(live, description=unknown)), "publish") == [
        "what changed on the way",
        "how closely it was followed",
    ]
    assert missing(replace(live, description=unknown, status="planned")) == ()


def test_a_theory_that_is_not_whole_cannot_be_locked(tmp_path: Path) -> None:
    live = record(tmp_path)
    assert live.theory is not None
    loop = replace(live.theory, links=(*live.theory.links, Link(from_="robbery", to="patrols")))
    (one,) = missing(replace(live, theory=loop))
    assert one == Missing(
        field="theory.links[1]",
        words="links that lead forward (robbery -> patrols -> robbery is a loop)",
        for_what="lock",
    )


def test_case_studies_are_registered() -> None:
    for file in sorted((ROOT / "case_studies").glob("*/intervention.yaml")):
        assert words(missing(read_intervention(file)[0]), "register") == []
