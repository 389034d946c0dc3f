"""The evaluation lead's morning page: what is due, and what is unfinished.

A date that is known only to the month or the year counts as its last day: a strategy due in ``2024-01`` is
late from 1 February 2024. Interventions that are worked examples are nobody's work and are left out.
"""

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from evalkit.types.agreement import Agreement
from evalkit.types.dates import last_day
from evalkit.types.duty_product import DutyProduct
from evalkit.types.evaluation import Evaluation
from evalkit.types.finding import Finding
from evalkit.types.indicator_value import IndicatorValue
from evalkit.types.intervention import Intervention
from evalkit.types.late_result import LateResult, Overdue
from evalkit.types.protocol import LockedProtocol
from evalkit.workflow.completeness import missing
from evalkit.workflow.due import Due, due_on
from evalkit.workflow.explain import HeldBack
from evalkit.workflow.indicator_gaps import indicator_gaps
from evalkit.workflow.late_results import Explained, explained, results
from evalkit.workflow.overdue import overdue

SOON = datetime.timedelta(days=60)
"""How long before its day something is shown as due."""
FUNDING_MONTHS = 6
"""How many months before its end funding is shown."""
_PRODUCTS = {
    "definition": "definition of serious violence",
    "data-sharing": "data sharing",
    "needs-assessment": "needs assessment",
    "strategy": "strategy",
    "annual-review": "annual review",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Records:
    """Everything that the status is made from.

    Attributes
    ----------
    interventions : tuple of Intervention
        Registered, each with its ``id``.
    values, evaluations, duty_products, agreements : tuple
    protocols : tuple of LockedProtocol
        Every version of every plan, oldest first.
    findings : tuple of Finding
        Those that are public.
    kept_back : tuple of HeldBack
        Findings that are not, and why.
    withdrawn : tuple of (Finding, str)
        With the reason.
    late_results : tuple of LateResult
        What was said of results that are overdue.
    drafts : mapping of str to mapping
        By folder: what an ``intervention.yaml`` that is not registered yet holds.
    areas : mapping of str to str
        Names by code; a code without one is shown as it is.
    """

    interventions: tuple[Intervention, ...] = ()
    values: tuple[IndicatorValue, ...] = ()
    protocols: tuple[LockedProtocol, ...] = ()
    evaluations: tuple[Evaluation, ...] = ()
    findings: tuple[Finding, ...] = ()
    kept_back: tuple[HeldBack, ...] = ()
    withdrawn: tuple[tuple[Finding, str], ...] = ()
    late_results: tuple[LateResult, ...] = ()
    duty_products: tuple[DutyProduct, ...] = ()
    agreements: tuple[Agreement, ...] = ()
    drafts: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    areas: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unfinished:
    """Something that was begun.

    Attributes
    ----------
    subject : str
        A draft's folder, or an intervention's id.
    missing : tuple of str
        What it lacks, in words.
    draft : bool
        True for what is not registered yet.
    """

    subject: str
    missing: tuple[str, ...]
    draft: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """What is due, the latest first; what is unfinished, drafts first; findings that wait, and for what.

    ``explained`` are overdue results with a reason and a date that is still to come: nothing is due there.
    """

    due: tuple[Due, ...]
    unfinished: tuple[Unfinished, ...]
    waiting: tuple[HeldBack, ...] = ()
    explained: tuple[Explained, ...] = ()


def status(records: Records, *, today: datetime.date) -> Status:
    """What is due and what is unfinished on one day.

    Due are: the result of every locked plan whose window is over and that no public finding answers, with
    what the register knows of it, unless its owners gave a reason and a date that is still to come;
    products of the Serious Violence Duty from 60 days before their day; agreements from 60 days before
    they end; funding from six months before it ends.
    """
    late = _late(records, today)
    due = [
        *results(
            late,
            evaluations=records.evaluations,
            withdrawn=records.withdrawn,
            kept_back=records.kept_back,
        ),
        *_products(records, today),
        *_agreements(records, today),
        *_funding(records, today),
    ]
    unfinished = (*_drafts(records), *_gaps(records, today))
    return Status(
        due=tuple(sorted(due, key=lambda d: (d.day, d.what))),
        unfinished=unfinished,
        waiting=records.kept_back,
        explained=tuple(explained(late)),
    )


def _ours(records: Records) -> Iterator[tuple[str, Intervention]]:
    """Interventions that somebody works on, with their ids."""
    for one in records.interventions:
        if not one.worked_example and one.id is not None:
            yield one.id, one


def _late(records: Records, today: datetime.date) -> dict[str, Overdue]:
    """Plans of ours whose result is overdue."""
    ours = {key for key, _ in _ours(records)}
    plans = (plan for plan in records.protocols if plan.intervention in ours)
    return overdue(plans, records.findings, records.late_results, today=today)


def _products(records: Records, today: datetime.date) -> Iterator[Due]:
    for product in records.duty_products:
        day = last_day(product.due)
        if product.done is None and day - today <= SOON:
            area = records.areas.get(product.area, product.area)
            yield due_on(day, today, f"{area}: {_PRODUCTS[product.kind]}")


def _agreements(records: Records, today: datetime.date) -> Iterator[Due]:
    for agreement in records.agreements:
        if agreement.valid_to is None:
            continue
        day = last_day(agreement.valid_to)
        if day - today <= SOON:
            expired = " (expired)" if day < today else ""
            yield due_on(day, today, f"agreement {agreement.id}{expired}")


def _funding(records: Records, today: datetime.date) -> Iterator[Due]:
    """Funding of what runs or will run; what has ended is shown only where nothing else pays."""
    horizon = _months_later(today, FUNDING_MONTHS)
    for key, one in _ours(records):
        if one.status not in ("planned", "live"):
            continue
        ends = [(last_day(f.ends) if f.ends else datetime.date.max, f) for f in one.funding]
        all_over = all(day < today for day, _ in ends)
        last = max((day for day, _ in ends), default=None)
        for day, funding in ends:
            if today <= day <= horizon:
                yield due_on(day, today, f"{key}: funding from {funding.source} ends")
            elif all_over and day == last:
                yield due_on(day, today, f"{key}: funding from {funding.source} ended")


def _months_later(day: datetime.date, months: int) -> datetime.date:
    """The same day some months later, or the last day of that month where it has no such day."""
    years, month = divmod(day.month - 1 + months, 12)
    end = last_day(f"{day.year + years:04d}-{month + 1:02d}")
    return end.replace(day=min(day.day, end.day))


def _drafts(records: Records) -> Iterator[Unfinished]:
    for folder, draft in sorted(records.drafts.items()):
        lacks = tuple(one.words for one in missing(draft) if one.for_what == "register")
        yield Unfinished(subject=folder, missing=lacks or ("to be registered",), draft=True)


def _gaps(records: Records, today: datetime.date) -> Iterator[Unfinished]:
    for key, one in _ours(records):
        if one.status != "live":
            continue
        if one.theory is None:
            lacks: tuple[str, ...] = ("theory of change",)
        else:
            lacks = indicator_gaps(one, records.values, today=today)
        if lacks:
            yield Unfinished(subject=key, missing=lacks, draft=False)
