"""Segmented regression of many areas with one calendar in one call."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
import scipy  # its parts are read when one is first named

from evalkit.data.area_series import AreaSeries
from evalkit.data.calendar_days import CalendarRegressor
from evalkit.errors import DataError
from evalkit.its.ar1 import Fits, fit
from evalkit.its.area_designs import AreaDesigns, area_designs, regressors_of
from evalkit.its.context import at_boundary
from evalkit.its.design import Specification
from evalkit.its.error_models import Errors, Inference, need_errors
from evalkit.its.impact import Impact, TermKind
from evalkit.its.uncertainty import t_intervals

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
_AT_ONCE = ("kenward_roger", "satterthwaite", "maximum_likelihood")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class BatchFit:
    """Changes of level and slope in N areas; Q of them in each.

    Attributes
    ----------
    units : tuple of str, N
    kinds : tuple of "level" or "slope", Q
    interruptions : tuple of tuple of str, N x Q
    effect, standard_error, low, high, p_value, dof, q_value : array, N x Q
        NaN where ``why`` says that there is no number; ``dof`` is NaN too where the reference is normal.
        ``q_value`` is Benjamini and Hochberg's over all areas with a p-value of the same kind.
    rho : array, N
        Autocorrelation of the errors; NaN where they are taken as independent.
    boundary : array of bool, N
        Where the likelihood of the autocorrelation still rises at the end of its range.
    why : tuple of str, N
        Why an area has no number; empty where it has.
    level : float
        Of the intervals.
    """

    units: tuple[str, ...]
    kinds: tuple[TermKind, ...]
    interruptions: tuple[tuple[str, ...], ...]
    effect: Floats
    standard_error: Floats
    low: Floats
    high: Floats
    p_value: Floats
    dof: Floats
    q_value: Floats
    rho: Floats
    boundary: npt.NDArray[np.bool_]
    why: tuple[str, ...]
    level: float

    @property
    def counts(self) -> str:
        """How many areas have numbers, how many ran to the boundary, how many had none for other reasons."""
        boundary = int(self.boundary.sum())
        without = sum(bool(why) for why in self.why) - boundary
        answered = len(self.units) - boundary - without
        return (
            f"{len(self.units)} areas: {answered} estimated, {boundary} at the boundary of the "
            f"autocorrelation, {without} without a number for other reasons"
        )

    def to_frame(self) -> pd.DataFrame:
        """One row an area and change, with why a row has no number."""
        n, q = self.effect.shape
        numbers = ("effect", "standard_error", "low", "high", "p_value", "dof")
        return pd.DataFrame(
            {
                "unit": np.repeat(np.array(self.units, dtype=object), q),
                "estimand": np.tile(self.kinds, n),
                **{name: getattr(self, name).ravel() for name in numbers},
                "rho": np.repeat(self.rho, q),
                "q_value": self.q_value.ravel(),
                "interruption": np.ravel(self.interruptions),
                "boundary": np.repeat(self.boundary, q),
                "why": np.repeat(np.array(self.why, dtype=object), q),
            }
        )


def batch(
    frame: pd.DataFrame,
    *,
    unit: str,
    period: str,
    outcome: str,
    interruptions: Sequence[str] | str,
    exposure: str | None = None,
    covariates: Sequence[str] = (),
    impact: Impact = "level+slope",
    impact_periods: int | None = None,
    transition: int = 0,
    harmonics: int = 0,
    months: bool = False,
    calendar: Sequence[CalendarRegressor] = (),
    errors: Errors = "ar1",
    inference: Inference = "kenward_roger",
    level: float = 0.95,
) -> BatchFit:
    """Fit ``segmented`` to every area of a table at once; the numbers are those of one at a time.

    An area that cannot be fitted keeps its rows, without numbers and with the reason.

    Parameters
    ----------
    frame : DataFrame
        One row an area and period, in any order. Periods without a row or an outcome are missing.
    unit, period, outcome : str
        Columns.
    interruptions : sequence of str, or str
        Periods that are the same for all areas; or the column that holds each area's own.
    exposure, covariates
        Columns; the outcome is divided by the exposure.
    impact, impact_periods, transition, harmonics, months, calendar, errors, level
        As in ``segmented``.
    inference : "kenward_roger", "satterthwaite" or "maximum_likelihood"

    Raises
    ------
    DataError
        A column is missing or holds text, an area has a period twice or several own interruptions, or the
        specification is refused as in ``segmented``.

    References
    ----------
    Benjamini and Hochberg (1995), *Journal of the Royal Statistical Society B* 57(1).
    """
    need_errors(errors, inference)
    if inference not in _AT_ONCE:
        raise DataError(
            f"found inference {inference}; areas at once need one of {', '.join(_AT_ONCE)}"
        )
    specification = Specification(
        impact=impact,
        impact_periods=impact_periods,
        transition=transition,
        harmonics=harmonics,
        months=months,
        calendar=tuple(calendar),
    )
    own = isinstance(interruptions, str)
    areas = AreaSeries.from_frame(
        frame,
        unit=unit,
        period=period,
        outcome=outcome,
        start=str(interruptions) if own else None,
        exposure=exposure,
        covariates=covariates,
    )
    groups = area_designs(areas, () if own else tuple(interruptions), specification)
    usable = np.array([i for i, why in enumerate(groups.why) if not why], dtype=np.int64)
    fits = _fits(areas, groups, usable, errors, inference)
    return _judged(areas, groups, usable, fits, errors, inference, level)


def _fits(
    areas: AreaSeries, groups: AreaDesigns, rows: Integers, errors: Errors, inference: Inference
) -> Fits:
    regressors, which = regressors_of(areas, groups, rows)
    effects = groups.designs[0].effects if groups.designs else ()
    contrasts = np.zeros((1, len(effects), regressors.shape[2]))
    contrasts[0, np.arange(len(effects)), [effect.column for effect in effects]] = 1.0
    return fit(
        groups.outcomes[rows],
        regressors,
        contrasts,
        which=which,
        likelihood="full" if inference == "maximum_likelihood" else "restricted",
        rho=0.0 if errors == "ols" else None,
    )


def _judged(
    areas: AreaSeries,
    groups: AreaDesigns,
    rows: Integers,
    fits: Fits,
    errors: Errors,
    inference: Inference,
    level: float,
) -> BatchFit:
    """Intervals, false discovery rates and reasons, in the order of the areas."""
    n, effects = len(areas.units), groups.designs[0].effects
    adjusts = errors == "ar1" and inference == "kenward_roger"
    error = fits.adjusted_error if adjusts else fits.plain_error
    dof = np.full_like(error, np.inf) if inference == "maximum_likelihood" else fits.dof
    low, high, p_value = t_intervals(fits.effect, error, dof, level)
    edge = fits.boundary != 0

    def spread(values: Floats, *, keep: bool = False) -> Floats:
        whole = np.full((n, *values.shape[1:]), np.nan)
        whole[rows] = values
        if not keep:
            whole[rows[edge]] = np.nan
        return whole

    why = list(groups.why)
    for i, problem, boundary in zip(rows, fits.problem, fits.boundary, strict=True):
        why[i] = problem or at_boundary(int(boundary))
    boundary = np.zeros(n, dtype=bool)
    boundary[rows] = edge
    p_values = spread(p_value)
    kinds = tuple(effect.kind for effect in effects)
    return BatchFit(
        units=areas.units,
        kinds=kinds,
        interruptions=tuple(
            tuple(effect.interruption for effect in groups.designs[k].effects) for k in groups.which
        ),
        effect=spread(fits.effect),
        standard_error=spread(error),
        low=spread(low),
        high=spread(high),
        p_value=p_values,
        dof=spread(np.where(np.isinf(dof), np.nan, dof)),
        q_value=_discoveries(p_values, kinds),
        rho=spread(fits.rho, keep=True) if errors == "ar1" else np.full(n, np.nan),
        boundary=boundary,
        why=tuple(why),
        level=level,
    )


def _discoveries(p_values: Floats, kinds: tuple[TermKind, ...]) -> Floats:
    """Benjamini and Hochberg's q-values over all p-values of a kind."""
    q_values = np.full_like(p_values, np.nan)
    for kind in set(kinds):
        columns = [i for i, each in enumerate(kinds) if each == kind]
        part = p_values[:, columns]
        there = np.isfinite(part)
        part[there] = (
            scipy.stats.false_discovery_control(part[there]) if there.any() else part[there]
        )
        q_values[:, columns] = part
    return q_values
