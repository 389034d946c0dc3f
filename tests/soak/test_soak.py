"""Many writers at once, and writers that die: short here, long with ``make soak``."""

import subprocess
import sys
from pathlib import Path

import pytest

from evalkit.registry.interventions import read_interventions
from evalkit.registry.ledger import entries, verify
from evalkit.registry.search import search
from evalkit.registry.store import open_registry
from tests.test_registry_samples import fresh

ROOT = Path(__file__).parents[2]


def start(*words: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-W", "error", "-m", "tests.soak.workers", *map(str, words)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.parametrize(
    ("processes", "writes"), [(3, 8), pytest.param(8, 200, marks=pytest.mark.soak)]
)
def test_nothing_is_lost_when_many_write_at_once(
    tmp_path: Path, processes: int, writes: int
) -> None:
    url = fresh(tmp_path)
    running = [start("write", url, f"writer {n}", writes) for n in range(processes)]
    said = [process.communicate() for process in running]
    assert [process.returncode for process in running] == [0] * processes, said
    assert all("locked" not in err for _, err in said)
    acknowledged = [line for out, _ in said for line in out.splitlines()]
    assert len(acknowledged) == len(set(acknowledged)) == processes * writes
    with open_registry(url) as session:
        sealed = [entry.subject for entry in entries(session)]
        assert sorted(sealed) == sorted(acknowledged)
        assert verify(session).first_problem is None
        assert len(read_interventions(session)) == processes * writes // 2
        assert len(search(session, "amended", limit=10_000)) == processes * writes // 2


@pytest.mark.parametrize(("kills", "seed"), [(8, 1), pytest.param(200, 2, marks=pytest.mark.soak)])
def test_a_killed_writer_leaves_a_whole_registry(tmp_path: Path, kills: int, seed: int) -> None:
    out, err = (process := start("kill", tmp_path, kills, seed)).communicate()
    assert process.returncode == 0, err
    assert out == f"{kills} killed\n"


@pytest.mark.soak
def test_evaluating_many_is_killed_and_begun_again() -> None:
    """The short one is in ``test_evaluate_all``."""
    command = [sys.executable, "-m", "benchmarks.evaluate_all", "200", "--kills", "10"]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert said.returncode == 0, said.stderr
    assert "stored the same: True" in said.stdout
    assert said.stdout.endswith("begun 11 times: 200 runs of 200 plans\n")
