"""Checks: the right numbers, periods and words, and refusing to pass what they cannot see."""

import datetime
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from pydantic import TypeAdapter
from scipy import stats

from evalkit.checks import (
    enough_units,
    leave_one_unit_out,
    placebo_date,
    pre_trend,
    residual_autocorrelation,
)
from evalkit.checks.words import signed
from evalkit.did import group_time, twfe
from evalkit.did.aggregate import event_study, overall
from evalkit.evaluation import evaluate
from evalkit.findings.rule import decide
from evalkit.findings.scale import told
from evalkit.its import segmented
from evalkit.protocol.document import canonical, plan_from_canonical, read_protocol, sha256
from evalkit.types.evaluation import Evaluation, Provenance
from evalkit.types.protocol import LockedProtocol
from tests.by_another_route import (
    as_panel,
    as_series,
    by_groups,
    monthly_frame,
    panel_frame,
)

STARTS: list[int | None] = [2006] * 5 + [2008] * 7 + [None] * 12


def drawn(seed: int = 0, *, leads: int = 4, anticipation: int = 0, slope: float = 0.0):
    frame = panel_frame(seed, STARTS, n_periods=10)
    frame["rate"] += slope * frame["start"].notna() * (frame["year"] - 2001)
    panel = as_panel(frame)

    def before(part):
        return event_study(group_time(part, anticipation=anticipation))

    return panel, before(panel), pre_trend(panel, leads=leads, before=before)


def test_pre_trend_tests_the_last_leads_before_the_base_jointly():
    panel, _, check = drawn()
    f, within, _ = by_groups(panel, [-5, -4, -3, -2])
    assert 4 < within < 20  # 24 units in three groups, the treated ones few
    assert check.statistic == pytest.approx(stats.f.sf(f, 4, within), abs=1e-10)
    assert check.sentence.startswith("Periods 5 to 2 before the start show ")
    assert f"joint F(4, {within:.1f}) = {f:.2f}" in check.sentence


def test_pre_trend_leaves_out_the_periods_of_anticipation():
    """With two periods of anticipation the base is -3: -2 and -1 may already react and are not "before"."""
    panel, _, check = drawn(anticipation=2, leads=2)
    f, within, _ = by_groups(panel, [-5, -4], base=-3)
    assert check.statistic == pytest.approx(stats.f.sf(f, 2, within), abs=1e-10)
    assert "Periods 5 to 4 before the start" in check.sentence


def test_pre_trend_sees_a_drift():
    _, _, calm = drawn()
    _, _, drifting = drawn(slope=2.0)
    assert (calm.passed, drifting.passed) == (True, False)
    assert "no clear drift" in calm.sentence
    assert "a difference already" in drifting.sentence
    assert (drifting.threshold, drifting.rule, drifting.if_failed) == (0.1, ">=", "cannot_tell")


@pytest.mark.parametrize(
    ("starts", "why"),
    [
        ([2002, 2002, None, None], "too few units or periods before the start to test"),
        ([2006, None] * 2, "the groups have too few units to test 4 periods together"),
        ([2006] * 8 + [None], "the groups have too few units to test 4 periods together"),
    ],
)
def test_pre_trend_is_not_applicable_without_enough_periods_or_units(starts, why: str):
    check = pre_trend(as_panel(panel_frame(0, starts, n_periods=8)))
    assert (check.statistic, check.passed, check.applicable) == (None, None, False)
    assert check.sentence == f"Not applicable: {why}."


def effect_of(panel):
    return overall(group_time(panel))


def left_out(starts: list[int | None], outlier: float = 0.0):
    frame = panel_frame(1, starts, n_periods=6)
    frame.loc[(frame["area"] == "area 000") & (frame["year"] >= 2004), "rate"] += outlier
    panel = as_panel(frame)
    return panel, leave_one_unit_out(
        panel, estimate=effect_of, threshold=1.0, if_failed="lower_rating"
    )


def test_leave_one_unit_out_is_the_largest_shift_in_standard_errors():
    panel, check = left_out([2004] * 4 + [None] * 6)
    own, never = panel.outcome[:4], panel.outcome[4:]

    def effect(own, never):
        changes = [(x[:, 3:] - x[:, [2]]).mean() for x in (own, never)]
        return changes[0] - changes[1]

    full = effect(own, never)
    without = [effect(np.delete(own, i, axis=0), never) for i in range(4)]
    without += [effect(own, np.delete(never, i, axis=0)) for i in range(6)]
    error = float(overall(group_time(panel)).standard_error or 0)
    shift = max(abs(w - full) for w in without) / error
    assert check.statistic == pytest.approx(shift, abs=1e-10)
    furthest = panel.units[int(np.argmax([abs(w - full) for w in without]))]
    assert check.sentence == (
        f"Leaving out {furthest} moves it most, by {shift:.2f} standard errors; on the model's scale "
        f"the estimate stays between {signed(min(without))} and {signed(max(without))}."
    )
    assert check.passed == (shift <= 1.0)


def test_leave_one_unit_out_sees_a_unit_that_drives_the_result():
    _, check = left_out([2004] * 4 + [None] * 6, outlier=30.0)
    assert check.passed is False
    assert check.sentence.startswith("Leaving out area 000 moves it most")


@pytest.mark.parametrize("starts", [[2004, None, None, None], [2004, 2004, 2004, None]])
def test_leave_one_unit_out_does_not_pass_what_rests_on_one_unit(starts):
    _, check = left_out(starts)
    assert (check.passed, check.applicable, check.statistic) == (None, False, None)
    assert check.sentence.startswith("Not applicable: without area 00")


@pytest.mark.parametrize(
    ("treated", "comparison", "units", "passed", "if_failed"),
    [
        ([2004], 9, 1, False, "cannot_tell"),
        ([2003, 2004], 12, 1, False, "cannot_tell"),  # every cohort is one unit
        ([2004] * 12, 4, 4, False, "cannot_tell"),
        ([2004] * 5, 30, 5, False, "lower_rating"),
        ([2003] * 5 + [2004] * 4, 30, 9, False, "lower_rating"),
        ([2004] * 10, 10, 10, True, "lower_rating"),
    ],
)
def test_few_units_lower_the_word_and_very_few_forbid_it(
    treated, comparison: int, units: int, passed: bool, if_failed: str
):
    frame = panel_frame(0, [*treated, *[None] * comparison], n_periods=6)
    check = enough_units(as_panel(frame))
    assert (check.statistic, check.passed, check.if_failed) == (float(units), passed, if_failed)
    assert (check.threshold, check.rule) == (10.0, ">=")


def evaluated(root: Path, starts: list[int | None], jump: float) -> Evaluation:
    """The castle plan on made-up areas whose treated ones jump by ``jump`` log points."""
    plan, document = read_protocol(root / "protocols" / "EM-2026-0001-P1.md")
    plan = replace(plan, alternatives=plan.alternatives[1:2])
    locked = LockedProtocol(
        id=plan.id,
        version="v1.0",
        intervention=plan.intervention,
        text=document.text,
        sha256=sha256(canonical(plan)),
        canonical=canonical(plan),
        label="retrospective",
        locked_on=datetime.date(2026, 11, 3),
        declared=True,
    )
    frame = panel_frame(3, starts, n_periods=11, effect=jump, first=2000)
    origin = Provenance(
        source="made up", file="f", package="", version="", sha256="", rows_read=1, rows_used=1,
        dropped=(), licence="none",
    )  # fmt: skip
    return evaluate(locked, replace(as_panel(frame), provenance=origin))


def test_one_treated_unit_never_earns_a_word(root: Path):
    """Its own movement is in no standard error, and leaving it out leaves nothing: so nothing can be told."""
    evaluation = evaluated(root, [2006, None, None, None, None], jump=8.0)
    assert evaluation.estimates[0].estimate.p_value < 0.001
    assert [c.check for c in evaluation.checks] == [
        "enough_units",
        "pre_trend",
        "leave_one_unit_out",
    ]
    assert evaluation.checks[1].sentence.startswith("Not applicable: every cohort is one unit")
    plan = plan_from_canonical(
        canonical(read_protocol(root / "protocols" / "EM-2026-0001-P1.md")[0])
    )
    decision = decide(told(evaluation.estimates[0].estimate, plan), evaluation.checks)
    assert decision.verdict == "cannot_tell"
    assert decision.why.endswith("Are there enough units to judge chance by?")
    assert evaluation.notes[0] == (
        "The cohort of 2006 is one unit and has no variance of its own, so the interval is too narrow "
        "by its share."
    )


def test_the_pre_trend_test_leaves_out_cohorts_of_one_unit(root: Path):
    starts: list[int | None] = [2005] + [2006] * 6 + [2007] * 6 + [None] * 12
    evaluation = evaluated(root, starts, jump=0.5)
    panel = as_panel(panel_frame(3, starts, n_periods=11, effect=0.5, first=2000))
    kept = panel.without(panel.start == 5)
    assert evaluation.checks[1] == pre_trend(kept, per_cent=True)
    assert evaluation.checks[1] == pre_trend(panel, per_cent=True)
    assert evaluation.events == event_study(group_time(panel)).events


def test_a_distance_that_only_lone_cohorts_reach_has_no_interval(root: Path):
    starts: list[int | None] = [2003] + [2006] * 6 + [None] * 8
    events = evaluated(root, starts, jump=0.5).events
    by_time = {event.event_time: event for event in events}
    assert by_time[7].n_treated == 1 and by_time[4].n_treated == 7
    assert (by_time[7].standard_error, by_time[7].low, by_time[7].high) == (None, None, None)
    assert by_time[4].standard_error is not None and by_time[4].standard_error > 0


def test_evaluate_gives_exactly_what_the_estimators_give(root: Path):
    starts: list[int | None] = [2006] * 3 + [2007] * 4 + [None] * 6
    evaluation = evaluated(root, starts, jump=0.5)
    panel = as_panel(panel_frame(3, starts, n_periods=11, effect=0.5, first=2000))
    effects = group_time(panel)
    assert evaluation.estimates[0].estimate == overall(effects)
    assert evaluation.events == event_study(effects).events
    assert [a.estimate for a in evaluation.alternatives] == [twfe(panel, inference="cluster")]
    assert evaluation.coverage.cohorts == (("2006", 3), ("2007", 4))
    adapter = TypeAdapter(Evaluation)
    assert adapter.validate_json(adapter.dump_json(evaluation)) == evaluation


def noisy_series(seed: int, rho: float = 0.0, step: float = 0.0):
    rng = np.random.default_rng(seed)
    errors = rng.normal(size=96)
    for t in range(1, 96):
        errors[t] += rho * errors[t - 1]
    return as_series(monthly_frame(errors + step * (np.arange(96) >= 30)))


def placebo(series, **changed):
    asked = {"at": "1983-07", "first_interruption": "1986-01", "months": False, "threshold": 0.1}
    return placebo_date(series, **(asked | changed), if_failed="cannot_tell")


def test_placebo_date_is_the_same_model_on_the_months_before():
    series = noisy_series(0)
    before = as_series(monthly_frame(series.outcome[:60]))  # up to 1985-12
    false = segmented(before, interruptions=["1983-07"], impact="level", errors="ols").levels[0]
    check = placebo(series)
    assert check.statistic == pytest.approx(false.p_value, abs=1e-14)
    assert check.passed == (false.p_value >= 0.1)
    assert signed(false.effect) in check.sentence


def test_placebo_date_does_not_see_what_comes_after():
    series = noisy_series(0)
    wild = as_series(monthly_frame(series.outcome + 1e6 * (np.arange(96) >= 60)))
    assert placebo(wild).statistic == pytest.approx(placebo(series).statistic or 0, abs=1e-12)


def test_placebo_date_sees_a_step_where_nothing_was_done():
    check = placebo(noisy_series(0, step=5.0))
    assert check.passed is False
    assert "the model sees a step all the same" in check.sentence


@pytest.mark.parametrize("at", ["1986-01", "1990-01", "1981-01"])
def test_a_placebo_date_that_cannot_be_fitted_is_not_applicable(at: str):
    check = placebo(noisy_series(0), at=at)
    assert (check.statistic, check.passed, check.applicable) == (None, None, False)
    assert f"interruption {at} is outside the series, 1981-01 to 1985-12" in check.sentence


@pytest.mark.parametrize(("rho", "word"), [(0.7, "too narrow"), (-0.7, "close to honest")])
def test_autocorrelation_is_judged_by_its_estimate(rho: float, word: str):
    fit = segmented(noisy_series(0, rho), interruptions=["1985-01"], impact="level", errors="ols")
    check = residual_autocorrelation(fit, threshold=0.2, if_failed="lower_rating")
    assert check.statistic == fit.autocorrelation
    assert (check.passed, check.threshold, check.rule) == (rho < 0, 0.2, "<=")
    assert f"correlate at {fit.autocorrelation:+.2f}" in check.sentence
    assert check.sentence.endswith(f"are {word}.")
