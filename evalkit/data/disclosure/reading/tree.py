"""Tables in JSON: records, columns, charts, names with numbers, and lists that only their length ties."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeGuard

from evalkit.data.disclosure.printed import read_printed
from evalkit.data.disclosure.reading.grid import Grid
from evalkit.data.disclosure.reading.loose import loose, unpacked

Scalar = str | int | float | bool | None
MODEL_KEYS = frozenset(
    """estimates alternatives counted readings events checks deviations coverage provenance diagnostics
    refusals interval estimate avoided placebos residuals packages parameters""".split()  # noqa: SIM905
)
"""Keys of evalkit's own record of a run below which there is no count of people."""
_RECORD = "evalkit/evaluation/"


def read_json(where: str, text: str) -> tuple[Grid, ...]:
    """Every table of a JSON text; none where it is no JSON."""
    try:
        return tuple(grids(where, json.loads(text.lstrip("\ufeff"))))
    except (ValueError, RecursionError):
        return ()


def grids(where: str, value: Any) -> Iterator[Grid]:
    """Every table of a JSON value, named by the keys that lead to it."""
    value = unpacked(value)
    if isinstance(value, Mapping) and str(value.get("form", "")).startswith(_RECORD):
        yield from map(_of_a_model, _grids(where, value, ""))
        return
    yield from _grids(where, value, "")
    for place, rows in loose(value):
        yield Grid(f"{where} {place}".strip(), ("", "count"), rows)


def _of_a_model(grid: Grid) -> Grid:
    """A part of a run's record, marked where a model or a plan made its numbers."""
    keys = {re.sub(r"\[\d+\]", "", key) for key in grid.where.rpartition(" ")[2].split(".")}
    return replace(grid, holds=("model",) * len(grid.head)) if keys & MODEL_KEYS else grid


def _grids(where: str, value: Any, path: str) -> Iterator[Grid]:
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
    if (crossed := _crossed(place, value)) is not None:
        yield crossed
        return
    yield from _record(place, {k: v for k, v in value.items() if _is_scalar(v)})
    for key, inner in value.items():
        yield from _grids(where, inner, f"{path}.{key}".lstrip("."))


def _record(place: str, scalars: Mapping[str, Scalar]) -> Iterator[Grid]:
    """Names with numbers; where some of them are words, these say what the numbers are about."""
    if not any(read_printed(_text(v)).kind == "number" for v in scalars.values()):
        return
    if any(isinstance(v, str) and read_printed(v).kind == "words" for v in scalars.values()):
        yield Grid(place, tuple(scalars), (tuple(map(_text, scalars.values())),), 0)
    else:
        yield Grid(place, ("", ""), tuple((k, _text(v)) for k, v in scalars.items()))


def _crossed(place: str, value: Mapping[str, Any]) -> Grid | None:
    """Mappings with the same keys under several names: a table by both, lying or standing."""
    inner = list(value.values())
    same = len(inner) > 1 and all(
        isinstance(one, Mapping) and one and one.keys() == inner[0].keys() for one in inner
    )
    if not same or not all(_is_scalar(v) for one in inner for v in one.values()):
        return None
    keys = tuple(inner[0])
    rows = tuple((name, *(_text(one[k]) for k in keys)) for name, one in value.items())
    words = [any(read_printed(cell).kind == "words" for cell in row[1:]) for row in rows]
    if any(words) and not all(words):
        return Grid(place, ("", *value), tuple(zip(keys, *(row[1:] for row in rows), strict=True)))
    return Grid(place, ("", *keys), rows)


def _of_list(where: str, value: list[Any], path: str) -> Iterator[Grid]:
    place = f"{where} {path}".strip()
    if value and all(isinstance(one, Mapping) for one in value):
        flat = [_flat(one) for one in value]
        head = tuple(dict.fromkeys(k for one in flat for k in one))
        if len(head) > 1:
            rows = tuple(tuple(_text(one.get(key)) for key in head) for one in flat)
            yield Grid(place, head, rows)
        for n, one in enumerate(value):
            rest = {k: v for k, v in one.items() if not _is_scalar(v) and not _is_plain(v)}
            yield from _grids(where, rest, f"{path}[{n}]")
        return
    widths = {len(one) for one in value if _is_line(one)}
    if value and all(_is_line(one) for one in value) and len(widths) == 1 and min(widths) > 1:
        rows = tuple(tuple(map(_text, one)) for one in value)
        named = all(isinstance(one, str) for one in value[0][1:])
        head = rows[0] if named else ("",) * min(widths)
        yield Grid(place, head, rows[1:] if named else rows)
        return
    for n, one in enumerate(value):
        yield from _grids(where, one, f"{path}[{n}]")


def _is_plain(value: Any) -> bool:
    """A mapping of nothing but scalars: it lies flat in its record."""
    return isinstance(value, Mapping) and all(map(_is_scalar, value.values()))


def _flat(one: Mapping[str, Any]) -> dict[str, Scalar]:
    """A record with the scalars of the mappings in it."""
    found = {key: value for key, value in one.items() if _is_scalar(value)}
    for key, inner in one.items():
        if _is_plain(inner):
            for name, value in inner.items():
                found[f"{key} {name}" if name in found else name] = value
    return found


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
    if isinstance(value, float) and value == value and abs(value) < 1e15 and value == int(value):
        return str(int(value))
    return str(value)
