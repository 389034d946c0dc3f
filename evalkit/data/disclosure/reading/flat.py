"""Tables in plain text: CSV, and what a program prints in columns."""

import csv
import io
import re

from evalkit.data.disclosure.reading.grid import Grid

_GAP = re.compile(r"\s{2,}|\t")


def read_csv(path: str, text: str) -> tuple[Grid, ...]:
    """The one table of a CSV file."""
    rows = [tuple(row) for row in csv.reader(io.StringIO(text)) if row]
    return (Grid(path, rows[0], tuple(rows[1:])),) if len(rows) > 1 else ()


def read_printed_table(where: str, text: str) -> tuple[Grid, ...]:
    """A table as a program prints it: a line of names, then lines with as many parts or one more."""
    lines = [line for line in text.split("\n") if line.strip()]
    for split in (_split_wide, str.split):
        parts = [tuple(split(line)) for line in lines]
        if len(parts) < 2 or len(parts[1]) < 2:
            continue
        width = len(parts[1])
        if len(parts[0]) in (width, width - 1) and all(len(row) == width for row in parts[1:]):
            head = parts[0] if len(parts[0]) == width else ("", *parts[0])
            return (Grid(where, head, tuple(parts[1:])),)
    return ()


def _split_wide(line: str) -> list[str]:
    return _GAP.split(line.strip())
