"""What a Poisson regression of counts gives: rate ratios and incidents avoided."""

from dataclasses import asdict, dataclass
from html import escape

import pandas as pd

from evalkit.types.estimate import Estimate


@dataclass(frozen=True, slots=True, kw_only=True)
class RateRatioAt:
    """The rate ratio at one distance from the start.

    Attributes
    ----------
    event_time : int
        Periods since the first treated period.
    effect : float or None
        ``observed / expected``; None where no incident is expected.
    standard_error : float or None
        Of the log ratio; None, like ``low`` and ``high``, where the ratio is 0 or None, or errors are
        clustered and every cohort behind it is one cluster.
    low, high : float or None
    observed, expected : float
        Incidents in treated units, and what they would have been.
    n_treated : int
        Units.
    """

    event_time: int
    effect: float | None
    standard_error: float | None
    low: float | None
    high: float | None
    observed: float
    expected: float
    n_treated: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RateRatios:
    """A rate ratio over all treated cells, and by periods since the start.

    Attributes
    ----------
    overall : Estimate
        ``effect`` is incidents over treated cells divided by what they would have been; ``standard_error`` is
        of its logarithm.
    avoided : Estimate
        Incidents avoided: what they would have been less what was observed; negative where there were more.
    observed, expected : float
        Incidents over treated cells, and what they would have been.
    events : tuple of RateRatioAt
    notes : tuple of str
    exposed : float or None
        Exposure added up over the same treated cells, e.g. person-months; None for counts without exposure.
    """

    overall: Estimate
    avoided: Estimate
    observed: float
    expected: float
    events: tuple[RateRatioAt, ...]
    notes: tuple[str, ...]
    exposed: float | None = None

    def to_frame(self) -> pd.DataFrame:
        """One row an event time, with the fields of ``RateRatioAt``."""
        return pd.DataFrame([asdict(event) for event in self.events])

    def _repr_html_(self) -> str:
        table: str = self.to_frame().to_html(index=False, na_rep="", float_format="{:.3f}".format)
        ratio, avoided = self.overall, self.avoided
        said = [
            f"Rate ratio {ratio.effect:.3f} ({ratio.interval.low:.3f} to {ratio.interval.high:.3f}, "
            f"{ratio.interval.level:.0%} interval): {self.observed:g} incidents where "
            f"{self.expected:.1f} were expected; {avoided.effect:.1f} avoided "
            f"({avoided.interval.low:.1f} to {avoided.interval.high:.1f}).",
            ratio.inference,
            *self.notes,
        ]
        return table + "".join(f"<p>{escape(line)}</p>" for line in said)
