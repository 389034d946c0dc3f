"""What an edition of the hub says about its own register: the public part of ledger and versions."""

import datetime
from dataclasses import dataclass
from typing import NamedTuple


class LedgerLine(NamedTuple):
    """One entry of the ledger as the hub shows it; who made it stays in the register.

    Attributes
    ----------
    seq : int
        1, 2, … without gaps.
    day : str
        YYYY-MM-DD.
    action : str
        register, amend, lock, publish_external, run or explain.
    subject : str
        ``<kind>/<id>/<version>`` or ``run/<protocol>/<version>/<number>``; empty where the thing is private.
    previous, hash : str
        SHA-256 of the entry before and of this one; 64 hexadecimal digits.
    """

    seq: int
    day: str
    action: str
    subject: str
    previous: str
    hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """One version of something public.

    Attributes
    ----------
    kind : str
        intervention, finding, definition, need, duty, event, organisation or measure.
    id, version : str
        E.g. ``EM-2026-0007`` and ``v1.1``.
    title : str
        What it is called now.
    on : date
    reason : str
        Why it was changed; empty in a first version.
    fields : tuple of str
        What differs from the version before, as dotted paths.
    """

    kind: str
    id: str
    version: str
    title: str
    on: datetime.date
    reason: str
    fields: tuple[str, ...]
