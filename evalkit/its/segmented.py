"""Segmented regression of one series."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from evalkit.data.calendar_days import CalendarRegressor
from evalkit.data.series import TimeSeries
from evalkit.errors import DataError
from evalkit.its import contrasts
from evalkit.its.ar1_forms import Floats
from evalkit.its.ar1_pack import pack
from evalkit.its.context import Context, context_of, notes_of
from evalkit.its.design import (
    SegmentedDesign,
    Specification,
    segmented_design,
    short_season,
    too_few,
)
from evalkit.its.error_models import Errors, Inference, NeweyWest, fit_errors
from evalkit.its.estimates import Answer, answers, one_or_all
from evalkit.its.impact import Impact
from evalkit.its.paths import BAND, path_of
from evalkit.its.residuals import durbin_watson, lag_one, outliers
from evalkit.types.estimate import PathPoint


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentedFit:
    """A fitted segmented regression.

    Attributes
    ----------
    levels, slopes : tuple of Estimate or NoEstimate
        Changes of level (outcome's unit) and of slope (that unit a period) at each interruption, in their
        order; empty where the impact model has none.
    path : tuple of PathPoint
        Observed, fitted, and projected without any interruption; empty where there is no estimate.
    band : str
        What the intervals of the path cover.
    durbin_watson, autocorrelation : float
        Of the residuals, after the estimated autocorrelation was taken out; about 2 and 0 where the errors
        are as modelled. ``autocorrelation`` is at a lag of one observation.
    rho : float or None
        Estimated autocorrelation of the errors; None where they are taken as independent.
    sigma : float
        Standard deviation of the errors.
    log_likelihood : float or None
        At its maximum, of the restricted or full likelihood; None where none was maximised.
    boundary : bool
        Whether the likelihood still rises at the end of rho's range: then there is no estimate.
    notes : tuple of str
        What a reader has to bear in mind, one sentence each.
    context : Context
        What contrasts of the fit are made of; see ``evalkit.its.contrasts``.
    """

    levels: tuple[Answer, ...]
    slopes: tuple[Answer, ...]
    path: tuple[PathPoint, ...]
    band: str
    durbin_watson: float
    autocorrelation: float
    rho: float | None
    sigma: float
    log_likelihood: float | None
    boundary: bool
    notes: tuple[str, ...]
    context: Context = field(compare=False, repr=False)

    @property
    def level(self) -> Answer | tuple[Answer, ...]:
        """The change in level; a tuple when there are several interruptions."""
        return one_or_all(self.levels, "level")

    @property
    def slope(self) -> Answer | tuple[Answer, ...]:
        """The change in slope; a tuple when there are several interruptions."""
        return one_or_all(self.slopes, "slope")

    def effect_at(self, horizon: int, interruption: str | None = None) -> Answer:
        """The effect so many periods after the first one with the change; see ``contrasts``."""
        return contrasts.effect_at(self.context, horizon, interruption)

    def average_effect(
        self, interruption: str | None = None, *, first: int = 0, last: int | None = None
    ) -> Answer:
        """The mean effect from horizon ``first`` to ``last`` or the end of the series."""
        return contrasts.average_effect(self.context, interruption, first=first, last=last)

    def cumulative_effect(
        self, interruption: str | None = None, *, first: int = 0, last: int | None = None
    ) -> Answer:
        """The sum of effects from horizon ``first`` to ``last`` or the end of the series."""
        return contrasts.cumulative_effect(self.context, interruption, first=first, last=last)

    def relative_effect(
        self, interruption: str | None = None, *, first: int = 0, last: int | None = None
    ) -> Answer:
        """The average effect in per cent of what is expected without the interruption."""
        return contrasts.relative_effect(self.context, interruption, first=first, last=last)


def segmented(
    series: TimeSeries,
    *,
    interruptions: Sequence[str],
    impact: Impact = "level+slope",
    impact_periods: int | None = None,
    transition: int = 0,
    harmonics: int = 0,
    months: bool = False,
    calendar: Sequence[CalendarRegressor] = (),
    errors: Errors = "ar1",
    inference: Inference | NeweyWest = "kenward_roger",
    level: float = 0.95,
) -> SegmentedFit:
    """Estimate what changed at each interruption of one series.

    Fits ``y_t = a + b t + sum_k impact_k(t) + known breaks + season + calendar + covariates + e_t``. By
    default the errors are AR(1), estimated by exact restricted maximum likelihood with missing periods left
    missing, and intervals are Kenward and Roger's, which keep their level in short series.

    Parameters
    ----------
    series : TimeSeries
        With an exposure, the outcome is divided by it.
    interruptions : sequence of str
        First period with each change, inside the series and after its first period.
    impact : str
        ``level``: a step. ``slope``: a change of trend. ``level+slope``: both; the level is the change in the
        first period and the slope adds from the next. ``phase_in``: a step in ``impact_periods`` equal rises,
        the first in the first period. ``lagged``: a step ``impact_periods`` later. ``pulse``: a step that is
        taken back after ``impact_periods``.
    impact_periods : int, optional
        Of ``phase_in``, ``lagged`` and ``pulse``.
    transition : int
        So many periods from each interruption on are left out; "first period" is then the one after them.
    harmonics : int
        Pairs of sine and cosine for the season, up to half the periods of a year.
    months : bool
        Eleven effects for the month of the year, against January, instead.
    calendar : sequence of "days", "weekends", "bank_holidays"
        Counts of such days in each period, as regressors.
    errors : "ar1" or "ols"
        First-order autocorrelation, or independence.
    inference : str or NeweyWest
        ``kenward_roger`` (the adjusted error never below the plain one, at least one degree of freedom),
        ``satterthwaite``, ``bayes_grid``, ``maximum_likelihood`` or ``prais_winsten`` for ``ar1``. For
        ``ols``, the first two are t with n - p degrees of freedom, and ``hac`` or a ``NeweyWest`` allows for
        autocorrelation, though in short series far too little.
    level : float
        Of the intervals, between 0 and 1.

    Returns
    -------
    SegmentedFit
        Where the likelihood runs to the end of rho's range, with ``NoEstimate`` for each effect.

    Raises
    ------
    DataError
        There is no interruption, one is outside the series or given twice, or has fewer than three observed
        periods on a side; the season has fewer than two years; two regressors say the same; the outcome never
        changes; or there are no more periods than parameters.

    References
    ----------
    Wagner, Soumerai, Zhang and Ross-Degnan (2002), *Journal of Clinical Pharmacy and Therapeutics* 27(4).
    Kenward and Roger (1997), *Biometrics* 53(3).
    """
    specification = Specification(
        impact=impact,
        impact_periods=impact_periods,
        transition=transition,
        harmonics=harmonics,
        months=months,
        calendar=tuple(calendar),
    )
    design = segmented_design(
        series.periods,
        interruptions,
        specification,
        covariates=series.covariates,
        breaks=series.breaks,
    )
    outcome = np.where(design.excluded, np.nan, _rate(series))
    _need_enough(design, specification, series.periods, outcome)
    fit = fit_errors(outcome, design.columns, errors, inference)
    context = context_of(series, design, fit, outcome, level)
    return SegmentedFit(
        levels=answers(context, [e for e in design.effects if e.kind == "level"]),
        slopes=answers(context, [e for e in design.effects if e.kind == "slope"]),
        path=() if fit.boundary else path_of(context, _rate(series)),
        band=BAND.format(level=100 * level),
        durbin_watson=durbin_watson(fit.residuals),
        autocorrelation=lag_one(fit.residuals),
        rho=fit.rho,
        sigma=fit.sigma,
        log_likelihood=fit.log_likelihood,
        boundary=fit.boundary != 0,
        notes=(
            *fit.notes,
            *notes_of(series, design),
            *outliers(series.periods, outcome, fit.residuals, len(design.names)),
        ),
        context=context,
    )


def _rate(series: TimeSeries) -> Floats:
    return series.outcome if series.exposure is None else series.outcome / series.exposure


def _need_enough(
    design: SegmentedDesign, specification: Specification, periods: Sequence[str], outcome: Floats
) -> None:
    observed = np.isfinite(outcome)
    n, p = int(observed.sum()), len(design.names)
    if n and np.ptp(outcome[observed]) == 0:
        raise DataError(
            "segmented found an outcome that never changes; there is nothing to estimate"
        )
    [few], [short] = (
        too_few(design, observed[None]),
        short_season(specification, periods, observed[None]),
    )
    if few or short:
        raise DataError(few or short)
    packed, _ = pack(design.columns[None], outcome[None])
    if np.isneginf(packed.log_det[0]):
        raise DataError(
            f"segmented cannot tell {p} regressors apart in {n} periods ({', '.join(design.names)}); "
            "use fewer, or a longer series"
        )
