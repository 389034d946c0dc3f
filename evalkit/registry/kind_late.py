"""The kind that keeps why a result is overdue."""

from collections.abc import Iterable

from evalkit.errors import Problem
from evalkit.registry.kind import Kind, Reference
from evalkit.types.late_result import SAY_WHICH, LateResult


def _of_plan(record: LateResult) -> Iterable[Reference]:
    yield Reference(role="protocol", target=record.id, field="id", must_be="protocol")


def _without_a_note(record: LateResult) -> Iterable[Problem]:
    if record.reason in SAY_WHICH and not record.note.strip():
        yield Problem(field="note", found="empty", needed=f"a note, since it is {record.reason}")


LATE_RESULT = Kind(
    name="late-result",
    record=LateResult,
    title=lambda record: f"{record.id} is overdue",
    major=frozenset({"reason", "expected"}),
    status=lambda record: str(record.reason),
    references=_of_plan,
    problems=_without_a_note,
    action="explain",
    called="a reason",
    done="given",
    command="Give it with `evalkit protocol late`.",
)
