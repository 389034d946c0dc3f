"""Results that somebody else published, entered as they published them."""

import datetime
from collections.abc import Sequence

from sqlmodel import Session, col, select

from evalkit.errors import Problem, RegistryError
from evalkit.registry.chain import NOT_GIVEN
from evalkit.registry.entries import read, read_all, register
from evalkit.registry.kinds import FINDING
from evalkit.registry.models import FindingRow
from evalkit.registry.stored import ids
from evalkit.types.finding import ExternalFinding


def add_external_finding(
    session: Session,
    record: ExternalFinding,
    *,
    on: datetime.date,
    by: str = NOT_GIVEN,
    text: str = "",
) -> bool:
    """Enter a published result; True where it is new, False where it was entered before.

    Parameters
    ----------
    on : date
        The day of entering, for the ledger.
    by, text
        As for ``entries.register``.

    Raises
    ------
    RegistryError
        When an intervention is not registered, or the id stands for another finding.
    """
    own = select(FindingRow.id).where(col(FindingRow.id) == record.id)
    if session.exec(own).first() is not None:
        raise RegistryError(taken(record.id, "a finding of our own"))
    return register(session, FINDING.name, record, text=text, on=on, by=by).new


def read_external_findings(session: Session) -> tuple[ExternalFinding, ...]:
    """Return all published results as they are now, in order of id."""
    return read_all(session, FINDING.name)


def read_external_finding(session: Session, id: str) -> ExternalFinding:
    """Return one published result; RegistryError, with the known ids, where there is none."""
    record: ExternalFinding = read(session, FINDING.name, id)
    return record


def external_subjects(session: Session) -> Sequence[str]:
    """Return the ids of all published results, in order."""
    return ids(session, FINDING.name)


def taken(id: str, owner: str) -> Problem:
    """Say that the id of a finding belongs to something else already."""
    return Problem(field="id", found=f"{id}, which {owner} has", needed="an id of its own")
