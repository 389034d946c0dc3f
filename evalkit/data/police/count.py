"""The rows of street files, counted into the store."""

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field

from evalkit.data.places import is_of_2021
from evalkit.data.police.choice import OUTSIDE, Placing, place
from evalkit.data.police.load import Loaded, disagree, load, load_together
from evalkit.data.police.staging import Staged
from evalkit.data.police.store import Store

OTHER_TYPES = "other crime types"
UNPUBLISHED = "months their own force did not publish"


@dataclass(slots=True, kw_only=True)
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
    kept: int = 0
    dropped: Counter[str] = field(default_factory=Counter)
    outside: Counter[str] = field(default_factory=Counter)
    foreign: int = 0
    repeated: int = 0


def count_files(
    store: Store,
    batch: Sequence[Staged],
    placing: Placing,
    *,
    types: Collection[str] | None,
    published: Callable[[str], Collection[str]],
) -> Iterator[Counted]:
    """Count the rows of some files with the same columns into the store; one record a file, in their order.

    They are read together, which for small files takes a fraction of the time. Where that shows anything
    odd, they are read one by one.

    Parameters
    ----------
    types : collection of str or None
        Crime types that count; None for all.
    published : callable
        Forces that published a month.

    Raises
    ------
    DataError
        A row is no row, or of another month: with its line.
    """
    loaded = load_together(store, batch)
    if loaded is not None:
        yield from _counted(store, loaded, placing, types, published)
        return
    for staged in batch:
        yield from _counted(store, (load(store, staged),), placing, types, published)


def row_counts(store: Store, batch: Sequence[Staged]) -> Iterator[int]:
    """Rows of files that do not count, in their order."""
    for one in load_together(store, batch) or (load(store, staged) for staged in batch):
        yield one.rows
        _remove(one.staged)


def _counted(
    store: Store,
    loaded: Sequence[Loaded],
    placing: Placing,
    types: Collection[str] | None,
    published: Callable[[str], Collection[str]],
) -> Iterator[Counted]:
    first = store.files
    store.files += len(loaded)
    seen = store.link.execute("SELECT DISTINCT file, code, name FROM cell").fetchall()
    of_2021 = {number for number, code, _ in seen if is_of_2021(code.strip())}
    _keep_places(
        store, placing, sorted({(code, name) for _, code, name in seen} - store.places.keys())
    )
    _keep_types(store, types)
    files = [one.staged.file for one in loaded]
    store.link.execute(
        "INSERT INTO file SELECT unnest(?), unnest(?), unnest(?), unnest(?)",
        [
            list(range(first, store.files)),
            [file.force for file in files],
            [file.month for file in files],
            [number in of_2021 for number in range(len(files))],
        ],
    )
    told = _tally(store, first, loaded, [sorted(published(file.month)) for file in files])
    for one, counted in zip(loaded, told, strict=True):
        if (found := counted.kept + counted.dropped.total()) != one.rows:
            raise disagree(one.staged.file.name, found, one.rows)
        _remove(one.staged)
    yield from told


def _remove(staged: Staged) -> None:
    if staged.copy:
        staged.path.unlink()


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
cell JOIN asked USING (file) JOIN place ON place.code = cell.code AND place.name = cell.name
JOIN crime_type ON crime_type.raw = cell.type
"""
_INSIDE = "place.counts AND list_contains(asked.published, place.force)"
_KEPT = f"crime_type.counts AND {_INSIDE}"


def _tally(
    store: Store, first: int, loaded: Sequence[Loaded], published: Sequence[Sequence[str]]
) -> list[Counted]:
    told = [Counted(rows=one.rows) for one in loaded]
    store.link.execute(
        "CREATE OR REPLACE TEMP TABLE asked AS SELECT unnest(?) AS file, unnest(?) AS published",
        [list(range(len(loaded))), published],
    )
    found = store.link.execute(
        f"SELECT file, {_KEPT}, crime_type.counts, place.id, sum(n)::BIGINT FROM {_PLACED} GROUP BY ALL"
    ).fetchall()
    for file, keeps, of_type, where, n in found:
        counted, one = told[file], store.known[where]
        if keeps:
            counted.kept += n
            counted.foreign += n * (one.force != loaded[file].staged.file.force)
            continue
        reason = (one.reason or UNPUBLISHED) if of_type else OTHER_TYPES
        counted.dropped[reason] += n
        if reason == OUTSIDE:
            counted.outside[one.where] += n
    store.link.execute(
        f"INSERT INTO kept SELECT ? + file, place.id, crime_type.id, n FROM {_PLACED} WHERE {_KEPT}",
        [first],
    )
    store.link.execute(
        f"INSERT INTO seen SELECT DISTINCT ? + file, place.id FROM {_PLACED} WHERE {_INSIDE}",
        [first],
    )
    for file, repeated in store.link.execute(_REPEATED).fetchall():
        told[file].repeated = repeated
    return told


_REPEATED = f"""
WITH again AS (
    SELECT file, id FROM street WHERE id IS NOT NULL GROUP BY file, id HAVING count(*) > 1
)
SELECT file, count(*) - count(DISTINCT id)
FROM street AS cell SEMI JOIN again USING (file, id)
JOIN asked USING (file)
JOIN place ON place.code = cell.code AND place.name = cell.name
JOIN crime_type ON crime_type.raw = cell.type
WHERE {_KEPT}
GROUP BY file
"""
