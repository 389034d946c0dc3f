"""Evaluate 2,000 made-up plans with `evaluate --all`: python -m benchmarks.evaluate_all [PLANS] [--kills N].

Every plan has a monthly series of its own. Printed are the evaluations a second with one process and with
two, what the runner adds to each, and whether both stored the same. What the runner adds is the processor
time of all processes, starting them included, less that inside opening, evaluating and storing in the same
run: two runs, one after the other, differ by more than it on a machine whose speed changes. With --kills the
command is killed that often on the way and begun again: every plan must be on record once. Times are of this
machine.
"""

import argparse
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from evalkit.registry.ledger import verify
from evalkit.registry.runs import Run, count_runs, read_run, run_subjects
from evalkit.registry.store import open_registry
from evalkit.runner import Failed, on_cores, run_many
from evalkit.types.packed import packed, unpacked
from evalkit.workflow.run import make, ready, store
from evalkit.workflow.run_stages import Made
from evalkit.workflow.workspace import find_workspace

DAY = date(2026, 3, 2)
COMMAND = [sys.executable, "-m", "evalkit"]


def seeded(folder: Path, plans: int) -> tuple[Path, list[str]]:
    """A workspace with locked plans."""
    # not at the top, where every process that is started would import it
    from tests.own_many import write_many

    ours = folder / "ours"
    subprocess.check_output([*COMMAND, "init", "ours", "--publisher", "Us"], cwd=folder)
    ids = write_many(ours, plans)
    subprocess.check_output([*COMMAND, "registry", "import"], cwd=ours)
    return ours, ids


@dataclass(frozen=True, slots=True)
class Took:
    """Seconds passed, and processor seconds of every process."""

    passed: float
    processor: float


def processor() -> float:
    """Processor seconds of this process and of those it started that have ended."""
    here, there = (resource.getrusage(w) for w in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return here.ru_utime + here.ru_stime + there.ru_utime + there.ru_stime


@dataclass(frozen=True, slots=True)
class Timed:
    """Open a plan and run it, and say how many processor seconds that took."""

    folder: Path

    def __call__(self, id: str) -> tuple[bytes, float]:
        """The run that was made, packed, and the seconds of making it."""
        start, workspace = time.process_time(), find_workspace(self.folder)
        with open_registry(workspace.url) as session:
            run = ready(session, workspace, id, on=DAY)
        made = make(workspace, run)
        took = time.process_time() - start
        return packed(made), took


def added(folder: Path, ids: list[str], jobs: int) -> tuple[Took, float]:
    """The time for all plans, and the processor milliseconds of a plan that are not spent on the plan itself.

    Storing is timed by its own thread: the others belong to the runner.
    """
    workspace, inside = find_workspace(folder), 0.0
    start, used = time.perf_counter(), processor()
    for _, found in run_many(Timed(folder), ids, scheduler=on_cores(jobs)):
        assert not isinstance(found, Failed), found
        made, seconds = unpacked(Made, found[0]), found[1]
        begun = time.thread_time()
        with open_registry(workspace.url, write=True) as session:
            store(session, workspace, made, on=DAY)
        inside += seconds + time.thread_time() - begun
    took = Took(time.perf_counter() - start, processor() - used)
    return took, 1000 * (took.processor - inside) / len(ids)


def stored(folder: Path) -> list[Run]:
    """Every run, the ledger whole."""
    with open_registry(f"sqlite:///{folder}/registry.db") as session:
        assert verify(session).first_problem is None
        return [read_run(session, subject) for subject in run_subjects(session)]


def killed(folder: Path, ids: list[str], kills: int) -> int:
    """Kill the command at ``kills`` random moments, let it finish; returns how often it was begun."""
    chance, command = random.Random(1), [*COMMAND, "evaluate", "--all", "--jobs", "2"]
    for kill in range(1, kills + 1):
        process = subprocess.Popen(
            command, cwd=folder, stdout=subprocess.DEVNULL, start_new_session=True
        )
        until = count(folder) + chance.randint(1, max(1, len(ids) // (kills + 1)))
        while count(folder) < until and process.poll() is None:
            time.sleep(chance.uniform(0.005, 0.05))
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        runs = [run.evaluation.protocol for run in stored(folder)]
        assert len(set(runs)) == len(runs)
        print(f"killed {kill}: {len(runs):,} of {len(ids):,} on record, the ledger whole")
    subprocess.check_output(command, cwd=folder)
    return kills + 1


def count(folder: Path) -> int:
    """Runs on record."""
    with open_registry(f"sqlite:///{folder}/registry.db") as session:
        return count_runs(session)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("plans", nargs="?", type=int, default=2_000)
    parser.add_argument("--kills", type=int, default=0)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder, ids = seeded(Path(scratch), asked.plans)
        other = Path(shutil.copytree(folder, Path(scratch) / "two"))
        third = Path(shutil.copytree(folder, Path(scratch) / "killed"))
        n = len(ids)
        for place, jobs in ((folder, 1), (other, 2)):
            took, more = added(place, ids, jobs)
            print(
                f"{jobs} process{'es' * (jobs > 1)}: {n:,} plans in {took.passed:.1f} s, "
                f"{n / took.passed / jobs:.0f} a second and core, {n / took.processor:.0f} a second of "
                f"processor; the runner adds {more:.2f} ms of processor to each"
            )
        print("stored the same:", stored(folder) == stored(other))
        if asked.kills:
            begun = killed(third, ids, asked.kills)
            same = stored(third)
            print(f"begun {begun} times: {len(same):,} runs of {len(ids):,} plans")


if __name__ == "__main__":
    main()
