"""The validator of a record type, made once: making one takes longer than using it."""

from typing import Any

from pydantic import TypeAdapter

_MADE: dict[Any, TypeAdapter[Any]] = {}


def adapter(kind: Any) -> TypeAdapter[Any]:
    """Return the validator of a record type."""
    if kind not in _MADE:
        _MADE[kind] = TypeAdapter(kind)
    return _MADE[kind]
