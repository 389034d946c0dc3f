"""Measure how fast power answers: python -m benchmarks.power [--times 5].

Each case is one whole answer from 10,000 simulated data sets: noise estimated, data simulated, every one
tested, the smallest detectable change and what would change it. Two seconds are allowed. Processor seconds
are what one core spends; on a busy machine elapsed ones are longer. The first call, which loads libraries,
is not counted.
"""

import argparse
import statistics
import time
from collections.abc import Callable

import numpy as np
import pandas as pd

import evalkit as ek
from evalkit.data import periods
from evalkit.power.series_noise import SeriesNoise

ALLOWED = 2.0
FIRST = "2021-04"


def panel(n_areas: int, months: int) -> ek.Panel:
    """Monthly counts of about 20 to 150."""
    rng = np.random.default_rng(1)
    wander = SeriesNoise.known(spread=0.1, autocorrelation=0.4).draw(months, draws=n_areas, seed=2)
    counts = rng.poisson(np.exp(np.log(50) + 0.5 * rng.normal(size=(n_areas, 1)) + wander))
    labels = periods.between(FIRST, periods.later(FIRST, months - 1))
    frame = pd.DataFrame(
        {
            "area": np.repeat([f"{i:03d}" for i in range(n_areas)], months),
            "month": np.tile(labels, n_areas),
            "n": counts.ravel(),
            "start": None,
        }
    )
    return ek.Panel.from_frame(
        frame, unit="area", period="month", outcome="n", treated_from="start"
    )


def series(months: int) -> ek.TimeSeries:
    """A level of 100 with AR(1) scatter."""
    noise = SeriesNoise.known(spread=10, autocorrelation=0.4)
    return ek.TimeSeries(
        periods=periods.between(FIRST, periods.later(FIRST, months - 1)),
        outcome=100 + noise.draw(months, draws=1, seed=1)[0],
        covariates=(),
        unit_of_measure="calls",
    )


def cases() -> dict[str, Callable[[], object]]:
    """Name and call of each."""
    districts, few, one = panel(30, 24), panel(5, 36), series(48)
    three, ten = [f"{i:03d}" for i in range(3)], [f"{i:03d}" for i in range(10)]
    return {
        "did: 3 of 30 districts, all 4,060 permutations": lambda: ek.power.did(
            districts, treated=three, after=24, scale="ratio"
        ),
        "did: 10 of 30 districts, CR2": lambda: ek.power.did(
            districts, treated=ten, after=24, scale="ratio"
        ),
        "did: 2 of 5 police areas, Donald-Lang": lambda: ek.power.did(
            few, treated=three[:2], after=24, scale="ratio"
        ),
        "its: 48 + 24 months, step": lambda: ek.power.its(one, after=24, impact="level"),
        "its: 48 + 24 months, step and slope, 2 harmonics": lambda: ek.power.its(
            one, after=24, harmonics=2
        ),
    }


def main() -> None:
    """A line a case."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=5)
    times = parser.parse_args().times
    print("10,000 simulated data sets, median seconds         processor   elapsed")
    for name, answer in cases().items():
        answer()
        spent = []
        for _ in range(times):
            begun, clock = time.process_time(), time.perf_counter()
            answer()
            spent.append((time.process_time() - begun, time.perf_counter() - clock))
        busy, elapsed = (statistics.median(one) for one in zip(*spent, strict=True))
        print(f"{name:<50} {busy:9.2f} {elapsed:9.2f}{'  too slow' if busy > ALLOWED else ''}")


if __name__ == "__main__":
    main()
