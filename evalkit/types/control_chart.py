"""A control chart of one indicator: its readings, the limits and what is worth asking about."""

from dataclasses import dataclass
from typing import Literal

from evalkit.types.indicator_limits import RuleSet

Side = Literal["above", "below", "rising", "falling"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One period of an indicator.

    Attributes
    ----------
    period : str
        YYYY or YYYY-MM.
    value : float or None
        In the indicator's unit; None where it is missing or only known to be small.
    small : bool
        True where the number is known to be small and was not kept; never read as zero.
    below : float or None
        What a small number is known to be below; None where that is not known either.
    note : str
        E.g. why there is no value.
    """

    period: str
    value: float | None = None
    small: bool = False
    below: float | None = None
    note: str = ""

    @property
    def missing(self) -> bool:
        """True where nothing at all is known."""
        return self.value is None and not self.small


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How far values stray by themselves, worked out from a baseline.

    Attributes
    ----------
    first, last : str
        The baseline's first and last period.
    mean, moving_range : float
        Mean of its values, and of the absolute differences between neighbouring periods.
    low : float or None
        Lower limit; None where it would be below zero and the indicator cannot be.
    high : float
        Upper limit.
    range_high : float
        Upper limit of a single moving range.
    n, n_ranges : int
        How many values and moving ranges the baseline has.
    rules : str
        Name of the set of rules that its values are asked by.
    locked : bool
        False where no baseline was stated, so that each new value moves them.
    reason : str
        Why they were based anew; empty for the first.
    """

    first: str
    last: str
    mean: float
    moving_range: float
    low: float | None
    high: float
    range_high: float
    n: int
    n_ranges: int
    rules: RuleSet
    locked: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """Periods that share limits.

    Attributes
    ----------
    start, stop : int
        The first of them, and the first that is not, as positions in the readings.
    limits : Limits or None
    why : str
        Why there are none, as a sentence; empty where there are.
    note : str
        What else has to be known about the limits, as a sentence.
    """

    start: int
    stop: int
    limits: Limits | None
    why: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """A pattern that chance alone rarely makes: worth asking why; not proof of anything.

    Attributes
    ----------
    rule : str
        Its name, e.g. ``"one_side"``.
    words : str
        What was seen, e.g. ``"8 or more in a row above the mean"``.
    side : str
        above, below, rising or falling.
    at : tuple of int
        Positions of the readings that make it, in order.
    met : int
        Position of the reading at which the rule was first met.
    """

    rule: str
    words: str
    side: Side
    at: tuple[int, ...]
    met: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlChart:
    """An XmR chart: individual values and their moving ranges.

    Attributes
    ----------
    readings : tuple of Reading
        Every period from the first to the last that was recorded, missing ones included.
    ranges : tuple of float or None
        Absolute difference from the period before; None where either is not a number.
    stretches : tuple of Stretch
    signals : tuple of Signal
        In order of the period in which they were met.
    """

    readings: tuple[Reading, ...]
    ranges: tuple[float | None, ...]
    stretches: tuple[Stretch, ...]
    signals: tuple[Signal, ...]

    def asked(self) -> frozenset[int]:
        """Positions of all readings that a signal rests on."""
        return frozenset(at for signal in self.signals for at in signal.at)
