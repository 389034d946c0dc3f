"""What a version implies for lists, filters and search; it can always be worked out again."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from evalkit.registry.kinds import Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Implied:
    """What the current version of an entry implies.

    Attributes
    ----------
    title, status : str
    references : tuple of (str, str)
        Role and target, each once, in order.
    body : str
        Everything to search in but the title.
    """

    title: str
    status: str
    references: tuple[tuple[str, str], ...]
    body: str


def implied(kind: Kind, id: str, record: Any, payload: str) -> Implied:
    """Work out what a record implies; ``payload`` is its canonical JSON."""
    status = kind.status(record)
    named = {(reference.role, reference.target) for reference in kind.references(record)}
    if status:
        named.add(("status", status))
    plain = {k: v for k, v in json.loads(payload).items() if k not in kind.unsearched | {"id"}}
    return Implied(
        title=kind.title(record),
        status=status,
        references=tuple(sorted(named)),
        body="\n".join((id, *texts(plain))),
    )


def texts(plain: Any) -> Iterator[str]:
    """Yield every text inside plain values, in order; keys are not texts."""
    if isinstance(plain, str):
        yield plain
    elif isinstance(plain, dict | list):
        for value in plain.values() if isinstance(plain, dict) else plain:
            yield from texts(value)
