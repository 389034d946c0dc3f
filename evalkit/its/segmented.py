"""Segmented regression of one series."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
from statsmodels.regression.linear_model import OLS

from evalkit.data import periods as calendar
from evalkit.data.series import TimeSeries
from evalkit.errors import DataError
from evalkit.inference.intervals import t_interval
from evalkit.types.estimate import Estimate, PathPoint

Floats = npt.NDArray[np.float64]
_MONTHS = range(2, 13)


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentedFit:
    """A fitted segmented regression.

    Attributes
    ----------
    levels : tuple of Estimate
        Change in level at each interruption, in their order, in the outcome's unit.
    path : tuple of PathPoint
        Observed, fitted, and projected without any interruption.
    durbin_watson : float
        Of the residuals; about 2 without first-order autocorrelation.
    autocorrelation : float
        Of the residuals at a lag of one period.
    """

    levels: tuple[Estimate, ...]
    path: tuple[PathPoint, ...]
    durbin_watson: float
    autocorrelation: float

    @property
    def level(self) -> Estimate | tuple[Estimate, ...]:
        """The change in level; a tuple when there are several interruptions."""
        return self.levels[0] if len(self.levels) == 1 else self.levels


def segmented(
    series: TimeSeries,
    *,
    interruptions: Sequence[str],
    impact: Literal["level"],
    months: bool = False,
    errors: Literal["ols"],
    level: float = 0.95,
) -> SegmentedFit:
    """Estimate the change in level at each interruption.

    Fits ``y_t = a + b t + sum_k level_k [t >= T_k] + month effects + covariates + e_t`` by ordinary least
    squares. Intervals use t with n - p degrees of freedom and take the errors as independent: where
    ``autocorrelation`` is not near 0 they are too narrow, so it is reported with every fit.

    Parameters
    ----------
    series : TimeSeries
    interruptions : sequence of str
        First period with each change, inside the series and after its first period.
    impact : "level"
        A step that stays.
    months : bool
        Eleven effects for the month of the year, against January.
    errors : "ols"
        Independent errors.
    level : float
        Of the intervals, between 0 and 1.

    Raises
    ------
    DataError
        There is no interruption, one is outside the series or given twice, months are asked of a yearly
        series, two regressors say the same, the outcome never changes, or there are no more periods than
        parameters.

    References
    ----------
    Wagner, Soumerai, Zhang and Ross-Degnan (2002), *Journal of Clinical Pharmacy and Therapeutics* 27(4).
    """
    names, design = _design(series, interruptions, months)
    n, p = design.shape
    if np.linalg.matrix_rank(design) < p or n <= p:
        raise DataError(
            f"segmented cannot tell {p} regressors apart in {n} periods ({', '.join(names)}); "
            "use fewer, or a longer series"
        )
    if np.ptp(series.outcome) == 0:
        raise DataError(
            "segmented found an outcome that never changes; there is nothing to estimate"
        )
    fit = OLS(series.outcome, design).fit()
    fitted = design @ fit.params
    first_step = names.index(interruptions[0])
    steps = slice(first_step, first_step + len(interruptions))
    projected = fitted - design[:, steps] @ fit.params[steps]
    residuals = series.outcome - fitted
    return SegmentedFit(
        levels=tuple(
            _level(series, float(fit.params[i]), float(fit.bse[i]), n - p, level)
            for i in range(steps.start, steps.stop)
        ),
        path=tuple(
            PathPoint(period=period, observed=float(y), fitted=float(f), counterfactual=float(c))
            for period, y, f, c in zip(
                series.periods, series.outcome, fitted, projected, strict=True
            )
        ),
        durbin_watson=float(np.sum(np.diff(residuals) ** 2) / np.sum(residuals**2)),
        autocorrelation=float(residuals[1:] @ residuals[:-1] / (residuals @ residuals)),
    )


def _design(
    series: TimeSeries, interruptions: Sequence[str], months: bool
) -> tuple[tuple[str, ...], Floats]:
    """Names and columns: constant, trend, steps, months, covariates."""
    if not interruptions:
        raise DataError("segmented found no interruption; it needs at least one")
    given = ("constant", "trend", *interruptions, *(name for name, _ in series.covariates))
    twice = [name for i, name in enumerate(given) if name in given[:i]]
    if twice:
        raise DataError(f"segmented found {twice[0]} twice; it needs one name for each regressor")
    at = np.array([calendar.ordinal(period) for period in series.periods])
    columns: dict[str, Floats] = {
        "constant": np.ones(len(at)),
        "trend": np.arange(1.0, len(at) + 1),
    }
    for period in interruptions:
        if not at[0] < calendar.ordinal(period) <= at[-1]:
            first, last = series.periods[0], series.periods[-1]
            raise DataError(f"interruption {period} is outside the series, {first} to {last}")
        columns[period] = (at >= calendar.ordinal(period)).astype(float)
    if months:
        of_year = np.array([calendar.month_of_year(period) for period in series.periods])
        if not of_year.all():
            raise DataError("month effects were asked of a series that is not monthly")
        columns |= {f"month {m}": (of_year == m).astype(float) for m in _MONTHS}
    columns |= dict(series.covariates)
    return tuple(columns), np.column_stack(list(columns.values()))


def _level(
    series: TimeSeries, effect: float, standard_error: float, dof: int, level: float
) -> Estimate:
    interval, p_value = t_interval(effect, standard_error, dof=dof, level=level)
    return Estimate(
        estimand="level change",
        method="segmented regression, ordinary least squares",
        effect=effect,
        standard_error=standard_error,
        interval=interval,
        p_value=p_value,
        dof=float(dof),
        inference=f"t with {dof} df, errors taken as independent",
        n_obs=len(series.periods),
        n_units=1,
        n_clusters=1,
        unit_of_measure=series.unit_of_measure,
    )
