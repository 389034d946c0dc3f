"""One text for one record, whoever writes it down: sorted fields, no spaces, numbers as they are."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any, TypeVar

from pydantic import ValidationError

from evalkit.errors import Problem, RegistryError
from evalkit.types.adapter import adapter

T = TypeVar("T")
_BARE = {str, int}


def canonical_json(record: object) -> str:
    """Write a record (or a mapping of plain values) as canonical JSON.

    Fields are sorted and have the names people write (``from``, not ``from_``), tuples are lists,
    days are ``YYYY-MM-DD``, floats have the shortest text that reads back as the same number,
    and zero has no sign. A mapping inside a record keeps its order, which its author chose.

    Raises
    ------
    RegistryError
        For NaN or infinity, which JSON cannot hold, and for text that is not Unicode.
    """
    try:
        if isinstance(record, dict) and {*map(type, record), *map(type, record.values())} <= _BARE:
            return compact(dict(sorted(record.items())))  # a row: nothing in it to arrange
        plain = adapter(type(record)).dump_python(
            record, mode="json", by_alias=True, warnings=False
        )
        return compact(_arranged(plain, record, mapping_is_record=True))
    except ValueError as error:
        raise RegistryError(
            Problem(
                found=f"{type(record).__name__} cannot be written as JSON ({error})",
                needed="finite numbers and Unicode text",
            )
        ) from error


def compact(plain: object) -> str:
    """Write plain values as JSON in the order they have; ValueError where that cannot be."""
    text = json.dumps(plain, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    text.encode()
    return text


def sha256_text(text: str) -> str:
    """Return the SHA-256 of a text's UTF-8 bytes, as 64 lower-case hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()


def settled(record: T) -> tuple[T, str]:
    """Return the record as it will be read back, and its canonical JSON.

    Dataclasses do not validate themselves, and neither do tables; this is the registry's door.

    Raises
    ------
    RegistryError
        With one problem for each field that does not fit.
    """
    again = read_json(type(record), canonical_json(record))
    return again, canonical_json(again)  # written again: a whole number may have become a float


def read_json(kind: type[T], text: str) -> T:
    """Read a record from its canonical JSON; RegistryError where it does not fit ``kind``."""
    try:
        record: T = adapter(kind).validate_json(text, strict=True)
    except ValidationError as error:
        raise RegistryError(*_problems(kind, error)) from error
    return record


def read_fields(kind: type[T], values: dict[str, Any]) -> T:
    """Make a record from stored columns; RegistryError where they do not fit ``kind``."""
    try:
        record: T = adapter(kind).validate_python(values)
    except ValidationError as error:
        raise RegistryError(*_problems(kind, error)) from error
    return record


def _arranged(plain: Any, record: Any, *, mapping_is_record: bool = False) -> Any:
    """Sort the fields of records, keep the order of mappings, take the sign from zeros."""
    if isinstance(plain, dict):
        values = record.values() if isinstance(record, Mapping) else _values(record)
        pairs = list(zip(plain.items(), values, strict=True))
        if mapping_is_record or not isinstance(record, Mapping):
            pairs.sort(key=lambda pair: pair[0][0])
        return {name: _arranged(value, inner) for (name, value), inner in pairs}
    if isinstance(plain, list):
        return [_arranged(value, inner) for value, inner in zip(plain, record, strict=True)]
    return plain + 0.0 if isinstance(plain, float) else plain  # databases keep no sign of zero


def _values(record: Any) -> list[Any]:
    if not is_dataclass(record):
        raise ValueError(f"{type(record).__name__} is neither a record nor a mapping")
    return [getattr(record, field.name) for field in fields(record)]


def _problems(kind: type[object], error: ValidationError) -> list[Problem]:
    return [
        Problem(
            field=".".join(str(part) for part in (kind.__name__, *detail["loc"])),
            found=repr(detail["input"]),
            needed=detail["msg"].removeprefix("Input should be "),
        )
        for detail in error.errors(include_url=False)
    ]
