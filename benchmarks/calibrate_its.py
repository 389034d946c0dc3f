"""How often intervals for a change in one series are right: python -m benchmarks.calibrate_its.

Series without a change are simulated: Gaussian errors of variance 1, an interruption in the middle,
regressors constant, trend, level and slope. Coverage is the share of nominal 95% intervals that hold the
truth, 0. Width is the median width over that of the interval of somebody who knows the autocorrelation and
the variance. The tables go into docs/calibration.md.
"""

import argparse
import time
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special

from benchmarks.calibration.sections import write_section
from benchmarks.its_worlds import OTHERS, correlations, first_order
from evalkit.its.ar1 import Fits, fit
from evalkit.its.ar1_pack import pack
from evalkit.its.bayes_grid import Mixture, grid_posterior, mixture_tail

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

LENGTHS, CORRELATIONS = (12, 24, 48, 100), (0.0, 0.2, 0.4, 0.6, 0.8)
MISSPECIFIED, FEWER = (24, 48, 100), 2_000
LEVEL_BAND, SLOPE_BAND = (94, 97), (93, 97)
SEED = 20_260_601


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """Per cent of intervals that hold the truth, and what stands beside it; pairs are level and slope.

    ``covered`` counts every series with the interval of the estimated autocorrelation, at the end of its
    range too; ``answered`` only those that are not refused there. ``warned`` is the share in which the
    whitened residuals of neighbouring, or next but one, periods correlate by more than 2 / sqrt(n).
    """

    covered: tuple[float, float]
    answered: tuple[float, float]
    refused: float
    width: tuple[float, float]
    satterthwaite: tuple[float, float]
    bayes: tuple[float, float]
    least_squares: tuple[float, float]
    warned: tuple[float, float]


def regressors(n: int) -> Floats:
    """Constant, trend, level and slope from the middle on."""
    t = np.arange(float(n))
    return np.column_stack([np.ones(n), t, t >= n // 2, np.maximum(t - n // 2, 0)]).astype(float)


def cell(y: Floats, exact_errors: Floats) -> Cell:
    """Coverage for simulated series (N x n) whose truth is 0; ``exact_errors`` of level and slope."""
    x = regressors(y.shape[1])
    every = np.eye(4)[None]
    fits, plain = fit(y, x[None], every), fit(y, x[None], every, rho=0.0)
    half = special.stdtrit(fits.dof, 0.975) * fits.adjusted_error
    answered = fits.boundary == 0
    return Cell(
        covered=share(np.abs(fits.effect) <= half),
        answered=share((np.abs(fits.effect) <= half)[answered]),
        refused=100 * float(1 - answered.mean()),
        width=pair(np.median(half[:, 2:], axis=0) / (special.ndtri(0.975) * exact_errors)),
        satterthwaite=share(
            np.abs(fits.effect) <= special.stdtrit(fits.dof, 0.975) * fits.plain_error
        ),
        bayes=share(posterior_holds_zero(y, x)),
        least_squares=share(
            np.abs(plain.effect) <= special.stdtrit(y.shape[1] - 4.0, 0.975) * plain.plain_error
        ),
        warned=warned(y, x, fits),
    )


def posterior_holds_zero(y: Floats, x: Floats) -> Flags:
    """Whether 0 lies between the 2.5% and 97.5% quantiles of each coefficient's posterior, N x 4."""
    held = []
    for part in np.array_split(y, max(1, len(y) // 1_000)):
        posterior = grid_posterior(*pack(x[None], part))
        mixture = Mixture(
            weights=posterior.weights[:, :, None],
            centres=posterior.coefficients,
            scales=np.sqrt(np.diagonal(posterior.covariances, axis1=2, axis2=3)),
            free=posterior.free,
        )
        below = mixture_tail(mixture, np.zeros((len(part), x.shape[1])))
        held.append((below > 0.025) & (below < 0.975))
    return np.concatenate(held)


def warned(y: Floats, x: Floats, fits: Fits) -> tuple[float, float]:
    """Per cent of series whose whitened residuals correlate at a lag of one; of one or two."""
    left = y - fits.effect @ x.T
    rho = fits.rho[:, None]
    white = left.copy()
    white[:, 1:] = (left[:, 1:] - rho * left[:, :-1]) / np.sqrt(1 - rho**2)
    squares = (white**2).sum(1)
    one, two = ((white[:, k:] * white[:, :-k]).sum(1) / squares for k in (1, 2))
    limit = 2 / np.sqrt(y.shape[1])
    first = np.abs(one) > limit
    return 100 * float(first.mean()), 100 * float((first | (np.abs(two) > limit)).mean())


def share(held: Flags) -> tuple[float, float]:
    """Per cent, of level and slope among the four coefficients."""
    return pair(100 * held[:, 2:].mean(0))


def pair(values: Floats) -> tuple[float, float]:
    """Two numbers."""
    return float(values[0]), float(values[1])


def exact_errors(y_correlations: Floats) -> Floats:
    """Standard errors of level and slope by least squares with the true correlations (n x n)."""
    x = regressors(len(y_correlations))
    covariance = np.linalg.inv(x.T @ np.linalg.solve(y_correlations, x))
    return np.sqrt(np.diag(covariance))[2:]


def first_order_rows(size: int) -> list[tuple[str, Cell]]:
    """AR(1): every length and autocorrelation."""
    rows = []
    for n in LENGTHS:
        for rho in CORRELATIONS:
            rng = np.random.default_rng([SEED, n, round(100 * rho)])
            exact = exact_errors(correlations(n, lambda k, rho=rho: rho**k))
            rows.append((f"{n}, AR(1) {rho:g}", cell(first_order(n, size, rho, rng), exact)))
    return rows


def other_rows(size: int) -> list[tuple[str, Cell]]:
    """Errors that are not AR(1)."""
    rows = []
    for n in MISSPECIFIED:
        for number, (name, (simulated, at_lag)) in enumerate(OTHERS.items()):
            rng = np.random.default_rng([SEED, n, 1_000 + number])
            exact = exact_errors(correlations(n, at_lag))
            rows.append((f"{n}, {name}", cell(simulated(n, size, rng), exact)))
    return rows


def main() -> None:
    """Simulate, print and write the section."""
    from benchmarks.calibrate_its_tables import page_section

    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--series", type=int, default=10_000, help="a row of AR(1) errors")
    parser.add_argument("--fewer", type=int, default=FEWER, help="a row of other errors")
    parser.add_argument("--print-only", action="store_true", help="leave the page as it is")
    asked = parser.parse_args()
    began = time.perf_counter()
    text = page_section(
        first_order_rows(asked.series), other_rows(asked.fewer), asked.series, asked.fewer
    )
    print(text)
    print(f"{time.perf_counter() - began:.0f} s")
    if not asked.print_only:
        write_section("its", text)


if __name__ == "__main__":
    main()
