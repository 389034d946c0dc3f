"""Why a locked plan has no result yet although its last period is over, and when one is expected."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from pydantic import ConfigDict

from evalkit.types.dates import PartialDate
from evalkit.types.ids import ProtocolId
from evalkit.types.texts import Line, ShortNote

LateReason = Literal["sign-off", "procurement", "data", "resource", "quality", "policy", "other"]
REASONS: Mapping[LateReason, str] = MappingProxyType(
    {
        "sign-off": "delays in sign-off",
        "procurement": "delays in procurement",
        "data": "the data were not delivered",
        "resource": "not enough people, time or money",
        "quality": "quality",
        "policy": "a change of policy",
        "other": "other",
    }
)
"""The reasons that the Evaluation Registry of the UK government lists, and data, in words."""
SAY_WHICH: frozenset[LateReason] = frozenset({"quality", "other"})
"""Reasons that say nothing without a note."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LateResult:
    """What a partnership says of a result that is overdue; public once it is stated.

    Attributes
    ----------
    id : str
        The plan's.
    reason : str
        A code in ``REASONS``.
    note : str
        More, in a sentence; never empty where the reason is one of ``SAY_WHICH``.
    expected : str
        When the result is expected now: YYYY, YYYY-MM or YYYY-MM-DD, of which the last day counts.
    by : str
        The post that says so.
    stated : date
        The day of saying it.
    """

    __pydantic_config__ = ConfigDict(extra="forbid")

    form: Literal["evalkit/late-result/1"]
    id: ProtocolId
    reason: LateReason
    expected: PartialDate
    by: Line
    stated: datetime.date
    note: ShortNote = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Overdue:
    """A locked plan whose result was due and that has no public finding.

    Attributes
    ----------
    since : date
        The last day on which the result was in time.
    today : date
        The day on which it is looked at, later than ``since``.
    stated : LateResult or None
        What was said about it last; None where nobody has said anything.
    """

    since: datetime.date
    today: datetime.date
    stated: LateResult | None = None


def reason_given(stated: LateResult) -> str:
    """The reason with its note, as the end of a sentence without its full stop.

    >>> late = LateResult(form="evalkit/late-result/1", id="EM-2026-0001-P1", reason="resource",
    ...     expected="2027-03", by="Analyst", stated=datetime.date(2026, 11, 1), note="The analyst left.")
    >>> reason_given(late)
    'not enough people, time or money: The analyst left'
    """
    note = stated.note.strip().removesuffix(".")
    if stated.reason == "other":
        return note
    return f"{REASONS[stated.reason]}: {note}" if note else REASONS[stated.reason]
