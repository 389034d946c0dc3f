"""How often the checks of a panel are wrong: python -m benchmarks.panel_checks [--panels 1000].

Clean panels are simulated: levels of units, common shocks, normal AR(1) errors of size 1, twelve years,
starts in the seventh and the ninth year, no effect. Printed is the share in which each check fails at its
default threshold: false alarms. Below, one fault is planted at a time, and the share is printed that finds
it: a drift apart of 0.2 a year, an effect of 1 from two years before the start, a treated unit that moves by
6 once it starts, a fifth of the treated units gone in the last two years.
"""

import argparse
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from evalkit import checks
from evalkit.data.panel import Panel
from evalkit.types.evaluation import CheckResult

N_PERIODS = 12
Made = Callable[[Panel], Panel]
NAMES = (
    "pre_trend",
    "placebo_start",
    "leave_one_unit_out",
    "pre_period_balance",
    "composition_change",
)
SHORT = ("pre-trend", "placebo", "leave one", "balance", "composition")
SIZES = ((5, 5), (5, 30), (10, 10), (10, 30), (20, 30), (50, 100))


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__.partition(":")[0])
    parser.add_argument("--panels", type=int, default=1000)
    parser.add_argument("--slow-panels", type=int, default=200, help="of leaving units out")
    asked = parser.parse_args()
    print("treated others  rho " + "".join(f"{name:>13}" for name in SHORT) + "  (per cent failed)")
    for rho in (0.0, 0.5):
        for size in SIZES:
            _row(size, rho, asked, same)
    print("\nplanted: drift 0.2 | early 1 | one unit 6 | drift 0.2 | a fifth leaves")
    for size in SIZES:
        _row(size, 0.5, asked, drifting, early, outlying, drifting, leaving)


def _row(size: tuple[int, int], rho: float, asked: argparse.Namespace, *faults: Made) -> None:
    shares = []
    for name, fault in zip(NAMES, faults * (5 // len(faults)), strict=True):
        n = asked.slow_panels if name == "leave_one_unit_out" else asked.panels
        failed = [
            _run(name, fault(clean(seed, *size, rho=rho))).passed is False for seed in range(n)
        ]
        shares.append(f"{100 * np.mean(failed):13.1f}")
    print(f"{size[0]:7}{size[1]:7}{rho:5} {''.join(shares)}", flush=True)


def _run(name: str, panel: Panel) -> CheckResult:
    check: Callable[[Panel], CheckResult] = getattr(checks, name)
    return check(panel)


def clean(seed: int, n_treated: int, n_others: int, *, rho: float) -> Panel:
    """A panel in which nothing happens; starts in two cohorts of about equal size."""
    rng = np.random.default_rng(seed)
    n = n_treated + n_others
    errors = rng.normal(size=(n, N_PERIODS))
    for t in range(1, N_PERIODS):
        errors[:, t] = rho * errors[:, t - 1] + np.sqrt(1 - rho**2) * errors[:, t]
    starts = np.repeat([6, 8, N_PERIODS], [n_treated // 2, n_treated - n_treated // 2, n_others])
    return Panel(
        units=tuple(f"unit {i}" for i in range(n)),
        periods=tuple(str(2001 + t) for t in range(N_PERIODS)),
        outcome=rng.normal(size=(n, 1)) + rng.normal(size=N_PERIODS) + errors,
        start=starts,
        weights=None,
        unit_of_measure="points",
    )


def same(panel: Panel) -> Panel:
    """No fault."""
    return panel


def drifting(panel: Panel) -> Panel:
    """Units that start drift up by 0.2 a year."""
    return _moved(panel, 0.2 * np.arange(N_PERIODS) * panel.ever_treated[:, None])


def early(panel: Panel) -> Panel:
    """What was done works by 1 from two years before it is said to have started."""
    since = np.arange(N_PERIODS) >= panel.start[:, None] - 2
    return _moved(panel, 1.0 * (since & panel.ever_treated[:, None]))


def outlying(panel: Panel) -> Panel:
    """The first treated unit moves by 6 once it starts."""
    return _moved(panel, 6.0 * panel.treated * (np.arange(len(panel.units)) == 0)[:, None])


def leaving(panel: Panel) -> Panel:
    """A fifth of the treated units are not seen in the last two years."""
    gone = np.zeros(panel.outcome.shape)
    gone[: -(-int(panel.ever_treated.sum()) // 5), -2:] = np.nan
    return _moved(panel, gone)


def _moved(panel: Panel, by: npt.NDArray[np.float64]) -> Panel:
    return replace(panel, outcome=panel.outcome + by)


if __name__ == "__main__":
    main()
