"""What was run is not what was planned: found by the tool, with both answers, published with a reason."""

import json
import shutil
import sqlite3

import numpy as np
import pandas as pd
import pytest

from tests.own_evidence import PANEL_RECIPE, recipe
from tests.own_plans import ID, Place
from tests.published import publish_all

P1, P2 = f"{ID}-P1", f"{ID}-P2"
F1, F2 = f"{ID}-F01", f"{ID}-F02"


@pytest.fixture(scope="module")
def evaluated(tmp_path_factory, cli):
    """A workspace in which both plans were run as planned."""
    place = Place(tmp_path_factory.mktemp("deviations") / "ours", cli)
    for protocol in (P1, P2):
        place("protocol", "lock", protocol)
        place("evaluate", protocol)
    return place


@pytest.fixture
def place(evaluated, tmp_path):
    """A copy of it."""
    folder = tmp_path / "ours"
    shutil.copytree(evaluated.folder, folder)
    return evaluated.moved(folder)


def run(place, *words):
    return json.loads(place("evaluate", P1, *words, "--json"))


def answers(deviation):
    [both] = deviation["estimates"]
    return tuple(both[side] and round(both[side]["effect"], 4) for side in ("planned", "run"))


def test_what_is_run_as_planned_has_none(evaluated):
    assert run(evaluated)["deviations"] == []
    assert "\nDeviations: none\n" in evaluated("evaluate", P2)


def test_a_changed_file_is_refused_and_nothing_is_written(place):
    place.change(P1, ("end: 2024-12", "end: 2024-10"))
    before = (place.folder / "registry.db").read_bytes()
    assert place.refused("evaluate", P1) == (
        f"protocols/{P1}.md:10 window.end: 2024-10; locked 2024-12. Undo, amend, or --exploratory.\n"
    )
    assert (place.folder / "registry.db").read_bytes() == before


def test_an_unchanged_file_cannot_be_explored(place):
    assert place.refused("evaluate", P1, "--exploratory") == (
        f"protocols/{P1}.md: what is locked as v1.0; needed a changed plan to explore. "
        f"Run it as planned: evalkit evaluate {P1}\n"
    )


def test_an_exploratory_run_says_so_everywhere_with_both_answers(place):
    planned = run(place)["estimates"][0]["estimate"]["effect"]
    place.change(P1, ("end: 2024-12", "end: 2024-10"), ("value: 1,", "value: 20,"))
    explored = run(place, "--exploratory")
    assert (explored["exploratory"], explored["label"]) == (True, "exploratory")
    record = explored["record"]
    assert record["exploratory"] and json.loads(record["parameters"]["window"])["end"] == "2024-10"
    assert record["plan_sha256"] == explored["protocol_sha256"]
    changed = explored["estimates"][0]["estimate"]["effect"]
    assert planned != changed
    rule, window = explored["deviations"]
    assert (rule["part"], rule["type"]) == ("minimum_effect.value", "rule")
    assert (window["part"], window["planned"], window["run"]) == (
        "window.end",
        "2024-12",
        "2024-10",
    )
    assert (window["type"], window["timing"]) == ("window", "after_first_run")
    assert window["reason"] is None
    assert answers(window) == answers(rule) == (round(planned, 4), round(changed, 4))
    said = place("evaluate", P1, "--exploratory")
    assert "\nEXPLORATORY: not what the locked plan asks\n" in said
    assert (
        f"{F1[:-2]}03 Exploratory: " in said and "\nThis is not what the locked plan asks. " in said
    )
    assert "\nDeviations: 2, 2 without a reason\n" in said
    assert said.endswith(f'\nNext  evalkit finding explain {F1[:-2]}03 1 --reason "..."\n')
    listed = place("finding", "list")
    assert f"{F1[:-2]}03  " in listed and listed.count("(exploratory)") == 1
    assert place("registry", "verify").startswith("Registry intact")


def test_the_planned_finding_stays_beside_the_exploratory_one(place):
    kept = json.loads(place("finding", "show", F1, "--json"))
    place.change(P1, ("end: 2024-12", "end: 2024-10"))
    place("evaluate", P1, "--exploratory")
    assert json.loads(place("finding", "show", F1, "--json")) == kept
    place.change(P1, ("end: 2024-10", "end: 2024-12"))
    assert "Nothing new to store: run 1 says the same.\n" in place("evaluate", P1)


def test_an_amended_plan_carries_its_reason_and_the_first_answer(place):
    planned = run(place)["estimates"][0]["estimate"]["effect"]
    place.change(P1, ("end: 2024-12", "end: 2024-10"))
    place("protocol", "amend", P1, "--reason", "November was never published")
    done = run(place)
    [window] = done["deviations"]
    assert (done["version"], done["exploratory"], done["label"]) == ("v2.0", False, "retrospective")
    assert (window["type"], window["timing"]) == ("window", "after_first_run")
    assert window["reason"] == "November was never published"
    assert answers(window)[0] == round(planned, 4) != answers(window)[1]
    publish_all(place.folder)
    assert place("hub", "build").startswith("written")
    page = (place.folder / "reports" / "findings" / f"{F1.lower()}.html").read_text()
    assert "Window, end" in page and "Reason: November was never published" in page
    plan = (place.folder / "reports" / "protocols" / f"{P1.lower()}.html").read_text()
    assert "v1.0 to v2.0" in plan and "November was never published" in plan


def other_data(place, *, shift):
    """The same table with other counts, in a recipe with its new hash."""
    folder = place.folder / "case_studies" / "evening-patrols"
    frame = pd.read_csv(folder / "robbery.csv")
    frame.loc[frame["patrolled"] == 1, "robberies"] += shift
    frame.to_csv(folder / "robbery.csv", index=False)
    (folder / "data.yaml").write_text(recipe(folder / "robbery.csv", PANEL_RECIPE))


def test_other_data_than_at_the_first_run_show_both_answers(place):
    first = run(place)["estimates"][0]["estimate"]["effect"]
    other_data(place, shift=3)
    done = run(place)
    [data] = done["deviations"]
    assert (data["part"], data["type"], data["timing"]) == (
        "recipe.sha256",
        "data",
        "after_first_run",
    )
    assert answers(data) == (round(first, 4), round(first + 3, 4))
    assert not done["exploratory"] and done["record"]["data"][0]["sha256"] == data["run"]


def test_another_column_of_the_same_file_is_a_deviation_of_the_outcome(place):
    folder = place.folder / "case_studies" / "evening-patrols"
    frame = pd.read_csv(folder / "robbery.csv")
    frame["twice"] = 2 * frame["robberies"]
    frame.to_csv(folder / "robbery.csv", index=False)
    (folder / "data.yaml").write_text(recipe(folder / "robbery.csv", PANEL_RECIPE))
    place("protocol", "lock", place.copy(P1, 3))  # its recipe has both columns
    text = (folder / "data.yaml").read_text()
    (folder / "data.yaml").write_text(text.replace("outcome: robberies", "outcome: twice"))
    done = json.loads(place("evaluate", f"{ID}-P3", "--json"))
    [outcome] = done["deviations"]
    assert (outcome["part"], outcome["type"]) == ("recipe.columns.outcome", "outcome")
    assert (outcome["planned"], outcome["run"]) == ("robberies", "twice")
    planned, ran = answers(outcome)
    assert ran == pytest.approx(2 * planned, abs=1e-3)


def test_without_a_hash_in_the_recipe_the_first_run_says_which_data_were_meant(evaluated):
    """Police files have no hash in their recipe; the table that was counted has one."""
    from dataclasses import replace

    from evalkit.registry.protocols import read_protocol
    from evalkit.registry.store import open_registry
    from evalkit.workflow.deviations import with_deviations
    from evalkit.workflow.run import evaluated as run_opened
    from evalkit.workflow.run import prepare
    from evalkit.workflow.workspace import find_workspace

    workspace = find_workspace(evaluated.folder)
    with open_registry(workspace.url) as session:
        opened = prepare(session, workspace, read_protocol(session, P1))
    found = run_opened(opened)
    other = replace(found, provenance=replace(found.provenance, sha256="0" * 64))
    [data] = with_deviations(
        other, opened.plan, opened.protocol.canonical, opened.expected
    ).deviations
    assert (data.part, data.type, data.timing) == ("data", "data", "after_first_run")
    assert data.run == "robbery.csv, sha256 000000000000"
    assert data.estimates[0].planned == data.estimates[0].run


def test_missing_cells_are_a_deviation_that_the_plan_explains(place):
    folder = place.folder / "case_studies" / "evening-patrols"
    frame = pd.read_csv(folder / "robbery.csv").iloc[:-1]
    frame.to_csv(folder / "robbery.csv", index=False)
    (folder / "data.yaml").write_text(recipe(folder / "robbery.csv", PANEL_RECIPE))
    id = place.copy(P1, 3)
    place.change(
        id, ("prior_knowledge: analysed}", "prior_knowledge: analysed, missing: leave_out}")
    )
    place("protocol", "lock", id)
    [missing] = json.loads(place("evaluate", id, "--json"))["deviations"]
    assert (missing["part"], missing["type"], missing["timing"]) == (
        "window",
        "missing",
        "in_the_run",
    )
    assert (missing["planned"], missing["run"]) == (
        "288 district-periods",
        "287: 1 have no outcome",
    )
    assert missing["reason"].startswith("The plan leaves out ")
    assert missing["estimates"][0]["planned"] is None
    assert missing["estimates"][0]["why"] == "what was not there cannot be estimated"


def test_a_planned_check_that_could_not_be_run_needs_a_reason(place):
    folder = place.folder / "case_studies" / "evening-patrols"
    frame = pd.read_csv(folder / "robbery.csv")
    frame["patrolled"] *= frame["district"] == "District 01"  # one unit has no variance of its own
    frame.to_csv(folder / "robbery.csv", index=False)
    (folder / "data.yaml").write_text(recipe(folder / "robbery.csv", PANEL_RECIPE))
    id = place.copy(P1, 3)
    place("protocol", "lock", id)
    said = json.loads(place("evaluate", id, "--json"))
    [missing] = said["deviations"]
    assert (missing["part"], missing["type"], missing["planned"]) == (
        "checks[0]",
        "missing",
        "pre_trend",
    )
    assert missing["run"].startswith("could not be run: ")
    publish_all(place.folder)
    build = place("hub", "build")
    assert build.startswith(f"left out  {ID}-F03: deviation 1 has no reason\nwritten ")
    plan = (place.folder / "reports" / "protocols" / f"{id.lower()}.html").read_text()
    assert "A result of this plan is kept back: deviation 1 has no reason." in plan
    assert not (place.folder / "reports" / "findings" / f"{ID.lower()}-f03.html").exists()
    assert not (place.folder / "reports" / "data" / f"{id.lower()}.json").exists()


def test_a_finding_is_published_once_every_deviation_has_its_reason(place):
    place.change(P1, ("end: 2024-12", "end: 2024-10"), ("value: 1,", "value: 20,"))
    place("evaluate", P1, "--exploratory")
    id = f"{ID}-F03"
    shown = place("finding", "show", id)
    assert "\nCannot be published: deviations 1, 2 have no reason.\n" in shown
    publish_all(place.folder)
    said = place("hub", "build")
    assert said.startswith(f"left out  {id}: deviations 1, 2 have no reason\n")
    said = place("finding", "explain", id, "1", "--reason", "Twenty was a slip")
    assert said.startswith(
        "minimum_effect.value: Twenty was a slip\nStill held back: deviation 2 has "
    )
    said = place("finding", "explain", id, "2", "--reason", "The last two months are provisional")
    assert f"\n{id} can be published.\n" in said
    publish_all(place.folder)
    assert place("hub", "build").startswith("written ")
    page = (place.folder / "reports" / "findings" / f"{id.lower()}.html").read_text()
    for words in (
        "Exploratory, not in the plan.",
        "outside plan",
        "Reason: Twenty was a slip",
        "Reason: The last two months are provisional",
        "Window; after the first run",
    ):
        assert words in page
    everything = (place.folder / "reports" / "findings" / "index.html").read_text()
    assert "Exploratory, not in a plan" in everything and "<strong>2</strong>" not in everything
    home = (place.folder / "reports" / "index.html").read_text()
    assert f"{id.lower()}.html" not in home
    assert place("registry", "verify").startswith("Registry intact")
    assert "Nothing new to store" in place("evaluate", P1, "--exploratory")


def test_a_reason_can_be_bettered_and_both_stay(place):
    place.change(P1, ("value: 1,", "value: 20,"))
    place("evaluate", P1, "--exploratory")
    id = f"{ID}-F03"
    place("finding", "explain", id, "1", "--reason", "A slip")
    again = place("finding", "explain", id, "1", "--reason", "A slip")
    assert again.startswith("The same reason was given before.\n")
    place("finding", "explain", id, "1", "--reason", "A slip of the pen")
    assert "A slip of the pen" in place("finding", "show", id)
    ledger = sqlite3.connect(f"file:{place.folder / 'registry.db'}?mode=ro", uri=True)
    done = ledger.execute("SELECT action, subject FROM ledger_entry ORDER BY seq").fetchall()[-2:]
    ledger.close()
    assert [action for action, _ in done] == ["explain", "amend"]
    assert all(subject.startswith(f"explanation/{P1}/") for _, subject in done)


@pytest.mark.parametrize(
    ("words", "needed"),
    [
        ((F1, "1", "--reason", "x"), "deviation: 1 of {F1}; needed none: it was run as planned."),
        ((f"{ID}-F09", "1", "--reason", "x"), "which no run of ours has; needed one of "),
        ((F1, "1"), "--reason: empty; needed why it was not run as planned."),
    ],
)
def test_a_reason_for_nothing_is_refused(evaluated, words, needed):
    assert needed.format(F1=F1) in evaluated.refused("finding", "explain", *words)


def test_an_amendment_that_explains_is_not_explained_again(place):
    place.change(P1, ("value: 1,", "value: 2,"))
    place("protocol", "amend", P1, "--reason", "Two matter")
    place("evaluate", P1)
    said = place.refused("finding", "explain", F1, "1", "--reason", "x")
    assert "which has its reason: Two matter; needed one without a reason." in said


def test_the_time_of_a_deviation_is_when_it_was_first_seen(place):
    """A second exploratory run comes after the first one, and says the same as before."""
    id = place.copy(P1, 3)
    place.change(id, ("recipe: evening-patrols,", "recipe: evening-patrols-again,"))
    place.change(id, ("measure: recorded-robbery@1.0", "measure: other-robbery@1.0"))
    studies = place.folder / "case_studies"
    shutil.copytree(studies / "evening-patrols", studies / "evening-patrols-again")
    (studies / "evening-patrols-again" / "intervention.yaml").unlink()
    place("protocol", "lock", id)
    place.change(id, ("value: 1,", "value: 2,"))
    first = json.loads(place("evaluate", id, "--exploratory", "--json"))
    assert first["deviations"][0]["timing"] == "before_access"
    again = json.loads(place("evaluate", id, "--exploratory", "--json"))
    assert again == first
    place("protocol", "amend", id, "--reason", "Two matter")
    amended = json.loads(place("evaluate", id, "--json"))
    assert (
        amended["deviations"][0]["timing"] == "after_first_run"
    )  # the exploratory run had shown it
    assert amended["label"] == "retrospective"


def test_every_run_is_on_record_with_what_made_its_numbers(evaluated):
    done = run(evaluated)
    record = done["record"]
    assert (record["protocol"], record["version"], record["label"]) == (P1, "v1.0", "retrospective")
    assert record["plan_sha256"] == done["protocol_sha256"] and record["number"] == done["run"] == 1
    [data] = record["data"]
    assert (data["file"], data["sha256"]) == ("robbery.csv", done["provenance"]["sha256"])
    versions = dict(record["packages"])
    assert versions["numpy"] == np.__version__ and {"python", "evalkit", "scipy"} < set(versions)
    assert json.loads(record["parameters"]["estimator"])["name"] == "group_time"
    assert json.loads(record["recipe"])["columns"]["outcome"] == "robberies"
    assert record["seed"] is None


@pytest.mark.parametrize("column", ["record", "evaluation"])
def test_a_run_edited_by_hand_is_found_and_refused(place, column):
    with sqlite3.connect(place.folder / "registry.db") as database:
        database.execute(
            f"UPDATE run SET {column} = replace({column}, 'retrospective', 'before access')"
        )
    database.close()
    said = place.cli("registry", "verify", cwd=place.folder)
    assert said.code == 1 and "(run run/" in said.out
    for words in (("evaluate", P1), ("hub", "build")):
        assert "is no longer what was sealed" in place.refused(*words)


def test_the_notebook_shows_deviations_and_agrees_with_the_record(place):
    place.change(P1, ("end: 2024-12", "end: 2024-10"))
    place("protocol", "amend", P1, "--reason", "November was never published")
    place("evaluate", P1)
    assert "the same numbers as the record" in place("notebook", "run", P1)
    text = (place.folder / ".evalkit" / "notebooks" / f"{P1}.ipynb").read_text()
    assert "November was never published" in text and "Deviations from the plan" in text
    assert "Answer planned" in text
