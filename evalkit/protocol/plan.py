"""The structured plan: what a protocol's front matter fixes before results are known."""

import datetime
from dataclasses import dataclass
from typing import Annotated, Literal

from annotated_types import Ge, Gt, MinLen
from pydantic import ConfigDict, StringConstraints

from evalkit.protocol.check import Check as Check
from evalkit.protocol.estimators import Alternative as Alternative
from evalkit.protocol.estimators import AnyAlternative, Estimator, Inference
from evalkit.protocol.estimators import GroupTime as GroupTime
from evalkit.protocol.series_estimators import Segmented as Segmented
from evalkit.protocol.series_estimators import SeriesAlternative
from evalkit.protocol.unsaid import unsaid
from evalkit.types import patterns
from evalkit.types.dates import Period
from evalkit.types.finding import Better
from evalkit.types.ids import InterventionId
from evalkit.types.ids import ProtocolId as ProtocolId
from evalkit.types.theory import Text

_FORBID = ConfigDict(extra="forbid", allow_inf_nan=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimand:
    """What is estimated and how it is summarised.

    Attributes
    ----------
    effect : str
        Of a panel the average effect on the treated (``att``). Of a series the change in level (``level``),
        the effect ``horizon`` periods after the first one with the change (``at_horizon``), or the mean
        effect up to that horizon (``average``), without one to the end of the window.
    summary : "per_cent" or "difference"
        The scale it is told on.
    horizon : int or None
        0 is the first period with the change.
    """

    __pydantic_config__ = _FORBID

    effect: Literal["att", "level", "at_horizon", "average"]
    summary: Literal["per_cent", "difference"]
    horizon: Annotated[int | None, Ge(0), unsaid(None)] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What is measured.

    Attributes
    ----------
    measure : str
        Name and version of the measure.
    name : str
        In the words of a headline, e.g. ``"homicide"``.
    element : str
        The element of the theory of change that it measures.
    unit : str
        Unit of the numbers that go into the model.
    told_in : str
        Unit of the effect as it is read aloud, e.g. ``"per cent"``.
    scale : "level", "log" or "ratio"
        ``log`` when the data hold natural logarithms or the model takes them, ``ratio`` when they hold counts
        and the effect is a rate ratio; both are told in per cent.
    better : "lower" or "higher"
    weights : str
        Weight table and version that offences are weighted by, e.g. ``"police-uk-harm@1.0"``; ``none`` for
        what is not weighted. ``unit`` then begins with the unit of the table.
    """

    __pydantic_config__ = _FORBID

    measure: Text
    name: Text
    element: Text
    unit: Text
    told_in: Text
    scale: Literal["level", "log", "ratio"]
    better: Better
    weights: Annotated[str, StringConstraints(pattern=patterns.WEIGHTS), unsaid("none")] = "none"

    @property
    def weighted(self) -> bool:
        """Whether the numbers are weighted sums and no counts."""
        return self.weights != "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class DataPlan:
    """Where the data come from and what was known of them.

    ``recipe`` is the folder in ``case_studies/`` that holds ``data.yaml``; ``prior_knowledge`` is the
    five-level scale of OSF pre-registrations; ``missing`` is what is done where a unit and period has no
    number: the data are refused, or the cell is left out and said so.
    """

    __pydantic_config__ = _FORBID

    recipe: Text
    prior_knowledge: Literal[
        "not_created", "not_observed", "not_accessed", "not_analysed", "analysed"
    ]
    missing: Annotated[Literal["refuse", "leave_out"], unsaid("refuse")] = "refuse"


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """First and last period of the analysis, both included: YYYY or YYYY-MM."""

    __pydantic_config__ = _FORBID

    start: Period
    end: Period


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One thing that was done, as the question is about it.

    Attributes
    ----------
    name : str
        Short, for tables, e.g. ``"belt law"``.
    what : str
        Completes "after …" in a headline, e.g. ``"California required seat belts"``.
    at : str or None
        First period with the change; None where starts differ by unit and the data hold them.
    """

    __pydantic_config__ = _FORBID

    name: Text
    what: Text
    at: Period | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Who the treated units are compared with, and what to call them in words.

    ``never_treated``: units that never start. ``not_yet_treated``: these and, cell by cell, units that start
    later. ``untreated``: every observation before its unit's own start.
    """

    __pydantic_config__ = _FORBID

    group: Literal["never_treated", "not_yet_treated", "untreated"]
    words: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class MinimumEffect:
    """The smallest change that would matter, in the unit the effect is told in.

    ``told_in`` is the unit of a weighted outcome, as ``outcome.told_in`` writes it.
    """

    __pydantic_config__ = _FORBID

    value: Annotated[float, Gt(0)]
    unit: Literal["per_cent", "percentage_points", "incidents", "told_in"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A pre-analysis plan as one ``protocols/<id>.md`` states it in its front matter.

    Attributes
    ----------
    unit : str
        What a unit is called, e.g. ``"state"``.
    changes : tuple of Change
        One finding is written for each.
    limits : tuple of str
        What the design cannot tell, known before any result.
    locked : date or None
        The day of locking as the text declares it; the registry's clock otherwise.
    """

    __pydantic_config__ = _FORBID

    form: Literal["evalkit/protocol/1"]
    id: ProtocolId
    intervention: InterventionId
    question: Text
    estimand: Estimand
    outcome: Outcome
    data: DataPlan
    window: Window
    unit: Text
    design: Literal["did", "its", "controlled_its"]
    changes: Annotated[tuple[Change, ...], MinLen(1)]
    estimator: Estimator
    inference: Inference
    checks: Annotated[tuple[Check, ...], MinLen(1)]
    minimum_effect: MinimumEffect
    decision_rule: Literal["wording@1.0"]
    limits: Annotated[tuple[str, ...], MinLen(1)]
    comparison: Comparison | None = None
    alternatives: tuple[AnyAlternative, ...] = ()
    locked: datetime.date | None = None

    @property
    def panel_alternatives(self) -> tuple[Alternative, ...]:
        """The other ways of asking a panel."""
        return tuple(item for item in self.alternatives if isinstance(item, Alternative))

    @property
    def series_alternatives(self) -> tuple[SeriesAlternative, ...]:
        """The other ways of asking one series."""
        return tuple(item for item in self.alternatives if isinstance(item, SeriesAlternative))

    @property
    def other_recipes(self) -> tuple[str, ...]:
        """The data recipes that alternatives name, each once, in order."""
        return tuple(sorted({item.recipe for item in self.alternatives if item.recipe is not None}))
