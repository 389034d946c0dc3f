"""Register: from people's text to the registry, whole or not at all."""

import datetime
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from evalkit.errors import EvalkitError, FormError, Problem
from evalkit.registry.chain import NOT_GIVEN
from evalkit.registry.findings import add_external_finding
from evalkit.registry.interventions import Registered, add_intervention
from evalkit.registry.kinds import FINDING
from evalkit.registry.store import Session
from evalkit.text import Document, read_form
from evalkit.text.form import read_form_text
from evalkit.theory.checks import check
from evalkit.types.dates import is_before
from evalkit.types.finding import ExternalFindings
from evalkit.types.intervention import Intervention


def read_intervention(path: Path) -> tuple[Intervention, Document]:
    """Read an ``intervention.yaml`` and check what no single field can show.

    Raises
    ------
    FormError
        One problem a field, with its line: unknown, missing, contradicting another, or a theory of change
        with a loop or an outcome that nothing leads to.
    """
    record, document = read_form(path, Intervention)
    _refuse_contradictions(record, document)
    return record, document


def parse_intervention(text: str, *, file: str) -> tuple[Intervention, Document]:
    """As ``read_intervention``, from a text; ``file`` is its name for messages."""
    record, document = read_form_text(text, Intervention, file=file)
    _refuse_contradictions(record, document)
    return record, document


def _refuse_contradictions(record: Intervention, document: Document) -> None:
    problems = [document.problem(f, found=a, needed=b, do=c) for f, a, b, c in _oddities(record)]
    if record.theory is not None:
        problems += [
            document.problem(p.field, found=p.found, needed=p.needed, do=p.do)
            for p in check(record.theory)
        ]
    if problems:
        raise FormError(*sorted(problems, key=lambda problem: problem.line or 0))


def _oddities(record: Intervention) -> Iterable[tuple[str, str, str, str]]:
    spans = (
        ("end", record.start, record.end),
        ("planned_end", record.planned_start, record.planned_end),
    )
    for field, start, end in spans:
        if start is not None and end is not None and is_before(end, start):
            yield field, end, f"after the start, {start}", "Correct one."
    leads = sum(o.role == "lead" for o in record.organisations)
    if leads != 1:
        yield "organisations", f"{leads} with role lead", "one lead organisation", ""
    if record.status in ("stopped", "withdrawn") and not (record.status_reason or "").strip():
        yield "status_reason", "not given", f"a reason for {record.status}", ""
    if record.status == "completed" and record.end is None and not record.worked_example:
        yield "end", "not given", "the last day, because it is completed", ""


def register(
    session: Session, path: Path, *, on: datetime.date, prefix: str, by: str = NOT_GIVEN
) -> Registered:
    """Register the intervention that ``path`` describes; its folder's name identifies it.

    Raises
    ------
    FormError, RegistryError
        Nothing is written.
    """
    record, document = read_intervention(path)
    slug = path.resolve().parent.name
    return register_read(session, record, document, slug=slug, on=on, prefix=prefix, by=by)


def register_read(
    session: Session,
    record: Intervention,
    document: Document,
    *,
    slug: str,
    on: datetime.date,
    prefix: str,
    by: str = NOT_GIVEN,
) -> Registered:
    """As ``register``, from a text that was read already."""
    with located(document):
        return add_intervention(
            session, record, slug=slug, on=on, prefix=prefix, by=by, text=document.text
        )


def register_findings(
    session: Session, path: Path, *, on: datetime.date, by: str = NOT_GIVEN
) -> int:
    """Enter the published results of a ``findings.yaml``; returns how many were new."""
    record, document = read_form(path, ExternalFindings)
    day = record.registered or on
    problems = [
        document.problem(f"findings[{i}].{p.field}", found=p.found, needed=p.needed, do=p.do)
        for i, finding in enumerate(record.findings)
        for p in FINDING.problems(finding)
    ]
    if problems:
        raise FormError(*problems)
    with located(document):
        return sum(
            add_external_finding(
                session, finding, on=day, by=by, text=_item(document, "findings", n)
            )
            for n, finding in enumerate(record.findings)
        )


def _item(document: Document, field: str, n: int) -> str:
    """The text of item ``n`` of a list at the top, from its first line to the next item's."""
    lines = document.text.splitlines(keepends=True)
    first, following = document.line(f"{field}[{n}]"), document.places.get(f"{field}[{n + 1}]")
    others = [document.line(name) for name in document.value]
    end = min((line for line in others if line > first), default=len(lines) + 1)
    if following is not None:
        end = max(first + 1, following.line)
    return "".join(lines[first - 1 : end - 1])


@contextmanager
def located(document: Document) -> Iterator[None]:
    """Give problems that name only a field the file and line where that field stands."""
    try:
        yield
    except EvalkitError as error:
        if not error.problems:
            raise
        raise type(error)(*(_placed(problem, document) for problem in error.problems)) from error


def _placed(problem: Problem, document: Document) -> Problem:
    if problem.file or not problem.field:
        return problem
    return replace(problem, file=document.file, line=document.line(problem.field))
