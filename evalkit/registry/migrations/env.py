"""Run by alembic: migrate over the connection, and inside the transaction, that was handed in."""

from typing import Any, Literal

from alembic import context
from sqlmodel.sql.sqltypes import AutoString

from evalkit.registry.models import Row
from evalkit.registry.search import TABLE


def _render_item(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """Write SQLModel's own string type as the plain one, so that steps import only SQLAlchemy."""
    return "sa.String()" if kind == "type" and isinstance(item, AutoString) else False


def _include_name(name: str | None, kind: str, _parents: Any) -> bool:
    """Leave out the tables of the search index, which no step makes."""
    return not (kind == "table" and str(name).startswith(TABLE))


_connection = context.config.attributes["connection"]
context.configure(
    connection=_connection,
    target_metadata=Row.metadata,
    render_as_batch=_connection.dialect.name == "sqlite",
    render_item=_render_item,
    include_name=_include_name,
    compare_type=True,
)
context.run_migrations()
