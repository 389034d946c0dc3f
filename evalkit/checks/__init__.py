"""Attempts to prove an evaluation wrong: each a question, a number, a threshold and a sentence.

Checks of a panel take it first and have a default for the rest; where nothing else is said they look at
group-time effects. Checks of one series take its fitted model, which ``planned_series`` makes from a series,
the dates of the change and an ``ek.its.Specification``.
"""

from evalkit.checks.balance import pre_period_balance
from evalkit.checks.cohorts import already_treated_share, small_cohorts
from evalkit.checks.composition import composition_change
from evalkit.checks.left_out_periods import single_month, transition_window
from evalkit.checks.model_checks import (
    break_search,
    comparison_shock,
    impact_model,
    seasonality_left,
)
from evalkit.checks.panel_checks import enough_units, leave_one_unit_out
from evalkit.checks.panel_recording import recording_change
from evalkit.checks.placebo_dates import placebo_dates
from evalkit.checks.placebo_start import placebo_start, pre_trend_of_ratio
from evalkit.checks.planned_series import PlannedSeries, planned_series
from evalkit.checks.pre_trend import pre_trend
from evalkit.checks.series_checks import placebo_date, residual_autocorrelation

__all__ = [
    "PlannedSeries",
    "already_treated_share",
    "break_search",
    "comparison_shock",
    "composition_change",
    "enough_units",
    "impact_model",
    "leave_one_unit_out",
    "placebo_date",
    "placebo_dates",
    "placebo_start",
    "planned_series",
    "pre_period_balance",
    "pre_trend",
    "pre_trend_of_ratio",
    "recording_change",
    "residual_autocorrelation",
    "seasonality_left",
    "single_month",
    "small_cohorts",
    "transition_window",
]
