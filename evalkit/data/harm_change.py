"""Two spans of a weighted series: the count, the sum, and the sum without the heaviest offences."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from evalkit.data import periods as calendar
from evalkit.data.harm import Bounds, Weighed


@dataclass(frozen=True, slots=True, kw_only=True)
class Between:
    """One amount in two spans.

    Attributes
    ----------
    before, after : (float, float)
        Lowest and highest sum over the areas and periods; infinite where there is no upper bound.
    """

    before: tuple[float, float]
    after: tuple[float, float]

    @property
    def per_cent(self) -> float | None:
        """Change in per cent; None where only bounds are known, or there was nothing before."""
        known = self.before[0] == self.before[1] and self.after[0] == self.after[1]
        if not known or self.before[0] == 0:
            return None
        return 100 * (self.after[0] / self.before[0] - 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class HarmChange:
    """How much of a change rests on the heaviest offences.

    Attributes
    ----------
    before, after : (str, str)
        First and last period of each span.
    counted, weighted, heavy, without : Between
        The count, the sum, how many of the heaviest there were, and the sum without them.
    left_out : int
        Areas and periods that are in none of the sums: of them or of their counterpart in the other span
        nothing is known, and a sum over other places and months would be no comparison.
    """

    before: tuple[str, str]
    after: tuple[str, str]
    counted: Between
    weighted: Between
    heavy: Between
    without: Between
    left_out: int


def harm_change(weighed: Weighed) -> HarmChange | None:
    """The last year beside the year before it, or the later half beside the earlier.

    Each area and period of one span counts where its counterpart in the other is known too. None where there
    is only one period, or no such pair.
    """
    periods = weighed.grid.periods
    a_year = calendar.per_year(periods[0])
    span = a_year if 1 < a_year <= len(periods) // 2 else len(periods) // 2
    end = len(periods)
    spans = slice(end - 2 * span, end - span), slice(end - span, end)
    known = ~np.isnan(weighed.weighted.low)
    pairs = known[:, spans[0]] & known[:, spans[1]]
    if not pairs.any():
        return None

    def between(amount: Bounds) -> Between:
        first, second = (_total(amount, span, pairs) for span in spans)
        return Between(before=first, after=second)

    return HarmChange(
        before=_ends(periods[spans[0]]),
        after=_ends(periods[spans[1]]),
        counted=between(weighed.counted),
        weighted=between(weighed.weighted),
        heavy=between(weighed.heavy),
        without=between(weighed.without),
        left_out=2 * int((~pairs).sum()),
    )


def _total(amount: Bounds, span: slice, pairs: np.typing.NDArray[np.bool_]) -> tuple[float, float]:
    return float(amount.low[:, span][pairs].sum()), float(amount.high[:, span][pairs].sum())


def _ends(periods: Sequence[str]) -> tuple[str, str]:
    return periods[0], periods[-1]
