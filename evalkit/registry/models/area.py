"""Places that interventions and data refer to."""

from sqlmodel import Field

from evalkit.registry.models.base import Row


class AreaRow(Row, table=True):
    """A place: ONS code in the United Kingdom, ISO 3166 elsewhere.

    Attributes
    ----------
    kind : str
        police-area, local-authority, country or state.
    parent : str or None
        Code of the area around it.
    boundary_version : str
        The year of the boundaries, e.g. ``"2024"``; empty outside the United Kingdom.
    """

    __tablename__ = "area"

    code: str = Field(primary_key=True)
    name: str
    kind: str
    parent: str | None = Field(default=None, foreign_key="area.code")
    boundary_version: str = ""
