"""Tables and text in the outputs of a notebook."""

import json
from typing import Any

from evalkit.data.disclosure.reading.flat import read_printed_table
from evalkit.data.disclosure.reading.grid import Found, Grid
from evalkit.data.disclosure.reading.lines import read_lines
from evalkit.data.disclosure.reading.page import read_page
from evalkit.data.disclosure.reading.script import read_script
from evalkit.data.disclosure.reading.tree import grids

_MARKED_UP = ("text/html", "image/svg+xml")


def read_ipynb(path: str, text: str) -> Found:
    """Everything that the cells of a notebook show; what is typed in them is read as text."""
    found: list[Found] = []
    for n, cell in enumerate(json.loads(text).get("cells", []), 1):
        source = _joined(cell.get("source", ""))
        if cell.get("cell_type") == "markdown":
            found.append(_plain(f"{path} cell {n}", source))
        else:
            found.append(Found((), source))
        for output in cell.get("outputs", []):
            found += _of_output(f"{path} cell {n}", output)
    every = tuple(grid for one in found for grid in one.grids)
    pictures = tuple(place for one in found for place in one.pictures)
    marks = tuple(row for one in found for row in one.marks)
    return Found(every, "\n".join(one.text for one in found), pictures, marks)


def _of_output(where: str, output: Any) -> list[Found]:
    if output.get("output_type") == "stream":
        return [_plain(where, _joined(output.get("text", "")))]
    if output.get("output_type") == "error":
        text = "\n".join((output.get("evalue", ""), *output.get("traceback", [])))
        return [Found(read_lines(where, text), text)]
    return [_shown(where, kind, value) for kind, value in output.get("data", {}).items()]


def _shown(where: str, kind: str, value: Any) -> Found:
    if kind.endswith("json"):
        return Found(tuple(grids(where, value)), "")
    if kind in _MARKED_UP or kind.endswith("svg"):
        return read_page(where, _joined(value))
    if kind.endswith("javascript"):
        text = _joined(value)
        return Found(tuple(read_script(where, text)), text)
    if kind.startswith("image/"):
        return Found((), "", (f"{where} {kind}",))
    return _plain(where, _joined(value)) if kind.startswith("text/") else Found((), "")


def _plain(where: str, text: str) -> Found:
    found: tuple[Grid, ...] = (*read_printed_table(where, text), *read_lines(where, text))
    return Found(found, text)


def _joined(value: Any) -> str:
    return "".join(value) if isinstance(value, list) else str(value)
