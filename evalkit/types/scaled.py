"""An effect as it is read aloud."""

from dataclasses import dataclass

from evalkit.types.estimate import Interval


@dataclass(frozen=True, slots=True, kw_only=True)
class ScaledEffect:
    """An effect on the scale that is read aloud.

    Attributes
    ----------
    effect : float
    interval : Interval or None
        None where no interval was published.
    unit : str
        ``"per cent"``, ``"percentage points"``, ``"per 100,000 people"`` …
    decimals : int
        How many decimals the publishing form shows.
    minimum : float or None
        Half-width of the zone too small to matter, on the same scale; None where no plan fixed one.
    """

    effect: float
    interval: Interval | None
    unit: str
    decimals: int
    minimum: float | None
