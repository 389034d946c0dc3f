"""Reasons for deviations, and which findings cannot be published without them."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, replace

from evalkit.errors import Problem, RegistryError
from evalkit.findings.deviations import why_held_back
from evalkit.registry.chain import NOT_GIVEN
from evalkit.registry.put import put
from evalkit.registry.runs import Run, read_newest
from evalkit.registry.store import Session
from evalkit.types.deviation import Deviation
from evalkit.types.explanation import Explanation, explanation_id
from evalkit.workflow.reasons import all_reasons, with_reasons


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldBack:
    """A finding that cannot be published, and why."""

    id: str
    protocol: str
    why: str


def explain(
    session: Session,
    finding: str,
    number: int,
    *,
    reason: str,
    on: datetime.date,
    by: str = NOT_GIVEN,
) -> tuple[Deviation, bool]:
    """Give the reason for a deviation; returns it with its reason, and whether anything was written.

    The reason holds for every run of the plan in which the same part differs in the same way.

    Parameters
    ----------
    finding : str
        E.g. ``"EM-2026-0007-F01"``.
    number : int
        Of the deviation, from 1.
    reason : str
        In a sentence or two; another reason for the same deviation is a new version of the first.

    Raises
    ------
    RegistryError
        There is no such finding or deviation, the reason is empty, or an amendment gave it already.
    """
    if not reason.strip():
        needed = "why it was not run as planned"
        raise RegistryError(Problem(field="--reason", found="empty", needed=needed))
    run = _run_of(session, finding)
    deviation = _deviation(run, finding, number)
    protocol = run.evaluation.protocol
    record = Explanation(
        form="evalkit/explanation/1",
        id=explanation_id(protocol, deviation.fingerprint),
        protocol=protocol,
        part=deviation.part,
        planned=deviation.planned,
        run=deviation.run,
        reason=" ".join(reason.split()),
    )
    new = put(session, "explanation", record, on=on, by=by, reason="Another reason was given")
    return replace(deviation, reason=record.reason), new


def explained_runs(session: Session, *, exploratory: bool) -> tuple[Run, ...]:
    """The runs that count, whose deviations have the reasons that were given since."""
    reasons = all_reasons(session)
    return tuple(
        replace(
            run, evaluation=with_reasons(run.evaluation, reasons.get(run.evaluation.protocol, {}))
        )
        if run.evaluation.deviations
        else run
        for run in read_newest(session, exploratory=exploratory)
    )


def all_runs(session: Session) -> tuple[Run, ...]:
    """The newest run of each plan, then its newest exploratory one; see ``explained_runs``."""
    planned, exploratory = (explained_runs(session, exploratory=kind) for kind in (False, True))
    return (*planned, *exploratory)


def held_back(runs: Iterable[Run]) -> tuple[HeldBack, ...]:
    """Findings that cannot be published: one of their deviations has no reason."""
    return tuple(
        HeldBack(id=finding.id, protocol=run.evaluation.protocol, why=why)
        for run in runs
        if (why := why_held_back(run.evaluation.deviations))
        for finding in run.findings
    )


def _run_of(session: Session, finding: str) -> Run:
    runs = [run for kind in (False, True) for run in read_newest(session, exploratory=kind)]
    owners = {one.id: run for run in runs for one in run.findings}
    if finding not in owners:
        known = ", ".join(owners) or "none so far"
        found = f"finding {finding}, which no run of ours has"
        raise RegistryError(Problem(field="id", found=found, needed=f"one of {known}"))
    return owners[finding]


def _deviation(run: Run, finding: str, number: int) -> Deviation:
    found = run.evaluation.deviations
    if not 1 <= number <= len(found):
        many = f"1 to {len(found)}" if found else "none: it was run as planned"
        raise RegistryError(Problem(field="deviation", found=f"{number} of {finding}", needed=many))
    deviation = found[number - 1]
    if deviation.reason is not None:
        raise RegistryError(
            Problem(
                field="deviation",
                found=f"{number} of {finding}, which has its reason: {deviation.reason}",
                needed="one without a reason",
            )
        )
    return deviation
