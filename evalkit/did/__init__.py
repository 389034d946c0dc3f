"""Difference-in-differences: a panel in, estimates out."""

from evalkit.did.aggregates import Aggregate
from evalkit.did.bacon import Decomposition, bacon
from evalkit.did.event_study import event_study
from evalkit.did.group_time import group_time
from evalkit.did.group_time_effects import GroupTimeEffects
from evalkit.did.imputation import imputation
from evalkit.did.poisson import RateRatios, poisson
from evalkit.did.sun_abraham import sun_abraham
from evalkit.did.twfe import twfe

__all__ = [
    "Aggregate",
    "Decomposition",
    "GroupTimeEffects",
    "RateRatios",
    "bacon",
    "event_study",
    "group_time",
    "imputation",
    "poisson",
    "sun_abraham",
    "twfe",
]
