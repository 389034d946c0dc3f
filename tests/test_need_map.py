"""Every need of an assessment: evaluated work answers it, work without a result does, or nothing does."""

from dataclasses import replace

import pytest

from evalkit.hub.areas import need_rows
from evalkit.hub.evidence import evidence_pages
from evalkit.hub.template import page_text
from tests.hub_sample import sample

BASE = sample()
NEED = BASE.needs[0]
UNIT = next(one for one in BASE.interventions if NEED.id in one.needs)
"""Has seven findings of its own."""
NEW = replace(UNIT, id="EM-2026-0005", name="Street pastors")
"""Has none."""


def edition(*works, findings=BASE.findings):
    rest = (one for one in BASE.interventions if one.id != UNIT.id)
    return replace(BASE, interventions=(*rest, *works), findings=findings)


@pytest.mark.parametrize(
    ("works", "state", "named"),
    [
        ((UNIT,), "Evaluated", 1),
        ((UNIT, NEW), "Evaluated", 2),
        ((NEW,), "Tried, not evaluated", 1),
        ((replace(NEW, status="completed"),), "Tried, not evaluated", 1),
        ((replace(NEW, status="stopped"),), "Tried, not evaluated", 1),
        ((replace(NEW, status="planned"),), "Nothing yet", 1),
        ((replace(NEW, status="idea"),), "Nothing yet", 1),
        ((replace(NEW, status="withdrawn"),), "Nothing yet", 0),
        ((replace(UNIT, needs=()),), "Nothing yet", 0),
    ],
)
def test_each_need_has_one_class(works, state, named) -> None:
    (row,) = need_rows(edition(*works), (NEED,))
    assert (row.state, len(row.met_by)) == (state, named)


@pytest.mark.parametrize("change", [{"simulated": True}, {"exploratory": True}])
def test_made_up_data_and_what_no_plan_asked_evaluate_nothing(change) -> None:
    findings = tuple(replace(one, **change) for one in BASE.findings)
    (row,) = need_rows(edition(UNIT, findings=findings), (NEED,))
    assert row.state == "Tried, not evaluated"


def test_the_map_has_every_need_once_in_its_class_with_the_state_of_the_work() -> None:
    third = replace(NEED, id="nottingham-2024/N3", text="Robbery at night")
    planned = replace(NEW, status="planned", needs=(BASE.needs[1].id,))
    tried = replace(NEW, id="EM-2026-0006", needs=(third.id,))
    made = replace(edition(UNIT, planned, tried), needs=(*BASE.needs, third))
    (page,) = evidence_pages(made)
    groups = {name: [row.need.id for row in rows] for name, rows in page.context["needs"]}
    assert groups == {
        "Evaluated": ["nottingham-2024/N1"],
        "Tried, not evaluated": ["nottingham-2024/N3"],
        "Nothing yet": ["nottingham-2024/N2"],
    }
    text = page_text(page)
    assert 'Street pastors</a> <span class="meta">Planned</span>' in text
    assert 'Street pastors</a> <span class="meta">Running</span>' in text
    assert text.index("Evaluated") < text.index("Tried, not evaluated") < text.index("Nothing yet")
