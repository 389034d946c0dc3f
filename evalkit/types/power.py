"""What a design can show, worked out before it is run."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

Scale: TypeAlias = Literal["level", "log", "ratio"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """One size of change, told in every way that the data allow; positive whichever way it goes.

    Attributes
    ----------
    effect : float
        On the scale of the model: the outcome's unit, or natural logarithms.
    per_cent : float or None
        Of what the treated areas had before; None where that is 0 or less.
    per_area : float or None
        In the outcome's unit, in one area and period; None where only logarithms are known.
    together, total : float or None
        Of counts: in all treated areas together, in one period and over all periods after the start.
    """

    effect: float
    per_cent: float | None
    per_area: float | None
    together: float | None = None
    total: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatIf:
    """The smallest detectable change of a design that differs in one thing.

    Attributes
    ----------
    what : str
        E.g. ``"12 more months"``.
    smallest : Size or None
    why : str
        Why there is none.
    """

    what: str
    smallest: Size | None
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PowerAt:
    """A size of change and the chance that the design shows it.

    Attributes
    ----------
    size : Size
    power : float
        Between 0 and 1.
    """

    size: Size
    power: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PowerPoint:
    """One point of the chart: a length and a number of treated areas.

    Attributes
    ----------
    n_after, n_treated : int
    power : float or None
        Of the size that the chart is about; None where that design has no answer.
    smallest : Size or None
    """

    n_after: int
    n_treated: int
    power: float | None
    smallest: Size | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PowerGrid:
    """Power against periods after the start, for several numbers of treated areas.

    Attributes
    ----------
    size : Size
        The change that is to be shown.
    is_minimum : bool
        Whether that is the plan's smallest change that would matter; the smallest detectable one otherwise.
    points : tuple of PowerPoint
        By number of treated areas, then by length.
    """

    size: Size
    is_minimum: bool
    points: tuple[PowerPoint, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Power:
    """What a design can show. "It cannot answer the question" is one of the answers.

    Attributes
    ----------
    design : "did", "its" or "controlled_its"
    estimand : str
        ``"ATT"``, ``"level change"`` or ``"average change"``.
    scale : str
    better : "lower" or "higher"
        Whether sizes are told as falls or rises.
    unit_of_measure : str
    power, level : float
        The chance asked for, and the level of the interval: 0.8 and 0.95.
    smallest : Size or None
        The smallest detectable change: the true change that is shown with a chance of ``power``.
    why : str
        Why the design cannot answer the question; empty where it can.
    smallest_between : tuple of Size, or None
        80 per cent range of what another stretch before the start, as long as this one, might have said; None
        where the answer allows for that already.
    minimum : Size or None
        The smallest change that would matter, as planned.
    minimum_power : float or None
        The chance of showing it.
    false_alarms : float or None
        The chance that a change either way is shown where there is none; 1 - ``level`` if the test holds.
    curve : tuple of PowerAt
        Sizes that are shown with chances of 5, 10 … 95 per cent.
    what_if : tuple of WhatIf
    n_before, n_after, n_treated, n_comparison : int
        Periods, and areas (or clusters of areas).
    baseline : float or None
        Mean outcome of a treated area in the last year before the start, not as a logarithm.
    autocorrelation : float or None
        Of neighbouring periods, as estimated before the start.
    autocorrelation_between : tuple of float, or None
        80 per cent range, which was allowed for; None where the estimate was taken as it is.
    spread : float or None
        Standard deviation of one treated area in one period, on the scale of the model.
    smallest_p : float or None
        The smallest p-value that a test without assumptions about errors can reach.
    inference : str
        The test that was simulated.
    caveat : str
        What has to be believed for it.
    method, notes
        How it was worked out; and what a reader has to bear in mind, one sentence each.
    draws, seed : int
    grid : PowerGrid or None
        For the chart, where it was asked for.
    """

    design: Literal["did", "its", "controlled_its"]
    estimand: str
    scale: Scale
    better: Literal["lower", "higher"]
    unit_of_measure: str
    power: float
    level: float
    smallest: Size | None
    why: str
    smallest_between: tuple[Size, Size] | None
    minimum: Size | None
    minimum_power: float | None
    false_alarms: float | None
    curve: tuple[PowerAt, ...]
    what_if: tuple[WhatIf, ...]
    n_before: int
    n_after: int
    n_treated: int
    n_comparison: int
    baseline: float | None
    autocorrelation: float | None
    autocorrelation_between: tuple[float, float] | None
    spread: float | None
    smallest_p: float | None
    inference: str
    caveat: str
    method: str
    notes: tuple[str, ...]
    draws: int
    seed: int
    grid: PowerGrid | None = None
