"""What a registry holds, for comparing two of them."""

import sqlalchemy as sa
from sqlmodel import Session

from evalkit.registry.models import EntryRow, FindingRow, LedgerRow, Row, RunRow

_OF_RUNS = {RunRow.__tablename__, FindingRow.__tablename__}
_PLACES = {
    LedgerRow.__tablename__: {"seq", "previous", "hash"},
    EntryRow.__tablename__: {"search_row"},
}


def rows(session: Session) -> dict[str, list[tuple[object, ...]]]:
    """Return every table's rows in order of its key; equal where the same things are registered.

    What runs leave behind is not compared: their tables, their ledger entries, and the places and
    hashes in the chain, which they would shift. Neither are places in the search index, nor the
    schema's revision.
    """
    found: dict[str, list[tuple[object, ...]]] = {}
    for table in Row.metadata.sorted_tables:
        if table.name in _OF_RUNS:
            continue
        places = _PLACES.get(table.name, set())
        columns = [column for column in table.columns if column.name not in places]
        query = sa.select(*columns).order_by(*table.primary_key)
        if table.name == LedgerRow.__tablename__:
            query = query.where(table.c.action != "run")
        found[table.name] = [tuple(row) for row in session.connection().execute(query)]
    return found
