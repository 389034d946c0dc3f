"""Intervals for counts hold the truth as often as they say; the long version is make calibrate."""

import numpy as np
import pytest

from benchmarks.calibrate_counts import BAND, OTHERS, USUAL, cell
from benchmarks.counts_worlds import World, exact_errors, simulate

SERIES = 1_000
CHANCE = 3 * 100 * (0.95 * 0.05 / SERIES) ** 0.5  # three standard errors of a share


@pytest.mark.parametrize(
    ("n", "start", "mean", "overdispersion", "rho"),
    [(24, 16, 20, 4, 0.6), (36, 24, 5, 2, 0.3), (48, 36, 100, 4, 0.8), (60, 48, 20, 1, 0.0)],
)
def test_intervals_cover_as_often_as_they_say(n, start, mean, overdispersion, rho):
    found = cell(World(n=n, start=start, mean=mean, overdispersion=overdispersion, rho=rho), SERIES)
    assert BAND[0] - CHANCE <= found.covered[0] <= BAND[1] + CHANCE
    assert found.covered[1] >= BAND[0] - CHANCE
    assert found.width[0] < 1.4
    if rho > 0.5:  # why independent periods are not the default
        assert found.independent[0] < 88


@pytest.mark.parametrize("changed", OTHERS.values(), ids=OTHERS)
def test_simulated_counts_have_the_mean_and_the_variance_they_should(changed):
    fields = {
        name: getattr(USUAL, name) for name in ("n", "start", "mean", "overdispersion", "rho")
    }
    world = World(**{**fields, **changed})
    y = simulate(world, 40_000, np.random.default_rng(1))
    assert y.mean(0) == pytest.approx(world.expected, rel=0.02)
    variance = world.expected + world.excess * world.expected**2
    assert y.var(0) == pytest.approx(variance, rel=0.08)
    slow = world.excess * (1 - world.noise) * world.expected[5] * world.expected[6]
    assert np.cov(y[:, 5], y[:, 6])[0, 1] == pytest.approx(slow * world.rho, rel=0.1)


def test_exact_errors_by_hand():
    """Poisson scatter alone, a mean of 4 and 2 periods a line: the level is the jump between exact lines.

    The level is y3 less the line through y1 and y2, y3 - (2 y2 - y1): variance (1 + 4 + 1) / 4.
    """
    world = World(n=4, start=2, mean=4, overdispersion=1, rho=0)
    assert exact_errors(world)[0] == pytest.approx(np.sqrt(6 / 4))
