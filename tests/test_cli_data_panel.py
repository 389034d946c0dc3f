"""``evalkit data panel`` and ``describe`` as they stand on a screen of 80 by 24."""

import json
import random
from pathlib import Path

import pytest

from evalkit.registry.entries import read_all
from evalkit.registry.store import open_registry


@pytest.fixture
def folder(tmp_path: Path, cli) -> Path:
    """A workspace with calls by district, 2021-04 to 2023-03: hidden cells, a gap and a wrong total."""
    assert cli("init", "ws", "--acting-as", "Analyst, Derby City Council", cwd=tmp_path).code == 0
    ws = tmp_path / "ws"
    dice = random.Random(3)
    areas = {"E06000015": "Derby", "E06000016": "Leicester", "E06000018": "Nottingham"}
    lines = ["District code,District,Month,Call-outs"]
    for month in range(24):
        text = f"{2021 + (month + 3) // 12}-{(month + 3) % 12 + 1:02d}"
        counts = {code: dice.randint(1, 30) for code in areas}
        for code, name in areas.items():
            shown = "*" if counts[code] < 8 else str(counts[code])
            if (code, text) != ("E06000016", "2022-02"):
                lines.append(f"{code},{name},{text},{shown}")
        lines.append(f"E92000001,Total,{text},{sum(counts.values()) + 40 * (month == 5)}")
    (ws / "calls.csv").write_text("\n".join(lines))
    (ws / "calls.yaml").write_text(
        "form: evalkit/table/1\nfile: calls.csv\nsource: ambulance\nmeasure: ambulance-assault@1.0\n"
        "columns: {unit: District code, unit_name: District, period: Month, outcome: Call-outs}\n"
        'period: yyyy-mm\nsuppressed: {"*": [1, 7]}\n'
    )
    rows = [f"{c},{y},{250_000 + 1_000 * (y - 2019)}" for c in areas for y in range(2019, 2023)]
    (ws / "people.csv").write_text("\n".join(["area,year,population", *rows]))
    return ws


def fits(said, rows: int = 24) -> None:
    assert said.code == 0, said.err
    lines = said.out.replace("\x1b[1m", "").replace("\x1b[0m", "").splitlines()
    assert max(map(len, lines)) <= 80
    assert len(lines) <= rows


def test_a_table_on_a_screen(folder: Path, cli_terminal) -> None:
    said = cli_terminal(
        "data", "panel", "calls.yaml", "--out", "calls.parquet", cwd=folder, columns=80
    )
    fits(said)
    for words in (
        "Snapshot S-0001 ambulance: calls.csv",
        "rows read                                               95",
        "total of others: E92000001 (not their sum in 1 of 24)  -24",
        "kept                                                    71",
        "units     3: E06000015, E06000016, E06000018",
        "periods   2021-04 to 2023-03 (24)",
        "missing   E06000016 2022-02",
        "does NOT fit",
        "Next  \x1b[1mevalkit data describe calls.parquet",
    ):
        assert words in said.out
    described = cli_terminal("data", "describe", "calls.parquet", cwd=folder, columns=80)
    fits(described)
    assert "rows       95 read, 24 left out, 71 kept" in described.out
    assert "E06000015  2021-04  ambulance-assault@1.0  " in described.out


def test_help_fits_a_screen(tmp_path: Path, cli_terminal) -> None:
    fits(cli_terminal("data", "panel", "-h", cwd=tmp_path, columns=80), rows=30)
    fits(cli_terminal("data", "describe", "-h", cwd=tmp_path, columns=80))


def test_the_snapshot_is_sealed_with_the_bytes(folder: Path, cli) -> None:
    said = cli("data", "panel", "calls.yaml", "--out", "calls.csv2.csv", "--json", cwd=folder)
    answer = json.loads(said.out)
    assert answer["snapshot"] == "S-0001"
    assert answer["grid"]["cells"]["missing"] == 1
    assert answer["totals"][0]["misfits"][0]["period"] == "2021-09"
    with open_registry(f"sqlite:///{folder / 'registry.db'}") as session:
        (one,) = read_all(session, "snapshot")
    assert one.table_sha256 == answer["provenance"]["table_sha256"]
    assert (one.areas, one.rows_kept, one.outcomes) == (3, 71, ("ambulance-assault@1.0",))


def test_a_rehearsal_writes_nothing(folder: Path, cli) -> None:
    before = sorted(folder.iterdir())
    said = cli("data", "panel", "calls.yaml", "--dry-run", cwd=folder)
    assert said.code == 0 and "Nothing written." in said.out
    assert sorted(folder.iterdir()) == before
    assert "No snapshots yet." in cli("data", "list", cwd=folder).out


def test_population_and_rates(folder: Path, cli) -> None:
    words = ("data", "panel", "calls.yaml", "--population", "people.csv", "--per", "1000")
    said = cli(*words, "--out", "calls.csv", cwd=folder)
    assert said.code == 1 and "a file that evalkit did not write" in said.err
    said = cli(*words, "--out", "rates.csv", cwd=folder)
    assert said.code == 0, said.err
    assert "held at the nearest estimate in 9 periods (2022-07 to 2023-03)" in said.out
    said = cli("data", "describe", "rates.csv", cwd=folder)
    assert "people" in said.out and "251,7" in said.out


def test_wrong_use_and_a_wrong_table_change_nothing(folder: Path, cli) -> None:
    assert cli("data", "panel", "calls.yaml", cwd=folder).code == 2
    assert cli("data", "panel", cwd=folder).code == 2
    (folder / "calls.csv").write_text("District code,District,Month,Call-outs\nE1,A,2021-04,c\n")
    said = cli("data", "panel", "calls.yaml", "--out", "out.csv", cwd=folder)
    assert said.code == 1
    assert said.err.startswith("calls.csv:2 Call-outs: c; needed a whole number, or a marker")
    assert said.err.count("\n") == 1
    assert not (folder / "out.csv").exists()
    assert "No snapshots yet." in cli("data", "list", cwd=folder).out
    said = cli(
        "data", "panel", "calls.yaml", "--out", "out.csv", "--for", "EM-2026-0001-P1", cwd=folder
    )
    assert said.code == 1 and "EM-2026-0001-P1" in said.err


def test_the_template_is_printed(tmp_path: Path, cli) -> None:
    assert cli("data", "panel", "--template", cwd=tmp_path).out.startswith(
        "form: evalkit/table/1\n"
    )
