"""What leaves the register: an allow-list of kinds; drafts, self-assessments and names of people do not."""

import datetime
from itertools import pairwise
from pathlib import Path

from evalkit.registry.chain import stored
from evalkit.registry.entries import register
from evalkit.registry.ledger import verify
from evalkit.registry.store import create_registry, open_registry
from evalkit.types.definition import Definition
from evalkit.types.self_assessment import SelfAssessment, Stage
from evalkit.workflow.public import public_history, public_ledger, public_nouns

DAY = datetime.date(2026, 11, 1)


def _definition(status: str, version: str = "1.0") -> Definition:
    return Definition(
        form="evalkit/definition/1",
        id=f"draft-{status}",
        version=version,
        title=f"A {status} text",
        wording="Homicide and robbery",
        source="A board paper",
        status=status,  # type: ignore[arg-type]
    )


def test_private_kinds_leave_a_hash_and_nothing_else(tmp_path: Path) -> None:
    assessment = SelfAssessment(
        form="evalkit/self-assessment/1",
        id="secret-of-derby",
        area="E23000018",
        day=DAY,
        collaboration=Stage(stage="emerging", note="SECRET"),
    )
    url = f"sqlite:///{tmp_path / 'r.db'}"
    create_registry(url)
    with open_registry(url, write=True) as session:
        register(session, "assessment", assessment, on=DAY, by="Secret post")
        register(session, "definition", _definition("draft"), on=DAY, by="Secret post")
        register(session, "definition", _definition("agreed"), on=DAY, by="Secret post")
        history = public_history(session)
        told = public_ledger(stored(session), history)
        nouns = public_nouns(session)
        assert verify(session).head == told[-1].hash
    assert [line.subject for line in told] == ["", "", "definition/draft-agreed/v1.0"]
    assert [one.id for one in nouns.definitions] == ["draft-agreed"]
    assert [one.id for one in history] == ["draft-agreed"]
    shown = f"{told}{history}{nouns}"
    assert "SECRET" not in shown and "Secret post" not in shown and "secret-of-derby" not in shown
    assert all(after.previous == before.hash for before, after in pairwise(told))
