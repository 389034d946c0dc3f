"""One edition of the hub: what is about the whole, and parts that are read only where they changed."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from operator import attrgetter, itemgetter
from typing import Any

from evalkit.hub.bare import bare
from evalkit.hub.parts import record_parts
from evalkit.hub.summaries import scales_of
from evalkit.types.catalogue import Catalogue
from evalkit.types.packed import packed

_BY_ID = ("interventions", "protocols", "findings")
_AS_THEY_ARE = ("values", "limits")
_BY_KEY = (
    "amendments", "held_back", "overdue", "value_notes", "works_told", "findings_told",
)  # fmt: skip
_OF_PARTS_ALONE: Mapping[str, Any] = {
    "evaluations": (),
    "notebooks": {},
    "ran": {},
    "records": {},
    "assessments": {},
    "steps": {},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Records that name each other, and no others.

    Attributes
    ----------
    key : str
        A hash of all that they say.
    bare : Catalogue
        What the whole knows of them.
    names : tuple of str
        What the files of its findings, runs and notebooks are called.
    """

    key: str
    bare: Catalogue
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """What every page of the hub is made from.

    Attributes
    ----------
    whole : Catalogue
        The edition with bare records: enough for the pages about all of it.
    parts : tuple of Part
    read : callable
        The records of some parts, in their order, each packed as ``record_parts`` gives it.
    """

    whole: Catalogue
    parts: tuple[Part, ...]
    read: Callable[[Sequence[Part]], Iterable[bytes]]


def cut(catalogue: Catalogue) -> Edition:
    """An edition of records that are all in memory."""
    each = ((part_of(records, packed(records)), records) for records in record_parts(catalogue))
    known = {part.key: (part, records) for part, records in each}

    def read(parts: Sequence[Part]) -> Iterator[bytes]:
        return (packed(known[part.key][1]) for part in parts)

    parts = tuple(part for part, _ in known.values())
    return Edition(whole=joined(catalogue, parts), parts=parts, read=read)


def part_of(records: Catalogue, told: bytes) -> Part:
    """Work out what an edition knows of one of its parts; ``told`` are its records packed."""
    key = key_of(told)
    runs = (one.protocol for one in records.evaluations)
    named = (*(one.id for one in records.findings), *runs, *records.notebooks)
    return Part(key=key, bare=bare(records, key), names=tuple(name.lower() for name in named))


def key_of(told: bytes) -> str:
    """The key of a part whose records are packed so."""
    return hashlib.blake2b(told, digest_size=20).hexdigest()


def joined(rest: Catalogue, parts: Iterable[Part]) -> Catalogue:
    """The whole: what belongs to no part, with what it knows of each part."""
    known = [part.bare for part in parts]
    given: dict[str, Any] = dict(_OF_PARTS_ALONE)
    for name in (*_BY_ID, *_AS_THEY_ARE):
        given[name] = tuple(one for part in known for one in getattr(part, name))
    for name in _BY_ID:
        given[name] = tuple(sorted(given[name], key=attrgetter("id")))
    gone = (pair for part in known for pair in part.withdrawn)
    given["withdrawn"] = tuple(sorted(gone, key=lambda pair: pair[0].id))
    for name in _BY_KEY:
        pairs = [pair for part in known for pair in getattr(part, name).items()]
        given[name] = dict(sorted(pairs, key=itemgetter(0)))
    weights = {one.name: one for part in known for one in part.weight_tables}
    given["weight_tables"] = rest.weight_tables or tuple(weights[name] for name in sorted(weights))
    whole = replace(rest, **given)
    return replace(whole, scales=rest.scales or scales_of(whole.findings))
