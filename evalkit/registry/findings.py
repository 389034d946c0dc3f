"""What was found: published elsewhere, and by our own runs."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, select

from evalkit.errors import Problem, RegistryError
from evalkit.registry.canonical import canonical_json, read_json, settled, sha256_text
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
from evalkit.registry.stored import owner
from evalkit.registry.versions import parse_version
from evalkit.types.evaluation import Evaluation
from evalkit.types.finding import Finding

__all__ = [
    "Run",
    "add_external_finding",
    "external_subjects",
    "read_evaluations",
    "read_external_finding",
    "read_external_findings",
    "read_findings",
    "read_run",
    "run_subjects",
    "save_run",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One stored run: an evaluation with the findings that were written from it."""

    evaluation: Evaluation
    findings: tuple[Finding, ...]


def save_run(
    session: Session,
    evaluation: Evaluation,
    findings: tuple[Finding, ...],
    *,
    on: datetime.date,
    by: str = NOT_GIVEN,
) -> bool:
    """Store a run; False, and nothing is written, where the newest run says the same.

    Earlier runs of the protocol stay; the newest one is read back.

    Parameters
    ----------
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
    run, payload = settled(Run(evaluation=evaluation, findings=findings))
    _refuse_other_plan(session, run.evaluation)
    _refuse_other_findings(session, run)
    protocol, version = run.evaluation.protocol, run.evaluation.version
    last = max((n for p, v, n in _keys(session) if (p, v) == (protocol, version)), default=0)
    if last and read_run(session, f"{protocol}/{version}/{last}") == run:
        return False
    _store(session, run, last + 1, on)
    deed = Deed(
        day=on.isoformat(),
        action="run",
        subject=f"run/{protocol}/{version}/{last + 1}",
        by=by,
        reason="",
        payload_sha256=sha256_text(payload),
    )
    append(session, [deed])
    return True


def read_evaluations(session: Session) -> tuple[Evaluation, ...]:
    """Return one evaluation a protocol: the newest run of its newest version that was run."""
    return tuple(run.evaluation for run in _newest(session))


def read_findings(session: Session) -> tuple[Finding, ...]:
    """Return our own findings from the newest run of each protocol, in order of id."""
    found = (finding for run in _newest(session) for finding in run.findings)
    return tuple(sorted(found, key=lambda finding: finding.id))


def read_run(session: Session, subject: str) -> Run:
    """Return one run, named ``<protocol>/<version>/<number>``."""
    evaluation, findings = _texts(session, subject)
    return Run(
        evaluation=read_json(Evaluation, evaluation),
        findings=tuple(read_json(Finding, text) for text in findings),
    )


def _texts(session: Session, subject: str) -> tuple[str, list[str]]:
    """The stored texts of a run and of its findings, in their order."""
    *key, number = subject.split("/")
    row = session.get(RunRow, (*key, int(number)))
    if row is None:
        raise RegistryError(
            Problem(field="run", found=f"run {subject}, which is not stored", needed="a stored run")
        )
    query = select(FindingRow).where(
        FindingRow.protocol_id == row.protocol_id,
        FindingRow.version == row.version,
        FindingRow.run_number == row.number,
    )
    found = session.exec(query.order_by(col(FindingRow.position)))
    return row.evaluation, [item.finding for item in found]


def run_payload(session: Session, subject: str) -> str:
    """Return a run's canonical JSON as it was sealed, put together from what is stored.

    Not written anew from the record: record types gain fields, and what was sealed had none of them.
    """
    evaluation, findings = _texts(session, subject)
    return f'{{"evaluation":{evaluation},"findings":[{",".join(findings)}]}}'


def run_subjects(session: Session) -> Sequence[str]:
    """Return ``<protocol>/<version>/<number>`` for all runs, in order."""
    return [f"{protocol}/{version}/{number}" for protocol, version, number in _keys(session)]


def _keys(session: Session) -> list[tuple[str, str, int]]:
    rows = session.exec(select(RunRow.protocol_id, RunRow.version, RunRow.number)).all()
    return sorted(
        ((protocol, version, number) for protocol, version, number in rows),
        key=lambda key: (key[0], _order(key[1]), key[2]),
    )


def _order(version: str) -> tuple[int, int]:
    """Return what versions sort by, so that v1.10 comes after v1.9; what is none comes first."""
    try:
        return parse_version(version)
    except RegistryError:
        return 0, 0


def _newest(session: Session) -> list[Run]:
    newest = {protocol: (version, number) for protocol, version, number in _keys(session)}
    return [read_run(session, f"{p}/{version}/{n}") for p, (version, n) in newest.items()]


def _refuse_other_plan(session: Session, evaluation: Evaluation) -> None:
    plan = find_version(session, evaluation.protocol, evaluation.version)
    if plan.sha256 != evaluation.protocol_sha256:
        raise RegistryError(
            Problem(
                field="protocol_sha256",
                found=f"{evaluation.protocol_sha256}",
                needed=f"{plan.sha256}, the plan that was locked on {plan.locked_on}",
                do="Run the plan as it was locked.",
            )
        )


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
