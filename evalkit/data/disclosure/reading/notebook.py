"""Tables and text in the outputs of a notebook."""

import json
from typing import Any

from evalkit.data.disclosure.reading.flat import read_printed_table
from evalkit.data.disclosure.reading.grid import Found, Grid
from evalkit.data.disclosure.reading.page import read_page
from evalkit.data.disclosure.reading.tree import grids


def read_ipynb(path: str, text: str) -> Found:
    """Everything that the cells of a notebook show; what is typed in them is read as text."""
    found: list[Grid] = []
    words: list[str] = []
    for n, cell in enumerate(json.loads(text).get("cells", []), 1):
        if cell.get("cell_type") == "markdown":
            words.append(_joined(cell.get("source", "")))
        for output in cell.get("outputs", []):
            for one in _of_output(f"{path} cell {n}", output):
                found += one.grids
                words.append(one.text)
    return Found(tuple(found), "\n".join(words))


def _of_output(where: str, output: Any) -> list[Found]:
    if output.get("output_type") == "stream":
        return [_plain(where, _joined(output.get("text", "")))]
    shown = []
    data = output.get("data", {})
    for kind, value in data.items():
        if kind.endswith("json"):
            shown.append(Found(tuple(grids(where, value)), ""))
        elif kind in ("text/plain", "text/markdown"):
            shown.append(_plain(where, _joined(value)))
        elif kind in ("text/html", "image/svg+xml") or kind.endswith("svg"):
            shown.append(read_page(where, _joined(value)))
    return shown


def _plain(where: str, text: str) -> Found:
    return Found(read_printed_table(where, text), text)


def _joined(value: Any) -> str:
    return "".join(value) if isinstance(value, list) else str(value)
