"""Interventions, where they were and who took part."""

import datetime

from sqlmodel import Field

from evalkit.registry.models.base import Part, Row


class InterventionRow(Row, table=True):
    """What was done, in the fields that have one value.

    Attributes
    ----------
    slug : str
        The name of the folder that holds its text; unique.
    start, end : str
        YYYY, YYYY-MM or YYYY-MM-DD.
    """

    __tablename__ = "intervention"

    id: str = Field(primary_key=True)
    slug: str = Field(unique=True)
    form: str
    name: str
    summary: str
    kind: str
    status: str
    status_reason: str | None
    start: str
    end: str | None
    population: str
    worked_example: bool
    registered: datetime.date


class DescriptionRow(Row, table=True):
    """The TIDieR-PHP description of one intervention."""

    __tablename__ = "description"

    intervention_id: str = Field(foreign_key="intervention.id", primary_key=True)
    why: str
    materials: str
    procedures: str
    provided_by: str
    delivery: str
    location: str
    dose: str
    planned_variation: str
    unplanned_variation: str


class InterventionAreaRow(Part, table=True):
    """One area of an intervention."""

    __tablename__ = "intervention_area"

    area_code: str = Field(foreign_key="area.code")


class InterventionOrganisationRow(Part, table=True):
    """One organisation's part in an intervention, with the post to ask."""

    __tablename__ = "intervention_organisation"

    organisation_name: str = Field(foreign_key="organisation.name")
    role: str
    duty: str
    contact: str
