"""The reasons that were given for deviations."""

from evalkit.registry import entries
from evalkit.registry.store import Session


def reasons_of(session: Session, id: str) -> dict[str, str]:
    """The reasons given for a plan's deviations, by fingerprint."""
    return {
        one.id.rpartition("/")[2]: one.reason
        for one in entries.read_all(session, "explanation")
        if one.protocol == id
    }
