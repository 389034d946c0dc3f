"""Interrupted time series: one series in, changes of level out."""

from evalkit.its.segmented import SegmentedFit, segmented

__all__ = ["SegmentedFit", "segmented"]
