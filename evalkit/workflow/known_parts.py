"""What was proved and gathered of each group of the registry, kept from one edition to the next."""

import datetime
from dataclasses import dataclass
from pathlib import Path

from evalkit.hub.edition import Part
from evalkit.hub.scratch import Memory
from evalkit.types.edition import Revision
from evalkit.workflow.explain import HeldBack
from evalkit.workflow.indicator_rules import Guarded
from evalkit.workflow.shielded import Rule

PARTS = ".evalkit/parts.db"
"""Where a workspace keeps it; scratch that may be deleted."""
_PACKAGES = ("msgspec", "pydantic", "markupsafe", "jinja2", "markdown-it-py", "nh3")


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """One group, which is as the ledger sealed it.

    Attributes
    ----------
    parts : tuple of Part
        What an edition knows of it.
    rules : tuple of (Rule, tuple of str)
        Rules that hide or refuse something, and the files of the hub that each holds for.
    guarded : tuple of Guarded
        The same for values of indicators, by intervention.
    kept_back : tuple of HeldBack
    history : tuple of Revision
        Every public version in it.
    day : date
        Of the edition that it was gathered for.
    due : date or None
        The first day on which a result of it is due that is not there.
    """

    parts: tuple[Part, ...]
    rules: tuple[tuple[Rule, tuple[str, ...]], ...]
    guarded: tuple[Guarded, ...]
    kept_back: tuple[HeldBack, ...]
    history: tuple[Revision, ...]
    day: datetime.date
    due: datetime.date | None

    def holds_on(self, day: datetime.date) -> bool:
        """Whether it says the same on another day: no result became overdue, or longer so."""
        return day == self.day or self.due is None or max(day, self.day) <= self.due


def last_edition(place: Path) -> Memory[Known]:
    """What was known of the groups of the last edition by their keys."""
    return Memory(place, Known, packages=_PACKAGES)
