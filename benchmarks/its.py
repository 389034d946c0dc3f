"""Measure segmented regression of many areas: python -m benchmarks.its [--runs 3].

35,000 simulated series of 120 months and 8 regressors (constant, trend, level, slope, two pairs of
harmonics): AR(1) errors by restricted maximum likelihood with Kenward and Roger's intervals, from arrays.
Each measurement is a process of its own on one thread; seconds are medians of the runs, on the clock and of
the processor, which is what counts where the machine is shared; memory is the most that the process ever
held, libraries and data included. Beside it: half and twice as many series, series with their own missing
months, the same from a table with names and dates, and one series at a time.

The peers are statsmodels' GLSAR (iterated) and SARIMAX(1,0,0) with scaled regressors, a series at a time,
taking turns with ours in one process.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
import warnings
from collections.abc import Callable

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

MONTHS, START = 120, 72
CONTRASTS = np.eye(8)[None, 2:4]
THREADS = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")

MEASURED = """
import json, resource, sys, time
from benchmarks.its import CASES
ready = CASES[sys.argv[1]](int(sys.argv[2]))
began, processor = time.perf_counter(), time.process_time()
ready()
print(json.dumps([time.perf_counter() - began, time.process_time() - processor,
                  resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2]))
"""


def regressors() -> Floats:
    """Constant, trend, level, slope and two pairs of harmonics, T x 8."""
    t = np.arange(float(MONTHS))
    waves = [wave(2 * np.pi * k * t / 12) for k in (1, 2) for wave in (np.sin, np.cos)]
    return np.column_stack(
        [np.ones(MONTHS), t, t >= START, np.maximum(t - START, 0), *waves]
    ).astype(float)


def series(n: int, seed: int = 0) -> Floats:
    """Autocorrelated series, n x T, with rho between -0.2 and 0.8."""
    rng = np.random.default_rng(seed)
    rho, y = rng.uniform(-0.2, 0.8, n), rng.normal(size=(n, MONTHS))
    for t in range(1, MONTHS):
        y[:, t] += rho * y[:, t - 1]
    return 20 + y


def arrays(n: int) -> Callable[[], object]:
    """From arrays, one calendar."""
    from evalkit.its.ar1 import fit

    x, y = regressors()[None], series(n)
    return lambda: fit(y, x, CONTRASTS)


def holes(n: int) -> Callable[[], object]:
    """From arrays, each series with about two missing months of its own."""
    from evalkit.its.ar1 import fit

    x, y = regressors()[None], series(n)
    y[np.random.default_rng(1).random(y.shape) < 2 / MONTHS] = np.nan
    return lambda: fit(y, x, CONTRASTS)


def table(n: int) -> Callable[[], object]:
    """From a long table with names and months, through intervals and false discovery rates."""
    import pandas as pd

    from evalkit import its

    months = [f"{2010 + t // 12}-{t % 12 + 1:02d}" for t in range(MONTHS)]
    frame = pd.DataFrame(
        {
            "area": np.repeat([f"E{i:08d}" for i in range(n)], MONTHS),
            "month": np.tile(months, n),
            "rate": series(n).ravel(),
        }
    )
    return lambda: its.batch(
        frame, unit="area", period="month", outcome="rate", interruptions=["2016-01"], harmonics=2
    ).to_frame()


def one_by_one(n: int) -> Callable[[], object]:
    """``segmented`` in a loop, with paths and bands."""
    from evalkit import its
    from evalkit.data.series import TimeSeries

    months = tuple(f"{2010 + t // 12}-{t % 12 + 1:02d}" for t in range(MONTHS))
    many = [
        TimeSeries(periods=months, outcome=y, covariates=(), unit_of_measure="rate")
        for y in series(n)
    ]
    return lambda: [its.segmented(one, interruptions=["2016-01"], harmonics=2) for one in many]


CASES = {"arrays": arrays, "holes": holes, "table": table, "one by one": one_by_one}


def measure(case: str, n: int, runs: int) -> tuple[float, float]:
    """Print one line; seconds of the processor and gigabytes."""
    found = []
    for _ in range(runs):
        answer = subprocess.run(
            [sys.executable, "-c", MEASURED, case, str(n)],
            check=True, capture_output=True, text=True, env=os.environ | THREADS,
        )  # fmt: skip
        found.append(json.loads(answer.stdout))
    clock, processor, memory = (statistics.median(each) for each in zip(*found, strict=True))
    print(
        f"{case:<11} {n:>7,} series {processor:6.2f} s of processor ({clock:5.2f} s on the clock), "
        f"{1e6 * processor / n:6.0f} µs a series, {memory:5.2f} GiB"
    )
    return processor, memory


def peers(turns: int) -> None:
    """Ours for 1,000 series, then each peer for some, in turns."""
    from statsmodels.regression.linear_model import GLSAR
    from statsmodels.tsa.statespace.sarimax import SARIMAX

    x, y = regressors(), series(turns * 8, seed=2)
    scaled = np.column_stack([np.ones(MONTHS), (x[:, 1:] - x[:, 1:].mean(0)) / x[:, 1:].std(0)])
    seconds: dict[str, list[float]] = {"ours": [], "GLSAR": [], "SARIMAX": []}
    ready = arrays(1_000)
    for turn in range(turns):
        began = time.process_time()
        ready()
        seconds["ours"].append((time.process_time() - began) / 1_000)
        began = time.process_time()
        for one in y[8 * turn : 8 * turn + 8]:
            GLSAR(one, x, rho=1).iterative_fit()
        seconds["GLSAR"].append((time.process_time() - began) / 8)
        began = time.process_time()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            SARIMAX(y[turn], scaled, order=(1, 0, 0)).fit(disp=False, cov_type="approx")
        seconds["SARIMAX"].append(time.process_time() - began)
    ours = statistics.median(seconds["ours"])
    for name in ("GLSAR", "SARIMAX"):
        theirs = statistics.median(seconds[name])
        ratios = [a / b for a, b in zip(seconds[name], seconds["ours"], strict=True)]
        print(
            f"{name:<8} {1e3 * theirs:7.2f} ms a series, ours {1e3 * ours:.3f} ms: "
            f"{statistics.median(ratios):,.0f} times"
        )


def yes_no(holds: bool) -> str:
    """A word that stands out where a limit is missed."""
    return "yes" if holds else "NO"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--runs", type=int, default=3)
    asked = parser.parse_args()
    os.environ.update(THREADS)
    print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores; one thread")
    measure("arrays", 10_000, asked.runs)
    half, _ = measure("arrays", 17_500, asked.runs)
    whole, memory = measure("arrays", 35_000, asked.runs)
    twice, _ = measure("arrays", 70_000, asked.runs)
    print(f"35,000 take {whole / half:.2f} times as long as half, 70,000 {twice / whole:.2f} times")
    print(
        f"under 3 s: {'yes' if whole < 3 else 'NO'}; under 1 GiB: {'yes' if memory < 1 else 'NO'}"
    )
    measure("holes", 35_000, 1)
    measure("table", 35_000, 1)
    measure("one by one", 200, 1)
    subprocess.run(
        [sys.executable, "-c", f"from benchmarks.its import peers; peers({5 * asked.runs})"],
        check=True, env=os.environ | THREADS,
    )  # fmt: skip


if __name__ == "__main__":
    main()
