"""Lists in JSON that lie in different places and belong together, and numbers in a packed form."""

import base64
import json
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from evalkit.data.disclosure.printed import read_printed

_TYPES = frozenset("i1 i2 i4 u1 u2 u4 f4 f8 i8 u8".split())  # noqa: SIM905
Rows = tuple[tuple[str, str], ...]


def unpacked(value: Any) -> Any:
    """A JSON value in which packed arrays and texts that are JSON themselves are unpacked."""
    if isinstance(value, Mapping):
        if value.get("dtype") in _TYPES and isinstance(value.get("bdata"), str):
            return _array(value["dtype"], value["bdata"])
        return {key: unpacked(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [unpacked(one) for one in value]
    if isinstance(value, str) and value[:1] in ("[", "{") and value[-1:] in ("]", "}"):
        try:
            return unpacked(json.loads(value))
        except ValueError:
            return value
    return value


def _array(kind: str, packed: str) -> Any:
    try:
        return np.frombuffer(base64.b64decode(packed), dtype=f"<{kind}").tolist()
    except ValueError:
        return packed


def loose(value: Any) -> Iterator[tuple[str, Rows]]:
    """Lists of counts that stand alone, each beside the list of names that is as long."""
    lists = list(_alone(value, ""))
    names = [one for _, one in lists if all(_kind(x) == "words" for x in one)]
    for place, one in lists:
        kinds = [_kind(x) for x in one]
        if len(one) > 1 and "number" in kinds and set(kinds) <= {"number", "small", "nothing"}:
            beside = next((n for n in names if len(n) == len(one)), None)
            if beside is not None:
                yield place, tuple((str(n), _text(x)) for n, x in zip(beside, one, strict=True))


def _alone(value: Any, path: str) -> Iterator[tuple[str, list[Any]]]:
    """Lists of scalars that have no list of the same length beside them."""
    if isinstance(value, Mapping):
        lines = {k: v for k, v in value.items() if _is_line(v)}
        if not (len(lines) > 1 and len({len(v) for v in lines.values()}) == 1):
            yield from ((f"{path}.{k}".lstrip("."), v) for k, v in lines.items())
        for key, inner in value.items():
            if key not in lines:
                yield from _alone(inner, f"{path}.{key}".lstrip("."))
    elif isinstance(value, list):
        for n, one in enumerate(value):
            yield from _alone(one, f"{path}[{n}]")


def _is_line(value: Any) -> bool:
    return (
        isinstance(value, list)
        and bool(value)
        and all(one is None or isinstance(one, str | int | float) for one in value)
    )


def _kind(value: Any) -> str:
    return read_printed(_text(value)).kind


def _text(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value)
