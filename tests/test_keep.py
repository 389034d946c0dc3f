"""A table of outcomes is written whole, in the same bytes, and is not read once it was changed."""

from pathlib import Path

import numpy as np
import pytest

from evalkit.data.grid import COLUMNS, OutcomeGrid
from evalkit.data.keep import keep_grid, keep_table, provenance_path, read_extraction, read_grid
from evalkit.errors import DataError
from evalkit.types.extraction import Extraction, InputFile, Rows

MADE = Extraction(
    source="ambulance",
    inputs=(InputFile(name="calls.csv", sha256="0" * 64, size=9, rows=8),),
    choices={"period": "mmm-yy"},
    rows_read=8,
    rows_kept=7,
    dropped=(Rows(why="total", rows=1),),
    noted=(),
    periods=("2018-10", "2018-11"),
    unpublished={"Derby, city": ("2018-11",)},
    table_sha256="",
)


def grid(population: bool = True) -> OutcomeGrid:
    low = np.array([[[0.0, 3.0], [1.0, np.nan]], [[5.0, 5.0], [np.nan, 0.0]]])
    high = np.array([[[0.0, 3.0], [7.0, np.nan]], [[5.0, 5.0], [np.nan, 0.0]]])
    people = np.array([[250_000 + 1 / 3, 250_100.0], [320_000.0, np.nan]])
    return OutcomeGrid(
        areas=("007", 'Derby, "city"'),
        area_names=("", "Ýork\nside"),
        periods=("2018-10", "2018-11"),
        outcomes=("Robbery", "NULL"),
        low=low,
        high=high,
        population=people if population else None,
    )


def same(one: OutcomeGrid, other: OutcomeGrid) -> None:
    for name in ("areas", "area_names", "periods", "outcomes"):
        assert getattr(one, name) == getattr(other, name)
    for name in ("low", "high", "population"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name))


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
@pytest.mark.parametrize("population", [True, False])
def test_a_grid_comes_back_from_its_file(tmp_path: Path, suffix: str, population: bool) -> None:
    table = tmp_path / f"it's{suffix}"
    made = keep_grid(grid(population), table, MADE)
    if population:
        same(read_grid(table), grid())
    else:
        assert read_grid(table).population is None
    assert read_extraction(table) == made
    first = table.read_bytes(), provenance_path(table).read_bytes()
    keep_grid(grid(population), table, MADE)
    assert (table.read_bytes(), provenance_path(table).read_bytes()) == first
    assert len(list(tmp_path.iterdir())) == 2


def test_the_columns_stand_in_their_order(tmp_path: Path) -> None:
    keep_grid(grid(), tmp_path / "t.csv", MADE)
    head = (tmp_path / "t.csv").read_text(encoding="utf-8").splitlines()[0]
    assert head == ",".join((*COLUMNS, "population"))


def test_a_changed_table_is_refused(tmp_path: Path) -> None:
    table = tmp_path / "t.csv"
    keep_grid(grid(), table, MADE)
    table.write_bytes(table.read_bytes().replace(b"3.0", b"4.0"))
    with pytest.raises(DataError, match="other bytes than its record names"):
        read_grid(table)
    provenance_path(table).write_text("{}", encoding="utf-8")
    with pytest.raises(DataError, match="not a record of a table"):
        read_grid(table)
    provenance_path(table).unlink()
    assert read_grid(table).low[0, 0, 1] == 4


def test_nothing_half_written_is_left(tmp_path: Path) -> None:
    table = tmp_path / "t.csv"
    keep_grid(grid(), table, MADE)
    before = table.read_bytes()

    def fails(draft: Path) -> None:
        draft.write_text("area")
        raise DataError("the disk is full")

    with pytest.raises(DataError, match="disk"):
        keep_table(table, fails, MADE)
    assert table.read_bytes() == before
    assert len(list(tmp_path.iterdir())) == 2


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("t.xlsx", "t.xlsx: a .xlsx file; needed a name that ends in .csv or .parquet."),
        ("no/t.csv", "no folder"),
        ("raw.csv", "raw.csv: a file that evalkit did not write; needed a new name."),
    ],
)
def test_a_place_for_no_table_is_refused(tmp_path: Path, name: str, says: str) -> None:
    (tmp_path / "raw.csv").write_text("Area,Month\n")
    with pytest.raises(DataError) as refused:
        keep_grid(grid(), tmp_path / name, MADE)
    assert says in str(refused.value)
    assert (tmp_path / "raw.csv").read_text() == "Area,Month\n"


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("t.csv", b"", "no column area"),
        ("t.csv", b"area,period\nE1,2020\n", "no column area_name"),
        ("t.parquet", b"PAR1 but not really", "not readable as parquet"),
        (
            "t.csv",
            b"area,area_name,period,outcome,value,low,high,state\na,a,2020,x,1,one,1,known\n",
            "csv",
        ),
    ],
)
def test_what_is_no_table_is_refused(tmp_path: Path, name: str, content: bytes, says: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(DataError) as refused:
        read_grid(tmp_path / name)
    assert says in str(refused.value)
    with pytest.raises(DataError, match="no such file"):
        read_grid(tmp_path / "absent.csv")
