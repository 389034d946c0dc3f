"""How far an area thinks it is with each of the five Cs; never published."""

import datetime
from dataclasses import dataclass
from typing import Literal

from pydantic import ConfigDict

from evalkit.types.ids import AreaCode, Slug
from evalkit.types.texts import Note

StageName = Literal["emerging", "developing", "established", "not-assessed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """Where an area sees itself, and why: emerging, developing, established or not-assessed."""

    __pydantic_config__ = ConfigDict(extra="forbid")

    stage: StageName
    note: Note = ""


_NOT_ASSESSED = Stage(stage="not-assessed")


@dataclass(frozen=True, slots=True, kw_only=True)
class SelfAssessment:
    """An area's own view of its work, for its own use.

    The stages are this tool's words, no published scale. Areas are not compared: a self-assessment is
    always private and no page of the hub is made from it.

    Attributes
    ----------
    id : str
    area : str
        Code of the area.
    day : date
        When it was made.
    collaboration, co_production, co_operation, counter_narratives, community_consensus : Stage
        One for each of the five Cs; see ``five_cs.FiveCs``.
    visibility : "private"
        Nothing else is allowed.
    """

    __pydantic_config__ = ConfigDict(extra="forbid")

    form: Literal["evalkit/self-assessment/1"]
    id: Slug
    area: AreaCode
    day: datetime.date
    collaboration: Stage = _NOT_ASSESSED
    co_production: Stage = _NOT_ASSESSED
    co_operation: Stage = _NOT_ASSESSED
    counter_narratives: Stage = _NOT_ASSESSED
    community_consensus: Stage = _NOT_ASSESSED
    visibility: Literal["private"] = "private"
