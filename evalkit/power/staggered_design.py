"""A comparison of areas that start at different times with areas that never do."""

import math
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from scipy import special

from evalkit.inference.chooser import SEVERAL
from evalkit.power.before import Cohort
from evalkit.power.noise import Areas
from evalkit.power.panel_design import Estimator, change_of

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class StaggeredDesign:
    """Each start's mean change against that of the areas that never start, weighted by treated periods.

    Attributes
    ----------
    cohorts : tuple of Cohort
        The treated areas come first, in this order.
    n_comparison : int
    estimator : str
    level : float
    """

    cohorts: tuple[Cohort, ...]
    n_comparison: int
    estimator: Estimator
    level: float

    @property
    def n_treated(self) -> int:
        """Areas that start."""
        return sum(cohort.n_areas for cohort in self.cohorts)

    @property
    def test(self) -> str:
        """``cr2`` with six areas or more on each side, else ``donald_lang``, which pools their spread."""
        return "cr2" if min(self.n_treated, self.n_comparison) >= SEVERAL else "donald_lang"

    @property
    def caveat(self) -> str:
        """What has to be believed."""
        if self.test == "cr2":
            return ""
        return "Valid only if changes are about normal with equal spread."

    @property
    def why_not(self) -> str:
        """Nothing stands against a t test."""
        return ""

    @property
    def smallest_p(self) -> float:
        """Of dealing the start dates anew over all areas."""
        ways = math.factorial(self.n_treated + self.n_comparison) // math.factorial(
            self.n_comparison
        )
        for cohort in self.cohorts:
            ways //= math.factorial(cohort.n_areas)
        return 1 / ways

    def longer(self, by: int) -> "StaggeredDesign":
        """The same with more periods after the starts."""
        cohorts = tuple(replace(c, n_after=c.n_after + by) for c in self.cohorts)
        return replace(self, cohorts=cohorts)

    def simulate(self, areas: Areas, *, draws: int, seed: int) -> Floats:
        """As ``PanelDesign.simulate``; areas of one start count alike."""
        noise = areas.noise
        total = sum(c.n_areas * c.n_after for c in self.cohorts)
        rng = np.random.default_rng(seed)
        effect, against = (
            np.zeros(draws),
            np.zeros(self.cohorts[0].n_before + self.cohorts[0].n_after),
        )
        squares, terms, first = [], [], 0
        for cohort in self.cohorts:
            share = cohort.n_areas * cohort.n_after / total
            contrast = change_of(cohort.n_before, cohort.n_after, self.estimator)
            against += share * contrast
            spread = np.sqrt(noise.variance_of(contrast))[first : first + cohort.n_areas]
            first += cohort.n_areas
            changes = rng.standard_normal((draws, cohort.n_areas)) * spread
            effect += share * changes.mean(axis=1)
            squares.append(((changes - changes.mean(axis=1, keepdims=True)) ** 2).sum(axis=1))
            terms.append((share**2 / cohort.n_areas, cohort.n_areas - 1))
        changes = (
            rng.standard_normal((draws, self.n_comparison))
            * np.sqrt(noise.variance_of(against))[first:]
        )
        effect -= changes.mean(axis=1)
        squares.append(((changes - changes.mean(axis=1, keepdims=True)) ** 2).sum(axis=1))
        terms.append((1 / self.n_comparison, self.n_comparison - 1))
        error, dof = self._error(np.array(squares), np.array(terms))
        reach = float(special.stdtrit(dof, 0.5 + self.level / 2)) * error
        return np.concatenate([reach - effect, reach + effect])

    def _error(self, squares: Floats, terms: Floats) -> tuple[Floats, float]:
        """Standard errors and degrees of freedom; a start with one area takes the others' spread."""
        weight, free = terms[:, 0], terms[:, 1]
        pooled = squares.sum(axis=0) / free.sum()
        if self.test == "donald_lang":
            return np.sqrt(weight.sum() * pooled), float(free.sum())
        own = np.where(free[:, None] > 0, squares / np.maximum(free, 1)[:, None], pooled)
        dof = weight.sum() ** 2 / (weight**2 / np.where(free > 0, free, free.sum())).sum()
        return np.sqrt(weight @ own), float(dof)
