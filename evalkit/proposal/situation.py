"""What an evaluation lead knows before any result, and what can be proposed from it."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

Numbers: TypeAlias = Literal["counts", "level", "log"]
Verdict: TypeAlias = Literal["proposed", "possible", "cannot tell", "blocked"]
PanelMethod: TypeAlias = Literal["poisson", "twfe", "group_time", "imputation"]
LEAST_COUNT = 5
"""Events a period from which logarithms keep their promise, and no period is likely to have none."""
Group: TypeAlias = Literal["never_treated", "not_yet_treated", "untreated"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """What is there to evaluate with.

    Attributes
    ----------
    cohorts : tuple of int
        How many areas start together, by start, the earliest first.
    n_comparison : int
        Areas like these that never start.
    n_before, n_after : int
        Periods before the first start, and from it on.
    per_year : int
        1, 4 or 12 periods a year.
    numbers : {"counts", "level", "log"}
        What the data hold: events, a rate or score, or natural logarithms.
    exposure : bool
        Whether there is a population to divide counts by.
    gradual : bool
        Whether it builds up over time.
    small : bool
        Whether some area that takes part has periods before the start with fewer than ``LEAST_COUNT`` events.
    level : float
        Of the interval.
    """

    cohorts: tuple[int, ...]
    n_comparison: int
    n_before: int
    n_after: int
    per_year: int = 12
    numbers: Numbers = "counts"
    exposure: bool = False
    gradual: bool = False
    small: bool = False
    level: float = 0.95

    @property
    def n_treated(self) -> int:
        """Areas that start."""
        return sum(self.cohorts)

    @property
    def staggered(self) -> bool:
        """Whether starts differ."""
        return len(self.cohorts) > 1

    @property
    def period(self) -> str:
        """``"month"``, ``"quarter"`` or ``"year"``."""
        return {1: "year", 4: "quarter", 12: "month"}[self.per_year]

    def periods(self, n: int) -> str:
        """``1 month``, ``24 months``."""
        return f"{n} {self.period}{'s' * (n != 1)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Design:
    """One way to answer the question.

    Attributes
    ----------
    design : "did", "its" or "controlled_its"
    verdict : str
        ``proposed``; ``possible``; ``cannot tell``: it can be run, and its answer will be that nothing can be
        told; ``blocked``: it cannot be run.
    estimator, inference : str
        As a plan names them; empty where it is blocked.
    group : str
        Whom the treated areas are compared with; empty without a comparison.
    scale : "ratio", "level" or "log"
    test : str
        How chance will be judged, as ``Power.inference`` names it.
    smallest_p : float or None
        Of a test without assumptions about errors; None where the test is of another kind.
    reasons : tuple of str
        Why this method and this test, a sentence each.
    blockers : tuple of str
        What stands against it, a phrase each; empty unless it cannot be run or cannot tell.
    limits : tuple of str
        What it cannot rule out, as a plan's ``limits`` say it.
    """

    design: Literal["did", "its", "controlled_its"]
    verdict: Verdict
    estimator: str = ""
    inference: str = ""
    group: str = ""
    scale: Literal["ratio", "level", "log"] = "level"
    test: str = ""
    smallest_p: float | None = None
    reasons: tuple[str, ...] = ()
    blockers: tuple[str, ...] = ()
    limits: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """Every design that was thought of, the best first, and what would make the answer stronger."""

    designs: tuple[Design, ...]
    stronger: tuple[str, ...]

    @property
    def proposed(self) -> Design | None:
        """The design to use; None where none can answer the question."""
        return next((one for one in self.designs if one.verdict == "proposed"), None)
