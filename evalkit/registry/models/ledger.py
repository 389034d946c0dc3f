"""The ledger: what was done to the registry, each entry sealed by the next."""

from sqlmodel import Field

from evalkit.registry.models.base import Row


class LedgerRow(Row, table=True):
    """One entry; see ``chain.Entry``. The day is text, so that tampering shows as a wrong hash."""

    __tablename__ = "ledger_entry"

    seq: int = Field(primary_key=True)
    day: str
    action: str
    subject: str
    by: str
    reason: str
    payload_sha256: str
    previous: str
    hash: str
