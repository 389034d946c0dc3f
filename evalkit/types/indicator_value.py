"""What an indicator of a theory of change was, in one period."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from pydantic import ConfigDict

from evalkit.types.dates import Period
from evalkit.types.ids import InterventionId
from evalkit.types.texts import Line, Note, Number


@dataclass(frozen=True, slots=True, kw_only=True)
class IndicatorValue:
    """One value of one indicator.

    Its identity is ``intervention``, ``indicator``, ``period`` and ``by`` together.

    Attributes
    ----------
    intervention : str
    indicator : str
        The indicator's name in the theory of change.
    period : str
        YYYY or YYYY-MM.
    value : float or None
        In the indicator's unit; None where it is suppressed or could not be found, and ``note`` says which.
    by : mapping of str to str
        The group that it is about, e.g. ``{age: under 25}``; empty for everybody.
    note : str
    suppressed : bool
        True where the number is too small to keep; then there is no value.
    """

    __pydantic_config__ = ConfigDict(extra="forbid")

    form: Literal["evalkit/indicator-value/1"]
    intervention: InterventionId
    indicator: Line
    period: Period
    value: Number | None
    by: Mapping[Line, Line] = field(default_factory=dict)
    note: Note = ""
    suppressed: bool = False
