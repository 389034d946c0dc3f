"""Tables in plain text: CSV as spreadsheets write it, and what a program prints in columns."""

import csv
import io
import re
from collections import Counter

from evalkit.data.disclosure.printed import read_printed
from evalkit.data.disclosure.reading.grid import Grid

_GAP = re.compile(r"\s{2,}|\t")
_RULE = re.compile(r"[\s|:+=\-]+")
_LATEX = re.compile(r"\\\\|\\(?:hline|toprule|midrule|bottomrule)")


def read_csv(path: str, text: str) -> tuple[Grid, ...]:
    """The one table of a CSV file, whatever parts its columns, below any lines of title."""
    text = text.lstrip("\ufeff")
    rows = [row for row in csv.reader(io.StringIO(text), delimiter=_delimiter(text)) if any(row)]
    width = Counter(map(len, rows)).most_common(1)[0][0] if rows else 0
    start = next((n for n, row in enumerate(rows) if len([c for c in row if c]) >= width - 1), 0)
    whole = [tuple((row + [""] * width)[: max(width, len(row))]) for row in rows[start:]]
    if len(whole) < 2 or width < 1:
        return ()
    most = max(map(len, whole))
    head, *body = (row + ("",) * (most - len(row)) for row in whole)
    return (headed(Grid(path, head, tuple(body))),)


def _delimiter(text: str) -> str:
    """What most lines have most often, outside quotes."""
    lines = [re.sub(r'"[^"]*"', "", line) for line in text.splitlines()[:50] if line.strip()]
    counts = {mark: sum(min(line.count(mark), 50) for line in lines) for mark in ",;\t|"}
    in_all = {mark: sum(mark in line for line in lines) for mark in counts}
    return max(",;\t|", key=lambda mark: (in_all[mark], counts[mark], mark == ","))


def headed(grid: Grid) -> Grid:
    """The grid with names for its columns: none where the line that should name them holds numbers.

    >>> headed(Grid("x", ("Derby", "3"), (("Lincoln", "20"),))).rows
    (('Derby', '3'), ('Lincoln', '20'))
    >>> headed(Grid("x", ("", ""), (("Area", "Count"), ("Derby", "3")))).head
    ('Area', 'Count')
    """
    if any(grid.head):
        after = grid.head[1:]
        numbers = sum(read_printed(cell).kind == "number" and not _is_name(cell) for cell in after)
        if len(grid.head) > 1 and after and numbers == len(after):
            return Grid(grid.where, ("",) * len(grid.head), (grid.head, *grid.rows), grid.labels)
        return grid
    if len(grid.rows) < 2:
        return grid
    first, rest = grid.rows[0], grid.rows[1:]
    words = all(read_printed(cell).kind in ("words", "nothing") for cell in first)
    below = any(read_printed(cell).kind == "number" for row in rest for cell in row)
    if words and any(first[1:]) and below:
        return Grid(grid.where, first, rest, grid.labels, grid.holds)
    return grid


def _is_name(text: str) -> bool:
    """Years, and what is a name rather than a number at the head of a column."""
    return re.fullmatch(r"[12]\d{3}", text.strip()) is not None


def read_printed_table(where: str, text: str) -> tuple[Grid, ...]:
    """A table as a program prints it: a line of names, then lines with as many parts or one more.

    Bars between the columns, as in Markdown, and LaTeX are read too; other lines may stand around it.
    """
    blocks = re.split(r"\n\s*\n", text)
    found = [
        grid
        for n, block in enumerate(blocks, 1)
        if (grid := _table(where if len(blocks) == 1 else f"{where} part {n}", block)) is not None
    ]
    return tuple(found)


def _table(where: str, block: str) -> Grid | None:
    lines = [line for line in block.split("\n") if line.strip() and not _RULE.fullmatch(line)]
    for split in (_split_bars, _split_latex, _split_wide, str.split):
        parts = [tuple(split(line)) for line in lines]
        for first in range(len(parts) - 1):
            width = len(parts[first + 1])
            if width < 2 or len(parts[first]) not in (width, width - 1):
                continue
            if split is str.split and _is_sentence(parts[first]):
                continue
            last = first + 1
            while last < len(parts) and len(parts[last]) == width:
                last += 1
            if last < len(parts) and last - first < 3:  # two lines of a text that happen to agree
                continue
            head = parts[first] if len(parts[first]) == width else ("", *parts[first])
            return headed(Grid(where, head, tuple(parts[first + 1 : last])))
    return None


def _is_sentence(parts: tuple[str, ...]) -> bool:
    """A line with numbers among its words names no columns."""
    kinds = [read_printed(part).kind for part in parts if not _is_name(part)]
    return "number" in kinds and kinds.count("words") > 1


def _split_bars(line: str) -> list[str]:
    return [part.strip() for part in line.strip().strip("|").split("|")]


def _split_latex(line: str) -> list[str]:
    return [part.strip() for part in _LATEX.sub("", line).split("&")]


def _split_wide(line: str) -> list[str]:
    return _GAP.split(line.strip())
