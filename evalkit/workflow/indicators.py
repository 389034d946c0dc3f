"""Write down what an indicator of a theory of change was."""

import datetime
import math
import re
from collections.abc import Iterator
from dataclasses import replace

from evalkit.errors import Problem, RegistryError
from evalkit.registry.chain import NOT_GIVEN
from evalkit.registry.interventions import read_intervention, refuse_missing
from evalkit.registry.reading import read_all
from evalkit.registry.store import Session
from evalkit.types import patterns
from evalkit.types.dates import first_day
from evalkit.types.indicator_value import IndicatorValue, value_id
from evalkit.types.intervention import Intervention
from evalkit.workflow.nouns import Noted, register_record
from evalkit.workflow.oddities import oddities

KIND = "indicator-value"


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
        problems = [*_unnamed(read_intervention(session, value.intervention), value)]
    if problems:
        raise RegistryError(*problems)
    named = replace(value, id=value_id(value), by=dict(sorted(value.by.items())))
    return register_record(session, KIND, named, on=on, by=by, reason=reason)


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


def _unnamed(record: Intervention, value: IndicatorValue) -> Iterator[Problem]:
    """Refuse an indicator that the theory of change does not name."""
    named = (
        list(dict.fromkeys(i.name for i in record.theory.indicators if i.name))
        if record.theory
        else []
    )
    if value.indicator in named:
        return
    yield Problem(
        field="indicator",
        found=f"{value.indicator or 'empty'}, which the theory of change of {record.id} does not name",
        needed=f"one of {', '.join(named)}" if named else "a theory of change with indicators",
    )
