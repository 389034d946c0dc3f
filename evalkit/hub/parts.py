"""An edition in parts that know nothing of each other, so that each is made again only when it changes."""

import datetime
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import chain
from typing import Any

from evalkit.hub.lookups import lookups
from evalkit.types.catalogue import Catalogue
from evalkit.types.edition import Revision
from evalkit.types.intervention import Intervention
from evalkit.types.roots import Roots

Node = tuple[str, str]
_WORK, _PLAN, _FINDING = "intervention", "protocol", "finding"
_SEQUENCES: Mapping[str, Callable[[Any], Node]] = {
    "interventions": lambda one: (_WORK, one.id or ""),
    "protocols": lambda one: (_PLAN, one.id),
    "evaluations": lambda one: (_PLAN, one.protocol),
    "findings": lambda one: (_FINDING, one.id),
    "values": lambda one: (_WORK, one.intervention),
    "limits": lambda one: (_WORK, one.intervention),
    "withdrawn": lambda one: (_FINDING, one[0].id),
}
_MAPPINGS: Mapping[str, Callable[[Any], Node]] = {
    "notebooks": lambda key: (_PLAN, key),
    "ran": lambda key: (_PLAN, key[0]),
    "records": lambda key: (_PLAN, key[0]),
    "amendments": lambda key: (_PLAN, key),
    "held_back": lambda key: (_PLAN, key),
    "overdue": lambda key: (_PLAN, key),
    "assessments": lambda key: (_FINDING, key),
    "value_notes": lambda key: (_WORK, key),
    "steps": lambda key: (_FINDING, key),
}
"""Every field of an edition that holds records with pages of their own, and what each record belongs to."""


def record_parts(catalogue: Catalogue) -> Iterator[Catalogue]:
    """The edition cut along its links: interventions, plans, runs and findings that name each other together.

    A part holds all that the pages of its records may be made from, and nothing else: of the edition only
    its year. The scale that rulers share and what was released are given to its pages when they are made.
    """
    roots = _roots(catalogue)
    held: dict[Node, dict[str, Any]] = defaultdict(dict)
    for name, node_of in _SEQUENCES.items():
        for one in getattr(catalogue, name):
            held[roots.of(node_of(one))].setdefault(name, []).append(one)
    for name, node_of in _MAPPINGS.items():
        for key, one in getattr(catalogue, name).items():
            held[roots.of(node_of(key))].setdefault(name, {})[key] = one
    versions = lookups(catalogue).versions
    empty = _empty(catalogue)
    for fields in held.values():
        given: Any = {k: tuple(v) if isinstance(v, list) else v for k, v in fields.items()}
        part: Catalogue = replace(empty, **given)
        yield replace(
            part,
            areas=_areas_of(catalogue, part.interventions, part),
            weight_tables=_weighing(catalogue, part),
            history=_versions_in(versions, part),
        )


def owner_of(part: Catalogue) -> str:
    """The id of an intervention, plan or finding that something in a part belongs to."""
    of_each = (node_of(one) for name, node_of in _SEQUENCES.items() for one in getattr(part, name))
    of_keys = (node_of(key) for name, node_of in _MAPPINGS.items() for key in getattr(part, name))
    return next(id for _, id in chain(of_each, of_keys))


def area_parts(catalogue: Catalogue) -> Iterator[tuple[str, Catalogue]]:
    """By area that something was counted in or for: the interventions, and what was counted of them."""
    found = lookups(catalogue)
    at: dict[str, list[Intervention]] = defaultdict(list)
    for one in catalogue.interventions:
        values = found.values_of.get(one.id or "", ())
        named = {value.by["area"] for value in values if "area" in value.by}
        for code in sorted(named | set(one.areas)) if values else ():
            at[code].append(one)
    for code, works in sorted(at.items()):
        ids = [one.id or "" for one in works]
        part = replace(
            _empty(catalogue),
            interventions=tuple(works),
            values=tuple(value for id in ids for value in found.values_of.get(id, ())),
            limits=tuple(one for id in ids for one in found.limits_of.get(id, ())),
            value_notes={k: v for k, v in catalogue.value_notes.items() if k in ids},
        )
        yield code, replace(part, areas=_areas_of(catalogue, works, part, code))


def _empty(catalogue: Catalogue) -> Catalogue:
    """What every page of an edition knows of it, and no record."""
    return Catalogue(
        publisher=catalogue.publisher,
        region=catalogue.region,
        address=catalogue.address,
        prefix=catalogue.prefix,
        edition=datetime.date(catalogue.edition.year, 1, 1),
        ledger_head="",
        areas={},
        interventions=(),
        protocols=(),
        evaluations=(),
        findings=(),
        notebooks={},
    )


def _areas_of(
    catalogue: Catalogue, works: Iterable[Intervention], part: Catalogue, *more: str
) -> Mapping[str, Any]:
    """The areas that records name, and those that these lie in."""
    named = [*more, *(code for one in works for code in one.areas)]
    named += [value.by["area"] for value in part.values if "area" in value.by]
    around = lookups(catalogue).around
    codes = {outer for code in named for outer in around.get(code, ())}
    return {code: catalogue.areas[code] for code in sorted(codes)}


def _versions_in(
    versions: Mapping[tuple[str, str], tuple[Revision, ...]], part: Catalogue
) -> tuple[Revision, ...]:
    """The versions of the part's own interventions and findings, for the days on their pages."""
    keys = [("intervention", one.id or "") for one in part.interventions]
    keys += [("finding", one.id) for one in part.findings]
    return tuple(one for key in keys for one in versions.get(key, ()))


def _weighing(catalogue: Catalogue, part: Catalogue) -> tuple[Any, ...]:
    """Weight tables that a plan of the part may name."""
    plans = [one.canonical for one in (*part.protocols, *part.ran.values())]
    return tuple(
        one for one in catalogue.weight_tables if any(f'"{one.name}"' in text for text in plans)
    )


def _roots(catalogue: Catalogue) -> Roots[Node]:
    roots = Roots[Node]()
    for work in catalogue.interventions:
        for link in work.theory.links if work.theory else ():
            for key in link.evidence:
                roots.join((_WORK, work.id or ""), (_FINDING, key))
    for plan in catalogue.protocols:
        roots.join((_PLAN, plan.id), (_WORK, plan.intervention))
    for finding in (*catalogue.findings, *(one for one, _ in catalogue.withdrawn)):
        for key in finding.interventions:
            roots.join((_FINDING, finding.id), (_WORK, key))
        if finding.protocol:
            roots.join((_FINDING, finding.id), (_PLAN, finding.protocol))
    return roots
