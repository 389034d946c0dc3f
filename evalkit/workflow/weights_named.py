"""The weight tables that plans weight by."""

from collections.abc import Iterable

from evalkit.protocol.document import plan_from_canonical
from evalkit.registry import entries
from evalkit.registry.store import Session
from evalkit.types.protocol import LockedProtocol
from evalkit.types.weight_table import WeightTable


def weight_tables(session: Session, plans: Iterable[LockedProtocol]) -> tuple[WeightTable, ...]:
    """Every version that one of these plans names, in order of id and version."""
    named = {plan_from_canonical(one.canonical).outcome.weights for one in plans}
    if named <= {"none"}:
        return ()
    written = {one.name: one for one in entries.read_every_version(session, "weight-table")}
    return tuple(written[name] for name in sorted(named & written.keys()))
