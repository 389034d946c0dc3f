"""What the diagnostic charts of an interrupted time series are drawn from."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Residual:
    """One period's residual, the autocorrelation taken out, in standard deviations."""

    period: str
    value: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Placebo:
    """The plan's effect at a date, over its standard error."""

    date: str
    ratio: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Placebos:
    """The change at the start among the same change at earlier dates.

    Attributes
    ----------
    placebos : tuple of Placebo
    start : Placebo
        The change at the start.
    p_value, smallest : float
        Chance of so few earlier dates with as large a change, and of none.
    side : int
        Periods at least on either side of each earlier date.
    """

    placebos: tuple[Placebo, ...]
    start: Placebo
    p_value: float
    smallest: float
    side: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesDiagnostics:
    """Residuals of the plan's model and, where the plan asks for them, placebo dates.

    Attributes
    ----------
    residuals : tuple of Residual
        Of the periods that have a number and are not left out.
    rho : float
        The autocorrelation that was taken out; 0 where the plan takes errors as independent.
    placebos : Placebos or None
    """

    residuals: tuple[Residual, ...]
    rho: float
    placebos: Placebos | None = None
