"""What an intervention still lacks: to be registered, to have a plan locked, to be published."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Literal

from evalkit.theory.checks import check
from evalkit.types.intervention import NOT_KNOWN, Intervention
from evalkit.workflow import theory_draft

Purpose = Literal["register", "lock", "publish"]

_REGISTER = {
    "name": "name",
    "summary": "one-sentence summary",
    "kind": "kind of intervention",
    "status": "status",
    "areas": "at least one area",
    "start": "first day",
    "description.why": "why it should work",
}
_LOCK = {
    "population": "whom it is for",
    "description.procedures": "what is done",
    "description.dose": "how much of it, how often",
}
_PUBLISH = {
    "setting": "setting",
    "prevention_level": "prevention level",
    "description.materials": "materials",
    "description.provided_by": "who provides it",
    "description.delivery": "how it is delivered",
    "description.location": "where it is delivered",
    "description.planned_variation": "what may differ from place to place",
    "description.fidelity_planned": "how closely it is to be followed",
    "cost": "cost",
    "adverse_effects": "adverse effects",
    "equity": "who may be reached less or hurt more",
}
_PUBLISH_ONCE_LIVE = {
    "description.unplanned_variation": "what changed on the way",
    "description.fidelity_actual": "how closely it was followed",
}
_GROUPS = {
    "people": ("setting", "prevention_level", "organisations"),
    "delivery": tuple(
        f"description.{name}" for name in ("materials", "provided_by", "delivery", "location")
    ),
    "changes": (
        *("description.planned_variation", "description.unplanned_variation"),
        *("description.fidelity_planned", "description.fidelity_actual"),
    ),
    "cost, harm": ("cost", "adverse_effects", "equity"),
}
_EXPLAINED = {
    "setting": "where it meets people: public-space, school, home, health, custody, online",
    "prevention_level": "primary (everybody), secondary (at risk) or tertiary (involved)",
    "cost": "{amount: 186000, per: year, price_year: 2023-24}, for example",
}
STEPS: Mapping[Purpose, str] = {
    "register": "Before it is registered",
    "lock": "Before a plan to evaluate it is locked",
    "publish": "Before it is published",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """One thing that is not there yet.

    Attributes
    ----------
    field : str
        Dotted path in ``intervention.yaml``.
    words : str
        What is missing, in plain words.
    for_what : "register", "lock" or "publish"
        The first step that waits for it.
    """

    field: str
    words: str
    for_what: Purpose


def missing(record: Intervention | Mapping[str, Any]) -> tuple[Missing, ...]:
    """What a record, or a draft that is no record yet, lacks, in the order of the steps.

    To publish, every part of the description has to be there (TIDieR-PHP: Campbell and others, 2018);
    "not known" counts as missing. What only time can tell is not asked of an idea or a plan.

    Parameters
    ----------
    record : Intervention or mapping
        A mapping is a draft as it was read from YAML: any field may be absent, empty or wrong.
    """
    return (*_to_register(record), *_to_lock(record), *_to_publish(record))


def in_words(lacks: Sequence[Missing]) -> str:
    """Missing things as one line; empty where nothing is missing.

    >>> in_words((Missing(field="cost", words="cost", for_what="publish"),))
    'Missing to publish: cost'
    """
    steps = groupby(lacks, key=lambda one: one.for_what)
    parts = [f"to {step}: {', '.join(one.words for one in some)}" for step, some in steps]
    return f"Missing {'. '.join(parts).replace('. to ', '. To ')}" if parts else ""


def grouped(lacks: Sequence[Missing]) -> dict[Purpose, list[tuple[str, str]]]:
    """Missing things by the step that waits for them: for each group of fields, its name and words."""
    found: dict[Purpose, list[tuple[str, str]]] = {}
    for step in STEPS:
        rest = [one for one in lacks if one.for_what == step]
        for name, fields in _GROUPS.items():
            inside = [one for one in rest if one.field.partition("[")[0] in fields]
            rest = [one for one in rest if one not in inside]
            if inside:
                found.setdefault(step, []).append((name, _listed(inside)))
        if rest:
            found.setdefault(step, []).append(("content", _listed(rest)))
    return found


def explained(one: Missing) -> str:
    """What a missing thing is, with the values that it may have where there are few."""
    return _EXPLAINED.get(one.field, one.words)


def _listed(some: Sequence[Missing]) -> str:
    return ", ".join(one.words for one in some)


def _to_register(record: Intervention | Mapping[str, Any]) -> Iterator[Missing]:
    yield from _absent(record, _REGISTER, "register")
    leads = sum(_get(part, "role") == "lead" for part in _list(record, "organisations"))
    if leads != 1:
        words = "lead organisation" if leads == 0 else "one lead organisation instead of several"
        yield Missing(field="organisations", words=words, for_what="register")
    status = _get(record, "status")
    if status in ("stopped", "withdrawn") and _blank(_get(record, "status_reason")):
        words = f"reason why it was {status}"
        yield Missing(field="status_reason", words=words, for_what="register")
    if status == "completed" and _blank(_get(record, "end")) and not _get(record, "worked_example"):
        yield Missing(field="end", words="last day", for_what="register")
    if isinstance(record, Mapping):  # a record's was checked when it was read
        for problem in theory_draft.wrong(record):
            words = f"{problem.needed} ({theory_draft.in_words(record, problem)})"
            yield Missing(field=problem.field, words=words, for_what="register")


def _to_lock(record: Intervention | Mapping[str, Any]) -> Iterator[Missing]:
    yield from _absent(record, _LOCK, "lock")
    theory = _get(record, "theory")
    if _blank(theory):
        yield Missing(field="theory", words="theory of change", for_what="lock")
        return
    elements = _get(theory, "elements")
    kinds = {_get(element, "kind") for element in elements.values()} if elements else set()
    if "outcome" not in kinds:
        yield Missing(field="theory.elements", words="outcome", for_what="lock")
    if isinstance(record, Intervention) and record.theory is not None:
        for problem in check(record.theory):
            words = f"{problem.needed} ({problem.found})"
            yield Missing(field=problem.field, words=words, for_what="lock")


def _to_publish(record: Intervention | Mapping[str, Any]) -> Iterator[Missing]:
    wanted = dict(_PUBLISH)
    if _get(record, "status") not in ("idea", "planned"):
        wanted |= _PUBLISH_ONCE_LIVE
    yield from _absent(record, wanted, "publish")
    for n, part in enumerate(_list(record, "organisations")):
        if _get(part, "role") == "lead" and _blank(_get(part, "contact")):
            field = f"organisations[{n}].contact"
            yield Missing(field=field, words="a post to ask", for_what="publish")


def _absent(
    record: Intervention | Mapping[str, Any], wanted: Mapping[str, str], step: Purpose
) -> Iterator[Missing]:
    for field, words in wanted.items():
        if _blank(_get(record, field)):
            yield Missing(field=field, words=words, for_what=step)


def _get(record: object, path: str) -> Any:
    """The value at a dotted path of records or mappings; None where there is none."""
    value: Any = record
    for name in path.split("."):
        value = value.get(name) if isinstance(value, Mapping) else getattr(value, name, None)
    return value


def _list(record: object, path: str) -> Sequence[Any]:
    value = _get(record, path)
    return value if isinstance(value, list | tuple) else ()


def _blank(value: object) -> bool:
    if isinstance(value, str):
        return value.strip() in ("", NOT_KNOWN)
    return value is None or value == () or value == [] or value == {}
