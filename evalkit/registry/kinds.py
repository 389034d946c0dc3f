"""What can be registered: one ``Kind`` for each, and nothing else in this room knows their nouns."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields
from types import MappingProxyType
from typing import Any

from evalkit.errors import Problem
from evalkit.registry.chain import Action
from evalkit.types.finding import ExternalFinding
from evalkit.types.five_cs import FiveCs
from evalkit.types.intervention import Intervention
from evalkit.types.protocol import LockedProtocol

AREA = "area"
FIVE_CS = tuple(field.name for field in fields(FiveCs))


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """One thing that a record refers to.

    Attributes
    ----------
    role : str
        What it is to the record, and the name of the filter that finds it: ``"area"``, ``"status"`` …
    target : str
        Its code, id or name.
    field : str
        Dotted path of the field that names it, for messages.
    must_be : str
        ``"area"`` or the name of a kind where the target has to be registered; empty where it is free.
    """

    role: str
    target: str
    field: str = ""
    must_be: str = ""


def _none(_record: Any) -> str:
    return ""


def _nothing(_record: Any) -> Iterable[Any]:
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """How one kind of entry is registered, amended, searched and sealed.

    Attributes
    ----------
    name : str
        Stands in ids of the ledger and in filters, e.g. ``"intervention"``.
    record : type
        A frozen dataclass with ``id``; the fields below are named as in it.
    title : callable
        From a record, what lists call it.
    major : frozenset of str
        The field rule: a change to any of these raises v1.2 to v2.0, every other one to v1.3.
    fixed : frozenset of str
        Fields that no amendment may change, beside ``id``.
    status : callable
        From a record, its status; empty for none.
    references : callable
        From a record, every ``Reference`` but the status, which is added.
    problems : callable
        From a record, what is wrong with it that no single field can show.
    unsearched : frozenset of str
        Fields whose text nobody would look for.
    numbered : bool
        True where the registry gives ``<prefix>-<year>-<n>`` to a record without an id.
    day : str
        Field with the day of registering where the record declares it; empty for none.
    version : str
        Field with the record's own version, ``"v1.2"``; empty where the field rule gives it. The day
        then counts for each version.
    action : str
        What the ledger calls a first version.
    called, done, command : str
        Words for messages: what a record is called, what was done with it, how to do it.
    """

    name: str
    record: type[Any]
    title: Callable[[Any], str]
    major: frozenset[str]
    fixed: frozenset[str] = frozenset()
    status: Callable[[Any], str] = _none
    references: Callable[[Any], Iterable[Reference]] = _nothing
    problems: Callable[[Any], Iterable[Problem]] = _nothing
    unsearched: frozenset[str] = frozenset({"form"})
    numbered: bool = False
    day: str = ""
    version: str = ""
    action: Action = "register"
    called: str = "text"
    done: str = "registered"
    command: str = ""


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
    unsearched=frozenset({"sha256", "canonical"}),
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
            *("unit", "effect", "low", "high", "level", "p_value"),
        ]
    ),
    references=_about,
    action="publish_external",
    called="a result",
    done="entered",
)

KINDS: Mapping[str, Kind] = MappingProxyType(
    {kind.name: kind for kind in (INTERVENTION, PROTOCOL, FINDING)}
)
"""Every kind by its name; a new one is a record type and an entry here."""
