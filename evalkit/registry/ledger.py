"""The ledger as others see it: the chain, and whether what is stored is still what it sealed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from sqlmodel import Session

from evalkit.errors import RegistryError
from evalkit.registry import findings, interventions, protocols
from evalkit.registry.canonical import canonical_json, read_fields, sha256_text
from evalkit.registry.chain import Action, Entry, append, first_break, head, label, stored
from evalkit.registry.models import LedgerRow
from evalkit.registry.store import missing_guards

__all__ = ["Action", "Entry", "Verified", "append", "entries", "head", "verify"]

_READ: Mapping[str, Callable[[Session, str], object]] = {
    "register": interventions.read_intervention,
    "lock": protocols.read_subject,
    "publish_external": findings.read_external_finding,
    "run": findings.read_run,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """What verification found.

    Attributes
    ----------
    entries : int
        How many entries the ledger has.
    head : str
        The newest entry's hash; 64 zeros while there is none.
    first_problem : str or None
        Names the first entry, record or guard that is wrong, in a sentence; None when all is whole.
    """

    entries: int
    head: str
    first_problem: str | None


def entries(session: Session) -> tuple[Entry, ...]:
    """Return all entries, oldest first; RegistryError where one is no longer readable."""
    return tuple(
        read_fields(Entry, {"on": row.day, **row.model_dump(exclude={"day"})})
        for row in stored(session)
    )


def verify(session: Session) -> Verified:
    """Recompute the chain, and the hash of every record that it seals.

    Looked at in this order: the chain itself, records that are no longer what was sealed, records
    that no entry seals, and the triggers that make the ledger append-only. The list of areas is
    part of the package, not sealed.
    """
    rows = stored(session)
    problem = (
        first_break(rows)
        or _first_changed(session, rows)
        or _first_unsealed(session, rows)
        or _first_unguarded(session)
    )
    return Verified(entries=len(rows), head=head(session), first_problem=problem)


def _first_changed(session: Session, rows: Sequence[LedgerRow]) -> str | None:
    for row in rows:
        try:
            now = sha256_text(canonical_json(_READ[row.action](session, row.subject)))
        except (RegistryError, ValueError, KeyError) as error:
            why = str(error).partition("\n")[0]
            return f"{label(row)}: what it sealed cannot be read any more ({why})."
        if now != row.payload_sha256:
            return f"{label(row)}: what is stored is no longer what was sealed."
    return None


def _first_unsealed(session: Session, rows: Sequence[LedgerRow]) -> str | None:
    sealed = {(row.action, row.subject) for row in rows}
    subjects: list[tuple[str, str]] = [
        *(("register", subject) for subject in interventions.subjects(session)),
        *(("lock", subject) for subject in protocols.subjects(session)),
        *(("publish_external", subject) for subject in findings.external_subjects(session)),
        *(("run", subject) for subject in findings.run_subjects(session)),
    ]
    for action, subject in subjects:
        if (action, subject) not in sealed:
            return f"{subject} is stored, but no entry of the ledger seals it ({action})."
    return None


def _first_unguarded(session: Session) -> str | None:
    missing = missing_guards(session)
    return f"The ledger is not append-only: trigger {missing[0]} is missing." if missing else None
