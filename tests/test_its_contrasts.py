"""Horizons, averages, sums and per cent: by hand from coefficients, and the posterior by brute force."""

import numpy as np
import pytest
from scipy import integrate, stats

from evalkit.errors import DataError
from evalkit.its import SegmentedFit, segmented
from evalkit.its.ar1_pack import pack
from evalkit.its.error_fits import bayes_grid
from evalkit.its.uncertainty import Sampling, judge
from evalkit.types.estimate import Estimate
from tests.by_another_route import Floats, as_series, monthly_frame
from tests.by_dense_matrices import dense, least_squares, matrices

DENSE = 1e-9  # relative; two ways of solving systems of some dozen equations
INTEGRATED = 1e-7  # adaptive quadrature of a smooth density


def autocorrelated(n: int, seed: int, *, rho: float = 0.5) -> Floats:
    y = np.random.default_rng(seed).normal(size=n)
    for t in range(1, n):
        y[t] += rho * y[t - 1]
    return 20 + y


def fit(*dates: str, n: int = 48, **options) -> SegmentedFit:
    return segmented(as_series(monthly_frame(autocorrelated(n, 3))), interruptions=dates, **options)


def estimate(answer: object) -> Estimate:
    assert isinstance(answer, Estimate)
    return answer


def test_effects_are_sums_of_level_and_slope_with_the_dense_errors():
    result, start = fit("1983-01"), 24
    t = np.arange(48.0)
    step = (t >= start).astype(float)
    x = np.column_stack([np.ones(48), t + 1, step, step * (t - start)])
    level, slope = estimate(result.level).effect, estimate(result.slope).effect
    # Turning the regressors so that the contrast is itself a coefficient: level = effect - h slope.
    for answer, h, scale in (
        (result.effect_at(6), 6.0, 1.0),
        (result.average_effect(), 11.5, 1.0),
        (result.cumulative_effect(last=11), 5.5, 12.0),
        (result.average_effect(first=3, last=5), 4.0, 1.0),
    ):
        turned = x.copy()
        turned[:, 3] = x[:, 3] - h * x[:, 2]
        there = dense(autocorrelated(48, 3), turned, near=float(result.rho or 0))
        found = estimate(answer)
        assert found.effect == pytest.approx(scale * (level + h * slope), rel=DENSE)
        assert found.effect == pytest.approx(scale * there.coefficients[2], rel=1e-8)
        error = np.sqrt(max(there.adjusted[2, 2], there.covariance[2, 2]))
        assert found.standard_error == pytest.approx(scale * error, rel=1e-8)
        assert found.dof == pytest.approx(max(there.dof[2], 1), rel=1e-8)


def test_per_cent_of_what_was_expected_by_hand():
    """With a level alone the average effect is the level, and the projection constant plus trend."""
    result = fit("1983-01", impact="level")
    after = [p for p in result.path if p.period >= "1983-01"]
    base = np.mean([p.counterfactual for p in after])
    level, relative = estimate(result.level), estimate(result.relative_effect())
    assert relative.effect == pytest.approx(100 * level.effect / base, rel=DENSE)
    assert relative.unit_of_measure == "%"
    # Delta method: the ratio's error from the covariance of both.
    sampling = result.context.uncertainty
    assert isinstance(sampling, Sampling)
    adjusted = np.array(sampling.adjusted)
    mean_trend = np.mean(np.arange(25, 49))
    gradient = np.array([1.0, mean_trend, 0.0]) * -level.effect / base**2 + [0, 0, 1 / base]
    assert relative.standard_error == pytest.approx(
        100 * np.sqrt(gradient @ adjusted @ gradient), rel=1e-8
    )


def test_the_path_holds_the_bands_of_both_expectations():
    result = fit("1983-01")
    first = result.path[0]
    assert (first.fitted, first.fitted_low) == (first.counterfactual, first.counterfactual_low)
    constant, trend = result.context.uncertainty.coefficients[:2]
    assert first.fitted == pytest.approx(constant + trend)
    last = result.path[-1]
    assert last.counterfactual_low < last.counterfactual < last.counterfactual_high
    gap = last.fitted - last.counterfactual
    assert gap == pytest.approx(estimate(result.effect_at(23)).effect, rel=DENSE)
    assert result.band.startswith("Pointwise 95% intervals of what the model expects")


REFUSED = {
    "after the end": (
        lambda r: r.effect_at(40),
        "found horizons 40 to 40; the series has 0 to 23 ",
    ),
    "before": (lambda r: r.average_effect(first=-1), "found horizons -1 to 23; the series has 0 "),
    "another": (
        lambda r: r.average_effect("1985-01"),
        "found interruption 1985-01; it needs to be one of 1983-01",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refusals_say_what_was_found_and_needed(case: str):
    ask, message = REFUSED[case]
    with pytest.raises(DataError) as refused:
        ask(fit("1983-01"))
    assert str(refused.value).startswith(message)


def test_several_interruptions_are_named():
    result = fit("1982-06", "1983-06", impact="level")
    with pytest.raises(
        DataError, match="found several interruptions; name one of 1982-06, 1983-06"
    ):
        result.average_effect()
    one = estimate(result.average_effect("1983-06"))
    assert one.effect == pytest.approx(estimate(result.levels[1]).effect, rel=DENSE)


def test_per_cent_of_something_around_zero_is_refused():
    series = as_series(monthly_frame(autocorrelated(48, 3) - 20))
    with pytest.raises(DataError, match="an effect in per cent of it has no meaning"):
        segmented(series, interruptions=["1983-01"]).relative_effect()


def brute_force(y: Floats, x: Floats, contrast: Floats, at: float) -> float:
    """P(contrast < at | y): two integrals over rho with every matrix written out."""
    n, p = x.shape
    times = np.arange(float(n))

    def parts(rho: float) -> tuple[float, float]:
        v = matrices(times, rho)[0]
        beta, squares = least_squares(y, x, v)
        form = x.T @ np.linalg.solve(v, x)
        log = np.linalg.slogdet(v)[1] + np.linalg.slogdet(form)[1] + (n - p) * np.log(squares)
        scale = np.sqrt(contrast @ np.linalg.solve(form, contrast) * squares / (n - p))
        return float(np.exp(-(log - reference) / 2)), float((at - contrast @ beta) / scale)

    reference = 0.0
    reference = -2 * np.log(parts(0.5)[0])
    ends = {"a": -np.pi / 2 + 1e-6, "b": np.pi / 2 - 1e-6, "epsabs": 1e-12, "epsrel": 1e-10}
    whole, _ = integrate.quad(lambda angle: parts(np.sin(angle))[0], **ends)
    below, _ = integrate.quad(
        lambda angle: parts(np.sin(angle))[0] * stats.t.cdf(parts(np.sin(angle))[1], n - p), **ends
    )
    return below / whole


def test_the_posterior_by_brute_force():
    y, n = autocorrelated(24, 5), 24
    t = np.arange(24.0)
    x = np.column_stack([np.ones(n), t, t >= 12])
    posterior = bayes_grid(*pack(x[None], y[None])).uncertainty
    contrast = np.array([0.0, 0, 1])
    found = judge(posterior, contrast[None], 0.95)
    for end, probability in ((found.low[0], 0.025), (found.effect[0], 0.5), (found.high[0], 0.975)):
        assert brute_force(y, x, contrast, float(end)) == pytest.approx(probability, abs=INTEGRATED)
    below = brute_force(y, x, contrast, 0.0)
    assert found.p_value[0] == pytest.approx(2 * min(below, 1 - below), abs=INTEGRATED)
