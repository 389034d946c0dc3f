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
