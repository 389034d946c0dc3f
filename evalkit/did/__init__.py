"""Difference-in-differences: a panel in, estimates out."""

from evalkit.did.aggregates import Aggregate
from evalkit.did.group_time import group_time
from evalkit.did.group_time_effects import GroupTimeEffects
from evalkit.did.twfe import twfe

__all__ = ["Aggregate", "GroupTimeEffects", "group_time", "twfe"]
