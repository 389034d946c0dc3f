"""Checks of a series: a planted fault is found, a clean series passes, and numbers by another route."""

from dataclasses import replace
from functools import partial

import numpy as np
import pytest
from statsmodels.regression.linear_model import GLS

from evalkit.checks.added_terms import added
from evalkit.checks.largest_term import largest_term
from evalkit.checks.left_out_periods import single_month, transition_window
from evalkit.checks.model_checks import (
    break_search,
    comparison_shock,
    impact_model,
    seasonality_left,
)
from evalkit.checks.placebo_dates import placebo_dates, placebos
from evalkit.checks.planned_series import PlannedSeries, as_weights, planned_series
from evalkit.its import segmented
from evalkit.its.design import Specification
from evalkit.types.evaluation import CheckResult
from tests.by_another_route import Floats, as_series, monthly_frame

SOLVERS = 1e-8  # two ways of generalised least squares on the same well-conditioned problem
FEW = 99  # draws: whole hundredths of p are enough to see a fault
START = 36
DATE = "1984-01"


def noise(seed: int, n: int = 60, rho: float = 0.3) -> Floats:
    rng = np.random.default_rng(seed)
    errors = rng.normal(size=n)
    for t in range(1, n):
        errors[t] = rho * errors[t - 1] + np.sqrt(1 - rho**2) * errors[t]
    return 10 + 0.02 * np.arange(n) + errors


def model(outcome: Floats, impact: str = "level", **more) -> PlannedSeries:
    return planned_series(
        as_series(monthly_frame(outcome)),
        interruptions=[DATE],
        specification=Specification(impact=impact, **more.pop("specification", {})),
        **more,
    )


SINCE = np.arange(60) - START
STEP, RAMP = (SINCE >= 0).astype(float), np.clip((SINCE + 1) / 12, 0, 1)
CHECKS = {
    "seasonality_left": seasonality_left,
    "impact_model": partial(impact_model, draws=FEW),
    "break_search": partial(break_search, draws=FEW),
    "transition_window": transition_window,
    "single_month": lambda m: single_month(m, claimed=True),
}
FAULTS = {
    "seasonality_left": 1.4 * np.cos(2 * np.pi * np.arange(60) / 12),
    "impact_model": -4 * RAMP,
    "break_search": 4.0 * (SINCE >= -15),
    "transition_window": -6.0 * ((SINCE >= 0) & (SINCE < 3)),
    "single_month": -9.0 * (SINCE == 1),
}


@pytest.mark.parametrize("name", CHECKS)
def test_a_clean_series_passes_and_a_planted_fault_is_found(name: str):
    clean = CHECKS[name](model(noise(2) - 2 * STEP))
    assert (clean.check, clean.passed) == (name, True), clean.sentence
    faulty = CHECKS[name](model(noise(2) + FAULTS[name]))
    assert faulty.passed is False, faulty.sentence


def test_a_phase_in_effect_analysed_as_a_step_is_told_in_words():
    found = impact_model(model(noise(2) - 4 * RAMP), draws=FEW)
    assert "Another shape fits better: first 6 periods from 1984-01 that lie apart, +2.5" in (
        found.sentence
    )
    right = impact_model(
        model(noise(2) - 4 * RAMP, "phase_in", specification={"impact_periods": 12}),
        draws=FEW,
    )
    assert right.passed


def test_another_change_is_named_with_its_date_and_size():
    found = break_search(model(noise(2) + FAULTS["break_search"]), draws=FEW)
    assert "show a step of +3.762 at 1982-10" in found.sentence  # planted: 4 at 1982-10


def test_a_shock_of_the_comparison_series_is_caught_whether_it_stays_or_passes():
    calm = comparison_shock(draws=FEW, comparison=model(noise(3), comparison=True))
    assert calm.passed and calm.sentence.startswith("No change beyond chance")
    stays = comparison_shock(
        draws=FEW, comparison=model(noise(3) + 4 * (SINCE >= 6), comparison=True)
    )
    assert stays.passed is False and "at 1984-07, to stay" in stays.sentence
    passes = comparison_shock(
        draws=FEW, comparison=model(noise(3) + 6.0 * ((SINCE >= 6) & (SINCE < 9)), comparison=True)
    )
    assert passes.passed is False and "at 1984-07, for 3 periods" in passes.sentence


def gls(planned: PlannedSeries, columns: Floats, rho: float):
    at = np.flatnonzero(planned.used)
    return GLS(
        planned.outcome[at], columns[at], sigma=rho ** np.abs(at[:, None] - at[None, :])
    ).fit()


def test_added_terms_are_the_f_test_of_generalised_least_squares():
    outcome = noise(4)
    outcome[[7, 8, 40]] = np.nan
    planned = model(outcome)
    months = (np.arange(60)[:, None] % 12 == np.arange(1, 12)).astype(float)
    both = np.column_stack([planned.design.columns, months])
    found = added(planned, months)
    rho = segmented(
        as_series(monthly_frame(outcome)), interruptions=[DATE], impact="level", months=True
    ).rho
    other = gls(planned, both, rho)
    test = other.f_test(np.eye(both.shape[1])[-11:])
    assert found.p_value == pytest.approx(float(test.pvalue), abs=SOLVERS)
    assert found.coefficients == pytest.approx(other.params[-11:], abs=SOLVERS)


def test_the_largest_term_is_the_one_that_generalised_least_squares_finds():
    planned = model(noise(5) + 6.0 * (SINCE >= -15))
    at = np.arange(5, 30)
    steps = (np.arange(60)[:, None] >= at).astype(float)
    found = largest_term(planned, steps, seed=0, draws=19)
    first = [
        gls(planned, np.column_stack([planned.design.columns, z]), planned.rho) for z in steps.T
    ]
    best = int(np.argmax([abs(f.tvalues[-1]) for f in first]))
    rho = segmented(
        as_series(monthly_frame(planned.outcome).assign(z=steps[:, best]), "z"),
        interruptions=[DATE],
        impact="level",
    ).rho
    again = [gls(planned, np.column_stack([planned.design.columns, z]), rho) for z in steps.T]
    best = int(np.argmax([abs(f.tvalues[-1]) for f in again]))
    assert found.index == best
    assert found.coefficient == pytest.approx(again[best].params[-1], abs=SOLVERS)
    assert found.p_value == 1 / 20


def test_single_month_is_the_effect_without_each():
    outcome = noise(6) - 3 * STEP
    found = single_month(model(outcome), claimed=True)
    effects = []
    for t in range(60):
        without = outcome.copy()
        without[t] = np.nan
        effects.append(
            segmented(
                as_series(monthly_frame(without)), interruptions=[DATE], impact="level"
            ).level.effect
        )
    full = segmented(as_series(monthly_frame(outcome)), interruptions=[DATE], impact="level").level
    assert found.statistic == pytest.approx(max(1 - e / full.effect for e in effects), abs=1e-6)
    assert single_month(model(outcome), claimed=False).passed is None


def test_the_transition_window_compares_both_estimates_with_what_chance_makes_of_them():
    """Hausman's variance of the difference, by another route: two sets of weights on the same errors."""
    planned = model(noise(7) - 3 * STEP)
    found = transition_window(planned, periods=3)
    kept = planned.used & ((SINCE < -3) | (SINCE >= 3))
    row = planned.contrast(DATE)[None]
    whole, without = (
        as_weights(planned.design.columns, planned.outcome, used, planned.rho, row)
        for used in (planned.used, kept)
    )
    difference = without.weights[0] - whole.weights[0]
    correlation = planned.rho ** np.abs(np.subtract.outer(np.arange(60), np.arange(60)))
    assert difference @ correlation @ difference == pytest.approx(
        without.errors[0] ** 2 - whole.errors[0] ** 2, abs=SOLVERS
    )
    assert found.passed


def test_placebo_ratios_are_those_of_the_same_model_on_the_months_before():
    outcome = noise(8) - 3 * STEP
    planned = model(outcome, "level+slope", horizons=(0, 5))
    found = placebos(planned, draws=99)
    assert (found.side, len(found.dates)) == (9, 19)
    assert (found.dates[0], found.dates[-1]) == ("1981-10", "1983-04")
    for date, n, ratio in ((9, START, found.ratios[0]), (START, 60, found.real)):
        t = np.arange(float(n))
        x = np.column_stack([np.ones(n), t, t >= date, np.maximum(t - date, 0)])
        sigma = planned.rho ** np.abs(np.subtract.outer(t, t))
        whole = GLS(outcome, *_design(60, START), sigma=_sigma(60, planned.rho)).fit()
        fit = GLS(outcome[:n], x, sigma=sigma).fit()
        row = np.array([0, 0, 1, 2.5])  # mean of horizons 0 to 5
        error = np.sqrt(row @ fit.normalized_cov_params @ row * whole.scale)
        assert ratio == pytest.approx(row @ fit.params / error, abs=SOLVERS)


def _design(n: int, date: int) -> tuple[Floats]:
    t = np.arange(float(n))
    return (np.column_stack([np.ones(n), t, t >= date, np.maximum(t - date, 0)]),)


def _sigma(n: int, rho: float) -> Floats:
    return rho ** np.abs(np.subtract.outer(np.arange(n), np.arange(n)))


def test_the_rank_among_placebo_dates_allows_for_shared_periods():
    found = placebos(model(noise(8) - 8 * STEP))
    assert found.as_large == 0 and found.p_value == found.smallest
    assert 1 / 20 < found.smallest < 0.12  # 19 dates, were they apart, would allow 1/20


def result(outcome: Floats, **more) -> CheckResult:
    return placebo_dates(model(outcome), **more)


def test_placebo_dates_fail_a_claim_that_is_not_unusual():
    wandering = noise(8) + 4.0 * (np.arange(60) // 9 % 2)  # steps up and down at other dates
    failed = result(wandering, claimed=True)
    assert failed.passed is False, failed.sentence
    unclaimed = result(wandering, claimed=False)
    assert unclaimed.passed is None and unclaimed.applicable
    assert "No change is claimed" in unclaimed.sentence
    real = result(noise(8) - 8 * STEP, claimed=True)
    assert real.passed and real.sentence.startswith("0 of 19 earlier dates")


def test_too_few_earlier_dates_are_said_to_be_too_few():
    short = planned_series(
        as_series(monthly_frame(noise(9, 40))),
        interruptions=["1982-04"],
        specification=Specification(impact="level"),
    )
    found = placebo_dates(short, claimed=True, side=6)
    assert found.applicable and found.passed is None
    assert "of 4 earlier dates" in found.sentence
    assert found.sentence.endswith("That is too few to judge by.")
    none = placebo_dates(short, claimed=True, side=9)
    assert "no earlier date has 9 periods on either side" in none.sentence


def test_missing_months_stay_missing_in_every_check():
    outcome = noise(2) - 3 * STEP
    outcome[[3, 4, 17, 44]] = np.nan
    planned = model(outcome)
    filled = replace(planned, outcome=np.where(planned.used, planned.outcome, np.nan))
    for check in CHECKS.values():
        assert check(planned) == check(filled)
        assert check(planned).applicable
    assert result(outcome, claimed=True).applicable


def test_logarithms_are_told_in_per_cent():
    found = single_month(model(noise(6) - 3 * STEP, per_cent=True), claimed=True)
    assert "%" in found.sentence and "instead of −9" in found.sentence
