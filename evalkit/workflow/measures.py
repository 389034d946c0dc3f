"""Registered measures, as a source can count them."""

from collections.abc import Mapping, Sequence

from evalkit.data.offences import police_uk_outcomes
from evalkit.errors import DataError, FormError, Problem
from evalkit.registry.measures import read_measure
from evalkit.registry.store import Session
from evalkit.types.measure import EARLIER_TYPES, POLICE_UK_TYPES, Measure
from evalkit.workflow.weights import Weighing, weights_for


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


def street_weighing(
    session: Session, measures: Sequence[str], *, named: str = "", crime_types: Sequence[str] = ()
) -> Weighing | None:
    """What street crime is weighted by: the table that is named, or the measure's own; None for counts.

    Raises
    ------
    DataError
        Measures and crime types together or several measures, of which one table cannot say a sum; or as
        ``weights_for``.
    """
    read = [read_measure(session, name) for name in measures]
    own = [one.name for one in read if one.weights]
    if not (named or own):
        return None
    if len(read) > 1 or (read and crime_types):
        found = " and ".join([*(one.name for one in read), *crime_types])
        needed = "one measure, or crime types alone: a weighted table holds one outcome"
        raise DataError(Problem(field="--outcome", found=found, needed=needed))
    return weighing_of(session, read[0] if read else None, named)


def weighing_of(session: Session, measure: Measure | None, named: str = "") -> Weighing | None:
    """As ``street_weighing``, of one measure that was read."""
    table = weights_for(session, measure, named)
    if table is None:
        return None
    return Weighing(table=table, base=measure.name) if measure else Weighing(table=table)


def _crime_type(typed: str) -> str:
    for name in (*POLICE_UK_TYPES, *EARLIER_TYPES):
        if name.casefold() == " ".join(typed.casefold().split()):
            return name
    needed = "one of " + ", ".join(POLICE_UK_TYPES)
    raise FormError(Problem(field="--crime-type", found=typed, needed=needed))
