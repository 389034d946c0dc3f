"""Editions in which every field that a person may fill with words holds a hostile text."""

import dataclasses
from collections.abc import Iterator, Mapping
from itertools import count, cycle
from typing import Any

from evalkit.types.catalogue import Catalogue
from tests.hub_sample import sample

_FREE: Mapping[str, frozenset[str]] = {
    "Intervention": frozenset(
        {"name", "summary", "population", "adverse_effects", "equity", "status_reason"}
    ),
    "Description": frozenset(
        {
            *("why", "materials", "procedures", "provided_by", "delivery", "location", "dose"),
            *("planned_variation", "unplanned_variation", "fidelity_planned", "fidelity_actual"),
        }
    ),
    "ParticipatingOrganisation": frozenset({"name", "contact"}),
    "Element": frozenset({"text"}),
    "Link": frozenset({"because", "assumes", "risk"}),
    "Indicator": frozenset({"name", "unit", "source", "none_because"}),
    "Finding": frozenset(
        {
            *("change", "why_verdict", "outcome", "headline", "summary", "interval_words"),
            *("compared", "years", "design", "source", "supports", "limits"),
        }
    ),
    "CheckResult": frozenset({"question", "statistic_name", "sentence"}),
    "NamedEstimate": frozenset({"words"}),
    "Evaluation": frozenset({"notes", "outcome"}),
    "Observed": frozenset({"units"}),
    "Deviation": frozenset({"planned", "run", "reason"}),
    "Amendment": frozenset({"reason"}),
    "Provenance": frozenset({"source", "file", "package", "licence"}),
    "Need": frozenset({"text", "source", "evidence"}),
    "DutyProduct": frozenset({"reference", "note"}),
    "Definition": frozenset({"title", "wording", "source", "note"}),
    "LearningEvent": frozenset({"name", "place"}),
    "Session": frozenset({"title", "sentence"}),
    "Organisation": frozenset({"name", "champion", "contact"}),
    "Revision": frozenset({"title", "reason", "fields"}),
    "GivenRating": frozenset({"reason"}),
    "Rated": frozenset({"by"}),
    "Threat": frozenset({"what"}),
    "Area": frozenset({"name"}),
    "Catalogue": frozenset({"publisher", "region"}),
}
"""By type: its fields of free words. Ids, dates and words from lists cannot hold any."""


def hostile_edition(texts: tuple[str, ...]) -> Catalogue:
    """One edition whose free words are ``texts``, one after the other and round again."""
    supply = cycle(texts)
    changed: Catalogue = _filled(sample(), supply)
    return changed


def places() -> int:
    """How many texts one edition holds; where there are fewer hostile ones, some stand twice."""
    numbers = count()
    _filled(sample(), (str(number) for number in numbers))
    return next(numbers)


def free_fields() -> list[tuple[str, str]]:
    """Every field that is filled, for the test that none was forgotten."""
    return [(name, field) for name, some in _FREE.items() for field in sorted(some)]


def _filled(value: Any, supply: Iterator[str]) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        free = _FREE.get(type(value).__name__, frozenset())
        told = {
            field.name: _words(getattr(value, field.name), supply)
            if field.name in free
            else _filled(getattr(value, field.name), supply)
            for field in dataclasses.fields(value)
        }
        return dataclasses.replace(value, **told)
    if isinstance(value, tuple):
        make = getattr(value, "_make", tuple)
        return make(_filled(item, supply) for item in value)
    if isinstance(value, dict):
        return {key: _filled(item, supply) for key, item in value.items()}
    return value


def _words(value: Any, supply: Iterator[str]) -> Any:
    if isinstance(value, tuple):
        return tuple(next(supply) for _ in value)
    return next(supply) if isinstance(value, str) else value
