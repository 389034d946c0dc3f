"""Everything that is monitored about one intervention: an entry for each indicator and group."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from evalkit.data.monitoring.chart import control_chart
from evalkit.data.monitoring.readings import may_be_negative, readings
from evalkit.errors import DataError
from evalkit.types.control_chart import ControlChart, Reading
from evalkit.types.indicator_limits import IndicatorLimits
from evalkit.types.indicator_value import IndicatorValue
from evalkit.types.intervention import Area, Intervention
from evalkit.types.theory import Indicator

AREA = "area"
"""The group whose name is a place: its code, as registered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Monitored:
    """One indicator for one group.

    Attributes
    ----------
    intervention : Intervention
    indicator : Indicator
        With its unit, direction, baseline and target.
    by : mapping of str to str
        The group; empty for everybody.
    group : str
        The group in words, e.g. ``"Derby, age under 25"``; ``"all"`` for everybody.
    chart : ControlChart
        Without readings where nothing was recorded, or where ``why`` says why there is no chart.
    why : str
        Why the values make no chart; empty where they do.
    """

    intervention: Intervention
    indicator: Indicator
    by: Mapping[str, str]
    group: str
    chart: ControlChart
    why: str = ""

    @property
    def newest(self) -> Reading | None:
        """The latest period of which anything is known."""
        known = [reading for reading in self.chart.readings if not reading.missing]
        return known[-1] if known else None

    @property
    def is_whole(self) -> bool:
        """True for everybody, not a group of them."""
        return not self.by

    @property
    def target(self) -> float | None:
        """The theory's target, which is for everybody; None for a group."""
        return self.indicator.target if self.is_whole else None

    @property
    def baseline(self) -> float | None:
        """The theory's baseline, which is for everybody; None for a group."""
        return self.indicator.baseline if self.is_whole else None


def monitored(
    intervention: Intervention,
    values: Iterable[IndicatorValue],
    limits: Iterable[IndicatorLimits],
    areas: Mapping[str, Area],
) -> tuple[Monitored, ...]:
    """Every indicator that the theory of change names, for everybody first and then for each group.

    Indicators without any value are there too, without readings.
    """
    own = [value for value in values if value.intervention == intervention.id]
    locked = [one for one in limits if one.intervention == intervention.id]
    named = intervention.theory.indicators if intervention.theory else ()
    indicators = {one.name: one for one in reversed(named) if one.name}
    return tuple(
        monitored_one(
            intervention,
            indicators[name],
            group,
            [v for v in own if v.indicator == name and dict(v.by) == dict(group)],
            [one for one in locked if one.indicator == name and dict(one.by) == dict(group)],
            areas,
        )
        for name in dict.fromkeys(one.name for one in named if one.name)
        for group in _groups([value for value in own if value.indicator == name])
    )


def monitored_one(
    intervention: Intervention,
    indicator: Indicator,
    group: Mapping[str, str],
    values: Sequence[IndicatorValue],
    limits: Sequence[IndicatorLimits],
    areas: Mapping[str, Area],
) -> Monitored:
    """One indicator for one group, from its own values and limits."""
    bases = limits[0].bases if limits else ()
    why = ""
    try:
        chart = control_chart(readings(values), bases, negative=may_be_negative(indicator))
    except DataError as error:
        problem = error.problems[0]
        chart = control_chart(())
        why = f"{problem.found[:1].upper()}{problem.found[1:]}; needed {problem.needed}."
    return Monitored(
        intervention=intervention,
        indicator=indicator,
        by=dict(group),
        group=group_words(group, areas),
        chart=chart,
        why=why,
    )


def group_words(group: Mapping[str, str], areas: Mapping[str, Area]) -> str:
    """A group as it is said: the area by its name, everything else as ``age under 25``.

    >>> group_words({"age": "under 25"}, {}), group_words({}, {})
    ('age under 25', 'all')
    """
    places = [areas[code].name if code in areas else code for n, code in group.items() if n == AREA]
    others = [f"{name} {value}" for name, value in group.items() if name != AREA]
    return ", ".join([*places, *others]) or "all"


def _groups(values: Iterable[IndicatorValue]) -> list[dict[str, str]]:
    """Everybody first, then the groups in order."""
    found = {tuple(sorted(value.by.items())) for value in values} | {()}
    return [dict(group) for group in sorted(found)]
