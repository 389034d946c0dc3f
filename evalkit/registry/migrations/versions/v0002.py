"""How each run was made, beside what it found."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column("run", sa.Column("record", sa.String(), nullable=False, server_default=""))
