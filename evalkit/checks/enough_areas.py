"""Whether chance can be judged with so few areas, by the method of inference that was used."""

from evalkit.checks.panel_checks import enough_units
from evalkit.checks.question import Question
from evalkit.checks.sides import Comparison, Sides, sides
from evalkit.data.panel import Panel
from evalkit.types.estimate import Estimate
from evalkit.types.evaluation import CheckResult

SEVERAL, LEAST = 6, 3
"""Units on the smaller side from which CR2 and the wild bootstrap hold their level, and below which the
bootstrap fails (docs/calibration.md)."""
ASKED = "Are there enough units to judge chance by?"


def enough_areas(
    panel: Panel, comparison: Comparison, found: Estimate, *, level: float
) -> CheckResult:
    """Are there enough units for this method of inference? Made for every plan.

    A method that counts (permutation) passes where it can reject at the level that the plan asks for. Donald
    and Lang's t test rests on an assumption that so few areas cannot show to hold, so nothing can be told by
    it. CR2 and the wild cluster bootstrap lower the word below 6 units on a side; below 3 the bootstrap
    fails. All others are judged by ``enough_units``.

    Parameters
    ----------
    found : Estimate
        The plan's estimate; its ``judged_by`` and ``attainable_level`` are looked at.
    level : float
        Of the interval that the plan asks for.
    """
    counted = sides(panel, comparison)
    if found.judged_by == "permutation" and found.attainable_level is not None:
        return _by_counting(counted, found.attainable_level, level)
    if found.judged_by == "donald_lang":
        return _by_assumption(counted)
    if found.judged_by in ("cr2", "wild_bootstrap"):
        return _by_cluster_scores(counted, found.judged_by)
    return enough_units(panel, comparison)


def _by_counting(counted: Sides, reached: float, level: float) -> CheckResult:
    alpha = 1 - level
    threshold = round(alpha, 12)
    asked = Question(
        check="enough_units", question=ASKED, statistic="attainable level", rule="<=",
        threshold=threshold, if_failed="cannot_tell",
    )  # fmt: skip
    if reached <= alpha + 1e-9:
        return asked.answered(
            min(reached, threshold),
            f"{_who(counted)}: the test can reject at {reached:.1%} without assuming how outcomes vary, if "
            "chance decided who started.",
        )
    return asked.answered(
        reached,
        f"{_who(counted)}: the smallest p-value that permutation can reach is {reached:.2g}, so no "
        f"assumption-free test can reject at {alpha:.0%}.",
    )


def _by_assumption(counted: Sides) -> CheckResult:
    asked = Question(
        check="enough_units", question=ASKED, statistic="assumption-free test", rule=">=",
        threshold=1.0, if_failed="cannot_tell",
    )  # fmt: skip
    return asked.answered(
        0.0,
        f"{_who(counted)}: the t test of changes holds only if they are about normal with the spread that "
        "is assumed, which so few cannot show.",
    )


def _by_cluster_scores(counted: Sides, name: str) -> CheckResult:
    smaller = min(counted.n_treated, counted.n_comparison)
    fails = name == "wild_bootstrap" and smaller < LEAST
    asked = Question(
        check="enough_units", question=ASKED, statistic=counted.of_what, rule=">=",
        threshold=float(SEVERAL), if_failed="cannot_tell" if fails else "lower_rating",
    )  # fmt: skip
    label = "CR2" if name == "cr2" else "the wild cluster bootstrap"
    return asked.answered(
        float(smaller),
        f"{_who(counted)}; {label} holds its level from about {SEVERAL} on either side, and takes "
        "changes to be about normal with fewer.",
    )


def _who(counted: Sides) -> str:
    return f"{counted.n_treated} treated and {counted.n_comparison} comparison {counted.of_what}"
