"""One's own evidence from an empty folder to a page that a browser fetches, all by commands."""

import datetime
import json
import re
import signal
import sqlite3
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import nbformat
import pytest

from tests.own_evidence import write_evidence, write_plans
from tests.published import publish_all

ID = f"EM-{datetime.date.today().year}-0001"
P1, P2 = f"{ID}-P1", f"{ID}-P2"


@pytest.fixture(scope="module")
def journey(tmp_path_factory, cli):
    """A workspace at the end of the way, and what each command on it said."""
    workspace = tmp_path_factory.mktemp("journey") / "our evidence"
    said = {"init": cli("init", workspace.name, "--publisher", "Us", cwd=workspace.parent)}

    def step(*words):
        said[" ".join(words)] = cli(*words, cwd=workspace)

    file = write_evidence(workspace).relative_to(workspace)
    step("theory", "check", str(file))
    step("intervention", "add", str(file))
    step("intervention", "list")
    step("source", "add", "sources/made-up.yaml")
    for id in ("recorded-robbery", "calls"):
        step("measure", "add", f"measures/{id}.yaml")
    for plan in write_plans(workspace, ID):
        step("protocol", "check", f"protocols/{plan.name}")
        step("protocol", "lock", f"protocols/{plan.name}")
    for protocol in (P1, P2):
        step("protocol", "show", protocol)
        step("evaluate", protocol)
        step("notebook", "run", protocol)
    publish_all(workspace)
    for words in ("finding list", f"finding show {ID}-F01", "hub build", "registry verify"):
        step(*words.split())
    return workspace, said


def test_every_step_succeeds_and_says_nothing_on_stderr(journey):
    _, said = journey
    assert {words: one for words, one in said.items() if one.code or one.err} == {}


def test_init_makes_the_folders_of_a_workspace(journey):
    workspace, said = journey
    for name in ("evalkit.toml", ".gitignore", "case_studies", "protocols", "reports"):
        assert (workspace / name).exists()
    assert "Next  cd 'our evidence'" in said["init"].out


def test_the_registry_gives_the_id(journey):
    _, said = journey
    [added] = [one.out for words, one in said.items() if words.startswith("intervention add")]
    assert added.startswith(f"Registered {ID} v1.0, ledger entry 1: Evening patrols\n")


def test_lock_freezes_and_names_the_next_command(journey):
    _, said = journey
    locked = said[f"protocol lock protocols/{P1}.md"].out
    assert re.match(rf"Locked {P1} v1\.0 \(retrospective\), sha256 [0-9a-f]{{12}}\n", locked)
    assert locked.endswith(f"Next  evalkit evaluate {P1}\n")


def test_the_level_of_the_plan_is_told_with_its_intervals(journey):
    _, said = journey
    assert "90% intervals" in said[f"evaluate {P1}"].out
    assert "95% intervals" in said[f"evaluate {P2}"].out


def test_evaluate_tells_words_numbers_checks_and_deviations(journey):
    _, said = journey
    out = said[f"evaluate {P1}"].out
    assert f"{ID}-F01 " in out and "Why this word: " in out
    assert re.search(r"^plan  evening patrols  [-+]\d+\.\d{8} \(\d+\.\d{8}\)$", out, re.M)
    assert f"{P1} v1.0: robbery, incidents a month (retrospective)\n" in out
    assert re.search(r"^pre_trend +(passed|FAILED)  \S", out, re.M)
    assert "Deviations: none\n" in out


def test_a_simulated_fall_of_eight_is_found(journey):
    workspace, _ = journey
    record = json.loads((workspace / "reports" / "data" / f"{P1.lower()}.json").read_text())
    estimate = record["estimates"][0]["estimate"]
    assert estimate["effect"] == pytest.approx(-8, abs=2)
    assert estimate["interval"]["high"] < 0 and estimate["interval"]["level"] == 0.9
    assert record["coverage"]["n_treated"] == 4 and record["coverage"]["n_comparison"] == 8
    assert record["provenance"]["file"] == "robbery.csv"


@pytest.mark.parametrize("protocol", [P1, P2])
def test_the_notebook_lies_beside_the_registry_and_holds_the_record(journey, protocol):
    workspace, said = journey
    path = f".evalkit/notebooks/{protocol}.ipynb"
    assert f"Executed {path}: the same numbers" in said[f"notebook run {protocol}"].out
    nbformat.validate(nbformat.read(workspace / path, as_version=4))
    assert str(workspace) not in (workspace / path).read_text()


def test_findings_are_listed_and_shown(journey):
    _, said = journey
    assert [line.split()[0] for line in said["finding list"].out.splitlines()] == [
        "id",
        f"{ID}-F01",
        f"{ID}-F02",
    ]
    shown = said[f"finding show {ID}-F01"].out
    assert "Simulated by the tests of evalkit, not evidence" in shown
    assert "The data are simulated." in shown


def test_the_ledger_has_an_entry_for_each_step(journey):
    workspace, said = journey
    assert said["registry verify"].out.startswith("Registry intact: 12 entries. Head ")
    with sqlite3.connect(f"file:{workspace / 'registry.db'}?mode=ro", uri=True) as database:
        done = database.execute("SELECT action, subject FROM ledger_entry ORDER BY seq").fetchall()
    database.close()
    assert [action for action, _ in done] == [
        *["register"] * 4,
        "lock",
        "lock",
        "run",
        "run",
        *["register", "amend"] * 2,
    ]
    assert done[0][1] == f"intervention/{ID}/v1.0"


def test_what_was_done_before_is_unchanged(journey, cli):
    workspace, _ = journey
    before = (workspace / "registry.db").read_bytes()
    file = "case_studies/evening-patrols/intervention.yaml"
    again = cli("intervention", "add", file, cwd=workspace)
    assert again.out.startswith(f"Registered before, unchanged: {ID} Evening patrols\n")
    inside = cli("intervention", "add", "intervention.yaml", cwd=(workspace / file).parent)
    assert inside.out == again.out
    locked = cli("protocol", "lock", f"protocols/{P1}.md", cwd=workspace)
    assert locked.out.startswith(f"Locked before, unchanged: {P1} v1.0")
    run = cli("evaluate", P1, cwd=workspace)
    assert "Nothing new to store: run 1 says the same.\n" in run.out
    assert "0 interventions" in cli("registry", "import", cwd=workspace).out
    assert (workspace / "registry.db").read_bytes() == before


def test_a_notebook_of_other_numbers_is_not_published(journey, cli):
    workspace, _ = journey
    path = workspace / ".evalkit" / "notebooks" / f"{P2}.ipynb"
    kept, page = path.read_text(), (workspace / "reports" / "index.html").read_bytes()
    notebook = json.loads(kept)
    outputs = [o for c in notebook["cells"] for o in c.get("outputs", [])]
    [record] = [d for o in outputs for m, d in o.get("data", {}).items() if "evaluation+" in m]
    record["estimates"][0]["estimate"]["effect"] += 0.001
    path.write_text(json.dumps(notebook))
    try:
        said = cli("hub", "build", cwd=workspace)
        assert said.code == 1
        assert "estimates[0].estimate.effect" in said.err
        assert said.err.endswith(f"needs a new run: evalkit notebook run {P2}\n")
        assert (workspace / "reports" / "index.html").read_bytes() == page
    finally:
        path.write_text(kept)


def test_the_demo_is_possible_when_the_registry_gave_the_ids(journey):
    """Own text leaves id and day to the registry; a scratch copy on a later day holds the same."""
    from evalkit.workflow.demo import prepare_scratch, refuse_other_registrations
    from evalkit.workflow.workspace import find_workspace

    workspace = find_workspace(journey[0])
    prepare_scratch(workspace, on=datetime.date.today() + datetime.timedelta(days=400))
    refuse_other_registrations(workspace)


def test_the_hub_is_served(journey):
    workspace, _ = journey
    command = [sys.executable, "-m", "evalkit", "hub", "serve", "--port", "0"]
    with subprocess.Popen(command, cwd=workspace, stdout=subprocess.PIPE, text=True) as serving:
        try:
            line = serving.stdout.readline()
            address = re.match(
                r"The hub is at (http://127\.0\.0\.1:\d+/)  \(Ctrl-C ends it\)", line
            )
            with urllib.request.urlopen(address[1], timeout=10) as answer:
                page = answer.read()
            with pytest.raises(urllib.error.HTTPError) as refused:
                urllib.request.urlopen(f"{address[1]}../registry.db", timeout=10)
            refused.value.close()
            serving.send_signal(signal.SIGINT)
            assert serving.wait(10) == 0
        finally:
            serving.kill()
    assert page == (workspace / "reports" / "index.html").read_bytes()
    assert b"Evening patrols" in page or b"robbery" in page


def test_a_port_in_use_is_an_error(journey, cli):
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        said = cli("hub", "serve", "--port", taken.getsockname()[1], cwd=journey[0])
    assert said.code == 1
    assert "address already in use" in said.err and said.err.endswith("Try --port 0.\n")


def test_nothing_of_the_machine_is_published(journey):
    workspace, _ = journey
    for path in (workspace / "reports").rglob("*"):
        if path.is_file():
            assert str(workspace.parent).encode() not in path.read_bytes(), path


def test_serving_without_a_hub_is_an_error(tmp_path: Path, cli):
    cli("init", "empty", cwd=tmp_path)
    said = cli("hub", "serve", "--port", "0", cwd=tmp_path / "empty")
    assert said.code == 1 and "holds no hub" in said.err
