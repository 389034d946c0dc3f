"""Measure group-time effects against diff-diff 3.13: python -m benchmarks.group_time [--pairs 7].

One panel of 20,000 units and 60 periods (1.2 million rows), twelve cohorts and never treated units, 708
cells; made from a fixed seed. The peer is installed into a scratch environment of its own. Each measurement
is a process: the frame is made, one run warms up, the second is timed, from the long frame to the event study
with its standard errors; ours includes the simultaneous bands. The two take turns, so that a busy machine is
as unfair to the one as to the other; times are medians of the pairs, memory is the largest the process ever
held, libraries and frame included.

The floor is one pass over the frame in plain numpy: outcome as a matrix, means and covariances of the
cohorts, nothing checked and rows taken to be in order. Last comes a panel of 35,000 units and 120 periods.
Asked for: never treated at least 4 times faster than the peer, with no more memory.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import venv
from collections.abc import Sequence
from pathlib import Path
from typing import Any

PEER = "diff-diff==3.13.*"
PAIRS = 7
HERE = Path(__file__).resolve().parent.parent

PANEL = """
import json, resource, sys, time
import numpy as np, pandas as pd

def make_panel(N, T, n_cohorts=12, seed=0):
    rng = np.random.default_rng(seed)
    cohorts = np.linspace(10, 54, n_cohorts).round().astype(int)
    g = rng.choice(np.concatenate(([0], cohorts)), size=N,
                   p=np.concatenate(([0.28], np.full(n_cohorts, 0.06))))
    unit, period = np.repeat(np.arange(N), T), np.tile(np.arange(1, T + 1), N)
    start = np.repeat(g, T)
    level = np.repeat(rng.normal(0, 1, N), T)
    shocks = np.tile(0.05 * np.arange(T) + rng.normal(0, .2, T), N)
    since = period - start
    treated = ((start > 0) & (since >= 0)).astype(np.int64)
    tau = treated * (0.5 + 0.02 * np.clip(since, 0, 24) + 0.01 * (start - 32) / 4)
    x = np.repeat(rng.normal(0, 1, N), T)
    y = level + shocks + tau + rng.normal(0, 1, N * T)
    return pd.DataFrame(dict(unit=unit, time=period, first_treat=start, treated=treated, x=x, y=y))

case, n_units, n_periods = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
frame = make_panel(n_units, n_periods)
"""

OURS = """
from evalkit.data.panel import Panel
from evalkit.did import group_time
frame["start"] = frame["first_treat"].where(frame["first_treat"] > 0)
if case == "shuffled":
    frame = frame.sample(frac=1, random_state=0)

def run():
    panel = Panel.from_frame(frame, unit="unit", period="time", outcome="y", treated_from="start",
                             covariates=["x"] if case == "covariate" else ())
    comparison = "not_yet_treated" if case == "not yet treated" else "never_treated"
    event = group_time(panel, comparison=comparison).aggregate("event")
    return {e.at: (e.effect, e.standard_error) for e in event.effects}
"""

THEIRS = """
from diff_diff import CallawaySantAnna
if case == "shuffled":
    frame = frame.sample(frac=1, random_state=0)

def run():
    with_x = case == "covariate"
    estimator = CallawaySantAnna(
        control_group="not_yet_treated" if case == "not yet treated" else "never_treated",
        estimation_method="dr" if with_x else "reg", base_period="universal",
    )
    event = estimator.fit(
        frame, outcome="y", unit="unit", time="time", first_treat="first_treat",
        covariates=["x"] if with_x else None,
    ).aggregate("event_study")
    rows = zip(event.event_time, event.att, event.se)
    return {int(e): (float(effect), float(error) if error == error else None) for e, effect, error in rows}
"""

FLOOR = """
def run():
    y = frame["y"].to_numpy().reshape(n_units, n_periods)
    start = frame["first_treat"].to_numpy().reshape(n_units, n_periods)[:, 0]
    for g in np.unique(start):
        paths = y[start == g]
        centred = paths - paths.mean(axis=0)
        centred.T @ centred
    return {}
"""

MEASURE = """
run()
began = time.perf_counter()
found = run()
seconds = time.perf_counter() - began
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps({"seconds": seconds, "peak": peak, "found": {str(k): v for k, v in found.items()}}))
"""

CASES = ("never treated", "shuffled", "not yet treated", "covariate")


def measured(python: str, body: str, case: str, *, units: int, periods: int) -> dict[str, Any]:
    """One process; seconds, peak memory in MiB, and the event study."""
    done = subprocess.run(
        [python, "-W", "ignore", "-c", PANEL + body + MEASURE, case, str(units), str(periods)],
        cwd=HERE,
        env=os.environ | {"PYTHONPATH": str(HERE)},
        check=True,
        capture_output=True,
        text=True,
    )
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer


def peer(folder: Path) -> str:
    """The Python of a scratch environment with the peer in it."""
    venv.create(folder, with_pip=True)
    python = str(folder / "bin" / "python")
    subprocess.run([python, "-m", "pip", "install", "--quiet", PEER], check=True)
    return python


def furthest(ours: dict[str, Any], theirs: dict[str, Any]) -> tuple[float, float]:
    """Largest difference of effects, and relative of standard errors, over the events of both."""
    both = [e for e in ours if e in theirs and ours[e][1]]
    assert len(both) > 50, "the event studies do not meet"
    effects = max(abs(ours[e][0] - theirs[e][0]) for e in both)
    return effects, max(abs(ours[e][1] / theirs[e][1] - 1) for e in both)


def compare(case: str, python: str, pairs: int, floor: float) -> None:
    """Pairs of runs of one case, told in one line."""
    size = {"units": 20_000, "periods": 60}
    ours, theirs = [], []
    for _ in range(pairs):
        ours.append(measured(sys.executable, OURS, case, **size))
        theirs.append(measured(python, THEIRS, case, **size))
    seconds = [statistics.median(r["seconds"] for r in runs) for runs in (ours, theirs)]
    ratio = statistics.median(
        b["seconds"] / a["seconds"] for a, b in zip(ours, theirs, strict=True)
    )
    peaks = [statistics.median(r["peak"] for r in runs) for runs in (ours, theirs)]
    effect, error = furthest(ours[0]["found"], theirs[0]["found"])
    print(
        f"{case:16s} {seconds[0]:7.3f} s {peaks[0]:6.0f} MiB | {seconds[1]:7.3f} s {peaks[1]:6.0f} MiB | "
        f"{ratio:5.1f}x | {seconds[0] / floor:5.1f}x | {effect:.0e} {error:.0e}",
        flush=True,
    )


def main() -> None:
    """Install the peer, take turns, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--pairs", type=int, default=PAIRS)
    parser.add_argument("--case", choices=CASES, action="append")
    asked = parser.parse_args()
    measure(asked.pairs, asked.case or CASES)


def measure(pairs: int, cases: Sequence[str] = CASES) -> None:
    """Print one line a case, and the large panel."""
    print(
        f"group-time effects and event study; load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores; "
        f"medians of {pairs} pairs"
    )
    runs = [measured(sys.executable, FLOOR, "", units=20_000, periods=60) for _ in range(pairs)]
    floor = statistics.median(run["seconds"] for run in runs)
    print(f"floor: {floor:.3f} s")
    print("case             evalkit              | diff-diff            | faster | floors | apart")
    with tempfile.TemporaryDirectory() as scratch:
        python = peer(Path(scratch))
        for case in cases:
            compare(case, python, pairs, floor)
    large = measured(sys.executable, OURS, "never treated", units=35_000, periods=120)
    print(f"35,000 x 120 (4.2 million rows): {large['seconds']:.2f} s, {large['peak']:.0f} MiB")


if __name__ == "__main__":
    main()
