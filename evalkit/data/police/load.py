"""The rows of staged street files, read into tables."""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import duckdb

from evalkit.data.police.rows import COLUMNS
from evalkit.data.police.staging import Staged, mend, staged_rows
from evalkit.data.police.store import READ_AHEAD, Store
from evalkit.errors import DataError, Problem

AT_ONCE = 16 * 2**20
"""Bytes of files that are read together: their rows take little memory, and each question to the store costs
as much for many files as for one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """A file whose rows are in the tables street (a row a crime) and cell, under its place in its batch.

    Attributes
    ----------
    rows : int
        As its line ends tell, too.
    staged : Staged
        As it was read in the end.
    """

    rows: int
    staged: Staged


def batches(files: Iterable[Staged]) -> Iterator[list[Staged]]:
    """Neighbouring files with the same columns, together no larger than ``AT_ONCE`` unless it is one."""
    batch: list[Staged] = []
    size = 0
    for staged in files:
        other = bool(batch) and staged.header.columns != batch[0].header.columns
        if batch and (other or size + staged.size > AT_ONCE):
            yield batch
            batch, size = [], 0
        batch.append(staged)
        size += staged.size
    if batch:
        yield batch


def load_together(store: Store, batch: Sequence[Staged]) -> tuple[Loaded, ...] | None:
    """Read all of them at once; None where any of them is not as plain as it looked."""
    try:
        found = _read(store, batch)
    except (duckdb.InvalidInputException, duckdb.ConversionException):
        return None
    if any(not fits or rows != one.lines for (rows, fits), one in zip(found, batch, strict=True)):
        return None
    return tuple(Loaded(rows=rows, staged=one) for (rows, _), one in zip(found, batch, strict=True))


def load(store: Store, staged: Staged) -> Loaded:
    """Read one file, whatever is odd about it.

    The number of rows is known by its line ends too. Where the two differ, rows are read one by one.

    Raises
    ------
    DataError
        A row is no row, or of another month: with its line.
    """
    try:
        ((rows, fits),) = _read(store, (staged,))
    except (duckdb.InvalidInputException, duckdb.ConversionException):
        staged = mend(staged, store.folder)  # says which line is wrong, or reads it another way
        ((rows, fits),) = _read(store, (staged,))
    if not fits:
        deque(staged_rows(staged), maxlen=0)  # says which line is of another month
    if rows != staged.lines and not staged.mended:
        staged = mend(staged, store.folder)
        ((rows, _),) = _read(store, (staged,))
    if rows != staged.lines:
        raise disagree(staged.file.name, rows, staged.lines or 0)
    return Loaded(rows=rows, staged=staged)


def disagree(name: str, one: int, other: int) -> DataError:
    """Two ways of counting the rows of a file gave two numbers."""
    found = f"{one:,} rows one way and {other:,} another"
    return DataError(Problem(file=name, found=found, needed="the same number both ways"))


def _read(store: Store, batch: Sequence[Staged]) -> list[tuple[int, bool]]:
    """Rows of each file, and whether all are of its month."""
    columns = batch[0].header.columns
    crime_id, month, code, name, crime_type = (f"c{columns.index(name)}" for name in COLUMNS)
    declared = ", ".join(f"c{i}: 'VARCHAR'" for i in range(len(columns)))
    paths = [str(staged.path) for staged in batch]
    store.link.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE street AS
        SELECT list_position(?, filename) - 1 AS file, coalesce({code}, '') AS code,
            coalesce({name}, '') AS name, coalesce({crime_type}, '') AS type,
            coalesce(trim({month}) = list_extract(?, list_position(?, filename)), false) AS fits,
            CASE WHEN {crime_id} IS NOT NULL THEN hash({crime_id}) END AS id
        FROM read_csv(?, auto_detect = false, header = true, delim = ',', quote = '"', escape = '"',
            columns = {{{declared}}}, strict_mode = true, null_padding = false, encoding = 'utf-8',
            filename = true, buffer_size = {READ_AHEAD})
        """,
        [paths, [staged.file.month for staged in batch], paths, paths],
    )
    store.link.execute(
        """
        CREATE OR REPLACE TEMP TABLE cell AS
        SELECT file, code, name, type, count(*) AS n, bool_and(fits) AS fits FROM street GROUP BY ALL
        """
    )
    rows = store.link.execute(
        "SELECT file, sum(n)::BIGINT, bool_and(fits) FROM cell GROUP BY file"
    ).fetchall()
    found = {file: (n, fits) for file, n, fits in rows}
    return [found.get(number, (0, True)) for number in range(len(batch))]
