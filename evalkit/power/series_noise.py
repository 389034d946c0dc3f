"""How one series scatters around its trend and season: read off the periods before anything starts."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import linalg

from evalkit.its.ar1 import solve
from evalkit.its.ar1_pack import pack, problems

Floats = npt.NDArray[np.float64]

GRID = np.arange(0.0, 0.985, 0.02)
"""Autocorrelations that are thought possible: negative ones, which short series often show, are not."""

RANGE = (0.1, 0.9)
"""Of the autocorrelation that is told."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SeriesNoise:
    """AR(1) errors, and how little a short series says of them.

    Attributes
    ----------
    autocorrelation, spread : float
        The most likely ones: correlation of neighbouring periods, and standard deviation of one period.
    between : tuple of float
        80 per cent range of the autocorrelation.
    grid, weights, squares : array, G
        Autocorrelations, how probable each is, and the sum of squares that the spread is drawn from.
    free : float
        Degrees of freedom of that sum.
    """

    autocorrelation: float
    spread: float
    between: tuple[float, float]
    grid: Floats
    weights: Floats
    squares: Floats
    free: float

    @classmethod
    def known(cls, *, spread: float, autocorrelation: float) -> "SeriesNoise":
        """Errors of which everything is known."""
        return cls(
            autocorrelation=autocorrelation,
            spread=spread,
            between=(autocorrelation, autocorrelation),
            grid=np.array([autocorrelation]),
            weights=np.ones(1),
            squares=np.array([spread**2]),
            free=np.inf,
        )

    def draw(self, n_periods: int, *, draws: int, seed: int) -> Floats:
        """Series without any change, draws x n_periods; trend and season do not matter to the test.

        Each has an autocorrelation and a spread of its own, as probable as the series makes them.
        """
        rng = np.random.default_rng(seed)
        drawn = rng.standard_normal((draws, n_periods))
        of_grid = np.sort(rng.choice(len(self.grid), size=draws, p=self.weights))
        spread = np.sqrt(self.squares[of_grid])
        if np.isfinite(self.free):
            spread /= np.sqrt(rng.chisquare(self.free, size=draws))
        for at in np.unique(of_grid):
            mine = of_grid == at
            along = linalg.toeplitz(self.grid[at] ** np.arange(n_periods))
            drawn[mine] = drawn[mine] @ np.linalg.cholesky(along).T
        return drawn * spread[:, None]


@dataclass(frozen=True, slots=True, kw_only=True)
class NoNoise:
    """Why a series says nothing of its errors."""

    why: str


def estimate_series_noise(outcome: Floats, regressors: Floats) -> SeriesNoise | NoNoise:
    """How probable each autocorrelation is by the restricted likelihood, all of 0 to 0.98 being alike before.

    Parameters
    ----------
    outcome : array, T
        NaN where missing.
    regressors : array, T x P

    References
    ----------
    O'Hagan, Stevens and Campbell (2005), *Pharmaceutical Statistics* 4(3) (assurance: power averaged over
    what is not known of the errors).
    """
    design, packed = pack(regressors[None], outcome[None])
    reason = str(problems(design, packed)[0])
    if reason:
        return NoNoise(why=f"Before the start {reason}.")
    if solve(design, packed).boundary[0] > 0:
        why = "Before the start the series drifts: a change cannot be told from the drift going on."
        return NoNoise(why=why)
    tried = [solve(design, packed, rho=float(rho)) for rho in GRID]
    likelihood = np.array([float(one.log_likelihood[0]) for one in tried])
    best = int(likelihood.argmax())
    weights = np.exp(likelihood - likelihood[best])
    weights /= weights.sum()
    low, high = (float(GRID[np.searchsorted(np.cumsum(weights), end)]) for end in RANGE)
    spread = np.array([float(one.sigma[0]) for one in tried])
    free = float(design.n[0] - regressors.shape[1])
    return SeriesNoise(
        autocorrelation=float(GRID[best]),
        spread=float(spread[best]),
        between=(low, high),
        grid=GRID,
        weights=weights,
        squares=spread**2 * free,
        free=free,
    )


def relative(counts: Floats, regressors: Floats, exposure: Floats | None) -> Floats:
    """Counts over what their trend and season predict, less 1: about a logarithm, and there for zeros too."""
    # a second that series of another kind do not need
    from statsmodels.genmod.families import Poisson
    from statsmodels.genmod.generalized_linear_model import GLM

    seen = np.isfinite(counts)
    offset = None if exposure is None else np.log(exposure[seen])
    model = GLM(counts[seen], regressors[seen], family=Poisson(), offset=offset)
    found = np.full(len(counts), np.nan)
    found[seen] = counts[seen] / model.fit().fittedvalues - 1
    return found
