"""Registered measures, as a source can count them."""

from collections.abc import Mapping, Sequence

from evalkit.data.offences import police_uk_outcomes
from evalkit.errors import FormError, Problem
from evalkit.registry import entries
from evalkit.registry.store import Session
from evalkit.types.measure import EARLIER_TYPES, POLICE_UK_TYPES, Measure


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


def police_outcomes(
    session: Session, measures: Sequence[str], *, crime_types: Sequence[str] = ()
) -> Mapping[str, frozenset[str]] | None:
    """Crime types of data.police.uk by name of the outcome; None where nothing is named.

    Parameters
    ----------
    measures : sequence of str
        Registered ones, with or without version.
    crime_types : sequence of str
        Each an outcome of its own, whatever the case of its letters.

    Raises
    ------
    RegistryError, DataError, FormError
        A measure is not registered or cannot be counted in these files; a crime type is none.
    """
    found = dict(police_uk_outcomes(read_measure(session, name) for name in measures))
    found |= {name: frozenset([name]) for name in map(_crime_type, crime_types)}
    return found or None


def _crime_type(typed: str) -> str:
    for name in (*POLICE_UK_TYPES, *EARLIER_TYPES):
        if name.casefold() == " ".join(typed.casefold().split()):
            return name
    needed = "one of " + ", ".join(POLICE_UK_TYPES)
    raise FormError(Problem(field="--crime-type", found=typed, needed=needed))
