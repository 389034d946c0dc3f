"""Segmented regressions against R (nlme, sandwich) and published ones; needs the reference data."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from evalkit.data.series import TimeSeries
from evalkit.its import NeweyWest, SegmentedFit, segmented
from evalkit.its.ar1 import Fits, fit
from evalkit.its.ar1_pack import pack
from evalkit.its.error_fits import maximum_likelihood, restricted
from evalkit.types.estimate import Estimate, NoEstimate
from tests.by_another_route import Floats

pytestmark = pytest.mark.reference_data

R = 1e-6  # what is asked for; R's optimiser stops at a relative 1e-12 of the likelihood
SMALL_SAMPLE = 1e-4  # what is asked for; another program's degrees of freedom and adjusted errors
LAW = "1983-02"  # seat belts become compulsory in Great Britain

# Harvey and Durbin (1986): log drivers killed or seriously injured; two pairs of harmonics. R 4.2: lm,
# sandwich 3.1 NeweyWest(lag = 12, prewhite = FALSE), nlme gls corAR1. Trend after the law: max(0, t - 169).
TERMS = ["constant", "trend", "level", "slope", "s1", "c1", "s2", "c2"]
OLS = [7.52296839312, -0.00101098749780, -0.24737919109258, 0.00718850028192,
       -0.07149526975663, 0.11111044775501, -0.03608845046389, 0.06043250349822]  # fmt: skip
OLS_ERRORS = [0.014594051531, 0.000148967443, 0.043627036229, 0.003005520480,
              0.009713523575, 0.009657670896, 0.009635185300, 0.009646300125]  # fmt: skip
REML = [7.520944814876, -0.000995267184703, -0.249106984721917, 0.007465885536840,
        -0.070860295170, 0.110427760338, -0.035518882611, 0.059773853587]  # fmt: skip
REML_ERRORS = [0.022071994413, 0.000224533652, 0.060228896539, 0.004177183877,
               0.013139267475, 0.013032498686, 0.010364243532, 0.010371136980]  # fmt: skip
ML = [7.521242280418, -0.000997445488, -0.249014184058, 0.007432078224,
      -0.070978155832, 0.110519325806, -0.035606031815, 0.059844090344]  # fmt: skip
ML_ERRORS = [0.020772910497, 0.000211458895, 0.057658829387, 0.003988853650,
             0.012628495094, 0.012529036652, 0.010284694241, 0.010291253386]  # fmt: skip


@pytest.fixture(scope="module")
def belts(reference_data: Path) -> TimeSeries:
    frame = pd.read_csv(reference_data / "seatbelts.csv")
    frame["month"] = [f"{1969 + t // 12}-{t % 12 + 1:02d}" for t in range(192)]
    frame["log drivers"] = np.log(frame["drivers"])
    return TimeSeries.from_frame(frame, period="month", outcome="log drivers")


def other_coding() -> Floats:
    t = np.arange(1.0, 193.0)
    waves = [wave(2 * np.pi * k * t / 12) for k in (1, 2) for wave in (np.sin, np.cos)]
    return np.column_stack([np.ones(192), t, t >= 170, np.maximum(0, t - 169), *waves])


def every_coefficient(belts: TimeSeries, **options) -> Fits:
    return fit(belts.outcome[None], other_coding()[None], np.eye(8)[None], **options)


@pytest.mark.parametrize(
    ("options", "coefficients", "errors"),
    [
        ({"rho": 0.0}, OLS, OLS_ERRORS),
        ({}, REML, REML_ERRORS),
        ({"likelihood": "full"}, ML, ML_ERRORS),
    ],
    ids=["OLS", "REML", "ML"],
)
def test_seatbelts_every_coefficient_as_r(belts: TimeSeries, options, coefficients, errors):
    found = every_coefficient(belts, **options)
    assert found.effect[0] == pytest.approx(coefficients, abs=R)
    assert found.plain_error[0] == pytest.approx(errors, abs=R)


def test_seatbelts_likelihoods_as_nlme(belts: TimeSeries):
    design, packed = pack(other_coding()[None], belts.outcome[None])
    reml, ml = restricted(design, packed, "kenward_roger"), maximum_likelihood(design, packed)
    assert reml.rho == pytest.approx(0.385212538994, abs=R)
    assert reml.sigma == pytest.approx(0.0960095392173, abs=R)
    assert reml.log_likelihood == pytest.approx(164.414917123, abs=R)
    assert ml.rho == pytest.approx(0.346201515014, abs=R)
    assert ml.sigma == pytest.approx(0.0923809946, abs=R)
    assert ml.log_likelihood == pytest.approx(197.068336602, abs=R)


def test_seatbelts_small_sample_as_an_independent_program(belts: TimeSeries):
    found = every_coefficient(belts)
    assert found.dof[0, :4] == pytest.approx([31.4951, 32.0987, 53.8122, 49.0899], abs=SMALL_SAMPLE)
    assert found.adjusted_error[0, 2] == pytest.approx(0.0604187930, abs=1e-9)
    # Without the floor the slope's would be 0.0041723078, below the plain error.
    assert found.adjusted_error[0, 3] == found.plain_error[0, 3]


def of_law(belts: TimeSeries, **options) -> SegmentedFit:
    return segmented(belts, interruptions=[LAW], harmonics=2, **options)


def the_level(fit: SegmentedFit) -> Estimate:
    [level] = fit.levels
    assert isinstance(level, Estimate)
    return level


@pytest.mark.parametrize(
    ("options", "effect", "error"),
    [
        ({"errors": "ols"}, -0.24019069081, 0.04121952067),
        ({"errors": "ols", "inference": NeweyWest(lags=12, adjusted=False)}, -0.24019069081, 0.02200576268),
        ({"errors": "ols", "inference": NeweyWest(lags=12)}, -0.24019069081, 0.02247905903),
        ({"inference": "satterthwaite"}, -0.24164109919, 0.0569994345),
        ({"inference": "kenward_roger"}, -0.24164109919, 0.05717165),
        ({"inference": "maximum_likelihood"}, -0.2415821059, 0.0545534751),
        ({"impact": "level", "inference": "satterthwaite"}, -0.1645361585, 0.0379741333),
    ],
)  # fmt: skip
def test_seatbelts_level_in_the_settled_coding(belts: TimeSeries, options, effect, error):
    level = the_level(of_law(belts, **options))
    assert level.effect == pytest.approx(effect, abs=R)
    assert level.standard_error == pytest.approx(error, abs=R)


def test_seatbelts_degrees_of_freedom_rho_and_durbin_watson(belts: TimeSeries):
    fit = of_law(belts)
    assert the_level(fit).dof == pytest.approx(53.36211, abs=SMALL_SAMPLE)
    assert fit.rho == pytest.approx(0.385212538994, abs=R)
    assert of_law(belts, impact="level").rho == pytest.approx(0.3963, abs=5.1e-5)
    assert of_law(belts, errors="ols").durbin_watson == pytest.approx(1.299826785, abs=R)


def test_seatbelts_by_prais_and_winsten(belts: TimeSeries):
    """The table's level is in the other coding: the settled one less one period of slope."""
    fit = of_law(belts, inference="prais_winsten")
    assert fit.rho == pytest.approx(0.3433096053, abs=R)
    [slope] = fit.slopes
    assert isinstance(slope, Estimate)
    assert the_level(fit).effect - slope.effect == pytest.approx(-0.2490056019, abs=R)
    assert slope.effect == pytest.approx(0.0074296182, abs=R)
    assert slope.standard_error == pytest.approx(0.0039757316, abs=R)


def test_the_last_48_months_without_season(belts: TimeSeries):
    rows = pd.DataFrame({"month": belts.periods, "y": belts.outcome})[-48:]
    short = TimeSeries.from_frame(rows, period="month", outcome="y")
    fit = segmented(short, interruptions=[LAW])
    level = the_level(fit)
    assert fit.rho == pytest.approx(0.6811618, abs=1e-7)
    assert level.effect == pytest.approx(-0.38193571, abs=1e-7)
    assert level.standard_error == pytest.approx(0.11888797, abs=1e-7)
    assert level.dof == pytest.approx(21.53648, abs=SMALL_SAMPLE)
    plain = the_level(segmented(short, interruptions=[LAW], inference="satterthwaite"))
    assert plain.standard_error == pytest.approx(0.09901711, abs=1e-7)
    other = other_coding()[-48:, :4]
    found = fit_other(short.outcome, other)
    assert found.effect[0, 2:] == pytest.approx([-0.3922259264, 0.0102902129], abs=R)
    assert found.plain_error[0, 2:] == pytest.approx([0.0994488997, 0.0111005313], abs=R)
    assert found.dof[0, 2] == pytest.approx(21.6526, abs=SMALL_SAMPLE)
    assert found.adjusted_error[0, 2] == pytest.approx(0.1194107, abs=1e-7)
    assert found.sigma[0] == pytest.approx(0.1347688318, abs=R)


def fit_other(outcome: Floats, regressors: Floats) -> Fits:
    return fit(outcome[None], regressors[None], np.eye(4)[None])


@pytest.fixture(scope="module")
def california(reference_data: Path) -> TimeSeries:
    wide = pd.read_csv(reference_data / "prop99_wide.csv")
    return TimeSeries.from_frame(wide, period="Year", outcome="California")


def test_proposition_99_as_published_for_stata(california: TimeSeries):
    """Linden's itsa example: step in 1989 and change of slope, Newey-West with one lag."""
    fit = segmented(
        california, interruptions=["1989"], errors="ols", inference=NeweyWest(lags=1)
    )  # fmt: skip
    [level], [slope] = fit.levels, fit.slopes
    assert isinstance(level, Estimate) and isinstance(slope, Estimate)
    assert level.effect == pytest.approx(-20.0580966, abs=1e-7)
    assert slope.effect == pytest.approx(-1.4946524, abs=1e-7)
    assert level.standard_error == pytest.approx(4.7243951, abs=1e-7)
    assert slope.standard_error == pytest.approx(0.4368201, abs=1e-7)
    before = {p.period: p.counterfactual for p in fit.path}
    assert before["1971"] - before["1970"] == pytest.approx(-1.7794736, abs=1e-7)
    assert before["1970"] == pytest.approx(132.2257891, abs=1e-7)
    trend_after = [p.fitted for p in fit.path][-2:]
    assert trend_after[1] - trend_after[0] == pytest.approx(-3.274126, abs=R)


def test_proposition_99_runs_to_the_boundary_and_is_not_printed(california: TimeSeries):
    """nlme converges to phi = 0.99999 without a word."""
    fit = segmented(california, interruptions=["1989"])
    assert fit.boundary and fit.rho == 0.995
    for answer in (fit.level, fit.slope, fit.average_effect(), fit.relative_effect()):
        assert isinstance(answer, NoEstimate)
        assert answer.why.startswith("The likelihood of the autocorrelation still rises at 0.995")
    assert fit.path == ()
    posterior = segmented(california, interruptions=["1989"], inference="bayes_grid")
    assert isinstance(posterior.level, Estimate) and not posterior.boundary
