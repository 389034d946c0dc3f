"""From downloads to a table and its provenance."""

import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

from evalkit.data import periods as calendar
from evalkit.data.places import read_lsoa_change, read_lsoa_list
from evalkit.data.police.choice import OUTSIDE, Choice, Placing, home_force, placing
from evalkit.data.police.count import (
    DROPPED_IN_ORDER,
    Counted,
    Store,
    count_file,
    open_store,
    row_count,
)
from evalkit.data.police.downloads import Found, find_street_files
from evalkit.data.police.names import StreetFile
from evalkit.data.police.overlaps import one_a_month
from evalkit.data.police.publish import form_of, publish
from evalkit.data.police.staging import Staged, peek, stage
from evalkit.data.police.table import TableArea, table_areas, write_table
from evalkit.errors import DataError, Problem
from evalkit.types.extraction import Extraction, InputFile, Rows

Progress = Callable[[int, int], None]
"""Called with the bytes that are done and all bytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PoliceTable:
    """What was read, and what stands in the table.

    Attributes
    ----------
    extraction : Extraction
        As in the provenance record; ``table_sha256`` is empty where nothing was written.
    outcomes : tuple of str
    areas, cells : int
        How many.
    published : mapping
        By force of the table's areas: the months that it published between the first and the last.
    lsoas_change_by : str
        First month with codes of 2021 where earlier ones are of 2011; empty where all are of one year.
    notes : tuple of str
        Whatever else was met: files that were not read, mended, empty or the same.
    """

    extraction: Extraction
    outcomes: tuple[str, ...]
    areas: int
    cells: int
    published: Mapping[str, tuple[str, ...]]
    lsoas_change_by: str
    notes: tuple[str, ...]
