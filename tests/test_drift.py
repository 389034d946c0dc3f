"""The drift that a test of common trends misses: against a published number, by simulation, and undone."""

import numpy as np
import pytest
from scipy import stats

from evalkit.errors import DataError
from evalkit.inference.drift import joint_drift, pointwise_drift, single_drift

# He and Wang (2017), figure 2A: covariance of the effects 4, 3 and 2 periods before the start, the base
# being -1, as the Stata and R packages pretrends (Roth 2022) carry it, to ten decimals.
HE_AND_WANG = np.array(
    [
        [0.0089065712, 0.0044883136, 0.0014587025],
        [0.0044883136, 0.0059369169, 0.0027500791],
        [0.0014587025, 0.0027500791, 0.0030386248],
    ]
)
FROM_BASE = np.array([-3.0, -2.0, -1.0])
SLOPE_FOR_HALF, POWER_THERE = 0.05205871, 0.4999776  # as its README prints them
MVTNORM = 1e-3  # its probabilities are computed to an absolute error of 0.001
SIMULATED = 0.02  # three standard errors of a share of 6,000 draws


def test_the_pointwise_slope_for_half_power_is_the_published_one():
    found = pointwise_drift(FROM_BASE, HE_AND_WANG, power=POWER_THERE)
    assert found == pytest.approx(SLOPE_FOR_HALF, abs=MVTNORM * SLOPE_FOR_HALF)


def draws(drift: float, n_clusters: int, n: int = 6_000):
    """Effects, and covariances estimated from that many clusters, as Hotelling's test takes them."""
    rng = np.random.default_rng(1)
    effects = rng.multivariate_normal(drift * FROM_BASE, HE_AND_WANG, size=n)
    scatter = stats.wishart(df=n_clusters - 1, scale=HE_AND_WANG, seed=2).rvs(n) / (n_clusters - 1)
    return effects, scatter


@pytest.mark.parametrize("n_clusters", [8, 40])
@pytest.mark.parametrize("power", [0.5, 0.8])
def test_the_joint_test_finds_the_drift_as_often_as_said(n_clusters: int, power: float):
    drift = joint_drift(FROM_BASE, HE_AND_WANG, dof_within=n_clusters - 3, level=0.1, power=power)
    assert drift is not None
    effects, scatter = draws(drift, n_clusters)
    wald = np.einsum("ij,ij->i", effects, np.linalg.solve(scatter, effects[:, :, None])[:, :, 0])
    f = wald * (n_clusters - 3) / (3 * (n_clusters - 1))
    found = np.mean(f > stats.f.isf(0.1, 3, n_clusters - 3))
    assert found == pytest.approx(power, abs=SIMULATED)


@pytest.mark.parametrize("power", [0.5, 0.8])
def test_a_reader_of_single_intervals_finds_the_drift_as_often_as_said(power: float):
    drift = pointwise_drift(FROM_BASE, HE_AND_WANG, power=power)
    assert drift is not None
    effects, _ = draws(drift, 40)
    clear = np.abs(effects) > 1.959964 * np.sqrt(np.diag(HE_AND_WANG))
    assert clear.any(axis=1).mean() == pytest.approx(power, abs=SIMULATED)


def test_one_effect_by_hand():
    """Normal: 1.959964 + 0.841621 standard errors are found in four of five cases."""
    by_hand = 0.3 * (stats.norm.isf(0.025) + stats.norm.isf(0.2))
    assert single_drift(1.0, 0.3, dof=None, level=0.05) == pytest.approx(by_hand, abs=1e-5)
    assert single_drift(2.0, 0.3, dof=None, level=0.05) == pytest.approx(by_hand / 2, abs=1e-5)
    t = single_drift(1.0, 0.3, dof=9, level=0.1)
    assert t is not None
    critical = stats.t.isf(0.05, 9)
    power = stats.nct.sf(critical, 9, t / 0.3) + stats.nct.cdf(-critical, 9, t / 0.3)
    assert power == pytest.approx(0.8, abs=1e-9)


def test_one_effect_is_the_joint_test_of_one():
    joint = joint_drift(np.array([1.0]), np.array([[0.09]]), dof_within=9, level=0.1)
    assert joint == pytest.approx(single_drift(1.0, 0.3, dof=9, level=0.1), rel=1e-10)


def test_scaling_the_outcome_scales_the_drift():
    once = joint_drift(FROM_BASE, HE_AND_WANG, dof_within=27, level=0.1)
    again = joint_drift(FROM_BASE, 100 * HE_AND_WANG, dof_within=27, level=0.1)
    assert once is not None and again == pytest.approx(10 * once, rel=1e-12)


def test_no_drift_is_given_where_none_can_be_found():
    assert joint_drift(np.zeros(3), HE_AND_WANG, dof_within=27, level=0.1) is None
    assert joint_drift(FROM_BASE, HE_AND_WANG, dof_within=0, level=0.1) is None
    assert joint_drift(FROM_BASE, np.ones((3, 3)), dof_within=27, level=0.1) is None
    assert joint_drift(np.empty(0), np.empty((0, 0)), dof_within=27, level=0.1) is None
    assert pointwise_drift(np.zeros(3), HE_AND_WANG) is None
    assert pointwise_drift(FROM_BASE, HE_AND_WANG, level=0.4, power=0.5) is None
    assert single_drift(1.0, 0.0, dof=None, level=0.1) is None


@pytest.mark.parametrize(("level", "power"), [(0.0, 0.8), (0.9, 0.8), (0.1, 1.0)])
def test_a_test_that_is_none_is_refused(level: float, power: float):
    with pytest.raises(DataError, match="needed 0 < level < power < 1"):
        single_drift(1.0, 1.0, dof=None, level=level, power=power)
