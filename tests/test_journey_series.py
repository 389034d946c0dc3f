"""Plans of one series, alone and beside a comparison, from made-up data to pages, with known effects."""

import datetime
import json
import math
import re

import pandas as pd
import pytest

import evalkit as ek
from evalkit.types.evaluation import PER_THOUSAND
from tests import own_evidence, own_series
from tests.published import publish_all

ID = f"EM-{datetime.date.today().year}-0001"
FELL, NONE, COUNTED, WALK, BESIDE, SHOCKED = (f"{ID}-P{n}" for n in range(1, 7))
EFFECT = -0.3
SCENARIO = "--months 72 --from 2020-04 --start 2024-04 --rate 0.5"
COUNTS = (
    ("scale: log, better", "scale: ratio, better"),
    ("name: segmented, scale: log, impact: level+slope, harmonics: 1, errors: ar1",
     "name: counts, impact: level, harmonics: 1, exposure: population"),
    ("name: kenward_roger", "name: bayes_grid"),
    ("effect: at_horizon, summary: per_cent, horizon: 12", "effect: average, summary: per_cent"),
    ("  - {name: step only, impact: level}\n", ""),
)  # fmt: skip


@pytest.fixture(scope="module")
def journey(tmp_path_factory, cli):
    """A workspace with every plan run, and what each command said."""
    workspace, said = tmp_path_factory.mktemp("series") / "ours", {}
    cli("init", workspace.name, "--publisher", "Us", cwd=workspace.parent)
    studies = workspace / "case_studies"

    def step(*words):
        said[" ".join(words)] = cli(*words, cwd=workspace)

    own_series.write_intervention(workspace)
    for name, effect, seed in (("calls-fell", EFFECT, 1), ("calls-none", 0.0, 4)):
        (studies / name).mkdir()
        table = studies / name / "simulated-calls.csv"
        scenario = f"--effect {effect} --seed {seed} {SCENARIO}"
        step("data", "simulate", "series", "--out", str(table), *scenario.split())
        own_series.write_recipe(table)
    own_series.write_walk(studies / "calls-walk")
    own_series.write_districts(studies / "districts-fell", effect=-0.2, shock=0.0)
    own_series.write_districts(studies / "districts-shock", effect=0.0, shock=0.25)
    step("source", "add", "sources/made-up.yaml")
    for measure in own_evidence.MEASURES:
        step("measure", "add", f"measures/{measure}.yaml")
    step("intervention", "add", "case_studies/evening-patrols/intervention.yaml")
    plans = (
        ("calls-fell", ()), ("calls-none", ()), ("calls-fell", COUNTS), ("calls-walk", ()),
        ("districts-fell", own_series.CONTROLLED), ("districts-shock", own_series.CONTROLLED),
    )  # fmt: skip
    for number, (data, changes) in enumerate(plans, 1):
        plan = own_series.write_plan(workspace, ID, number, data, *changes)
        step("protocol", "lock", f"protocols/{plan.name}")
        step("evaluate", f"{ID}-P{number}")
    for id in (FELL, WALK, BESIDE):
        step("notebook", "run", id)
    publish_all(workspace)
    step("hub", "build")
    return workspace, said


@pytest.fixture(scope="module")
def record(journey):
    """What each plan's run stored."""
    folder = journey[0] / "reports" / "data"
    ids = (FELL, NONE, COUNTED, WALK, BESIDE, SHOCKED)
    return {id: json.loads((folder / f"{id.lower()}.json").read_text()) for id in ids}


def page(journey, number):
    return (journey[0] / "reports" / "findings" / f"{ID.lower()}-f0{number}.html").read_text()


def check(record, id, name):
    return next(c for c in record[id]["checks"] if c["check"] == name)


def test_every_step_succeeds_and_says_nothing_on_stderr(journey):
    assert {words: one for words, one in journey[1].items() if one.code or one.err} == {}


def test_a_known_effect_is_inside_the_interval_and_told(journey, record):
    [main] = record[FELL]["estimates"]
    low, high = main["estimate"]["interval"]["low"], main["estimate"]["interval"]["high"]
    assert low < math.log(1 + EFFECT) < high < 0
    told = journey[1][f"evaluate {FELL}"].out
    assert "Simulated: Assault call-outs" in told and "fell after evening patrols began" in told
    assert "the best guess after 12 months is a fall of" in told
    assert "48 before and 24 after the first change, 0 without a number, autocorrelation" in told
    assert "SIMULATED DATA: not evidence" in told


def test_counts_against_people_are_told_per_thousand_people_a_year(journey, record):
    [main] = record[COUNTED]["estimates"]
    [rate] = [r["estimate"] for r in record[COUNTED]["readings"] if r["words"] == PER_THOUSAND]
    frame = pd.read_csv(journey[0] / "case_studies" / "calls-fell" / "simulated-calls.csv")
    years = frame.loc[frame["period"] >= "2024-04", "population"].sum() / 12
    assert rate["effect"] == pytest.approx(1000 * main["avoided"]["effect"] / years, rel=1e-9)
    assert re.search(r"That is some [\d.]+ fewer per 1,000 people a year", page(journey, 3))
    assert not any(
        r["words"] == PER_THOUSAND for id in (FELL, BESIDE) for r in record[id]["readings"]
    )


def test_the_record_is_what_the_estimator_gives(journey, record):
    frame = pd.read_csv(journey[0] / "case_studies" / "calls-fell" / "simulated-calls.csv")
    plain = frame.assign(log=[math.log(v) for v in frame["value"]])
    fit = ek.its.segmented(
        ek.TimeSeries.from_frame(plain, period="period", outcome="log"),
        interruptions=["2024-04"],
        harmonics=1,
    )
    [main] = record[FELL]["estimates"]
    assert main["estimate"]["effect"] == fit.effect_at(12).effect
    by_words = {one["words"]: one["estimate"]["effect"] for one in record[FELL]["readings"]}
    assert by_words == {
        "in the first month": fit.effect_at(0).effect,
        "on average over 13 months": fit.average_effect(last=12).effect,
    }
    assert record[FELL]["alternatives"][0]["estimate"]["effect"] == (
        ek.its.segmented(
            ek.TimeSeries.from_frame(plain, period="period", outcome="log"),
            interruptions=["2024-04"],
            harmonics=1,
            impact="level",
        )
        .effect_at(12)
        .effect
    )


def test_no_effect_is_told_as_cannot_tell(journey, record):
    told = journey[1][f"evaluate {NONE}"].out
    assert "We cannot tell whether assault call-outs changed after evening patrols began" in told
    for name in ("placebo_dates", "single_month"):
        one = check(record, NONE, name)
        assert one["applicable"] and one["passed"] is None  # nothing is claimed
    assert "No change is claimed that this could disprove" in told


def test_counts_give_a_ratio_and_the_incidents_avoided(journey, record):
    [main] = record[COUNTED]["estimates"]
    ends = main["estimate"]["interval"]
    assert ends["low"] < 1 + EFFECT < ends["high"] < 1
    assert main["avoided"]["interval"]["low"] > 0
    assert "fewer in 24 months" in journey[1][f"evaluate {COUNTED}"].out
    assert any("logarithm of the rate" in note for note in record[COUNTED]["notes"])


def test_a_series_without_a_mean_gets_its_reason_and_no_number(journey, record):
    assert record[WALK]["estimates"] == [] and record[WALK]["path"] == []
    [refusal] = record[WALK]["refusals"]
    assert "The likelihood of the autocorrelation still rises" in refusal["answer"]["why"]
    told = journey[1][f"evaluate {WALK}"].out
    assert "We cannot tell whether" in told and "no number: The likelihood" in told
    text = page(journey, 4)
    assert "The planned method gives no number that could be trusted" in text
    assert "No size is recorded" in text and "Month by month" not in text


def test_a_comparison_takes_out_what_both_share(record):
    [main] = record[BESIDE]["estimates"]
    ends = main["estimate"]["interval"]
    assert ends["low"] < -0.2 < ends["high"] < 0
    assert record[BESIDE]["design"] == "controlled_its"
    assert check(record, BESIDE, "comparison_shock")["passed"]
    assert (
        record[BESIDE]["coverage"]["n_treated"],
        record[BESIDE]["coverage"]["n_comparison"],
    ) == (1, 3)


def test_a_shock_on_the_comparison_series_forbids_a_word(journey, record):
    """Nothing was done here; the difference says otherwise, and the check says why not to believe it."""
    found = check(record, SHOCKED, "comparison_shock")
    assert found["passed"] is False and "at 2024-10, to stay" in found["sentence"]
    told = journey[1][f"evaluate {SHOCKED}"].out
    assert "We cannot tell whether assault call-outs changed" in told
    assert "Did something happen to the comparison series from the start on?" in told


@pytest.mark.parametrize("protocol", [FELL, WALK, BESIDE])
def test_the_notebook_agrees_with_the_record(journey, protocol):
    workspace, said = journey
    assert "the same numbers as the record" in said[f"notebook run {protocol}"].out
    text = (workspace / ".evalkit" / "notebooks" / f"{protocol}.ipynb").read_text()
    assert "Traceback" not in text
    assert ("Residuals of the model" in text) and ("read otherwise" in text)


def test_the_page_has_the_series_its_placebo_dates_and_its_residuals(journey):
    text = page(journey, 1)
    assert text.count('<figure class="chart">') == 4  # the fourth is of the other ways of asking
    assert "earlier dates, when nothing was done" in text
    assert "residuals are beyond two standard deviations" in text
    assert "Pale bands: 95% intervals of what the model expects" in text
    assert "is clear of no change" in text
    beside = page(journey, 5)
    assert "times those of districts without patrols" in beside
    assert (
        "Controlled interrupted time series"
        in (journey[0] / "reports" / "protocols" / f"{BESIDE.lower()}.html").read_text()
    )


def test_the_plan_page_says_the_answer_and_every_term(journey):
    text = (journey[0] / "reports" / "protocols" / f"{FELL.lower()}.html").read_text()
    assert "The effect 12 months after the first one with the change" in text
    assert "change in level and of trend, with 1 wave a year for the season" in text
    assert "Is the change at the start unusual among dates at which nothing was done?" in text
