"""From draft to reviewed, published, corrected or withdrawn: each step by somebody, with a reason."""

import datetime
from dataclasses import dataclass
from typing import Literal

from evalkit.errors import Problem, RegistryError
from evalkit.findings.compose import from_external
from evalkit.registry import entries
from evalkit.registry.canonical import canonical_json, sha256_text
from evalkit.registry.chain import NOT_GIVEN
from evalkit.registry.findings import read_external_findings
from evalkit.registry.kinds import FINDING
from evalkit.registry.ledger import entries as ledger_entries
from evalkit.registry.put import put
from evalkit.registry.store import Session
from evalkit.registry.stored import current
from evalkit.types.finding import Finding
from evalkit.types.publication import Publication, Step
from evalkit.workflow.explain import explained_runs, held_back

KIND = "publication"
State = Literal["draft", "reviewed", "published", "corrected", "withdrawn"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stand:
    """How far a finding has come.

    Attributes
    ----------
    finding : Finding
    author : str
        Who ran it, or entered it, as the ledger names them.
    state : str
        ``draft`` too where the finding has changed since its last step; a result that others published is
        published from the start.
    note : str
        Why it is a draft again, or why it was withdrawn; otherwise empty.
    last : Publication or None
        The last step that was taken.
    held_back : str
        Why it cannot be published, beside its review; empty where nothing stands against it.
    """

    finding: Finding
    author: str
    state: State
    note: str
    last: Publication | None
    held_back: str


def stand_of(session: Session, id: str) -> Stand:
    """How far one finding has come; RegistryError, with the known ids, where there is none."""
    own = [
        (finding, f"run/{run.evaluation.protocol}/{run.evaluation.version}/")
        for exploratory in (False, True)
        for run in explained_runs(session, exploratory=exploratory)
        for finding in run.findings
    ]
    published = [
        (from_external(result), f"{FINDING.name}/{result.id}/")
        for result in read_external_findings(session)
    ]
    found = {finding.id: (finding, subject) for finding, subject in (*own, *published)}
    if id not in found:
        known = ", ".join(sorted(found)) or "none so far"
        missing = f"finding {id}, which is not stored"
        raise RegistryError(Problem(field="id", found=missing, needed=f"one of {known}"))
    finding, subject = found[id]
    return _stand(session, finding, _author(session, subject))


def review(
    session: Session, id: str, *, reason: str, on: datetime.date, by: str = NOT_GIVEN
) -> Stand:
    """Note that somebody else than the author has reviewed a finding as it is now.

    Raises
    ------
    RegistryError
        There is no such finding, the reviewer is its author or is not named, the reason is empty, or it is
        reviewed, published or withdrawn already.
    """
    stand = stand_of(session, id)
    if by == NOT_GIVEN:
        raise refused(
            "acting_as", "not given", "the reviewer's post", "Write it into evalkit.toml."
        )
    if _same(by, stand.author):
        found = f"{by}, who is the author"
        raise refused("acting_as", found, "another post than the author's", "Ask somebody else.")
    if stand.state != "draft":
        raise refused("id", f"{id}, which is {stand.state}", "a draft")
    return take(session, stand, "reviewed", reason=reason, on=on, by=by)


def withdraw_finding(
    session: Session, id: str, *, reason: str, on: datetime.date, by: str = NOT_GIVEN
) -> Stand:
    """Withdraw a finding that was published: its address stays, and says why not to use it.

    Raises
    ------
    RegistryError
        It was never published, is withdrawn already, or the reason is empty.
    """
    stand = stand_of(session, id)
    published = stand.last is None or stand.last.state in ("published", "corrected")
    if not published or (stand.last is None and stand.finding.protocol is not None):
        found = f"{id}, which is {stand.state}"
        raise refused("id", found, "a published finding")
    return take(session, stand, "withdrawn", reason=reason, on=on, by=by)


def _stand(session: Session, finding: Finding, author: str) -> Stand:
    last = (
        entries.read(session, KIND, finding.id) if current(session, KIND, id=finding.id) else None
    )
    runs = (run for kind in (False, True) for run in explained_runs(session, exploratory=kind))
    held = {one.id: one.why for one in held_back(runs)}.get(finding.id, "")
    state, note = _state(finding, last)
    return Stand(finding=finding, author=author, state=state, note=note, last=last, held_back=held)


def _state(finding: Finding, last: Publication | None) -> tuple[State, str]:
    if last is None:
        return ("published" if finding.protocol is None else "draft"), ""
    if last.finding_sha256 != fingerprint(finding):
        return "draft", f"it has changed since it was {last.state}"
    return last.state, last.reason if last.state == "withdrawn" else ""


def fingerprint(finding: Finding) -> str:
    """Of all its words and numbers."""
    return sha256_text(canonical_json(finding))


def _author(session: Session, subject: str) -> str:
    """Who the ledger names for the last entry of a run, or for the first of a published result."""
    named = [one.by for one in ledger_entries(session) if one.subject.startswith(subject)]
    return (named[-1] if subject.startswith("run/") else named[0]) if named else NOT_GIVEN


def _same(left: str, right: str) -> bool:
    return " ".join(left.split()).casefold() == " ".join(right.split()).casefold()


def take(
    session: Session, stand: Stand, step: Step, *, reason: str, on: datetime.date, by: str
) -> Stand:
    """Write a step into the ledger, where it has a reason."""
    if not reason.strip():
        raise refused("--reason", "empty", f"why it is {step}")
    record = Publication(
        form="evalkit/publication/1",
        id=stand.finding.id,
        state=step,
        finding_sha256=fingerprint(stand.finding),
        reason=" ".join(reason.split()),
        done=on,
    )
    put(session, KIND, record, on=on, by=by, reason=record.reason, first=record.reason)
    return stand_of(session, record.id)


def refused(field: str, found: str, needed: str, do: str = "") -> RegistryError:
    """What is raised where a step is refused."""
    return RegistryError(Problem(field=field, found=found, needed=needed, do=do))
