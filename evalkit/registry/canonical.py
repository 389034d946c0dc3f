"""One text for one record, whoever writes it down: sorted keys, no spaces, numbers as they are."""

import dataclasses
import functools
import hashlib
import json
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from evalkit.errors import Problem, RegistryError

T = TypeVar("T")


def canonical_json(record: object) -> str:
    """Write a record (or a mapping of plain values) as canonical JSON.

    Keys are sorted, fields have the names people write (``from``, not ``from_``), tuples are lists,
    days are ``YYYY-MM-DD``, floats have the shortest text that reads back as the same number,
    and zero has no sign.

    Raises
    ------
    RegistryError
        For NaN or infinity, which JSON cannot hold, and for text that is not Unicode.
    """
    return _json(record, sort_keys=True)


def sha256_text(text: str) -> str:
    """Return the SHA-256 of a text's UTF-8 bytes, as 64 lower-case hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()


def checked(record: T) -> T:
    """Return the record as it will be read back, after checking it against its own type.

    Dataclasses do not validate themselves, and neither do tables; this is the registry's door.

    Raises
    ------
    RegistryError
        With one problem for each field that does not fit.
    """
    return read_json(type(record), _json(record, sort_keys=False))  # a mapping keeps its order


def read_json(kind: type[T], text: str) -> T:
    """Read a record from its canonical JSON; RegistryError where it does not fit ``kind``."""
    try:
        record: T = _adapter(kind).validate_json(text, strict=True)
    except ValidationError as error:
        raise RegistryError(*_problems(kind, error)) from error
    return record


def read_fields(kind: type[T], fields: dict[str, Any]) -> T:
    """Make a record from stored columns; RegistryError where they do not fit ``kind``."""
    try:
        record: T = _adapter(kind).validate_python(fields)
    except ValidationError as error:
        raise RegistryError(*_problems(kind, error)) from error
    return record


def differing(stored: T, record: T) -> list[str]:
    """Name the fields, at the top, in which two records of one type differ."""
    names = [field.name for field in dataclasses.fields(stored)]  # type: ignore[arg-type]
    return [name for name in names if getattr(record, name) != getattr(stored, name)]


def _json(record: object, *, sort_keys: bool) -> str:
    adapter = _adapter(type(record))
    try:
        plain = adapter.dump_python(record, mode="json", by_alias=True, warnings=False)
        text = json.dumps(
            _unsigned_zeros(plain),
            sort_keys=sort_keys,
            ensure_ascii=False,
            allow_nan=False,
            separators=(",", ":"),
        )
        text.encode()
    except ValueError as error:
        raise RegistryError(
            Problem(
                found=f"{type(record).__name__} cannot be written as JSON ({error})",
                needed="finite numbers and Unicode text",
            )
        ) from error
    return text


def _adapter(kind: Any) -> TypeAdapter[Any]:
    return _made_once(kind)


@functools.cache
def _made_once(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def _unsigned_zeros(plain: Any) -> Any:
    """Turn -0.0 into 0.0 wherever it stands: databases do not keep its sign."""
    if isinstance(plain, dict):
        return {key: _unsigned_zeros(value) for key, value in plain.items()}
    if isinstance(plain, list):
        return [_unsigned_zeros(value) for value in plain]
    return plain + 0.0 if isinstance(plain, float) else plain


def _problems(kind: type[object], error: ValidationError) -> list[Problem]:
    return [
        Problem(
            field=".".join(str(part) for part in (kind.__name__, *detail["loc"])),
            found=repr(detail["input"]),
            needed=detail["msg"].removeprefix("Input should be "),
        )
        for detail in error.errors(include_url=False)
    ]
