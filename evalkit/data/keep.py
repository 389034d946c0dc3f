"""A table of outcomes as a file, and beside it how it was made."""

import dataclasses
import hashlib
import json
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import duckdb
import pandas as pd
from pydantic import TypeAdapter, ValidationError

from evalkit.data.engine import connect
from evalkit.data.grid import COLUMNS, OutcomeGrid
from evalkit.errors import DataError, Problem
from evalkit.types.extraction import Extraction

_KINDS = (".csv", ".parquet")
_ROWS = 100_000
_NUMBERS = frozenset(["value", "low", "high", "population"])


def provenance_path(table: Path) -> Path:
    """Where the record of a table stands: ``panel.csv.provenance.json`` beside ``panel.csv``."""
    return table.with_name(table.name + ".provenance.json")


def keep_grid(grid: OutcomeGrid, table: Path, made: Extraction) -> Extraction:
    """Write the long table (``COLUMNS``, then ``population``) and its record.

    Parameters
    ----------
    grid : OutcomeGrid
    table : Path
        ``.csv`` or ``.parquet``; the same grid gives the same bytes.
    made : Extraction
        ``table_sha256`` is filled in.

    Returns
    -------
    Extraction
        As written.

    Raises
    ------
    DataError
        As ``keep_table``.
    """
    return keep_frames((block.to_frame() for block in in_blocks(grid)), table, made)


def keep_frames(frames: Iterable[pd.DataFrame], table: Path, made: Extraction) -> Extraction:
    """As ``keep_grid``, from the long table in pieces, with further columns behind those of the grid."""

    def write(draft: Path) -> None:
        with connect(threads=1) as connection:  # the same rows, the same bytes
            pieces = []
            for number, frame in enumerate(frames):
                pieces.append(draft.with_name(f"{number}.piece.parquet"))
                connection.register("cells", frame)
                copy_to(connection, "FROM cells", pieces[-1])
                connection.unregister("cells")
            names = ", ".join(_quoted(piece) for piece in pieces)
            copy_to(connection, f"FROM read_parquet([{names}])", draft)

    return keep_table(table, write, made)


def in_blocks(grid: OutcomeGrid) -> Iterator[OutcomeGrid]:
    """A grid as several with some of its areas each, so that not all text is in memory at once."""
    step = max(1, _ROWS // max(1, len(grid.periods) * len(grid.outcomes)))
    for start in range(0, len(grid.areas), step):
        part = slice(start, start + step)
        yield dataclasses.replace(
            grid,
            areas=grid.areas[part],
            area_names=grid.area_names[part],
            low=grid.low[part],
            high=grid.high[part],
            population=None if grid.population is None else grid.population[part],
        )


def copy_to(connection: duckdb.DuckDBPyConnection, query: str, file: Path) -> None:
    """Write the rows of a query as CSV or Parquet, by the suffix of ``file``."""
    form = "(FORMAT csv, HEADER)" if file.suffix == ".csv" else "(FORMAT parquet)"
    connection.execute(f"COPY ({query}) TO {_quoted(file)} {form}")


def _quoted(file: Path) -> str:
    return "'" + str(file).replace("'", "''") + "'"


def keep_table(table: Path, write: Callable[[Path], None], made: Extraction) -> Extraction:
    """Let ``write`` make the table, then put it in place together with its record, or neither.

    Raises
    ------
    DataError
        Another suffix, no such folder, or a file is in the way that evalkit did not write.
    """
    refuse_place(table)
    with tempfile.TemporaryDirectory(dir=table.parent, prefix=".evalkit-table-") as folder:
        draft = Path(folder) / table.name
        write(draft)
        kept = dataclasses.replace(made, table_sha256=file_sha256(draft))
        record = Path(folder) / provenance_path(table).name
        text = json.dumps(dataclasses.asdict(kept), indent=1, sort_keys=True, ensure_ascii=False)
        record.write_text(text + "\n", encoding="utf-8")
        draft.replace(table)
        record.replace(provenance_path(table))
    return kept


def refuse_place(table: Path) -> None:
    """Refuse a name under which no table can be written, before any work is done."""
    found, needed, do = "", "", ""
    if table.suffix not in _KINDS:
        found, needed = (
            f"a {table.suffix or 'nameless'} file",
            "a name that ends in .csv or .parquet",
        )
    elif not table.parent.is_dir():
        found, needed = f"no folder {table.parent}", "a folder that is there"
    elif table.exists() and not provenance_path(table).is_file():
        found, needed = "a file that evalkit did not write", "a new name"
        do = "Choose another name, or delete that file."
    if found:
        raise DataError(Problem(file=table.name, found=found, needed=needed, do=do))


def file_sha256(path: Path) -> str:
    """Of a file's bytes, read in pieces."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read_extraction(table: Path) -> Extraction | None:
    """How a table was made; None where nothing stands beside it.

    Raises
    ------
    DataError
        The record cannot be read, or the table has changed since.
    """
    record = provenance_path(table)
    if not record.is_file():
        return None
    try:
        made = TypeAdapter(Extraction).validate_json(record.read_bytes())
    except ValidationError as error:
        found, needed = "not a record of a table", "the file that was written with the table"
        raise DataError(Problem(file=record.name, found=found, needed=needed)) from error
    if file_sha256(table) != made.table_sha256:
        raise DataError(
            Problem(
                file=table.name,
                found="other bytes than its record names",
                needed=f"the table as it was written ({made.table_sha256[:12]})",
                do="Write the table again; a changed table needs a record of its own.",
            )
        )
    return made


def read_grid(table: Path) -> OutcomeGrid:
    """Read a table of outcomes; its bytes must be those of the record beside it, where there is one.

    Raises
    ------
    DataError
        No such file, no such table, other bytes than the record names, or as ``OutcomeGrid.from_frame``.
    """
    if not table.is_file():
        raise DataError(Problem(file=table.name, found="no such file", needed="a table to read"))
    read_extraction(table)
    return OutcomeGrid.from_frame(_frame(table))


def _frame(table: Path) -> pd.DataFrame:
    if table.suffix not in _KINDS:
        raise DataError(
            Problem(file=table.name, found=f"a {table.suffix} file", needed=".csv or .parquet")
        )
    reader = "read_parquet(?)"
    if table.suffix == ".csv":
        reader = "read_csv(?, header=true, delim=',', quote='\"', escape='\"', all_varchar=true)"
    try:
        with connect(threads=1) as connection:
            there = connection.execute(f"DESCRIBE FROM {reader}", [str(table)]).fetchall()
            wanted = _wanted([name for name, *_ in there], table.name)
            return connection.execute(f"SELECT {wanted} FROM {reader}", [str(table)]).df()
    except duckdb.Error as error:
        reason = str(error).partition("\n")[0]
        found = f"not readable as {table.suffix[1:]} ({reason[:120]})"
        raise DataError(Problem(file=table.name, found=found, needed="a whole table")) from error


def _wanted(there: Sequence[str], file: str) -> str:
    absent = [name for name in COLUMNS if name not in there]
    if absent:
        raise DataError(
            Problem(
                file=file,
                found=f"no column {absent[0]}",
                needed="the columns " + ", ".join(COLUMNS),
                do="Make such a table with: evalkit data panel MAPPING --out FILE",
            )
        )
    names = [*COLUMNS, *(["population"] if "population" in there else [])]
    return ", ".join(
        f"{name}::DOUBLE AS {name}"
        if name in _NUMBERS
        else f"coalesce({name}::VARCHAR, '') AS {name}"
        for name in names
    )
