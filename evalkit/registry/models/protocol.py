"""Locked protocols."""

import datetime

from sqlmodel import Field

from evalkit.registry.models.base import Row


class ProtocolRow(Row, table=True):
    """One version of a plan, exactly as it was locked."""

    __tablename__ = "protocol"

    id: str = Field(primary_key=True)
    version: str = Field(primary_key=True)
    intervention_id: str = Field(foreign_key="intervention.id")
    text: str
    sha256: str
    canonical: str
    label: str
    locked_on: datetime.date
    declared: bool
