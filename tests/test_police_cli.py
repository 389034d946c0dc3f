"""``evalkit data police`` says what was read, left out and not published."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Evalkit
from tests.street_files import folder_of, month, name_of, zip_of


@pytest.fixture
def download(tmp_path: Path) -> Path:
    files = {
        name_of("2018-10"): month("derby", "derby", "tameside", "none"),
        name_of("2020-01"): month("amber", month="2020-01"),
        name_of("2018-10", "nottinghamshire"): month("amber"),
    }
    return zip_of(tmp_path / "raw.zip", files)


@pytest.fixture(scope="module")
def workspace(
    tmp_path_factory: pytest.TempPathFactory, copy_workspace: Callable[[Path], Path]
) -> Path:
    return copy_workspace(tmp_path_factory.mktemp("police") / "workspace")


def test_what_is_said(cli_terminal: Evalkit, download: Path, workspace: Path) -> None:
    words = ("data", "police", download, "--out", "o.csv", "--crime-type", "robbery")
    said = cli_terminal(*words, cwd=workspace, columns=80)
    assert said.code == 0, said.err
    first, _, rest = re.sub(r"\x1b\[\d*m", "", said.out).partition("\n")
    assert "police-uk: Robbery (3 files)" in first
    assert (
        rest
        == """\
rows read                        6
no LSOA                         -1
outside the areas (Tameside 1)  -1
kept                             4
kept: another force's file       1
months published  2018  2019  2020
derbyshire           1     .     1
nottinghamshire      1     .     .
. is missing, never zero.
Wrote o.csv: 17 areas, 2018-10 to 2020-01, 272 cells

Next  evalkit data check o.csv
"""
    )
    assert (workspace / "o.csv").is_file()


def test_json_and_dry_run(cli: Evalkit, download: Path, tmp_path: Path, workspace: Path) -> None:
    said = cli(
        "data", "police", download, "--dry-run", "--area", "Amber Valley", "--json", cwd=workspace
    )
    assert said.code == 0, said.err
    answer = json.loads(said.out)
    assert answer["extraction"]["rows_kept"] == 2
    assert answer["published"] == {"derbyshire": ["2018-10", "2020-01"]}
    assert sorted(p.name for p in tmp_path.iterdir()) == ["raw.zip"]


def test_refusals_are_one_line_and_write_nothing(
    cli: Evalkit, tmp_path: Path, workspace: Path
) -> None:
    raw = folder_of(tmp_path / "raw", {name_of("2018-10"): month("derby").replace(",", ";")})
    out = tmp_path / "o.csv"
    for words in (
        (raw,),
        (raw, "--area", "Derbee"),
        (raw, "--crime-type", "Knife crime"),
        (raw, "--unit", "ward"),
        (tmp_path / "none.zip",),
    ):
        said = cli("data", "police", *words, "--out", out, cwd=workspace)
        assert (said.code, said.out, said.err.count("\n")) == (1, "", 1), said
    assert not out.exists()
    assert cli("data", "police", raw, cwd=workspace).code == 2


def test_a_bar_on_a_terminal_only(cli_terminal: Evalkit, download: Path, workspace: Path) -> None:
    words = ("data", "police", download, "--dry-run")
    assert cli_terminal(*words, cwd=workspace, columns=80).err == ""
    both = cli_terminal(*words, cwd=workspace, columns=80, both=True)
    assert "bytes" in both.out or "kB" in both.out
