"""The record of the record: what changed, every version, and the ledger with how to check it."""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from evalkit.hub.areas import area_path
from evalkit.hub.events import event_path, event_row, last_event
from evalkit.hub.lookups import lookups
from evalkit.hub.page import Crumb, Page
from evalkit.hub.plans import protocol_path
from evalkit.hub.site import edition_of, page
from evalkit.hub.summaries import as_given, finding_path
from evalkit.hub.tried import intervention_path
from evalkit.hub.words import counted, day, sentence
from evalkit.types.catalogue import Catalogue
from evalkit.types.edition import LedgerLine, Revision
from evalkit.types.finding import Finding

MOST = 100
"""How many lines a page shows; the tables beside it have all of them."""
_SHOWN = 20
_KINDS: Mapping[str, str] = {
    "duty": "Product of the Duty",
    "event": "Learning event",
    "late-result": "Result that is overdue",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One version in a list."""

    when: str
    kind: str
    title: str
    path: str
    what: str
    reason: str


def record_pages(catalogue: Catalogue) -> tuple[Page, ...]:
    """What changed since the last event, history and corrections, the ledger."""
    return _changes(catalogue), _history(catalogue), _ledger(catalogue)


@lru_cache(maxsize=1)
def found_on(catalogue: Catalogue) -> Mapping[str, datetime.date]:
    """By id of a finding: the day of the newest run of its plan, or of its first entry, where told."""
    runs = {
        line.subject.split("/")[1]: datetime.date.fromisoformat(line.day)
        for line in catalogue.ledger
        if line.subject.startswith("run/")
    }
    entered = {one.id: one.on for one in reversed(catalogue.history) if one.kind == "finding"}
    days = {
        f.id: runs.get(f.protocol) if f.protocol else entered.get(f.id) for f in catalogue.findings
    }
    return {key: on for key, on in days.items() if on is not None}


def new_findings(catalogue: Catalogue, since: datetime.date | None) -> list[Finding]:
    """Findings of runs and entries made after a day, the newest first; all of them where there is no day."""
    days = found_on(catalogue)

    def found(finding: Finding) -> datetime.date:
        return days.get(finding.id, datetime.date.min)

    told = [f for f in lookups(catalogue).counted if since is None or found(f) > since]
    return sorted(told, key=found, reverse=True)


def _changes(catalogue: Catalogue) -> Page:
    event = last_event(catalogue)
    since = event.date if event else None
    new = new_findings(catalogue, since)
    told = [one for one in _newest(catalogue) if since is None or one.on > since]
    return page(
        catalogue,
        "changes.html",
        "changes.html",
        title="What changed since the last event",
        crumbs=(Crumb(title="What changed since the last event"),),
        event=event_row(event) if event else None,
        findings=as_given(catalogue, new[:_SHOWN], prefix="new"),
        found=len(new),
        added=_lines(catalogue, (one for one in told if not one.reason)),
        changed=_lines(catalogue, (one for one in told if one.reason)),
        hidden=max(len(told) - MOST, 0),
    )


def _history(catalogue: Catalogue) -> Page:
    newest = _newest(catalogue)
    corrections = [one for one in newest if one.kind == "finding" and one.version != "v1.0"]
    return page(
        catalogue,
        "history.html",
        "history.html",
        title="History and corrections",
        crumbs=(Crumb(title="History and corrections"),),
        count=sentence(counted(len(newest), "version")),
        corrections=[_line(catalogue, one) for one in corrections],
        amended=[
            (protocol_path(key), key, one)
            for key, made in catalogue.amendments.items()
            for one in made
            if key in lookups(catalogue).plans
        ],
        lines=_lines(catalogue, newest),
        hidden=max(len(newest) - MOST, 0),
    )


def _ledger(catalogue: Catalogue) -> Page:
    newest = catalogue.ledger[::-1][:MOST]
    return page(
        catalogue,
        "ledger.html",
        "ledger.html",
        title="The ledger, and how to verify this copy",
        crumbs=(Crumb(title="The ledger, and how to verify this copy"),),
        head=catalogue.ledger_head,
        edition=edition_of(catalogue),
        count=counted(len(catalogue.ledger), "entry", "entries"),
        lines=[(day(datetime.date.fromisoformat(line.day)), _told(line), line) for line in newest],
        hidden=max(len(catalogue.ledger) - MOST, 0),
    )


@lru_cache(maxsize=1)
def _newest(catalogue: Catalogue) -> Sequence[Revision]:
    ordered = sorted(catalogue.history, key=lambda one: (one.kind, one.id, one.version))
    return sorted(ordered, key=lambda one: one.on, reverse=True)


def _lines(catalogue: Catalogue, told: Iterable[Revision]) -> list[Line]:
    return [_line(catalogue, one) for one in islice(told, MOST)]


def _line(catalogue: Catalogue, one: Revision) -> Line:
    fields = ", ".join(dict.fromkeys(field.split(".")[0].split("[")[0] for field in one.fields))
    return Line(
        when=day(one.on),
        kind=_KINDS.get(one.kind, sentence(one.kind)),
        title=one.title,
        path=_path(catalogue, one),
        what=f"version {one.version}" + (f": {fields}" if fields else ""),
        reason=one.reason,
    )


def _path(catalogue: Catalogue, one: Revision) -> str:
    """The page that tells of it; empty where this edition has none."""
    if one.kind == "duty":
        areas = {duty.id: duty.area for duty in catalogue.duties}
        return area_path(areas[one.id]) if one.id in areas else ""
    if one.kind == "finding":
        return finding_path(one.id) if one.id in lookups(catalogue).findings else ""
    if one.kind == "intervention":
        return intervention_path(one.id) if one.id in lookups(catalogue).interventions else ""
    if one.kind == "event":
        return event_path(one.id) if any(one.id == e.id for e in catalogue.events) else ""
    if one.kind == "late-result":
        return protocol_path(one.id) if one.id in lookups(catalogue).plans else ""
    return {
        "definition": "definitions.html",
        "need": "evidence.html",
    }.get(one.kind, "")


def _told(line: LedgerLine) -> str:
    return line.subject or "a private entry"
