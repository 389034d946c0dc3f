"""Entries: one row for whatever is registered, whichever kind it is."""

from sqlalchemy import UniqueConstraint
from sqlmodel import Field

from evalkit.registry.models.base import Row


class EntryRow(Row, table=True):
    """An entry as its current version says; everything here can be made again from the versions.

    Attributes
    ----------
    kind : str
        A name in ``kinds.KINDS``.
    id : str
        Permanent; unique among the entries of its kind.
    slug : str
        What its text is called from one time to the next; unique among the entries of its kind.
    number : int
        The current version's, 1, 2, …
    title, status : str
        For lists; ``status`` is empty for a kind that has none.
    search_row : int
        Its row in the search index: 1, 2, … in order of registration.
    """

    __tablename__ = "entry"
    __table_args__ = (UniqueConstraint("kind", "slug"), UniqueConstraint("search_row"))

    kind: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    slug: str
    number: int
    title: str
    status: str
    search_row: int
