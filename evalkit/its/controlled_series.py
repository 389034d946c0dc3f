"""A treated series and its comparison as one series: their difference, or counts per comparison."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from evalkit.data import periods as calendar
from evalkit.data.series import TimeSeries
from evalkit.errors import DataError
from evalkit.its.controlled_weights import Floats, comparison_weights

Flags = npt.NDArray[np.bool_]

_UNLIKE = 1.5  # times as high: from here on a difference and a ratio tell different stories


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Compared:
    """One series made of two or more.

    Attributes
    ----------
    series : TimeSeries
        To be fitted.
    weights : tuple of (str, float)
        Of the comparisons, by name.
    comparison : array, T
        The weighted comparison, per unit of exposure where there is one; NaN where missing.
    notes : tuple of str
    """

    series: TimeSeries
    weights: tuple[tuple[str, float], ...]
    comparison: Floats
    notes: tuple[str, ...]


def difference(
    series: TimeSeries, comparisons: Mapping[str, TimeSeries], interruptions: Sequence[str]
) -> Compared:
    """The treated series less the weighted comparison, of rates where there is an exposure.

    Raises
    ------
    DataError
        As ``controlled`` says.
    """
    _need_alike(series, comparisons)
    treated, rates = _rate(series), _rates(comparisons)
    weights = _weights(series, treated, rates, interruptions)
    together = rates @ weights
    per = f" per unit of {series.exposure_name or 'exposure'}" * (series.exposure is not None)
    return Compared(
        series=replace(
            series,
            outcome=treated - together,
            exposure=None,
            exposure_name="",
            unit_of_measure=f"{series.unit_of_measure}{per} less the comparison's",
            breaks=_breaks(series, comparisons),
        ),
        weights=tuple(zip(comparisons, weights.tolist(), strict=True)),
        comparison=together,
        notes=(
            *_weights_said(comparisons, weights),
            *_scale_said(treated, together, _before(series, interruptions)),
        ),
    )


def offset(
    series: TimeSeries, comparisons: Mapping[str, TimeSeries], interruptions: Sequence[str]
) -> Compared:
    """The treated counts with the comparison, weighted on the log scale, as exposure.

    Raises
    ------
    DataError
        As ``controlled`` says.
    """
    _need_alike(series, comparisons)
    _need_positive(comparisons)
    logs = np.log(_rates(comparisons))
    with np.errstate(divide="ignore"):
        treated = np.log(_rate(series))
    weights = _weights(series, np.where(np.isneginf(treated), np.nan, treated), logs, interruptions)
    together = np.exp(logs @ weights)
    gone = np.isnan(together)
    own = 1.0 if series.exposure is None else series.exposure
    return Compared(
        series=replace(
            series,
            outcome=np.where(gone, np.nan, series.outcome),
            exposure=own * np.where(gone, 1.0, together),
            exposure_name="comparison",
            breaks=_breaks(series, comparisons),
        ),
        weights=tuple(zip(comparisons, weights.tolist(), strict=True)),
        comparison=together,
        notes=_weights_said(comparisons, weights),
    )


def _need_alike(series: TimeSeries, comparisons: Mapping[str, TimeSeries]) -> None:
    if not comparisons:
        raise DataError("controlled found no comparison series; it needs at least one")
    first, last = series.periods[0], series.periods[-1]
    for name, each in comparisons.items():
        if each.periods != series.periods:
            raise DataError(
                f"{name} runs from {each.periods[0]} to {each.periods[-1]} and the treated series from "
                f"{first} to {last}; they need the same periods: cut both to what they share"
            )
        if (each.exposure is None) != (series.exposure is None):
            with_one, without = (name, "the treated series")[
                :: 1 if each.exposure is not None else -1
            ]
            raise DataError(
                f"{with_one} has an exposure and {without} has none; controlled needs one for both, or none"
            )


def _need_positive(comparisons: Mapping[str, TimeSeries]) -> None:
    for name, each in comparisons.items():
        bad = np.flatnonzero(each.outcome <= 0)
        if len(bad):
            raise DataError(
                f"{name} is {each.outcome[bad[0]]:g} in {each.periods[bad[0]]} ({len(bad)} such periods), "
                "which has no logarithm; join areas or months until every period is above 0, or use "
                "controlled, which takes the difference"
            )


def _rate(series: TimeSeries) -> Floats:
    return series.outcome if series.exposure is None else series.outcome / series.exposure


def _rates(comparisons: Mapping[str, TimeSeries]) -> Floats:
    return np.column_stack([_rate(each) for each in comparisons.values()])


def _before(series: TimeSeries, interruptions: Sequence[str]) -> Flags:
    """Whether each period comes before the first interruption, T."""
    first = min((calendar.ordinal(each) for each in interruptions), default=0)
    return np.array([calendar.ordinal(period) < first for period in series.periods])


def _weights(
    series: TimeSeries, treated: Floats, rates: Floats, interruptions: Sequence[str]
) -> Floats:
    if rates.shape[1] == 1:
        return np.ones(1)
    before = _before(series, interruptions)
    return comparison_weights(treated[before], rates[before])


def _breaks(
    series: TimeSeries, comparisons: Mapping[str, TimeSeries]
) -> tuple[tuple[str, str], ...]:
    found = [*series.breaks]
    for name, each in comparisons.items():
        found += [(at, f"{what}, {name}") for at, what in each.breaks if (at, what) not in found]
    return tuple(found)


def _weights_said(comparisons: Mapping[str, TimeSeries], weights: Floats) -> tuple[str, ...]:
    if len(comparisons) == 1:
        return ()
    said = ", ".join(f"{name} {w:.2f}" for name, w in zip(comparisons, weights, strict=True))
    return (
        f"The comparison is a weighted mean: {said}. Weights were fitted to the periods before the first "
        "interruption, levels aside, and are taken as known: the intervals do not hold their uncertainty.",
    )


def _scale_said(treated: Floats, comparison: Floats, before: Flags) -> tuple[str, ...]:
    ours, theirs = np.nanmean(treated[before]), np.nanmean(comparison[before])
    if ours * theirs > 0 and 1 / _UNLIKE < theirs / ours < _UNLIKE:
        return ()
    return (
        f"Before the interruption the comparison averages {theirs:.4g} and the treated series {ours:.4g}: a "
        "difference takes out what moves both by the same amount, not by the same per cent. With counts, "
        "controlled_counts does that.",
    )
