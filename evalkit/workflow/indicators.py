"""Write down what an indicator of a theory of change was."""

import datetime
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from evalkit.data.monitoring.readings import may_be_negative
from evalkit.errors import Problem, RegistryError
from evalkit.registry import stored
from evalkit.registry.chain import NOT_GIVEN
from evalkit.registry.interventions import read_areas, read_intervention, refuse_missing
from evalkit.registry.reading import read_all
from evalkit.registry.store import Session
from evalkit.types import patterns
from evalkit.types.dates import first_day
from evalkit.types.indicator_value import IndicatorValue, value_id
from evalkit.types.intervention import Intervention
from evalkit.types.theory import Indicator
from evalkit.workflow.indicator_file import read_table
from evalkit.workflow.nouns import Noted, register_record
from evalkit.workflow.oddities import oddities

KIND = "indicator-value"
AREA = "area"
"""The group whose name is a place: its code, as registered."""


def record_value(
    session: Session,
    value: IndicatorValue,
    *,
    on: datetime.date,
    by: str = NOT_GIVEN,
    reason: str = "",
) -> Noted:
    """Record one value of an indicator that the intervention's theory of change names.

    Parameters
    ----------
    on, by, reason
        As for ``nouns.register_noun``: a recorded value only changes with a reason.

    Raises
    ------
    RegistryError
        Nothing is written.
    """
    problems = list(_problems(value, on))
    if not problems:
        refuse_missing(session, value.intervention, field="intervention")
        value = replace(value, by=group_of(session, value.by))
        named = named_indicator(session, value.intervention, value.indicator)
        problems = [*_below_zero(named, value), *_other_periods(session, value)]
    if problems:
        raise RegistryError(*problems)
    named_value = replace(value, id=value_id(value))
    return register_record(session, KIND, named_value, on=on, by=by, reason=reason)


def record_table(
    session: Session,
    path: Path,
    intervention: str,
    *,
    on: datetime.date,
    by: str = NOT_GIVEN,
    reason: str = "",
) -> tuple[Noted, ...]:
    """Record every row of a CSV file (``indicator_file.read_table``): all of them, or none.

    Parameters
    ----------
    reason : str
        Why recorded values change; rows that are new need none and keep none.

    Raises
    ------
    DataError, RegistryError
        With the line of each row that is wrong. Nothing is written once the session is left.
    """
    done: list[Noted] = []
    problems: list[Problem] = []
    before = set(stored.ids(session, KIND))
    for line, value in read_table(path, intervention):
        try:
            known = value_id(replace(value, by=group_of(session, value.by))) in before
            said = reason if known else ""
            done.append(record_value(session, value, on=on, by=by, reason=said))
        except RegistryError as error:
            problems += [replace(one, file=path.name, line=line) for one in error.problems]
    if problems:
        raise RegistryError(*problems)
    return tuple(done)


def read_values(session: Session, intervention: str) -> tuple[IndicatorValue, ...]:
    """The values of one intervention, by indicator, group and period.

    Raises
    ------
    RegistryError
        There is no such intervention.
    """
    read_intervention(session, intervention)
    found = [one for one in read_all(session, KIND) if one.intervention == intervention]
    return tuple(sorted(found, key=lambda v: (v.indicator, sorted(v.by.items()), v.period)))


def _problems(value: IndicatorValue, on: datetime.date) -> Iterator[Problem]:
    checked = (
        ("intervention", value.intervention, patterns.INTERVENTION),
        ("period", value.period, patterns.PERIOD),
    )
    malformed = [
        Problem(field=field, found=found or "empty", needed=patterns.NEEDED[pattern])
        for field, found, pattern in checked
        if not re.fullmatch(pattern, found)
    ]
    yield from malformed
    if value.value is not None and not math.isfinite(value.value):
        yield Problem(field="value", found=str(value.value), needed="a number")
    yield from oddities(value)
    if not malformed and int(value.period[:4]) and first_day(value.period) > on:
        found = f"{value.period}, which has not begun"
        yield Problem(field="period", found=found, needed=f"a period up to {on:%Y-%m}")


def values_of(
    session: Session, intervention: str, indicator: str, group: Mapping[str, str]
) -> tuple[IndicatorValue, ...]:
    """The values of one indicator and one group, by period."""
    found = read_values(session, intervention)
    return tuple(v for v in found if v.indicator == indicator and dict(v.by) == dict(group))


def named_indicator(session: Session, intervention: str, name: str) -> Indicator:
    """The indicator as the theory of change of an intervention describes it.

    Raises
    ------
    RegistryError
        There is no such intervention, or its theory does not name the indicator.
    """
    record = read_intervention(session, intervention)
    named = _named(record)
    if name not in named:
        found = f"{name or 'empty'}, which the theory of change of {record.id} does not name"
        needed = f"one of {', '.join(named)}" if named else "a theory of change with indicators"
        raise RegistryError(Problem(field="indicator", found=found, needed=needed))
    return named[name]


def group_of(session: Session, by: Mapping[str, str]) -> dict[str, str]:
    """A group in order, its area as a registered code; RegistryError where there is no such area."""
    group = dict(sorted(by.items()))
    if AREA in group:
        areas = read_areas(session)
        given = group[AREA].strip().casefold()
        codes = [c for c, area in areas.items() if given in (c.casefold(), area.name.casefold())]
        if not codes:
            needed = "the code or the name of a registered area (evalkit area list)"
            raise RegistryError(Problem(field="by.area", found=group[AREA], needed=needed))
        group[AREA] = codes[0]
    return group


def _named(record: Intervention) -> dict[str, Indicator]:
    """The indicators of a theory by name; the first where two have the same."""
    indicators = record.theory.indicators if record.theory else ()
    return {one.name: one for one in reversed(indicators) if one.name}


def _below_zero(named: Indicator, value: IndicatorValue) -> Iterator[Problem]:
    if value.value is not None and value.value < 0 and not may_be_negative(named):
        unit = f", in {named.unit}" if named.unit else ""
        yield Problem(
            field="value",
            found=f"{value.value:g}{unit}",
            needed="0 or more",
            do="An indicator that may be below zero says so in its unit: change, difference or score.",
        )


def _other_periods(session: Session, value: IndicatorValue) -> Iterator[Problem]:
    """Refuse a year among months, and a month among years."""
    own = value_id(value).rpartition("/")[2]  # of the same indicator and group, whatever the period
    start = f"{value.intervention}/"
    known = [id for id in stored.ids(session, KIND) if id.startswith(start) and id.endswith(own)]
    periods = [id.split("/")[1] for id in known]
    other = [period for period in periods if len(period) != len(value.period)]
    if other:
        needed = (
            f"a {'year' if len(other[0]) == 4 else 'month'} such as {other[0]}, as recorded before"
        )
        yield Problem(field="period", found=value.period, needed=needed)
