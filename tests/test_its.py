"""Segmented regression: exact recovery, plain least squares, and what it refuses."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from evalkit.data.series import TimeSeries
from evalkit.errors import DataError
from evalkit.its import SegmentedFit, segmented
from tests.by_another_route import Floats, as_series, monthly_frame

SOLVERS = 1e-10  # two least-squares solvers on the same well-conditioned problem


def noisy(seed: int = 0, n: int = 72, rho: float = 0.0) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    errors = rng.normal(size=n)
    for t in range(1, n):
        errors[t] += rho * errors[t - 1]
    return monthly_frame(10 + errors).assign(jobs=rng.normal(size=n), days=rng.integers(8, 11, n))


def fit(series: TimeSeries, *dates: str, months: bool = False, level: float = 0.95) -> SegmentedFit:
    return segmented(
        series, interruptions=dates, impact="level", months=months, errors="ols", level=level
    )


def test_a_step_without_noise_is_recovered_exactly():
    t = np.arange(60.0)
    outcome = 3 + 0.25 * t + 2.0 * (t >= 24) - 0.5 * (t >= 40) + np.sin(t % 12)
    result = fit(as_series(monthly_frame(outcome)), "1983-01", "1984-05", months=True)
    assert [level.effect for level in result.levels] == pytest.approx([2.0, -0.5], abs=1e-10)
    assert [p.fitted for p in result.path] == pytest.approx(outcome, abs=1e-10)
    without = outcome - 2.0 * (t >= 24) + 0.5 * (t >= 40)
    assert [p.counterfactual for p in result.path] == pytest.approx(without, abs=1e-10)


def test_without_trend_in_the_data_the_step_by_hand():
    # y = 0, 0, 1 | 4, 5, 5 with trend t = 1..6 and step from 4. Normal equations of the two segments share
    # one slope: within-segment slopes (sum of (t - mean)(y - mean) = 1 and 1, sum of squares 2 and 2) give
    # b = 2/4 = 1/2; step = (14/3 - 1/3) - 1/2 (5 - 2) = 17/6. Residuals 1/6, -1/3, 1/6 | -1/6, 1/3, -1/6.
    series = as_series(monthly_frame(np.array([0, 0, 1, 4, 5, 5.0])))
    result = fit(series, "1981-04")
    [level] = result.levels
    assert level.effect == pytest.approx(17 / 6, abs=1e-12)
    # sum of squares 4/36 + 2/9 = 1/3, s2 = (1/3) / (6 - 3) = 1/9; Var(step) = s2 (1/3 + 1/3 + 9/4).
    assert level.standard_error == pytest.approx((35 / 12 / 9) ** 0.5, abs=1e-12)
    assert level.dof == 3
    # Differences of residuals: -1/2, 1/2, -1/3, 1/2, -1/2: squares 4/4 + 1/9 = 10/9; over 1/3 = 10/3.
    assert result.durbin_watson == pytest.approx(10 / 3, abs=1e-12)
    # Products of neighbours: -1/18, -1/18, -1/36, -1/18, -1/18 = -1/4; over 1/3 = -3/4.
    assert result.autocorrelation == pytest.approx(-3 / 4, abs=1e-12)


def by_lstsq(outcome: Floats, design: Floats) -> tuple[Floats, Floats, int]:
    beta, *_ = np.linalg.lstsq(design, outcome, rcond=None)
    residuals, dof = outcome - design @ beta, len(outcome) - design.shape[1]
    covariance = np.linalg.inv(design.T @ design) * (residuals @ residuals) / dof
    return beta, np.sqrt(np.diag(covariance)), dof


@pytest.mark.parametrize("seed", range(3))
def test_the_same_as_plain_least_squares(seed: int):
    frame = noisy(seed)
    t = np.arange(72)
    design = np.column_stack(
        [t >= 30, t >= 48, np.ones(72), t + 1]
        + [t % 12 == m for m in range(1, 12)]
        + [frame["jobs"], frame["days"]]
    ).astype(float)
    beta, errors, dof = by_lstsq(frame["y"].to_numpy(), design)
    result = fit(as_series(frame, "jobs", "days"), "1983-07", "1985-01", months=True)
    for i, level in enumerate(result.levels):
        assert level.effect == pytest.approx(beta[i], abs=SOLVERS)
        assert level.standard_error == pytest.approx(errors[i], abs=SOLVERS)
        assert level.dof == dof == 72 - 17
        half = stats.t.ppf(0.975, dof) * errors[i]
        assert level.interval.high - level.effect == pytest.approx(half, abs=SOLVERS)
        assert level.p_value == pytest.approx(
            2 * stats.t.cdf(-abs(beta[i]) / errors[i], dof), abs=SOLVERS
        )
    fitted = design @ beta
    assert [p.fitted for p in result.path] == pytest.approx(fitted, abs=SOLVERS)
    residuals = frame["y"].to_numpy() - fitted
    assert result.durbin_watson == pytest.approx(
        sum((residuals[i] - residuals[i - 1]) ** 2 for i in range(1, 72)) / sum(residuals**2),
        abs=SOLVERS,
    )
    assert result.autocorrelation == pytest.approx(
        sum(residuals[i] * residuals[i - 1] for i in range(1, 72)) / sum(residuals**2), abs=SOLVERS
    )


def test_counterfactual_is_the_fit_before_the_first_change_and_differs_after():
    result = fit(as_series(noisy()), "1985-01", "1983-01")
    first = [p.period for p in result.path].index("1983-01")
    later = [p.period for p in result.path].index("1985-01")
    speed, belt = (level.effect for level in result.levels)  # in the order asked
    gaps = [p.fitted - p.counterfactual for p in result.path]
    assert gaps[:first] == [0.0] * first
    assert gaps[first:later] == pytest.approx([belt] * (later - first), abs=1e-12)
    assert gaps[later:] == pytest.approx([belt + speed] * (72 - later), abs=1e-12)


def test_one_change_has_a_level_several_have_a_tuple():
    one, two = fit(as_series(noisy()), "1983-01"), fit(as_series(noisy()), "1983-01", "1984-01")
    assert one.level == one.levels[0]
    assert two.level == two.levels


def test_autocorrelation_has_its_sign():
    assert fit(as_series(noisy(0, 240, rho=0.7)), "1990-01").autocorrelation > 0.5
    assert fit(as_series(noisy(0, 240, rho=-0.7)), "1990-01").autocorrelation < -0.5


def test_a_yearly_series_works_and_has_no_months():
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"month": range(2000, 2020), "y": rng.normal(size=20)})
    t = np.arange(20)
    beta, _, _ = by_lstsq(
        frame["y"].to_numpy(), np.column_stack([t >= 9, np.ones(20), t]).astype(float)
    )
    assert fit(as_series(frame), "2009").levels[0].effect == pytest.approx(beta[0], abs=SOLVERS)
    with pytest.raises(DataError, match="month effects were asked of a series that is not monthly"):
        fit(as_series(frame), "2009", months=True)


@pytest.mark.parametrize("date", ["1980-12", "1981-01", "1987-01", "1984"])
def test_a_date_outside_the_series_is_refused(date: str):
    with pytest.raises(
        DataError, match=f"interruption {date} is outside the series, 1981-01 to 1986-12"
    ):
        fit(as_series(noisy()), date)


def test_regressors_that_say_the_same_are_refused():
    frame = noisy().assign(later=(np.arange(72) >= 24).astype(float))
    message = r"cannot tell 4 regressors apart in 72 periods \(constant, trend, 1983-01, later\)"
    with pytest.raises(DataError, match=message):
        fit(as_series(frame, "later"), "1983-01")


def test_more_parameters_than_periods_is_refused():
    short = as_series(noisy(n=24).assign(y=[1.0, 2] * 3 + [None] * 10 + [1.0, 2] * 4))
    with pytest.raises(DataError, match="cannot tell 14 regressors apart in 14 periods"):
        fit(short, "1982-07", months=True)


def test_the_same_date_twice_is_refused():
    """It would otherwise shift the columns that levels are read from."""
    with pytest.raises(DataError, match="segmented found 1983-01 twice"):
        fit(as_series(noisy()), "1983-01", "1983-01", months=True)


def test_a_covariate_cannot_take_the_place_of_the_trend():
    frame = noisy().rename(columns={"jobs": "trend"})
    with pytest.raises(DataError, match="segmented found trend twice"):
        fit(as_series(frame, "trend"), "1983-01")


def test_no_change_at_all_is_refused():
    with pytest.raises(DataError, match="segmented found no interruption; it needs at least one"):
        fit(as_series(noisy()))


def test_an_outcome_that_never_changes_is_refused():
    with pytest.raises(DataError, match="outcome that never changes"):
        fit(as_series(monthly_frame(np.zeros(60))), "1983-01")


def test_units_of_a_covariate_do_not_matter():
    frame = noisy()
    large = frame.assign(jobs=1e6 * frame["jobs"] + 1e6)
    once = fit(as_series(frame, "jobs"), "1983-01").levels[0]
    again = fit(as_series(large, "jobs"), "1983-01").levels[0]
    assert again.effect == pytest.approx(once.effect, abs=1e-8)
    assert again.standard_error == pytest.approx(float(once.standard_error or 0), abs=1e-8)
