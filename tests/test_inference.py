"""Intervals, the joint test and its size."""

import math

import numpy as np
import pytest
from scipy import stats

from evalkit.errors import DataError
from evalkit.inference.clusters import small_sample_factor
from evalkit.inference.intervals import normal_interval, t_interval
from evalkit.inference.wald import joint_test


def test_normal_interval_and_p_from_the_error_function():
    interval, p_value = normal_interval(0.3, 0.2, level=0.95)
    assert (interval.low, interval.high) == pytest.approx(
        (0.3 - 1.959963984540054 * 0.2, 0.3 + 1.959963984540054 * 0.2), abs=1e-14
    )
    assert p_value == pytest.approx(math.erfc(1.5 / math.sqrt(2)), abs=1e-15)


def test_t_interval_with_one_degree_of_freedom_is_cauchy():
    interval, p_value = t_interval(2.0, 1.0, dof=1, level=0.9)
    # quantile of the Cauchy distribution: tan(pi (q - 1/2)); tail: 1/2 - atan(x)/pi
    assert interval.high == pytest.approx(2.0 + math.tan(math.pi * 0.45), abs=1e-12)
    assert interval.low == pytest.approx(2.0 - math.tan(math.pi * 0.45), abs=1e-12)
    assert p_value == pytest.approx(1 - 2 * math.atan(2.0) / math.pi, abs=1e-14)


def test_t_with_many_degrees_of_freedom_is_the_normal():
    many, _ = t_interval(0.0, 1.0, dof=1e9, level=0.95)
    assert many.high == pytest.approx(1.959963984540054, abs=1e-8)


@pytest.mark.parametrize("sign", [1, -1])
def test_intervals_are_mirrored(sign: int):
    interval, p_value = t_interval(sign * 0.7, 0.3, dof=8, level=0.95)
    other, p_other = t_interval(-sign * 0.7, 0.3, dof=8, level=0.95)
    assert (interval.low, interval.high, p_value) == (-other.high, -other.low, p_other)


@pytest.mark.parametrize("level", [0.5, 0.8, 0.9, 0.95, 0.99])
def test_an_interval_leaves_out_zero_exactly_when_p_is_small(level: float):
    for effect in np.linspace(-4, 4, 81):
        interval, p_value = t_interval(float(effect), 1.0, dof=12, level=level)
        assert (0 in interval) == (p_value >= 1 - level)
        assert interval.level == level


def test_an_exact_fit_has_an_interval_of_one_point():
    interval, p_value = normal_interval(3.0, 0.0, level=0.95)
    assert (interval.low, interval.high, p_value) == (3.0, 3.0, 0.0)
    assert normal_interval(0.0, 0.0, level=0.95)[1] == 1.0


@pytest.mark.parametrize("level", [0, 1, 95, -0.1])
def test_a_level_that_is_none_is_refused(level: float):
    with pytest.raises(DataError, match="it needs one between 0 and 1"):
        normal_interval(1.0, 1.0, level=level)


def test_cluster_factor_by_hand():
    # G = 10, n = 100, K = 5: 10/9 x 99/95
    factor = small_sample_factor(n_clusters=10, n_obs=100, n_parameters=5)
    assert factor == pytest.approx(math.sqrt(10 / 9 * 99 / 95), abs=1e-15)


def test_joint_test_of_one_effect_is_the_squared_t():
    test = joint_test(np.array([0.5]), np.array([[0.04]]), n_clusters=11)
    assert test is not None
    assert (test.statistic, test.dof, test.dof_within) == (pytest.approx(6.25), 1, 10)
    assert test.p_value == pytest.approx(2 * stats.t.sf(2.5, 10), abs=1e-14)


def test_joint_test_of_two_effects_by_hand():
    # V = [[2, 1], [1, 2]], inverse [[2, -1], [-1, 2]]/3; b = (3, 0): W = 9 x 2/3 = 6.
    # G = 10, k = 2: F = 6 x 8 / (2 x 9) = 8/3 on 2 and 8 df, whose tail is (1 + 2F/8)^-4 = (5/3)^-4.
    test = joint_test(np.array([3.0, 0.0]), np.array([[2.0, 1.0], [1.0, 2.0]]), n_clusters=10)
    assert test is not None
    assert test.statistic == pytest.approx(8 / 3, abs=1e-12)
    assert (test.dof, test.dof_within) == (2, 8)
    assert test.p_value == pytest.approx((5 / 3) ** -4, abs=1e-12)


def test_joint_test_does_not_depend_on_how_effects_are_written():
    rng = np.random.default_rng(0)
    root, mix = rng.normal(size=(3, 3)), rng.normal(size=(3, 3))
    b, v = rng.normal(size=3), root @ root.T
    once = joint_test(b, v, n_clusters=20)
    again = joint_test(mix @ b, mix @ v @ mix.T, n_clusters=20)
    assert once is not None and again is not None
    assert again.statistic == pytest.approx(once.statistic, rel=1e-9)


@pytest.mark.parametrize(
    ("effects", "covariance", "n_clusters"),
    [
        (np.zeros(0), np.zeros((0, 0)), 20),  # nothing to test
        (np.ones(4), np.eye(4), 4),  # no more clusters than effects
        (np.ones(2), np.ones((2, 2)), 20),  # singular
        (np.ones(2), np.zeros((2, 2)), 20),
    ],
)
def test_joint_test_says_none_where_it_cannot_test(effects, covariance, n_clusters):
    assert joint_test(effects, covariance, n_clusters=n_clusters) is None


def test_joint_test_has_its_size_and_the_chi_squared_does_not():
    """20 clusters, 4 effects, truth 0: exact for normal data, so only Monte Carlo error is allowed."""
    rng, draws, clusters = np.random.default_rng(1), 4000, 20
    mix = rng.normal(size=(4, 4))
    rejected = chi_squared = 0
    for _ in range(draws):
        data = rng.normal(size=(clusters, 4)) @ mix
        mean = data.mean(axis=0)
        covariance = np.cov(data, rowvar=False) / clusters
        test = joint_test(mean, covariance, n_clusters=clusters)
        assert test is not None
        rejected += test.p_value < 0.05
        wald = test.statistic * 4 * 19 / 16
        chi_squared += stats.chi2.sf(wald, 4) < 0.05
    # 4000 draws at 5 per cent: Monte Carlo standard error 0.34 points; four of them either way
    margin = 4 * math.sqrt(0.05 * 0.95 / draws)
    assert abs(rejected / draws - 0.05) < margin
    assert chi_squared / draws > 0.05 + 2 * margin
