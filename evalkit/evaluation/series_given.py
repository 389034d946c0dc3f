"""The series that a plan is run on: one by itself, or one beside its comparison."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from evalkit.data import periods as calendar
from evalkit.data.panel import Panel
from evalkit.data.series import TimeSeries
from evalkit.errors import DataError
from evalkit.evaluation.series_asked import SeriesAsked, prepared, takes_logarithms
from evalkit.its.controlled_series import difference, offset
from evalkit.protocol.plan import Plan
from evalkit.protocol.series_estimators import Counts


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Given:
    """A treated series, and the comparison series by name; none for a series by itself."""

    series: TimeSeries
    comparisons: Mapping[str, TimeSeries] = field(default_factory=dict)
    n_treated: int = 1


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ready:
    """What is fitted.

    Attributes
    ----------
    series : TimeSeries
        On the model's scale: the series itself, its difference from the comparison, or its counts with the
        comparison as exposure.
    comparison : TimeSeries or None
        The comparison by itself, on the model's scale.
    notes : tuple of str
    """

    series: TimeSeries
    comparison: TimeSeries | None = None
    notes: tuple[str, ...] = ()


def from_panel(panel: Panel, plan: Plan) -> Given:
    """The treated units of a panel as one series, and each unit that never starts as a comparison.

    Several treated units are added up: their outcomes, and their exposures.

    Raises
    ------
    DataError
        Nobody is treated, or never; a treated unit starts in another period than the plan's change; or
        logarithms would be added up.
    """
    at, treated = str(plan.changes[0].at), np.flatnonzero(panel.ever_treated)
    others = np.flatnonzero(~panel.ever_treated)
    if not len(treated) or not len(others):
        who = "nobody who is treated" if not len(treated) else "nobody who is never treated"
        raise DataError(f"{plan.id} data: found {who}; a controlled series needs both")
    for row in treated:
        if panel.periods[panel.start[row]] != at:
            found = f"{panel.units[row]} from {panel.periods[panel.start[row]]}"
            raise DataError(
                f"{plan.id} data: found {found}; the plan's change is at {at}. Make them agree"
            )
    if len(treated) > 1 and plan.outcome.scale == "log" and not _takes_logarithms(plan):
        raise DataError(
            f"{plan.id} data: found logarithms of {len(treated)} treated units; one series needs numbers "
            "that add up. Give the numbers themselves, and scale: log in the estimator"
        )
    return Given(
        series=added_up(panel, treated),
        comparisons={panel.units[row]: added_up(panel, np.array([row])) for row in others},
        n_treated=len(treated),
    )


def _takes_logarithms(plan: Plan) -> bool:
    return getattr(plan.estimator, "scale", "level") == "log"


def added_up(panel: Panel, rows: "np.typing.NDArray[np.int64]") -> TimeSeries:
    """Some units of a panel as one series: their outcomes added up, and their exposures."""
    exposure = None if panel.exposure is None else panel.exposure[rows].sum(0)
    return TimeSeries(
        periods=panel.periods,
        outcome=panel.outcome[rows].sum(0),
        covariates=(),
        unit_of_measure=panel.unit_of_measure,
        exposure=exposure,
        exposure_name="" if exposure is None else "exposure",
        provenance=panel.provenance,
    )


def ready(asked: SeriesAsked, given: Given) -> Ready:
    """What is fitted, from what was given.

    Raises
    ------
    DataError
        A logarithm is asked of a number that is not above 0, or the comparison does not fit the series.
    """
    series = prepared(asked, given.series)
    if not given.comparisons:
        return Ready(series=series)
    beside = {name: prepared(asked, each) for name, each in given.comparisons.items()}
    first = calendar.ordinal(series.periods[0])
    dates = [date for date in asked.dates if calendar.ordinal(date) >= first]
    if isinstance(asked.estimator, Counts):
        made = offset(series, beside, dates)
        comparison = np.log(made.comparison)
    else:
        made = difference(series, beside, dates)
        comparison = made.comparison
    # Of logarithms a difference is a ratio: what `difference` says of scales does not hold for them.
    notes = made.notes[: int(len(beside) > 1)] if takes_logarithms(asked) else made.notes
    return Ready(
        series=made.series,
        comparison=replace(
            series, outcome=comparison, exposure=None, exposure_name="", breaks=made.series.breaks
        ),
        notes=notes,
    )
