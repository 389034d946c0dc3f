"""Implemented and did not work, never delivered, and not recorded: three different lessons on one page."""

from dataclasses import replace
from xml.etree import ElementTree

import pytest

from evalkit.hub.delivery import delivery_beside, delivery_of
from evalkit.hub.interventions import intervention_pages
from evalkit.hub.template import page_text
from evalkit.hub.theory import theory_view
from tests.hub_nouns import NASTY
from tests.hub_sample import sample

BASE = sample()
LAW = BASE.interventions[0]
PLANNED, ACTUAL = "80% of visits on the agreed nights", "71% of visits on the agreed nights"
RECORDED = replace(LAW.description, fidelity_planned=PLANNED, fidelity_actual=ACTUAL)
ONLY_PLANNED = replace(LAW.description, fidelity_planned=PLANNED)


@pytest.mark.parametrize(
    ("changes", "short", "told"),
    [
        ({}, "Delivery not recorded", "Whether it went as planned is not recorded."),
        (
            {"description": ONLY_PLANNED},
            "Delivery not recorded",
            "Whether it went as planned is not recorded, only how it was planned.",
        ),
        (
            {"description": RECORDED},
            "Delivery recorded",
            "What was planned and what was done stand side by side.",
        ),
        (
            {"description": replace(LAW.description, fidelity_actual=ACTUAL)},
            "Delivery recorded",
            "How it was delivered is recorded; how it was planned is not.",
        ),
        ({"status": "idea"}, "Delivery not started", "It is registered as an idea: not started."),
        (
            {"status": "planned"},
            "Delivery not started",
            "It is registered as planned: not started.",
        ),
        (
            {"status": "stopped", "status_reason": "Nobody was referred."},
            "Delivery stopped",
            "It was stopped. Reason: Nobody was referred."
            " How it was delivered until then is not recorded.",
        ),
        (
            {"status": "stopped", "status_reason": "Nobody came.", "description": RECORDED},
            "Delivery stopped",
            "It was stopped. Reason: Nobody came.",
        ),
        (
            {"status": "withdrawn", "status_reason": "Entered twice."},
            "Work withdrawn",
            "It was withdrawn from the register. Reason: Entered twice.",
        ),
    ],
)
def test_the_state_comes_from_what_is_registered_and_from_nothing_else(
    changes, short, told
) -> None:
    how = delivery_of(replace(LAW, **changes))
    assert (how.short, how.told) == (short, told)


def test_a_finding_about_other_work_says_nothing_of_this_delivery() -> None:
    own, other = (
        next(f for f in BASE.findings if name in f.interventions)
        for name in ("EM-2026-0001", "EM-2026-0002")
    )
    delivered = replace(LAW, description=RECORDED)
    assert delivery_beside((), delivered) == "Delivery recorded"
    assert delivery_beside((own, other), delivered) == "Delivery recorded"
    assert delivery_beside((other,), delivered) == "Found elsewhere"


def words_of(svg: str) -> str:
    return " ".join(e.text or "" for e in ElementTree.fromstring(svg).iter())


@pytest.mark.parametrize(
    ("changes", "short"),
    [
        ({"description": RECORDED}, "Delivery recorded"),
        ({}, "Delivery not recorded"),
        ({"status": "planned"}, "Delivery not started"),
        ({"status": "stopped", "status_reason": "No money."}, "Delivery stopped"),
    ],
)
def test_pictures_links_and_table_say_finding_and_delivery_in_words(changes, short) -> None:
    view = theory_view(BASE, replace(LAW, **changes))
    assert view is not None
    found = {hoped: (result.words, result.delivery) for hoped, result in view.outcomes}
    assert found["Fewer homicides"] == ("Cannot tell", short)
    assert found["Fewer burglaries and robberies"] == ("Not tested", short)
    for drawing in (view.wide, view.narrow):
        assert words_of(str(drawing)).count(short) >= 3
        assert view.delivery.told in words_of(str(drawing))
    assert view.links[7].state == f"Tested, cannot tell · {short}"
    assert view.links[-1].state.endswith(f"{short} · closes a loop on purpose")


def test_the_page_shows_planned_beside_actual_and_escapes_both() -> None:
    description = replace(RECORDED, fidelity_actual=f"{ACTUAL} {NASTY}")
    work = replace(LAW, description=description)
    pages = intervention_pages(replace(BASE, interventions=(work, *BASE.interventions[1:])))
    page = page_text(pages[0])
    assert page.index("Delivery as planned") < page.index(PLANNED) < page.index(ACTUAL)
    assert page.count(PLANNED) == page.count(ACTUAL) == 2
    assert "What was found, beside how it was delivered" in page
    assert "<script>alert" not in page
    plain = page_text(intervention_pages(BASE)[0])
    assert "could mean that it does not work, or that little of it was delivered" in plain
    assert PLANNED not in plain
