"""Registered measures."""

from sqlmodel import Session

from evalkit.registry import entries
from evalkit.types.measure import Measure


def read_measure(session: Session, name: str) -> Measure:
    """A measure by id and version, ``recorded-robbery@1.0``; by id alone, its newest version.

    Raises
    ------
    RegistryError
        It is not registered: with those that are.
    """
    id, at, version = name.partition("@")
    found: Measure = entries.read(session, "measure", id, f"v{version}" if at else None)
    return found
