"""Data in scripts: JSON, JSON by the line, and objects as people type them."""

import json
import re
from typing import Any

from evalkit.data.disclosure.reading.grid import Grid
from evalkit.data.disclosure.reading.tree import grids, read_json

_DATA = re.compile(r"[=(:]\s*(?=[\[{])")
_KEY = re.compile(r"([{,]\s*)([A-Za-z_$][\w$]*)(\s*:)")
_TRAILING = re.compile(r",(\s*[}\]])")
_SINGLE = re.compile(r"'((?:[^'\\\n]|\\.)*)'")
_LONGEST = 200_000
"""Letters of one object that are read."""


def read_script(where: str, text: str) -> list[Grid]:
    """Data in a script: the whole of it, a value a line, or whatever is assigned or passed."""
    if whole := read_json(where, text):
        return list(whole)
    if lines := _by_line(text):
        return list(grids(where, lines))
    found: list[Grid] = []
    decoder, at = json.JSONDecoder(), 0
    while (match := _DATA.search(text, at)) is not None:
        at = match.end()
        try:
            value, at = decoder.raw_decode(text, at)
        except ValueError:
            value, at = _typed(text, at)
        found += grids(where, value)
    return found


def _by_line(text: str) -> list[Any]:
    lines = [line for line in text.splitlines() if line.strip()]
    if len(lines) < 2 or not all(line.lstrip()[:1] in ("{", "[") for line in lines):
        return []
    try:
        return [json.loads(line) for line in lines]
    except ValueError:
        return []


def _typed(text: str, at: int) -> tuple[Any, int]:
    """An object with bare keys, single quotes or a last comma; None, one letter further, where it is none."""
    stop = _closes(text, at)
    if stop is None:
        return None, at + 1
    plain = _SINGLE.sub(lambda found: json.dumps(found[1]), text[at:stop])
    plain = _TRAILING.sub(r"\1", _KEY.sub(r'\1"\2"\3', plain))
    try:
        return json.loads(plain), stop
    except ValueError:
        return None, at + 1


def _closes(text: str, at: int) -> int | None:
    """Behind the bracket that closes the one at ``at``; quotes are taken as they are."""
    depth, quote, until = 0, "", min(len(text), at + _LONGEST)
    for n in range(at, until):
        letter = text[n]
        if quote:
            quote = "" if letter == quote else quote
        elif letter in "\"'":
            quote = letter
        elif letter in "[{(":
            depth += 1
        elif letter in "]})":
            depth -= 1
            if not depth:
                return n + 1
    return None
