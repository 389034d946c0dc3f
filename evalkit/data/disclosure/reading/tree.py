"""Tables in JSON: records, columns, charts, and names with numbers."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeGuard

from evalkit.data.disclosure.reading.grid import Grid

Scalar = str | int | float | bool | None


def read_json(where: str, text: str) -> tuple[Grid, ...]:
    """Every table of a JSON text; none where it is no JSON."""
    try:
        return tuple(grids(where, json.loads(text)))
    except ValueError:
        return ()


def grids(where: str, value: Any, path: str = "") -> Iterator[Grid]:
    """Every table of a JSON value, named by the keys that lead to it."""
    if isinstance(value, Mapping):
        yield from _of_mapping(where, value, path)
    elif isinstance(value, list):
        yield from _of_list(where, value, path)


def _of_mapping(where: str, value: Mapping[str, Any], path: str) -> Iterator[Grid]:
    place = f"{where} {path}".strip()
    if (chart := _chart(place, value)) is not None:
        yield chart
        return
    columns = {k: v for k, v in value.items() if _is_line(v)}
    lengths = {len(v) for v in columns.values()}
    if len(columns) > 1 and len(lengths) == 1:
        head = tuple(columns)
        rows = zip(*columns.values(), strict=True)
        yield Grid(place, head, tuple(tuple(map(_text, row)) for row in rows))
    numbers = {k: v for k, v in value.items() if isinstance(v, int | float | str | None)}
    if any(isinstance(v, int | float) and not isinstance(v, bool) for v in numbers.values()):
        yield Grid(place, ("", ""), tuple((k, _text(v)) for k, v in numbers.items()))
    for key, inner in value.items():
        yield from grids(where, inner, f"{path}.{key}".lstrip("."))


def _of_list(where: str, value: list[Any], path: str) -> Iterator[Grid]:
    place = f"{where} {path}".strip()
    if value and all(isinstance(one, Mapping) for one in value):
        head = tuple(dict.fromkeys(k for one in value for k, v in one.items() if _is_scalar(v)))
        if len(head) > 1:
            rows = tuple(tuple(_text(one.get(key)) for key in head) for one in value)
            yield Grid(place, head, rows)
        for n, one in enumerate(value):
            for key, inner in one.items():
                yield from grids(where, inner, f"{path}[{n}].{key}")
        return
    widths = {len(one) for one in value if _is_line(one)}
    if value and all(_is_line(one) for one in value) and len(widths) == 1 and min(widths) > 1:
        rows = tuple(tuple(map(_text, one)) for one in value)
        named = all(isinstance(one, str) for one in value[0][1:])
        head = rows[0] if named else ("",) * min(widths)
        yield Grid(place, head, rows[1:] if named else rows)
        return
    for n, one in enumerate(value):
        yield from grids(where, one, f"{path}[{n}]")


def _chart(place: str, value: Mapping[str, Any]) -> Grid | None:
    """Labels once and several lines of numbers, as libraries for charts take them."""
    names, lines = value.get("labels"), value.get("datasets") or value.get("series")
    if not (_is_line(names) and isinstance(lines, list) and lines):
        return None
    data = [
        (str(one.get("label") or one.get("name") or ""), one.get("data"))
        for one in lines
        if isinstance(one, Mapping)
    ]
    if len(data) != len(lines) or any(not _is_line(d) or len(d) != len(names) for _, d in data):
        return None
    rows = zip(names, *(d for _, d in data), strict=True)
    return Grid(place, ("", *(n for n, _ in data)), tuple(tuple(map(_text, row)) for row in rows))


def _is_scalar(value: object) -> bool:
    return value is None or isinstance(value, str | int | float | bool)


def _is_line(value: object) -> TypeGuard[Sequence[Scalar]]:
    return isinstance(value, list) and bool(value) and all(map(_is_scalar, value))


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value == int(value):
        return str(int(value))
    return str(value)
