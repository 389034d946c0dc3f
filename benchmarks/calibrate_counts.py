"""How often intervals for counts hold the truth: python -m benchmarks.calibrate_counts.

Counts whose rate moves slowly are simulated (``benchmarks.counts_worlds``) and fitted with constant, trend,
level and slope. Coverage is the share of nominal 95% intervals that hold the true log rate ratio, of the
level, of the slope, and of all periods after the interruption together, on which the incidents avoided rest.
Width is the median width over that of somebody who knows the variance and the autocorrelation. The tables go
into docs/calibration.md.
"""

import argparse
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, fields, replace
from itertools import product

import numpy as np
import numpy.typing as npt
from scipy import special

from benchmarks.calibration.sections import write_section
from benchmarks.counts_worlds import World, exact_errors, simulate
from evalkit.its.bayes_grid import Mixture, mixture_quantiles, mixture_tail
from evalkit.its.counts_glm import CountFits, fit_counts
from evalkit.its.counts_posterior import CountPosterior, count_posterior

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

SERIES = 2_000
DESIGNS = ((24, 12), (36, 24), (48, 24), (60, 48))
WORKERS = 2
UNUSUAL = ((12, 6), (18, 12), (100, 70), (120, 60))
MEANS = (2.0, 5.0, 20.0, 100.0)
VARIATIONS = ((1, 0.0), *product((2, 4), (0.0, 0.3, 0.6, 0.8)))
BAND = (93, 97)
MEASURED = 80  # series whose width is taken; its median needs no more
SEED, OTHER_SEED = 20_260_602, 20_261_127
FRESH = tuple(
    ((n, start), mean, d, rho)
    for (n, start), mean, d, rho in product(
        ((30, 18), (42, 30), (72, 48)), (10.0, 50.0), (1.5, 3.0), (0.0, 0.5, 0.7)
    )
)
"""Designs, means and variations that the prior was not chosen on."""
USUAL = World(n=36, start=24, mean=20, overdispersion=4, rho=0.6)
OTHERS: dict[str, dict[str, object]] = {
    "nothing changed": {},
    "the rate is gamma distributed": {"rate": "gamma"},
    "half of the excess is noise": {"noise": 0.5},
    "the same, 100 periods, 70 of them before": {"noise": 0.5, "n": 100, "start": 70},
    "fitted as negative binomial": {"family": "negative_binomial"},
    "a season, two pairs of waves": {"season": True},
    "the rate halves over the series": {"trend": float(np.log(0.5))},
    "a true fall by 40%": {"effect": float(np.log(0.6))},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """Level and slope: per cent of intervals that hold the truth, with and without correlation, and width.

    ``average`` is the per cent for the ratio over all periods after the interruption, ``refused`` that of
    series without an estimate.
    """

    covered: tuple[float, float]
    average: float
    independent: tuple[float, float]
    width: tuple[float, float]
    refused: float


def cell(world: World, size: int, seed: int = SEED) -> Cell:
    """Simulate and fit ``size`` series."""
    key = [seed, world.n, world.start, round(10 * world.mean), round(100 * world.rho)]
    rng = np.random.default_rng([*key, round(10 * world.overdispersion)])
    y, x = simulate(world, size, rng), world.columns
    every = np.ones(y.shape, dtype=bool)
    fits = fit_counts(y, np.zeros_like(y), x, every, world.family)
    there = fits.problem == ""
    fits = CountFits(**{f.name: getattr(fits, f.name)[there] for f in fields(fits)})
    truth = np.array([world.effect, 0.0])
    free = float(world.n - x.shape[1])
    posterior = count_posterior(y[there], x, every[there], fits)
    mixture = _told(posterior, world)
    below = mixture_tail(mixture, np.tile([*truth, world.effect], (len(posterior.weights), 1)))
    held = (below > 0.025) & (below < 0.975)
    plain = np.sqrt(fits.dispersion[:, None] * np.diagonal(fits.covariance, axis1=1, axis2=2))
    missed = np.abs(fits.coefficients[:, 2:4] - truth) / plain[:, 2:4]
    return Cell(
        covered=_share(held),
        average=100 * float(held[:, 2].mean()),
        independent=_share(missed < special.stdtrit(free, 0.975)),
        width=_pair(_widths(mixture)[:2] / (2 * special.ndtri(0.975) * exact_errors(world))),
        refused=100 * float(1 - there.mean()),
    )


def _told(posterior: CountPosterior, world: World) -> Mixture:
    """Level, slope and the log ratio over all later periods, linear around the expected coefficients."""
    after = world.columns[world.start :]
    without = after.copy()
    without[:, 2:4] = 0.0
    weights = posterior.weights[:, :, None]
    centre = (weights * posterior.coefficients).sum(1)
    with_it, without_it = centre @ after.T, centre @ without.T
    gradient = (
        special.softmax(with_it, axis=1) @ after - special.softmax(without_it, axis=1) @ without
    )
    at = special.logsumexp(with_it, axis=1) - special.logsumexp(without_it, axis=1)
    moved = np.einsum("ngp,np->ng", posterior.coefficients - centre[:, None], gradient)
    spread = np.einsum("np,ngpq,nq->ng", gradient, posterior.covariances, gradient, optimize=True)
    variances = np.diagonal(posterior.covariances, axis1=2, axis2=3)[:, :, 2:4]
    return Mixture(
        weights=weights,
        centres=np.dstack([posterior.coefficients[:, :, 2:4], at[:, None] + moved]),
        scales=np.sqrt(np.dstack([variances, spread])),
        free=np.full(len(weights), np.inf),
    )


def _widths(mixture: Mixture) -> Floats:
    some = Mixture(**{f.name: getattr(mixture, f.name)[:MEASURED] for f in fields(mixture)})
    low, high = mixture_quantiles(some, np.array([0.025, 0.975]))
    return np.asarray(np.median(high - low, axis=0))


def _share(held: Flags) -> tuple[float, float]:
    return _pair(100 * held[:, :2].mean(0))


def _pair(values: Floats) -> tuple[float, float]:
    return float(values[0]), float(values[1])


Rows = dict[tuple[int, int, float], list[Cell]]
Named = list[tuple[str, list[Cell]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Cells of the main table by design and mean, those nothing was chosen on, and unusual worlds by name."""

    table: Rows
    fresh: Rows
    others: Named


def usual_worlds() -> list[World]:
    """Every design and mean, with each of ``VARIATIONS``, in the order of the table."""
    return [
        World(n=n, start=start, mean=mean, overdispersion=d, rho=rho)
        for (n, start), mean, (d, rho) in product(DESIGNS, MEANS, VARIATIONS)
    ]


def fresh_worlds() -> list[World]:
    """Those of ``FRESH``."""
    return [
        World(n=n, start=start, mean=mean, overdispersion=d, rho=rho)
        for (n, start), mean, d, rho in FRESH
    ]


def other_worlds() -> list[tuple[str, World]]:
    """Shorter and longer series, and the usual series changed in one respect, at three autocorrelations."""
    lengths: dict[str, dict[str, object]] = {
        f"{n} periods ({start} + {n - start})": {"n": n, "start": start} for n, start in UNUSUAL
    }
    return [
        (name, replace(USUAL, rho=rho, **changed))  # type: ignore[arg-type]
        for name, changed in (lengths | OTHERS).items()
        for rho in (0.0, 0.6, 0.8)
    ]


def found(size: int) -> Found:
    """Simulate every cell, on two cores."""
    usual, fresh, others = usual_worlds(), fresh_worlds(), other_worlds()
    worlds = [*usual, *fresh, *(world for _, world in others)]
    seeds = [OTHER_SEED if i in range(len(usual), len(usual) + len(fresh)) else SEED
             for i in range(len(worlds))]  # fmt: skip
    with ProcessPoolExecutor(WORKERS) as pool:
        cells = list(pool.map(cell, worlds, [size] * len(worlds), seeds))
    names = [name for name, _ in others]
    last = cells[len(usual) + len(fresh) :]
    return Found(
        table=_by_design(usual, cells),
        fresh=_by_design(fresh, cells[len(usual) :]),
        others=[
            (name, [c for n, c in zip(names, last, strict=True) if n == name])
            for name in dict.fromkeys(names)
        ],
    )


def _by_design(worlds: list[World], cells: list[Cell]) -> Rows:
    rows: Rows = {}
    for world, one in zip(worlds, cells, strict=False):
        rows.setdefault((world.n, world.start, world.mean), []).append(one)
    return rows


def main() -> None:
    """Simulate, print and write the section."""
    from benchmarks.calibrate_counts_tables import page_section

    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--series", type=int, default=SERIES, help="a cell of the tables")
    parser.add_argument("--print-only", action="store_true", help="leave the page as it is")
    asked = parser.parse_args()
    began = time.perf_counter()
    text = page_section(found(asked.series), asked.series)
    print(text)
    print(f"{time.perf_counter() - began:.0f} s")
    if not asked.print_only:
        write_section("counts", text)


if __name__ == "__main__":
    main()
