"""Every locked plan in one command: the same whatever the processes, nothing lost, nothing run twice."""

import json
import math
import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import replace
from datetime import date

import pytest

from evalkit.registry.ledger import entries, verify
from evalkit.registry.runs import read_run, run_subjects
from evalkit.registry.store import open_registry
from evalkit.types.packed import packed, unpacked
from evalkit.workflow.run import make, ready
from evalkit.workflow.run_stages import Made
from evalkit.workflow.workspace import find_workspace
from tests.own_many import write_many

N = 8
IDS = [f"EM-2026-{n:04d}-P1" for n in range(1, N + 1)]


@pytest.fixture(scope="module")
def seeded(tmp_path_factory, cli):
    """A workspace with locked plans, none of them run."""
    workspace = tmp_path_factory.mktemp("many") / "ours"
    cli("init", workspace.name, "--publisher", "Us", cwd=workspace.parent)
    write_many(workspace, N)
    said = cli("registry", "import", cwd=workspace)
    assert said.code == 0, said.err
    return workspace


@pytest.fixture
def workspace(seeded, tmp_path):
    return shutil.copytree(seeded, tmp_path / "ours")


def told(workspace):
    """Everything that is stored of runs, and the ledger's words about it."""
    with open_registry(f"sqlite:///{workspace}/registry.db") as session:
        assert verify(session).first_problem is None
        runs = [read_run(session, subject) for subject in run_subjects(session)]
        return runs, [(one.action, one.subject, one.payload_sha256) for one in entries(session)]


def test_any_number_of_processes_stores_the_same(workspace, tmp_path, cli):
    other = shutil.copytree(workspace, tmp_path / "other")
    one = cli("evaluate", "--all", cwd=workspace)
    two = cli("evaluate", "--all", "--jobs", "2", cwd=other)
    assert one.code == two.code == 0, (one.err, two.err)
    assert one.out == two.out
    assert one.out.startswith(f"evaluated  {N} plans\n")
    assert told(workspace) == told(other)
    assert len(told(workspace)[0]) == N


def test_the_same_numbers_as_one_at_a_time(workspace, tmp_path, cli):
    other = shutil.copytree(workspace, tmp_path / "other")
    assert cli("evaluate", "--all", cwd=workspace).code == 0
    for id in IDS:
        assert cli("evaluate", id, cwd=other).code == 0
    assert told(workspace) == told(other)


def test_a_run_is_handed_from_process_to_process_as_it_is(workspace):
    ours = find_workspace(workspace)
    with open_registry(ours.url) as session:
        made = make(ours, ready(session, ours, IDS[0], on=date(2026, 3, 2)))
    assert unpacked(Made, packed(made)) == made
    first, *others = made.evaluation.estimates
    endless = replace(first, estimate=replace(first.estimate, dof=math.inf))
    open_ended = replace(
        made, evaluation=replace(made.evaluation, estimates=(endless, *others)), reasons={"a": "b"}
    )
    assert unpacked(Made, packed(open_ended)) == open_ended != made


def test_one_that_fails_stops_no_other(workspace, cli):
    (workspace / "case_studies" / "patrols-0003" / "calls.csv").unlink()
    said = cli("evaluate", "--all", cwd=workspace)
    assert said.code == 1
    assert f"evaluated  {N - 1} plans" in said.out
    assert "FAILED     1 plan, each with its reason below" in said.out
    assert said.err.startswith("EM-2026-0003-P1 ") and "calls.csv" in said.err
    runs, _ = told(workspace)
    assert [run.evaluation.protocol for run in runs] == [id for id in IDS if "0003" not in id]
    again = json.loads(cli("evaluate", "--all", "--json", cwd=workspace).out)
    assert (again["run_before"], again["evaluated"]) == (N - 1, [])
    assert [one["protocol"] for one in again["failed"]] == ["EM-2026-0003-P1"]


def test_only_what_waits_is_run_and_again_runs_all(workspace, cli):
    assert cli("evaluate", "EM-2026-0002-P1", cwd=workspace).code == 0
    said = cli("evaluate", "--all", cwd=workspace)
    assert f"evaluated   {N - 1} plans\n" in said.out
    assert "run before  1 plan; --again runs them too\n" in said.out
    before = told(workspace)
    again = cli("evaluate", "--all", "--again", cwd=workspace)
    assert again.out.startswith(f"evaluated  {N} plans\n")
    assert told(workspace) == before


def test_killed_in_the_middle_and_begun_again(workspace, cli):
    command = [sys.executable, "-m", "evalkit", "evaluate", "--all", "--jobs", "2"]
    process = subprocess.Popen(
        command, cwd=workspace, stdout=subprocess.DEVNULL, start_new_session=True
    )
    until = time.monotonic() + 120
    while not stored(workspace) and time.monotonic() < until:
        time.sleep(0.02)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    before, _ = told(workspace)
    assert len(before) >= 1
    assert cli("evaluate", "--all", cwd=workspace).code == 0
    runs, ledger = told(workspace)
    assert [run for run in runs if run in before] == before
    assert [run.evaluation.protocol for run in runs] == IDS
    assert sum(action == "run" for action, _, _ in ledger) == N


def stored(workspace):
    with open_registry(f"sqlite:///{workspace}/registry.db") as session:
        return len(run_subjects(session))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "the id of a plan, or --all"),
        (("EM-2026-0001-P1", "--all"), "--all runs every plan; leave out EM-2026-0001-P1"),
        (("--all", "--exploratory"), "one plan at a time is explored"),
        (("--all", "--jobs", "0"), "greater than or equal to 1"),
    ],
)
def test_wrong_use_is_refused(workspace, cli, words, said):
    found = cli("evaluate", *words, cwd=workspace)
    assert found.code == 2
    assert said in found.err
