"""What entries refer to, for filters."""

from sqlalchemy import ForeignKeyConstraint, Index
from sqlmodel import Field

from evalkit.registry.models.base import Row


class EntryReferenceRow(Row, table=True):
    """One thing that the current version of an entry refers to.

    Attributes
    ----------
    role : str
        What the thing is to the entry, e.g. ``"area"``, ``"organisation"``, ``"status"``.
    target : str
        Its code, id or name.
    """

    __tablename__ = "entry_reference"
    __table_args__ = (
        ForeignKeyConstraint(["kind", "id"], ["entry.kind", "entry.id"]),
        Index(None, "role", "target"),
    )

    kind: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    role: str = Field(primary_key=True)
    target: str = Field(primary_key=True)
