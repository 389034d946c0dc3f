"""How certain a pooled result is."""

from dataclasses import dataclass
from typing import Literal

from pydantic import ConfigDict

from evalkit.types.rating import Rule
from evalkit.types.texts import Text

CertaintyLevel = Literal["high", "moderate", "low", "very low"]
Domain = Literal["risk of bias", "inconsistency", "indirectness", "imprecision", "publication bias"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What people decide about one domain: how many levels it costs (0, 1 or 2), and why."""

    __pydantic_config__ = ConfigDict(extra="forbid")

    steps: Literal[0, 1, 2]
    reason: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Downgrade:
    """One domain: levels lost (None: nobody has judged it), what was seen, and the rule."""

    domain: Domain
    steps: int | None
    seen: str
    rule: Rule


@dataclass(frozen=True, slots=True, kw_only=True)
class Certainty:
    """A GRADE-style certainty.

    Attributes
    ----------
    level : str
        High, moderate, low or very low.
    start : str
        The level before anything was taken away.
    start_rule : Rule
    downgrades : tuple of Downgrade
        All five domains, in their usual order.
    version : str
        ``grade@1.0``.
    """

    level: CertaintyLevel
    start: CertaintyLevel
    start_rule: Rule
    downgrades: tuple[Downgrade, ...]
    version: str

    @property
    def label(self) -> str:
        """``low``; ``at most low`` while nobody has judged one of the domains."""
        open_ = any(one.steps is None for one in self.downgrades) and self.level != "very low"
        return f"at most {self.level}" if open_ else self.level
