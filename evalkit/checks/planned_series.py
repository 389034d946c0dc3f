"""A plan's model on its series, with the autocorrelation taken out: what the checks of a series look at."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from evalkit.data.series import TimeSeries
from evalkit.errors import DataError
from evalkit.its import ar1
from evalkit.its.design import Effect, SegmentedDesign, Specification, segmented_design, too_few

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Horizons = tuple[int, int | None] | None

_LEFT = (
    1e-8  # of a column's length after whitening: what is left of it after the others is rounding
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PlannedSeries:
    """A plan's model and its series.

    Attributes
    ----------
    series : TimeSeries
    specification : Specification
    outcome : array, T
        As it was fitted: a rate where there is an exposure; NaN where missing or left out.
    design : SegmentedDesign
    rho : float
        Autocorrelation of the errors by restricted maximum likelihood, whatever the plan takes them as.
    boundary : bool
        Whether the likelihood still rises at the end of rho's range.
    horizons : (int, int or None) or None
        First and last period after the start that the plan's effect averages over; None for the change in
        level itself.
    per_cent : bool
        True where the outcome is a logarithm, so that effects are told in per cent.
    """

    series: TimeSeries
    specification: Specification
    outcome: Floats
    design: SegmentedDesign
    rho: float
    boundary: bool
    horizons: Horizons
    per_cent: bool

    @property
    def periods(self) -> tuple[str, ...]:
        """Those of the series; T."""
        return self.series.periods

    @property
    def used(self) -> Flags:
        """The periods with a number that the model was fitted to; T."""
        return np.isfinite(self.outcome)

    @property
    def interruptions(self) -> tuple[str, ...]:
        """Their first periods, in order of time."""
        return tuple(sorted({effect.interruption for effect in self.design.effects}))

    @property
    def start(self) -> int:
        """Position of the first period of the first interruption."""
        return self.periods.index(self.interruptions[0])

    def contrast(self, interruption: str) -> Floats:
        """The plan's effect of an interruption as a contrast of the coefficients; P."""
        effects = [e for e in self.design.effects if e.interruption == interruption]
        return contrast_of(self.design, effects, self.horizons)

    def whitened(self, columns: Floats, used: Flags | None = None) -> Floats:
        """Columns (T x K) at the used periods, with the autocorrelation taken out."""
        return whiten(columns, self.used if used is None else used, self.rho)


def planned_series(
    series: TimeSeries,
    *,
    interruptions: Sequence[str],
    specification: Specification,
    horizons: Horizons = None,
    per_cent: bool = False,
    comparison: bool = False,
) -> PlannedSeries:
    """Fit a plan's model, with AR(1) errors, for its checks.

    ``comparison`` leaves the interruptions' own regressors out: nothing was done in a comparison series.

    Raises
    ------
    DataError
        The model cannot be fitted.
    """
    design = segmented_design(
        series.periods,
        interruptions,
        specification,
        covariates=series.covariates,
        breaks=series.breaks,
    )
    outcome = np.where(design.excluded, np.nan, rate_of(series))
    [reason] = too_few(design, np.isfinite(outcome)[None])
    if reason:
        raise DataError(reason)
    columns = design.columns
    if comparison:
        own = {effect.column for effect in design.effects}
        columns = columns[:, [k for k in range(columns.shape[1]) if k not in own]]
    fits = ar1.fit(outcome[None], columns[None], np.eye(1, columns.shape[1])[None])
    if fits.problem[0]:
        raise DataError(fits.problem[0])
    return PlannedSeries(
        series=series,
        specification=specification,
        outcome=outcome,
        design=SegmentedDesign(
            names=design.names,
            columns=columns,
            effects=design.effects,
            excluded=design.excluded,
        ),
        rho=float(fits.rho[0]),
        boundary=bool(fits.boundary[0]),
        horizons=horizons,
        per_cent=per_cent,
    )


def rate_of(series: TimeSeries) -> Floats:
    """The outcome, divided by the exposure where there is one; T."""
    return series.outcome if series.exposure is None else series.outcome / series.exposure


def contrast_of(design: SegmentedDesign, effects: Sequence[Effect], horizons: Horizons) -> Floats:
    """The change in level, or the mean effect over some horizons, as a contrast; P.

    A horizon beyond the last period is read at the last one.
    """
    row = np.zeros(design.columns.shape[1])
    if horizons is None:
        row[[e.column for e in effects if e.kind == "level"]] = 1.0
        return row
    end, last = len(design.columns), horizons[1]
    first = min(effects[0].first + horizons[0], end - 1)
    stop = end if last is None else min(effects[0].first + last + 1, end)
    columns = [e.column for e in effects]
    row[columns] = design.columns[first:stop, columns].mean(0)
    return row


def whiten(columns: Floats, used: Flags, rho: float) -> Floats:
    """Rows of ``columns`` (T x K) at used periods less what ``rho`` predicts from the used one before.

    All at one variance: that of the errors.
    """
    kept = columns[used]
    r = rho ** np.diff(np.flatnonzero(used)).astype(float)[:, None]
    return np.concatenate([kept[:1], (kept[1:] - r * kept[:-1]) / np.sqrt(1 - r**2)])


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Weights:
    """Effects as weights of the outcome, by generalised least squares.

    Attributes
    ----------
    weights : array, Q x T
        0 where a period is not used.
    errors : array, Q
        Standard errors where the errors of the series have a variance of 1.
    variance : float
        Of the errors of the series that the weights were made for; NaN without a degree of freedom.
    free : int
        Degrees of freedom.
    """

    weights: Floats
    errors: Floats
    variance: float
    free: int


def as_weights(
    columns: Floats, outcome: Floats, used: Flags, rho: float, rows: Floats
) -> Weights | None:
    """Contrasts (Q x P) of a regression on ``columns`` (T x P) at some periods.

    None where these periods cannot tell the regressors apart.
    """
    x, y = whiten(columns, used, rho), whiten(outcome[:, None], used, rho)
    if np.linalg.matrix_rank(x) < x.shape[1]:
        return None
    inverse = np.linalg.pinv(x)
    white, free = rows @ inverse, len(x) - x.shape[1]
    squares = float(((y - x @ (inverse @ y)) ** 2).sum())
    return Weights(
        weights=white @ whiten(np.eye(len(columns)), used, rho),
        errors=np.sqrt((white**2).sum(1)),
        variance=squares / free if free > 0 else np.nan,
        free=free,
    )


def apart(columns: Floats, others: Floats) -> tuple[Floats, Flags]:
    """What is left of each column after regression on the others, and where that is more than rounding."""
    basis, _ = np.linalg.qr(others)
    left = columns - basis @ (basis.T @ columns)
    length = np.sqrt((columns**2).sum(0))
    return left, np.sqrt((left**2).sum(0)) > _LEFT * np.maximum(length, 1e-300)
