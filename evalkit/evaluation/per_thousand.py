"""Incidents avoided per 1,000 people a year, where a plan's counts are counted against people."""

from dataclasses import replace

import numpy as np

from evalkit.data import periods as calendar
from evalkit.data.series import TimeSeries
from evalkit.protocol.estimators import Poisson
from evalkit.protocol.plan import Plan
from evalkit.protocol.series_estimators import Counts
from evalkit.types.estimate import Interval
from evalkit.types.evaluation import PER_THOUSAND, NamedEstimate

PEOPLE = frozenset({"inhabitants", "people", "persons", "population", "residents"})
"""Names of an exposure that is a number of people; of any other nobody can tell what 1,000 of it are."""


def per_thousand(
    named: NamedEstimate, exposed: float | None, plan: Plan, period: str
) -> tuple[NamedEstimate, ...]:
    """The incidents avoided of an estimate, over the people and years that they were avoided in.

    Parameters
    ----------
    exposed : float or None
        People added up over the treated periods: person-months of a monthly panel or series.
    period : str
        Any period of the panel or series.
    """
    method, avoided = plan.estimator, named.avoided
    if avoided is None or not exposed or not isinstance(method, Poisson | Counts):
        return ()
    if (method.exposure or "").lower() not in PEOPLE:
        return ()
    thousands = exposed / calendar.per_year(period) / 1000
    told = replace(
        avoided,
        estimand=PER_THOUSAND,
        effect=avoided.effect / thousands,
        interval=Interval(
            low=avoided.interval.low / thousands,
            high=avoided.interval.high / thousands,
            level=avoided.interval.level,
        ),
        unit_of_measure="per 1,000 people a year",
        why="the interval is that of the incidents avoided, over the people who lived there",
    )
    return (NamedEstimate(name=named.name, words=PER_THOUSAND, estimate=told),)


def exposed_from(series: TimeSeries, at: str) -> float | None:
    """Exposure of the periods with a count from one on, added up; None where counts are against nothing."""
    if series.exposure is None:
        return None
    start = series.periods.index(at)
    there = np.isfinite(series.outcome[start:])
    return float(series.exposure[start:][there].sum())
