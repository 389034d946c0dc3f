"""Stored runs: what each found and how it was made."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, func, select

from evalkit.errors import Problem, RegistryError
from evalkit.registry.canonical import read_json
from evalkit.registry.models import FindingRow, RunRow
from evalkit.registry.versions import parse_version
from evalkit.types.evaluation import Evaluation
from evalkit.types.finding import Finding
from evalkit.types.run import RunRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One stored run: an evaluation, the findings that were written from it, and how it was made.

    ``record`` is None for runs that were stored before there were records.
    """

    evaluation: Evaluation
    findings: tuple[Finding, ...]
    record: RunRecord | None = None


def count_runs(session: Session) -> int:
    """Return how many runs the registry holds, of every plan."""
    return session.exec(select(func.count()).select_from(RunRow)).one()


def read_evaluations(session: Session) -> tuple[Evaluation, ...]:
    """Return one evaluation a protocol: the newest run of its newest version that was run."""
    return tuple(run.evaluation for run in read_newest(session))


def read_findings(session: Session) -> tuple[Finding, ...]:
    """Return our own findings from the same runs, in order of id."""
    found = (finding for run in read_newest(session) for finding in run.findings)
    return tuple(sorted(found, key=lambda finding: finding.id))


def read_newest(session: Session, *, exploratory: bool = False) -> tuple[Run, ...]:
    """Return the run that counts of each protocol: its newest planned, or its newest exploratory one."""
    newest = newest_of(session, exploratory=exploratory)
    return tuple(read_run(session, f"{p}/{version}/{n}") for p, (version, n) in newest.items())


def finding_owners(session: Session, intervention: str) -> dict[str, tuple[str, bool]]:
    """Return the ids that runs ever gave to findings of an intervention: whose, and whether exploratory."""
    query = select(FindingRow).where(col(FindingRow.id).startswith(f"{intervention}-F"))
    return {
        row.id: (row.protocol_id, '"exploratory":true' in row.finding)
        for row in session.exec(query)
    }


def read_runs_of(session: Session, protocol: str) -> tuple[Run, ...]:
    """Return every run of a protocol in the order in which they were made."""
    own = [f"{p}/{v}/{n}" for p, v, n in keys(session, protocol)]
    runs = [read_run(session, subject) for subject in own]
    return tuple(sorted(runs, key=lambda run: run.record.number if run.record else 0))


def read_run(session: Session, subject: str) -> Run:
    """Return one run, named ``<protocol>/<version>/<number>``."""
    row, findings = texts_of(session, subject)
    return Run(
        evaluation=read_json(Evaluation, row.evaluation),
        findings=tuple(read_json(Finding, text) for text in findings),
        record=read_json(RunRecord, row.record) if row.record else None,
    )


def texts_of(session: Session, subject: str) -> tuple[RunRow, list[str]]:
    """The stored row of a run, and the texts of its findings in their order."""
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
    return row, [item.finding for item in found]


def run_payload(session: Session, subject: str) -> str:
    """Return a run's canonical JSON as it was sealed, put together from what is stored.

    Not written anew from the record: record types gain fields, and what was sealed had none of them.
    """
    row, findings = texts_of(session, subject)
    record = f',"record":{row.record}' if row.record else ""
    return f'{{"evaluation":{row.evaluation},"findings":[{",".join(findings)}]{record}}}'


def run_subjects(session: Session) -> Sequence[str]:
    """Return ``<protocol>/<version>/<number>`` for all runs, in order."""
    return [f"{protocol}/{version}/{number}" for protocol, version, number in keys(session)]


def keys(session: Session, protocol: str = "") -> list[tuple[str, str, int]]:
    """Return protocol, version and number of every run, or of one protocol's, in order."""
    query = select(RunRow.protocol_id, RunRow.version, RunRow.number)
    if protocol:
        query = query.where(RunRow.protocol_id == protocol)
    return sorted(((p, v, n) for p, v, n in session.exec(query)), key=_place)


def newest_of(
    session: Session, *, exploratory: bool, protocol: str = ""
) -> dict[str, tuple[str, int]]:
    """Version and number of the newest planned, or exploratory, run by protocol."""
    marked = col(RunRow.record).contains('"exploratory":true')
    query = select(RunRow.protocol_id, RunRow.version, RunRow.number)
    query = query.where(marked if exploratory else ~marked)
    if protocol:
        query = query.where(RunRow.protocol_id == protocol)
    ordered = sorted(((p, v, n) for p, v, n in session.exec(query)), key=_place)
    return {id: (version, number) for id, version, number in ordered}


def _place(key: tuple[str, str, int]) -> tuple[str, tuple[int, int], int]:
    """Return what runs sort by, so that v1.10 comes after v1.9; what is no version comes first."""
    protocol, version, number = key
    try:
        return protocol, parse_version(version), number
    except RegistryError:
        return protocol, (0, 0), number
