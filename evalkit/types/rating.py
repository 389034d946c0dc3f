"""How strong a finding is under named schemes, and why."""

import datetime
from dataclasses import dataclass
from typing import Annotated, Literal

from annotated_types import Ge, Le
from pydantic import ConfigDict

from evalkit.types.ids import FindingId
from evalkit.types.texts import Line, Text

Scheme = Literal["sms-wwg", "sms-magenta", "nesta", "eif", "eef-padlocks"]
Severity = Literal["low", "moderate", "high"]
Pull = Literal["unknown", "towards", "away"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A sentence of a scheme in our own words, and where it stands."""

    says: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """What was seen of a finding, and the rule that it meets."""

    seen: str
    rule: Rule


@dataclass(frozen=True, slots=True, kw_only=True)
class Rating:
    """One scheme's level for one finding.

    Attributes
    ----------
    scheme : str
        Its short name, e.g. ``"sms-wwg"``.
    name : str
        As it is printed.
    version : str
        Of our rules for it, e.g. ``"sms-wwg@1.0"``.
    level : int or None
        None where the scheme gives no number; ``category`` or the last reason says what it gives.
    out_of : int
        The scheme's highest level.
    category : str
        What the scheme says in place of a level, e.g. ``"NE"``; empty otherwise.
    reasons : tuple of Reason
        Never empty.
    """

    scheme: Scheme
    name: str
    version: str
    level: int | None
    out_of: int
    reasons: tuple[Reason, ...]
    category: str = ""

    @property
    def label(self) -> str:
        """``2 of 5``, the category, or ``Not rated``."""
        if self.level is not None:
            return f"{self.level} of {self.out_of}"
        return self.category or "Not rated"


@dataclass(frozen=True, slots=True, kw_only=True)
class Threat:
    """Something that could make a result wrong.

    Attributes
    ----------
    what : str
    severity : "low", "moderate" or "high"
    pull : "unknown", "towards" or "away"
        Whether it makes the effect look larger (towards an effect) or smaller (away from one).
    """

    __pydantic_config__ = ConfigDict(extra="forbid")

    what: Line
    severity: Severity
    pull: Pull = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenRating:
    """What a reviewer says about one finding under one scheme; the rule's own answer stays beside it.

    Attributes
    ----------
    id : str
        The finding's id and the scheme's name.
    version : str
        Of the rules that the reviewer had before them.
    level : int or None
        The reviewer's level; None where only ``start`` is given.
    start : int or None
        For padlocks: where the rule begins to count down.
    threats : tuple of Threat
        For padlocks: what the reviewer sees beside the checks.
    reason : str
    rated : date or None
        The day of rating.
    """

    __pydantic_config__ = ConfigDict(extra="forbid")

    form: Literal["evalkit/rating/1"]
    id: str
    finding: FindingId
    scheme: Scheme
    version: Line
    reason: Text
    level: Annotated[int, Ge(0), Le(5)] | None = None
    start: Annotated[int, Ge(0), Le(5)] | None = None
    threats: tuple[Threat, ...] = ()
    rated: datetime.date | None = None


def rating_id(finding: str, scheme: Scheme) -> str:
    """The id of a reviewer's rating: one a finding and scheme."""
    return f"{finding}/{scheme}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rated:
    """The rule's rating and, where there is one, the reviewer's.

    ``by`` is the post of the reviewer; empty without one.
    """

    rule: Rating
    given: GivenRating | None = None
    by: str = ""

    @property
    def given_label(self) -> str:
        """The reviewer's level as it is printed; empty where the reviewer gave none."""
        if self.given is None or self.given.level is None:
            return ""
        return f"{self.given.level} of {self.rule.out_of}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfilePart:
    """One heading of a profile: what is known under it, or what nobody has written down."""

    heading: str
    asks: str
    texts: tuple[str, ...]
    known: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """Everything that the schemes say about one finding."""

    ratings: tuple[Rated, ...]
    profile: tuple[ProfilePart, ...]
