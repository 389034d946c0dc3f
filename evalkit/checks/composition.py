"""Are they the same units throughout? Who enters, who leaves, and who is missing when."""

import numpy as np
import numpy.typing as npt

from evalkit.checks.panel_result import period_noun
from evalkit.checks.question import Question
from evalkit.data.panel import Panel
from evalkit.types.evaluation import CheckResult, IfFailed

Booleans = npt.NDArray[np.bool_]


def composition_change(
    panel: Panel, *, threshold: float = 0.05, if_failed: IfFailed = "lower_rating"
) -> CheckResult:
    """Are they the same units throughout? The largest share of either side without a number in one period.

    A side whose members change can move without anything changing in any of them; that a unit leaves may
    itself be an effect. On a panel without missing cells the check is passed for certain. Below the
    threshold of a twentieth losses are usually taken to bias little, above a fifth much (Schulz and Grimes
    2002, *Lancet* 359).

    Parameters
    ----------
    panel : Panel
        Units that never start are one side, the others the other.
    threshold : float
        Share, at most.
    if_failed : str
    """
    asked = Question(
        check="composition_change", question="Are the same units compared throughout?",
        statistic="largest share missing in a period", rule="<=", threshold=threshold,
        if_failed=if_failed,
    )  # fmt: skip
    if panel.balanced:
        return asked.answered(0.0, "Every unit has a number in every period.")
    sides = [("treated", panel.ever_treated), ("comparison", ~panel.ever_treated)]
    found = [(name, panel.observed[rows]) for name, rows in sides if rows.any()]
    worst = max(float(1 - seen.mean(axis=0).min()) for _, seen in found)
    said = "; ".join(_told(name, seen, panel.periods) for name, seen in found)
    return asked.answered(worst, f"{said[0].upper()}{said[1:]}.")


def _told(name: str, seen: Booleans, periods: tuple[str, ...]) -> str:
    """Who enters, leaves and is missing on one side (units x periods)."""
    n = len(seen)
    missing = 1 - seen.mean(axis=0)
    if not missing.any():
        return f"all {n} {name} units are there throughout"
    late, early = int((~seen[:, 0]).sum()), int((~seen[:, -1]).sum())
    worst = int(np.argmax(missing))
    return (
        f"of {n} {name} units {late} {_verb(late, 'enter')} late and {early} {_verb(early, 'leave')} early; "
        f"{1 - seen.mean():.1%} of their unit-{period_noun(periods)}s are missing, most in "
        f"{periods[worst]} ({missing[worst]:.0%})"
    )


def _verb(count: int, verb: str) -> str:
    return verb + "s" * (count == 1)
