"""What every scheme looks at: the design, the checks, and whether a change was seen."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from evalkit.protocol.plan import Plan
from evalkit.types.evaluation import CheckResult, Evaluation
from evalkit.types.finding import Better, Finding, ScaledEffect
from evalkit.types.rating import Reason, Rule

Seen = Literal["better", "worse", "small", "unsure"]
Design = Literal["did", "its", "controlled_its", "other"]

HOUSE = "Convention of evalkit, written down because the scheme leaves it open"
ALIKE = frozenset(
    [
        *("pre_trend", "placebo_start", "pre_period_balance"),
        *("placebo_date", "placebo_dates", "comparison_shock"),
    ]
)
"""Checks that ask whether the places, or the series, would have gone on alike without the change."""

_WORDS = {
    "did": "a before-and-after comparison with a comparison group (difference-in-differences)",
    "controlled_its": "an interrupted time series beside a comparison series",
    "its": "an interrupted time series without a comparison",
    "other": "a design of others",
}
_UNRATED = {
    "published": Reason(
        seen="Others published this result.",
        rule=Rule(
            says="A rule needs the design and the checks in a form that it can read.", source=HOUSE
        ),
    ),
    "simulated": Reason(
        seen="The data are made up.",
        rule=Rule(says="Made-up data are evidence of nothing.", source=HOUSE),
    ),
    "exploratory": Reason(
        seen="This is not what the locked plan asks.",
        rule=Rule(says="Only what the plan asked is rated.", source=HOUSE),
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Study:
    """One finding as the schemes see it.

    Attributes
    ----------
    design : str
        ``did``, ``its``, ``controlled_its``, or ``other`` for a result that others published.
    controls : bool
        Whether other measures stand in the model, such as unemployment.
    seen : str
        ``better`` or ``worse``: the interval is clear of no change; ``small``: it lies inside the zone too
        small to matter; ``unsure``: anything else.
    theory : bool
        Whether a theory of change is registered.
    checks : tuple of CheckResult
    unrated : Reason or None
        Why no rule applies at all.
    """

    design: Design
    controls: bool
    seen: Seen
    theory: bool
    checks: tuple[CheckResult, ...]
    unrated: Reason | None = None

    @property
    def compares(self) -> bool:
        """Whether there is a comparison group or series."""
        return self.design in ("did", "controlled_its")

    @property
    def design_words(self) -> str:
        """The design as a reason names it."""
        return _WORDS[self.design]

    @property
    def apart(self) -> tuple[CheckResult, ...]:
        """Checks of likeness that were not passed."""
        return tuple(c for c in self.checks if c.check in ALIKE and c.passed is False)

    @property
    def shown_alike(self) -> bool:
        """Whether likeness was asked about, and every such check passed."""
        return not self.apart and any(c.check in ALIKE and c.passed for c in self.checks)

    @property
    def faults(self) -> tuple[CheckResult, ...]:
        """Other checks that were not passed and that the plan does not merely report."""
        return tuple(
            c
            for c in self.checks
            if c.check not in ALIKE and c.passed is False and c.if_failed != "report"
        )

    @property
    def sound(self) -> bool:
        """Whether likeness was shown and nothing else failed."""
        return self.shown_alike and not self.faults


def study_of(
    finding: Finding, evaluation: Evaluation | None, plan: Plan | None, *, theory: bool
) -> Study:
    """What the schemes look at.

    Parameters
    ----------
    evaluation, plan : Evaluation and Plan, or None
        None for a result that others published.
    theory : bool
        Whether the intervention has a theory of change.
    """
    if evaluation is None or plan is None:
        return Study(
            design="other",
            controls=False,
            seen="unsure",
            theory=theory,
            checks=(),
            unrated=_UNRATED["published"],
        )
    why = next((n for n in ("simulated", "exploratory") if getattr(finding, n)), "")
    return Study(
        design=evaluation.design,
        controls=bool(getattr(plan.estimator, "covariates", ())),
        seen=seen(finding.effect, finding.better),
        theory=theory,
        checks=evaluation.checks,
        unrated=_UNRATED[why] if why else None,
    )


def seen(effect: ScaledEffect | None, better: Better) -> Seen:
    """What the interval alone shows, whatever the checks say."""
    if effect is None or effect.interval is None or effect.minimum is None:
        return "unsure"
    low, high, m = effect.interval.low, effect.interval.high, effect.minimum
    if -m < low and high < m:
        return "small"
    if low > 0 or high < 0:
        return "better" if (high < 0) == (better == "lower") else "worse"
    return "unsure"


def asked(checks: Iterable[CheckResult]) -> str:
    """The questions of some checks, one after the other."""
    return " ".join(check.question for check in checks)


def not_passed(checks: Iterable[CheckResult]) -> str:
    """``Not passed:`` and the questions."""
    return f"Not passed: {asked(checks)}"


def likeness(study: Study) -> str:
    """What the checks say about likeness, in words."""
    if study.apart:
        return not_passed(study.apart)
    if study.shown_alike:
        return f"Passed: {asked(c for c in study.checks if c.check in ALIKE and c.passed)}"
    return "No check asked whether they would have gone on alike, or none could be run."
