"""The nouns around an intervention: who, what is meant, whence, what is needed, what was measured."""

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from evalkit.errors import Problem
from evalkit.registry.kind import AREA, Kind, Reference
from evalkit.types.agreement import Agreement
from evalkit.types.data_source import DataSource
from evalkit.types.definition import Definition
from evalkit.types.duty_product import DutyProduct
from evalkit.types.indicator_limits import IndicatorLimits, limits_id
from evalkit.types.indicator_value import IndicatorValue, value_id
from evalkit.types.learning_event import LearningEvent
from evalkit.types.need import Need
from evalkit.types.organisation import Organisation
from evalkit.types.self_assessment import SelfAssessment


def _area(code: str, field: str = "area") -> Reference:
    return Reference(role=AREA, target=code, field=field, must_be=AREA)


def _of_organisation(record: Organisation) -> Iterable[Reference]:
    yield Reference(role="duty", target=record.duty)
    yield Reference(role="organisation", target=record.name)
    for n, code in enumerate(record.areas):
        yield _area(code, f"areas[{n}]")


def _of_definition(record: Definition) -> Iterable[Reference]:
    if record.area is not None:
        yield _area(record.area)


def _version_from_one(record: Definition) -> Iterable[Problem]:
    if not re.fullmatch(r"[1-9][0-9]*\.(0|[1-9][0-9]*)", record.version):
        needed = "1.0, or a later one such as 1.1 or 2.0"
        yield Problem(field="version", found=record.version, needed=needed)


def _of_source(record: DataSource) -> Iterable[Reference]:
    yield Reference(role="organisation", target=record.owner)
    if record.agreement is not None:
        yield Reference(
            role="agreement", target=record.agreement, field="agreement", must_be="agreement"
        )


def _of_agreement(record: Agreement) -> Iterable[Reference]:
    for party in record.parties:  # free: its own words for whoever signed
        yield Reference(role="organisation", target=party)


def _of_one_area(record: Need | DutyProduct | SelfAssessment) -> Iterable[Reference]:
    yield _area(record.area)


def _of_value(record: IndicatorValue | IndicatorLimits) -> Iterable[Reference]:
    yield Reference(
        role="intervention",
        target=record.intervention,
        field="intervention",
        must_be="intervention",
    )
    yield Reference(role="indicator", target=record.indicator)


def _own_id(record: IndicatorValue) -> Iterable[Problem]:
    if record.id != value_id(record):
        yield Problem(field="id", found=str(record.id), needed=f"{value_id(record)}, or none")


def _sound_limits(record: IndicatorLimits) -> Iterable[Problem]:
    own = limits_id(record.intervention, record.indicator, record.by)
    if record.id != own:
        yield Problem(field="id", found=str(record.id), needed=f"{own}, or none")
    after = ""
    for n, base in enumerate(record.bases):
        if not after < base.first < base.last:
            needed = "a first period before its last, and after the baseline before"
            yield Problem(field=f"bases[{n}]", found=f"{base.first} to {base.last}", needed=needed)
        if n and not base.reason.strip():
            needed = "why the limits were based anew"
            yield Problem(field=f"bases[{n}].reason", found="empty", needed=needed)
        after = base.last


def _of_event(record: LearningEvent) -> Iterable[Reference]:
    for theme in record.themes:
        yield Reference(role="theme", target=theme)
    for finding in record.findings:  # free: a programme may name one before it is published
        yield Reference(role="finding", target=finding)


def _status(record: Any) -> str:
    return str(record.status)


ORGANISATION = Kind(
    name="organisation",
    record=Organisation,
    title=lambda record: str(record.name),
    major=frozenset({"name", "kind", "duty", "areas"}),
    references=_of_organisation,
    called="an organisation",
    command="Register it first with `evalkit organisation add`.",
)
DEFINITION = Kind(
    name="definition",
    record=Definition,
    title=lambda record: str(record.title),
    major=frozenset({"wording", "area"}),  # its version is its own; this is for the reader
    status=_status,
    references=_of_definition,
    problems=_version_from_one,
    day="registered",
    version="version",
    called="a definition",
    command="Register it first with `evalkit definition add`.",
)
SOURCE = Kind(
    name="source",
    record=DataSource,
    title=lambda record: str(record.name),
    major=frozenset(  # what the numbers are and who may see them
        {"owner", "measures", "misses", "suppression", "lawful_basis", "agreement", "breaks"}
    ),
    references=_of_source,
    called="a source",
    command="Register it first with `evalkit source add`.",
)
AGREEMENT = Kind(
    name="agreement",
    record=Agreement,
    title=lambda record: str(record.title),
    major=frozenset({"kind", "parties", "valid_from", "valid_to"}),
    references=_of_agreement,
    called="an agreement",
    command="Register it first with `evalkit agreement add`.",
)
NEED = Kind(
    name="need",
    record=Need,
    title=lambda record: str(record.text).partition("\n")[0][:120],
    major=frozenset({"area", "text", "source"}),
    references=_of_one_area,
    called="a need",
    command="Register it first with `evalkit need add`.",
)
DUTY = Kind(
    name="duty",
    record=DutyProduct,
    title=lambda record: f"{record.kind}, due {record.due}",
    major=frozenset({"area", "kind", "due"}),
    status=lambda record: "done" if record.done else "open",
    references=_of_one_area,
    called="a product of the Duty",
    command="Register it first with `evalkit duty add`.",
)
ASSESSMENT = Kind(
    name="assessment",
    record=SelfAssessment,
    title=lambda record: f"self-assessment of {record.area}, {record.day.isoformat()} (private)",
    major=frozenset({"area", "day"}),
    fixed=frozenset({"visibility"}),
    references=_of_one_area,
    called="a self-assessment",
    command="Register it first with `evalkit area assess`.",
)
VALUE = Kind(
    name="indicator-value",
    record=IndicatorValue,
    title=lambda record: f"{record.intervention} {record.indicator}, {record.period}",
    major=frozenset({"value", "suppressed"}),
    fixed=frozenset({"intervention", "indicator", "period", "by"}),
    references=_of_value,
    problems=_own_id,
    called="a value",
    done="recorded",
    command="Record it first with `evalkit indicator record`.",
)
LIMITS = Kind(
    name="indicator-limits",
    record=IndicatorLimits,
    title=lambda record: f"{record.intervention} {record.indicator}, limits of the chart",
    major=frozenset({"bases"}),
    fixed=frozenset({"intervention", "indicator", "by"}),
    references=_of_value,
    problems=_sound_limits,
    called="limits",
    done="locked",
    command="Lock them first with `evalkit indicator limits`.",
)
EVENT = Kind(
    name="event",
    record=LearningEvent,
    title=lambda record: str(record.name),
    major=frozenset({"date", "place", "themes"}),
    status=_status,
    references=_of_event,
    day="registered",
    called="an event",
    command="Register it first with `evalkit event add`.",
)

_CHANGE = "Put it back, or change the entry with --reason."
NOUNS = tuple(
    replace(kind, change=_CHANGE)
    for kind in (
        *(ORGANISATION, DEFINITION, SOURCE, AGREEMENT, NEED, DUTY),
        *(ASSESSMENT, VALUE, LIMITS, EVENT),
    )
)
