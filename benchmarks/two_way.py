"""Measure two-way fixed effects, Sun-Abraham and imputation: python -m benchmarks.two_way [--pairs 7].

The panel is that of benchmarks.group_time: 20,000 units and 60 periods (1.2 million rows), twelve cohorts and
never treated units. Two-way fixed effects are measured against pyfixest, which is installed into a scratch
environment, and against linearmodels, which evalkit has; all three from the long frame, with standard errors
clustered by unit. Each measurement is a process: the frame is made, one run warms up (compiles, in
pyfixest's case), the second is timed; linearmodels compiles nothing and runs once. Ours and theirs take
turns, so that a busy machine is as unfair to the one as to the other; times are medians of the pairs,
memory is the largest the process ever held, libraries and frame included.

First comes the published number of the did2s package (Butts and Gardner), on its data, which pyfixest
carries: ours has to be within 1e-6 of it and of pyfixest's, the standard error within 1e-4 of itself.
Asked for: two-way fixed effects 10 times faster than pyfixest and 100 times than linearmodels; Sun and
Abraham's and imputation under 2 s and 1 GiB.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import venv
from pathlib import Path
from typing import Any

from benchmarks.group_time import PANEL

PEER = "pyfixest==0.60.*"
PAIRS, SLOW_PAIRS = 7, 3
HERE = Path(__file__).resolve().parent.parent

OURS = """
from evalkit.data.panel import Panel
from evalkit import did
frame["start"] = frame["first_treat"].where(frame["first_treat"] > 0)
if case == "poisson":
    frame["y"] = np.random.default_rng(1).poisson(np.exp(frame["y"] / 4))

def run():
    panel = Panel.from_frame(frame, unit="unit", period="time", outcome="y", treated_from="start")
    result = getattr(did, case)(panel)
    overall = getattr(result, "overall", result)
    return overall.effect, getattr(overall, "standard_error", None)

run()
"""

PYFIXEST = """
import pyfixest as pf

def run():
    fit = pf.feols("y ~ treated | unit + time", data=frame, vcov={"CRV1": "unit"})
    return float(fit.coef().iloc[0]), float(fit.se().iloc[0])

run()
"""

LINEARMODELS = """
from linearmodels.panel import PanelOLS

def run():
    d = frame.set_index(["unit", "time"])
    fit = PanelOLS(d.y, d[["treated"]], entity_effects=True, time_effects=True).fit(
        cov_type="clustered", cluster_entity=True)
    return float(fit.params["treated"]), float(fit.std_errors["treated"])
"""

MEASURE = """
began = time.perf_counter()
found = run()
seconds = time.perf_counter() - began
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps({"seconds": seconds, "peak": peak, "found": found}))
"""

DID2S = """
import json
import sys
from pathlib import Path
import pandas as pd, pyfixest as pf
path = Path(pf.__file__).parent / "did" / "data" / "df_het.csv"
data = pd.read_csv(path)
fit = pf.did2s(data, yname="dep_var", first_stage="~ 0 | state + year", second_stage="~ treat",
               treatment="treat", cluster="state")
print(json.dumps([str(path), float(fit.coef().loc["treat"]), float(fit.se().loc["treat"])]))
"""
PUBLISHED = (2.1522139, 0.0476066)


def asked_of(python: str, code: str, *arguments: str) -> Any:
    """What a process prints last, as JSON."""
    done = subprocess.run(
        [python, "-W", "ignore", "-c", code, *arguments],
        cwd=HERE,
        env=os.environ | {"PYTHONPATH": str(HERE)},
        check=True,
        capture_output=True,
        text=True,
    )
    return json.loads(done.stdout.splitlines()[-1])


def measured(python: str, body: str, case: str, *, units: int = 20_000, periods: int = 60) -> Any:
    """One process: seconds, peak memory in MiB, effect and standard error."""
    return asked_of(python, PANEL + body + MEASURE, case, str(units), str(periods))


def peer(folder: Path) -> str:
    """The Python of a scratch environment with the peer in it."""
    venv.create(folder, with_pip=True)
    python = str(folder / "bin" / "python")
    subprocess.run([python, "-m", "pip", "install", PEER], check=True, capture_output=True)
    return python


def compare(name: str, python: str, body: str, pairs: int) -> None:
    """Two-way fixed effects against one other package, in one line."""
    ours, theirs = [], []
    for _ in range(pairs):
        ours.append(measured(sys.executable, OURS, "twfe"))
        theirs.append(measured(python, body, "twfe"))
    seconds = [statistics.median(run["seconds"] for run in runs) for runs in (ours, theirs)]
    peaks = [statistics.median(run["peak"] for run in runs) for runs in (ours, theirs)]
    ratio = statistics.median(
        b["seconds"] / a["seconds"] for a, b in zip(ours, theirs, strict=True)
    )
    (effect, error), (other, other_error) = ours[0]["found"], theirs[0]["found"]
    print(
        f"twfe {seconds[0]:.3f} s, {peaks[0]:.0f} MiB; {name} {seconds[1]:.3f} s, {peaks[1]:.0f} MiB: "
        f"{ratio:.0f} times faster; effects {abs(effect - other):.0e} apart, errors "
        f"{abs(error / other_error - 1):.0e}",
        flush=True,
    )


def alone(case: str, pairs: int, **size: int) -> None:
    """One of our estimators on the whole panel, in one line."""
    runs = [measured(sys.executable, OURS, case, **size) for _ in range(pairs)]
    effect, error = runs[0]["found"]
    print(
        f"{case:12s} {statistics.median(r['seconds'] for r in runs):.3f} s, "
        f"{statistics.median(r['peak'] for r in runs):.0f} MiB; {effect:.6f} ({error or 0:.6f})",
        flush=True,
    )


def did2s(python: str) -> None:
    """Imputation with two-stage errors on the data of did2s, beside the published number and pyfixest's."""
    import pandas as pd

    from evalkit.data.panel import Panel
    from evalkit.did import imputation

    path, effect, error = asked_of(python, DID2S)
    data = pd.read_csv(path)
    data["start"] = data["g"].where(data["g"] > 0)
    panel = Panel.from_frame(
        data, unit="unit", period="year", outcome="dep_var", treated_from="start", cluster="state"
    )
    found = imputation(panel, standard_errors="two_stage", effects_of="cluster").overall
    assert found.standard_error is not None
    print(
        f"did2s: ours {found.effect:.7f} ({found.standard_error:.7f}), pyfixest {effect:.7f} ({error:.7f}), "
        f"noted {PUBLISHED[0]:.7f} ({PUBLISHED[1]:.7f})"
    )
    assert abs(found.effect - PUBLISHED[0]) < 1e-6 > abs(found.effect - effect)
    assert (
        abs(found.standard_error / PUBLISHED[1] - 1) < 1e-4 > abs(found.standard_error / error - 1)
    )


def main() -> None:
    """Install the peer, take turns, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--pairs", type=int, default=PAIRS)
    parser.add_argument("--slow-pairs", type=int, default=SLOW_PAIRS, help="against linearmodels")
    asked = parser.parse_args()
    measure(asked.pairs, asked.slow_pairs)


def measure(pairs: int, slow_pairs: int = SLOW_PAIRS) -> None:
    """Print one line an estimator, and the large panel."""
    print(
        f"two-way fixed effects and others; load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"
    )
    print(f"20,000 x 60 (1.2 million rows); medians of {pairs} pairs, {slow_pairs} slow")
    with tempfile.TemporaryDirectory() as scratch:
        python = peer(Path(scratch))
        did2s(python)
        compare("pyfixest", python, PYFIXEST, pairs)
        compare("linearmodels", sys.executable, LINEARMODELS, slow_pairs)
    for case in ("sun_abraham", "imputation", "event_study", "poisson", "bacon"):
        alone(case, pairs)
    print("35,000 x 120 (4.2 million rows)")
    for case in ("twfe", "sun_abraham", "imputation", "event_study", "poisson"):
        alone(case, 1, units=35_000, periods=120)


if __name__ == "__main__":
    main()
