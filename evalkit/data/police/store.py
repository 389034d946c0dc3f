"""What was counted so far, on the disk: memory stays the same however many files there are."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from evalkit.data.engine import Setting, connect
from evalkit.data.police.choice import Place
from evalkit.errors import DataError, Problem

MEMORY = "96MB"
"""What the store may hold; more goes to the disk. With the libraries and the reader's buffers the process
stays below 300 MB, however large a file is and however many there are."""

READ_AHEAD = 4 * 2**20
"""Bytes of a file that each thread of the reader holds: twice the longest line that it takes."""

_THREADS = min(4, os.cpu_count() or 1)

_TABLES = """
CREATE TABLE file (id INTEGER, force VARCHAR, month VARCHAR, of_2021 BOOLEAN);
CREATE TABLE place (id INTEGER, code VARCHAR, name VARCHAR, force VARCHAR, counts BOOLEAN);
CREATE TABLE crime_type (id INTEGER, raw VARCHAR, name VARCHAR, counts BOOLEAN);
CREATE TABLE seen (file INTEGER, place INTEGER);
CREATE TABLE kept (file INTEGER, place INTEGER, crime_type INTEGER, n BIGINT);
"""


@dataclass(slots=True, kw_only=True)
class Store:
    """What was counted so far: tables on the disk, and what they are keyed by.

    Attributes
    ----------
    link : duckdb connection
        Tables file, place, crime_type, seen (places of a file, whatever the crime) and kept (what counts).
    places, types : dict
        Number of each (code, name) and of each crime type, as the files write them.
    known : list of Place
        By number.
    """

    link: duckdb.DuckDBPyConnection
    folder: Path
    places: dict[tuple[str, str], int] = field(default_factory=dict)
    types: dict[str, int] = field(default_factory=dict)
    known: list[Place] = field(default_factory=list)
    files: int = 0


@contextmanager
def open_store(folder: Path) -> Iterator[Store]:
    """Make an empty store in a folder.

    Raises
    ------
    DataError
        There is not enough memory or disk for what is done in it.
    """
    settings: dict[str, Setting] = {
        "memory_limit": MEMORY,
        "threads": _THREADS,
        "preserve_insertion_order": False,
        "temp_directory": str(folder / "spill"),
    }
    try:
        with connect(str(folder / "counts.duckdb"), **settings) as link:
            link.execute(_TABLES)
            yield Store(link=link, folder=folder)
    except (duckdb.OutOfMemoryException, MemoryError) as error:
        found, needed = "not enough memory", "some 500 MB free"
        raise DataError(Problem(found=found, needed=needed, do="Close other programs.")) from error
    except duckdb.IOException as error:
        found = str(error).partition("\n")[0].rstrip(".")
        raise DataError(
            Problem(found=found, needed="room on the disk for what is counted")
        ) from error
