"""One thing that a publication gives away, and everything that is about to be published."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field

from evalkit.data.disclosure.profiles import Profile
from evalkit.data.disclosure.statement import Populations
from evalkit.data.disclosure.table import Table


@dataclass(frozen=True, slots=True, kw_only=True)
class Leak:
    """Something that a profile does not allow.

    Attributes
    ----------
    rule : str
        ``shown``, ``not rounded``, ``alone in its line``, ``subtraction``, ``denominator``, ``two editions``,
        ``text``, ``picture`` or ``profile``.
    cells : tuple of str
        What is given away.
    where : tuple of str
        Every place that is needed for it.
    why : str
        What somebody can read or work out, in a sentence without a full stop.
    profile : str
        Name and version of the rule; empty where there is none.
    """

    rule: str
    cells: tuple[str, ...]
    where: tuple[str, ...]
    why: str
    profile: str = ""

    @property
    def id(self) -> str:
        """Eight digits that stay the same as long as the same is given away in the same places."""
        told = "\n".join((self.profile, self.rule, *self.cells, *self.where, self.why))
        return hashlib.sha256(told.encode()).hexdigest()[:8]

    def __str__(self) -> str:
        return f"{self.id} {'; '.join(self.cells)}: {self.why} [{', '.join(self.where)}]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """Everything that is about to be published, and what is out already.

    Attributes
    ----------
    tables : tuple of Table
        Of this edition and, marked ``earlier``, of those before.
    texts : mapping of str to str
        Running text by place.
    profiles : mapping of str to Profile
        The rule for each outcome.
    units : mapping of str to tuple of str
        By outcome: what one event is called, e.g. ``("admissions",)``.
    speaks_of : mapping of str to str
        By place of a text: the outcome it is about. Other texts are only searched for hidden cells by name.
    hierarchies : mapping of str to tuple of str
        Labels that others add up to, e.g. ``{"leicestershire": ("blaby", …)}``.
    populations : mapping
        How many people live where, by the labels of a cell; NaN where a number of people is hidden itself.
    pictures : mapping of str to str
        By place of a picture that cannot be read: the outcome that its file is about.
    """

    tables: tuple[Table, ...]
    profiles: Mapping[str, Profile]
    texts: Mapping[str, str] = field(default_factory=dict)
    units: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    speaks_of: Mapping[str, str] = field(default_factory=dict)
    hierarchies: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    populations: Populations = field(default_factory=dict)
    pictures: Mapping[str, str] = field(default_factory=dict)
