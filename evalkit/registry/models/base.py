"""What all tables share: one metadata with names for its constraints.

The modules of this package must not import ``annotations`` from ``__future__``: SQLModel reads the
annotations themselves. Rows are not validated on construction; ``canonical.settled`` comes first.
"""

import sqlalchemy as sa
from sqlmodel import SQLModel

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
