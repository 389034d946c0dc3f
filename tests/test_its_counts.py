"""Interrupted time series of counts."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

import evalkit as ek
from evalkit.errors import DataError
from evalkit.its import counts_errors, counts_posterior
from evalkit.its.count_ratios import coefficients
from evalkit.its.counts_glm import fit_counts
from evalkit.its.uncertainty import Sampling, matrix
from evalkit.types.estimate import Estimate, NoEstimate

SAME = 1e-8  # statsmodels stops at a relative change of 1e-8 of its deviance or score
ROUNDING = 1e-9  # two routes through the same sums
START = "2020-07"


def frame(n: int = 48, seed: int = 1, rate: float = 12.0) -> pd.DataFrame:
    """Months from 2018-01 with a slowly moving rate, and people at risk."""
    rng = np.random.default_rng(seed)
    moving = np.zeros(n)
    for t in range(1, n):
        moving[t] = 0.5 * moving[t - 1] + 0.2 * rng.normal()
    people = 1_000 + 5.0 * np.arange(n)
    return pd.DataFrame(
        {
            "month": pd.period_range("2018-01", periods=n, freq="M").astype(str),
            "robberies": rng.poisson(rate * np.exp(moving) * people / 1_000).astype(float),
            "people": people,
        }
    )


def series(data: pd.DataFrame, exposure: str | None = "people") -> ek.TimeSeries:
    return ek.TimeSeries.from_frame(data, period="month", outcome="robberies", exposure=exposure)


def estimate(answer) -> Estimate:
    assert isinstance(answer, Estimate)
    return answer


def by_hand(n: int, start: int) -> np.ndarray:
    t = np.arange(n)
    return np.column_stack([np.ones(n), t + 1, t >= start, np.maximum(t - start, 0)]).astype(float)


@pytest.mark.parametrize("family", ["quasi_poisson", "negative_binomial"])
def test_independent_estimates_are_those_of_statsmodels(family):
    data = frame(rate=30)
    data.loc[4, "robberies"] = np.nan
    found = ek.its.counts(
        series(data), interruptions=[START], family=family, inference="independent"
    )
    there = data["robberies"].notna().to_numpy()
    x, y = by_hand(48, 30)[there], data["robberies"].to_numpy()[there]
    offset = np.log(data["people"].to_numpy()[there])
    if family == "quasi_poisson":
        kept = sm.GLM(y, x, family=sm.families.Poisson(), offset=offset).fit(tol=1e-13, scale="X2")
        estimates, errors = kept.params, kept.bse
        assert found.dispersion == pytest.approx(kept.scale, rel=SAME)
    else:
        fit = sm.NegativeBinomial(y, x, offset=offset)
        kept = fit.fit(disp=0, maxiter=300, method="newton", tol=1e-13)
        estimates, errors = kept.params[:-1], None
        assert found.alpha == pytest.approx(kept.params[-1], rel=SAME)
    level, slope = estimate(found.level), estimate(found.slope)
    assert np.log([level.effect, slope.effect]) == pytest.approx(estimates[2:], rel=SAME)
    assert level.dof == 47 - 4
    if errors is not None:
        both = [level.standard_error, slope.standard_error]
        assert both == pytest.approx(errors[2:], rel=SAME)


def dense(at: np.ndarray, rho: float, share: float) -> np.ndarray:
    """Correlations of an excess that is slow for one share."""
    lag = np.abs(np.subtract.outer(at, at))
    return np.where(lag == 0, 1.0, share * rho**lag)


def test_given_a_correlation_estimates_are_least_squares_with_dense_matrices():
    y = frame(24)["robberies"].to_numpy()[None]
    there = np.ones((1, 24), dtype=bool)
    there[0, [3, 15]] = False
    x = by_hand(24, 12)
    fits = fit_counts(y, np.zeros((1, 24)), x, there, "quasi_poisson")
    found = counts_posterior.count_posterior(y, x, there, fits)
    at, log_weights = np.flatnonzero(there[0]), []
    mean, x = fits.mean[0, at], x[at]
    left = y[0, at] / mean - 1
    points = zip(counts_posterior.RHO, counts_posterior.TIMES, counts_posterior.SHARE, strict=True)
    for g, (rho, times, share) in enumerate(points):
        spread = np.diag(1 / mean) + times / mean.mean() * dense(at, rho, share)
        inverse = np.linalg.inv(spread)
        covariance = np.linalg.inv(x.T @ inverse @ x)
        step = covariance @ x.T @ inverse @ left
        squares = (left - x @ step) @ inverse @ (left - x @ step)
        assert found.coefficients[0, g] == pytest.approx(fits.coefficients[0] + step, abs=1e-7)
        assert found.covariances[0, g] == pytest.approx(covariance, rel=1e-6)
        log_weights.append(
            (np.linalg.slogdet(covariance)[1] - np.linalg.slogdet(spread)[1] - squares) / 2
        )
    weights = np.exp(counts_posterior.log_prior(x, at) + log_weights - np.max(log_weights))
    assert found.weights[0] == pytest.approx(weights / weights.sum(), abs=1e-9)


def test_the_prior_is_the_one_that_is_written_down():
    """Given rho and share Jeffreys' rule: the root of the information on the excess, with dense matrices."""
    x, at = by_hand(24, 12), np.arange(24)
    prior = np.exp(counts_posterior.log_prior(x, at))
    assert prior.sum() == pytest.approx(1)
    assert prior[-1] == pytest.approx(0.05)
    rho, times, share = counts_posterior.RHO, counts_posterior.TIMES, counts_posterior.SHARE
    hat = x @ np.linalg.pinv(x)
    rest = np.eye(24) - hat
    same = (rho == rho[100]) & (share == 1)
    grid = times[same]
    told = []
    for excess in grid:
        inverse = np.linalg.pinv(rest @ (np.eye(24) + excess * dense(at, rho[100], 1.0)) @ rest)
        change = inverse @ dense(at, rho[100], 1.0)
        told.append(np.sqrt(np.trace(change @ change)))
    _, nodes = np.polynomial.legendre.leggauss(10)
    expected = nodes * (1 + grid) * told
    assert prior[same] / prior[same].sum() == pytest.approx(expected / expected.sum(), rel=1e-6)


def test_a_finer_grid_gives_the_same_interval(monkeypatch):
    """Twice as many points in each direction move neither end by more than a fiftieth of the width."""
    data = frame(36, seed=4, rate=40)
    usual = estimate(ek.its.counts(series(data), interruptions=["2020-01"]).level).interval
    nodes, weights = np.polynomial.legendre.leggauss(24)
    sizes, size_weights = np.polynomial.legendre.leggauss(20)
    rho, times, share = (
        each.ravel()
        for each in np.meshgrid(
            np.sin(nodes * np.arcsin(0.99)), np.expm1((sizes + 1) / 2 * np.log(1000)), [0.5, 1.0],
            indexing="ij",
        )
    )  # fmt: skip
    log_nodes = np.log(np.einsum("i,j,k->ijk", weights, size_weights, [0.1, 0.9]).ravel())
    for name, fine in {"_RHO": rho, "_TIMES": times, "_SHARE": share}.items():
        monkeypatch.setattr(counts_posterior, name, fine)
    monkeypatch.setattr(counts_posterior, "_LOG_NODES", log_nodes - 0.8 * np.log(1 - rho))
    for name, fine, last in (("RHO", rho, 0.0), ("TIMES", times, 0.0), ("SHARE", share, 1.0)):
        monkeypatch.setattr(counts_posterior, name, np.append(fine, last))
        monkeypatch.setattr(counts_errors, name, np.append(fine, last))
    finer = estimate(ek.its.counts(series(data), interruptions=["2020-01"]).level).interval
    width = usual.high - usual.low
    assert [finer.low, finer.high] == pytest.approx([usual.low, usual.high], abs=width / 50)


def test_incidents_avoided_and_ratios_fit_together():
    """With independent periods fitted and observed sums agree after a level and a slope: score equations."""
    data = frame()
    fit = ek.its.counts(series(data), interruptions=[START], inference="independent")
    after = fit.path[30:]
    seen, expected = sum(p.observed for p in after), sum(p.counterfactual for p in after)
    average, avoided = estimate(fit.average_effect()), estimate(fit.avoided())
    assert sum(p.fitted for p in after) == pytest.approx(seen, rel=ROUNDING)
    assert average.effect == pytest.approx(seen / expected, rel=ROUNDING)
    assert avoided.effect == pytest.approx(expected - seen, rel=ROUNDING)
    assert avoided.interval.low == pytest.approx(seen * (1 / average.interval.high - 1))
    assert avoided.interval.high == pytest.approx(seen * (1 / average.interval.low - 1))
    assert avoided.p_value == average.p_value
    level, slope = estimate(fit.level), estimate(fit.slope)
    assert estimate(fit.effect_at(0)).effect == pytest.approx(level.effect, rel=ROUNDING)
    assert estimate(fit.effect_at(5)).effect == pytest.approx(
        level.effect * slope.effect**5, rel=ROUNDING
    )
    one = estimate(fit.average_effect(first=5, last=5))
    assert one.interval.low == pytest.approx(estimate(fit.effect_at(5)).interval.low, rel=ROUNDING)


def test_incidents_avoided_leave_out_periods_without_a_count():
    data = frame()
    data.loc[40, "robberies"] = np.nan
    fit = ek.its.counts(series(data), interruptions=[START], inference="independent")
    there = [p for p in fit.path[30:] if p.observed is not None]
    expected = sum(p.counterfactual for p in there) - sum(p.observed for p in there)
    found = estimate(fit.avoided())
    assert found.effect == pytest.approx(expected, rel=ROUNDING)
    assert "1 periods without a count are left out." in found.notes
    assert estimate(fit.average_effect()).estimand == "rate ratio over 18 periods"


@pytest.mark.parametrize("inference", ["bayes_grid", "independent"])
def test_the_unit_of_exposure_and_a_missing_count_change_nothing(inference):
    data = frame()
    asked = {"interruptions": [START], "harmonics": 1, "inference": inference}
    usual = ek.its.counts(series(data), **asked)
    scaled = ek.its.counts(series(data.assign(people=data["people"] / 1_000)), **asked)
    assert estimate(scaled.level).interval.low == pytest.approx(
        estimate(usual.level).interval.low, rel=ROUNDING
    )
    assert usual == ek.its.counts(series(data.sample(frac=1, random_state=1)), **asked)
    longer = pd.concat([data, data.tail(1).assign(month="2022-01", robberies=np.nan)])
    gap = ek.its.counts(series(longer), **asked)
    assert estimate(gap.level).interval == estimate(usual.level).interval


def test_many_series_at_once_are_what_each_is_alone():
    rng = np.random.default_rng(2)
    y = rng.poisson(rng.gamma(4, 3, size=(6, 36))).astype(float)
    there = rng.random(y.shape) > 0.1
    x, exposure = by_hand(36, 20), np.log(rng.uniform(1, 2, size=y.shape))
    for family in ("quasi_poisson", "negative_binomial"):
        together = fit_counts(y, exposure, x, there, family)
        posterior = counts_posterior.count_posterior(y, x, there, together)
        for i in range(len(y)):
            row = slice(i, i + 1)
            alone = fit_counts(y[row], exposure[row], x, there[row], family)
            assert together.coefficients[i] == pytest.approx(alone.coefficients[0], rel=ROUNDING)
            one = counts_posterior.count_posterior(y[row], x, there[row], alone)
            assert posterior.weights[i] == pytest.approx(one.weights[0], rel=1e-7)


def test_correlated_months_make_the_interval_wider_and_say_how_it_was_made():
    data = frame(60, seed=5, rate=60)
    plain, default = (
        ek.its.counts(series(data), interruptions=[START], inference=inference)
        for inference in ("independent", "bayes_grid")
    )
    assert default.autocorrelation is not None and default.autocorrelation > 0.2
    assert plain.autocorrelation is None
    narrow, wide = estimate(plain.level).interval, estimate(default.level).interval
    assert np.log(wide.high / wide.low) > 1.2 * np.log(narrow.high / narrow.low)
    assert estimate(default.level).standard_error is None
    assert estimate(default.level).why and estimate(default.level).dof is None
    assert "too narrow" in plain.notes[0]
    assert default.path[0].counterfactual_low < default.path[0].counterfactual


def test_few_incidents_and_a_drifting_rate_are_said():
    few = ek.its.counts(series(frame(rate=2.0)), interruptions=[START])
    assert any("incidents a period" in note for note in few.notes)
    t = np.arange(48)
    walk = frame().assign(robberies=np.round(200 * np.exp(0.8 * np.sin(t / 7))))
    drifting = ek.its.counts(series(walk), interruptions=[START])
    assert any("drifts without returning" in note for note in drifting.notes)


def test_an_interval_that_holds_every_ratio_is_no_estimate():
    context = ek.its.counts(series(frame()), interruptions=[START], inference="independent").context
    known = context.context.uncertainty
    assert isinstance(known, Sampling)
    wide = replace(known, covariance=matrix(900 * np.eye(4)))
    vague = replace(context, context=replace(context.context, uncertainty=wide))
    [found] = coefficients(vague, context.context.effects[:1])
    assert isinstance(found, NoEstimate) and "cannot tell" in found.why


def zero_after(data: pd.DataFrame) -> pd.DataFrame:
    return data.assign(robberies=data["robberies"].where(data["month"] < START, 0.0))


@pytest.mark.parametrize(
    ("change", "asked", "said"),
    [
        (lambda d: d.assign(robberies=0.0), {}, "no incident at all"),
        (zero_after, {}, "a stretch of the series"),
        (lambda d: d.assign(robberies=d["robberies"] - 20), {}, "whole numbers of incidents"),
        (lambda d: d.assign(robberies=d["robberies"] / 3), {}, "whole numbers of incidents"),
        (lambda d: d.assign(robberies=7.0, people=1.0), {}, "follow the regressors exactly"),
        (lambda d: d.head(32), {}, "2 observed periods after the interruption"),
        (lambda d: d.head(18), {"months": True, "interruptions": ["2018-09"]}, "two years"),
        (
            lambda d: d.head(24),
            {"months": True, "harmonics": 0, "interruptions": ["2019-01"], "calendar": ["days"]},
            "regressors",
        ),
        (lambda d: d.head(6), {"interruptions": ["2018-04"]}, "needs at least 7"),
        (lambda d: d, {"interruptions": ["2024-01"]}, "outside the series"),
        (lambda d: d, {"family": "poisson"}, "found family poisson"),
        (lambda d: d, {"inference": "kenward_roger"}, "found inference kenward_roger"),
        (
            lambda d: d.assign(robberies=10.0 + d.index % 2, people=1.0),
            {"family": "negative_binomial"},
            "use family quasi_poisson",
        ),
    ],
)
def test_what_cannot_be_estimated_is_refused(change, asked, said):
    with pytest.raises(DataError, match=said):
        ek.its.counts(series(change(frame())), **{"interruptions": [START], **asked})


@pytest.mark.parametrize("people", [0.0, np.nan])
def test_an_exposure_of_nothing_is_refused_at_the_door(people):
    with pytest.raises(DataError, match="people"):
        series(frame().assign(people=people))


def test_incidents_avoided_need_an_incident():
    data = frame(60)
    data.loc[58:, "robberies"] = 0.0
    fit = ek.its.counts(series(data), interruptions=[START])
    with pytest.raises(DataError, match="no incident was counted"):
        fit.avoided(first=28)
