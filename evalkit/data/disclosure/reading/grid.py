"""Rows and columns of text, whatever file they stood in."""

from dataclasses import dataclass


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
    """

    where: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    labels: int = 1


@dataclass(frozen=True, slots=True)
class Found:
    """What one file holds."""

    grids: tuple[Grid, ...]
    text: str
