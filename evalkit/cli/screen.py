"""What is printed: people's text as it is, prose that fits a terminal, nothing cut in a pipe."""

import json
import re
import shutil
import sys
import textwrap
from collections.abc import Iterable, Sequence
from itertools import zip_longest
from typing import Any

import typer

_PROSE = 80
_SHORTEST = 24
_COLUMN = re.compile(r"^ *-> |^ +(?=\S)|(?<=\S)  +")
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]")
_TYPOGRAPHIC = str.maketrans(
    {"“": '"', "”": '"', "‘": "'", "’": "'", "…": "...", "–": "-", "—": "-", "−": "-"}
)


def say(text: str = "", *, bold: bool = False, indent: str = "") -> None:
    """Print one paragraph: no markup, wrapped on a terminal, one line in a pipe."""
    for line in _wrapped(_harmless(text), indent):
        typer.echo(typer.style(line, bold=True) if bold else line)


def say_line(line: str, *, indent: str = "") -> None:
    """Print one line; on a terminal what does not fit goes on below the last of its columns."""
    line = _harmless(line)
    columns = [found.end() for found in _COLUMN.finditer(line)]
    first = indent + line[: columns[-1] if columns else 0]
    rest = line[len(first) - len(indent) :]
    folded = _filled(rest, first, " " * len(first)) if sys.stdout.isatty() else [first + rest]
    for part in folded:
        typer.echo(part)


def say_json(value: dict[str, Any]) -> None:
    """Print one JSON object."""
    typer.echo(json.dumps(value, indent=1, sort_keys=True, ensure_ascii=False, allow_nan=False))


def say_error(line: str) -> None:
    """Print one line on stderr."""
    typer.echo(line, err=True)


def say_next(*commands: str) -> None:
    """Print what to type next, each as it is typed."""
    typer.echo()
    for command in commands:
        typer.echo(f"Next  {typer.style(_harmless(command), bold=True)}")


def say_table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print rows in columns without boxes; on a terminal cells fold between words."""
    cells = [[_harmless(cell) for cell in row] for row in rows]
    lines = [list(head), *cells] if any(head) else cells
    widths = [max((len(row[i]) for row in lines), default=0) for i in range(len(head))]
    if sys.stdout.isatty():
        widths = _fitted(widths, lines, room=_columns() - 2 * (len(head) - 1))
    for row in lines:
        folded = [_folded(cell, width) for cell, width in zip(row, widths, strict=True)]
        for parts in zip_longest(*folded, fillvalue=""):
            padded = (part.ljust(width) for part, width in zip(parts, widths, strict=True))
            typer.echo("  ".join(padded).rstrip())


def plain(text: str) -> str:
    """A sentence of our own in ASCII: straight quotes, hyphens for dashes and minus signs."""
    return text.translate(_TYPOGRAPHIC)


def one_line(text: str) -> str:
    """A problem on one line, whatever was found."""
    return plain(" ".join(_harmless(text).split()))


def count(n: int, one: str, many: str = "") -> str:
    """``1 check``, ``2 checks``."""
    return f"{n:,} {one if n == 1 else many or one + 's'}"


def _harmless(text: str) -> str:
    """Without control characters, which a terminal would obey."""
    return _CONTROL.sub(" ", text)


def _wrapped(text: str, indent: str) -> list[str]:
    if not sys.stdout.isatty():
        return [indent + " ".join(text.split("\n"))]
    return _filled(text, indent, indent) or [""]


def _filled(text: str, first: str, others: str) -> list[str]:
    return textwrap.wrap(
        text,
        width=min(_PROSE, _columns()),
        initial_indent=first,
        subsequent_indent=others,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _fitted(widths: list[int], rows: Sequence[Sequence[str]], *, room: int) -> list[int]:
    """Widths that fit: the widest column gives first, none below its longest word or 24."""
    columns = list(zip(*rows, strict=True))
    words = [
        max(len(word) for cell in column for word in cell.split() or [""]) for column in columns
    ]
    fitted = list(widths)
    for floors in (words, [min(word, _SHORTEST) for word in words]):
        while sum(fitted) > room and any(w > f for w, f in zip(fitted, floors, strict=True)):
            spare = [w if w > f else 0 for w, f in zip(fitted, floors, strict=True)]
            fitted[spare.index(max(spare))] -= 1
    return fitted


def _folded(text: str, width: int) -> list[str]:
    if len(text) <= width:
        return [text]
    return textwrap.wrap(text, width=max(1, width), break_on_hyphens=False)


def _columns() -> int:
    return shutil.get_terminal_size().columns
