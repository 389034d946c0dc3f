"""The registry's tables, one noun a file; importing this package makes all of them known."""

from evalkit.registry.models.area import AreaRow
from evalkit.registry.models.base import Row
from evalkit.registry.models.entry import EntryRow
from evalkit.registry.models.entry_reference import EntryReferenceRow
from evalkit.registry.models.entry_version import EntryVersionRow
from evalkit.registry.models.finding import FindingRow
from evalkit.registry.models.ledger import LedgerRow
from evalkit.registry.models.run import RunRow

__all__ = [
    "AreaRow",
    "EntryReferenceRow",
    "EntryRow",
    "EntryVersionRow",
    "FindingRow",
    "LedgerRow",
    "Row",
    "RunRow",
]
