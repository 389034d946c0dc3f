"""Simulated counts whose rate moves slowly, with a known truth."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy import stats

from benchmarks.its_worlds import first_order
from evalkit.its.counts_glm import Family

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """Counts of n periods.

    Attributes
    ----------
    n, start : int
        Periods, and the first one after the interruption.
    mean : float
        Incidents a period.
    overdispersion : float
        Variance of a count over its mean.
    rho : float
        Autocorrelation of the rate, which carries what goes beyond Poisson scatter.
    rate : "log-normal" or "gamma"
        Distribution of the rate.
    noise : float
        Share of the excess that is independent from period to period.
    season : bool
        A yearly wave of 30%, fitted by two pairs of sine and cosine.
    trend : float
        Of the log rate, over the whole series.
    effect : float
        Log rate ratio from the interruption on.
    family : str
        With which the series is fitted.
    """

    n: int
    start: int
    mean: float
    overdispersion: float
    rho: float
    rate: Literal["log-normal", "gamma"] = "log-normal"
    noise: float = 0.0
    season: bool = False
    trend: float = 0.0
    effect: float = 0.0
    family: Family = "quasi_poisson"

    @property
    def columns(self) -> Floats:
        """Constant, trend, level, slope, and where there is a season two pairs of waves."""
        t = np.arange(float(self.n))
        after = np.maximum(t - self.start, 0)
        waves = [f(2 * np.pi * k * t / 12) for k in (1, 2) for f in (np.sin, np.cos)]
        listed = [np.ones(self.n), t, (t >= self.start) * 1.0, after, *waves[: 4 * self.season]]
        return np.column_stack(listed)

    @property
    def expected(self) -> Floats:
        """Expected counts, n; without the effect they average ``mean``."""
        t = np.arange(float(self.n))
        log = self.trend * t / self.n + 0.3 * self.season * np.sin(2 * np.pi * t / 12)
        level = self.mean * np.exp(log) / np.exp(log).mean()
        return np.asarray(level * np.exp(self.effect * (t >= self.start)))

    @property
    def excess(self) -> float:
        """Variance of the rate over its square."""
        return (self.overdispersion - 1) / self.mean


def simulate(world: World, size: int, rng: np.random.Generator) -> Floats:
    """Counts, size x n."""
    rate = np.tile(world.expected, (size, 1))
    slow, own = world.excess * (1 - world.noise), world.excess * world.noise
    if slow:
        wave = first_order(world.n, size, world.rho, rng)
        if world.rate == "gamma":
            rate *= stats.gamma.ppf(stats.norm.cdf(wave), 1 / slow) * slow
        else:
            spread = np.log1p(slow)
            rate *= np.exp(np.sqrt(spread) * wave - spread / 2)
    if own:
        rate *= rng.gamma(1 / own, own, size=rate.shape)
    return rng.poisson(rate).astype(np.float64)


def exact_errors(world: World) -> Floats:
    """Standard errors of level and slope for somebody who knows all but the coefficients."""
    lag = np.abs(np.subtract.outer(np.arange(world.n), np.arange(world.n)))
    alike = (1 - world.noise) * world.rho**lag + world.noise * np.eye(world.n)
    covariance = np.diag(1 / world.expected) + world.excess * alike
    x = world.columns
    return np.sqrt(np.diag(np.linalg.inv(x.T @ np.linalg.solve(covariance, x))))[2:4]
