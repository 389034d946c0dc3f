"""The AR(1) engine: every matrix written out, missing periods, and batches against single series."""

import numpy as np
import pytest

from evalkit.its.ar1 import Fits, fit, solve
from evalkit.its.ar1_pack import pack
from tests.by_another_route import Floats
from tests.by_dense_matrices import dense

DENSE = 1e-9  # relative; two ways of solving systems of some dozen equations
ONE_BY_ONE = 1e-9  # relative; sums in another order


def regressors(n: int, start: int) -> Floats:
    t = np.arange(float(n))
    angle = 2 * np.pi * t / 12
    step = (t >= start).astype(float)
    return np.column_stack([np.ones(n), t, step, step * (t - start), np.sin(angle), np.cos(angle)])


def simulated(seed: int, n: int, rho: float, *, missing: int = 0, series: int = 1) -> Floats:
    rng = np.random.default_rng(seed)
    y = rng.normal(size=(series, n)) / np.sqrt(1 - rho**2)
    y[:, 1:] *= np.sqrt(1 - rho**2)
    for t in range(1, n):
        y[:, t] += rho * y[:, t - 1]
    for row in y:
        row[rng.choice(n, missing, replace=False)] = np.nan
    return y


@pytest.mark.parametrize("restricted", [True, False])
@pytest.mark.parametrize(
    ("n", "rho", "missing"), [(24, 0.3, 0), (60, 0.6, 0), (60, 0.5, 9), (40, -0.4, 6), (36, 0.0, 1)]
)
def test_the_same_as_with_every_matrix_written_out(n: int, rho: float, missing: int, restricted):
    x = regressors(n, n // 2)
    [y] = simulated(n, n, rho, missing=missing)
    design, packed = pack(x[None], y[None])
    likelihood = "restricted" if restricted else "full"
    ours = solve(design, packed, likelihood=likelihood)
    theirs = dense(y, x, near=float(ours.rho[0]), restricted=restricted)
    assert ours.rho[0] == pytest.approx(theirs.rho, abs=DENSE)
    assert ours.sigma[0] == pytest.approx(theirs.sigma, rel=DENSE)
    assert ours.log_likelihood[0] == pytest.approx(theirs.log_likelihood, abs=DENSE)
    assert ours.small.coefficients[0] == pytest.approx(theirs.coefficients, rel=1e-8, abs=DENSE)
    if restricted:
        assert ours.small.covariance[0] == pytest.approx(theirs.covariance, rel=DENSE, abs=DENSE)
        assert ours.small.adjusted[0] == pytest.approx(theirs.adjusted, rel=DENSE, abs=DENSE)
        found = fit(y[None], x[None], np.eye(6)[None])
        assert found.dof[0] == pytest.approx(np.maximum(theirs.dof, 1), rel=1e-8)


def assert_one_by_one(all_at_once: Fits, outcomes: Floats, x: Floats, which) -> None:
    c = np.eye(x.shape[2])[None]
    for i, y in enumerate(outcomes):
        alone = fit(y[None], x[which[i]][None], c)
        for name in ("effect", "plain_error", "adjusted_error", "dof", "rho", "sigma"):
            assert getattr(all_at_once, name)[i] == pytest.approx(
                getattr(alone, name)[0], rel=ONE_BY_ONE, abs=1e-12, nan_ok=True
            ), name
        assert all_at_once.problem[i] == alone.problem[0]
        assert all_at_once.boundary[i] == alone.boundary[0]


@pytest.mark.parametrize("missing", [0, 5])
def test_a_batch_gives_the_numbers_of_one_at_a_time(missing: int):
    """Shared periods, own missing periods, own regressors, and series without a number, in one call."""
    y = simulated(1, 48, 0.4, series=40)
    y[::2] = simulated(2, 48, 0.6, missing=missing, series=20)
    y[7] = 3.0
    y[9, :40] = np.nan
    x = np.stack([regressors(48, 20), regressors(48, 31)])
    which = np.arange(40) % 3 % 2
    found = fit(y, x, np.eye(6)[None], which=which)
    assert_one_by_one(found, y, x, which)
    assert found.problem[7] == "the outcome never changes"
    assert "cannot be told apart" in found.problem[9]


def test_one_period_more_than_regressors_says_nothing_of_the_autocorrelation():
    """The restricted likelihood of a single contrast is flat in rho, so nothing is estimated from it."""
    y, x = simulated(3, 7, 0.3), regressors(7, 3)
    assert fit(y, x[None], np.eye(6)[None]).problem == (
        "there are too few periods for these regressors and an autocorrelation",
    )
    assert fit(y, x[None], np.eye(6)[None], rho=0.0).problem == ("",)


def test_three_periods_on_either_side_of_level_and_slope_say_next_to_nothing():
    """What is left is one contrast a half, (1, -2, 1), of correlation rho (1 - rho)^3 / (6 - 2 rho).

    The likelihood depends on that alone. Its largest value is at rho near 0.27, where it is flat: halves that
    are more alike end there without any information on rho, and the others get one degree of freedom.
    """
    y, x = simulated(3, 6, 0.3, series=20), regressors(6, 3)[:, :4]
    found = fit(y, x[None], np.eye(4)[None])
    too_few = np.array(found.problem) == (
        "there are too few periods for these regressors and an autocorrelation"
    )
    assert np.isnan(found.effect[too_few]).all() and np.isnan(found.rho[too_few]).all()
    assert (found.dof[~too_few] == 1).all()
    assert 0 < too_few.sum() < 20


def test_every_small_design_has_numbers_or_a_reason():
    rng = np.random.default_rng(4)
    for n in (*range(3, 12), 30):
        y = rng.normal(size=(12, n)) * 10.0 ** rng.integers(-6, 7, (12, 1))
        y[4:8] = rng.poisson(1.0, (4, n))
        y[8:] = np.where(rng.random((4, n)) < 0.3, np.nan, np.cumsum(y[8:], axis=1))
        found = fit(y, regressors(n, n // 2)[None], np.eye(6)[None])
        for i, problem in enumerate(found.problem):
            numbers = np.concatenate([found.effect[i], found.adjusted_error[i], found.dof[i]])
            assert np.isnan(numbers).all() if problem else np.isfinite(numbers).all()
