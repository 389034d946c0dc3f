"""A street file far larger than real ones, by the real command: right in little memory, or refused.

Each runs in a process of its own: short here, with 1 GB in ``make soak``. Memory is what the process really
held at its peak (VmHWM), libraries and files in memory included. The limit is RLIMIT_DATA, which also counts
what was reserved and never used, so it bites long before that much is held.
"""

import subprocess
import sys
import zipfile
from collections import Counter
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest

from evalkit.data.keep import read_grid
from tests.conftest import Said
from tests.street_files import COLUMNS

PEAK = 300  # megabytes, as the documents promise
TYPES = ("Anti-social behaviour", "Burglary", "Robbery", "Violence and sexual offences")
PLACES = (
    *((f"E0101{3400 + i}", f"Derby {1 + i // 5:03d}{'ABCDE'[i % 5]}") for i in range(150)),
    *((f"E0101{9400 + i}", f"Amber Valley {1 + i // 5:03d}{'ABCDE'[i % 5]}") for i in range(75)),
    ("E01005944", "Tameside 001A"),
    ("", ""),
)
RUN = """
import re, resource, sys
from pathlib import Path
limit = int(sys.argv.pop(1)) * 2**20
if limit:
    resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))
from evalkit.__main__ import main
try:
    main()
finally:
    status = Path("/proc/self/status").read_text()
    print("peak", int(re.search(r"VmHWM:\\s+(\\d+) kB", status)[1]) // 1024)
"""

pytestmark = pytest.mark.skipif(
    not Path("/proc/self/status").is_file(), reason="only Linux says how much a process held"
)


def large(path: Path, size: int, *, last: str = "") -> Counter[tuple[str, str]]:
    """Write a street file of about ``size`` bytes; its rows by district and crime type."""
    path.parent.mkdir(parents=True)
    counts: Counter[tuple[str, str]] = Counter()
    n = written = 0
    force = "Derbyshire Constabulary"
    with path.open("w", encoding="utf-8") as file:
        file.write(",".join(COLUMNS) + "\n")
        while written < size:
            code, name = PLACES[n * 7919 % len(PLACES)]
            kind = TYPES[n // 3 % len(TYPES)]
            ident = "" if kind == TYPES[0] else sha256(str(n).encode()).hexdigest()
            street = '"On or near Asda, Park Lane"' if n % 150 == 0 else "On or near Park Lane"
            row = f"{ident},2021-01,{force},{force},-1.4,52.9,{street},{code},{name},{kind},,\n"
            written += file.write(row)
            counts[name.rpartition(" ")[0], kind] += 1
            n += 1
        file.write(last)
    return counts


@pytest.fixture(scope="module")
def workspace(
    tmp_path_factory: pytest.TempPathFactory, copy_workspace: Callable[[Path], Path]
) -> Path:
    return copy_workspace(tmp_path_factory.mktemp("large") / "workspace")


def run(workspace: Path, download: Path, out: Path, *, limit: int = 0) -> tuple[Said, int]:
    """The real command in a process of its own, and its peak in megabytes."""
    words = ["data", "police", str(download), "--out", str(out), "--area", "Derby"]
    done = subprocess.run(
        [sys.executable, "-c", RUN, str(limit), *words, "--area", "Amber Valley"],
        cwd=workspace,
        capture_output=True,
        text=True,
    )
    said, _, peak = done.stdout.rpartition("peak ")
    return Said(done.returncode, said, done.stderr), int(peak or 0)


def assert_right(out: Path, counts: Counter[tuple[str, str]]) -> None:
    grid = read_grid(out)
    assert sorted(grid.area_names) == ["Amber Valley", "Derby"]
    found = {
        (name, kind): int(grid.low[i, 0, k])
        for i, name in enumerate(grid.area_names)
        for k, kind in enumerate(grid.outcomes)
    }
    assert found == {key: n for key, n in counts.items() if key[0] in grid.area_names}


def assert_refused(said: Said, out: Path, words: str) -> None:
    assert (said.code, said.out) == (1, "")
    assert words in said.err
    assert said.err.count("\n") == 1
    assert not out.exists()


@pytest.mark.parametrize("size", [40_000_000, pytest.param(1_000_000_000, marks=pytest.mark.soak)])
def test_a_large_file_is_right_in_300_mb_and_under_a_limit_right_or_refused(
    tmp_path: Path, workspace: Path, size: int
) -> None:
    raw, out = tmp_path / "raw", tmp_path / "o.csv"
    counts = large(raw / "2021-01-derbyshire-street.csv", size)
    said, peak = run(workspace, raw, out)
    assert said.code == 0, said.err
    assert_right(out, counts)
    assert peak < PEAK, f"{peak} MB"
    for limit in (PEAK, 500)[: 2 if size > 10**8 else 1]:
        held = tmp_path / f"{limit}.csv"
        said, _ = run(workspace, raw, held, limit=limit)
        if said.code == 0:
            assert_right(held, counts)
        else:
            assert_refused(said, held, "not enough memory")


@pytest.mark.soak
@pytest.mark.parametrize("how", ["zip", "windows-1252"])
def test_1_gb_that_has_to_be_written_again(tmp_path: Path, workspace: Path, how: str) -> None:
    raw, out = tmp_path / "raw", tmp_path / "o.csv"
    file = raw / "2021-01-derbyshire-street.csv"
    odd = ",2021-01,,,,,On or near Caf\xe9,E01013400,Derby 001A,Burglary,,\n"
    counts = large(file, 1_000_000_000)
    if how == "zip":
        with zipfile.ZipFile(
            raw / "raw.zip", "w", zipfile.ZIP_DEFLATED, compresslevel=1
        ) as archive:
            archive.write(file, file.name)
        file.unlink()
    else:
        with file.open("ab") as end:
            end.write(odd.encode("cp1252"))
        counts["Derby", "Burglary"] += 1
    said, peak = run(workspace, raw, out)
    assert said.code == 0, said.err
    assert_right(out, counts)
    assert peak < PEAK, f"{peak} MB"


@pytest.mark.soak
@pytest.mark.parametrize(
    ("last", "words"),
    [
        (",2021-13,,,,,,E01013400,Derby 001A,Burglary,,\n", "Month: 2021-13"),
        (',2021-01,,,,,"On or near,E01013400,Derby 001A,Burglary,,\n', "quotes that do not fit"),
        (",2021-01,,,,,,E01013400,Derby 001A\n", "9 fields; needed 12"),
    ],
)
def test_the_last_row_of_1_gb_is_wrong(
    tmp_path: Path, workspace: Path, last: str, words: str
) -> None:
    raw, out = tmp_path / "raw", tmp_path / "o.csv"
    counts = large(raw / "2021-01-derbyshire-street.csv", 1_000_000_000, last=last)
    said, peak = run(workspace, raw, out)
    assert_refused(said, out, words)
    assert f".csv:{counts.total() + 2}" in said.err
    assert peak < PEAK, f"{peak} MB"
