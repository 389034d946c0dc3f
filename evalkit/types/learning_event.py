"""Where what was learnt is passed on."""

import datetime
from dataclasses import dataclass
from typing import Annotated, Literal

from annotated_types import MinLen
from pydantic import ConfigDict, StringConstraints

from evalkit.types import patterns
from evalkit.types.ids import FindingId, Slug
from evalkit.types.texts import Line

Theme = Literal[
    "strategic-needs-assessments",
    "partnership-knowledge-and-collaboration",
    "community-consensus",
    "evaluation-and-monitoring",
]
"""The sessions that Hopkins and Floyd (University of Leicester) recommend for regional learning events."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One session: when it starts (24 hours, ``09:30``), its title, one sentence about it, its theme."""

    __pydantic_config__ = ConfigDict(extra="forbid")

    time: Annotated[str, StringConstraints(pattern=patterns.CLOCK)]
    title: Line
    sentence: Line
    theme: Theme


@dataclass(frozen=True, slots=True, kw_only=True)
class LearningEvent:
    """A regional or national learning event.

    Attributes
    ----------
    id, name : str
    date : date
    place : str
        Venue and town.
    status : "planned", "held" or "cancelled"
    themes : tuple of str
        One or more of ``Theme``.
    sessions : tuple of Session
        In the order of the day.
    findings : tuple of str
        Ids of the findings that are shown.
    registered : date or None
        The day of registering as the text declares it; the registry's clock otherwise.
    """

    __pydantic_config__ = ConfigDict(extra="forbid")

    form: Literal["evalkit/learning-event/1"]
    id: Slug
    name: Line
    date: datetime.date
    place: Line
    status: Literal["planned", "held", "cancelled"]
    themes: Annotated[tuple[Theme, ...], MinLen(1)]
    sessions: tuple[Session, ...] = ()
    findings: tuple[FindingId, ...] = ()
    registered: datetime.date | None = None
