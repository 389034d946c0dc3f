"""Results that are overdue: which plans, since when, and what their owners said about it."""

import datetime
import json
from collections.abc import Iterable

from evalkit.registry import entries
from evalkit.registry.store import Session
from evalkit.types.dates import last_day
from evalkit.types.finding import Finding
from evalkit.types.late_result import LateResult, Overdue
from evalkit.types.protocol import LockedProtocol

KIND = "late-result"


def overdue(
    versions: Iterable[LockedProtocol],
    findings: Iterable[Finding],
    stated: Iterable[LateResult],
    *,
    today: datetime.date,
) -> dict[str, Overdue]:
    """By id: the plans whose result was due before ``today`` and that no public finding answers.

    Parameters
    ----------
    versions : iterable of LockedProtocol
        Every version, the versions of a plan oldest first.
    """
    answered = {finding.protocol for finding in findings if not finding.exploratory}
    said = {one.id: one for one in stated}
    return {
        id: Overdue(since=since, today=today, stated=said.get(id))
        for id, since in due_days(versions).items()
        if id not in answered and since < today
    }


def due_days(versions: Iterable[LockedProtocol]) -> dict[str, datetime.date]:
    """By id: the last day on which a plan's result is in time.

    That is the last day of its last period, or the day on which it was locked first where that is later:
    an amendment gives no delay unless it is the last period that it moves.
    """
    first: dict[str, datetime.date] = {}
    days: dict[str, datetime.date] = {}
    for plan in versions:
        locked = first.setdefault(plan.id, plan.locked_on)
        days[plan.id] = max(last_day(json.loads(plan.canonical)["window"]["end"]), locked)
    return days


def read_late(session: Session) -> tuple[LateResult, ...]:
    """What was said last of every plan, in order of id."""
    return tuple(entries.read_all(session, KIND))
