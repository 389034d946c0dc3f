"""Findings of our own runs; empty in the registry that is kept under version control."""

from sqlalchemy import ForeignKeyConstraint
from sqlmodel import Field

from evalkit.registry.models.base import Row


class FindingRow(Row, table=True):
    """One finding of one run, as canonical JSON that is never changed in place."""

    __tablename__ = "finding"
    __table_args__ = (
        ForeignKeyConstraint(
            ["protocol_id", "version", "run_number"],
            ["run.protocol_id", "run.version", "run.number"],
        ),
    )

    protocol_id: str = Field(primary_key=True)
    version: str = Field(primary_key=True)
    run_number: int = Field(primary_key=True)
    position: int = Field(primary_key=True)
    id: str = Field(index=True)
    finding: str
