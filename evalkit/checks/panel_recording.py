"""Did one unit change how it records? Question of a panel of counts, where nothing had been done yet."""

from dataclasses import replace

import numpy as np

from evalkit.checks.data_checks import CLEAR
from evalkit.checks.data_checks import recording_change as of_table
from evalkit.checks.panel_result import need_level
from evalkit.checks.question import Question
from evalkit.data import periods as calendar
from evalkit.data.grid import OutcomeGrid
from evalkit.data.panel import Panel
from evalkit.types.evaluation import CheckResult, IfFailed


def recording_change(
    panel: Panel, *, threshold: float = CLEAR, if_failed: IfFailed = "report"
) -> CheckResult:
    """Whether the level of one unit steps away from the others before anything was done there.

    As ``data_checks.recording_change``, on untreated observations only, so that an effect is not taken for a
    change in recording. Of clean panels about 1 in 100 fails at the threshold 0.05, 3 at worst
    (``benchmarks/data_check.py``).

    Parameters
    ----------
    panel : Panel
        Of counts, by month or year; at least three units with five events a period.
    threshold : float
        Of the p-value, adjusted for every date and unit: at least.
    if_failed : str
    """
    need_level("recording_change", threshold)
    asked = Question(
        check="recording_change", question="Did one area change how it records?", statistic="p",
        rule=">=", threshold=threshold, if_failed=if_failed,
    )  # fmt: skip
    seen = panel.outcome[panel.observed]
    if (seen < 0).any() or (seen != np.round(seen)).any():
        return asked.not_applicable(
            "it needs counts; a logarithm or a rate hides how many they are"
        )
    if calendar.per_year(panel.periods[0]) == 4:
        return asked.not_applicable("it needs months or years")
    untouched = np.where(panel.treated, np.nan, panel.outcome)[:, :, None]
    grid = OutcomeGrid(
        areas=panel.units,
        area_names=panel.units,
        periods=panel.periods,
        outcomes=(panel.unit_of_measure,),
        low=untouched,
        high=untouched.copy(),
    )
    return replace(of_table(grid, level=threshold), if_failed=if_failed)
