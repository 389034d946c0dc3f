"""What all tables share: one metadata with names for its constraints, and the shape of list items.

The modules of this package must not import ``annotations`` from ``__future__``: SQLModel reads the
annotations themselves. Rows are not validated on construction; ``canonical.checked`` comes first.
"""

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Row(SQLModel):
    """Base of every table: the named metadata that migrations rely on."""

    metadata = sa.MetaData(naming_convention=NAMES)


class Part(Row):
    """One item of a list that belongs to an intervention.

    Attributes
    ----------
    position : int
        0-based place in the list, so that its order survives.
    """

    intervention_id: str = Field(foreign_key="intervention.id", primary_key=True)
    position: int = Field(primary_key=True)
