"""Numbers that are said in a line rather than a table: "Derby, March 2024: 3", and what a program prints."""

import ast
import re
from collections.abc import Iterable
from typing import Any

from evalkit.data.disclosure.reading.grid import Grid
from evalkit.data.disclosure.reading.tree import grids

SAID = "said"
"""What the number of such a line holds: a count where its names are those of other tables, else unknown."""
_LINE = re.compile(
    r"\s*(\S.{0,90}?)\s*(?:[:=]|\s[–—-])\s*([<~]?\d[\d,]*(?:\.0+)?)\s*([a-zA-Z]+)?\.?\s*"
)
_SERIES = re.compile(r"(\S.{0,60}?)(?:\s{2,}|\t)(\d+(?:\.0+)?)")
_NAME_OF_SERIES = re.compile(r"(?:Name: .*, )?(?:Length: .*, )?dtype: \w+")
_LONGEST = 200_000


def read_lines(where: str, text: str) -> tuple[Grid, ...]:
    """Every line that says a number of something, and every literal that a program printed."""
    lines = text.splitlines()
    return (*said(where, lines), *_series(where, lines), *_literals(where, text))


def said(where: str, lines: Iterable[str], *, holds: str = SAID) -> tuple[Grid, ...]:
    """Lines that name something and give one number; one grid for each number of names."""
    found: dict[int, list[tuple[str, ...]]] = {}
    for line in lines:
        if match := _LINE.fullmatch(line):
            names = tuple(part.strip() for part in re.split(r"[,;|]\s+", match[1]) if part.strip())
            if match[3]:
                names = (*names, match[3])
            if names:
                found.setdefault(len(names), []).append((*names, match[2]))
    return tuple(
        Grid(where, ("",) * n + ("count",), tuple(rows), n, ("name",) * n + (holds,))
        for n, rows in found.items()
    )


def _series(where: str, lines: list[str]) -> list[Grid]:
    """A series as pandas prints it: names and numbers without a head, then its type."""
    found: list[tuple[str, ...]] = []
    for line in lines:
        if match := _SERIES.fullmatch(line.strip()):
            found.append((match[1], match[2]))
        elif found and _NAME_OF_SERIES.fullmatch(line.strip()):
            return [Grid(where, ("", "count"), tuple(found), 1, ("name", SAID))]
        elif line.strip():
            found = []
    return []


def _literals(where: str, text: str) -> list[Grid]:
    """Dictionaries and lists as a program prints them, bare or in a call such as ``Counter(…)``."""
    found: list[Grid] = []
    for part in dict.fromkeys((text, *text.splitlines())):
        begins = min((n for n in (part.find("{"), part.find("[")) if n >= 0), default=-1)
        ends = max(part.rfind("}"), part.rfind("]"))
        if 0 <= begins < ends and len(part) < _LONGEST:
            value = _literal(part[begins : ends + 1])
            if value is not None:
                found += grids(where, value)
    return found


def _literal(text: str) -> Any:
    try:
        return _plain(ast.literal_eval(text))
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        return None


def _plain(value: Any) -> Any:
    """Keys as text and tuples as lists, as JSON has them."""
    if isinstance(value, dict):
        return {
            ", ".join(map(str, k)) if isinstance(k, tuple) else str(k): _plain(v)
            for k, v in value.items()
        }
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value
