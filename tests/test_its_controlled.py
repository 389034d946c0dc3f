"""Interrupted time series with a comparison."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy import optimize

import evalkit as ek
from evalkit.errors import DataError
from evalkit.its.controlled_weights import comparison_weights
from evalkit.types.estimate import Estimate

ROUNDING = 1e-9  # two routes through the same sums
START = "2020-01"
ASKED = {"interruptions": [START]}


def series(values: np.ndarray, **also) -> ek.TimeSeries:
    months = pd.period_range("2018-01", periods=len(values), freq="M").astype(str)
    columns = {"month": months, "y": np.asarray(values, dtype=float)}
    people = also.pop("people", None)
    if people is not None:
        columns["people"] = people
    return ek.TimeSeries.from_frame(
        pd.DataFrame(columns),
        period="month",
        outcome="y",
        exposure=None if people is None else "people",
        **also,
    )


def values(seed: int, n: int = 40, rate: float = 40.0) -> np.ndarray:
    return np.random.default_rng(seed).poisson(rate, size=n).astype(float)


def numbers(answer) -> tuple[float, ...]:
    assert isinstance(answer, Estimate)
    return answer.effect, answer.interval.low, answer.interval.high, answer.p_value


def test_by_hand_a_step_beyond_the_comparisons_step():
    """Without scatter around the difference's trend: treated falls by 10, the comparison by 4, so 6 beyond.

    The difference has residuals +1, -1, -1, +1, ... in each half, which no trend or step picks up: with
    40 periods and 4 regressors sigma^2 = 40 / 36.
    """
    t = np.arange(40)
    wiggle = np.tile([1.0, -1.0, -1.0, 1.0], 10)
    comparison = 30 + 0.3 * t - 4 * (t >= 24)
    treated = 50 + 0.5 * t - 10 * (t >= 24) + wiggle
    found = ek.its.controlled(series(treated), series(comparison), errors="ols", **ASKED)
    assert isinstance(found.level, Estimate) and isinstance(found.slope, Estimate)
    assert found.level.effect == pytest.approx(-6)
    assert found.slope.effect == pytest.approx(0, abs=ROUNDING)
    assert found.fit.sigma == pytest.approx(np.sqrt(40 / 36))
    assert found.comparison == tuple(comparison.tolist())
    assert found.weights == (("comparison", 1.0),)
    assert found.level.unit_of_measure == "y less the comparison's"


def test_the_difference_of_two_regressions_is_the_regression_of_the_difference():
    treated, comparison = values(1), values(2)
    asked = {"errors": "ols", "harmonics": 1, **ASKED}
    found = ek.its.controlled(series(treated), series(comparison), **asked)
    one, other = (ek.its.segmented(series(each), **asked) for each in (treated, comparison))
    assert numbers(found.level)[0] == pytest.approx(
        numbers(one.level)[0] - numbers(other.level)[0], rel=ROUNDING
    )


def test_a_constant_comparison_changes_nothing():
    treated, flat = values(1), series(np.full(40, 25.0))
    alone = ek.its.segmented(series(treated), **ASKED)
    assert numbers(ek.its.controlled(series(treated), flat, **ASKED).level) == pytest.approx(
        numbers(alone.level), rel=1e-6
    )
    counted = ek.its.counts(series(treated), **ASKED)
    offset = ek.its.controlled_counts(series(treated), flat, **ASKED)
    assert numbers(offset.level) == pytest.approx(numbers(counted.level), rel=1e-6)


def test_what_happens_to_both_drops_out():
    treated, comparison = values(1), values(2)
    shock = 15 * np.exp(-np.arange(40) / 8) + 30 * (np.arange(40) >= 24)
    usual = ek.its.controlled(series(treated), series(comparison), **ASKED)
    shocked = ek.its.controlled(series(treated + shock), series(comparison + shock), **ASKED)
    assert numbers(shocked.level) == pytest.approx(numbers(usual.level), rel=1e-6)
    assert numbers(ek.its.segmented(series(treated + shock), **ASKED).level)[0] > 25


def test_a_comparison_as_offset_is_an_exposure():
    treated, people = values(1), np.linspace(900, 1_100, 40)
    as_exposure = ek.its.counts(series(treated, people=people), **ASKED)
    as_offset = ek.its.controlled_counts(series(treated), series(people), **ASKED)
    assert numbers(as_offset.level) == pytest.approx(numbers(as_exposure.level), rel=1e-6)
    assert numbers(as_offset.fit.avoided()) == pytest.approx(
        numbers(as_exposure.avoided()), rel=1e-6
    )
    both = ek.its.controlled_counts(
        series(treated, people=people), series(people * 3, people=people), **ASKED
    )
    assert numbers(both.level) == pytest.approx(numbers(as_exposure.level), rel=1e-6)


def test_missing_in_either_is_missing_in_both_and_breaks_of_both_are_allowed_for():
    treated, comparison = values(1), values(2)
    treated[3], comparison[30] = np.nan, np.nan
    recorded = series(comparison, breaks=[("2019-04", "new recording")])
    for made in (ek.its.controlled, ek.its.controlled_counts):
        found = made(series(treated), recorded, **ASKED)
        gone = [p.period for p in found.fit.path if p.observed is None]
        assert gone == ["2018-04", "2020-07"]
        assert found.comparison[30] is None
        assert any("2019-04: new recording, comparison" in note for note in found.notes)


def test_weights_find_the_mixture_and_are_said():
    a, b, c = values(1), values(2), values(3)
    mixture = 0.25 * a + 0.75 * c + 100
    others = {"Ashby": series(a), "Burton": series(b), "Corby": series(c)}
    rng = np.random.default_rng(4)
    treated = series(mixture + 0.01 * rng.normal(size=40))
    found = ek.its.controlled(treated, others, **ASKED)
    assert dict(found.weights) == pytest.approx(
        {"Ashby": 0.25, "Burton": 0, "Corby": 0.75}, abs=1e-2
    )
    assert sum(weight for _, weight in found.weights) == pytest.approx(1)
    assert any("Ashby 0.25" in note and "taken as known" in note for note in found.notes)


def test_weights_are_the_constrained_least_squares():
    rng = np.random.default_rng(5)
    for _ in range(5):
        treated, others = rng.normal(size=24), rng.normal(size=(24, 4)) + rng.normal(size=(24, 1))
        apart = others - treated[:, None]
        apart -= apart.mean(0)
        found = comparison_weights(treated, others)
        kept = optimize.minimize(
            lambda w, apart=apart: ((apart @ w) ** 2).sum(),
            np.full(4, 0.25),
            bounds=[(0, 1)] * 4,
            constraints={"type": "eq", "fun": lambda w: w.sum() - 1},
            options={"ftol": 1e-14},
        )
        assert found == pytest.approx(kept.x, abs=1e-5)
        assert (found >= 0).all() and found.sum() == pytest.approx(1)


def test_weights_see_nothing_after_the_interruption():
    a, b, treated = values(1), values(2), values(3)
    later = np.where(np.arange(40) >= 24, 500.0, 0.0)
    others = {"a": series(a), "b": series(b)}
    moved = {"a": series(a + later), "b": series(b)}
    usual = ek.its.controlled(series(treated), others, **ASKED)
    assert ek.its.controlled(series(treated), moved, **ASKED).weights == usual.weights


def test_intervals_hold_the_truth_where_a_shared_shock_moves_both():
    """A common AR(1) movement and step, a true fall of 8: the difference covers, the series alone not."""
    rng = np.random.default_rng(6)
    held, alone = 0, 0
    for _ in range(120):
        common = np.zeros(40)
        for t in range(1, 40):
            common[t] = 0.6 * common[t - 1] + 3 * rng.normal()
        common += 12 * (np.arange(40) >= 24)
        fall = -8 * (np.arange(40) >= 24)
        treated = series(60 + common + fall + 3 * rng.normal(size=40))
        comparison = series(55 + common + 3 * rng.normal(size=40))
        _, low, high, _ = numbers(
            ek.its.controlled(treated, comparison, impact="level", **ASKED).level
        )
        held += low <= -8 <= high
        found = ek.its.segmented(treated, impact="level", **ASKED).level
        alone += isinstance(found, Estimate) and -8 in found.interval
    assert held >= 107  # of 120; fewer happen once in a thousand times at 95%
    assert alone < 60


def test_series_of_other_size_are_said():
    found = ek.its.controlled(series(values(1)), series(values(2, rate=400)), **ASKED)
    assert any("not by the same per cent" in note for note in found.notes)
    assert not ek.its.controlled(series(values(1)), series(values(2)), **ASKED).notes


@pytest.mark.parametrize(
    ("comparison", "said"),
    [
        ({}, "at least one"),
        (series(values(2, n=39)), "the same periods"),
        (
            replace(series(values(2, n=40)), periods=tuple(f"{y}" for y in range(1980, 2020))),
            "the same periods",
        ),
        (
            series(values(2), people=np.full(40, 9.0)),
            "comparison has an exposure and the treated series has none",
        ),
        ({f"area {k}": series(values(k)) for k in range(24)}, "leave some out"),
    ],
)
def test_comparisons_that_do_not_fit_are_refused(comparison, said):
    for made in (ek.its.controlled, ek.its.controlled_counts):
        with pytest.raises(DataError, match=said):
            made(series(values(1)), comparison, **ASKED)


def test_an_offset_of_nothing_and_an_outcome_that_is_no_count_are_refused():
    empty = values(2)
    empty[[5, 9]] = 0
    with pytest.raises(DataError, match=r"is 0 in 2018-06 \(2 such periods\)"):
        ek.its.controlled_counts(series(values(1)), series(empty), **ASKED)
    with pytest.raises(DataError, match="whole numbers"):
        ek.its.controlled_counts(series(values(1) / 3), series(values(2)), **ASKED)
    with pytest.raises(DataError, match="never changes"):
        ek.its.controlled(series(values(1)), series(values(1)), **ASKED)
