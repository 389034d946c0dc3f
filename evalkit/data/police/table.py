"""The long table: every area, month and outcome, zero where published and missing where not."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from evalkit.data.grid import KNOWN, MISSING
from evalkit.data.keep import copy_to
from evalkit.data.lsoa_change import LsoaChange
from evalkit.data.places import is_of_2021
from evalkit.data.police.choice import Place, Placing, Unit, home_force
from evalkit.data.police.store import Store
from evalkit.errors import DataError, Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class TableArea:
    """One area of the table: its code, its name and the force that publishes for it."""

    code: str
    name: str
    force: str


def table_areas(store: Store, placing: Placing, unit: Unit) -> tuple[TableArea, ...]:
    """Lay out the areas in order of code, and keep which place of the files counts for which.

    Districts and police areas: all chosen ones. LSOAs: those of the list, otherwise those that a file has
    with a crime of any type. One without a crime that counts has zeros: to leave it out would be to choose
    places by their outcome.

    Raises
    ------
    DataError
        An LSOA of the list is in no file and the list does not say its district; or no LSOA was seen.
    """
    store.link.execute(
        "CREATE TABLE share (place INTEGER, of_2021 BOOLEAN, code VARCHAR, w DOUBLE)"
    )
    if unit == "lsoa":
        return _lsoas(store, placing)
    codes = {district: district for district in placing.districts}
    if unit == "police-area":
        codes = {district: str(placing.areas[district].parent) for district in codes}
    rows = [
        (number, of_2021, codes[one.district], 1.0)
        for number, one in enumerate(store.known)
        if not one.reason
        for of_2021 in (False, True)
    ]
    _fill(store, "share", rows)
    forces = {codes[district]: home_force(placing.areas, district) for district in codes}
    return tuple(
        TableArea(code=code, name=placing.areas[code].name, force=forces[code])
        for code in sorted(forces)
    )


def _lsoas(store: Store, placing: Placing) -> tuple[TableArea, ...]:
    seen = store.link.execute(
        "SELECT seen.place, file.of_2021, max(file.month) AS last FROM seen JOIN file ON file.id = seen.file"
        " GROUP BY ALL ORDER BY last, seen.place"
    ).fetchall()
    rows: dict[tuple[int, bool, str], float] = {}
    names: dict[str, str] = {}
    forces: dict[str, str] = {}
    missing: list[str] = []
    for number, of_2021, _ in seen:
        one = store.known[number]
        shares = _shares(placing.change, one, of_2021)
        if not shares:
            missing.append(one.code)
        for code, weight in shares:
            if placing.listed is None or code in placing.listed:
                rows[number, of_2021, code] = weight
                names[code] = one.name if code == one.code else names.get(code, code)
                forces[code] = one.force
    _refuse_missing(missing)
    for code in placing.listed or ():
        if code not in forces:
            names[code] = code
            forces[code] = _listed_force(placing, code)
    if not forces:
        raise DataError(Problem(found="no row inside the areas", needed="at least one LSOA"))
    if placing.change is not None:
        names |= {code: name for code, name in placing.change.names.items() if code in names}
    _fill(store, "share", [(*key, weight) for key, weight in rows.items()])
    return tuple(TableArea(code=c, name=names[c], force=forces[c]) for c in sorted(forces))


def _shares(change: LsoaChange | None, one: Place, of_2021: bool) -> Sequence[tuple[str, float]]:
    """The LSOAs that a place counts for; none where the look-up does not know it."""
    if change is None:
        return ((one.code, 1.0),)
    if of_2021:
        return ((change.parts[one.code], 1.0),) if one.code in change.parts else ()
    return change.targets.get(one.code, ())


def _refuse_missing(codes: Collection[str]) -> None:
    """Refuse codes that the look-up does not have; those of 2021 are what best fit leaves out."""
    for those, needed, do in (
        (
            [code for code in codes if is_of_2021(code)],
            "every LSOA21CD: where an LSOA was split, best fit has one part of it only",
            "Take the exact-fit look-up with --join-changed, or one with weights.",
        ),
        (codes, "every LSOA of the rows that count", "Take the look-up of the whole country."),
    ):
        some = sorted(set(those))
        if some:
            more = f" and {len(some) - 3:,} more" if len(some) > 3 else ""
            found = f"no {', '.join(some[:3])}{more}"
            raise DataError(Problem(field="--lookup", found=found, needed=needed, do=do))


def _listed_force(placing: Placing, code: str) -> str:
    district = (placing.listed or {}).get(code, "")
    if not district:
        raise DataError(
            Problem(
                field="--lsoas",
                found=f"{code} is in no file",
                needed="its district, to tell a zero from a month that nobody published",
                do="Add a column District to the list, or leave the LSOA out.",
            )
        )
    return home_force(placing.areas, district)


@dataclass(frozen=True, slots=True, kw_only=True)
class Spans:
    """What the table spans, and the months that each force published."""

    areas: Sequence[TableArea]
    months: Sequence[str]
    outcomes: Mapping[str, frozenset[str]]
    published: Mapping[str, frozenset[str]]


def write_table(store: Store, spans: Spans, path: Path, *, whole: bool) -> None:
    """Write one row for every area, month and outcome, in this order.

    Parameters
    ----------
    path : Path
        ``.csv`` or ``.parquet``.
    whole : bool
        Whether all counts are whole numbers.
    """
    link = store.link
    for name, columns in (
        ("area", "a INTEGER, code VARCHAR, name VARCHAR, force VARCHAR"),
        ("month", "m INTEGER, name VARCHAR"),
        ("outcome", "o INTEGER, name VARCHAR"),
        ("counts_as", "o INTEGER, type VARCHAR"),
        ("published", "force VARCHAR, month VARCHAR"),
    ):
        link.execute(f"CREATE TABLE {name} ({columns})")
    _fill(store, "area", [(i, a.code, a.name, a.force) for i, a in enumerate(spans.areas)])
    _fill(store, "month", list(enumerate(spans.months)))
    _fill(store, "outcome", list(enumerate(spans.outcomes)))
    types = [(i, one) for i, of in enumerate(spans.outcomes.values()) for one in sorted(of)]
    _fill(store, "counts_as", types)
    _fill(
        store,
        "published",
        [(force, m) for force, all_ in spans.published.items() for m in sorted(all_)],
    )
    link.execute("CREATE TABLE counts (a INTEGER, m INTEGER, o INTEGER, n DOUBLE)")
    for m in range(len(spans.months)):
        link.execute(_COUNTS.format(order="" if whole else "ORDER BY kept.place"), [m])
    link.execute("SET preserve_insertion_order = true")
    number = "BIGINT" if whole and path.suffix == ".csv" else "DOUBLE"
    link.execute(_GRID.format(number=number))
    for start in range(0, len(spans.areas), step := _step(spans)):
        link.execute(_CELLS, 2 * [start, start + step - 1])
    link.execute("SET threads = 1")  # same rows, same bytes
    copy_to(link, "FROM grid", path)


def _step(spans: Spans) -> int:
    """Areas that are put in order at a time: all at once would not fit into the memory."""
    return max(1, _AT_A_TIME // (len(spans.months) * len(spans.outcomes)))


_COUNTS = """
INSERT INTO counts
SELECT area.a, month.m, counts_as.o, sum(kept.n * share.w {order}) AS n
FROM kept JOIN file ON file.id = kept.file
JOIN share ON share.place = kept.place AND share.of_2021 = file.of_2021
JOIN area ON area.code = share.code
JOIN month ON month.name = file.month
JOIN crime_type ON crime_type.id = kept.crime_type
JOIN counts_as ON counts_as.type = crime_type.name
WHERE month.m = ?
GROUP BY ALL
"""  # a month at a time, so that all counts need not fit into the memory; shares in order, for the same sum

_GRID = """
CREATE TABLE grid (area VARCHAR, area_name VARCHAR, period VARCHAR, outcome VARCHAR,
    value {number}, low {number}, high {number}, state VARCHAR)
"""

_CELLS = f"""
INSERT INTO grid
SELECT code, area_name, period, outcome, n, n, n, CASE WHEN n IS NULL THEN '{MISSING}' ELSE '{KNOWN}' END
FROM (
    SELECT a, m, o, area.code, area.name AS area_name, month.name AS period, outcome.name AS outcome,
        CASE WHEN published.force IS NOT NULL THEN coalesce(counts.n, 0) END AS n
    FROM (FROM area WHERE a BETWEEN ? AND ?) AS area CROSS JOIN month CROSS JOIN outcome
    LEFT JOIN (FROM counts WHERE a BETWEEN ? AND ?) AS counts USING (a, m, o)
    LEFT JOIN published ON published.force = area.force AND published.month = month.name
)
ORDER BY a, m, o
"""

_AT_A_TIME = 200_000  # cells
_ROWS_AT_A_TIME = 5_000


def _fill(store: Store, table: str, rows: Sequence[tuple[object, ...]]) -> None:
    """Insert many rows at once: one by one takes seconds, and all of them at once much memory."""
    for start in range(0, len(rows), _ROWS_AT_A_TIME):
        some = rows[start : start + _ROWS_AT_A_TIME]
        columns = [list(column) for column in zip(*some, strict=True)]
        marks = ", ".join("unnest(?)" for _ in columns)
        store.link.execute(f"INSERT INTO {table} SELECT {marks}", columns)
