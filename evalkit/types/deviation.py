"""Where what was run is not what was planned first, with both answers."""

import hashlib
from dataclasses import dataclass
from typing import Literal

from evalkit.types.scaled import ScaledEffect

DeviationType = Literal[
    "data", "unit", "outcome", "window", "model", "subgroup", "missing", "rule", "words"
]
"""What a deviation is about; ``rule`` is what decides the word, ``missing`` what was not run."""
Timing = Literal["before_access", "after_access", "after_first_run", "in_the_run"]
"""When it was decided, by the order of the ledger; ``in_the_run`` was nobody's decision."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BothEstimates:
    """One answer as it was planned first and as it was run, each in its own unit.

    Attributes
    ----------
    name : str
        The plan's name for the change that it is about.
    planned, run : ScaledEffect or None
    why : str
        Why one of them is None; empty where both are there.
    """

    name: str
    planned: ScaledEffect | None
    run: ScaledEffect | None
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deviation:
    """A difference between the plan as it was locked first and what was run.

    Attributes
    ----------
    part : str
        The plan's field, dotted.
    planned, run : str
        Both values, as text.
    reason : str or None
        From the amendment that made it, or given for it later; None until somebody gives one.
    type : str
    timing : str
    estimates : tuple of BothEstimates
        One for each answer of the plan. Where several parts differ, each shows what all of them did together.
    """

    part: str
    planned: str
    run: str
    reason: str | None = None
    type: DeviationType = "model"
    timing: Timing = "after_first_run"
    estimates: tuple[BothEstimates, ...] = ()

    @property
    def fingerprint(self) -> str:
        """What stays the same as long as the same part differs in the same way: eight digits."""
        text = "\n".join((self.part, self.planned, self.run))
        return hashlib.sha256(text.encode()).hexdigest()[:8]
