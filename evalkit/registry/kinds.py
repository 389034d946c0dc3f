"""What can be registered: one ``Kind`` for each, and nothing else in this room knows their nouns."""

from collections.abc import Iterable, Mapping
from dataclasses import fields
from types import MappingProxyType

from evalkit.errors import Problem
from evalkit.registry.kind import AREA, Kind, Reference
from evalkit.registry.kind_data import DATA
from evalkit.registry.kind_late import LATE_RESULT
from evalkit.registry.kind_nouns import NOUNS
from evalkit.registry.kind_publication import PUBLICATION
from evalkit.registry.kind_synthesis import SYNTHESES
from evalkit.types.finding import ExternalFinding
from evalkit.types.five_cs import FiveCs
from evalkit.types.intervention import Intervention
from evalkit.types.protocol import LockedProtocol

__all__ = ["AREA", "FINDING", "INTERVENTION", "KINDS", "PROTOCOL", "Kind", "Reference"]

FIVE_CS = tuple(field.name for field in fields(FiveCs))


def _intervention_references(record: Intervention) -> Iterable[Reference]:
    yield Reference(role="kind-of-activity", target=record.kind)
    for n, code in enumerate(record.areas):
        yield Reference(role=AREA, target=code, field=f"areas[{n}]", must_be=AREA)
    for organisation in record.organisations:
        yield Reference(role="organisation", target=organisation.name)
    for need in record.needs:
        yield Reference(role="need", target=need)
    for name in FIVE_CS:
        if getattr(record.five_cs, name):
            yield Reference(role="five_c", target=name)
    for link in record.theory.links if record.theory else ():
        for finding in link.evidence:  # free: a theory may name a finding before it is published
            yield Reference(role="finding", target=finding)


def _loose_ends(record: Intervention) -> Iterable[Problem]:
    if record.theory is None:
        return
    known = record.theory.elements
    named = [
        *((f"links[{n}].from", link.from_) for n, link in enumerate(record.theory.links)),
        *((f"links[{n}].to", link.to) for n, link in enumerate(record.theory.links)),
        *((f"indicators[{n}].of", item.of) for n, item in enumerate(record.theory.indicators)),
    ]
    for field, element in named:
        if element not in known:
            yield Problem(
                field=f"theory.{field}",
                found=f"{element}, which is not an element",
                needed=f"one of {', '.join(known)}",
            )


def _about(record: ExternalFinding) -> Iterable[Reference]:
    for n, id in enumerate(record.interventions):
        field = f"interventions[{n}]"
        yield Reference(role="intervention", target=id, field=field, must_be="intervention")
    yield Reference(role="reported", target=record.reported)


def _of_intervention(record: LockedProtocol) -> Iterable[Reference]:
    yield Reference(
        role="intervention",
        target=record.intervention,
        field="intervention",
        must_be="intervention",
    )


def _contradictions(record: ExternalFinding) -> Iterable[Problem]:
    """Figures that cannot all be what one source printed."""
    low, high, effect = record.low, record.high, record.effect
    if effect is not None and not record.unit.strip():
        yield Problem(field="unit", found="not given", needed="the unit of effect")
    if (low is None) != (high is None):
        given = "low" if high is None else "high"
        yield Problem(field=given, found="one end of an interval", needed="both ends, or none")
    if low is not None and high is not None and (effect is None or not low <= effect <= high):
        needed = f"an effect from {low:g} to {high:g}, its interval"
        found = "no effect" if effect is None else f"{effect:g}"
        yield Problem(field="effect", found=found, needed=needed, do="Correct one.")
    if not 0 < record.level < 1:
        yield Problem(field="level", found=f"{record.level:g}", needed="a share such as 0.95")
    if record.p_value is not None and not 0 <= record.p_value <= 1:
        yield Problem(field="p_value", found=f"{record.p_value:g}", needed="0 to 1")
    if effect is not None and {"fell": effect > 0, "rose": effect < 0}.get(record.reported, False):
        yield Problem(
            field="reported",
            found=f"{record.reported}, with an effect of {effect:g}",
            needed="a direction that fits the effect's sign",
            do="Correct one.",
        )


INTERVENTION = Kind(
    name="intervention",
    record=Intervention,
    title=lambda record: str(record.name),
    major=frozenset(  # what was done, to whom, where and from when, and why it should work
        [
            *("kind", "areas", "start", "population", "setting", "prevention_level"),
            *("description", "theory"),
        ]
    ),
    fixed=frozenset({"form", "registered"}),
    status=lambda record: str(record.status),
    references=_intervention_references,
    problems=_loose_ends,
    numbered=True,
    day="registered",
    command="Register it first with `evalkit intervention add`.",
)
PROTOCOL = Kind(
    name="protocol",
    record=LockedProtocol,
    title=lambda record: f"{record.id} {record.label}",
    major=frozenset({"intervention", "canonical"}),
    references=_of_intervention,
    unsearched=frozenset({"sha256", "canonical", "state", "recipe", "other_recipes"}),
    day="locked_on",
    version="version",
    action="lock",
    called="a plan",
    done="locked",
    command="Lock it first with `evalkit protocol lock`.",
)
FINDING = Kind(
    name="finding",
    record=ExternalFinding,
    title=lambda record: str(record.headline),
    major=frozenset(  # what was found, about what; the rest is how it is told
        [
            *("interventions", "outcome", "better", "reported", "years", "design", "compared"),
            *("unit", "effect", "low", "high", "level", "p_value", "study"),
        ]
    ),
    references=_about,
    problems=_contradictions,
    action="publish_external",
    called="a result",
    done="entered",
)

KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        kind.name: kind
        for kind in (
            INTERVENTION,
            PROTOCOL,
            FINDING,
            *NOUNS,
            *DATA,
            *SYNTHESES,
            PUBLICATION,
            LATE_RESULT,
        )
    }
)
"""Every kind by its name; a new one is a record type and an entry here."""
