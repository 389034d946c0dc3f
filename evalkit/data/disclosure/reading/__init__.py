"""Files as they go out, read back for the numbers in them: pages, tables, records, notebooks."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from evalkit.data.disclosure.reading.columns import Known, people_in, tables_of
from evalkit.data.disclosure.reading.flat import read_csv
from evalkit.data.disclosure.reading.grid import Found, Grid
from evalkit.data.disclosure.reading.notebook import read_ipynb
from evalkit.data.disclosure.reading.page import read_page
from evalkit.data.disclosure.reading.tree import read_json
from evalkit.data.disclosure.table import Table

__all__ = ["Known", "Read", "read_file", "read_files"]


@dataclass(frozen=True, slots=True)
class Read:
    """What files hold: tables of counts, rates and shares, texts by place, and numbers of people."""

    tables: tuple[Table, ...]
    texts: Mapping[str, str]
    people: Mapping[frozenset[str], float]


def read_files(
    files: Mapping[str, str], known: Mapping[str, Known], *, earlier: bool = False
) -> Read:
    """Everything that files publish.

    Parameters
    ----------
    files : mapping of str to str
        Text by path; what it is goes by the ending: html, svg, csv, json, ipynb, else plain text.
    known : mapping of str to Known
        By path: what its numbers count. Of other files only the text is read.
    earlier : bool
        True for an edition that is out already.
    """
    tables: list[Table] = []
    texts: dict[str, str] = {}
    grids: list[tuple[Grid, Known]] = []
    for path, text in files.items():
        found = read_file(path, text)
        if found.text.strip():
            texts[path] = found.text
        if path in known:
            grids += [(grid, known[path]) for grid in found.grids]
    people = people_in(grid for grid, _ in grids)
    for grid, of in grids:
        tables += tables_of(grid, of, earlier=earlier)
    return Read(tuple(tables), texts, people)


def read_file(path: str, text: str) -> Found:
    """The grids and the running text of one file."""
    match path.rpartition(".")[2].lower():
        case "html" | "svg":
            return read_page(path, text)
        case "csv":
            return Found(read_csv(path, text), "")
        case "json":
            return Found(read_json(path, text), "")
        case "ipynb":
            return read_ipynb(path, text)
        case "css" | "js":
            return Found((), "")
    return Found((), text)


def joined(found: Iterable[Found]) -> Found:
    """Several as one."""
    all_ = tuple(found)
    grids = tuple(grid for one in all_ for grid in one.grids)
    return Found(grids, "\n".join(one.text for one in all_))
