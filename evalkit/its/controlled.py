"""Interrupted time series with a comparison: what happened to both is taken out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from evalkit.data.calendar_days import CalendarRegressor
from evalkit.data.series import TimeSeries
from evalkit.its import controlled_series
from evalkit.its.controlled_series import Compared
from evalkit.its.counts import CountsFit, counts
from evalkit.its.counts_errors import CountInference
from evalkit.its.counts_glm import Family
from evalkit.its.error_models import Errors, Inference, NeweyWest
from evalkit.its.estimates import Answer
from evalkit.its.impact import Impact
from evalkit.its.segmented import SegmentedFit, segmented


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlledFit:
    """A segmented regression of one series against another.

    Attributes
    ----------
    fit : SegmentedFit or CountsFit
        Of the differences, or of the counts with the comparison as offset; contrasts and path are there.
    weights : tuple of (str, float)
        Of the comparison series, by name; they sum to 1.
    comparison : tuple of float or None
        The weighted comparison in every period, per unit of exposure where there is one; None where missing.
    notes : tuple of str
        What a reader has to bear in mind, one sentence each; those of ``fit`` too.
    """

    fit: SegmentedFit | CountsFit
    weights: tuple[tuple[str, float], ...]
    comparison: tuple[float | None, ...]
    notes: tuple[str, ...]

    @property
    def level(self) -> Answer | tuple[Answer, ...]:
        """The change in level beyond the comparison's; a tuple when there are several interruptions."""
        return self.fit.level

    @property
    def slope(self) -> Answer | tuple[Answer, ...]:
        """The change in slope beyond the comparison's; a tuple when there are several interruptions."""
        return self.fit.slope


def controlled(
    series: TimeSeries,
    comparison: TimeSeries | Mapping[str, TimeSeries],
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
) -> ControlledFit:
    """Estimate what changed beyond what changed in a comparison, from the difference of the two series.

    ``segmented`` is fitted to the treated series less the comparison: what moves both by the same amount
    drops out. With several comparisons, non-negative weights that sum to 1 are fitted to the periods before
    the first interruption.

    Parameters
    ----------
    series : TimeSeries
        With an exposure, the difference is one of rates.
    comparison : TimeSeries or mapping of str to TimeSeries
        Over the same periods, with an exposure where ``series`` has one. Known breaks of all are allowed for.
    interruptions, impact, impact_periods, transition, harmonics, months, calendar, errors, inference, level
        As in ``segmented``.

    Raises
    ------
    DataError
        A comparison has other periods, or an exposure where the series has none, or none where it has one;
        there are no more periods before the first interruption than comparisons; or as ``segmented``.

    References
    ----------
    Bottomley, Scott and Isham (2019), *Epidemiologic Methods* 8(1).
    """
    made = controlled_series.difference(series, _named(comparison), interruptions)
    return _told(
        made,
        segmented(
            made.series,
            interruptions=interruptions,
            impact=impact,
            impact_periods=impact_periods,
            transition=transition,
            harmonics=harmonics,
            months=months,
            calendar=calendar,
            errors=errors,
            inference=inference,
            level=level,
        ),
    )


def controlled_counts(
    series: TimeSeries,
    comparison: TimeSeries | Mapping[str, TimeSeries],
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
) -> ControlledFit:
    """Estimate rate ratios beyond what changed in a comparison, which enters as offset.

    ``counts`` is fitted with the logarithm of the comparison as offset: what moves both by the same factor
    drops out. Several comparisons are weighted on the log scale, as in ``controlled``.

    Parameters
    ----------
    series : TimeSeries
        Counts.
    comparison : TimeSeries or mapping of str to TimeSeries
        As in ``controlled``; above 0 in every period. Its own scatter widens the intervals: it should count
        many more incidents than the series.
    interruptions, impact, impact_periods, transition, harmonics, months, calendar, family, inference, level
        As in ``counts``.

    Raises
    ------
    DataError
        As ``controlled`` and ``counts``; or a comparison is not above 0 in some period.

    References
    ----------
    Bottomley, Scott and Isham (2019), *Epidemiologic Methods* 8(1).
    """
    made = controlled_series.offset(series, _named(comparison), interruptions)
    return _told(
        made,
        counts(
            made.series,
            interruptions=interruptions,
            impact=impact,
            impact_periods=impact_periods,
            transition=transition,
            harmonics=harmonics,
            months=months,
            calendar=calendar,
            family=family,
            inference=inference,
            level=level,
        ),
    )


def _named(comparison: TimeSeries | Mapping[str, TimeSeries]) -> Mapping[str, TimeSeries]:
    return {"comparison": comparison} if isinstance(comparison, TimeSeries) else comparison


def _told(made: Compared, fit: SegmentedFit | CountsFit) -> ControlledFit:
    return ControlledFit(
        fit=fit,
        weights=made.weights,
        comparison=tuple(v if np.isfinite(v) else None for v in made.comparison.tolist()),
        notes=(*made.notes, *fit.notes),
    )
