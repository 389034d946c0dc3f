"""A chart with everything that travels with it: its sentence, its note and its numbers."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from evalkit.findings.numerals import number
from evalkit.findings.verdicts import Tone
from evalkit.report.figures.svg import decimals, ticks

Scale = Literal["level", "log"]
Better = Literal["lower", "higher"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One chart, drawn twice, and the same numbers as a table.

    Attributes
    ----------
    takeaway : str
        What the picture shows, in a sentence that says no more than its intervals do.
    wide, narrow : str
        SVG, 820 and 340 units wide, coloured by the classes of ``figures.css``.
    note : str
        How to read the marks, and how the numbers were made.
    head : tuple of str
        Of the table of its numbers.
    rows : tuple of tuple of str
        All numbers, those left off the picture too; the first column names the row.
    holds : tuple of str
        What the columns hold, for programs that read the page: ``name``, ``count``, ``model`` (what a method
        made, and numbers of areas and periods) or ``words``; the last one is that of all further columns.
    """

    takeaway: str
    wide: str
    narrow: str
    note: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    holds: tuple[str, ...] = ()


OF_A_MODEL = ("name", "model")
"""Columns of a table in which nothing counts people."""


def held(holds: tuple[str, ...], n: int) -> tuple[str, ...]:
    """What each of ``n`` columns holds; empty texts where nobody says.

    >>> held(("name", "count", "model"), 4), held((), 2)
    (('name', 'count', 'model', 'model'), ('', ''))
    """
    return tuple(holds[min(i, len(holds) - 1)] if holds else "" for i in range(n))


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureWords:
    """How a result is told.

    Attributes
    ----------
    outcome : str
        Inside a sentence, e.g. ``"the homicide rate"``.
    unit : str
        Of effects; not used where ``scale`` is ``"log"``, which is told in per cent.
    scale : "level" or "log"
    units : str
        What the panel follows, in the plural, e.g. ``"states"``.
    better : "lower", "higher" or None
        Which way is good, for colour; None draws both ways alike.
    ident : str
        Begins every id in the picture, which have to differ on a page.
    """

    outcome: str
    unit: str = ""
    scale: Scale = "level"
    units: str = "units"
    better: Better | None = None
    ident: str = "figure"

    @property
    def told_in(self) -> str:
        """``per cent``, or the unit."""
        return "per cent" if self.scale == "log" else self.unit

    @property
    def axis(self) -> str:
        """Title of an axis of effects."""
        unit = f", in {self.told_in}" if self.told_in else ""
        return f"Difference in {self.outcome} from the comparison group{unit}"


def told(value: float, scale: Scale) -> float:
    """An effect on the scale of the chart: log points become per cent."""
    return 100 * math.expm1(value) if scale == "log" else value


def places(values: Sequence[float | None], scale: Scale) -> int:
    """Decimals that tell these effects apart without more precision than they have."""
    known = [value for value in values if value is not None]
    if scale == "log" or not known:
        return 1
    return min(4, decimals(ticks(min(0.0, *known), max(0.0, *known))) + 1)


def effect_text(value: float | None, scale: Scale, digits: int) -> str:
    """``+7.8%`` or ``−0.03``; a dash where there is none."""
    if value is None:
        return "–"
    return number(told(value, scale), digits, signed=True) + ("%" if scale == "log" else "")


def clear(low: float | None, high: float | None) -> bool:
    """True where an interval leaves out no change."""
    return low is not None and high is not None and (low > 0 or high < 0)


def tone_of(effect: float, better: Better | None) -> Tone:
    """Blue for better, orange for worse, neither where no way is said to be good."""
    if better is None or effect == 0:
        return "unsure"
    return "better" if (effect < 0) == (better == "lower") else "worse"


def verb(count: int) -> str:
    """``is`` for one."""
    return "is" if count == 1 else "are"


def units_text(count: int, units: str) -> str:
    """``1 state``, ``4 states``; the plural of counties is known too."""
    if count == 1:
        units = units[:-3] + "y" if units.endswith("ies") else units.removesuffix("s")
    return f"{number(count, 0)} {units}"
