"""Interrupted time series: one series or many in, changes of level and slope out."""

from evalkit.its.batch import BatchFit, batch
from evalkit.its.controlled import ControlledFit, controlled, controlled_counts
from evalkit.its.counts import CountsFit, counts
from evalkit.its.design import Specification
from evalkit.its.error_models import NeweyWest
from evalkit.its.segmented import SegmentedFit, segmented

__all__ = [
    "BatchFit",
    "ControlledFit",
    "CountsFit",
    "NeweyWest",
    "SegmentedFit",
    "Specification",
    "batch",
    "controlled",
    "controlled_counts",
    "counts",
    "segmented",
]
