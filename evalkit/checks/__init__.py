"""Attempts to prove an evaluation wrong: each a question, a number, a threshold and a sentence.

Checks of a panel take it first and have a default for the rest; where nothing else is said they look at
group-time effects.
"""

from evalkit.checks.balance import pre_period_balance
from evalkit.checks.cohorts import already_treated_share, small_cohorts
from evalkit.checks.composition import composition_change
from evalkit.checks.panel_checks import enough_units, leave_one_unit_out
from evalkit.checks.panel_recording import recording_change
from evalkit.checks.placebo_start import placebo_start, pre_trend_of_ratio
from evalkit.checks.pre_trend import pre_trend
from evalkit.checks.series_checks import placebo_date, residual_autocorrelation

__all__ = [
    "already_treated_share",
    "composition_change",
    "enough_units",
    "leave_one_unit_out",
    "placebo_date",
    "placebo_start",
    "pre_period_balance",
    "pre_trend",
    "pre_trend_of_ratio",
    "recording_change",
    "residual_autocorrelation",
    "small_cohorts",
]
