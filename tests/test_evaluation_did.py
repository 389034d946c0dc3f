"""Plans on panels: every method that a plan can name gives what its estimator gives, and is checked."""

from dataclasses import replace
from pathlib import Path
from typing import get_args

import numpy as np
import pytest
from scipy import stats

from evalkit import checks
from evalkit.checks import enough_units, pre_trend, pre_trend_of_ratio
from evalkit.checks.sides import sides, without_lone_cohorts
from evalkit.data.panel import Panel
from evalkit.did import bacon, group_time, imputation, poisson, sun_abraham, twfe
from evalkit.did.aggregate import overall
from evalkit.errors import DataError
from evalkit.evaluation.answers import answer, estimate
from evalkit.evaluation.asked import asked_by
from evalkit.findings.scale import told
from evalkit.findings.words import avoided_words
from evalkit.hub import plans
from evalkit.inference.behrens_fisher import grouped_test
from evalkit.protocol.check import Check, CheckName
from evalkit.protocol.contradictions import _CHECKS
from evalkit.protocol.document import read_protocol
from evalkit.protocol.estimators import (
    Alternative,
    GroupTime,
    Imputation,
    Inference,
    Poisson,
    SunAbraham,
)
from evalkit.types.estimate import Interval, base_of
from tests.by_another_route import as_panel, by_groups, panel_frame
from tests.locked_plans import run

STARTS: list[int | None] = [2004] * 5 + [2006] * 7 + [None] * 12


@pytest.fixture(scope="module")
def castle(root: Path):
    """The castle plan without alternatives: log outcome, 2000 to 2010, never treated."""
    plan, _ = read_protocol(root / "protocols" / "EM-2026-0001-P1.md")
    return replace(plan, alternatives=())


def asking(plan, estimator, *, group: str = "never_treated", errors: str = "cluster", **more):
    return replace(
        plan,
        estimator=estimator,
        comparison=replace(plan.comparison, group=group),
        inference=Inference(name=errors, **more),
    )


def levels(starts=STARTS, seed: int = 3) -> Panel:
    return as_panel(panel_frame(seed, starts, n_periods=11, effect=0.5, first=2000))


def counts(starts=STARTS, *, ratio: float = 0.8, mean: float = 60.0, drift: float = 0.0) -> Panel:
    """Poisson counts whose treated units have ``ratio``, and drift by ``drift`` a year on the log."""
    panel = levels(starts)
    random = np.random.default_rng(5)
    years = np.arange(11)
    size = random.uniform(0.5, 2.0, len(panel.units))[:, None]
    log = np.log(mean * size) + 0.02 * years + drift * years * panel.ever_treated[:, None]
    expected = np.exp(log + np.log(ratio) * panel.treated)
    return replace(
        panel,
        outcome=random.poisson(expected).astype(float),
        exposure=np.broadcast_to(1000 * size, expected.shape).copy(),
        unit_of_measure="robberies a year",
    )


def ratio_plan(castle, **more):
    plan = asking(castle, Poisson(name="poisson", exposure="people"), group="untreated", **more)
    return replace(plan, outcome=replace(plan.outcome, scale="ratio"))


METHODS = {
    "varying base": (
        GroupTime(name="group_time", base_period="varying"),
        {"errors": "influence_function"},
        lambda p: overall(group_time(p, base_period="varying")),
    ),
    "not yet treated": (
        GroupTime(name="group_time", anticipation=1),
        {"errors": "influence_function", "group": "not_yet_treated"},
        lambda p: overall(group_time(p, comparison="not_yet_treated", anticipation=1)),
    ),
    "sun_abraham": (SunAbraham(name="sun_abraham"), {}, lambda p: sun_abraham(p).overall),
    "imputation": (
        Imputation(name="imputation"),
        {"group": "untreated", "errors": "conservative"},
        lambda p: imputation(p).overall,
    ),
    "two-stage errors": (
        Imputation(name="imputation"),
        {"group": "untreated", "errors": "two_stage"},
        lambda p: imputation(p, standard_errors="two_stage").overall,
    ),
}


@pytest.mark.parametrize("holes", [False, True])
@pytest.mark.parametrize("method", METHODS)
def test_a_plan_gives_what_its_estimator_gives(castle, method: str, holes: bool):
    estimator, options, direct = METHODS[method]
    panel = levels()
    if holes:
        outcome = panel.outcome.copy()
        outcome[[1, 6, 20], [2, 7, 4]] = np.nan
        panel = replace(panel, outcome=outcome)
    evaluation = run(asking(castle, estimator, **options), panel)
    expected = direct(panel)
    main = evaluation.estimates[0].estimate
    assert main.effect == pytest.approx(expected.effect, rel=1e-12)
    assert main.standard_error == pytest.approx(expected.standard_error, rel=1e-12)
    checks = {check.check: check for check in evaluation.checks}
    assert list(checks) == ["enough_units", "pre_trend", "leave_one_unit_out"]
    assert all(check.applicable for check in checks.values())
    assert any("no outcome" in note for note in evaluation.notes) == holes
    assert evaluation.coverage.n_obs == panel.outcome.size - 3 * holes


@pytest.mark.parametrize("errors", ["cluster", "overdispersed"])
def test_a_plan_on_counts_gives_what_poisson_gives(castle, errors):
    panel = counts()
    evaluation = run(ratio_plan(castle, errors=errors), panel)
    expected = poisson(panel, inference=errors)
    [main] = evaluation.estimates
    assert (main.estimate, main.avoided) == (expected.overall, expected.avoided)
    assert [e.event_time for e in evaluation.events] == [-1, *range(7)]
    assert base_of(evaluation.events) == -1
    scaled = told(main.estimate, ratio_plan(castle))
    assert scaled.effect == pytest.approx(100 * (expected.overall.effect - 1), abs=1e-12)
    assert (scaled.unit, scaled.interval.low) == (
        "per cent", pytest.approx(100 * (expected.overall.interval.low - 1), abs=1e-12)
    )  # fmt: skip


def test_counts_without_exposure_are_a_plan_too(castle):
    panel = replace(counts(), exposure=None)
    plan = replace(ratio_plan(castle), estimator=Poisson(name="poisson"))
    assert run(plan, panel).estimates[0].estimate == poisson(panel).overall


def test_pre_trends_before_a_varying_base_are_steps(castle):
    """Each period against the one before it; the joint test is of the last four such steps."""
    panel = levels()
    plan = asking(castle, METHODS["varying base"][0], errors="influence_function")
    check = run(plan, panel).checks[1]
    f, within, _ = by_groups(panel, [-4, -3, -2, -1], base=None)
    assert check.statistic == pytest.approx(stats.f.sf(f, 4, within), abs=1e-10)
    assert check.sentence.startswith("Periods 4 to 1 before the start show ")


def test_pre_trends_of_imputation_are_of_its_own_leads(castle):
    """By another way to each group's part: all other units moved onto the means of their groups."""
    panel = levels()
    plan = asking(castle, METHODS["imputation"][0], group="untreated", errors="conservative")
    check = run(plan, panel).checks[1]
    found = imputation(panel, leads=4)
    starts = np.unique(panel.start).tolist()

    def without(moved):
        outcome = panel.outcome.copy()
        for start in moved:
            outcome[panel.start == start] = outcome[panel.start == start].mean(axis=0)
        part = imputation(replace(panel, outcome=outcome), leads=4)
        return np.array(part.covariance)[:4, :4]

    sizes = [int((panel.start == start).sum()) for start in starts]
    parts = [
        (without(set(starts) - {start}) - without(starts)) * n / (n - 1)
        for start, n in zip(starts, sizes, strict=True)
    ]
    test = grouped_test(np.array([e.effect for e in found.effects[:4]]), parts, sizes)
    assert check.statistic == pytest.approx(test.p_value, abs=1e-10)


def test_pre_trends_of_counts_are_a_false_start_before_anything_happened(castle):
    """By hand: untreated cells up to the last start, the treated units starting four periods too early."""
    panel = counts()
    check = run(ratio_plan(castle), panel).checks[1]
    early = panel.start - 4
    kept = panel.without(panel.ever_treated & (early < 1))
    before = replace(
        kept,
        periods=kept.periods[:6],
        start=np.where(kept.ever_treated, kept.start - 4, 6),
        outcome=np.where(kept.treated, np.nan, kept.outcome)[:, :6],
        exposure=kept.exposure[:, :6],
        covariates=np.empty((len(kept.units), 6, 0)),
    )
    assert check.statistic == pytest.approx(poisson(before).overall.p_value, abs=1e-12)
    assert check.passed == (check.statistic >= 0.1) and ": ratio 1.08 (" in check.sentence


def test_pre_trends_of_counts_see_a_drift_and_not_what_comes_after(castle):
    plan = ratio_plan(castle)
    assert run(plan, counts(drift=0.08)).checks[1].passed is False
    panel = counts()
    wild = replace(panel, outcome=np.where(panel.treated, panel.outcome + 500, panel.outcome))
    assert run(plan, wild).checks[1] == run(plan, panel).checks[1]


def test_pre_trends_of_counts_need_periods_before_the_start():
    panel = counts([2003] * 6 + [None] * 6)
    check = pre_trend_of_ratio(
        panel,
        ratio=lambda p: poisson(p).overall,
        leads=4,
        threshold=0.1,
        if_failed="cannot_tell",
    )
    assert (check.applicable, check.passed) == (False, None)
    assert check.sentence == "Not applicable: too few units or periods before the start to test."


def test_imputation_without_room_for_leads_says_so(castle):
    plan = asking(castle, METHODS["imputation"][0], group="untreated", errors="conservative")
    evaluation = run(plan, levels([2001] * 10 + [None] * 10))
    check = evaluation.checks[1]
    assert (check.applicable, check.sentence) == (
        False,
        "Not applicable: there is no period before the start to compare with.",
    )
    assert base_of(evaluation.events) == -1


@pytest.mark.parametrize("method", ["sun_abraham", "imputation"])
def test_one_treated_unit_never_earns_a_word(castle, method):
    estimator, options, _ = METHODS[method]
    evaluation = run(asking(castle, estimator, **options), levels([2006, *[None] * 8]))
    first = evaluation.checks[0]
    assert (first.check, first.passed, first.if_failed) == ("enough_units", False, "cannot_tell")
    assert evaluation.checks[1].sentence == (
        "Not applicable: every cohort is one unit, which has no variance of its own."
    )


def test_lone_cohorts_are_left_out_of_the_pre_trend_test_of_every_method(castle):
    starts = [2005] + [2006] * 6 + [None] * 12
    alone = levels(starts).without(levels(starts).start == 5)
    for method in ("sun_abraham", "imputation"):
        estimator, options, _ = METHODS[method]
        plan = asking(castle, estimator, **options)
        asked = asked_by(plan)
        expected = pre_trend(
            alone,
            before=lambda p, asked=asked: answer(asked, p, leads=4).before,
            effect=lambda p, asked=asked: estimate(asked, p),
            per_cent=True,
        )
        assert run(plan, levels(starts)).checks[1] == expected


def test_units_that_move_together_are_counted_together():
    panel = levels([2004] * 12 + [None] * 12)
    grouped = replace(
        panel, cluster=np.arange(24) // 4, cluster_names=tuple(f"force {g}" for g in range(6))
    )
    found = sides(grouped)
    assert (found.of_what, found.n_treated, found.n_comparison, found.largest_cohort) == (
        "clusters", 3, 3, 3,
    )  # fmt: skip
    check = enough_units(grouped)
    assert (check.passed, check.if_failed) == (False, "cannot_tell")
    assert check.sentence.startswith("3 treated and 3 comparison clusters; below 10")
    assert enough_units(panel).passed is True


def test_a_cohort_inside_one_cluster_is_alone():
    panel = levels([2004] * 4 + [2006] * 4 + [None] * 4)
    grouped = replace(
        panel,
        cluster=np.array([0] * 4 + [1, 1, 2, 2] + [3, 4, 5, 6]),
        cluster_names=tuple("abcdefg"),
    )
    assert len(without_lone_cohorts(grouped).units) == 8
    assert without_lone_cohorts(panel) is panel


@pytest.mark.parametrize("comparison", ["never_treated", "not_yet_treated"])
def test_comparison_units_are_those_that_served(comparison):
    for starts in (STARTS, [2004] * 3 + [2006] * 3 + [2008] * 4):
        if comparison == "never_treated" and None not in starts:
            continue
        effects = group_time(levels(starts), comparison=comparison)
        assert sides(levels(starts), comparison).n_comparison == effects.n_comparison


def test_without_a_never_treated_unit_the_run_says_who_was_compared(castle):
    plan = asking(
        castle, METHODS["not yet treated"][0], group="not_yet_treated", errors="influence_function"
    )
    evaluation = run(plan, levels([2004] * 10 + [2008] * 11))
    assert (evaluation.coverage.n_treated, evaluation.coverage.n_comparison) == (21, 11)


def test_alternatives_of_every_kind(castle):
    panel = replace(levels(), weights=np.random.default_rng(1).uniform(1, 2, (24, 11)))
    plan = replace(
        castle,
        alternatives=(
            Alternative(name="a", estimator="sun_abraham"),
            Alternative(name="b", estimator="imputation", weights="data"),
            Alternative(name="c", estimator="group_time", comparison="not_yet_treated"),
            Alternative(name="d", estimator="twfe", weights="data"),
        ),
    )
    evaluation = run(plan, panel)
    assert [a.estimate.effect for a in evaluation.alternatives] == [
        sun_abraham(panel).overall.effect,
        imputation(panel, weighted=True).overall.effect,
        overall(group_time(panel, comparison="not_yet_treated")).effect,
        twfe(panel, weighted=True, inference="cluster").effect,
    ]
    assert evaluation.notes[0].startswith(
        "Starts are staggered: two-way fixed effects also compare"
    )


def test_the_share_on_already_treated_units_is_that_of_the_decomposition(castle):
    panel = levels()
    plan = replace(castle, alternatives=(Alternative(name="twfe", estimator="twfe"),))
    share = 100 * bacon(panel).already_treated
    assert run(plan, panel).notes == (
        f"Starts are staggered: {share:.0f}% of the weight of two-way fixed effects is on comparisons with "
        "units that are already treated, so they are shown beside the plan's estimate and are not the "
        "headline.",
    )
    assert run(plan, levels([2004] * 12 + [None] * 12)).notes == ()


@pytest.mark.parametrize(
    ("low", "best", "high", "words"),
    [
        (25.2, 307.4, 620.0, "some 307 fewer in 24 months (25 to 620)"),
        (-260.0, -120.4, -15.0, "some 120 more in 24 months (15 to 260)"),
        (1000.0, 2000.0, 3000.4, "some 2,000 fewer in 24 months (1,000 to 3,000)"),
        (-5.0, 10.0, 30.0, ""),
    ],
)
def test_incidents_avoided_are_told_only_where_the_direction_is_clear(low, best, high, words):
    assert (
        avoided_words(Interval(low=low, high=high, level=0.95), best, during="24 months") == words
    )


@pytest.fixture(scope="module")
def street(tmp_path_factory, copy_workspace):
    """The region's example counted instead of logged: a function from a plan to what the data door says."""
    from evalkit.registry.store import open_registry
    from evalkit.workflow.street_panel import asked_by, load_street_panel
    from evalkit.workflow.workspace import find_workspace

    folder = copy_workspace(tmp_path_factory.mktemp("street") / "workspace")
    recipe = folder / "case_studies" / "east-midlands-units" / "data.yaml"
    text = recipe.read_text()
    assert text.count("scale: log") == 1
    recipe.write_text(text.replace("scale: log", "scale: count"))
    workspace = find_workspace(folder)

    def load(plan):
        with open_registry(workspace.url) as session:
            return load_street_panel(
                session, workspace, asked_by(plan), recipe.parent, made_up=True
            )[0]

    load.folder = folder
    return load


def test_street_crime_is_counted_for_a_plan_on_counts(street, root):
    logs, _ = read_protocol(root / "protocols" / "EM-2026-0005-P1.md")
    plan = ratio_plan(replace(logs, alternatives=()))
    plan = replace(plan, estimator=Poisson(name="poisson"))
    panel = street(plan)
    assert panel.exposure is None and (panel.outcome == np.floor(panel.outcome)).all()
    evaluation = run(plan, panel)
    assert evaluation.estimates[0].estimate == poisson(panel).overall
    assert evaluation.checks[0].if_failed == "cannot_tell"  # two of five areas
    with pytest.raises(DataError, match="scale: count; needed log, as the plan's outcome"):
        street(logs)


def test_what_the_demo_makes_up_is_made_once_and_again_when_it_is_another(street, root):
    from evalkit.data.police.recipe import read_police_recipe
    from evalkit.workflow.street_panel import made_up_archive
    from evalkit.workflow.workspace import find_workspace

    workspace = find_workspace(street.folder)
    recipe, document = read_police_recipe(street.folder / "case_studies" / "east-midlands-units")
    recipe = replace(recipe, simulation=replace(recipe.simulation, months=2))

    def made(recipe):
        archive = made_up_archive(workspace, recipe, document, "units", "Robbery")
        return archive, archive.stat().st_mtime_ns, archive.read_bytes()

    archive, when, content = made(recipe)
    assert made(recipe) == (archive, when, content)
    archive.write_bytes(content[:-1])
    assert made(recipe)[2] == content
    other = replace(recipe, simulation=replace(recipe.simulation, seed=99))
    assert made(other)[2] != content


def test_a_varying_base_is_drawn_without_a_base_period(castle):
    from evalkit.hub.charts import chart
    from evalkit.types.finding import Finding

    plan = asking(castle, METHODS["varying base"][0], errors="influence_function")
    evaluation = run(plan, levels())
    assert base_of(evaluation.events) is None
    finding = Finding(
        id="EM-2026-0001-F01", interventions=("EM-2026-0001",), protocol=plan.id, change="", verdict="rose",
        why_verdict="", outcome="homicide", better="lower", headline="", summary="", effect=None,
        interval_words=(), compared="", years="", design="", source="", supports=(), limits=(), p_value=None,
    )  # fmt: skip
    drawn = chart(finding, evaluation, plan)
    assert "base period" not in drawn.wide
    assert "each year against the one before it; from it on, the last year before" in drawn.note
    assert "(base)" not in str(drawn.rows)


def test_a_plan_can_ask_every_check(castle):
    """Each is what its function says of the panel, at the plan's threshold and with its consequence."""
    names = _CHECKS["did"]
    plan = replace(
        castle,
        checks=tuple(
            Check(check=name, threshold=0.5, leads=2, if_failed="report") for name in names
        ),
    )
    panel = replace(levels(), outcome=np.round(np.exp(levels().outcome)))
    found = run(plan, panel).checks[1:]
    assert tuple(check.check for check in found) == names
    asked = {"threshold": 0.5, "if_failed": "report"}
    more = {
        "pre_trend": {"leads": 2, "per_cent": True},
        "placebo_start": {"leads": 2, "per_cent": True},
    }
    for check in found:
        alone = getattr(checks, check.check)(panel, **asked, **more.get(check.check, {}))
        assert check == alone, check.check
        assert check.question.endswith("?") and check.sentence.endswith(".")


def test_every_check_is_explained(root):
    explained = (root / "docs" / "checks.md").read_text(encoding="utf-8")
    for name in _CHECKS["did"]:
        assert f"| `{name}` | " in explained, name
    named = {name for names in _CHECKS.values() for name in names}
    assert set(get_args(CheckName)) == named == set(plans._CHECKS)
