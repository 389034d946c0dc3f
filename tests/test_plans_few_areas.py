"""Plans for few areas: what is chosen, why, what it rests on, and what no few areas can tell."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from evalkit.did import poisson, twfe
from evalkit.errors import DataError
from evalkit.findings.compose import from_evaluation
from evalkit.hub.charts import chart
from evalkit.hub.plans import estimator_words, inference_words
from evalkit.protocol.contradictions import contradictions
from evalkit.protocol.document import canonical, read_protocol, sha256
from evalkit.protocol.estimators import Inference, Poisson, TwoWay
from evalkit.protocol.plan import Check
from evalkit.report.tables import estimates_table
from evalkit.workflow.register import read_intervention
from tests.by_another_route import as_panel, panel_frame
from tests.locked_plans import locked, run

CHECKS = (
    Check(check="pre_trend", threshold=0.1, leads=3, if_failed="cannot_tell"),
    Check(check="leave_one_unit_out", threshold=3.0, if_failed="lower_rating"),
    Check(check="placebo_start", threshold=0.1, leads=2, if_failed="report"),
)


@pytest.fixture(scope="module")
def plan(root: Path):
    """The castle plan as a two-way plan with automatic inference."""
    read, _ = read_protocol(root / "protocols" / "EM-2026-0001-P1.md")
    return replace(
        read,
        alternatives=(),
        estimator=TwoWay(name="twfe"),
        inference=Inference(name="auto"),
        checks=CHECKS,
    )


def areas(treated: int, comparison: int, *, seed: int = 3, effect: float = 0.0):
    starts = [2007] * treated + [None] * comparison
    return as_panel(panel_frame(seed, starts, n_periods=11, effect=effect, first=2000))


def counts(panel, ratio: float = 0.6):
    rng = np.random.default_rng(5)
    size = rng.uniform(0.5, 2.0, (len(panel.units), 1))
    expected = 80 * size * np.where(panel.treated, ratio, 1.0) * np.ones(panel.outcome.shape)
    return replace(
        panel, outcome=rng.poisson(expected).astype(float), exposure=1000 * size + 0 * expected
    )


def ratio_plan(plan, errors: str = "auto"):
    return replace(
        plan,
        estimator=Poisson(name="poisson", exposure="people"),
        inference=Inference(name=errors),
        comparison=replace(plan.comparison, group="untreated"),
        outcome=replace(plan.outcome, scale="ratio"),
    )


def checks_of(evaluation):
    return {check.check: check for check in evaluation.checks}


def test_five_areas_get_a_number_its_label_and_no_word(plan):
    panel = areas(2, 3, effect=9.0)
    evaluation = run(plan, panel)
    assert evaluation.estimates[0].estimate == twfe(panel)
    assert "No assumption-free test of this design can reject at 5%" in evaluation.notes[0]
    first = checks_of(evaluation)["enough_units"]
    assert (first.passed, first.if_failed) == (False, "cannot_tell")
    assert first.sentence == (
        "2 treated and 3 comparison units: the t test of changes holds only if they are about normal with "
        "the spread that is assumed, which so few cannot show."
    )


def test_five_areas_by_permutation_say_the_smallest_p(plan):
    evaluation = run(
        replace(plan, inference=Inference(name="permutation")), areas(2, 3, effect=9.0)
    )
    first = checks_of(evaluation)["enough_units"]
    assert (first.statistic, first.passed, first.if_failed) == (
        pytest.approx(0.1),
        False,
        "cannot_tell",
    )
    assert first.sentence.endswith(
        "the smallest p-value that permutation can reach is 0.1, so no assumption-free test can reject at 5%."
    )


def test_two_of_twelve_areas_can_earn_a_word(plan, root):
    panel = areas(2, 10, effect=9.0)
    evaluation = run(plan, panel)
    checks = checks_of(evaluation)
    assert checks["enough_units"].passed is True
    assert "the test can reject at 4.5%" in checks["enough_units"].sentence
    assert all(check.applicable for check in checks.values())
    assert [e.event_time for e in evaluation.events] == list(range(-7, 4))
    assert {e.low for e in evaluation.events} == {None}
    told = evaluation.estimates[0].estimate
    assert told.judged_by == "permutation" and told.attainable_level == pytest.approx(3 / 66)
    home = root / "case_studies" / "castle-doctrine" / "intervention.yaml"
    [finding] = from_evaluation(evaluation, locked(plan), read_intervention(home)[0])
    drawn = chart(finding, evaluation, plan)
    assert finding.verdict == "rose"
    assert (
        "permutation, 1 of all 66 ways to deal" in drawn.note
        and "chosen for 2 treated" in drawn.note
    )
    assert (
        drawn.takeaway
        == "No year has an interval of its own: the method judges the effect as a whole."
    )
    assert (
        "Chance is judged for the effect as a whole" in drawn.note and "Vertical" not in drawn.note
    )
    [row] = estimates_table("", evaluation.estimates, plan).rows
    assert "(95.5%)" in row[4] and "chosen for " in row[-1]


def test_leaving_one_area_out_is_measured_by_the_interval(plan):
    """No standard error: the width of the interval over twice 2.0 (the normal one of 95.5 per cent)."""
    panel = areas(2, 10)
    check = checks_of(run(plan, panel))["leave_one_unit_out"]
    full = twfe(panel)
    alone = [twfe(panel.without(np.arange(12) == i), inference="cluster").effect for i in range(12)]
    width = (full.interval.high - full.interval.low) / (2 * 2.0004)
    shift = max(abs(effect - full.effect) for effect in alone) / width
    assert check.statistic == pytest.approx(shift, rel=1e-4)


def test_before_the_start_is_judged_by_the_same_method(plan):
    panel = areas(1, 29)
    checks = checks_of(run(replace(plan, inference=Inference(name="permutation")), panel))
    before = replace(
        panel, periods=panel.periods[:7], outcome=panel.outcome[:, :7],
        start=np.where(panel.ever_treated, 4, 7),
    )  # fmt: skip
    found = twfe(before, inference="permutation")
    assert checks["pre_trend"].statistic == found.p_value
    assert "The last 3 periods before the start" in checks["pre_trend"].sentence
    assert checks["placebo_start"].applicable


def test_counts_of_few_areas(plan):
    panel = counts(areas(3, 17))
    evaluation = run(ratio_plan(plan), panel)
    [main] = evaluation.estimates
    expected = poisson(panel, inference="auto")
    assert (main.estimate, main.avoided) == (expected.overall, expected.avoided)
    checks = checks_of(evaluation)
    assert checks["enough_units"].passed and checks["leave_one_unit_out"].applicable
    assert checks["pre_trend"].applicable and "ratio" in checks["pre_trend"].sentence
    assert "Permutation judges the ratio over all treated cells" in evaluation.notes[-1]


def test_one_district_of_counts_can_be_judged(plan):
    evaluation = run(ratio_plan(plan, "permutation"), counts(areas(1, 20)))
    checks = checks_of(evaluation)
    assert checks["enough_units"].passed is True
    assert checks["leave_one_unit_out"].applicable is False  # without it nothing is left
    assert checks["pre_trend"].applicable


@pytest.mark.parametrize(
    ("errors", "treated", "passed", "if_failed"),
    [
        ("cr2", 3, False, "lower_rating"),
        ("cr2", 8, True, "lower_rating"),
        ("wild_bootstrap", 2, False, "cannot_tell"),
        ("wild_bootstrap", 8, True, "lower_rating"),
        ("cluster", 3, False, "cannot_tell"),
        ("donald_lang", 8, False, "cannot_tell"),
    ],
)
def test_how_many_areas_are_enough_depends_on_the_method(plan, errors, treated, passed, if_failed):
    only = replace(plan, inference=Inference(name=errors), checks=CHECKS[1:2])
    first = run(only, areas(treated, 10)).checks[0]
    assert (first.passed, first.if_failed) == (passed, if_failed)


def test_starts_that_differ_are_refused(plan):
    staggered = as_panel(panel_frame(3, [2004, 2006, *[None] * 9], n_periods=11, first=2000))
    with pytest.raises(DataError, match="twfe found starts in 2004, 2006; as a plan's own method"):
        run(plan, staggered)


@pytest.mark.parametrize(
    ("estimator", "errors", "needed"),
    [
        ("group_time", "auto", "influence_function for group_time"),
        ("sun_abraham", "permutation", "cluster for sun_abraham"),
        ("poisson", "donald_lang", "one of auto, cluster, permutation, overdispersed for poisson"),
        (
            "twfe",
            "influence_function",
            "one of auto, cluster, cr2, wild_bootstrap, permutation, donald_lang",
        ),
    ],
)
def test_inference_that_does_not_fit_is_refused_before_locking(
    plan, root, estimator, errors, needed
):
    made = {"twfe": TwoWay(name="twfe"), "poisson": Poisson(name="poisson")}
    if estimator not in made:
        read, _ = read_protocol(root / "protocols" / "EM-2026-0001-P1.md")
        made[estimator] = replace(read.estimator, name=estimator)
    wrong = replace(plan, estimator=made[estimator], inference=Inference(name=errors))
    found = {field: text for field, _, text, _ in contradictions(wrong, plan.id)}
    assert found["inference.name"].startswith(needed)


def test_a_seed_is_part_of_the_plan_where_something_is_drawn(plan):
    seeded = replace(plan, inference=Inference(name="auto", seed=7))
    assert sha256(canonical(seeded)) != sha256(canonical(plan))
    assert list(contradictions(seeded, plan.id)) == []
    fixed = replace(plan, inference=Inference(name="cr2", seed=7))
    [(field, found, needed, _)] = contradictions(fixed, plan.id)
    assert (field, found) == ("inference.seed", "7")
    assert needed == "no seed for cr2, which draws nothing"


def test_what_was_planned_is_said_in_words(plan):
    assert inference_words(plan).startswith("Chosen by the number of areas on each side")
    assert "one start for all" in estimator_words(plan)


def test_a_seed_of_0_and_no_seed_are_one_plan(plan):
    assert '"seed"' not in canonical(plan)


def test_a_ratio_that_holds_no_change_is_not_called_clear(plan, root):
    """Too few areas, and an interval around 1: nothing is said of a result that a check has stopped."""
    panel = counts(areas(2, 3), ratio=1.0)
    evaluation = run(ratio_plan(plan), panel)
    assert 1.0 in evaluation.estimates[0].estimate.interval
    home = root / "case_studies" / "castle-doctrine" / "intervention.yaml"
    [finding] = from_evaluation(evaluation, locked(ratio_plan(plan)), read_intervention(home)[0])
    assert finding.verdict == "cannot_tell"
    assert "not the same as" in finding.interval_words[-1]
