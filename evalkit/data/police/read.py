"""From downloads to a table and its provenance."""

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from evalkit.data.keep import keep_table, refuse_place
from evalkit.data.police.choice import Choice
from evalkit.data.police.count import count_files, row_counts
from evalkit.data.police.load import batches
from evalkit.data.police.reading import Done, Progress, staged_ahead
from evalkit.data.police.record import extraction, notes
from evalkit.data.police.scope import Plan, make_plan
from evalkit.data.police.store import Store, open_store
from evalkit.data.police.table import Spans, table_areas, write_table
from evalkit.errors import DataError, Problem
from evalkit.types.extraction import Extraction


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
        First month with LSOA codes of 2021 where another month has none; empty where all are alike.
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


def read_police(
    downloads: Sequence[Path],
    choice: Choice,
    *,
    out: Path | None,
    progress: Progress = lambda done, total: None,
) -> PoliceTable:
    """Count street crime by area, month and outcome, and write the table with its provenance.

    A month that the area's own force did not publish is missing; without a row in one that it did, zero.
    Rows count by where they are, whichever force's file they stand in.

    Parameters
    ----------
    downloads : sequence of Path
        Folders and zip archives as data.police.uk hands them out.
    out : Path or None
        ``.csv`` or ``.parquet``; None to write nothing.
    progress : callable
        Called with bytes done and bytes in all.

    Raises
    ------
    DataError
        A download is damaged, unsafe or no such download; a file or row is not what it should be; downloads
        contradict each other; LSOAs of 2011 and 2021 would be mixed; or nothing is left to count. Nothing is
        written then.
    """
    if out is not None:
        refuse_place(out)
    plan = make_plan(downloads, choice)
    with (
        tempfile.TemporaryDirectory(prefix="evalkit-police-") as folder,
        open_store(Path(folder)) as store,
    ):
        done = _count(store, plan, progress)
        changed = _lsoas_change_by(store)
        if changed and choice.unit == "lsoa" and plan.where.change is None:
            raise _mixed(changed)
        areas = table_areas(store, plan.where, choice.unit)
        outcomes = choice.outcomes or {name: frozenset([name]) for name in _types_kept(store)}
        made = extraction(plan, done, areas, outcomes)
        if out is not None:
            spans = Spans(
                areas=areas, months=plan.months, outcomes=outcomes, published=plan.known.months
            )
            whole = plan.where.change is None or not plan.where.change.weighted
            made = keep_table(out, partial(write_table, store, spans, whole=whole), made)
    return PoliceTable(
        extraction=made,
        outcomes=tuple(outcomes),
        areas=len(areas),
        cells=len(areas) * len(plan.months) * len(outcomes),
        published={
            force: tuple(m for m in plan.months if m in plan.known.months.get(force, ()))
            for force in sorted({area.force for area in areas})
        },
        lsoas_change_by=changed,
        notes=notes(plan, done),
    )


def _count(store: Store, plan: Plan, progress: Progress) -> Done:
    wanted = plan.choice.outcomes
    types = None if wanted is None else frozenset().union(*wanted.values())
    total = sum(file.size for file in (*plan.reading, *plan.passed))
    done = Done()
    for batch in batches(staged_ahead(plan.reading, store.folder)):
        counts = count_files(store, batch, plan.where, types=types, published=plan.known.forces)
        for staged, counted in zip(batch, counts, strict=True):
            done.add(staged, counted)
        progress(done.size, total)
    for batch in batches(staged_ahead(plan.passed, store.folder)):
        for staged, rows in zip(batch, row_counts(store, batch), strict=True):
            done.add_unused(staged, rows)
        progress(done.size, total)
    return done


def _types_kept(store: Store) -> list[str]:
    """Names of the crime types of the rows that count."""
    found = store.link.execute(
        "SELECT DISTINCT name FROM crime_type SEMI JOIN kept ON kept.crime_type = crime_type.id"
        " WHERE name <> '' ORDER BY name"
    ).fetchall()
    if not found:
        raise DataError(Problem(found="no row inside the areas", needed="at least one"))
    return [name for (name,) in found]


def _lsoas_change_by(store: Store) -> str:
    """First month of a file with codes of 2021, where other files have none."""
    found = store.link.execute(
        "SELECT min(month) FILTER (of_2021), count(*) FILTER (NOT of_2021) FROM file"
    ).fetchone()
    assert found is not None
    return str(found[0]) if found[0] and found[1] else ""


def _mixed(month: str) -> DataError:
    return DataError(
        Problem(
            field="--unit",
            found=f"LSOA codes of 2011 in some files and of 2021 by {month}",
            needed="one year's LSOAs: where one was split, its series would end and others begin",
            do="Give the look-up of the Office for National Statistics with --lookup FILE,"
            " or count by district.",
        )
    )
