"""TWFE against a hand calculation, explicit dummies, published numbers and its own promises."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from evalkit.data.panel import Panel
from evalkit.did import twfe
from evalkit.errors import DataError
from evalkit.inference.clusters import small_sample_factor
from tests.by_another_route import as_panel, dummy_regression, panel_frame

EXACT = 1e-12  # means of four numbers: only rounding
SOLVERS = 1e-10  # two least-squares solvers on the same well-conditioned problem


def two_by_two() -> pd.DataFrame:
    # treated 11.5 -> 15.5, comparison 9.5 -> 10.5 on average: ATT = 4.0 - 1.0 = 3.0
    rows = [
        ("a", 2001, 11.0, 2002), ("a", 2002, 14.0, 2002),
        ("b", 2001, 12.0, 2002), ("b", 2002, 17.0, 2002),
        ("c", 2001, 9.0, None), ("c", 2002, 10.5, None),
        ("d", 2001, 10.0, None), ("d", 2002, 10.5, None),
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["area", "year", "rate", "start"])


def test_two_by_two_is_the_double_difference_of_means():
    estimate = twfe(as_panel(two_by_two()), inference="cluster")
    assert estimate.effect == pytest.approx((15.5 - 11.5) - (10.5 - 9.5), abs=EXACT)


def test_two_by_two_standard_error_by_hand():
    # Treated, demeaned both ways, is +-1/4, so the bread is 1 / (8/16) = 2. Changes are 3, 5 | 1.5, 0.5:
    # 1, 1, 0.5, 0.5 from their group's mean, so residuals are +-1/2, +-1/2, +-1/4, +-1/4 and each unit's
    # score is 1/4 x 2 x residual = 1/4, 1/4, 1/8, 1/8. Meat = 2/16 + 2/64 = 5/32; CR0 = 2 x 2 x 5/32 = 5/8.
    # G = 4, n = 8, K = 1 regressor + 2 periods: factor 4/3 x 7/5.
    estimate = twfe(as_panel(two_by_two()), inference="cluster")
    assert estimate.standard_error == pytest.approx((5 / 8 * 4 / 3 * 7 / 5) ** 0.5, abs=EXACT)
    assert (estimate.dof, estimate.n_obs, estimate.n_units, estimate.n_clusters) == (3, 8, 4, 4)
    assert estimate.inference == (
        "t with G-1 = 3 df, clustered by unit, factor sqrt(G/(G-1) (n-1)/(n-K)), "
        "K = regressors and periods = 3"
    )


def test_two_by_two_interval_and_p_by_hand():
    # t with 3 df: 97.5% quantile 3.182446305284263 (any printed table: 3.182)
    estimate = twfe(as_panel(two_by_two()), inference="cluster")
    half = 3.182446305284263 * float(estimate.standard_error or 0)
    assert estimate.interval.low == pytest.approx(3.0 - half, abs=1e-9)
    assert estimate.interval.high == pytest.approx(3.0 + half, abs=1e-9)
    # for 3 df: P(T > t) = 1/2 - (atan(x) + x/(1 + x^2)) / pi with x = t / sqrt(3)
    x = 3.0 / float(estimate.standard_error or 0) / 3**0.5
    assert estimate.p_value == pytest.approx(
        1 - 2 * (np.arctan(x) + x / (1 + x**2)) / np.pi, abs=1e-12
    )


STARTS: list[int | None] = [2003, 2003, 2004, 2006, 2006, 2006, None, None, None, None, 2001]


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("weighted", [False, True])
def test_the_same_as_explicit_dummies_and_the_written_rule(seed: int, weighted: bool):
    panel = as_panel(panel_frame(seed, STARTS, n_periods=7, effect=0.4), weights="people")
    effect, standard_error = dummy_regression(panel, weighted=weighted)
    estimate = twfe(panel, weighted=weighted, inference="cluster")
    assert estimate.effect == pytest.approx(effect, abs=SOLVERS)
    assert estimate.standard_error == pytest.approx(standard_error, abs=SOLVERS)


def test_the_factor_counts_periods_and_regressors_but_not_units():
    # castle: 50 clusters, 550 rows, 1 + 11 parameters
    factor = small_sample_factor(n_clusters=50, n_obs=550, n_parameters=12)
    assert factor == pytest.approx((50 / 49 * 549 / 538) ** 0.5, abs=EXACT)


def test_weights_rescaled_by_a_constant_change_nothing():
    panel = as_panel(panel_frame(1, STARTS, n_periods=7), weights="people")
    assert panel.weights is not None
    tenfold = replace(panel, weights=1e6 * panel.weights)
    once, again = (
        twfe(panel, weighted=True, inference="cluster"),
        twfe(tenfold, weighted=True, inference="cluster"),
    )
    assert again.effect == pytest.approx(once.effect, abs=SOLVERS)
    assert again.standard_error == pytest.approx(float(once.standard_error or 0), abs=SOLVERS)


def test_equal_weights_are_no_weights_and_unequal_ones_are_not():
    panel = as_panel(panel_frame(1, STARTS, n_periods=7), weights="people")
    even = replace(panel, weights=np.full(panel.outcome.shape, 3.0))
    assert twfe(even, weighted=True, inference="cluster").effect == pytest.approx(
        twfe(panel, inference="cluster").effect, abs=SOLVERS
    )
    assert (
        abs(
            twfe(panel, weighted=True, inference="cluster").effect
            - twfe(panel, inference="cluster").effect
        )
        > 1e-3
    )


def test_unit_and_period_effects_do_not_move_it():
    panel = as_panel(panel_frame(2, STARTS, n_periods=7))
    rng = np.random.default_rng(0)
    shifted = replace(
        panel,
        outcome=panel.outcome + 5 * rng.normal(size=(11, 1)) + 5 * rng.normal(size=(1, 7)) + 100,
    )
    assert twfe(shifted, inference="cluster").effect == pytest.approx(
        twfe(panel, inference="cluster").effect, abs=1e-9
    )
    assert twfe(shifted, inference="cluster").standard_error == pytest.approx(
        float(twfe(panel, inference="cluster").standard_error or 0), abs=1e-9
    )


def test_the_level_of_the_interval_travels_with_it():
    panel = as_panel(panel_frame(2, STARTS, n_periods=7))
    wide, narrow = (
        twfe(panel, level=0.99, inference="cluster").interval,
        twfe(panel, level=0.5, inference="cluster").interval,
    )
    assert (wide.level, narrow.level) == (0.99, 0.5)
    assert wide.low < narrow.low < narrow.high < wide.high


@pytest.mark.parametrize("level", [0.0, 1.0, 95, -0.5])
def test_a_level_that_is_none_is_refused(level: float):
    panel = as_panel(panel_frame(2, STARTS, n_periods=7))
    with pytest.raises(
        DataError, match=f"interval of level {level:g}; it needs one between 0 and 1"
    ):
        twfe(panel, level=level, inference="cluster")


def starting(*starts: int | None) -> Panel:
    return as_panel(panel_frame(3, list(starts), n_periods=4))


@pytest.mark.parametrize("starts", [(None, None, None), (2001, 2001, 2001)])
def test_one_kind_of_unit_period_is_refused(starts: tuple[int | None, ...]):
    with pytest.raises(DataError, match="treated and untreated unit-periods; found only one kind"):
        twfe(starting(*starts), inference="cluster")


@pytest.mark.parametrize("starts", [(2003, 2003, 2003), (2001, 2001, None)])
def test_treatment_that_unit_or_period_effects_explain_is_refused(starts: tuple[int | None, ...]):
    with pytest.raises(DataError, match="cannot tell treatment from unit and period effects"):
        twfe(starting(*starts), inference="cluster")


def test_weights_that_are_not_there_are_refused():
    with pytest.raises(DataError, match="asked to weigh cells; the panel has no weights"):
        twfe(starting(2003, None, None), weighted=True, inference="cluster")
