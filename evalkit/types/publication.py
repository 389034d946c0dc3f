"""How far a finding has come: reviewed, published, corrected or withdrawn."""

import datetime
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import ConfigDict, StringConstraints

from evalkit.types import patterns
from evalkit.types.ids import FindingId
from evalkit.types.texts import Text

Step = Literal["reviewed", "published", "corrected", "withdrawn"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """The last step that people took with a finding; every step is a version of it.

    Attributes
    ----------
    id : str
        The finding's.
    state : str
        ``corrected`` is published once more, after it had changed.
    finding_sha256 : str
        Of the finding's canonical JSON: the step holds for these words and numbers and no others.
    reason : str
        Why, in a sentence or two; in the ledger too.
    done : date or None
        The day of the step.
    """

    __pydantic_config__ = ConfigDict(extra="forbid")

    form: Literal["evalkit/publication/1"]
    id: FindingId
    state: Step
    finding_sha256: Annotated[str, StringConstraints(pattern=patterns.SHA256)]
    reason: Text
    done: datetime.date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A step as the ledger tells of it: what, when, by which post and why."""

    state: Step
    on: datetime.date | None
    by: str
    reason: str
