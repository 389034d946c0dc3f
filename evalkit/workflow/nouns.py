"""Register the nouns around interventions from people's text, and read them back."""

import datetime
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evalkit.errors import FormError, Problem, RegistryError
from evalkit.registry import entries, stored
from evalkit.registry.chain import NOT_GIVEN
from evalkit.registry.kinds import INTERVENTION, KINDS
from evalkit.registry.store import Session
from evalkit.text import Document, read_form
from evalkit.text.form import read_form_text
from evalkit.workflow.basis import refuse_old
from evalkit.workflow.oddities import oddities
from evalkit.workflow.register import located, parse_intervention


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted:
    """What registering a text did.

    Attributes
    ----------
    record : object
        As it is stored.
    kind, id, version : str
        E.g. ``"need"``, ``"derby-2024/N3"`` and ``"v1.0"``.
    new : bool
        False where the same was registered before; then nothing was written.
    """

    record: Any
    kind: str
    id: str
    version: str
    new: bool


def read_noun(path: Path, kind: str) -> tuple[Any, Document]:
    """Read a text as a record of a kind, and check what no single field can show.

    Raises
    ------
    FormError
        One problem a field, with its line.
    """
    record, document = read_form(path, KINDS[kind].record)
    _refuse_oddities(record, document)
    return record, document


def parse_entry(kind: str, text: str, *, file: str) -> tuple[Any, Document]:
    """As ``read_noun``, from a text, for interventions too; ``file`` is its name for messages."""
    if kind == INTERVENTION.name:
        return parse_intervention(text, file=file)
    record, document = read_form_text(text, KINDS[kind].record, file=file)
    _refuse_oddities(record, document)
    return record, document


def _refuse_oddities(record: Any, document: Document) -> None:
    found = [
        document.problem(p.field, found=p.found, needed=p.needed, do=p.do) for p in oddities(record)
    ]
    if found:
        raise FormError(*sorted(found, key=lambda problem: problem.line or 0))


def register_noun(
    session: Session,
    kind: str,
    path: Path,
    *,
    on: datetime.date,
    by: str = NOT_GIVEN,
    reason: str = "",
) -> Noted:
    """Register what a text describes; with a reason, as the next version where it is known already.

    Parameters
    ----------
    kind : str
        A name in ``KINDS``.
    on : date
        Today, from the edge.
    by : str
        Who does it, as they want to be named.
    reason : str
        Why a known entry changes; without one a changed text is refused, and with one a text that was
        read before the last change (see ``basis``).

    Raises
    ------
    FormError, RegistryError
        Nothing is written.
    """
    record, document = read_noun(path, kind)
    with located(document):
        return register_record(
            session, kind, record, text=document.text, on=on, by=by, reason=reason
        )


def register_record(
    session: Session,
    kind: str,
    record: Any,
    *,
    text: str = "",
    on: datetime.date,
    by: str = NOT_GIVEN,
    reason: str = "",
) -> Noted:
    """As ``register_noun``, from a record with its id."""
    if reason.strip() and record.id not in stored.ids(session, kind):
        found = f"a reason, although {kind} {record.id} is not registered yet"
        raise RegistryError(Problem(found=found, needed="no reason for a first version"))
    if not reason.strip():
        done = entries.register(session, kind, record, text=text, on=on, by=by)
        return Noted(record=done.record, kind=kind, id=done.id, version=done.version, new=done.new)
    known = entries.versions(session, kind, record.id)
    command = f"evalkit {kind} edit {record.id} --file FILE --reason ..."
    based_on = refuse_old(record.id, known, text, command=command)
    changed = entries.amend(
        session,
        kind,
        record.id,
        record,
        text=text,
        on=on,
        by=by,
        reason=reason,
        based_on=based_on,
    )
    return Noted(
        record=changed.record, kind=kind, id=record.id, version=changed.version, new=changed.new
    )


def read_nouns(session: Session, kind: str) -> tuple[Any, ...]:
    """Every entry of a kind as it is now, in order of id."""
    return entries.read_all(session, kind)
