"""Difference-in-differences: a panel in, estimates out."""

from evalkit.did.group_time import GroupTimeEffects, group_time
from evalkit.did.twfe import twfe

__all__ = ["GroupTimeEffects", "group_time", "twfe"]
