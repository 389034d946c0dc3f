"""Every field of a plan, changed: found from the record types, so that a new one is among them."""

import dataclasses
import datetime
import typing
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter

from evalkit.protocol.contradictions import contradictions
from evalkit.protocol.plan import Plan

ADAPTER = TypeAdapter(Plan)
Field = tuple[str, str]
"""Name of the record type, and of its field."""


@dataclass(frozen=True)
class Mutation:
    """One change of one field, with what else has to change for the plan to stay a plan."""

    field: Field
    base: str
    path: str
    plan: dict[str, Any]


def plain(plan: Plan) -> dict[str, Any]:
    """A plan as its file would have it."""
    return ADAPTER.dump_python(plan, mode="json")


def every_field(kind: Any = Plan) -> set[Field]:
    """Every field of a plan's record types that has more than one possible value."""
    found: set[Field] = set()
    hints = typing.get_type_hints(kind, include_extras=True)
    for field in dataclasses.fields(kind):
        inner = [*_records(hints[field.name])]
        for one in inner:
            found |= every_field(one)
        if not inner and len(_options(hints[field.name])) != 1:
            found.add((kind.__name__, field.name))
    return found


def mutations(base: str, plan: Plan) -> Iterator[Mutation]:
    """Changes of single fields after which the plan still fits itself; the first possible one a field."""
    for field, path, hint, value in _leaves(plan, ""):
        for other in _others(value, hint):
            changed = with_changes(plain(plan), {path: other})
            if fits(changed):
                yield Mutation(field, base, path, changed)
                break


def with_changes(plan: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    """A plan with other values at dotted paths; None takes a field out."""
    again = ADAPTER.dump_python(ADAPTER.validate_python(plan), mode="json")
    for path, value in changes.items():
        *way, last = path.replace("[", ".").replace("]", "").split(".")
        at: Any = again
        for step in way:
            at = at[int(step)] if isinstance(at, list) else at[step]
        if value is None:
            at.pop(last, None)
        else:
            at[int(last) if isinstance(at, list) else last] = value
    return again


def fits(plan: dict[str, Any]) -> bool:
    """Whether a plan can be read, and its parts fit each other."""
    try:
        read = ADAPTER.validate_python(plan)
    except ValueError:
        return False
    return not [*contradictions(read, read.id)]


def _leaves(record: Any, path: str) -> Iterator[tuple[Field, str, Any, Any]]:
    hints = typing.get_type_hints(type(record), include_extras=True)
    for field in dataclasses.fields(record):
        value, hint = getattr(record, field.name), hints[field.name]
        here = f"{path}.{field.name}" if path else field.name
        items = value if isinstance(value, tuple) else (value,)
        inner = [item for item in items if dataclasses.is_dataclass(item)]
        for n, item in enumerate(inner):
            yield from _leaves(item, f"{here}[{n}]" if isinstance(value, tuple) else here)
        if not inner:
            yield (type(record).__name__, field.name), here, hint, value


def _others(value: Any, hint: Any) -> Iterator[Any]:
    """Other values of the same kind."""
    options = _options(hint)
    if isinstance(value, tuple) and options:
        yield from ([*value, option] for option in options if option not in value)
        return
    yield from (option for option in options if option != value)
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, int):
        yield value + 1
    elif isinstance(value, float):
        yield from (value / 2 + 0.4, 2 * value)
    elif isinstance(value, str):
        yield from (*_periods(value), f"{value} changed")
    elif isinstance(value, tuple) and value and isinstance(value[0], str):
        yield [*value, "Another one."]
    elif value is None:
        yield from (datetime.date(2020, 1, 1).isoformat(), 1, "changed")


def _periods(text: str) -> Iterator[str]:
    """The month after, and the one before."""
    if len(text) == 7 and text[:4].isdigit():
        month = 12 * int(text[:4]) + int(text[5:]) - 1
        yield from (f"{m // 12}-{m % 12 + 1:02d}" for m in (month + 1, month - 1))


def _records(hint: Any) -> Iterator[Any]:
    if dataclasses.is_dataclass(hint):
        yield hint
    for inner in _inside(hint):
        yield from _records(inner)


def _inside(hint: Any) -> tuple[Any, ...]:
    """The types inside a type; what is annotated without its annotations."""
    inner = typing.get_args(hint)
    if typing.get_origin(hint) is typing.Annotated:
        inner = inner[:1]
    return () if typing.get_origin(hint) is typing.Literal else inner


def _options(hint: Any) -> tuple[Any, ...]:
    """What a choice can be; nothing where it is no choice."""
    if typing.get_origin(hint) is typing.Literal:
        return typing.get_args(hint)
    return tuple(option for inner in _inside(hint) for option in _options(inner))
