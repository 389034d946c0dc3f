"""What the checks of a series ask."""

from collections.abc import Mapping
from typing import Literal, TypeAlias

Rule: TypeAlias = Literal[">=", "<="]
QUESTIONS: Mapping[str, tuple[str, str, Rule]] = {
    "residual_autocorrelation": (
        "Are neighbouring periods alike beyond what the model allows for?",
        "lag-1 autocorrelation",
        "<=",
    ),
    "placebo_dates": (
        "Is the change at the start unusual among dates at which nothing was done?",
        "p",
        "<=",
    ),
    "single_month": ("Does one period drive the result?", "share of the effect lost", "<="),
    "seasonality_left": ("Is there a season that the model leaves out?", "p", ">="),
    "impact_model": ("Does the effect have the shape that the plan gives it?", "p", ">="),
    "break_search": (
        "Is there another change, at a date that the plan does not know of?",
        "p",
        ">=",
    ),
    "transition_window": (
        "Does the answer change without the periods around the start?",
        "p",
        ">=",
    ),
    "comparison_shock": (
        "Did something happen to the comparison series from the start on?",
        "p",
        ">=",
    ),
}
"""What each check asks, the number that it looks at, and how that stands to the threshold where it passes."""
