"""Files as they go out, read back for the numbers in them: pages, tables, records, notebooks."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from evalkit.data.disclosure.reading.columns import Known, people_in, tables_of
from evalkit.data.disclosure.reading.flat import read_csv, read_printed_table
from evalkit.data.disclosure.reading.grid import Found, Grid, Marks
from evalkit.data.disclosure.reading.lines import SAID, read_lines
from evalkit.data.disclosure.reading.notebook import read_ipynb
from evalkit.data.disclosure.reading.page import read_page
from evalkit.data.disclosure.reading.script import read_script
from evalkit.data.disclosure.reading.tally import known_names, of_known_names
from evalkit.data.disclosure.reading.traced import traced
from evalkit.data.disclosure.table import Table

__all__ = ["Found", "Known", "Read", "key_of", "read_file", "read_files"]
_NOTHING: Mapping[str, Found] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Read:
    """What files hold.

    Attributes
    ----------
    tables : tuple of Table
        Of counts, rates and shares.
    texts : mapping of str to str
        By place.
    people : mapping
        Numbers of people by the names of what they live in.
    pictures : mapping of str to str
        By place of a picture that cannot be read: the outcome of its file.
    """

    tables: tuple[Table, ...]
    texts: Mapping[str, str]
    people: Mapping[frozenset[str], float]
    pictures: Mapping[str, str]


def read_files(
    files: Mapping[str, str],
    known: Mapping[str, Known],
    *,
    earlier: bool = False,
    found: dict[str, Found] | None = None,
    before: Mapping[str, Found] = _NOTHING,
) -> Read:
    """Everything that files publish.

    Parameters
    ----------
    files : mapping of str to str
        Text by path; what it is goes by the ending: html, svg, csv, json, ipynb, else plain text.
    known : mapping of str to Known
        By path: what its numbers count. Of other files only the text is read.
    earlier : bool
        True for an edition that is out already; what is measured in drawings is left out of it.
    found : dict or None
        What these files hold, by ``key_of`` each; it is added to, and no file is read twice.
    before : mapping of str to Found
        The same of files that were read earlier: an edition mostly repeats the one before.
    """
    texts: dict[str, str] = {}
    pictures: dict[str, str] = {}
    grids: list[tuple[Grid, Known]] = []
    drawn: list[tuple[Marks, Known]] = []
    for path, text in files.items():
        read = _once(path, text, found, before)
        if read.text.strip():
            texts[path] = read.text
        if path in known:
            grids += [(grid, known[path]) for grid in read.grids if not (earlier and _drawn(grid))]
            pictures |= dict.fromkeys(read.pictures, known[path].outcome)
            drawn += [(marks, known[path]) for marks in read.marks if not earlier]
    grids += list(traced(drawn, grids))
    people = people_in(grid for grid, _ in grids)
    plain = [pair for pair in grids if SAID not in pair[0].holds]
    names = known_names(grid for grid, _ in plain)
    said = [(of_known_names(g, of, names), of) for g, of in grids if SAID in g.holds]
    tables = [table for g, of in (*plain, *said) for table in tables_of(g, of, earlier=earlier)]
    return Read(tuple(tables), texts, people, pictures)


def key_of(path: str, text: str) -> str:
    """A hash of all that a reading depends on, the program left out."""
    return hashlib.blake2b(f"{path}\n{text}".encode(), digest_size=20).hexdigest()


def _once(
    path: str, text: str, found: dict[str, Found] | None, before: Mapping[str, Found]
) -> Found:
    if found is None:
        return read_file(path, text)
    key = key_of(path, text)
    if key not in found:
        found[key] = before[key] if key in before else read_file(path, text)
    return found[key]


def _drawn(grid: Grid) -> bool:
    return grid.where.endswith(" measured")


def read_file(path: str, text: str) -> Found:
    """The grids, the running text, the pictures and the drawings of one file."""
    match path.rpartition(".")[2].lower():
        case "html" | "htm" | "svg" | "xml":
            return read_page(path, text)
        case "csv" | "tsv":
            return Found(read_csv(path, text), "")
        case "json" | "geojson" | "ndjson" | "jsonl":
            return Found(tuple(read_script(path, text)), "")
        case "ipynb":
            return read_ipynb(path, text)
        case "js":
            return Found((), text.replace('","', "\n"))
        case "css":
            return Found((), "")
    return Found((*read_printed_table(path, text), *read_lines(path, text)), text)
