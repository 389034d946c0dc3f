"""A comparison of areas as numbers of areas and periods, and the test that it would be judged by."""

from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from evalkit.inference.chooser import Choice, choose, choose_for_ratio
from evalkit.power.change_tests import attainable_level, shown_from
from evalkit.power.noise import Areas

Floats = npt.NDArray[np.float64]
Estimator: TypeAlias = Literal["twfe", "imputation", "poisson", "group_time", "sun_abraham"]
Inference: TypeAlias = Literal["auto", "cluster", "cr2", "donald_lang", "permutation"]

TOLERANCE = 1e-9  # of levels, which are shares of counts

SIZED = ("permutation", "cluster")
"""Tests that weigh areas as a rate ratio does."""

FROM_LAST = ("group_time", "sun_abraham")
"""Methods that compare with the last period before the start alone; the others with all of them."""


def change_of(n_before: int, n_after: int, estimator: Estimator) -> Floats:
    """Weights of an area's periods in its change: the mean after less what it is compared with."""
    after = np.full(n_after, 1 / n_after)
    before = np.full(n_before, -1 / n_before)
    if estimator in FROM_LAST:
        before = np.where(np.arange(n_before) == n_before - 1, -1.0, 0.0)
    return np.concatenate([before, after])


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelDesign:
    """How many areas and periods, and which estimator; the treated areas come first.

    Attributes
    ----------
    n_treated, n_comparison, n_before, n_after : int
    estimator : str
    spread_ratio : float or None
        Of the smaller side to the other before the start, as in ``inference.chooser``.
    inference : str
        ``"auto"`` for the test that the design calls for, or the name of one.
    level : float
    """

    n_treated: int
    n_comparison: int
    n_before: int
    n_after: int
    estimator: Estimator
    spread_ratio: float | None
    inference: Inference
    level: float

    def longer(self, by: int) -> "PanelDesign":
        """The same with more periods after the start."""
        return replace(self, n_after=self.n_after + by)

    def with_treated(self, n_treated: int) -> "PanelDesign":
        """The same number of areas with more or fewer of them treated."""
        n_areas = self.n_treated + self.n_comparison
        return replace(self, n_treated=n_treated, n_comparison=n_areas - n_treated)

    @property
    def test(self) -> str:
        """Name of the test."""
        return self.choice.name if self.inference == "auto" else self.inference

    @property
    def caveat(self) -> str:
        """What has to be believed."""
        return self.choice.caveat if self.test == self.choice.name else ""

    @property
    def why_not(self) -> str:
        """Why no change of any size can be shown; empty where one can."""
        reached = attainable_level(self.n_treated, self.n_comparison, 1 - self.level)
        if self.test != "permutation" or reached <= 1 - self.level + TOLERANCE:
            return ""
        return (
            f"Permutation of {self.n_treated} of {self.n_treated + self.n_comparison} areas cannot reject at "
            f"{1 - self.level:.0%}: the smallest p possible is {self.smallest_p:.2g}."
        )

    @property
    def smallest_p(self) -> float:
        """Of permutation."""
        return attainable_level(self.n_treated, self.n_comparison, 0.0)

    @property
    def choice(self) -> Choice:
        """The test.

        Raises
        ------
        DataError
            Fewer than three areas.
        """
        reached = attainable_level(self.n_treated, self.n_comparison, 1 - self.level)
        if self.estimator == "poisson":
            return choose_for_ratio(
                n_treated=self.n_treated,
                n_comparison=self.n_comparison,
                attainable_level=reached,
                called="areas",
                level=self.level,
            )
        return choose(
            n_treated=self.n_treated,
            n_comparison=self.n_comparison,
            attainable_level=reached,
            spread_ratio=self.spread_ratio,
            called="areas",
            level=self.level,
        )

    def simulate(self, areas: Areas, *, draws: int, seed: int) -> Floats:
        """The size from which each simulated design, and its mirror image, shows an effect (2 x draws).

        Parameters
        ----------
        areas : Areas
            The treated ones first.
        """
        contrast = change_of(self.n_before, self.n_after, self.estimator)
        spread = np.sqrt(areas.noise.variance_of(contrast))
        changes = np.random.default_rng(seed).standard_normal((draws, len(spread))) * spread
        return shown_from(
            changes,
            self.n_treated,
            method=self.test,
            alpha=1 - self.level,
            allowance=self.choice.allowance,
            n_periods=self.n_before + self.n_after,
            sizes=areas.sizes if self.test in SIZED else None,
            seed=seed,
        )
