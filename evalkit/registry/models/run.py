"""Runs of locked protocols; empty in the registry that is kept under version control."""

import datetime

from sqlalchemy import ForeignKeyConstraint
from sqlmodel import Field

from evalkit.registry.models.base import Row


class RunRow(Row, table=True):
    """One run of one version of a protocol.

    Attributes
    ----------
    number : int
        1, 2, … within the version; the highest is the newest.
    day : date
        The day of the run, as it was passed in.
    evaluation : str
        The evaluation as canonical JSON; never changed in place.
    """

    __tablename__ = "run"
    __table_args__ = (
        ForeignKeyConstraint(["protocol_id", "version"], ["protocol.id", "protocol.version"]),
    )

    protocol_id: str = Field(primary_key=True)
    version: str = Field(primary_key=True)
    number: int = Field(primary_key=True)
    day: datetime.date
    evaluation: str
