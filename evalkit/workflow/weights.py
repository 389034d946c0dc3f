"""Registered weight tables: found by id and version, and put to the offences of a measure."""

from dataclasses import dataclass

from evalkit.data.grid import OutcomeGrid
from evalkit.data.harm import Weighed, weigh
from evalkit.data.harm_table import made_with_weights
from evalkit.errors import DataError, FormError, Problem
from evalkit.registry import entries
from evalkit.registry.store import Session
from evalkit.types.extraction import Extraction
from evalkit.types.measure import Measure
from evalkit.types.weight_table import WeightTable


def read_weights(session: Session, name: str) -> WeightTable:
    """A weight table by id and version, ``police-uk-harm@1.0``; never the newest in silence.

    Raises
    ------
    FormError
        No version is named.
    RegistryError
        There is no such table, or no such version: with those that are.
    """
    id, _, version = name.partition("@")
    if not version:
        needed = f"its version too, such as {id}@1.0"
        raise FormError(Problem(field="--weights", found=name, needed=needed))
    found: WeightTable = entries.read(session, "weight-table", id, f"v{version}")
    return found


def weights_for(session: Session, measure: Measure | None, named: str) -> WeightTable | None:
    """The table that a command or a measure names; None where neither does.

    Raises
    ------
    DataError
        Both do and differ, or the measure's unit or scheme is not the table's.
    FormError, RegistryError
        As ``read_weights``.
    """
    own = measure.weights if measure else None
    if not (named or own):
        return None
    if named and own and named != own:
        found = f"{named}, while {measure.name if measure else ''} is weighted by {own}"
        raise DataError(Problem(field="--weights", found=found, needed="one table and version"))
    table = read_weights(session, named or str(own))
    if measure is not None:
        refuse_unfit(measure, table)
    return table


def refuse_unfit(measure: Measure, table: WeightTable) -> None:
    """Refuse a measure that another table is for, or whose unit says another thing than its weights."""
    if table.scheme not in {one.scheme for one in measure.counts}:
        raise DataError(
            Problem(
                field=measure.name,
                found=f"counted by {' and '.join(one.scheme for one in measure.counts)}",
                needed=f"{table.scheme}, by which {table.name} weighs",
            )
        )
    if measure.weights and measure.unit != table.unit:
        needed = f"{table.unit}, the unit of {table.name}"
        raise DataError(Problem(field=f"{measure.name} unit", found=measure.unit, needed=needed))


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighing:
    """What is weighted by what.

    Attributes
    ----------
    table : WeightTable
    base : str
        What the sum is of, e.g. the name of a measure.
    """

    table: WeightTable
    base: str = "offences"


def weighed_with(
    grid: OutcomeGrid, made: Extraction, weighing: Weighing
) -> tuple[Weighed, Extraction]:
    """Weight a grid; returns also its record with every weight in it."""
    weighed = weigh(grid, weighing.table, base=weighing.base)
    return weighed, made_with_weights(made, weighing.table, weighed)
