"""What is known of a panel before anything starts: the only part of it that power may look at."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from evalkit.data import periods as calendar
from evalkit.inference.spread import spread_ratio
from evalkit.power.noise import Areas, Noise, additive_residuals, estimate_noise, relative_residuals
from evalkit.types.power import Scale

Floats = npt.NDArray[np.float64]

PERIODS_NEEDED = 6
"""Before the start, for a spread and an autocorrelation of areas to mean anything."""

_WORDS = {1: "years", 4: "quarters", 12: "months"}


def period_words(period: str) -> str:
    """``months``, ``quarters`` or ``years``."""
    return _WORDS[calendar.per_year(period)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cohort:
    """Areas that start together.

    Attributes
    ----------
    n_areas, n_before, n_after : int
        ``n_before`` counts the periods up to the start, those that are still to come included.
    """

    n_areas: int
    n_before: int
    n_after: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Before:
    """Areas before the first start, the treated ones first, in the order of ``cohorts``.

    Attributes
    ----------
    outcome : array, N x T
        NaN where missing, or after the area's own start.
    areas : tuple of str
    cohorts : tuple of Cohort
        By start.
    start : str
        The first one.
    notes : tuple of str
    """

    outcome: Floats
    areas: tuple[str, ...]
    cohorts: tuple[Cohort, ...]
    start: str
    notes: tuple[str, ...]

    @property
    def n_treated(self) -> int:
        """Areas that start."""
        return sum(cohort.n_areas for cohort in self.cohorts)

    @property
    def n_comparison(self) -> int:
        """Areas on the other side."""
        return len(self.areas) - self.n_treated

    @property
    def n_before(self) -> int:
        """Periods before the first start."""
        return self.cohorts[0].n_before

    @property
    def n_after(self) -> int:
        """Periods after the start of a treated area, on average."""
        return round(sum(c.n_areas * c.n_after for c in self.cohorts) / self.n_treated)

    @property
    def period_word(self) -> str:
        """``months``, ``quarters`` or ``years``."""
        return period_words(self.start)

    @property
    def long_enough(self) -> bool:
        """Whether it says anything about chance."""
        return int(self.outcome.shape[1]) >= PERIODS_NEEDED

    def baseline(self, scale: Scale) -> float | None:
        """Mean outcome of a treated area in the last year, not as a logarithm."""
        last = self.outcome[: self.n_treated, -calendar.per_year(self.start) :]
        known = last[np.isfinite(last)]
        if not known.size:
            return None
        return float(np.mean(np.exp(known) if scale == "log" else known))

    def noise(self, scale: Scale) -> Noise:
        """Spread and autocorrelation, on the scale of the model."""
        if scale != "ratio":
            return estimate_noise(additive_residuals(self.outcome), np.zeros(len(self.areas)))
        expected = np.nanmean(self.outcome, axis=1)
        return estimate_noise(relative_residuals(self.outcome), np.sqrt(1 / expected))

    def vary(self, scale: Scale) -> Areas:
        """The areas with their noise; counts weigh in proportion to what is expected of them."""
        sizes = np.nanmean(self.outcome, axis=1) if scale == "ratio" else None
        return Areas(noise=self.noise(scale), sizes=sizes)

    def spread_ratio(self, scale: Scale) -> float | None:
        """Spread of the smaller side relative to the other, which the choice of a test goes by."""
        first = np.arange(len(self.areas)) < self.n_treated
        few = first if self.n_treated <= self.n_comparison else ~first
        counts = scale == "ratio"
        return spread_ratio(relative_residuals(self.outcome) if counts else self.outcome, few)
