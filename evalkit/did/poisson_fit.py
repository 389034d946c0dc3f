"""Poisson pseudo-maximum likelihood with unit effects, period effects and a free mean in every treated cell.

The log of the expected count is ``unit_i + period_t + log exposure`` before the start, and
``unit_i + cell_gt + log exposure`` after it, one cell for each cohort and period. Unit effects, then cells,
are eliminated from every Newton step; what is left is one small system of periods.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import linalg

from evalkit.did.two_way import cohort_sums
from evalkit.errors import DataError

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Booleans = npt.NDArray[np.bool_]

CONVERGED = 1e-9
"""Largest change of a log expected count in the last step; steps converge quadratically."""
MOST_STEPS = 60
HUGE = 200.0
"""Log rates are kept below this on the way, so that no step overflows."""
VANISHED = 1e-9
"""An expected count below this share of the mean one is on its way to 0."""
SEPARATED = (
    "poisson found no maximum of the likelihood: the expected counts of some units and periods tend to 0 "
    "(separation); join small areas or short periods until incidents occur before and after"
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Counts:
    """What is fitted.

    Attributes
    ----------
    counts, log_exposure : array, N x T
        0 where not used.
    used, treated : array of bool, N x T
        Cells that are fitted; cells after the start.
    cohort : array, N
        0 … C - 1.
    starts : array, C
        First treated period; T for never.
    free : array, F
        Periods with an effect, without the reference of each connected part.
    """

    counts: Floats
    log_exposure: Floats
    used: Booleans
    treated: Booleans
    cohort: Integers
    starts: Integers
    free: Integers


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Information:
    """The information matrix at some expected counts, with units eliminated, cohort by cohort."""

    data: Counts
    by_cohort: Floats  # C x T x T
    unit_totals: Floats  # N x 1
    inner: tuple[Floats, ...]  # for each cohort: inverse of the block of its treated periods
    factor: tuple[Floats, bool]

    def solve(self, right: Floats, periods: Floats) -> Floats:
        """Coefficients (C x T x K) of each cohort's periods and cells.

        ``right`` (C x T x K) is what each cohort's units leave on the right-hand side; ``periods`` (T x K)
        belongs to the period effects in addition.
        """
        total = periods.copy()
        for g, inner in enumerate(self.inner):
            start, block = int(self.data.starts[g]), self.by_cohort[g]
            total[:start] += right[g, :start] - block[:start, start:] @ (inner @ right[g, start:])
        found = np.zeros_like(right)
        shared = np.zeros_like(periods)
        free = self.data.free
        if len(free):
            shared[free] = linalg.cho_solve(self.factor, total[free], check_finite=False)
        for g, inner in enumerate(self.inner):
            start, block = int(self.data.starts[g]), self.by_cohort[g]
            found[g, :start] = shared[:start]
            found[g, start:] = inner @ (right[g, start:] - block[start:, :start] @ shared[:start])
        return found


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PoissonFit:
    """Expected counts, and what they would have been.

    Attributes
    ----------
    data : Counts
    expected : array, N x T
        0 where not used.
    untreated : array, N x T
        ``exp(unit_i + period_t) exposure`` in every cell.
    information : Information
    """

    data: Counts
    expected: Floats
    untreated: Floats
    information: Information


def information(data: Counts, expected: Floats) -> Information:
    """Eliminate units and treated cells at ``expected`` (N x T, 0 where not used)."""
    n_cohorts, n_periods = len(data.starts), expected.shape[1]
    totals = expected.sum(axis=1, keepdims=True)
    scaled = expected / np.sqrt(totals)
    by_cohort = np.empty((n_cohorts, n_periods, n_periods))
    inner = []
    system = np.zeros((n_periods, n_periods))
    for g, start in enumerate(data.starts.tolist()):
        rows = data.cohort == g
        by_cohort[g] = np.diag(expected[rows].sum(axis=0)) - scaled[rows].T @ scaled[rows]
        inner.append(_inverse(by_cohort[g, start:, start:]))
        across = by_cohort[g, :start, start:]
        system[:start, :start] += by_cohort[g, :start, :start] - across @ inner[g] @ across.T
    block = system[np.ix_(data.free, data.free)]
    factor = linalg.cho_factor(block, check_finite=False) if len(data.free) else (block, False)
    return Information(
        data=data,
        by_cohort=by_cohort,
        unit_totals=totals,
        inner=tuple(inner),
        factor=factor,
    )


def _inverse(block: Floats) -> Floats:
    """Inverse on the periods that have a cell, 0 elsewhere."""
    inverse = np.zeros_like(block)
    seen = np.flatnonzero(np.diag(block) > 0)
    if len(seen):
        inverse[np.ix_(seen, seen)] = linalg.inv(block[np.ix_(seen, seen)])
    return inverse


def fit_poisson(data: Counts) -> PoissonFit:
    """Newton's method from the counts themselves, pulled to their unit's mean.

    Every unit, every cohort before its start, every free period among untreated cells and every treated cell
    that is used must have a positive count.

    Raises
    ------
    DataError
        The likelihood has no maximum: expected counts of some cells tend to 0.

    References
    ----------
    Correia, Guimarães and Zylkin (2020), *Stata Journal* 20(1), on the same model by other means, and on
    when a maximum exists.
    """
    exposure = np.where(data.used, np.exp(data.log_exposure), 0.0)
    rate = data.counts.sum(axis=1, keepdims=True) / exposure.sum(axis=1, keepdims=True)
    expected = np.where(data.used, (data.counts + rate * exposure) / 2, 0.0)
    linear = np.log(expected, out=np.zeros_like(expected), where=data.used) - data.log_exposure
    try:
        for _ in range(MOST_STEPS):
            found, units = _step(data, expected, linear)
            before, linear = linear, found[data.cohort] + units
            expected = np.where(data.used, np.exp(np.minimum(linear, HUGE)) * exposure, 0.0)
            if np.abs(linear - before)[data.used].max() < CONVERGED:
                return _told(data, expected, found, units)
    except linalg.LinAlgError as error:
        raise DataError(SEPARATED) from error
    raise DataError(SEPARATED)


def _step(data: Counts, expected: Floats, linear: Floats) -> tuple[Floats, Floats]:
    """Weighted least squares: coefficients of periods and cells (C x T), unit effects (N x 1)."""
    info = information(data, expected)
    working = linear + np.divide(
        data.counts - expected, expected, out=np.zeros_like(expected), where=data.used
    )
    mean = (expected * working).sum(axis=1, keepdims=True) / info.unit_totals
    right = cohort_sums(expected * (working - mean), data.cohort, len(data.starts))[:, :, None]
    found = info.solve(right, np.zeros((expected.shape[1], 1)))[:, :, 0]
    fitted = (expected * found[data.cohort]).sum(axis=1, keepdims=True) / info.unit_totals
    return found, mean - fitted


def _told(data: Counts, expected: Floats, found: Floats, units: Floats) -> PoissonFit:
    seen = expected[data.used]
    if seen.min() < VANISHED * seen.mean():
        raise DataError(SEPARATED)
    periods = np.zeros(expected.shape[1])
    periods[: data.starts[-1]] = found[-1, : data.starts[-1]]  # the last to start has them all
    return PoissonFit(
        data=data,
        expected=expected,
        untreated=np.exp(units + periods + data.log_exposure),
        information=information(data, expected),
    )
