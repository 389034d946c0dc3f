"""Runs of locked protocols; empty in the registry that is kept under version control."""

from sqlmodel import Field

from evalkit.registry.models.base import Row


class RunRow(Row, table=True):
    """One run of one version of a protocol.

    Attributes
    ----------
    number : int
        1, 2, … within the version; the highest is the newest.
    day : str
        The day of the run, YYYY-MM-DD; text, as in the ledger, which seals it.
    evaluation : str
        The evaluation as canonical JSON; never changed in place.
    record : str
        How the run was made, as canonical JSON; empty for runs from before schema 0002.
    """

    __tablename__ = "run"

    protocol_id: str = Field(primary_key=True)
    version: str = Field(primary_key=True)
    number: int = Field(primary_key=True)
    day: str
    evaluation: str
    record: str
