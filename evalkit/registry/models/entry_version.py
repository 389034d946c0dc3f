"""Versions of entries: written once, never changed."""

from sqlalchemy import ForeignKeyConstraint
from sqlmodel import Field

from evalkit.registry.models.base import Row


class EntryVersionRow(Row, table=True):
    """One version of an entry; triggers refuse to change or delete it.

    Attributes
    ----------
    number : int
        1, 2, … without gaps within the entry.
    major, minor : int
        What people call it: v1.2 has 1 and 2.
    day : str
        YYYY-MM-DD; text, so that tampering shows as a wrong hash.
    by, reason : str
        Who wrote it, as they were named, and why it was changed; no reason in a first version.
    text : str
        As its author wrote it, comments and all; empty where there was none.
    payload : str
        The record as canonical JSON.
    sha256 : str
        Of the canonical JSON of all other columns; the ledger seals it.
    """

    __tablename__ = "entry_version"
    __table_args__ = (ForeignKeyConstraint(["kind", "id"], ["entry.kind", "entry.id"]),)

    kind: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    number: int = Field(primary_key=True)
    slug: str
    major: int
    minor: int
    day: str
    by: str
    reason: str
    text: str
    payload: str
    sha256: str
