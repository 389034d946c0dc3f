"""Does any text look as if it were about one person? Rules for people to judge by, not a guarantee."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import Literal

from evalkit.workflow import personal_patterns as patterns

Kind = Literal[
    "e-mail address",
    "telephone number",
    "NHS number",
    "full postcode",
    "police crime id",
    "crime reference",
    "date of birth",
    "name of a person",
]
_HASHES = ("sha256", "protocol_sha256")
_POSTS = ("contact", "champion")
_VENUES = ("place",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag:
    """A piece of text that may be personal data.

    Attributes
    ----------
    path : str
        Dotted path of the field, as people write it, e.g. ``organisations[0].contact``.
    kind : str
        What it looks like; one of ``Kind``.
    excerpt : str
        Its first two characters, the others as ``#``, so that a report repeats nothing.
    """

    path: str
    kind: Kind
    excerpt: str


def flags(record: object) -> tuple[Flag, ...]:
    """Everything in a record that looks like personal data, in the order of its fields.

    Looked for: e-mail addresses; UK geographic and mobile numbers (03, 08 and 09 numbers belong to
    organisations); NHS numbers whose check digit is right; full postcodes (not in the ``place`` of an
    event); 64-digit crime ids of police files (not where a SHA-256 is named); crime references; dates of
    birth; and, in a ``contact`` or ``champion``, a title with a name.

    Parameters
    ----------
    record : object
        A dataclass, or mappings and lists of plain values.
    """
    found = [flag for path, text in _texts(record, "") for flag in _look(path, text)]
    return tuple(dict.fromkeys(found))


def _texts(value: object, path: str) -> Iterator[tuple[str, str]]:
    """Every text of a record with its path; keys of mappings are text as well."""
    if isinstance(value, str):
        yield path, value
    elif is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            name = field.name.rstrip("_")
            yield from _texts(getattr(value, field.name), f"{path}.{name}".lstrip("."))
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            deeper = f"{path}.{key}".lstrip(".")
            yield deeper, str(key)
            yield from _texts(inner, deeper)
    elif isinstance(value, Iterable) and not isinstance(value, bytes):
        for n, inner in enumerate(value):
            yield from _texts(inner, f"{path}[{n}]")


def _look(path: str, text: str) -> Iterator[Flag]:
    name = path.rpartition(".")[2].partition("[")[0]
    for kind, find in _RULES.items():
        if kind == "police crime id" and name in _HASHES:
            continue
        if kind == "full postcode" and name in _VENUES:
            continue
        if kind == "name of a person" and name not in _POSTS:
            continue
        for excerpt in find(text):
            yield Flag(path=path, kind=kind, excerpt=masked(excerpt))


_RULES: Mapping[Kind, patterns.Finder] = {
    "e-mail address": patterns.email_addresses,
    "telephone number": patterns.telephone_numbers,
    "NHS number": patterns.nhs_numbers,
    "full postcode": patterns.postcodes,
    "police crime id": patterns.crime_ids,
    "crime reference": patterns.crime_references,
    "date of birth": patterns.dates_of_birth,
    "name of a person": patterns.titled_names,
}


def masked(excerpt: str) -> str:
    """Keep two characters and the spaces, hide the others, and cut what is long.

    >>> masked("07700 900123")
    '07### ######'
    """
    hidden = excerpt[:2] + "".join(c if c.isspace() else "#" for c in excerpt[2:24])
    return f"{hidden}..." if len(excerpt) > 24 else hidden
