"""Write a statement that people make again and again under one id: its first version, or its next."""

import datetime
from typing import Any

from evalkit.registry import entries
from evalkit.registry.store import Session
from evalkit.registry.stored import current


def put(
    session: Session,
    kind: str,
    record: Any,
    *,
    on: datetime.date,
    by: str,
    reason: str,
    first: str = "",
) -> bool:
    """Register a record under its id, or amend the newest version of it; returns whether it was written.

    Parameters
    ----------
    reason : str
        Why there is another version, in a sentence.
    first : str
        Why there is a first one, where the kind needs a reason.

    Raises
    ------
    RegistryError
        As ``entries.register`` and ``entries.amend``.
    """
    stored = current(session, kind, id=record.id)
    if stored is None:
        return entries.register(session, kind, record, on=on, by=by, reason=first).new
    return entries.amend(
        session,
        kind,
        record.id,
        record,
        text="",
        on=on,
        by=by,
        reason=reason,
        based_on=stored.version,
    ).new
