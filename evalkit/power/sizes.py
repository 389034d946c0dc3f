"""A size of change on the model's scale, told in per cent and in incidents, and back."""

import math
from dataclasses import dataclass
from typing import Literal, TypeAlias

from evalkit.errors import DataError
from evalkit.types.power import Scale, Size

Better: TypeAlias = Literal["lower", "higher"]
In: TypeAlias = Literal["per_cent", "outcome"]

LARGEST_FALL = 0.9
"""Of logarithms: where only a fall of more than nine in ten would show, the design shows nothing of use."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    """What sizes are told against.

    Attributes
    ----------
    scale : str
    better : "lower" or "higher"
    baseline : float or None
        Mean outcome of a treated area before, not as a logarithm.
    n_treated, n_after : int
    """

    scale: Scale
    better: Better
    baseline: float | None
    n_treated: int
    n_after: int

    def told(self, effect: float) -> Size:
        """A positive effect on the model's scale, in every way that is known."""
        base = self.baseline
        if self.scale == "level":
            share = effect / base if base is not None and base > 0 else None
            per_area: float | None = effect
        else:
            share = -math.expm1(-effect) if self.better == "lower" else math.expm1(effect)
            per_area = None if base is None else share * base
        together = total = None
        if self.scale == "ratio" and per_area is not None:
            together = per_area * self.n_treated
            total = together * self.n_after
        return Size(
            effect=effect,
            per_cent=None if share is None else 100 * share,
            per_area=per_area,
            together=together,
            total=total,
        )

    def effect_of(self, value: float, told_in: In) -> float:
        """A positive size in per cent or in the outcome's unit, on the model's scale.

        Raises
        ------
        DataError
            It is 0 or less, a fall of 100 per cent or more, or cannot be told in that unit.
        """
        if not (math.isfinite(value) and value > 0):
            raise DataError(
                f"found {value:g} as the smallest change that would matter; it needs a size above 0, "
                "because no design can show that nothing changed at all"
            )
        if self.scale == "level" and told_in == "outcome":
            return value
        if self.baseline is None or self.baseline <= 0:
            raise DataError(
                "found nothing in the treated areas before the start that a change could be a share of; "
                "give the smallest change in the outcome's own unit"
            )
        share = value / 100 if told_in == "per_cent" else value / self.baseline
        if self.scale == "level":
            return share * self.baseline
        if self.better == "lower" and share >= 1:
            raise DataError(
                f"found a fall of {100 * share:.0f}% as the smallest change that would matter; "
                "it needs less than 100%"
            )
        return -math.log1p(-share) if self.better == "lower" else math.log1p(share)

    def beyond_use(self, effect: float) -> str:
        """Why a smallest detectable change of this size is no answer; empty where it is one."""
        word = "fall" if self.better == "lower" else "rise"
        if not math.isfinite(effect):
            return "No change of any size would be shown with this chance."
        if self.scale != "level":
            if effect > -math.log1p(-LARGEST_FALL):
                return f"Only a {word} by more than a factor of ten would show."
            return ""
        share = self.told(effect).per_cent
        if share is not None and share > 100:
            return f"Only a {word} of more than 100% of what there was before would show."
        return ""
