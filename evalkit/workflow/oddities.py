"""What no single field of a record can show: fields that contradict each other."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from evalkit.data import offences
from evalkit.errors import Problem
from evalkit.types.agreement import Agreement
from evalkit.types.dates import is_before
from evalkit.types.definition import Definition
from evalkit.types.indicator_value import IndicatorValue
from evalkit.types.learning_event import LearningEvent
from evalkit.types.measure import Measure
from evalkit.types.self_assessment import SelfAssessment


def oddities(record: object) -> tuple[Problem, ...]:
    """Contradictions within one record, as problems that name a field and no file; empty where it is sound.

    Interventions have their own rules, in ``register.read_intervention``.
    """
    return tuple(_RULES.get(type(record), _none)(record))


def _none(record: object) -> Iterator[Problem]:
    return iter(())


def _agreement(record: Agreement) -> Iterator[Problem]:
    if record.valid_to is not None and is_before(record.valid_to, record.valid_from):
        yield Problem(
            field="valid_to",
            found=record.valid_to,
            needed=f"after the start, {record.valid_from}",
            do="Correct one.",
        )


def _definition(record: Definition) -> Iterator[Problem]:
    if record.status != "draft" and record.effective_from is None:
        yield Problem(
            field="effective_from",
            found="not given",
            needed=f"a date, because it is {record.status}",
        )


def _indicator_value(record: IndicatorValue) -> Iterator[Problem]:
    if record.suppressed and record.value is not None:
        yield Problem(
            field="value",
            found=f"{record.value:g}, although it is suppressed",
            needed="no value",
            do="Delete the number, or suppressed.",
        )
    if record.below is not None and (not record.suppressed or record.below <= 0):
        yield Problem(
            field="below",
            found=f"{record.below:g}" + ("" if record.suppressed else ", with nothing suppressed"),
            needed="what a suppressed number is below, more than 0",
        )
    if record.value is None and not record.suppressed and not record.note.strip():
        yield Problem(field="note", found="no value and no note", needed="why there is no value")


def _learning_event(record: LearningEvent) -> Iterator[Problem]:
    for n, session in enumerate(record.sessions):
        if n and session.time < record.sessions[n - 1].time:
            yield Problem(
                field=f"sessions[{n}].time",
                found=session.time,
                needed=f"not before {record.sessions[n - 1].time}, the session above",
                do="Put them in order.",
            )
        if session.theme not in record.themes:
            yield Problem(
                field=f"sessions[{n}].theme",
                found=session.theme,
                needed=f"one of the event's themes: {', '.join(record.themes)}",
            )


def _self_assessment(record: SelfAssessment) -> Iterator[Problem]:
    for name in (
        "collaboration",
        "co_production",
        "co_operation",
        "counter_narratives",
        "community_consensus",
    ):
        stage = getattr(record, name)
        if stage.stage != "not-assessed" and not stage.note.strip():
            yield Problem(field=f"{name}.note", found="empty", needed=f"why it is {stage.stage}")


_RULES: Mapping[type[object], Callable[[Any], Iterator[Problem]]] = {
    Agreement: _agreement,
    Definition: _definition,
    IndicatorValue: _indicator_value,
    LearningEvent: _learning_event,
    Measure: offences.problems,
    SelfAssessment: _self_assessment,
}
