"""What was found: published elsewhere, and by our own runs."""

import datetime
from dataclasses import replace

from sqlmodel import Session, select

from evalkit.errors import Problem, RegistryError
from evalkit.registry.canonical import canonical_json, settled, sha256_text
from evalkit.registry.chain import NOT_GIVEN, Deed, append
from evalkit.registry.external import (
    add_external_finding,
    external_subjects,
    read_external_finding,
    read_external_findings,
    taken,
)
from evalkit.registry.interventions import refuse_unregistered
from evalkit.registry.kinds import FINDING
from evalkit.registry.models import FindingRow, RunRow
from evalkit.registry.protocols import find_version
from evalkit.registry.runs import (
    Run,
    count_runs,
    keys,
    newest_of,
    read_evaluations,
    read_findings,
    read_newest,
    read_run,
    read_runs_of,
    run_subjects,
)
from evalkit.registry.stored import owner
from evalkit.types.evaluation import Evaluation
from evalkit.types.finding import Finding
from evalkit.types.run import RunRecord

__all__ = [
    "Run",
    "add_external_finding",
    "external_subjects",
    "read_evaluations",
    "read_external_finding",
    "read_external_findings",
    "read_findings",
    "read_newest",
    "read_run",
    "read_runs_of",
    "run_subjects",
    "save_run",
]


def save_run(
    session: Session,
    evaluation: Evaluation,
    findings: tuple[Finding, ...],
    record: RunRecord,
    *,
    on: datetime.date,
    by: str = NOT_GIVEN,
) -> tuple[RunRecord, bool]:
    """Store a run; returns its record with its number, and whether it is new.

    Nothing is written where the newest run of its kind (planned or exploratory) was made the same way and
    says the same. Earlier runs of the protocol stay; the newest one of each kind is read back.

    Parameters
    ----------
    record : RunRecord
        Without its number.
    on : date
        The day of the run.
    by : str
        Who ran it, as they want to be named.

    Raises
    ------
    RegistryError
        When the protocol is not locked in this version and with this hash, or a finding belongs to
        another protocol, is about an unregistered intervention, or has an id that is taken.
    """
    numbered = replace(record, number=count_runs(session) + 1)
    run, payload = settled(Run(evaluation=evaluation, findings=findings, record=numbered))
    _refuse_other_record(session, run.evaluation, numbered)
    _refuse_other_findings(session, run)
    if (before := _same(session, run)) is not None:
        return before, False
    protocol, version = run.evaluation.protocol, run.evaluation.version
    numbers = [number for _, v, number in keys(session, protocol) if v == version]
    number = 1 + max(numbers, default=0)
    _store(session, run, number, on)
    deed = Deed(
        day=on.isoformat(),
        action="run",
        subject=f"run/{protocol}/{version}/{number}",
        by=by,
        reason="",
        payload_sha256=sha256_text(payload),
    )
    append(session, [deed])
    return numbered, True


def _same(session: Session, run: Run) -> RunRecord | None:
    """The record of the newest run of the kind, where it was made the same way and says the same."""
    assert run.record is not None
    protocol = run.evaluation.protocol
    last = newest_of(session, exploratory=run.record.exploratory, protocol=protocol).get(protocol)
    if last is None:
        return None
    before = read_run(session, f"{protocol}/{last[0]}/{last[1]}")
    if before.record is None:
        return None
    again = replace(run, record=replace(run.record, number=before.record.number))
    return before.record if again == before else None


def _refuse_other_record(session: Session, evaluation: Evaluation, record: RunRecord) -> None:
    plan = find_version(session, evaluation.protocol, evaluation.version)
    if not record.exploratory and plan.sha256 != evaluation.protocol_sha256:
        raise RegistryError(
            Problem(
                field="protocol_sha256",
                found=f"{evaluation.protocol_sha256}",
                needed=f"{plan.sha256}, the plan that was locked on {plan.locked_on}",
                do="Run the plan as it was locked.",
            )
        )
    told = (evaluation.protocol, evaluation.version, evaluation.protocol_sha256)
    made = (record.protocol, record.version, record.plan_sha256)
    if told != made or evaluation.exploratory != record.exploratory:
        found = "a record of " + " ".join(made)
        raise RegistryError(Problem(field="record", found=found, needed=" ".join(told)))


def _refuse_other_findings(session: Session, run: Run) -> None:
    protocol = run.evaluation.protocol
    ids = [finding.id for finding in run.findings]
    for n, finding in enumerate(run.findings):
        if finding.protocol != protocol:
            found, field = f"{finding.protocol}", f"findings[{n}].protocol"
            raise RegistryError(Problem(field=field, found=found, needed=protocol))
        refuse_unregistered(session, finding.interventions, of=f"findings[{n}].")
        other = select(FindingRow).where(
            FindingRow.id == finding.id, FindingRow.protocol_id != protocol
        )
        if owner(session, FINDING.name, finding.id) is not None:
            raise RegistryError(taken(finding.id, "a published result"))
        if (row := session.exec(other).first()) is not None:
            raise RegistryError(taken(finding.id, f"a finding of {row.protocol_id}"))
        if ids.count(finding.id) > 1:
            raise RegistryError(taken(finding.id, "another finding of this run"))


def _store(session: Session, run: Run, number: int, on: datetime.date) -> None:
    protocol, version = run.evaluation.protocol, run.evaluation.version
    text = canonical_json(run.evaluation)
    session.add(
        RunRow(
            protocol_id=protocol,
            version=version,
            number=number,
            day=on.isoformat(),
            evaluation=text,
            record=canonical_json(run.record),
        )
    )
    session.flush()
    for n, finding in enumerate(run.findings):
        session.add(
            FindingRow(
                protocol_id=protocol,
                version=version,
                run_number=number,
                position=n,
                id=finding.id,
                finding=canonical_json(finding),
            )
        )
    session.flush()
