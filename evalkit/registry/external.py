"""Results that somebody else published, entered as they published them."""

import datetime
from collections.abc import Sequence

from sqlmodel import Session, col, select

from evalkit.errors import Problem, RegistryError
from evalkit.registry.canonical import checked, differing, read_fields
from evalkit.registry.chain import append
from evalkit.registry.interventions import refuse_unregistered
from evalkit.registry.models import (
    ExternalFindingRow,
    ExternalInterventionRow,
    ExternalLimitRow,
    FindingRow,
)
from evalkit.types.finding import ExternalFinding


def add_external_finding(session: Session, record: ExternalFinding, *, on: datetime.date) -> bool:
    """Enter a published result; True where it is new, False where it was entered before.

    Parameters
    ----------
    on : date
        The day of entering, for the ledger.

    Raises
    ------
    RegistryError
        When an intervention is not registered, or the id stands for another finding.
    """
    record = checked(record)
    if session.get(ExternalFindingRow, record.id) is not None:
        _refuse_change(read_external_finding(session, record.id), record)
        return False
    refuse_unregistered(session, record.interventions, of="")
    if session.exec(select(FindingRow).where(FindingRow.id == record.id)).first() is not None:
        raise RegistryError(taken(record.id, "a finding of our own"))
    plain = {name: getattr(record, name) for name in ExternalFindingRow.model_fields}
    session.add(ExternalFindingRow(**plain))
    session.flush()
    for n, id in enumerate(record.interventions):
        session.add(ExternalInterventionRow(finding_id=record.id, position=n, intervention_id=id))
    for n, text in enumerate(record.limits):
        session.add(ExternalLimitRow(finding_id=record.id, position=n, text=text))
    session.flush()
    append(session, on=on, action="publish_external", subject=record.id, payload=record)
    return True


def read_external_findings(session: Session) -> tuple[ExternalFinding, ...]:
    """Return all published results as they were entered, in order of id."""
    return tuple(read_external_finding(session, id) for id in external_subjects(session))


def read_external_finding(session: Session, id: str) -> ExternalFinding:
    """Return one published result; RegistryError, with the known ids, where there is none."""
    row = session.get(ExternalFindingRow, id)
    if row is None:
        known = ", ".join(external_subjects(session)) or "none so far"
        found = f"finding {id}, which is not entered"
        raise RegistryError(Problem(field="id", found=found, needed=f"one of {known}"))
    of, limit = ExternalInterventionRow, ExternalLimitRow
    about = select(of).where(of.finding_id == id).order_by(col(of.position))
    limits = select(limit).where(limit.finding_id == id).order_by(col(limit.position))
    return read_fields(
        ExternalFinding,
        {
            **row.model_dump(),
            "interventions": tuple(item.intervention_id for item in session.exec(about)),
            "limits": tuple(item.text for item in session.exec(limits)),
        },
    )


def external_subjects(session: Session) -> Sequence[str]:
    """Return the ids of all published results, in order."""
    return session.exec(select(ExternalFindingRow.id).order_by(col(ExternalFindingRow.id))).all()


def taken(id: str, owner: str) -> Problem:
    """Say that the id of a finding belongs to something else already."""
    return Problem(field="id", found=f"{id}, which {owner} has", needed="an id of its own")


def _refuse_change(stored: ExternalFinding, record: ExternalFinding) -> None:
    if differ := differing(stored, record):
        raise RegistryError(
            Problem(
                field=", ".join(differ),
                found=f"a result that differs from what was entered as {stored.id}",
                needed="the result as it was entered",
                do="Put it back, or give the new result an id of its own.",
            )
        )
