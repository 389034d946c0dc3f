"""What stands around a finding: its marks, who was compared with whom, and by which design."""

from collections.abc import Mapping

from evalkit.data import periods as calendar
from evalkit.protocol.plan import Plan
from evalkit.types.evaluation import Evaluation

NOT_PLANNED = "This is not what the locked plan asks. "
MADE_UP = "A generator made these numbers up to show the way; they are evidence of nothing. "
_INTERRUPTED: Mapping[str, str] = {
    "its": "Interrupted time series",
    "controlled_its": "Controlled interrupted time series",
}


def mark_of(evaluation: Evaluation) -> str:
    """What stands before a headline that is not to be read like the others."""
    marks = ["exploratory"] * evaluation.exploratory + [
        "simulated"
    ] * evaluation.provenance.simulated
    return f"{', '.join(marks).capitalize()}: " if marks else ""


def during(evaluation: Evaluation) -> str:
    """How long after the start was looked at, e.g. ``24 months``."""
    cover = evaluation.coverage
    longest = 1 + calendar.ordinal(cover.last_period) - calendar.ordinal(cover.cohorts[0][0])
    noun = calendar.noun(cover.first_period)
    upto = "up to " if len(cover.cohorts) > 1 else ""
    return f"{upto}{longest} {noun}{'s' * (longest > 1)}"


def against(plan: Plan) -> str:
    """What the change is set against, in words."""
    if plan.comparison is not None:
        return plan.comparison.words
    return "the path it was on"


def compared(evaluation: Evaluation, plan: Plan) -> str:
    """Who is compared with whom."""
    coverage = evaluation.coverage
    if plan.comparison is None:
        return f"{coverage.n_periods} periods of one series, before and after"
    if plan.design == "controlled_its":
        return f"{coverage.n_periods} periods of one series, beside {plan.comparison.words}"
    return (
        f"{coverage.n_treated} {coverage.unit_name}s treated, "
        f"{coverage.n_comparison} {plan.comparison.words}"
    )


def design_words(plan: Plan) -> str:
    """The design and its method in short."""
    interrupted = _INTERRUPTED.get(plan.design, "")
    return {
        "group_time": "Difference-in-differences, group-time effects",
        "sun_abraham": "Difference-in-differences, cohort by cohort (Sun and Abraham)",
        "imputation": "Difference-in-differences, imputation of what would have been",
        "twfe": "Difference-in-differences, change where it started less change elsewhere",
        "poisson": "Difference-in-differences of counts, Poisson regression",
        "segmented": f"{interrupted}, segmented regression",
        "counts": f"{interrupted} of counts, log-linear regression",
    }[plan.estimator.name]


def later(plan: Plan) -> str:
    """When the effect is read, after ``the best guess``; empty for the whole of it."""
    estimand = plan.estimand
    if plan.design == "did" or not estimand.horizon:
        return ""
    noun = "months" if "-" in plan.window.start else "years"
    if estimand.effect == "average":
        return f" on average over {estimand.horizon + 1} {noun}"
    return f" after {estimand.horizon} {noun}"


def summary_marks(evaluation: Evaluation) -> str:
    """Sentences that stand before the summary of what is made up or was not planned."""
    made_up = MADE_UP if evaluation.provenance.simulated else ""
    return made_up + (NOT_PLANNED if evaluation.exploratory else "")
