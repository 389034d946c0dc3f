"""What changed from one version to the next, field by field, and what number that gives."""

import datetime
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from evalkit.errors import Problem, RegistryError
from evalkit.registry.canonical import canonical_json
from evalkit.registry.kinds import Kind

_NUMBER = re.compile(r"v([1-9][0-9]{0,5})\.(0|[1-9][0-9]{0,5})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One field that differs.

    Attributes
    ----------
    field : str
        Dotted path, e.g. ``"theory.links[2].because"``.
    old, new : str or None
        As text, other values as JSON; None where the field is not there or has no value.
    """

    field: str
    old: str | None
    new: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One version of an entry.

    Attributes
    ----------
    number : int
        1, 2, … in order.
    version : str
        E.g. ``"v1.2"``.
    day : date
    by, reason : str
        Who wrote it, as they were named, and why; no reason in a first version.
    text : str
        As its author wrote it.
    changes : tuple of Change
        Against the version before; empty in the first one, and where only comments changed.
    """

    number: int
    version: str
    day: datetime.date
    by: str
    reason: str
    text: str
    changes: tuple[Change, ...]


def diff(left: object, right: object) -> tuple[Change, ...]:
    """Return every field in which two records of one type differ, in order of field."""
    return diff_payloads(canonical_json(left), canonical_json(right))


def diff_payloads(left: str, right: str) -> tuple[Change, ...]:
    """As ``diff``, from the records' canonical JSON."""
    return () if left == right else tuple(_differences(json.loads(left), json.loads(right), ""))


def top(change: Change) -> str:
    """Return the field at the top of a record that a change lies in."""
    return re.split(r"[.\[]", change.field, maxsplit=1)[0]


def tops(changes: tuple[Change, ...]) -> str:
    """Name the fields at the top that were changed, each once, for a message."""
    return ", ".join(dict.fromkeys(top(change) for change in changes))


def following(kind: Kind, major: int, minor: int, changes: tuple[Change, ...]) -> tuple[int, int]:
    """Return the number that the field rule gives to the version after ``major.minor``."""
    if any(top(change) in kind.major for change in changes):
        return major + 1, 0
    return major, minor + 1


def parse_version(text: str, *, field: str = "version") -> tuple[int, int]:
    """Return the two numbers of ``v1.2``; RegistryError for anything else."""
    found = _NUMBER.fullmatch(str(text))
    if found is None:
        raise RegistryError(
            Problem(field=field, found=f"version {text!r}", needed="a version such as v1.2")
        )
    return int(found[1]), int(found[2])


def _differences(old: Any, new: Any, path: str) -> Iterator[Change]:
    if isinstance(old, dict) and isinstance(new, dict):
        yield from _in_fields(old, new, path)
    elif isinstance(old, list) and isinstance(new, list):
        yield from _in_items(old, new, path)
    elif old != new or type(old) is not type(new):
        yield Change(field=path, old=_words(old), new=_words(new))


def _in_fields(old: dict[str, Any], new: dict[str, Any], path: str) -> Iterator[Change]:
    for name in dict.fromkeys([*old, *new]):
        inner = f"{path}.{name}" if path else name
        yield from _differences(old.get(name), new.get(name), inner)
    if list(old) != list(new) and old.keys() == new.keys():
        yield Change(field=path, old=", ".join(old), new=", ".join(new))  # only the order


def _in_items(old: list[Any], new: list[Any], path: str) -> Iterator[Change]:
    """Compare items by place, after leaving out what is alike at both ends."""
    shorter = min(len(old), len(new))
    start = next((n for n in range(shorter) if old[n] != new[n]), shorter)
    end = next((n for n in range(shorter - start) if old[-1 - n] != new[-1 - n]), shorter - start)
    gone, come = old[start : len(old) - end], new[start : len(new) - end]
    for n in range(max(len(gone), len(come))):
        before = gone[n] if n < len(gone) else None
        after = come[n] if n < len(come) else None
        yield from _differences(before, after, f"{path}[{start + n}]")


def _words(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)
