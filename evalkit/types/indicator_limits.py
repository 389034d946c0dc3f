"""The limits of an indicator's control chart, locked on a stated baseline."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Literal

from annotated_types import Ge, MinLen
from pydantic import ConfigDict

from evalkit.types.dates import Period
from evalkit.types.ids import InterventionId
from evalkit.types.texts import Line, Note, Number

RuleSet = Literal["health-care-data-guide-2011", "western-electric-1956"]
"""Sets of rules that ask when a chart is worth asking about; ``data.monitoring.rules`` has them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Base:
    """One baseline and what it came to on the day that it was locked.

    Attributes
    ----------
    first, last : str
        Its first and last period, YYYY or YYYY-MM; its limits count from ``first`` to the next baseline.
    mean, moving_range : float
        Of its values, and of the absolute differences between neighbours, in the indicator's unit.
    n, n_ranges : int
        How many there were of each.
    rules : str
        Name of the set of rules, e.g. ``"health-care-data-guide-2011"``.
    reason : str
        Why the limits were based anew; empty for the first baseline.
    """

    __pydantic_config__ = ConfigDict(extra="forbid")

    first: Period
    last: Period
    mean: Number
    moving_range: Number
    n: Annotated[int, Ge(2)]
    n_ranges: Annotated[int, Ge(1)]
    rules: RuleSet
    reason: Note = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class IndicatorLimits:
    """Every baseline of one indicator, oldest first.

    Its identity is ``intervention``, ``indicator`` and ``by`` together.

    Attributes
    ----------
    intervention, indicator : str
        As in ``IndicatorValue``.
    by : mapping of str to str
        The group that it is about; empty for everybody.
    bases : tuple of Base
    id : str or None
        What ``limits_id`` makes of its identity.
    """

    __pydantic_config__ = ConfigDict(extra="forbid")

    form: Literal["evalkit/indicator-limits/1"]
    intervention: InterventionId
    indicator: Line
    bases: Annotated[tuple[Base, ...], MinLen(1)]
    by: Mapping[Line, Line] = field(default_factory=dict)
    id: Line | None = None


def limits_id(intervention: str, indicator: str, by: Mapping[str, str]) -> str:
    """The id of an indicator's limits, the same whatever order its groups are named in.

    >>> limits_id("EM-2026-0007", "visits", {})
    'EM-2026-0007/limits-05cb9c8835b7'
    """
    told = json.dumps([indicator, sorted(by.items())], ensure_ascii=False)
    return f"{intervention}/limits-{hashlib.sha256(told.encode()).hexdigest()[:12]}"
