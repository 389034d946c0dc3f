"""Who takes part."""

from sqlmodel import Field

from evalkit.registry.models.base import Row


class OrganisationRow(Row, table=True):
    """An organisation, once, under the name it is registered with."""

    __tablename__ = "organisation"

    name: str = Field(primary_key=True)
