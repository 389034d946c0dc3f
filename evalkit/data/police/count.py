"""The rows of one street file, counted into the store."""

from collections import Counter, deque
from collections.abc import Collection
from dataclasses import dataclass

import duckdb

from evalkit.data.places import is_of_2021
from evalkit.data.police.choice import OUTSIDE, Placing, place
from evalkit.data.police.rows import COLUMNS
from evalkit.data.police.staging import Staged, mend, staged_rows
from evalkit.data.police.store import READ_AHEAD, Store
from evalkit.errors import DataError, Problem

OTHER_TYPES = "other crime types"
UNPUBLISHED = "months their own force did not publish"


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """What became of the rows of one file.

    Attributes
    ----------
    rows, kept : int
    dropped : Counter of str
        By reason.
    outside : Counter of str
        By district, as the file calls it.
    foreign, repeated : int
        Kept rows of another force's district, and kept rows whose Crime ID an earlier one has. IDs are
        compared by 64 bits of hash: a false repeat once in a million files.
    """

    rows: int
    kept: int
    dropped: Counter[str]
    outside: Counter[str]
    foreign: int
    repeated: int


def count_file(
    store: Store,
    staged: Staged,
    placing: Placing,
    *,
    types: Collection[str] | None,
    published: Collection[str],
) -> Counted:
    """Count the rows of one file into the store.

    Parameters
    ----------
    types : collection of str or None
        Crime types that count; None for all.
    published : collection of str
        Forces that published the month of this file.

    Raises
    ------
    DataError
        A row is no row, or of another month: with its line.
    """
    rows, staged = _load(store, staged)
    number = store.files
    store.files += 1
    fresh = store.link.execute("SELECT DISTINCT code, name FROM cell").fetchall()
    of_2021 = any(is_of_2021(code.strip()) for code, _ in fresh)
    _keep_places(store, placing, [key for key in fresh if key not in store.places])
    _keep_types(store, types)
    file = staged.file
    store.link.execute(
        "INSERT INTO file VALUES (?, ?, ?, ?)", [number, file.force, file.month, of_2021]
    )
    counted = _tally(store, number, rows, file.force, sorted(published))
    if counted.kept + counted.dropped.total() != rows:
        raise _disagree(file.name, counted.kept + counted.dropped.total(), rows)
    _remove(staged)
    return counted


def row_count(store: Store, staged: Staged) -> int:
    """Rows of a file that does not count."""
    rows, staged = _load(store, staged)
    _remove(staged)
    return rows


def _remove(staged: Staged) -> None:
    if staged.copy:
        staged.path.unlink()


def _load(store: Store, staged: Staged) -> tuple[int, Staged]:
    """Read a file into the tables street (a row a crime) and cell; how many rows it has.

    The number of rows is known by its line ends too. Where the two differ, rows are read one by one.
    """
    try:
        rows, fits = _read(store, staged)
    except (duckdb.InvalidInputException, duckdb.ConversionException):
        staged = mend(staged, store.folder)  # says which line is wrong, or reads it another way
        rows, fits = _read(store, staged)
    if not fits:
        deque(staged_rows(staged), maxlen=0)  # says which line is of another month
    if rows != staged.lines and not staged.mended:
        staged = mend(staged, store.folder)
        rows, _ = _read(store, staged)
    if rows != staged.lines:
        raise _disagree(staged.file.name, rows, staged.lines or 0)
    return rows, staged


def _disagree(name: str, one: int, other: int) -> DataError:
    found = f"{one:,} rows one way and {other:,} another"
    return DataError(Problem(file=name, found=found, needed="the same number both ways"))


def _read(store: Store, staged: Staged) -> tuple[int, bool]:
    columns = staged.header.columns
    crime_id, month, code, name, crime_type = (f"c{columns.index(name)}" for name in COLUMNS)
    declared = ", ".join(f"c{i}: 'VARCHAR'" for i in range(len(columns)))
    store.link.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE street AS
        SELECT coalesce({code}, '') AS code, coalesce({name}, '') AS name,
            coalesce({crime_type}, '') AS type, coalesce(trim({month}) = ?, false) AS fits,
            CASE WHEN {crime_id} IS NOT NULL THEN hash({crime_id}) END AS id
        FROM read_csv(?, auto_detect = false, header = true, delim = ',', quote = '"', escape = '"',
            columns = {{{declared}}}, strict_mode = true, null_padding = false, encoding = 'utf-8',
            buffer_size = {READ_AHEAD})
        """,
        [staged.file.month, str(staged.path)],
    )
    store.link.execute(
        """
        CREATE OR REPLACE TEMP TABLE cell AS
        SELECT code, name, type, count(*) AS n, bool_and(fits) AS fits FROM street GROUP BY ALL
        """
    )
    found = store.link.execute(
        "SELECT coalesce(sum(n), 0)::BIGINT, coalesce(bool_and(fits), true) FROM cell"
    ).fetchone()
    assert found is not None
    return found[0], found[1]


def _keep_places(store: Store, placing: Placing, fresh: list[tuple[str, str]]) -> None:
    if not fresh:
        return
    first = len(store.known)
    for key in fresh:
        store.places[key] = len(store.known)
        store.known.append(place(placing, *key))
    found = store.known[first:]
    store.link.execute(
        "INSERT INTO place SELECT unnest(?), unnest(?), unnest(?), unnest(?), unnest(?)",
        [
            list(range(first, len(store.known))),
            [code for code, _ in fresh],
            [name for _, name in fresh],
            [one.force for one in found],
            [not one.reason for one in found],
        ],
    )


def _keep_types(store: Store, wanted: Collection[str] | None) -> None:
    for (raw,) in store.link.execute("SELECT DISTINCT type FROM cell ORDER BY type").fetchall():
        if raw not in store.types:
            store.types[raw] = len(store.types)
            counts = wanted is None or raw.strip() in wanted
            values = [store.types[raw], raw, raw.strip(), counts]
            store.link.execute("INSERT INTO crime_type VALUES (?, ?, ?, ?)", values)


_PLACED = """
cell JOIN place ON place.code = cell.code AND place.name = cell.name
JOIN crime_type ON crime_type.raw = cell.type
"""
_INSIDE = "place.counts AND list_contains(?, place.force)"
_KEPT = f"crime_type.counts AND {_INSIDE}"


def _tally(store: Store, number: int, rows: int, force: str, published: list[str]) -> Counted:
    dropped: Counter[str] = Counter()
    outside: Counter[str] = Counter()
    kept = foreign = 0
    found = store.link.execute(
        f"SELECT {_KEPT}, crime_type.counts, place.id, sum(n)::BIGINT FROM {_PLACED} GROUP BY ALL",
        [published],
    ).fetchall()
    for keeps, of_type, where, n in found:
        one = store.known[where]
        if keeps:
            kept += n
            foreign += n * (one.force != force)
            continue
        reason = (one.reason or UNPUBLISHED) if of_type else OTHER_TYPES
        dropped[reason] += n
        if reason == OUTSIDE:
            outside[one.where] += n
    store.link.execute(
        f"INSERT INTO kept SELECT ?, place.id, crime_type.id, n FROM {_PLACED} WHERE {_KEPT}",
        [number, published],
    )
    store.link.execute(
        f"INSERT INTO seen SELECT DISTINCT ?, place.id FROM {_PLACED} WHERE {_INSIDE}",
        [number, published],
    )
    again = store.link.execute(_REPEATED, [published]).fetchone()
    assert again is not None
    return Counted(
        rows=rows, kept=kept, dropped=dropped, outside=outside, foreign=foreign, repeated=again[0]
    )


_REPEATED = f"""
WITH again AS (SELECT id FROM street WHERE id IS NOT NULL GROUP BY id HAVING count(*) > 1)
SELECT count(*) - count(DISTINCT id)
FROM street AS cell SEMI JOIN again USING (id)
JOIN place ON place.code = cell.code AND place.name = cell.name
JOIN crime_type ON crime_type.raw = cell.type
WHERE {_KEPT}
"""
