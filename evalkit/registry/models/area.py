"""Places that interventions and data refer to."""

from sqlmodel import Field

from evalkit.registry.models.base import Row


class AreaRow(Row, table=True):
    """A place: ONS code in the United Kingdom, ISO 3166 elsewhere."""

    __tablename__ = "area"

    code: str = Field(primary_key=True)
    name: str
    kind: str
