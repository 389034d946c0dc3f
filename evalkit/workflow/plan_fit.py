"""A plan against what is registered: its outcome, its data source, its design's needs, its comparison."""

import datetime
from collections.abc import Iterator
from pathlib import Path
from typing import TypeAlias

from evalkit.data import periods as calendar
from evalkit.protocol.label import effect_begins
from evalkit.protocol.plan import Plan
from evalkit.registry import entries
from evalkit.registry.door import few
from evalkit.registry.interventions import read_intervention
from evalkit.registry.store import Session
from evalkit.registry.stored import ids
from evalkit.theory.checks import fed
from evalkit.types.agreement import Agreement
from evalkit.types.data_source import DataSource
from evalkit.types.dates import is_before, last_day
from evalkit.types.intervention import Intervention
from evalkit.types.measure import Measure
from evalkit.workflow.plan_cover import cover_problems, treated_elsewhere
from evalkit.workflow.plan_weights import weight_problems

_BEFORE = {"did": 1, "its": 3, "controlled_its": 3}
"""Periods before the start: the base period; three points, as EPOC asks of interrupted time series."""
Unfit: TypeAlias = tuple[str, str, str, str]
"""Field, found, needed, do."""


def unfit(
    session: Session, plan: Plan, *, case_studies: Path, today: datetime.date
) -> Iterator[Unfit]:
    """Whatever of a plan does not fit the registry, or the data that are there already.

    Parameters
    ----------
    case_studies : Path
        Where its data recipe is, if there is one.
    today : date
        Agreements have to hold on this day.
    """
    intervention = read_intervention(session, plan.intervention)
    yield from _element(plan, intervention)
    yield from _measure(session, plan, today)
    yield from _periods(plan, intervention)
    folder = case_studies / plan.data.recipe
    yield from cover_problems(plan, folder, today)
    yield from treated_elsewhere(session, plan, folder, intervention)


def _element(plan: Plan, intervention: Intervention) -> Iterator[Unfit]:
    theory, name = intervention.theory, plan.outcome.element
    if theory is None:
        yield (
            "intervention",
            f"{plan.intervention} has no theory of change",
            "one, so that the outcome has a place in it",
            "Add `theory:` to its intervention.yaml and register it.",
        )
        return
    known = [key for key, one in theory.elements.items() if one.kind in ("outcome", "impact")]
    if name not in known:
        kind = f", which is an {theory.elements[name].kind}" if name in theory.elements else ""
        kind = kind.replace("an need", "a need").replace("an context", "a context")
        yield "outcome.element", f"{name}{kind}", f"one of {', '.join(known)}", ""
    elif name not in fed(theory):
        yield (
            "outcome.element",
            f"{name}, to which no activity leads",
            "a link to it in the theory",
            "",
        )


def _measure(session: Session, plan: Plan, today: datetime.date) -> Iterator[Unfit]:
    name = plan.outcome.measure
    id, _, version = name.partition("@")
    known = [*ids(session, "measure")]
    versions = (
        [one.version for one in entries.versions(session, "measure", id)] if id in known else []
    )
    if f"v{version}" not in versions:
        needed = few([f"{id}@{one.removeprefix('v')}" for one in versions] or known, name)
        do = "Register it with evalkit measure add."
        yield "outcome.measure", f"{name}, which is not registered", f"one of {needed}", do
        return
    measure: Measure = entries.read(session, "measure", id, f"v{version}")
    for i, item in enumerate(plan.alternatives):
        if item.measure is not None and item.measure not in _names(session):
            needed = few(_names(session), item.measure)
            do = "Register it with evalkit measure add."
            yield (
                f"alternatives[{i}].measure",
                f"{item.measure}, which is not registered",
                f"one of {needed}",
                do,
            )
    yield from weight_problems(session, plan, measure)
    if measure.source in ids(session, "source"):
        yield from _source(session, entries.read(session, "source", measure.source), today)


def _names(session: Session) -> list[str]:
    """Every registered measure with each of its versions."""
    return [
        f"{id}@{one.version.removeprefix('v')}"
        for id in ids(session, "measure")
        for one in entries.versions(session, "measure", id)
    ]


def _source(session: Session, source: DataSource, today: datetime.date) -> Iterator[Unfit]:
    """Open data need no agreement; for any other source one has to hold today."""
    if source.agreement is None:
        if source.lawful_basis != "open" and source.suppression != "open":
            found = f"data of {source.id}, for which no agreement is registered"
            do = f"Register it, then use evalkit source edit {source.id}."
            yield "outcome.measure", found, "an agreement that allows their use", do
        return
    agreement: Agreement = entries.read(session, "agreement", source.agreement)
    days = f"{agreement.valid_from} to {agreement.valid_to or 'an end that is not agreed'}"
    over = agreement.valid_to is not None and last_day(agreement.valid_to) < today
    if over or is_before(today.isoformat(), agreement.valid_from):
        found = f"data of {source.id}, whose agreement {agreement.id} holds from {days}"
        do = f"Renew it, then use evalkit agreement edit {agreement.id}."
        yield "outcome.measure", found, f"one that holds on {today}", do


def _periods(plan: Plan, intervention: Intervention) -> Iterator[Unfit]:
    """Neither design can do without periods before the start, and after it."""
    begins = effect_begins(plan, intervention.start)
    monthly = len(plan.window.start) > len("YYYY")
    start = begins[: len("YYYY-MM")] if monthly else begins[: len("YYYY")]
    if monthly and len(start) == len("YYYY"):
        return  # a start known to the year only
    if is_before(plan.window.end, start):
        needed = f"a period after the start, {start}"
        yield "window.end", plan.window.end, needed, "End later."
        return
    before = calendar.ordinal(start) - calendar.ordinal(plan.window.start)
    tested = [check.leads for check in plan.checks if check.check == "pre_trend"]
    least = _BEFORE[plan.design] + max(tested, default=0)
    if before < least:
        why = f" (pre_trend tests {max(tested)} before the base period)" if tested else ""
        needed = f"at least {least} before the start, {start}{why}"
        yield "window.start", f"{before} periods before the start", needed, "Start earlier."
