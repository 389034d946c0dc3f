"""What stands in one cell: a count, a small number that is hidden, none, or nothing known."""

import math
import re
from typing import Any

from evalkit.data.mapping import TableMapping

NOTHING = (math.nan, math.nan)

_COUNT = re.compile(r"(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.0+)?")
_DECIMAL = re.compile(r"[0-9]+(?:\.[0-9]+)?|[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?")
_INVISIBLE = re.compile("[\u200b\u200c\u200d\u2060\ufeff]")
_NOTE = re.compile(r"(.*\S)\s*\[[^\[\]]{1,20}\]", re.DOTALL)
_EXACT = 2**53


def as_text(value: Any) -> str:
    """A value of a spreadsheet or Parquet file as text: 12.0 is 12, a date is 2021-04-01."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float) and value.is_integer() and abs(value) < _EXACT:
        return str(int(value))
    return str(value)


def tidy(text: str) -> str:
    """Without spaces around it, line breaks, doubled or hard spaces, and characters that nobody sees."""
    return " ".join(_INVISIBLE.sub("", text).split())


def without_note(text: str) -> str:
    """Without a note in square brackets behind it: ``Derby [note 1]`` is ``Derby``."""
    match = _NOTE.fullmatch(text)
    return match[1] if match else text


def read_count(text: str, mapping: TableMapping) -> tuple[float, float] | None:
    """The bounds of a tidy cell, NaN where it is missing; None where it cannot be understood."""
    if text in mapping.missing:
        return NOTHING
    if text in mapping.zero:
        return 0.0, 0.0
    if mapping.suppressed and text in mapping.suppressed:
        low, high = mapping.suppressed[text]
        return float(low), float(high)
    for mark in mapping.marks:
        if mark and text.endswith(mark):
            text = text.removesuffix(mark).rstrip()
            break
    if not _COUNT.fullmatch(text):
        return None
    count = float(text.replace(",", ""))
    return (count, count) if count < _EXACT else None


def read_people(text: str, mapping: TableMapping) -> float | None:
    """A population of a tidy cell, NaN where it is missing; None where it is not a number above 0."""
    if text in mapping.missing:
        return math.nan
    if not _DECIMAL.fullmatch(text):
        return None
    people = float(text.replace(",", ""))
    return people if people > 0 else None


def advice(text: str) -> tuple[str, str]:
    """What a cell that cannot be understood would need: a short phrase, and what to do."""
    needed = "a whole number, or a marker that the mapping explains"
    if not text:
        return needed, 'If nothing is known there, add to the mapping: missing: [""]'
    if re.fullmatch(r"-[0-9.,]+", text):
        return "0 or more", "Correct it, or name it in the mapping under missing."
    if "%" in text or re.fullmatch(r"[0-9]*\.[0-9]+", text):
        return "a count, not a rate or a share", "Name the column that holds counts."
    if re.fullmatch(r"[0-9]+,[0-9]+", text):
        return "a whole number", "A comma is read before three digits only, as in 1,234."
    if re.fullmatch(r"[0-9.]+[eE]\+?[0-9]+", text):
        return (
            "every digit of a whole number",
            "Widen the column in the spreadsheet and save again.",
        )
    if match := re.fullmatch(r"[0-9,]+ ?(\[?[a-zA-Z*†‡]{1,3}\]?)", text):
        return needed, f'If the mark changes nothing, add to the mapping: marks: ["{match[1]}"]'
    return needed, (
        f'If it hides a small number, add to the mapping: suppressed: {{"{text}": [1, 4]}} with the '
        f'publisher\'s own limits; if nothing is known, missing: ["{text}"]; if it is none, '
        f'zero: ["{text}"]'
    )
