"""Measure ``evalkit data police``: python -m benchmarks.police [--tenfold] [--one-file].

Five million rows in 24 monthly files (1.2 GB) are made once in a scratch folder, from a fixed seed, and
counted by LSOA, month and crime type. The peer is a plain DuckDB script that does the whole of the same job:
rows read and dropped by reason, repeated Crime IDs, a zero-filled panel as Parquet, and the hash of every
input. Both run in processes of their own, one after the other, so that a busy machine is as unfair to the one
as to the other; times and peak memory (all that the process holds, libraries included) are medians.

With --tenfold also 50 million rows in 240 files of ten forces (12 GB on the disk, removed afterwards), with
ten times the areas and cells of the table: is memory still the same? With --one-file a single file of 1.2 GB,
free and in a process whose data may not pass 300 MB (RLIMIT_DATA: what is reserved counts, used or not): an
answer that is right, or a refusal. --folder DIR keeps what was made there for the next time.
"""

import argparse
import hashlib
import json
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb

from evalkit.data.police import Choice, read_police
from evalkit.types.intervention import Area

SEED = 2026
ROWS = 208_334  # a file: 24 have five million
PAIRS = 5
DISTRICTS, LSOAS = 35, 2800
MONTHS = tuple(f"{2021 + k // 12}-{k % 12 + 1:02d}" for k in range(24))
COLUMNS = (
    *("Crime ID", "Month", "Reported by", "Falls within", "Longitude", "Latitude", "Location"),
    *("LSOA code", "LSOA name", "Crime type", "Last outcome category", "Context"),
)
FORCES = tuple(f"bench{k}" for k in range(10))

ROW = """
WITH r AS (SELECT i, hash(i + {at}) AS h, hash(i + {at} + 5000000) AS g FROM range({rows}) t(i)),
s AS (SELECT *, (h % 14)::INT AS t, (g % {lsoas})::INT AS l, (h // 100) % 1000 AS u,
  (g // 10000) % 1000 AS v FROM r)
SELECT CASE WHEN t > 0 THEN sha256((i - (u < 4)::INT)::VARCHAR || '{at}') END AS "Crime ID",
  '{month}' AS "Month", '{force} Police' AS "Reported by", '{force} Police' AS "Falls within",
  -1.5 + (h % 100000) / 1e6 AS "Longitude", 52.9 + (g % 100000) / 1e6 AS "Latitude",
  CASE WHEN v < 5 THEN 'On or near Asda, High Street' ELSE 'On or near Street Number ' || l END AS "Location",
  CASE WHEN u NOT BETWEEN 10 AND 34 THEN format('E01{{:06d}}', {first} + l) END AS "LSOA code",
  CASE WHEN u NOT BETWEEN 10 AND 34 THEN format('{place} {{:02d}} {{:03d}}{{}}', l % {districts},
    l // {districts} // 4 + 1, chr(65 + l // {districts} % 4)) END AS "LSOA name",
  ['Anti-social behaviour', 'Bicycle theft', 'Burglary', 'Criminal damage and arson', 'Drugs', 'Other crime',
   'Other theft', 'Possession of weapons', 'Public order', 'Robbery', 'Shoplifting', 'Theft from the person',
   'Vehicle crime', 'Violence and sexual offences'][t + 1] AS "Crime type",
  CASE WHEN t > 0 THEN 'Investigation complete; no suspect identified' END AS "Last outcome category",
  NULL AS "Context"
FROM s
"""


def generate(folder: Path, forces: int, months: tuple[str, ...] = MONTHS, rows: int = ROWS) -> None:
    """Write street files; two districts of each force lie outside the areas that are counted."""
    with duckdb.connect() as link:
        for f in range(forces):
            for k, month in enumerate(months):
                (folder / month).mkdir(parents=True, exist_ok=True)
                to = folder / month / f"{month}-{FORCES[f]}-street.csv"
                query = ROW.format(
                    at=SEED + (f * 1000 + k) * 10_000_000,
                    rows=rows,
                    lsoas=LSOAS,
                    month=month,
                    force=FORCES[f],
                    first=f * LSOAS + 1,
                    place=f"Place {f}",
                    districts=DISTRICTS,
                )
                link.execute(f"COPY ({query}) TO '{to}' (HEADER, DELIMITER ',')")


def areas(forces: int) -> dict[str, Area]:
    """Police areas with 33 of their 35 districts."""
    found = {}
    for f in range(forces):
        police = f"E230{f:05d}"
        found[police] = Area(code=police, name=FORCES[f], kind="police-area")
        for d in range(DISTRICTS - 2):
            code = f"E07{f * 100 + d:06d}"
            name = f"Place {f} {d:02d}"
            found[code] = Area(code=code, name=name, kind="local-authority", parent=police)
    return found


def ours(folder: Path, forces: int, out: Path) -> tuple[int, int]:
    """Count with evalkit: rows read and kept."""
    made = read_police([folder], Choice(areas=areas(forces), unit="lsoa"), out=out).extraction
    return made.rows_read, made.rows_kept


def peer(folder: Path, forces: int, out: Path) -> tuple[int, int]:
    """Do the same with DuckDB, plainly: a pass for the counts, one for Crime IDs, one for hashes."""
    files = sorted(str(path) for path in folder.rglob("*-street.csv"))
    declared = ", ".join(f"'{name}': 'VARCHAR'" for name in COLUMNS)
    read = f"""read_csv({files}, header = true, delim = ',', quote = '"', escape = '"', auto_detect = false,
        filename = true, columns = {{{declared}}})"""
    link = duckdb.connect()
    link.execute("CREATE TABLE district (name VARCHAR)")
    names = [a.name for a in areas(forces).values() if a.kind == "local-authority"]
    link.execute("INSERT INTO district SELECT unnest(?)", [names])
    link.execute(
        f"""CREATE TABLE cell AS SELECT *,
        CASE WHEN lsoa IS NULL THEN 'no LSOA'
             WHEN regexp_replace(name, ' [^ ]+$', '') IN (FROM district) THEN 'kept' ELSE 'outside' END AS why
        FROM (SELECT filename, "LSOA code" AS lsoa, "LSOA name" AS name, Month AS month,
              "Crime type" AS type, count(*) AS n FROM {read} GROUP BY ALL)"""
    )
    reasons = dict(link.execute("SELECT why, sum(n)::BIGINT FROM cell GROUP BY why").fetchall())
    repeats = link.execute(
        f"""SELECT filename, count(*), count("Crime ID") - count(DISTINCT "Crime ID") FROM {read}
        GROUP BY filename"""
    ).fetchall()
    link.execute(
        f"""COPY (
        SELECT lsoa AS area, name AS area_name, month AS period, type AS outcome,
            coalesce(n, 0)::DOUBLE AS value, coalesce(n, 0)::DOUBLE AS low,
            coalesce(n, 0)::DOUBLE AS high, 'known' AS state
        FROM (SELECT lsoa, any_value(name) AS name FROM cell WHERE why = 'kept' GROUP BY lsoa)
        CROSS JOIN (SELECT DISTINCT month FROM cell) CROSS JOIN (SELECT DISTINCT type FROM cell)
        LEFT JOIN (SELECT lsoa, month, type, sum(n) AS n FROM cell WHERE why = 'kept' GROUP BY ALL)
            USING (lsoa, month, type)
        ORDER BY lsoa, month, type) TO '{out}' (FORMAT parquet)"""
    )
    sums = {}
    for name in files:
        with Path(name).open("rb") as stream:
            sums[name] = hashlib.file_digest(stream, "sha256").hexdigest()
    record = {"inputs": sums, "reasons": reasons, "repeats": repeats}
    out.with_suffix(".json").write_text(json.dumps(record))
    return sum(reasons.values()), reasons["kept"]


def once(who: str, folder: Path, forces: int, limit: int = 0) -> tuple[float, int, tuple[int, int]]:
    """Seconds, peak resident MB, and the rows read and kept, of one run in a process of its own."""
    with tempfile.TemporaryDirectory() as scratch:
        command = [sys.executable, "-m", "benchmarks.police", "--run", who, str(folder)]
        command += [
            "--forces",
            str(forces),
            "--out",
            f"{scratch}/panel.parquet",
            "--limit",
            str(limit),
        ]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
    seconds, peak, read, kept = json.loads(done.stdout)
    return seconds, peak, (read, kept)


def run(who: str, folder: Path, forces: int, out: Path, limit: int) -> None:
    """Do one run and print seconds, MB, rows read and kept."""
    if limit:
        resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))
    start = time.perf_counter()
    counted = {"evalkit": ours, "duckdb": peer}[who](folder, forces, out)
    took = time.perf_counter() - start
    print(json.dumps([took, peak_memory(), *counted]))


def peak_memory() -> int:
    """What this process held at most, in MB; resource would count the one that started it as well."""
    status = Path("/proc/self/status")
    if status.is_file():
        return int(re.search(r"VmHWM:\s+(\d+) kB", status.read_text())[1]) // 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def compare(folder: Path) -> None:
    """Run both in pairs; say medians and how many times the peer's time ours takes."""
    pairs = [(once("evalkit", folder, 1), once("duckdb", folder, 1)) for _ in range(PAIRS)]
    assert all(one[2] == other[2] for one, other in pairs), "the two count differently"
    for name, runs in zip(("evalkit", "duckdb"), zip(*pairs, strict=True), strict=True):
        seconds, peaks = [r[0] for r in runs], [r[1] for r in runs]
        each = f"{statistics.median(seconds):.2f} s ({min(seconds):.2f} to {max(seconds):.2f})"
        print(f"{name}: {each}, peak {statistics.median(peaks):.0f} MB")
    ratio = statistics.median(one[0] / other[0] for one, other in pairs)
    print(f"rows read and kept: {pairs[0][0][2]}; evalkit takes {ratio:.2f} times DuckDB's time")


def main() -> None:
    """Make what is not there yet, then measure."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--tenfold", action="store_true")
    parser.add_argument("--one-file", action="store_true")
    parser.add_argument("--run", nargs=2)
    parser.add_argument("--forces", type=int, default=1)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--limit", type=int, default=0)
    given = parser.parse_args()
    if given.run:
        run(given.run[0], Path(given.run[1]), given.forces, given.out, given.limit)
        return
    with tempfile.TemporaryDirectory(prefix="evalkit-bench-") as scratch:
        base = given.folder or Path(scratch)
        _make(base / "five-million", 1)
        compare(base / "five-million")
        if given.tenfold:
            _make(base / "fifty-million", 10)
            seconds, peak, counted = once("evalkit", base / "fifty-million", 10)
            print(f"tenfold, {counted}: {seconds:.1f} s, peak {peak} MB")
        if given.one_file:
            _make(base / "one-file", 1, months=MONTHS[:1], rows=24 * ROWS)
            for limit in (0, 300 * 2**20):
                try:
                    seconds, peak, counted = once("evalkit", base / "one-file", 1, limit)
                    print(f"one file, limit {limit}, {counted}: {seconds:.1f} s, peak {peak} MB")
                except subprocess.CalledProcessError as error:
                    print(f"one file, limit {limit}: {error.stderr.splitlines()[-1]}")


def _make(folder: Path, forces: int, **how: object) -> None:
    if not folder.is_dir():
        start = time.perf_counter()
        draft = folder.with_name(f"{folder.name}.part")
        generate(draft, forces, **how)  # type: ignore[arg-type]
        draft.replace(folder)
        size = sum(path.stat().st_size for path in folder.rglob("*.csv"))
        print(f"made {folder.name}: {size / 1e9:.2f} GB in {time.perf_counter() - start:.0f} s")


if __name__ == "__main__":
    main()
