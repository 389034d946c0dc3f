"""Simultaneous bands against closed forms, other multipliers, and how often they hold."""

import math

import numpy as np
import pytest
from scipy import stats

from evalkit.errors import DataError
from evalkit.inference.bands import multiplier_band, simultaneous_band

POINTWISE = 1.959963984540054


def monte_carlo(level: float, draws: int, density: float) -> float:
    """Four standard errors of a simulated quantile."""
    return 4 * math.sqrt(level * (1 - level) / draws) / density


@pytest.mark.parametrize("k", [2, 5, 20])
@pytest.mark.parametrize("level", [0.9, 0.95])
def test_independent_effects_need_sidak_s_value(k: int, level: float):
    spread = np.diag(np.geomspace(1e-6, 1e6, k))  # each in its own unit
    band = simultaneous_band(spread, level=level)
    exact = stats.norm.ppf((1 + level ** (1 / k)) / 2)
    density = k * level ** (1 - 1 / k) * 2 * stats.norm.pdf(exact)
    assert band.critical_value == pytest.approx(exact, abs=monte_carlo(level, band.draws, density))
    assert (band.level, band.draws, band.seed) == (level, 4_999, 0)


def test_effects_that_move_together_need_no_more_than_one():
    together = simultaneous_band(np.full((6, 6), 4.0))
    one = simultaneous_band(np.array([[4.0]]))
    for band in (together, one):
        density = 2 * stats.norm.pdf(POINTWISE)
        assert band.critical_value == pytest.approx(
            POINTWISE, abs=monte_carlo(0.95, band.draws, density)
        )
        assert band.critical_value >= POINTWISE


def test_fewer_clusters_than_effects_and_certain_ones():
    influence = np.random.default_rng(0).normal(size=(4, 9))
    influence -= influence.mean(axis=0)
    influence[:, 3] = 0.0
    covariance = influence.T @ influence
    band = simultaneous_band(covariance)
    sure = np.delete(np.delete(covariance, 3, axis=0), 3, axis=1)
    assert band == simultaneous_band(sure)
    # the covariance has rank 3: normals through the influence itself are the same distribution
    normals = np.random.default_rng(1).standard_normal((9_999, 4)) @ np.delete(influence, 3, axis=1)
    largest = np.abs(normals / np.sqrt(np.diag(sure))).max(axis=1)
    assert band.critical_value == pytest.approx(float(np.quantile(largest, 0.95)), abs=0.08)


@pytest.mark.parametrize("multipliers", ["mammen", "rademacher"])
def test_with_many_clusters_the_multipliers_do_not_matter(multipliers):
    rng = np.random.default_rng(2)
    influence = rng.normal(size=(800, 6)) @ rng.normal(size=(6, 6))
    influence -= influence.mean(axis=0)
    normal = simultaneous_band(influence.T @ influence).critical_value
    other = multiplier_band(influence, multipliers=multipliers)
    assert other.critical_value == pytest.approx(normal, abs=0.06)
    assert other.how == f"multiplier bootstrap of the largest |t|, {multipliers} multipliers"


def test_multipliers_have_the_moments_they_are_chosen_for():
    """One cluster with influence 1: the bootstrapped t is the multiplier itself."""
    golden = (1 + math.sqrt(5)) / 2
    mammen = multiplier_band(np.array([[1.0]]), level=0.5)
    assert mammen.critical_value == max(
        golden - 1, stats.norm.ppf(0.75)
    )  # the likelier value, 72 %
    assert multiplier_band(np.array([[1.0]]), level=0.8).critical_value == golden
    sign = multiplier_band(np.array([[1.0]]), multipliers="rademacher", level=0.5)
    assert sign.critical_value == 1.0
    with pytest.raises(DataError, match="found multipliers normal; needed mammen or rademacher"):
        multiplier_band(np.array([[1.0]]), multipliers="normal")  # type: ignore[arg-type]


def test_the_seed_decides():
    covariance = np.eye(3) + 0.5
    assert simultaneous_band(covariance, seed=1) == simultaneous_band(covariance, seed=1)
    assert simultaneous_band(covariance, seed=1) != simultaneous_band(covariance, seed=2)


def test_bands_hold_for_all_effects_at_once_and_intervals_do_not():
    rng = np.random.default_rng(3)
    root = np.tril(rng.normal(size=(8, 8)))
    covariance = root @ root.T
    draws = np.abs(rng.normal(size=(4_000, 8)) @ root.T / np.sqrt(np.diag(covariance)))
    critical = simultaneous_band(covariance).critical_value
    margin = 4 * math.sqrt(0.95 * 0.05 / 4_000) + 0.005  # and the simulated quantile's own error
    assert np.mean(draws.max(axis=1) <= critical) == pytest.approx(0.95, abs=margin)
    assert np.mean(draws.max(axis=1) <= POINTWISE) < 0.9


@pytest.mark.parametrize("level", [0.0, 1.0, 95.0])
def test_a_level_that_is_none_is_refused(level: float):
    with pytest.raises(DataError, match="it needs one between 0 and 1"):
        simultaneous_band(np.eye(2), level=level)
