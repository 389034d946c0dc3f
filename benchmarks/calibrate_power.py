"""Whether promises of power are kept: python -m benchmarks.calibrate_power [--times 1000].

In each cell the smallest detectable change is worked out, data with just that change are made up, and the
planned analysis is run on them: ek.did.twfe(inference="auto") on panels, ek.its.batch on series. *Shown* is
how often its interval leaves out no change, which should be 80%. *From the data* is the same chance where
spread and autocorrelation were estimated from the periods before the start, as a user's are, averaged over
such periods. The tables go into docs/calibration.md.
"""

import argparse
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

import evalkit as ek
from benchmarks.calibration.sections import write_section
from evalkit.data import periods as time
from evalkit.data.panel import Panel
from evalkit.its.design import Specification
from evalkit.its.impact import Impact
from evalkit.power.noise import Areas, Noise, additive_residuals, estimate_noise
from evalkit.power.panel_design import PanelDesign
from evalkit.power.series_design import SeriesDesign, SeriesPlan
from evalkit.power.series_noise import SeriesNoise, estimate_series_noise

Floats = npt.NDArray[np.float64]
SEED, FIRST, PROMISED = 20_261_127, "2019-01", 0.8
ESTIMATED = 200
"""Stretches before the start from which spread and autocorrelation are estimated."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelCell:
    """Areas, periods, autocorrelation, and the spread of the treated relative to the others."""

    treated: int
    others: int
    before: int
    after: int
    rho: float
    ratio: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesCell:
    """Periods, autocorrelation and model of one series."""

    before: int
    after: int
    rho: float
    impact: Impact
    harmonics: int = 0


PANELS = (
    PanelCell(treated=2, others=3, before=24, after=24, rho=0.4),
    PanelCell(treated=1, others=7, before=24, after=24, rho=0.4),
    PanelCell(treated=3, others=9, before=24, after=12, rho=0.0),
    PanelCell(treated=3, others=9, before=24, after=24, rho=0.4),
    PanelCell(treated=3, others=9, before=24, after=24, rho=0.8),
    PanelCell(treated=3, others=9, before=48, after=24, rho=0.8),
    PanelCell(treated=4, others=8, before=24, after=24, rho=0.4, ratio=2.5),
    PanelCell(treated=8, others=22, before=12, after=12, rho=0.4),
    PanelCell(treated=8, others=22, before=36, after=24, rho=0.6),
    PanelCell(treated=60, others=60, before=24, after=12, rho=0.4),
)
SERIES = (
    SeriesCell(before=24, after=12, rho=0.0, impact="level"),
    SeriesCell(before=24, after=12, rho=0.4, impact="level"),
    SeriesCell(before=48, after=24, rho=0.4, impact="level"),
    SeriesCell(before=48, after=24, rho=0.8, impact="level"),
    SeriesCell(before=36, after=24, rho=0.4, impact="level+slope", harmonics=2),
    SeriesCell(before=60, after=24, rho=0.6, impact="level+slope", harmonics=1),
)


def main() -> None:
    """Both tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=1_000, help="data sets a cell")
    times = parser.parse_args().times
    error = 100 * (PROMISED * (1 - PROMISED) / times) ** 0.5
    lines = [*panel_table(times), "", *series_table(times)]
    write_section(
        "power", "\n".join([*_HEAD.format(times=times, error=error).splitlines(), "", *lines])
    )
    print("\n".join(lines))


_HEAD = """\
## Power: whether promises are kept

`python -m benchmarks.calibrate_power`. The smallest change that shows with a chance of 80% is put into
{times:,} data sets a row, which go through the planned analysis. *Shown*: how often its 95% interval
leaves out no change (one standard error is {error:.1f} points). *From the data*: the same chance where spread
and autocorrelation come from the periods before the start, averaged over 200 such stretches; what these
promise varies, and the last column is where four in five lie, relative to the true smallest change."""


def panel_table(times: int) -> Iterator[str]:
    """Panels through two-way fixed effects with the test that is chosen."""
    yield "| areas with / without, periods, AR(1), spread | test | shown | from the data | range |"
    yield "|---|---|---|---|---|"
    for cell in PANELS:
        design, noise = _panel_design(cell), _panel_noise(cell)
        ordered = np.sort(design.simulate(Areas(noise=noise), draws=10_000, seed=SEED))
        effect = float(np.quantile(ordered, PROMISED))
        shown = _shown_in_panels(cell, effect, times)
        held, low, high = _panels_from_data(cell, design, ordered, effect)
        what = f"{cell.treated} / {cell.others}, {cell.before} / {cell.after}, {cell.rho:g}, {cell.ratio:g}"
        yield _row(what, design.test, shown, held, low, high)


def _row(what: str, test: str, shown: float, held: float, low: float, high: float) -> str:
    return f"| {what} | {test} | {shown:.1%} | {held:.1%} | {low:.2f} to {high:.2f} |"


def _panel_design(cell: PanelCell) -> PanelDesign:
    return PanelDesign(
        n_treated=cell.treated,
        n_comparison=cell.others,
        n_before=cell.before,
        n_after=cell.after,
        estimator="twfe",
        spread_ratio=cell.ratio,
        inference="auto",
        level=0.95,
    )


def _panel_noise(cell: PanelCell) -> Noise:
    spread = np.repeat([cell.ratio, 1.0], [cell.treated, cell.others])
    return Noise(spread=spread, white=np.zeros(len(spread)), autocorrelation=cell.rho)


def _made_up(cell: PanelCell, n_periods: int, seed: int) -> Floats:
    n = cell.treated + cell.others
    errors = SeriesNoise.known(spread=1.0, autocorrelation=cell.rho)
    return _panel_noise(cell).spread[:, None] * errors.draw(n_periods, draws=n, seed=seed)


def _shown_in_panels(cell: PanelCell, effect: float, times: int) -> float:
    n, span = cell.treated + cell.others, cell.before + cell.after
    start = np.where(np.arange(n) < cell.treated, cell.before, span)
    shown = 0
    for seed in range(times):
        outcome = _made_up(cell, span, SEED + seed)
        outcome[: cell.treated, cell.before :] -= effect
        panel = Panel(
            units=tuple(f"{i:03d}" for i in range(n)),
            periods=time.between(FIRST, time.later(FIRST, span - 1)),
            outcome=outcome,
            start=start,
            weights=None,
            unit_of_measure="",
        )
        shown += ek.did.twfe(panel, inference="auto", seed=seed).interval.high < 0
    return shown / times


def _panels_from_data(
    cell: PanelCell, design: PanelDesign, ordered: Floats, effect: float
) -> tuple[float, float, float]:
    promised = []
    for seed in range(ESTIMATED):
        before = additive_residuals(_made_up(cell, cell.before, SEED + 7 * seed))
        noise = estimate_noise(before, np.zeros(len(before)))
        promised.append(
            np.quantile(design.simulate(Areas(noise=noise), draws=1_000, seed=seed), PROMISED)
        )
    return _kept(np.array(promised), ordered, effect)


def _kept(promised: Floats, ordered: Floats, effect: float) -> tuple[float, float, float]:
    held = np.searchsorted(ordered, promised, side="right") / len(ordered)
    low, high = np.quantile(promised / effect, [0.1, 0.9])
    return float(held.mean()), float(low), float(high)


def series_table(times: int) -> Iterator[str]:
    """Series through segmented regression with Kenward and Roger's test of the step."""
    yield "| periods before / after, AR(1), model | test | shown | from the data | range |"
    yield "|---|---|---|---|---|"
    for cell in SERIES:
        design, noise = (
            _series_design(cell),
            SeriesNoise.known(spread=1.0, autocorrelation=cell.rho),
        )
        ordered = np.sort(design.simulate(noise, draws=10_000, seed=SEED))
        effect = float(np.quantile(ordered, PROMISED))
        shown = _shown_in_series(cell, noise, effect, times)
        held, low, high = _series_from_data(cell, design, noise, ordered, effect)
        what = f"{cell.before} / {cell.after}, {cell.rho:g}, {cell.impact}"
        what += f", {cell.harmonics} harmonics" * bool(cell.harmonics)
        yield _row(what, "kenward_roger", shown, held, low, high)


def _series_design(cell: SeriesCell) -> SeriesDesign:
    periods = time.between(FIRST, time.later(FIRST, cell.before - 1))
    empty = ek.TimeSeries(
        periods=periods, outcome=np.zeros(cell.before), covariates=(), unit_of_measure=""
    )
    plan = SeriesPlan(
        series=empty,
        start=time.later(FIRST, cell.before),
        beside=(),
        specification=Specification(impact=cell.impact, harmonics=cell.harmonics),
        target="level",
        errors="ar1",
        level=0.95,
    )
    return plan.design(cell.after)


def _shown_in_series(cell: SeriesCell, noise: SeriesNoise, effect: float, times: int) -> float:
    span = cell.before + cell.after
    y = noise.draw(span, draws=times, seed=SEED + 1) - effect * (np.arange(span) >= cell.before)
    periods = time.between(FIRST, time.later(FIRST, span - 1))
    frame = pd.DataFrame(
        {
            "area": np.repeat(np.arange(times), span),
            "month": np.tile(periods, times),
            "y": y.ravel(),
        }
    )
    fits = ek.its.batch(
        frame,
        unit="area",
        period="month",
        outcome="y",
        interruptions=[time.later(FIRST, cell.before)],
        impact=cell.impact,
        harmonics=cell.harmonics,
    )
    return float(np.mean(fits.high[:, fits.kinds.index("level")] < 0))


def _series_from_data(
    cell: SeriesCell, design: SeriesDesign, noise: SeriesNoise, ordered: Floats, effect: float
) -> tuple[float, float, float]:
    regressors = design.regressors[: cell.before][:, design.background]
    promised = []
    for seed in range(ESTIMATED):
        before = noise.draw(cell.before, draws=1, seed=SEED + 11 * seed)[0]
        found = estimate_series_noise(before, regressors)
        if isinstance(found, SeriesNoise):
            promised.append(np.quantile(design.simulate(found, draws=1_000, seed=seed), PROMISED))
    return _kept(np.array(promised), ordered, effect)


if __name__ == "__main__":
    main()
