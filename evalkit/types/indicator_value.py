"""What an indicator of a theory of change was, in one period."""

import hashlib
import json
import re
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
        True where the number is too small to keep; then there is no value, and it is never read as zero.
    below : float or None
        What a suppressed number is known to be below; None where that is not known.
    id : str or None
        What ``value_id`` makes of its identity; None until it is recorded.
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
    below: Number | None = None
    id: Line | None = None


def value_id(record: IndicatorValue) -> str:
    """The id that a value's identity gives, the same whatever order its groups are named in.

    >>> value_id(IndicatorValue(form="evalkit/indicator-value/1", intervention="EM-2026-0007",
    ...     indicator="Visits, per cent", period="2026-03", value=71.0))
    'EM-2026-0007/2026-03/visits-per-cent-1cfaaf695018'
    """
    plain = re.sub(r"[^a-z0-9]+", "-", record.indicator.lower()).strip("-")[:40].strip("-")
    told = json.dumps([record.indicator, sorted(record.by.items())], ensure_ascii=False)
    mark = hashlib.sha256(told.encode()).hexdigest()[:12]
    return f"{record.intervention}/{record.period}/{plain or 'value'}-{mark}"
