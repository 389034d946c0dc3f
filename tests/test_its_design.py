"""Impact models, season and calendar by hand; and every refusal with its words."""

import numpy as np
import pandas as pd
import pytest

from evalkit.data.calendar_days import calendar_days
from evalkit.data.series import TimeSeries
from evalkit.errors import DataError
from evalkit.its import NeweyWest, segmented
from evalkit.its.design import Specification, segmented_design
from evalkit.its.impact import impact_terms
from evalkit.types.estimate import Estimate
from tests.by_another_route import as_series, monthly_frame

IMPACTS = {  # since:             -2 -1  0    1    2    3
    ("level", None): [[0, 0, 1, 1, 1, 1]],
    ("slope", None): [[0, 0, 0, 1, 2, 3]],
    ("level+slope", None): [[0, 0, 1, 1, 1, 1], [0, 0, 0, 1, 2, 3]],
    ("phase_in", 4): [[0, 0, 0.25, 0.5, 0.75, 1]],
    ("phase_in", 2): [[0, 0, 0.5, 1, 1, 1]],
    ("lagged", 2): [[0, 0, 0, 0, 1, 1]],
    ("pulse", 3): [[0, 0, 1, 1, 1, 0]],
}


@pytest.mark.parametrize("case", IMPACTS)
def test_impacts_by_hand(case):
    terms = impact_terms(np.arange(-2.0, 4.0), *case)
    assert [values.tolist() for _, values in terms] == IMPACTS[case]


def months(first: int, n: int) -> tuple[str, ...]:
    return tuple(monthly_frame(np.zeros(n), first=first)["month"])


def test_columns_in_their_order_with_transition_and_known_break():
    design = segmented_design(
        months(2001, 30),
        ["2001-06"],
        Specification(transition=2, harmonics=1),
        breaks=[("2002-03", "new recording rules")],
        covariates=[("jobs", np.arange(30.0))],
    )
    assert design.names == (
        *("constant", "trend", "2001-06", "slope from 2001-06", "new recording rules (2002-03)"),
        *("sin 1", "cos 1", "jobs"),
    )
    assert np.flatnonzero(design.excluded).tolist() == [5, 6]
    assert design.columns[:9, 2].tolist() == [0] * 7 + [1, 1]
    assert design.columns[:10, 3].tolist() == [0] * 8 + [1, 2]
    assert np.flatnonzero(design.columns[:, 4]).tolist() == list(range(14, 30))
    assert design.columns[2, 5] == pytest.approx(1)  # March: the sine's top
    assert [(e.kind, e.column, e.first) for e in design.effects] == [
        ("level", 2, 7),
        ("slope", 3, 7),
    ]


def test_six_harmonics_span_what_eleven_months_span():
    waves = segmented_design(months(2001, 36), ["2002-01"], Specification(harmonics=6)).columns
    dummies = segmented_design(months(2001, 36), ["2002-01"], Specification(months=True)).columns
    assert waves.shape == dummies.shape
    assert np.linalg.matrix_rank(np.hstack([waves, dummies])) == waves.shape[1]


def test_calendar_by_hand():
    # February 2020 had 29 days; 4 Saturdays and Sundays but a fifth Saturday on the 29th.
    assert calendar_days(["2020-02"], "weekends").tolist() == [9]
    # May 2020: the 8th (a Friday, for VE day) and the 25th. June 2022: 2nd and 3rd. 2020: Boxing Day was a
    # Saturday and was made good on Monday, 28 December.
    periods = ["2020-05", "2022-06", "2020-12", "2020-11"]
    assert calendar_days(periods, "bank_holidays").tolist() == [2, 2, 2, 0]
    assert calendar_days(["2020-Q1", "2021-Q4"], "days").tolist() == [91, 92]
    assert calendar_days(["2023"], "days").tolist() == [365]


def noisy(n: int = 60, seed: int = 0) -> pd.DataFrame:
    return monthly_frame(5 + np.random.default_rng(seed).normal(size=n))


@pytest.mark.parametrize(
    ("impact", "k", "shape"),
    [("phase_in", 6, np.clip(np.arange(1, 37) / 6, 0, 1)), ("lagged", 4, np.arange(36) >= 4),
     ("pulse", 5, np.arange(36) < 5), ("slope", None, np.arange(36.0))],
)  # fmt: skip
def test_an_effect_of_the_shape_asked_for_is_recovered(impact, k, shape):
    t = np.arange(60.0)
    outcome = 3 - 0.1 * t + np.concatenate([np.zeros(24), 2.0 * shape])
    fit = segmented(
        as_series(monthly_frame(outcome)), interruptions=["1983-01"], impact=impact,
        impact_periods=k, errors="ols",
    )  # fmt: skip
    [answer] = fit.levels or fit.slopes
    assert isinstance(answer, Estimate)
    assert answer.effect == pytest.approx(2.0, abs=1e-10)


def test_a_transition_window_is_left_out_and_the_level_is_after_it():
    t = np.arange(60.0)
    outcome = 3 + 0.2 * t + 1.5 * (t >= 27) + 0.3 * np.maximum(t - 27, 0)
    outcome[24:27] = 99.0
    fit = segmented(
        as_series(monthly_frame(outcome)), interruptions=["1983-01"], transition=3, errors="ols"
    )
    [level], [slope] = fit.levels, fit.slopes
    assert isinstance(level, Estimate) and isinstance(slope, Estimate)
    assert (level.effect, slope.effect) == (pytest.approx(1.5), pytest.approx(0.3))
    assert level.n_obs == 57
    assert fit.notes == ("3 periods of transition are left out.",)
    assert [p.observed for p in fit.path][24:27] == [99.0] * 3


def test_a_known_break_takes_the_step_that_belongs_to_it():
    t = np.arange(60.0)
    frame = monthly_frame(3 + 2.0 * (t >= 30) + 5.0 * (t >= 12))
    series = TimeSeries.from_frame(
        frame, period="month", outcome="y", breaks=[("1982-01", "new recording rules")]
    )
    fit = segmented(series, interruptions=["1983-07"], impact="level", errors="ols")
    [level] = fit.levels
    assert isinstance(level, Estimate)
    assert level.effect == pytest.approx(2.0, abs=1e-10)
    assert fit.notes == ("A step is allowed for from 1982-01: new recording rules.",)


def test_an_exposure_makes_the_outcome_a_rate():
    frame = noisy().assign(people=np.linspace(900, 1100, 60))
    rated = TimeSeries.from_frame(frame, period="month", outcome="y", exposure="people")
    by_hand = as_series(frame.assign(y=frame["y"] / frame["people"]))
    [ours], [theirs] = (
        segmented(each, interruptions=["1983-01"]).levels for each in (rated, by_hand)
    )
    assert isinstance(ours, Estimate) and isinstance(theirs, Estimate)
    assert (ours.effect, ours.interval) == (theirs.effect, theirs.interval)
    assert ours.unit_of_measure == "y per unit of people"


def test_missing_months_and_a_giant_outlier_are_said():
    frame = noisy()
    frame.loc[[3, 40], "y"] = np.nan
    frame.loc[20, "y"] = 500.0
    fit = segmented(as_series(frame), interruptions=["1983-01"])
    assert fit.notes == (
        "2 of 60 periods are missing and stay so: 1981-04, 1984-05.",
        "Far from the model, check the figures: 1982-09. One such period can move every number here.",
    )
    assert fit.path[3].observed is None and fit.path[3].fitted_low is not None


REFUSED = {
    "two after": ({}, "1985-11", "found 2 observed periods after the interruption 1985-11; it need"),
    "two before": ({}, "1981-03", "found 2 observed periods before the interruption 1981-03"),
    "lag to the end": (
        {"impact": "lagged", "impact_periods": 34},
        "1983-01",
        "found 2 observed periods after the interruption 1983-01; it needs at least 3",
    ),
    "transition to the end": ({"transition": 36}, "1983-01", "found 0 observed periods after"),
    "outside": ({}, "1990-01", "interruption 1990-01 is outside the series, 1981-01 to 1985-12"),
    "no impact": ({"impact": "step"}, "1983-01", "found impact step; it needs one of level, slope"),
    "no periods": (
        {"impact": "pulse"}, "1983-01", "found no impact_periods for impact pulse; it needs at least 1"
    ),
    "phase of one": (
        {"impact": "phase_in", "impact_periods": 1}, "1983-01", "found 1 impact_periods for impact phas"
    ),
    "periods unasked": ({"impact_periods": 3}, "1983-01", "found 3 impact_periods for impact level"),
    "transition": ({"transition": -1}, "1983-01", "found a transition of -1; it needs 0 or more"),
    "harmonics": ({"harmonics": 7}, "1983-01", "found 7 harmonics; a series with 12 periods a year t"),
    "both": ({"harmonics": 1, "months": True}, "1983-01", "found both months and harmonics; either"),
    "calendar": ({"calendar": ["moons"]}, "1983-01", "calendar: moons; needed one of days, weekends"),
    "errors": ({"errors": "ar2"}, "1983-01", "found errors ar2; they need to be ar1 or ols"),
    "inference": ({"inference": "t"}, "1983-01", "found inference t; it needs one of kenward_roger"),
    "hac": ({"inference": "hac"}, "1983-01", "found inference hac with errors ar1; it needs errors o"),
    "ols": (
        {"errors": "ols", "inference": "bayes_grid"},
        "1983-01",
        "found inference bayes_grid with errors ols; it needs errors ar1",
    ),
    "lags": (
        {"errors": "ols", "inference": NeweyWest(lags=60)},
        "1983-01",
        "found 60 lags in 60 periods; they need to be from 0 to 59",
    ),
    "level": ({"level": 95}, "1983-01", "found an interval of level 95; it needs one between 0 and"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_refusals_say_what_was_found_and_needed(case: str):
    options, date, message = REFUSED[case]
    with pytest.raises(DataError) as refused:
        segmented(as_series(noisy()), interruptions=[date], **options)
    assert str(refused.value).startswith(message)


def test_a_season_needs_two_years():
    for options in ({"months": True}, {"harmonics": 1}):
        with pytest.raises(
            DataError, match="a seasonal model was asked of 23 periods; it needs two"
        ):
            segmented(as_series(noisy(23)), interruptions=["1982-01"], **options)


def test_nothing_but_zeros_and_a_perfect_fit_are_refused():
    with pytest.raises(DataError, match="outcome that never changes"):
        segmented(as_series(monthly_frame(np.zeros(60))), interruptions=["1983-01"])
    with pytest.raises(DataError, match="follows the regressors exactly; there is nothing to est"):
        segmented(as_series(monthly_frame(np.arange(60.0))), interruptions=["1983-01"])


@pytest.mark.parametrize(("errors", "inference"), [("ols", "hac"), ("ar1", "prais_winsten")])
def test_methods_that_need_every_period_say_so(errors, inference):
    frame = noisy()
    frame.loc[30, "y"] = np.nan
    with pytest.raises(DataError, match=f"inference {inference} cannot do with missing periods"):
        segmented(as_series(frame), interruptions=["1983-01"], errors=errors, inference=inference)


def test_newey_west_warns():
    fit = segmented(as_series(noisy()), interruptions=["1983-01"], errors="ols", inference="hac")
    [level] = fit.levels
    assert isinstance(level, Estimate)
    assert level.inference == "Newey-West, 3 lags, factor n/(n-p), t with 56 df"
    assert level.notes == (
        "Newey-West errors are too small in short series that are alike from period to period.",
        "With 60 periods a 95% Newey-West interval often covers 60 to 90%.",
    )


def test_a_short_series_says_what_its_interval_is_worth():
    fit = segmented(as_series(noisy(14)), interruptions=["1981-08"], impact="level")
    [level] = fit.levels
    assert isinstance(level, Estimate)
    assert level.notes[0].startswith("With 14 periods a 95% interval may hold the truth less often")


def test_an_impact_without_slope_has_none():
    fit = segmented(as_series(noisy()), interruptions=["1983-01"], impact="level")
    with pytest.raises(DataError, match="this impact model has no slope; fit one that does"):
        _ = fit.slope
