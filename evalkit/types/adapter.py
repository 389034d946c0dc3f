"""The validator of a record type, made once: making one takes longer than using it; records as exact JSON."""

from typing import Any, TypeVar

from pydantic import ConfigDict, TypeAdapter

T = TypeVar("T")

_MADE: dict[Any, TypeAdapter[Any]] = {}
_MADE_EXACT: dict[Any, TypeAdapter[Any]] = {}


def adapter(kind: Any) -> TypeAdapter[Any]:
    """Return the validator of a record type."""
    if kind not in _MADE:
        _MADE[kind] = TypeAdapter(kind)
    return _MADE[kind]


def exact_json(record: object) -> bytes:
    """Write every field of a record, infinity and NaN included, so that two records never give one text."""
    return _exact(type(record)).dump_json((record,), by_alias=True)


def from_exact_json(kind: type[T], text: bytes) -> T:
    """Read what ``exact_json`` wrote of a record of this kind: it is equal in every value."""
    record: T = _exact(kind).validate_json(text)[0]
    return record


def _exact(kind: Any) -> TypeAdapter[Any]:
    if kind not in _MADE_EXACT:  # a configuration is only taken by a type that has none, as a tuple
        settings = ConfigDict(ser_json_inf_nan="constants")
        _MADE_EXACT[kind] = TypeAdapter(tuple[kind], config=settings)
    return _MADE_EXACT[kind]
