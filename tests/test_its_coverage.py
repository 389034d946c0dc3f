"""Intervals for level and slope hold the truth as often as they say; the long version is make calibrate."""

import numpy as np
import pytest

from benchmarks.calibrate_its import LEVEL_BAND, SLOPE_BAND, cell, exact_errors
from benchmarks.calibration.sections import with_section
from benchmarks.its_worlds import OTHERS, correlations, first_order

SERIES = 2_000
CHANCE = 3 * 100 * (0.95 * 0.05 / SERIES) ** 0.5  # three standard errors of a share


@pytest.mark.parametrize(("n", "rho"), [(24, 0.4), (24, 0.8), (48, 0.0), (48, 0.6)])
def test_intervals_cover_as_often_as_they_say(n: int, rho: float):
    exact = exact_errors(correlations(n, lambda k: rho**k))
    found = cell(first_order(n, SERIES, rho, np.random.default_rng([n, int(10 * rho)])), exact)
    for covered, (low, high) in zip(found.covered, (LEVEL_BAND, SLOPE_BAND), strict=True):
        assert low - CHANCE <= covered <= high + CHANCE
    assert found.width[0] >= 1 and found.width[1] >= 1
    if rho >= 0.4:  # why ordinary intervals are not the default
        assert found.least_squares[0] < 90 and found.least_squares[1] < 90


@pytest.mark.parametrize("name", OTHERS)
def test_simulated_series_have_the_autocorrelations_they_should(name: str):
    simulated, at_lag = OTHERS[name]
    y = simulated(30, 20_000, np.random.default_rng(1))
    for k in (1, 2, 5):
        assert (y[:, k:] * y[:, :-k]).mean() == pytest.approx(at_lag(k), abs=0.01)


def test_a_section_replaces_itself_and_leaves_the_others_alone():
    page = with_section(with_section("# Title\n", "its", "one"), "did", "two")
    again = with_section(page, "its", "three")
    assert again == page.replace("one", "three")
    assert again.startswith("# Title\n\n<!-- calibration: its -->\nthree\n<!-- end: its -->\n")
