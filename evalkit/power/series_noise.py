"""How one series scatters around its trend and season: read off the periods before anything starts."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import linalg, stats
from statsmodels.genmod.families import Poisson
from statsmodels.genmod.generalized_linear_model import GLM

from evalkit.its.ar1 import Solved, solve
from evalkit.its.ar1_pack import pack, problems

Floats = npt.NDArray[np.float64]

HIGHEST = 0.98
STEP = 0.02
LIKELY = 0.8
"""Of the likelihood interval whose upper end is tried as well."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesNoise:
    """AR(1) errors; both numbers are on the scale of the model.

    Attributes
    ----------
    spread, autocorrelation : float
        Standard deviation of one period, and correlation of neighbouring ones.
    """

    spread: float
    autocorrelation: float

    def draw(self, n_periods: int, *, draws: int, seed: int) -> Floats:
        """Series without any change, draws x n_periods; trend and season do not matter to the test."""
        root = np.linalg.cholesky(linalg.toeplitz(self.autocorrelation ** np.arange(n_periods)))
        free = np.random.default_rng(seed).standard_normal((draws, n_periods))
        return np.asarray(self.spread * (free @ root.T))


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimated:
    """What a series says of its errors.

    Attributes
    ----------
    likely : SeriesNoise or None
    upper : SeriesNoise or None
        The series fits this higher autocorrelation almost as well: the end of an 80 per cent interval.
    why : str
        Why there is no estimate.
    """

    likely: SeriesNoise | None
    upper: SeriesNoise | None
    why: str = ""


def estimate_series_noise(outcome: Floats, regressors: Floats) -> Estimated:
    """Restricted maximum likelihood; a negative autocorrelation, which short series often show, counts as 0.

    Parameters
    ----------
    outcome : array, T
        NaN where missing.
    regressors : array, T x P
    """
    design, packed = pack(regressors[None], outcome[None])
    reason = str(problems(design, packed)[0])
    if reason:
        return Estimated(likely=None, upper=None, why=f"Before the start {reason}.")
    best = solve(design, packed)
    if best.boundary[0] > 0:
        why = "Before the start the series drifts: a change cannot be told from the drift going on."
        return Estimated(likely=None, upper=None, why=why)
    found = best if best.rho[0] >= 0 else solve(design, packed, rho=0.0)
    enough = float(found.log_likelihood[0]) - stats.chi2.ppf(LIKELY, 1) / 2
    upper = found
    for rho in np.arange(max(float(found.rho[0]), 0.0) + STEP, HIGHEST, STEP):
        tried = solve(design, packed, rho=float(rho))
        if tried.log_likelihood[0] < enough:
            break
        upper = tried
    return Estimated(likely=_noise(found), upper=_noise(upper))


def _noise(solved: Solved) -> SeriesNoise:
    return SeriesNoise(spread=float(solved.sigma[0]), autocorrelation=float(solved.rho[0]))


def relative(counts: Floats, regressors: Floats, exposure: Floats | None) -> Floats:
    """Counts over what their trend and season predict, less 1: about a logarithm, and there for zeros too."""
    seen = np.isfinite(counts)
    offset = None if exposure is None else np.log(exposure[seen])
    model = GLM(counts[seen], regressors[seen], family=Poisson(), offset=offset)
    found = np.full(len(counts), np.nan)
    found[seen] = counts[seen] / model.fit().fittedvalues - 1
    return found
