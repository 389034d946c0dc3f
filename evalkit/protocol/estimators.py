"""The methods that a plan can name, and the other ways of asking beside them."""

from dataclasses import dataclass
from typing import Annotated, Literal, TypeAlias

from annotated_types import Ge, Gt, Lt
from pydantic import ConfigDict, Field, Tag

from evalkit.protocol.series_estimators import BY_KIND, OF_SERIES, SeriesEstimator
from evalkit.protocol.series_estimators import Segmented as Segmented
from evalkit.protocol.unsaid import unsaid
from evalkit.types.dates import Period
from evalkit.types.theory import Text

_FORBID = ConfigDict(extra="forbid", allow_inf_nan=False)

Method: TypeAlias = Literal["dr", "regression", "ipw"]
PanelMethod: TypeAlias = Literal["group_time", "twfe", "sun_abraham", "imputation", "poisson"]


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupTime:
    """Group-time average treatment effects (Callaway and Sant'Anna 2021).

    Attributes
    ----------
    base_period : "universal" or "varying"
    anticipation : int
        Periods before the start in which units may already react.
    method : "dr", "regression" or "ipw"
        How covariates are adjusted for.
    covariates : tuple of str
        Columns that the data recipe names, each as it was in the base period.
    """

    __pydantic_config__ = _FORBID

    name: Literal["group_time"]
    base_period: Literal["universal", "varying"] = "universal"
    anticipation: Annotated[int, Ge(0)] = 0
    method: Annotated[Method, unsaid("dr")] = "dr"
    covariates: Annotated[tuple[Text, ...], unsaid(())] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SunAbraham:
    """Interaction-weighted event study (Sun and Abraham 2021)."""

    __pydantic_config__ = _FORBID

    name: Literal["sun_abraham"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Imputation:
    """What treated observations would have been (Borusyak, Jaravel and Spiess 2024)."""

    __pydantic_config__ = _FORBID

    name: Literal["imputation"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Poisson:
    """Counts, told as a rate ratio.

    ``exposure`` is the column of the data recipe that counts are divided by, e.g. population; None for
    counts as they are.
    """

    __pydantic_config__ = _FORBID

    name: Literal["poisson"]
    exposure: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TwoWay:
    """Two-way fixed effects, where all start in one period: the change there less the change elsewhere."""

    __pydantic_config__ = _FORBID

    name: Literal["twfe"]


PanelEstimator: TypeAlias = GroupTime | SunAbraham | Imputation | Poisson | TwoWay
Estimator: TypeAlias = Annotated[PanelEstimator | SeriesEstimator, Field(discriminator="name")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Inference:
    """How intervals are made, and their level.

    Attributes
    ----------
    name : str
        ``auto`` chooses by the design, and the result says which and why.
    level : float
    cluster : str or None
        The column of the data recipe whose units may move together, e.g. the police force; None where each
        unit moves by itself.
    seed : int
        Of draws, where there are too many ways to list.
    """

    __pydantic_config__ = _FORBID

    name: Literal[
        "influence_function",
        "t",
        "cluster",
        "overdispersed",
        "conservative",
        "two_stage",
        "auto",
        "cr2",
        "wild_bootstrap",
        "permutation",
        "donald_lang",
        "kenward_roger",
        "satterthwaite",
        "bayes_grid",
        "hac",
        "independent",
    ]
    level: Annotated[float, Gt(0), Lt(1)] = 0.95
    cluster: Annotated[Text | None, unsaid(None)] = None
    seed: Annotated[int, Ge(0), unsaid(0)] = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Alternative:
    """A sensitivity analysis that the plan names.

    Attributes
    ----------
    name : str
    estimator : str
        ``group_time`` has the options of the plan's main estimator where that is ``group_time`` too.
    weights : "none" or "data"
    cohorts : "all" or "two_or_more"
        ``two_or_more`` leaves out cohorts of a single unit, which have no variance of their own.
    comparison, method : str
        Of ``group_time``; ``plan`` where it is the plan's.
    covariates : "plan" or "none"
    start, end : str or None
        First and last period of another window inside the plan's.
    leave_out : tuple of str
        Areas of the comparison that take no part.
    recipe : str or None
        Another folder in ``case_studies/`` with data of the same units and periods.
    measure : str or None
        Name and version of what ``recipe`` counts: another definition of the outcome.
    """

    __pydantic_config__ = _FORBID

    name: Text
    estimator: PanelMethod
    weights: Literal["none", "data"] = "none"
    cohorts: Literal["all", "two_or_more"] = "all"
    comparison: Annotated[Literal["plan", "never_treated", "not_yet_treated"], unsaid("plan")] = (
        "plan"
    )
    method: Annotated[Literal["plan"] | Method, unsaid("plan")] = "plan"
    covariates: Annotated[Literal["plan", "none"], unsaid("plan")] = "plan"
    start: Annotated[Period | None, unsaid(None)] = None
    end: Annotated[Period | None, unsaid(None)] = None
    leave_out: Annotated[tuple[Text, ...], unsaid(())] = ()
    recipe: Annotated[Text | None, unsaid(None)] = None
    measure: Annotated[Text | None, unsaid(None)] = None


AnyAlternative: TypeAlias = Annotated[Annotated[Alternative, Tag("panel")] | OF_SERIES, BY_KIND]
