"""Which indicators of a running intervention nobody has written down for too long."""

import datetime
from collections.abc import Iterable

from evalkit.types.dates import first_day, last_day
from evalkit.types.indicator_value import IndicatorValue
from evalkit.types.intervention import Intervention

AT_LEAST_EVERY = datetime.timedelta(days=92)
"""The longest quarter: a value is missed when none is there for longer."""


def indicator_gaps(
    record: Intervention, values: Iterable[IndicatorValue], *, today: datetime.date
) -> tuple[str, ...]:
    """What is missing, in words such as ``indicator values since 2026-01``; empty where nothing is.

    A value is expected at least once a quarter from the intervention's first day. A value that is suppressed
    or could not be found counts: somebody has looked. The month said is the first one without a value.
    """
    if record.theory is None:
        return ()
    names = list(dict.fromkeys(one.name for one in record.theory.indicators if one.name))
    if not names:
        return ("indicators",)
    newest = _newest(record, values)
    missed = {name: newest.get(name) for name in names if _is_old(record, newest.get(name), today)}
    since = {name: _since(record, period) for name, period in missed.items()}
    if len(missed) == len(names) and len(set(since.values())) == 1:
        return (f"indicator values since {since[names[0]]}",)
    return tuple(f"values of {name} since {month}" for name, month in since.items())


def _newest(record: Intervention, values: Iterable[IndicatorValue]) -> dict[str, str]:
    """The latest period with a value, by indicator."""
    newest: dict[str, str] = {}
    for value in values:
        if value.intervention == record.id:
            known = newest.get(value.indicator)
            if known is None or last_day(known) < last_day(value.period):
                newest[value.indicator] = value.period
    return newest


def _is_old(record: Intervention, newest: str | None, today: datetime.date) -> bool:
    covered = last_day(newest) if newest else first_day(record.start)
    return today - covered > AT_LEAST_EVERY


def _since(record: Intervention, newest: str | None) -> str:
    if newest is None:
        return f"{first_day(record.start):%Y-%m}"
    return f"{last_day(newest) + datetime.timedelta(days=1):%Y-%m}"
