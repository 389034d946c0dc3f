"""Interrupted time series of counts."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from evalkit.data.calendar_days import CalendarRegressor
from evalkit.data.series import TimeSeries
from evalkit.errors import DataError
from evalkit.its import count_ratios
from evalkit.its.ar1_forms import Floats
from evalkit.its.ar1_pack import pack
from evalkit.its.context import Context, notes_of
from evalkit.its.count_ratios import BAND, CountContext
from evalkit.its.counts_errors import CountErrors, CountInference, fit_count_errors
from evalkit.its.counts_glm import Family, Flags
from evalkit.its.design import (
    SegmentedDesign,
    Specification,
    segmented_design,
    short_season,
    too_few,
)
from evalkit.its.estimates import Answer
from evalkit.its.impact import Impact
from evalkit.its.uncertainty import matrix
from evalkit.types.estimate import PathPoint


@dataclass(frozen=True, slots=True, kw_only=True)
class CountsFit:
    """A fitted log-linear regression of counts.

    Attributes
    ----------
    levels, slopes : tuple of Estimate or NoEstimate
        Rate ratios at each interruption, in their order: of the step, and from each period to the next; empty
        where the impact model has none. Intervals are on the ratio, p-values against 1, a standard error is
        that of the logarithm.
    path : tuple of PathPoint
        Counts: observed, expected, and expected without any interruption.
    band : str
        What the intervals of the path cover.
    dispersion : float
        How many times the family's variance the counts vary (Pearson, independent periods).
    alpha : float or None
        Of the negative binomial's variance ``mu + alpha mu^2``.
    autocorrelation : float or None
        Of neighbouring periods; None where they are taken as independent.
    notes : tuple of str
        What a reader has to bear in mind, one sentence each.
    context : CountContext
        What contrasts of the fit are made of; see ``evalkit.its.count_ratios``.
    """

    levels: tuple[Answer, ...]
    slopes: tuple[Answer, ...]
    path: tuple[PathPoint, ...]
    band: str
    dispersion: float
    alpha: float | None
    autocorrelation: float | None
    notes: tuple[str, ...]
    context: CountContext = field(compare=False, repr=False)

    @property
    def level(self) -> Answer | tuple[Answer, ...]:
        """The rate ratio of the step; a tuple when there are several interruptions."""
        return _one_or_all(self.levels, "level")

    @property
    def slope(self) -> Answer | tuple[Answer, ...]:
        """The rate ratio a period; a tuple when there are several interruptions."""
        return _one_or_all(self.slopes, "slope")

    def effect_at(self, horizon: int, interruption: str | None = None) -> Answer:
        """The rate ratio so many periods after the first one with the change."""
        return count_ratios.effect_at(self.context, horizon, interruption)

    def average_effect(
        self, interruption: str | None = None, *, first: int = 0, last: int | None = None
    ) -> Answer:
        """The rate ratio over horizons ``first`` to ``last`` or the end of the series: sums over sums."""
        return count_ratios.average_effect(self.context, interruption, first=first, last=last)

    def avoided(
        self, interruption: str | None = None, *, first: int = 0, last: int | None = None
    ) -> Answer:
        """Incidents avoided over these horizons; negative where there were more than expected."""
        return count_ratios.avoided(self.context, interruption, first=first, last=last)


def counts(
    series: TimeSeries,
    *,
    interruptions: Sequence[str],
    impact: Impact = "level+slope",
    impact_periods: int | None = None,
    transition: int = 0,
    harmonics: int = 0,
    months: bool = False,
    calendar: Sequence[CalendarRegressor] = (),
    family: Family = "quasi_poisson",
    inference: CountInference = "bayes_grid",
    level: float = 0.95,
) -> CountsFit:
    """Estimate the rate ratio at each interruption of one series of counts.

    The log of the expected count is ``log exposure + a + b t + sum_k impact_k(t) + known breaks + season +
    calendar + covariates``. By default periods may be alike: their correlation is averaged over its
    posterior, which keeps intervals honest in series of 24 to 60 periods. Nothing is random: the same series
    gives the same numbers.

    Parameters
    ----------
    series : TimeSeries
        Whole numbers of incidents; an exposure enters as an offset.
    interruptions, impact, impact_periods, transition, harmonics, months, calendar
        As in ``segmented``.
    family : "quasi_poisson" or "negative_binomial"
        Variance in proportion to the mean, or ``mu + alpha mu^2`` (also times a dispersion).
    inference : "bayes_grid" or "independent"
        ``independent`` gives the maximum likelihood estimates with t intervals on n - p degrees of freedom,
        which are too narrow where neighbouring periods are alike.
    level : float
        Of the intervals, between 0 and 1.

    Returns
    -------
    CountsFit
        With ``NoEstimate`` for an effect whose interval holds every ratio that could matter.

    Raises
    ------
    DataError
        A count is negative or not whole; there is no incident, or none on a side or in a month of the year
        that has its own effect; the negative binomial is asked of counts that vary no more than Poisson
        counts; there are fewer than three periods more than regressors; or as ``segmented``.

    References
    ----------
    Zeger (1988), *Biometrika* 75(4), on regressions of correlated counts; Bernal, Cummins and Gasparrini
    (2017), *International Journal of Epidemiology* 46(1), on the design.
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
    observed = np.isfinite(series.outcome) & ~design.excluded
    _need_counts(series)
    _need_periods(series, design, specification, observed)
    log_exposure = (
        np.zeros(len(series.periods)) if series.exposure is None else np.log(series.exposure)
    )
    fit = fit_count_errors(
        series.outcome, log_exposure, design.columns, observed, family, inference
    )
    context = _context(series, design, fit, log_exposure, int(observed.sum()), level)
    return CountsFit(
        levels=count_ratios.coefficients(context, [e for e in design.effects if e.kind == "level"]),
        slopes=count_ratios.coefficients(context, [e for e in design.effects if e.kind == "slope"]),
        path=count_ratios.path_of(context),
        band=BAND.format(level=100 * level),
        dispersion=fit.dispersion,
        alpha=fit.alpha,
        autocorrelation=fit.autocorrelation,
        notes=(*fit.notes, *notes_of(series, design)),
        context=context,
    )


def _context(
    series: TimeSeries,
    design: SegmentedDesign,
    fit: CountErrors,
    log_exposure: Floats,
    n_obs: int,
    level: float,
) -> CountContext:
    return CountContext(
        context=Context(
            periods=series.periods,
            names=design.names,
            columns=matrix(design.columns),
            effects=design.effects,
            uncertainty=fit.uncertainty,
            level=level,
            method=fit.method,
            words=fit.words,
            refusal="",
            notes=fit.notes,
            n_obs=n_obs,
            unit_of_measure=series.unit_of_measure,
        ),
        log_exposure=tuple(log_exposure.tolist()),
        counts=tuple(series.outcome.tolist()),
    )


def _need_counts(series: TimeSeries) -> None:
    found = series.outcome
    bad = np.flatnonzero(np.isfinite(found) & ((found < 0) | (found != np.floor(found))))
    if len(bad):
        raise DataError(
            f"counts found {found[bad[0]]:g} in {series.periods[bad[0]]} ({len(bad)} such periods); it needs "
            "whole numbers of incidents, 0 or more: give counts with an exposure instead of rates"
        )


def _need_periods(
    series: TimeSeries, design: SegmentedDesign, specification: Specification, observed: Flags
) -> None:
    [few] = too_few(design, observed[None])
    [short] = short_season(specification, series.periods, observed[None])
    if few or short:
        raise DataError(few or short)
    packed, _ = pack(design.columns[None], np.where(observed, series.outcome, np.nan)[None])
    if np.isneginf(packed.log_det[0]):
        n, p = int(observed.sum()), len(design.names)
        raise DataError(
            f"counts cannot tell {p} regressors apart in {n} periods ({', '.join(design.names)}); "
            "use fewer, or a longer series"
        )


def _one_or_all(answers: tuple[Answer, ...], what: str) -> Answer | tuple[Answer, ...]:
    if not answers:
        raise DataError(f"this impact model has no {what}; fit one that does")
    return answers[0] if len(answers) == 1 else answers
