"""Power of an interrupted time series: against the fit itself, and series made up whole."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import evalkit as ek
from evalkit.data import periods as calendar
from evalkit.data.series import TimeSeries
from evalkit.errors import DataError
from evalkit.its.contrasts import average_effect
from evalkit.its.controlled_series import difference
from evalkit.its.design import Specification
from evalkit.power.series_design import SeriesDesign, SeriesPlan, Target
from evalkit.power.series_noise import NoNoise, SeriesNoise, estimate_series_noise
from evalkit.workflow.power_data import in_its_unit, told_beside


def series(outcome: np.ndarray, first: str = "2019-01", **more: object) -> TimeSeries:
    periods = calendar.between(first, calendar.later(first, len(outcome) - 1))
    return TimeSeries(periods=periods, outcome=outcome, covariates=(), unit_of_measure="y", **more)


def before(months: int = 36, *, rho: float = 0.4, seed: int = 1, sd: float = 10.0) -> TimeSeries:
    noise = SeriesNoise.known(spread=sd, autocorrelation=rho)
    return series(100 + noise.draw(months, draws=1, seed=seed)[0])


def design_of(
    n_before: int, n_after: int, specification: Specification, target: Target = "average"
) -> SeriesDesign:
    empty = series(np.zeros(n_before))
    plan = SeriesPlan(
        series=empty,
        start=calendar.later("2019-01", n_before),
        beside=(),
        specification=specification,
        target=target,
        errors="ar1",
        level=0.95,
    )
    return plan.design(n_after)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_what_would_just_have_been_shown_is_where_the_interval_turns(seed):
    """Identity: with that effect added, Kenward and Roger's interval of its.segmented ends at 0."""
    design = design_of(24, 12, Specification(impact="level"))
    noise = SeriesNoise.known(spread=1.0, autocorrelation=0.4)
    drawn = noise.draw(36, draws=1, seed=seed)[0]
    below, above = design.simulate(noise, draws=1, seed=seed)
    step = (np.arange(36) >= 24).astype(float)
    fits = [
        ek.its.segmented(
            series(drawn + effect * step), interruptions=["2021-01"], impact="level"
        ).level.interval
        for effect in (below, -above)
    ]
    assert fits[0].low == pytest.approx(0, abs=1e-6)
    assert fits[1].high == pytest.approx(0, abs=1e-6)


CELLS = [  # before, after, rho, model: a step; a slope too, with a season
    (24, 12, 0.4, Specification(impact="level")),
    (36, 24, 0.6, Specification(impact="level+slope", harmonics=1)),
]


@pytest.mark.parametrize("cell", CELLS)
def test_the_whole_way_shows_the_effect_as_often_as_promised(cell):
    """Coverage: series with the smallest detectable step in them, through ek.its.batch; 1,000 each.

    Longer, over more cells: python -m benchmarks.calibrate_power.
    """
    n_before, n_after, rho, specification = cell
    n, times = n_before + n_after, 1_000
    design = design_of(n_before, n_after, specification, "level")
    noise = SeriesNoise.known(spread=1.0, autocorrelation=rho)
    effect = np.quantile(design.simulate(noise, draws=10_000, seed=1), 0.8)
    y = noise.draw(n, draws=times, seed=7) - effect * (np.arange(n) >= n_before)
    y += 5 + 0.02 * np.arange(n) + 0.3 * np.sin(np.arange(n) * 2 * np.pi / 12) * (n_before > 24)
    periods = calendar.between("2019-01", calendar.later("2019-01", n - 1))
    frame = pd.DataFrame(
        {"area": np.repeat(np.arange(times), n), "month": np.tile(periods, times), "y": y.ravel()}
    )
    fits = ek.its.batch(
        frame,
        unit="area",
        period="month",
        outcome="y",
        interruptions=[calendar.later("2019-01", n_before)],
        impact=specification.impact,
        harmonics=specification.harmonics,
    )
    high = fits.high[:, fits.kinds.index("level")]
    shown = np.mean(high < 0)  # not a number where the fit was refused: nothing is shown
    assert shown == pytest.approx(0.8, abs=3 * np.sqrt(0.16 / times))


def test_the_average_change_is_the_contrast_of_the_fit():
    """Identity with its.average_effect: the contrast times the coefficients of a fit without noise."""
    specification = Specification(impact="level+slope")
    design = design_of(24, 12, specification)
    fit = ek.its.segmented(before(36), interruptions=["2021-01"], impact="level+slope")
    coefficients = np.zeros(len(design.contrast))
    coefficients[~design.background] = [fit.level.effect, fit.slope.effect]
    average = average_effect(fit.context).effect
    assert design.contrast @ coefficients == pytest.approx(average)


def test_what_a_short_series_does_not_say_is_allowed_for():
    """Promises made from 24 known months hold on average over such months, or a little better.

    With the most likely autocorrelation alone they held in about 70 of 100 instead of 80.
    """
    design = design_of(24, 12, Specification(impact="level"))
    truth = SeriesNoise.known(spread=1.0, autocorrelation=0.4)
    really = np.sort(design.simulate(truth, draws=4_000, seed=1))
    regressors = design.regressors[:24][:, design.background]
    held = []
    for seed in range(60):
        noise = estimate_series_noise(truth.draw(24, draws=1, seed=seed)[0], regressors)
        if isinstance(noise, SeriesNoise):
            promised = np.quantile(design.simulate(noise, draws=1_000, seed=seed), 0.8)
            held.append(np.mean(really <= promised))
    assert np.mean(held) == pytest.approx(0.82, abs=0.05)  # of 60: standard error about 0.02


def test_the_most_likely_errors_are_those_of_the_fit_itself():
    """Identity: the same restricted likelihood as its.segmented, up to the step of the grid."""
    y = before(60, rho=0.5, seed=4)
    step = (np.arange(60) >= 40).astype(float)
    regressors = np.column_stack([np.ones(60), np.arange(60), step])
    noise = estimate_series_noise(y.outcome, regressors)
    fit = ek.its.segmented(y, interruptions=["2022-05"], impact="level")
    assert isinstance(noise, SeriesNoise)
    assert noise.autocorrelation == pytest.approx(fit.rho, abs=0.011)
    assert noise.spread == pytest.approx(fit.sigma, rel=0.02)
    assert noise.between[0] < fit.rho < noise.between[1]


def test_an_answer_has_everything_that_planning_needs():
    power = ek.power.its(before(), after=24, impact="level", minimum_effect=10, draws=2_000)
    assert power.smallest is not None and power.smallest.per_cent is not None
    assert power.smallest.per_area == power.smallest.effect
    assert power.smallest.per_cent == pytest.approx(100 * power.smallest.effect / power.baseline)
    assert power.minimum is not None and power.minimum.effect == pytest.approx(power.baseline / 10)
    assert (power.n_before, power.n_after, power.n_treated, power.n_comparison) == (36, 24, 1, 0)
    assert power.inference == "kenward_roger" and power.smallest_p is None
    assert 0.03 < power.false_alarms < 0.07
    assert [one.what for one in power.what_if] == ["12 more months"]
    assert "anything else that changes" in power.notes[0]
    assert power == ek.power.its(before(), after=24, impact="level", minimum_effect=10, draws=2_000)


def test_what_happens_after_the_start_is_never_looked_at():
    known = before(36)
    whole = series(np.concatenate([known.outcome, 1e6 * np.arange(24.0)]))
    settings = {"start": "2022-01", "impact": "level", "draws": 1_000}
    assert ek.power.its(whole, **settings) == ek.power.its(known, after=24, **settings)


def test_logarithms_and_counts_are_told_in_per_cent():
    rng = np.random.default_rng(2)
    rate = 80 * np.exp(
        SeriesNoise.known(spread=0.1, autocorrelation=0.4).draw(48, draws=1, seed=1)[0]
    )
    counts = rng.poisson(rate).astype(float)
    settings = {"after": 24, "impact": "level", "draws": 2_000}
    ratio = ek.power.its(series(counts), scale="ratio", **settings)
    log = ek.power.its(series(np.log(counts)), scale="log", **settings)
    assert ratio.smallest.effect == pytest.approx(log.smallest.effect, rel=0.15)
    assert ratio.smallest.total == pytest.approx(24 * ratio.smallest.together)
    assert log.smallest.together is None
    assert log.smallest.per_cent == pytest.approx(100 * -np.expm1(-log.smallest.effect))
    assert "logarithms" in ratio.notes[1]


def test_ordinary_least_squares_promises_more_and_its_false_alarms_are_told():
    settings = {"after": 24, "impact": "level", "draws": 2_000}
    honest = ek.power.its(before(48, rho=0.6), **settings)
    naive = ek.power.its(before(48, rho=0.6), errors="ols", **settings)
    assert naive.smallest.effect < honest.smallest.effect
    assert naive.false_alarms > 0.15 and "independent" in naive.caveat
    beside = next(one for one in naive.what_if if "ar1" in one.what)
    assert beside.smallest.effect == pytest.approx(honest.smallest.effect, rel=0.1)


def test_a_slope_costs_more_than_a_step_and_the_step_stands_beside_it():
    power = ek.power.its(before(48), after=12, harmonics=1, draws=1_000)
    step = next(one for one in power.what_if if "step" in one.what)
    assert step.smallest.effect < power.smallest.effect
    level = ek.power.its(before(48), after=12, harmonics=1, target="level", draws=1_000)
    assert level.estimand == "level change" and level.smallest.effect > power.smallest.effect


def test_missing_months_stay_missing_and_other_changes_stay_in_the_model():
    gaps = before(48).outcome.copy()
    gaps[[3, 17, 18, 40]] = np.nan
    settings = {"after": 12, "impact": "level", "draws": 1_000}
    assert ek.power.its(series(gaps), **settings).smallest is not None
    both = ek.power.its(before(48), start="2023-01", beside=["2023-07"], chart=True, **settings)
    assert [p.n_after for p in both.grid.points] == [6, 12, 18, 24]  # the first ends before July
    both = ek.power.its(before(48), start="2023-07", beside=["2023-01"], **settings)
    alone = ek.power.its(before(48), start="2023-07", **settings)
    assert both.n_before == alone.n_before == 54
    assert both.smallest.effect > alone.smallest.effect


def test_covariates_count_where_they_reach_the_planned_months():
    rng = np.random.default_rng(3)
    weather = rng.normal(size=60)
    y = before(48).outcome + 30 * weather[:48]
    known = TimeSeries(
        periods=calendar.between("2019-01", "2022-12"),
        outcome=y,
        covariates=(("weather", weather[:48]),),
        unit_of_measure="y",
    )
    whole = TimeSeries(
        periods=calendar.between("2019-01", "2023-12"),
        outcome=np.concatenate([y, np.zeros(12)]),
        covariates=(("weather", weather),),
        unit_of_measure="y",
    )
    settings = {"start": "2023-01", "impact": "level", "draws": 1_000}
    short, full = ek.power.its(known, after=12, **settings), ek.power.its(whole, **settings)
    assert "Covariates end" in short.notes[-1] and len(full.notes) == 1
    assert full.smallest.effect == pytest.approx(short.smallest.effect, rel=0.2)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"after": 2}, "The plan has 2 observed periods after"),
        ({"series": before(2)}, "The plan has 2 observed periods before"),
        ({"series": before(13), "after": 6, "months": True}, "two years|months|apart"),
        (
            {"series": series(np.cumsum(np.cumsum(np.random.default_rng(1).normal(size=40))))},
            "drift",
        ),
        ({"series": series(5.0 + np.arange(36.0))}, "follows the regressors exactly"),
        ({"series": before(24, sd=400.0)}, "more than 100%"),
    ],
)
def test_cannot_answer_is_an_answer(change, why):
    settings = {"after": 12, "impact": "level", "draws": 1_000} | change
    power = ek.power.its(settings.pop("series", before()), **settings)
    assert power.smallest is None and power.curve == () and power.what_if == ()
    assert any(part in power.why for part in why.split("|")), power.why


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"after": None}, "say how many periods after"),
        ({"start": "2019-01"}, "no number before the start"),
        ({"minimum_effect": 0}, "needs a size above 0"),
        ({"impact": "phase_in"}, "impact_periods"),
        ({"impact": "slope", "target": "level"}, "ask for the average"),
        ({"series": series(np.zeros(36))}, "nothing but zeros"),
        ({"series": series(np.full(36, np.nan))}, "no number before"),
        ({"series": series(-np.ones(36)), "scale": "ratio"}, "counts below 0"),
        ({"draws": 1}, "at least 1,000"),
    ],
)
def test_bad_questions_are_refused_in_words(change, says):
    settings = {"after": 12, "impact": "level", "draws": 1_000} | change
    with pytest.raises(DataError, match=says):
        ek.power.its(settings.pop("series", before()), **settings)


def test_nothing_is_known_of_a_series_that_never_changes():
    found = estimate_series_noise(np.full(24, 3.0), np.ones((24, 1)))
    assert isinstance(found, NoNoise) and "never changes" in found.why


def test_a_comparison_that_never_moves_leaves_the_power_as_it_is():
    """An identity: the difference from a constant, moved back up by it, is the series itself."""
    alone = before(36)
    steady = replace(alone, outcome=np.full(36, 40.0))
    made = difference(alone, {"steady": steady}, ["2022-01"])
    beside = in_its_unit(made.series, made.comparison, alone.unit_of_measure)
    np.testing.assert_allclose(beside.outcome, alone.outcome, rtol=1e-12)
    kept = {"start": "2022-01", "after": 12, "impact": "level", "draws": 1_000}
    one, two = (ek.power.its(each, **kept) for each in (alone, beside))
    told = told_beside(two, 1)
    assert one.smallest.per_cent == pytest.approx(told.smallest.per_cent, rel=1e-9)
    assert (told.design, told.n_comparison) == ("controlled_its", 1)
    assert not any("without a comparison" in note for note in told.notes)


def test_a_comparison_that_moves_alike_lets_less_show():
    """Half of the variance is shared: what is left shows from 0.7 of the size, give or take its estimate."""
    rng = np.random.default_rng(1)
    shared, own, other = rng.normal(0, 10, (3, 120))
    treated, like = series(200 + shared + own), series(150 + shared + 0.1 * other)
    made = difference(treated, {"like": like}, ["2029-01"])
    beside = in_its_unit(made.series, made.comparison, "")
    kept = {"start": "2029-01", "after": 24, "impact": "level", "draws": 1_000}
    one, two = (ek.power.its(each, **kept).smallest.per_cent for each in (treated, beside))
    assert two / one == pytest.approx(0.5**0.5, rel=0.15)
