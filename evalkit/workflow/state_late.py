"""Say why a result is overdue, and when it is expected."""

import datetime
import difflib
from collections.abc import Iterable, Iterator
from typing import cast

from evalkit.errors import FormError, Problem, RegistryError
from evalkit.registry.chain import NOT_GIVEN
from evalkit.registry.protocols import read_protocol, versions_of_protocol
from evalkit.registry.put import put
from evalkit.registry.store import Session
from evalkit.types.dates import last_day
from evalkit.types.finding import Finding
from evalkit.types.late_result import REASONS, SAY_WHICH, LateReason, LateResult
from evalkit.workflow.in_public import in_public
from evalkit.workflow.overdue import KIND, due_days, read_late
from evalkit.workflow.personal_data import flags
from evalkit.workflow.typed_dates import in_words, read_date


def state_late(
    session: Session,
    id: str,
    *,
    reason: str,
    note: str,
    expected: str,
    on: datetime.date,
    by: str = NOT_GIVEN,
) -> tuple[LateResult, bool]:
    """Say why a plan's result is overdue and when it is expected; returns it, and whether it is new.

    Another reason, note or date is a new version of what was said before.

    Parameters
    ----------
    id : str
        The plan's.
    reason : str
        A code in ``REASONS``.
    note : str
        More; needed where the reason is quality or other.
    expected : str
        A date as people type it, still to come.
    on : date
        Today, from the edge.
    by : str
        The post that says so; never ``NOT_GIVEN``, since the statement is public.

    Raises
    ------
    RegistryError
        The plan is not locked, its result is not overdue, it has a public finding, or a part of the
        statement is missing or wrong. Nothing is written.
    """
    read_protocol(session, id)  # refuses, with the known ids, what is not locked
    since = due_days(versions_of_protocol(session, id))[id]
    note = " ".join(note.split())
    problems = [
        *_of_plan(id, since, in_public(session).findings, on),
        *_of_reason(reason, note),
        *_of_date(expected, on),
    ]
    if by == NOT_GIVEN:
        do = "Write acting_as into evalkit.toml."
        problems.append(Problem(field="acting_as", found="not given", needed="your post", do=do))
    if problems:
        raise RegistryError(*problems)
    record = LateResult(
        form="evalkit/late-result/1",
        id=id,
        reason=cast("LateReason", reason),
        note=note,
        expected=read_date(expected),
        by=by,
        stated=on,
    )
    return record, _write(session, record, on=on, by=by)


def _of_plan(
    id: str, since: datetime.date, findings: Iterable[Finding], on: datetime.date
) -> Iterator[Problem]:
    answers = (one.id for one in findings if one.protocol == id and not one.exploratory)
    if result := next(answers, ""):
        found = f"{id}, which has its result: {result}"
        do = f"See evalkit finding show {result}."
        yield Problem(field="id", found=found, needed="a plan without a public result", do=do)
    elif since >= on:
        found = f"{id}, whose result is in time until {in_words(since.isoformat())}"
        yield Problem(field="id", found=found, needed="a plan whose result is overdue")


def _of_reason(reason: str, note: str) -> Iterator[Problem]:
    if reason not in REASONS:
        close = difflib.get_close_matches(reason.strip().lower(), REASONS, n=1)
        yield Problem(
            field="--reason",
            found=reason.strip() or "not given",
            needed=f"one of {', '.join(REASONS)}",
            do=f"Try {close[0]}." if close else "",
        )
    elif reason in SAY_WHICH and not note:
        needed = "what of it falls short" if reason == "quality" else "which reason"
        yield Problem(field="--note", found="empty", needed=f"{needed}, since it is {reason}")
    for flag in flags({"note": note}):
        found = f"what looks like {flag.kind} ({flag.excerpt})"
        yield Problem(field="--note", found=found, needed="nothing about one person")


def _of_date(expected: str, on: datetime.date) -> Iterator[Problem]:
    needed = "a date to come, such as March 2027"
    try:
        typed = read_date(expected)
    except FormError:
        found = expected.strip() or "not given"
        yield Problem(field="--expected", found=found, needed=needed)
        return
    if last_day(typed) <= on:
        yield Problem(field="--expected", found=f"{in_words(typed)}, which is over", needed=needed)


def _write(session: Session, record: LateResult, *, on: datetime.date, by: str) -> bool:
    before = [one for one in read_late(session) if one.id == record.id]
    if before and _says(before[0]) == _says(record):
        return False
    reason = "Another reason, note or date was given"
    return put(session, KIND, record, on=on, by=by, reason=reason)


def _says(record: LateResult) -> tuple[str, ...]:
    return record.reason, record.note, record.expected, record.by
