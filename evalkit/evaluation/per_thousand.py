"""Incidents avoided per 1,000 people a year, where a plan's counts are counted against people."""

from dataclasses import replace

from evalkit.data import periods as calendar
from evalkit.protocol.estimators import Poisson
from evalkit.protocol.plan import Plan
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
        People added up over the treated periods: person-months of a monthly panel.
    period : str
        Any period of the panel.
    """
    method, avoided = plan.estimator, named.avoided
    if avoided is None or not exposed or not isinstance(method, Poisson):
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
