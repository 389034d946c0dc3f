"""Rows and columns of text, whatever file they stood in."""

from dataclasses import dataclass

HOLDS = "data-holds"
"""The attribute by which evalkit's own tables and drawings say what their numbers are."""
NO_PEOPLE = frozenset({"model", "words", "plan"})
"""What they say where no number counts people: estimates, sentences and marks, what was planned."""


@dataclass(frozen=True, slots=True)
class Grid:
    """A table as it is printed.

    Attributes
    ----------
    where : str
        The file, and which table of it.
    head : tuple of str
        Names of the columns; empty text where a column has none.
    rows : tuple of tuple of str
    labels : int
        Columns at the left that are marked as names of the row.
    holds : tuple of str
        What each column is said to hold (``count``, ``name``, ``model`` …), by whoever made the table; empty
        where nothing is said.
    """

    where: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    labels: int = 1
    holds: tuple[str, ...] = ()


Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Marks:
    """Points of a drawing that belong together, in order."""

    where: str
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """What one file holds.

    Attributes
    ----------
    grids : tuple of Grid
    text : str
    pictures : tuple of str
        Places of pictures that nobody can read numbers from but people.
    marks : tuple of Marks
        Rows of points in drawings.
    """

    grids: tuple[Grid, ...]
    text: str
    pictures: tuple[str, ...] = ()
    marks: tuple[Marks, ...] = ()
