"""The methods for one series that a plan can name, and the other ways of asking beside them."""

from dataclasses import dataclass
from typing import Annotated, Any, Literal, TypeAlias

from annotated_types import Ge
from pydantic import ConfigDict, Discriminator, Tag

from evalkit.protocol.unsaid import unsaid
from evalkit.types.dates import Period
from evalkit.types.theory import Text

_FORBID = ConfigDict(extra="forbid", allow_inf_nan=False)

Impact: TypeAlias = Literal["level", "slope", "level+slope", "phase_in", "lagged", "pulse"]
CalendarRegressor: TypeAlias = Literal["days", "weekends", "bank_holidays"]
SeriesInference: TypeAlias = Literal[
    "t", "kenward_roger", "satterthwaite", "bayes_grid", "hac", "independent"
]
_Count: TypeAlias = Annotated[int, Ge(0), unsaid(0)]
_Length: TypeAlias = Annotated[int | None, Ge(1), unsaid(None)]


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownBreak:
    """Something else that is known to have changed: a step is allowed for from this period on.

    Attributes
    ----------
    at : str
        First period with it.
    what : str
        E.g. ``"robbery is counted by victim"``.
    """

    __pydantic_config__ = _FORBID

    at: Period
    what: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Segmented:
    """Segmented regression of one series (Wagner and others 2002).

    Attributes
    ----------
    impact : str
        The shape of the effect; ``periods`` is how long a ``phase_in`` takes, after how many periods a
        ``lagged`` effect begins, or how long a ``pulse`` lasts.
    scale : "level" or "log"
        ``log`` takes the natural logarithm of the outcome; the effect is then told in per cent.
    transition : int
        So many periods from each change on are left out.
    harmonics : int
        Pairs of sine and cosine for the season; ``months`` has an effect for each month instead.
    calendar : tuple of str
        Counts of such days, as regressors.
    covariates : tuple of str
        Columns that the data recipe names.
    exposure : str or None
        The column of the data recipe that the outcome is divided by.
    breaks : tuple of KnownBreak
    errors : "ols" or "ar1"
        Independent, or alike from period to period.
    """

    __pydantic_config__ = _FORBID

    name: Literal["segmented"]
    impact: Impact
    months: bool = False
    covariates: tuple[str, ...] = ()
    errors: Literal["ols", "ar1"] = "ols"
    scale: Annotated[Literal["level", "log"], unsaid("level")] = "level"
    periods: _Length = None
    transition: _Count = 0
    harmonics: _Count = 0
    calendar: Annotated[tuple[CalendarRegressor, ...], unsaid(())] = ()
    exposure: Annotated[Text | None, unsaid(None)] = None
    breaks: Annotated[tuple[KnownBreak, ...], unsaid(())] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """Log-linear regression of one series of counts, told as a rate ratio.

    Attributes
    ----------
    family : "quasi_poisson" or "negative_binomial"
        How the variance grows with the mean.
    exposure : str or None
        The column of the data recipe that counts are counted against, e.g. population.

    The others are those of ``Segmented``.
    """

    __pydantic_config__ = _FORBID

    name: Literal["counts"]
    impact: Impact
    family: Literal["quasi_poisson", "negative_binomial"] = "quasi_poisson"
    periods: _Length = None
    transition: _Count = 0
    harmonics: _Count = 0
    months: bool = False
    calendar: tuple[CalendarRegressor, ...] = ()
    covariates: tuple[str, ...] = ()
    exposure: Text | None = None
    breaks: tuple[KnownBreak, ...] = ()


SeriesEstimator: TypeAlias = Segmented | Counts


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesAlternative:
    """Another way of asking one series: what it does not say is as in the plan.

    Attributes
    ----------
    name : str
    impact, periods, transition, harmonics, months, errors, family
        As in the estimator; an ``impact`` without ``periods`` has none.
    inference : str or None
        As ``Inference.name``.
    start, end : str or None
        First and last period of another window inside the plan's.
    leave_out, recipe, measure
        As in ``Alternative``.
    """

    __pydantic_config__ = _FORBID

    name: Text
    impact: Annotated[Impact | None, unsaid(None)] = None
    periods: _Length = None
    transition: Annotated[int | None, Ge(0), unsaid(None)] = None
    harmonics: Annotated[int | None, Ge(0), unsaid(None)] = None
    months: Annotated[bool | None, unsaid(None)] = None
    errors: Annotated[Literal["ols", "ar1"] | None, unsaid(None)] = None
    family: Annotated[Literal["quasi_poisson", "negative_binomial"] | None, unsaid(None)] = None
    inference: Annotated[SeriesInference | None, unsaid(None)] = None
    start: Annotated[Period | None, unsaid(None)] = None
    end: Annotated[Period | None, unsaid(None)] = None
    leave_out: Annotated[tuple[Text, ...], unsaid(())] = ()
    recipe: Annotated[Text | None, unsaid(None)] = None
    measure: Annotated[Text | None, unsaid(None)] = None


def kind_of_alternative(value: Any) -> str:
    """Which record an alternative is: one of a panel names its estimator."""
    given = value if isinstance(value, dict) else {"estimator": getattr(value, "estimator", None)}
    return "panel" if given.get("estimator") else "series"


BY_KIND = Discriminator(kind_of_alternative)
OF_SERIES = Annotated[SeriesAlternative, Tag("series")]
