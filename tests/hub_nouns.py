"""Needs, duties, definitions, events, organisations, ledger and history of the edition in ``hub_sample``."""

import datetime
import hashlib
from typing import Any

from evalkit.types.definition import Definition
from evalkit.types.duty_product import DutyProduct
from evalkit.types.edition import LedgerLine, Revision
from evalkit.types.learning_event import LearningEvent, Session
from evalkit.types.need import Need
from evalkit.types.organisation import Organisation

NASTY = "<script>alert(\"x\")</script> & 'quotes'"


def nouns() -> dict[str, Any]:
    """One of every state: met, unmet; done, due, overdue; agreed, replaced; held, planned, cancelled."""
    return {
        "needs": _needs(),
        "duties": _duties(),
        "definitions": _definitions(),
        "events": _events(),
        "organisations": _organisations(),
        "ledger": _ledger(),
        "history": _history(),
    }


def _needs() -> tuple[Need, ...]:
    return (
        Need(
            form="evalkit/need/1",
            id="nottingham-2024/N1",
            area="E23000019",
            text="Young people carrying knives on the way home from school",
            source="Strategic needs assessment 2024, section 4",
            priority="high",
        ),
        Need(
            form="evalkit/need/1",
            id="nottingham-2024/N2",
            area="E23000019",
            text=f"Violence at home seen by children {NASTY}",
            source="Strategic needs assessment 2024, section 6",
        ),
    )


def _duties() -> tuple[DutyProduct, ...]:
    def product(id: str, kind: Any, due: str, done: str | None = None) -> DutyProduct:
        return DutyProduct(
            form="evalkit/duty-product/1", id=id, area="E23000019", kind=kind, due=due, done=done
        )

    return (
        product("nottinghamshire-definition", "definition", "2024-01-31", "2024-01"),
        product("nottinghamshire-review-2026", "annual-review", "2026-10-03"),
        product("nottinghamshire-strategy-2027", "strategy", "2027-01-31"),
    )


def _definitions() -> tuple[Definition, ...]:
    wording = (
        "Homicide, violence with injury, robbery and possession of weapons.\n\nUnder 25 first."
    )

    def one(id: str, version: str, status: Any, area: str | None) -> Definition:
        return Definition(
            form="evalkit/definition/1",
            id=id,
            version=version,
            title=f"Serious violence, {id.replace('-', ' ')}",
            wording=wording,
            source="Strategy of the partnership, page 3",
            status=status,
            area=area,
            effective_from="2024-01",
            note=NASTY if area is None else "",
        )

    return (
        one("home-office-2018", "1.0", "agreed", None),
        one("nottinghamshire", "1.0", "replaced", "E23000019"),
        one("nottinghamshire", "2.0", "agreed", "E23000019"),
    )


def _events() -> tuple[LearningEvent, ...]:
    def event(id: str, day: str, status: Any, **more: Any) -> LearningEvent:
        return LearningEvent(
            form="evalkit/learning-event/1",
            id=id,
            name=f"Building strategic needs assessments that lead to action {NASTY}",
            date=datetime.date.fromisoformat(day),
            place="County Hall, Nottingham; room 2, first floor",
            status=status,
            themes=("strategic-needs-assessments", "evaluation-and-monitoring"),
            **more,
        )

    sessions = (
        Session(
            time="09:30",
            title="What the data can say, and what they cannot",
            sentence="Analysts show one finding that held and one that did not.",
            theme="evaluation-and-monitoring",
        ),
        Session(
            time="11:00",
            title=f"Needs that nobody answers {NASTY}",
            sentence="Each area brings one gap and asks who has tried something.",
            theme="strategic-needs-assessments",
        ),
    )
    shown = ("EM-2026-0001-F01", "EM-2026-0003-F01")
    return (
        event("autumn-2026", "2026-11-10", "held", findings=shown),
        event("spring-2027", "2027-03-18", "planned", sessions=sessions, findings=shown),
        event("summer-2026", "2026-06-01", "cancelled"),
    )


def _organisations() -> tuple[Organisation, ...]:
    return (
        Organisation(
            form="evalkit/organisation/1",
            id="nottingham-vrp",
            name="Violence Reduction Partnership, Nottingham and Nottinghamshire",
            kind="partnership",
            duty="none",
            areas=("E23000019",),
            champion="Violence reduction champion",
            contact="Evaluation lead",
        ),
    )


def _ledger() -> tuple[LedgerLine, ...]:
    days = ("2026-10-01", "2026-11-12", "2026-11-20", "2026-11-21")
    subjects = (
        "intervention/EM-2026-0001/v1.0",
        "",
        "run/EM-2026-0001-P1/v1.0/1",
        "finding/EM-2026-0003-F01/v1.1",
    )
    hashes = ["0" * 64, *(hashlib.sha256(f"entry {n}".encode()).hexdigest() for n in range(3))]
    hashes.append(hashlib.sha256(b"ledger").hexdigest())
    return tuple(
        LedgerLine(
            seq=n + 1,
            day=day,
            action="register",
            subject=subject,
            previous=hashes[n],
            hash=hashes[n + 1],
        )
        for n, (day, subject) in enumerate(zip(days, subjects, strict=True))
    )


def _history() -> tuple[Revision, ...]:
    def one(kind: str, id: str, version: str, day: str, reason: str = "") -> Revision:
        return Revision(
            kind=kind,
            id=id,
            version=version,
            title=f"{id} {NASTY}",
            on=datetime.date.fromisoformat(day),
            reason=reason,
            fields=("effect", "limits[0]") if reason else (),
        )

    return (
        one("finding", "EM-2026-0003-F01", "v1.0", "2026-10-02"),
        one("finding", "EM-2026-0003-F01", "v1.1", "2026-11-21", f"A digit was wrong. {NASTY}"),
        one("intervention", "EM-2026-0001", "v1.0", "2026-10-01"),
        one("intervention", "EM-2026-0003", "v1.0", "2026-11-12"),
        one("need", "nottingham-2024/N1", "v1.0", "2026-11-12"),
    )
