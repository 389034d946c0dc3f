"""Why a run differs from its plan, given after the tool had found that it does."""

import datetime
from dataclasses import dataclass
from typing import Literal

from pydantic import ConfigDict

from evalkit.types.ids import ProtocolId
from evalkit.types.texts import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """The reason for one deviation.

    Attributes
    ----------
    id : str
        The plan's id and the deviation's fingerprint, ``EM-2026-0007-P1/9c1f40aa``: it holds for every run
        in which the same part differs in the same way.
    protocol : str
    part, planned, run : str
        As in the deviation.
    reason : str
        In a sentence or two.
    explained : date or None
        The day of explaining.
    """

    __pydantic_config__ = ConfigDict(extra="forbid")

    form: Literal["evalkit/explanation/1"]
    id: str
    protocol: ProtocolId
    part: str
    planned: str
    run: str
    reason: Text
    explained: datetime.date | None = None


def explanation_id(protocol: str, fingerprint: str) -> str:
    """The id of the reason for a deviation of a plan."""
    return f"{protocol}/{fingerprint}"
