"""Interrupted time series: one series in, changes of level and slope out."""

from evalkit.its.error_models import NeweyWest
from evalkit.its.segmented import SegmentedFit, segmented

__all__ = ["NeweyWest", "SegmentedFit", "segmented"]
