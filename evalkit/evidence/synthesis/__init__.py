"""Several results of one question, taken together: random effects, in plain arrays.

``pool`` gives the pooled effect with its interval, how much the studies differ, and where the next study may
lie; ``leave_one_out`` and ``cumulative`` pool again without each study and study after study; ``from_ratios``
brings published rate ratios to the log scale on which they are pooled.
"""

from evalkit.evidence.synthesis.again import cumulative, leave_one_out
from evalkit.evidence.synthesis.pool import pool
from evalkit.evidence.synthesis.ratios import from_ratios

__all__ = ["cumulative", "from_ratios", "leave_one_out", "pool"]
