"""Stored runs: what each found and how it was made."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlmodel import Session, col, func, select

from evalkit.errors import Problem, RegistryError
from evalkit.registry.canonical import read_json
from evalkit.registry.models import FindingRow, RunRow
from evalkit.registry.versions import parse_version
from evalkit.types.evaluation import Evaluation
from evalkit.types.finding import Finding
from evalkit.types.run import RunRecord

_AT_ONCE = 250
"""Runs that are read with one question."""
_RUN = [getattr(RunRow, name) for name in RunRow.model_fields]
_FINDING = [
    getattr(FindingRow, name) for name in ("protocol_id", "version", "run_number", "finding")
]
Texts = tuple[RunRow, list[str]]


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
    return _runs(session, [f"{id}/{version}/{n}" for id, (version, n) in newest.items()])


def finding_owners(session: Session, intervention: str) -> dict[str, tuple[str, bool]]:
    """Return the ids that runs ever gave to findings of an intervention: whose, and whether exploratory."""
    query = select(FindingRow).where(col(FindingRow.id).startswith(f"{intervention}-F"))
    return {
        row.id: (row.protocol_id, '"exploratory":true' in row.finding)
        for row in session.exec(query)
    }


def read_runs_of(session: Session, protocol: str) -> tuple[Run, ...]:
    """Return every run of a protocol in the order in which they were made."""
    runs = _runs(session, [f"{p}/{v}/{n}" for p, v, n in keys(session, protocol)])
    return tuple(sorted(runs, key=lambda run: run.record.number if run.record else 0))


def read_run(session: Session, subject: str) -> Run:
    """Return one run, named ``<protocol>/<version>/<number>``."""
    (run,) = _runs(session, [subject])
    return run


def _runs(session: Session, subjects: Sequence[str]) -> tuple[Run, ...]:
    """Several runs in their order, each read once a session: no run ever changes."""
    known = _known(session)
    wanted = [subject for subject in subjects if subject not in known]
    for subject, texts in zip(wanted, _texts(session, wanted), strict=True):
        known[subject] = _read(*texts)
    return tuple(known[subject] for subject in subjects)


def _known(session: Session) -> dict[str, Run]:
    known: dict[str, Run] = session.info.setdefault("runs", {})
    return known


def _read(row: RunRow, findings: Sequence[str]) -> Run:
    return Run(
        evaluation=read_json(Evaluation, row.evaluation),
        findings=tuple(read_json(Finding, text) for text in findings),
        record=read_json(RunRecord, row.record) if row.record else None,
    )


def _texts(session: Session, subjects: Sequence[str]) -> Iterator[Texts]:
    """The stored row of each run and the texts of its findings in their order, read a few runs at a time."""
    for start in range(0, len(subjects), _AT_ONCE):
        some = subjects[start : start + _AT_ONCE]
        found = _stored(session, some)
        for subject in some:
            if subject not in found:
                what = f"run {subject}, which is not stored"
                raise RegistryError(Problem(field="run", found=what, needed="a stored run"))
            yield found[subject]


def _stored(session: Session, subjects: Sequence[str]) -> dict[str, Texts]:
    keys = (subject.split("/") for subject in subjects)
    asked = [(key[0], key[1], int(key[2])) for key in keys if len(key) == 3 and key[2].isdecimal()]
    run = sa.tuple_(col(RunRow.protocol_id), col(RunRow.version), col(RunRow.number))
    of = sa.tuple_(col(FindingRow.protocol_id), col(FindingRow.version), col(FindingRow.run_number))
    connection = session.connection()
    found: dict[str, Texts] = {
        f"{row.protocol_id}/{row.version}/{row.number}": (RunRow(**row._mapping), [])
        for row in connection.execute(sa.select(*_RUN).where(run.in_(asked)))
    }
    query = sa.select(*_FINDING).where(of.in_(asked)).order_by(col(FindingRow.position))
    for protocol, version, number, text in connection.execute(query):
        if texts := found.get(f"{protocol}/{version}/{number}"):
            texts[1].append(text)
    return found


def run_payload(session: Session, subject: str) -> str:
    """Return a run's canonical JSON as it was sealed, put together from what is stored.

    Not written anew from the record: record types gain fields, and what was sealed had none of them.
    """
    (texts,) = _texts(session, [subject])
    return _payload(*texts)


def read_payloads(session: Session, subjects: Sequence[str]) -> Iterator[str]:
    """Yield ``run_payload`` of several runs in their order; RegistryError where one is not whole."""
    known = _known(session)
    for subject, texts in zip(subjects, _texts(session, subjects), strict=True):
        known[subject] = _read(*texts)
        yield _payload(*texts)


def _payload(row: RunRow, findings: Sequence[str]) -> str:
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
