"""A weighted table as a picture of its own."""

from pathlib import Path

from evalkit.data.harm_table import read_weighed
from evalkit.data.keep import read_extraction
from evalkit.errors import DataError, Problem
from evalkit.report.figures.harm import harm_chart
from evalkit.report.figures.svg import Shape, standalone


def draw_harm(table: Path, *, shape: Shape) -> str:
    """Counted and weighted, one below the other, as an SVG file of its own.

    Raises
    ------
    DataError
        The table holds counts, or as ``read_weighed``.
    """
    weighed, made = read_weighed(table), read_extraction(table)
    if weighed is None or made is None:
        needed = "a table that evalkit data panel or police wrote with --weights"
        raise DataError(Problem(file=table.name, found="counts", needed=needed))
    mark = "SIMULATED DATA: not evidence. " if made.simulated else ""
    note = f"{mark}Weights {made.choices['weights']}: {made.choices['weights are']}"
    return standalone(harm_chart(weighed, ident="harm", shape=shape, note=note))
