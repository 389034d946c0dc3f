"""The files behind an alternative's own data: on record in every run, and a deviation once they change."""

import hashlib
import json
import shutil
import sqlite3

import pandas as pd
import pytest

from evalkit.registry.findings import read_runs_of
from evalkit.registry.protocols import versions_of_protocol
from evalkit.registry.runs import read_run, run_subjects
from evalkit.registry.store import open_registry
from evalkit.workflow.workspace import find_workspace
from tests.own_evidence import PANEL_RECIPE, SERIES_RECIPE, recipe
from tests.own_plans import ID, Place

PANEL, SERIES = f"{ID}-P1", f"{ID}-P2"
OWN = {
    PANEL: ("evening-patrols", "robbery.csv", "robberies", PANEL_RECIPE, ", estimator: group_time"),
    SERIES: ("evening-patrols-calls", "calls.csv", "calls", SERIES_RECIPE, ""),
}
PIN = "alternatives[0].recipe.sha256"


@pytest.fixture(scope="module")
def drafted(tmp_path_factory, cli):
    """A workspace whose plans have an alternative with data of its own."""
    place = Place(tmp_path_factory.mktemp("other-data") / "ours", cli)
    for id, (folder, file, column, text, more) in OWN.items():
        studies = place.folder / "case_studies"
        (studies / f"{folder}-again").mkdir()
        frame = pd.read_csv(studies / folder / file)
        frame[column] *= 2
        written = studies / f"{folder}-again" / file
        frame.to_csv(written, index=False)
        (written.parent / "data.yaml").write_text(recipe(written, text))
        item = f"{{name: counted twice, recipe: {folder}-again{more}}}"
        place.change(id, ("minimum_effect:", f"alternatives:\n  - {item}\nminimum_effect:"))
    return place


@pytest.fixture(scope="module")
def locked(drafted, tmp_path_factory):
    return lock(copied(drafted, tmp_path_factory.mktemp("locked") / "ours"))


@pytest.fixture(scope="module")
def ran(locked, tmp_path_factory):
    place = copied(locked, tmp_path_factory.mktemp("ran") / "ours")
    for id in OWN:
        run(place, id)
    return place


def copied(place, folder):
    shutil.copytree(place.folder, folder)
    return place.moved(folder)


def lock(place):
    for id in OWN:
        place("protocol", "lock", id)
    return place


def run(place, id):
    return json.loads(place("evaluate", id, "--json"))


def file_of(place, id):
    folder, file, *_ = OWN[id]
    return place.folder / "case_studies" / f"{folder}-again" / file


def changed(place, id, *, rewritten=True):
    """Another number in the alternative's file; its recipe knows of it or does not. Old and new hash."""
    path, column = file_of(place, id), OWN[id][2]
    was = digest(path)
    frame = pd.read_csv(path)
    frame.loc[frame.index[-1], column] += 40
    frame.to_csv(path, index=False)
    if rewritten:
        (path.parent / "data.yaml").write_text(recipe(path, OWN[id][3]))
    return was, digest(path)


def digest(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.mark.parametrize("id", OWN)
def test_a_run_has_the_hash_of_every_file_that_it_read(ran, id):
    with open_registry(find_workspace(ran.folder).url) as session:
        [stored] = read_runs_of(session, id)
        [plan] = versions_of_protocol(session, id)
    own, other = stored.record.data
    folder, file, *_ = OWN[id]
    main = ran.folder / "case_studies" / folder / file
    assert (own.recipe, own.sha256) == ("", digest(main))
    assert (other.recipe, other.file, other.sha256) == (
        f"{folder}-again",
        file,
        digest(file_of(ran, id)),
    )
    assert plan.other_recipes == stored.record.other_recipes
    [(name, text)] = plan.other_recipes
    assert name == other.recipe and json.loads(text)["sha256"] == other.sha256
    assert stored.evaluation.deviations == () and len(stored.evaluation.alternatives) == 1


@pytest.mark.parametrize("id", OWN)
@pytest.mark.parametrize("rewritten", [True, False], ids=["with its recipe", "under its recipe"])
def test_a_file_that_changes_between_runs_is_found(ran, tmp_path, id, rewritten):
    place = copied(ran, tmp_path / "ours")
    was, now = changed(place, id, rewritten=rewritten)
    done = run(place, id)
    [found] = done["deviations"]
    assert (found["part"], found["type"], found["timing"]) == (PIN, "data", "after_first_run")
    assert (found["planned"], found["run"], found["reason"]) == (was, now, None)
    [both] = found["estimates"]
    assert both["name"] == "counted twice"
    own = done["estimates"][0]["estimate"]["effect"]  # the plan's own data did not change
    assert both["planned"]["effect"] == pytest.approx(2 * own)
    if rewritten:
        assert both["run"]["effect"] != pytest.approx(2 * own)
    else:  # bytes that the recipe does not know give no number, and say so
        assert both["run"] is None and "give no number" in both["why"]
        assert len(done["unanswered"]) == 1
    assert done["record"]["data"][1]["sha256"] == now
    assert place("registry", "verify").startswith("Registry intact")
    again = run(place, id)
    assert again["deviations"] == done["deviations"] and again["record"] == done["record"]


@pytest.mark.parametrize("rewritten", [True, False], ids=["with its recipe", "under its recipe"])
def test_a_file_that_changes_after_the_lock_is_found_before_any_run(locked, tmp_path, rewritten):
    place = copied(locked, tmp_path / "ours")
    was, now = changed(place, PANEL, rewritten=rewritten)
    [found] = run(place, PANEL)["deviations"]
    assert (found["part"], found["type"]) == (PIN, "data")
    assert found["timing"] == "before_access"  # no snapshot and no run was before
    assert (found["planned"], found["run"]) == (was, now)
    [both] = found["estimates"]
    assert both["planned"] is None and both["why"]
    assert [one["timing"] for one in run(place, PANEL)["deviations"]] == ["before_access"]


def test_a_file_that_is_gone_is_found(ran, tmp_path):
    place = copied(ran, tmp_path / "ours")
    was = digest(file_of(place, PANEL))
    shutil.rmtree(file_of(place, PANEL).parent)
    done = run(place, PANEL)
    [found] = done["deviations"]
    assert (found["part"], found["planned"], found["run"]) == (PIN, was, "could not be read")
    own = done["estimates"][0]["estimate"]["effect"]
    assert found["estimates"][0]["planned"]["effect"] == pytest.approx(2 * own)


def test_an_amendment_gives_its_reason_and_is_major(ran, tmp_path):
    place = copied(ran, tmp_path / "ours")
    changed(place, PANEL)
    place("protocol", "amend", PANEL, "--reason", "The force corrected December")
    done = run(place, PANEL)
    [found] = done["deviations"]
    assert (done["version"], found["part"]) == ("v2.0", PIN)
    assert (found["reason"], found["timing"]) == ("The force corrected December", "after_first_run")
    _, now = changed(place, PANEL)  # and what changes after the amendment has no reason yet
    [found] = run(place, PANEL)["deviations"]
    assert (found["run"], found["reason"]) == (now, None)


def test_another_column_of_an_alternatives_file_is_of_the_outcome(ran, tmp_path):
    place = copied(ran, tmp_path / "ours")
    path = file_of(place, PANEL).parent / "data.yaml"
    path.write_text(path.read_text().replace("outcome: robberies", "outcome: patrolled"))
    [found] = run(place, PANEL)["deviations"]
    assert (found["part"], found["type"]) == (
        "alternatives[0].recipe.columns.outcome",
        "outcome",
    )


def test_what_was_locked_and_run_before_recipes_of_alternatives_were_kept_still_reads(
    drafted, tmp_path, monkeypatch
):
    """As older versions stored it: neither plan nor record has the fields, and nothing was hashed."""
    from evalkit.registry import canonical

    arranged = canonical._arranged

    def without(plain, record, **more):
        found = arranged(plain, record, **more)
        if isinstance(found, dict) and type(record).__name__ in ("LockedProtocol", "RunRecord"):
            found.pop("other_recipes")
            if "data" in found:
                found["data"] = [{k: v for k, v in found["data"][0].items() if k != "recipe"}]
        return found

    place = copied(drafted, tmp_path / "ours")
    with monkeypatch.context() as older:
        older.setattr(canonical, "_arranged", without)
        lock(place)
        run(place, PANEL)
    raw = sqlite3.connect(place.folder / "registry.db")
    assert "other_recipes" not in "".join(raw.iterdump())
    raw.close()
    assert place("registry", "verify").startswith("Registry intact")
    done = run(place, PANEL)  # stored anew, because it says more
    assert done["deviations"] == [] and len(done["record"]["data"]) == 2
    with open_registry(find_workspace(place.folder).url) as session:
        old, new = (read_run(session, subject) for subject in run_subjects(session))
    assert len(old.record.data) == 1 and old.record.other_recipes == ()
    assert new.record.data[0] == old.record.data[0]
    was, now = changed(place, PANEL)
    [found] = run(place, PANEL)["deviations"]
    assert (found["part"], found["planned"], found["run"]) == (PIN, was, now)
