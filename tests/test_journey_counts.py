"""A plan on counts and one by imputation, from a CSV file to pages, with effects that are known."""

import datetime
import json
import re
import shutil

import numpy as np
import pandas as pd
import pytest

import evalkit as ek
from tests.own_counts import COUNTS_PLAN, DROP, LEVEL_PLAN, RATIO, write_counts, write_plan
from tests.published import publish_all

ID = f"EM-{datetime.date.today().year}-0001"
P1, P2 = f"{ID}-P1", f"{ID}-P2"


@pytest.fixture(scope="module")
def journey(tmp_path_factory, cli):
    """A workspace with both plans run, what was true, and what each command said."""
    workspace = tmp_path_factory.mktemp("counts") / "ours"
    cli("init", workspace.name, "--publisher", "Us", cwd=workspace.parent)
    truth, said = write_counts(workspace), {}

    def step(*words):
        said[" ".join(words)] = cli(*words, cwd=workspace)

    step("intervention", "add", "case_studies/patrol-counts/intervention.yaml")
    step("source", "add", "sources/made-up.yaml")
    for id in ("recorded-robbery", "calls"):
        step("measure", "add", f"measures/{id}.yaml")
    for id, text in ((P1, COUNTS_PLAN), (P2, LEVEL_PLAN)):
        plan = write_plan(workspace, ID, text)
        for words in (
            f"protocol check protocols/{plan.name}",
            f"protocol lock protocols/{plan.name}",
        ):
            step(*words.split())
        step("evaluate", id)
        step("notebook", "run", id)
    publish_all(workspace)
    step("hub", "build")
    return workspace, truth, said


@pytest.fixture(scope="module")
def record(journey):
    """What each plan's run stored."""
    folder = journey[0] / "reports" / "data"
    return {id: json.loads((folder / f"{id.lower()}.json").read_text()) for id in (P1, P2)}


@pytest.fixture(scope="module")
def frame(journey):
    return pd.read_csv(journey[0] / "case_studies" / "patrol-counts" / "districts.csv")


def panel(frame, outcome, **more):
    return ek.Panel.from_frame(
        frame, unit="district", period="month", outcome=outcome, treated_from="start", **more
    )


def test_every_step_succeeds_and_says_nothing_on_stderr(journey):
    _, _, said = journey
    assert {words: one for words, one in said.items() if one.code or one.err} == {}


def test_the_rate_ratio_and_the_incidents_avoided_hold_the_truth(journey, record):
    _, truth, _ = journey
    [main] = record[P1]["estimates"]
    assert main["estimate"]["interval"]["low"] < RATIO < main["estimate"]["interval"]["high"]
    avoided = main["avoided"]
    assert avoided["interval"]["low"] < truth.avoided < avoided["interval"]["high"]
    [imputed] = record[P2]["estimates"]
    assert imputed["estimate"]["interval"]["low"] < DROP < imputed["estimate"]["interval"]["high"]
    assert imputed["avoided"] is None


def test_the_record_is_what_the_estimators_give(record, frame):
    counts = ek.did.poisson(panel(frame, "robberies", exposure="residents"))
    [main] = record[P1]["estimates"]
    assert main["estimate"]["effect"] == counts.overall.effect
    assert main["avoided"]["interval"]["high"] == counts.avoided.interval.high
    drawn = [e for e in record[P1]["events"] if e["event_time"] >= 0]
    assert [e["effect"] for e in drawn] == pytest.approx(
        [np.log(e.effect) for e in counts.events], abs=1e-14
    )
    calls = panel(frame, "calls")
    assert (
        record[P2]["estimates"][0]["estimate"]["effect"] == ek.did.imputation(calls).overall.effect
    )
    assert [a["estimate"]["effect"] for a in record[P2]["alternatives"]] == [
        ek.did.sun_abraham(calls).overall.effect,
        ek.did.group_time(calls, comparison="not_yet_treated").aggregate("overall").overall.effect,
        ek.did.twfe(calls, inference="cluster").effect,
    ]


def test_incidents_avoided_are_told_with_their_interval(journey, record):
    workspace, _, said = journey
    [main] = record[P1]["estimates"]
    best, ends = main["avoided"]["effect"], main["avoided"]["interval"]
    words = f"some {best:.0f} fewer in up to 24 months ({ends['low']:.0f} to {ends['high']:.0f})."
    told = said[f"evaluate {P1}"].out
    assert words in told and "Robbery fell after evening patrols began" in told
    page = (workspace / "reports" / "findings" / f"{ID.lower()}-f01.html").read_text()
    assert words in page and "Poisson regression with unit and period effects, exposure" in page
    assert "all months before the start, together" in page
    ratio = main["estimate"]["effect"]
    assert f"evening patrols  {ratio:.8f} (" in told and " of its log)" in told
    assert "rate ratio of robberies a month (before analysis)" in told


def test_incidents_avoided_are_told_per_thousand_people_a_year(journey, record, frame):
    [reading], [main] = record[P1]["readings"], record[P1]["estimates"]
    assert record[P2]["readings"] == []
    people = frame.loc[frame["start"].notna() & (frame["month"] >= frame["start"]), "residents"]
    rate = 12_000 * main["avoided"]["effect"] / people.sum()
    assert reading["estimate"]["effect"] == pytest.approx(rate, rel=1e-12)
    page = (journey[0] / "reports" / "findings" / f"{ID.lower()}-f01.html").read_text()
    told = re.search(r"That is some ([\d.]+) fewer per 1,000 people a year \(", page)
    assert told and float(told[1]) == pytest.approx(rate, rel=0.05)


def test_the_checks_are_made_for_both(record):
    by_plan = {id: {c["check"]: c for c in one["checks"]} for id, one in record.items()}
    assert list(by_plan[P1]) == ["enough_units", "pre_trend", "leave_one_unit_out"]
    assert list(by_plan[P2]) == ["enough_units", "pre_trend"]
    for checks in by_plan.values():
        assert (
            checks["enough_units"]["statistic"] == 12
        )  # 12 treated; 12 others and 6 that start later
        assert checks["enough_units"]["sentence"].startswith("12 treated and 18 comparison units")
    assert (
        "The last 6 periods before the start, set against" in by_plan[P1]["pre_trend"]["sentence"]
    )
    assert "Periods 4 to 1 before the start" in by_plan[P2]["pre_trend"]["sentence"]


def test_the_share_on_already_treated_units_travels_with_two_way_fixed_effects(record, frame):
    share = ek.did.bacon(panel(frame, "calls")).already_treated
    assert record[P2]["notes"][0].startswith(
        f"Starts are staggered: {100 * share:.0f}% of the weight of two-way fixed effects is on"
    )


@pytest.mark.parametrize("protocol", [P1, P2])
def test_the_notebook_agrees_with_the_record(journey, protocol):
    workspace, _, said = journey
    assert "the same numbers as the record" in said[f"notebook run {protocol}"].out
    text = (workspace / ".evalkit" / "notebooks" / f"{protocol}.ipynb").read_text()
    assert "Traceback" not in text and ("incidents avoided" in text) == (protocol == P1)


REFUSED = {
    "a covariate that is not in the recipe": (
        (
            LEVEL_PLAN,
            ("{name: imputation}", "{name: group_time, covariates: [income]}"),
            ("{group: untreated", "{group: never_treated"),
            ("{name: conservative", "{name: influence_function"),
            ("  - {name: Sun and Abraham, estimator: sun_abraham}\n", ""),
        ),
        "patrol-calls/data.yaml:7 columns.covariates: no income; needed income, which the plan uses.",
    ),
    "an exposure that is not in the recipe": (
        (COUNTS_PLAN, ("exposure: residents", "exposure: people")),
        "patrol-counts/data.yaml:6 columns.exposure: no people; needed people, which the plan uses.",
    ),
    "negative counts": (
        (COUNTS_PLAN, ("recipe: patrol-counts", "recipe: patrol-negative")),
        "poisson found -1 for District 03 in 2022-02; it needs counts of 0 or more",
    ),
    "gaps": (
        (COUNTS_PLAN, ("recipe: patrol-counts", "recipe: patrol-gaps")),
        "patrol-gaps/data.yaml:6 columns.period: no 2022-02 for District 03 in districts.csv; needed all "
        "48 periods from 2022-01 to 2025-12. Load it, or plan for a shorter window.",
    ),
}


@pytest.fixture(scope="module")
def elsewhere(journey, tmp_path_factory, frame):
    """A copy of the workspace with more data: a negative count, a gap."""
    from tests.own_counts import COUNTS_RECIPE
    from tests.own_evidence import recipe

    workspace = tmp_path_factory.mktemp("refused") / "ours"
    shutil.copytree(journey[0], workspace)
    there = (frame["district"] == "District 03") & (frame["month"] == "2022-02")
    negative = frame.assign(robberies=frame["robberies"].where(~there, -1))
    for name, rows in (("patrol-negative", negative), ("patrol-gaps", frame[~there])):
        folder = workspace / "case_studies" / name
        folder.mkdir()
        rows.to_csv(folder / "districts.csv", index=False)
        (folder / "data.yaml").write_text(recipe(folder / "districts.csv", COUNTS_RECIPE))
    return workspace


def run(cli, workspace, number, text, *changes):
    """Lock a changed plan under another number and evaluate it."""
    own = next(line for line in text.splitlines() if line.startswith("id: ")).format(id=ID)
    plan = write_plan(workspace, ID, text, (own, f"id: {ID}-P{number}"), *changes)
    locked = cli("protocol", "lock", f"protocols/{plan.name}", cwd=workspace)
    return cli("evaluate", f"{ID}-P{number}", cwd=workspace) if locked.code == 0 else locked


@pytest.mark.parametrize("case", REFUSED)
def test_what_does_not_fit_is_one_clear_line(elsewhere, cli, case):
    (text, *changes), message = REFUSED[case]
    said = run(cli, elsewhere, 10 + list(REFUSED).index(case), text, *changes)
    assert (said.code, said.out) == (1, "")
    assert said.err.strip().endswith(message) and said.err.count("\n") == 1


def test_comparisons_that_poisson_does_not_make_are_refused_before_locking(elsewhere, cli):
    said = run(cli, elsewhere, 20, COUNTS_PLAN, ("group: untreated", "group: not_yet_treated"))
    assert said.code == 1 and said.err.endswith(
        "comparison.group: not_yet_treated; needed untreated for poisson, which learns from every unit "
        "until its own start.\n"
    )


def test_a_planned_gap_is_left_out_and_said(elsewhere, cli):
    said = run(
        cli,
        elsewhere,
        21,
        COUNTS_PLAN,
        ("recipe: patrol-counts", "recipe: patrol-gaps, missing: leave_out"),
        ("  - {check: leave_one_unit_out, threshold: 2, if_failed: lower_rating}\n", ""),
    )
    assert said.code == 0, said.err
    assert "Note: 1 of 1152 unit-periods have no outcome and take no part." in said.out
    assert re.search(r"^pre_trend +passed", said.out, re.M)


def test_clusters_and_covariates_of_the_recipe_are_used_where_the_plan_names_them(
    elsewhere, cli, frame
):
    said = run(
        cli,
        elsewhere,
        22,
        LEVEL_PLAN,
        ("{name: imputation}", "{name: group_time, method: regression, covariates: [deprivation]}"),
        ("{group: untreated", "{group: never_treated"),
        (
            "{name: conservative, level: 0.95}",
            "{name: influence_function, level: 0.95, cluster: force}",
        ),
        ("estimator: sun_abraham}", "estimator: sun_abraham, covariates: none}"),
        ("estimator: twfe}", "estimator: twfe, covariates: none}"),
    )
    assert said.code == 0, said.err
    own = panel(frame, "calls", covariates=["deprivation"], cluster="force")
    one = ek.did.group_time(own, method="regression").aggregate("overall").overall
    assert f"evening patrols        {one.effect:+.8f} ({one.standard_error:.8f})" in said.out
    assert "group_time, outcome regression with deprivation, never-treated comparison" in said.out
    assert "12 clusters" in said.out and "12 treated and 12 comparison clusters" in said.out


def test_counts_that_cannot_tell_promise_no_incidents(elsewhere, cli):
    """Five districts: the words stop, and so do the incidents."""
    said = run(
        cli,
        elsewhere,
        23,
        COUNTS_PLAN,
        ("value: 5, unit", "value: 40, unit"),
        ("window: {start: 2022-01, end: 2025-12}", "window: {start: 2023-07, end: 2024-06}"),
        ("leads: 6", "leads: 3"),
    )
    assert said.code == 0, said.err
    assert "fewer in" not in said.out and "more in" not in said.out


def test_an_alternative_that_gives_no_number_is_listed_with_why_and_stops_nothing(elsewhere, cli):
    changes = (
        ("{name: imputation}", "{name: group_time, covariates: [deprivation]}"),
        ("{group: untreated", "{group: never_treated"),
        ("{name: conservative", "{name: influence_function"),
        ("  - {name: Sun and Abraham, estimator: sun_abraham}\n", ""),
    )
    said = run(cli, elsewhere, 40, LEVEL_PLAN, *changes)
    assert said.code == 0, said.err
    assert "Alternatives: 1 of 2 lower, 1 excludes no change, 1 gives no number\n" in said.out
    why = (
        "twfe cannot use the covariate deprivation: beside unit effects, period effects and the covariates"
        " before it, it does not vary; leave it out"
    )
    told = " ".join(said.out.split())
    assert f"beside two-way fixed effects no number: {why}" in told
    record = json.loads(cli("evaluate", f"{ID}-P40", "--json", cwd=elsewhere).out)
    assert [(one["name"], one["answer"]["why"]) for one in record["unanswered"]] == [
        ("two-way fixed effects", why)
    ]
    assert len(record["alternatives"]) == 1
    found = json.loads(cli("finding", "list", "--json", cwd=elsewhere).out)["findings"]
    [own] = [f for f in found if f["protocol"] == f"{ID}-P40"]
    assert own["alternatives"] == "1 of 2 lower, 1 excludes no change, 1 gives no number"
    shown = cli("finding", "show", own["id"], cwd=elsewhere).out
    assert own["alternatives"] in " ".join(shown.split())
