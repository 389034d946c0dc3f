"""Run by alembic: migrate over the connection, and inside the transaction, that was handed in."""

from typing import Any, Literal

from alembic import context
from sqlmodel.sql.sqltypes import AutoString

from evalkit.registry.models import Row


def _render_item(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """Write SQLModel's own string type as the plain one, so that steps import only SQLAlchemy."""
    return "sa.String()" if kind == "type" and isinstance(item, AutoString) else False


_connection = context.config.attributes["connection"]
context.configure(
    connection=_connection,
    target_metadata=Row.metadata,
    render_as_batch=_connection.dialect.name == "sqlite",
    render_item=_render_item,
    compare_type=True,
)
context.run_migrations()
