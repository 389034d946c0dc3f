"""Pages say when a record was last reviewed or changed, and when it is due again, from the registry alone."""

import datetime
from dataclasses import replace

from evalkit.hub import dated
from evalkit.hub.parts import record_parts
from evalkit.types.edition import Revision
from evalkit.types.publication import Taken
from tests.hub_sample import sample

DAY = datetime.date(2026, 10, 14)


def _version(kind: str, id: str, day: int, reason: str = "") -> Revision:
    on = datetime.date(2026, 11, day)
    return Revision(kind=kind, id=id, version="v1.0", title="", on=on, reason=reason, fields=())


def test_a_finding_says_when_it_was_reviewed_or_entered() -> None:
    own = Taken(state="reviewed", on=DAY, by="the chair", reason="Read.")
    out = Taken(state="corrected", on=DAY + datetime.timedelta(days=6), by="x", reason="A digit.")
    edition = replace(sample(), steps={"EM-2026-0001-F01": (own, out)})
    said = {one.id: dated.of_finding(edition, one) for one in edition.findings}
    assert said["EM-2026-0001-F01"] == ("reviewed 14 October 2026", "published 20 October 2026")
    assert said["EM-2026-0003-F01"] == ("last changed 21 November 2026",)
    assert said["EM-2026-0003-F02"] == ()


def test_an_intervention_says_when_it_changed_and_when_a_result_is_due() -> None:
    edition = replace(sample(), findings=(), evaluations=())
    castle, traffic = edition.interventions[:2]
    assert dated.of_intervention(edition, castle) == (
        "entered 1 October 2026",
        "a result is due after 2010",
    )
    changed = (_version("intervention", traffic.id or "", 3, "A new lead."),)
    edition = replace(sample(), history=changed)
    assert dated.of_intervention(edition, traffic) == ("last changed 3 November 2026",)


def test_needs_and_definitions_say_when_their_area_is_due_again() -> None:
    base = sample()
    need = base.needs[0]
    again = replace(base.duties[0], id="next", due="2027-01-31", done=None)
    duties = (
        *base.duties,
        replace(again, kind="needs-assessment"),
        replace(again, kind="definition"),
    )
    history = tuple(
        _version("definition", "nottinghamshire", day, "x" * (day > 3)) for day in (3, 9)
    )
    edition = replace(base, duties=duties, history=(*base.history, *history))
    assert dated.of_need(edition, need) == (
        "entered 12 November 2026",
        "next assessment due 31 January 2027",
    )
    said = [dated.of_definition(edition, one) for one in edition.definitions]
    assert said == [(), (), ("last changed 9 November 2026", "next due 31 January 2027")]


def test_the_days_of_a_record_are_in_its_part() -> None:
    for part in record_parts(sample()):
        for one in part.interventions:
            assert dated.of_intervention(part, one) == dated.of_intervention(sample(), one)
