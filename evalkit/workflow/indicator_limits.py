"""Lock the limits of an indicator's chart on a stated baseline, and base them anew with a reason."""

import datetime
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from evalkit.data.monitoring.limits import base_of
from evalkit.data.monitoring.readings import may_be_negative, readings
from evalkit.data.monitoring.rules import RULE_SETS, STANDARD
from evalkit.errors import Problem, RegistryError
from evalkit.registry import stored
from evalkit.registry.chain import NOT_GIVEN
from evalkit.registry.reading import read
from evalkit.registry.store import Session
from evalkit.types.control_chart import Reading
from evalkit.types.indicator_limits import Base, IndicatorLimits, RuleSet, limits_id
from evalkit.workflow.indicators import group_of, named_indicator, values_of
from evalkit.workflow.nouns import Noted, register_record

KIND = "indicator-limits"


def lock_limits(
    session: Session,
    intervention: str,
    indicator: str,
    first: str,
    last: str,
    *,
    group: Mapping[str, str],
    on: datetime.date,
    by: str = NOT_GIVEN,
    reason: str = "",
    rules: RuleSet = STANDARD,
) -> Noted:
    """Lock limits on the values from ``first`` to ``last``, as they are recorded now.

    A later baseline takes over from its first period on, a baseline with the same first period as the newest
    one replaces it; either needs a reason. The one before stays in the ledger.

    Parameters
    ----------
    first, last : str
        Periods that have a value.
    group : mapping of str to str
        Empty for everybody.
    on, by
        As for ``nouns.register_noun``.

    Raises
    ------
    DataError, RegistryError
        The baseline has no value at its ends or cannot carry limits, or there is no reason where one is
        needed. Nothing is written.
    """
    named = named_indicator(session, intervention, indicator)
    group = group_of(session, group)
    row = readings(values_of(session, intervention, indicator, group))
    before = read_limits(session, intervention, indicator, group)
    problems = [*_ends(row, first, last), *_place(before, first, reason)]
    if problems:
        raise RegistryError(*problems)
    base = base_of(
        [one for one in row if first <= one.period <= last],
        negative=may_be_negative(named),
        rules=rules,
        reason=reason.strip() if before else "",
    )
    record = _with(before, intervention, indicator, group, base)
    return register_record(session, KIND, record, on=on, by=by, reason=reason)


def read_limits(
    session: Session, intervention: str, indicator: str, group: Mapping[str, str]
) -> IndicatorLimits | None:
    """The limits that were locked for an indicator and a group; None where none were."""
    id = limits_id(intervention, indicator, group)
    if id not in stored.ids(session, KIND):
        return None
    found: IndicatorLimits = read(session, KIND, id)
    return found


def _ends(row: Sequence[Reading], first: str, last: str) -> Iterator[Problem]:
    known = [reading.period for reading in row if not reading.missing]
    span = f"a period that has a value, from {known[0]} to {known[-1]}" if known else "values"
    for name, period in (("first", first), ("last", last)):
        if period not in known:
            do = "" if known else "Record them first with `evalkit indicator record`."
            found = f"{period}, which has no value"
            yield Problem(field=name, found=found, needed=span, do=do)
    if first >= last:
        needed = f"after {first}, the first period"
        yield Problem(field="last", found=last, needed=needed)


def _place(before: IndicatorLimits | None, first: str, reason: str) -> Iterator[Problem]:
    """Where a baseline may begin beside those before it, and that it says why."""
    if before is None:
        if reason.strip():
            found = "a reason, although no limits are locked yet"
            yield Problem(field="reason", found=found, needed="no reason for the first baseline")
        return
    if not reason.strip():
        newest = before.bases[-1]
        yield Problem(
            field="reason",
            found=f"none, although limits are locked on {newest.first} to {newest.last}",
            needed="why they are based anew, in a sentence",
            do="Give --reason.",
        )
    newest = before.bases[-1]
    if first != newest.first and first <= newest.last:
        yield Problem(
            field="first",
            found=first,
            needed=f"after {newest.last}, where the baseline before ends, or {newest.first} to replace it",
        )


def _with(
    before: IndicatorLimits | None,
    intervention: str,
    indicator: str,
    group: Mapping[str, str],
    base: Base,
) -> IndicatorLimits:
    if before is None:
        return IndicatorLimits(
            form="evalkit/indicator-limits/1",
            intervention=intervention,
            indicator=indicator,
            bases=(base,),
            by=dict(sorted(group.items())),
            id=limits_id(intervention, indicator, group),
        )
    kept = [one for one in before.bases if one.first != base.first]
    return replace(before, bases=(*kept, base))


def rule_set(name: str) -> RuleSet:
    """A set of rules by its name; RegistryError with the names where there is none."""
    for known in RULE_SETS:
        if name == known:
            return known
    raise RegistryError(Problem(field="rules", found=name, needed=f"one of {', '.join(RULE_SETS)}"))
