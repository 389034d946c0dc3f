"""Identity: a random grid, written as a stranger might write it, is the same grid when it is read."""

import csv
import io
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import openpyxl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from evalkit.data import periods as calendar
from evalkit.data.grid import OutcomeGrid
from evalkit.data.keep import keep_grid, read_grid
from evalkit.data.local_table import read_local_table
from evalkit.data.mapping import read_mapping

LONG = (
    *("January", "February", "March", "April", "May", "June", "July", "August", "September"),
    *("October", "November", "December"),
)
SHORT = [name[:4] if name == "September" else name[:3] for name in LONG]
SPELLINGS: dict[str, list[Callable[[int, int], str]]] = {
    "yyyy-mm": [lambda y, m: f"{y}-{m:02d}", lambda y, m: f"{y}/{m}", lambda y, m: f"{y}{m:02d}"],
    "mm/yyyy": [lambda y, m: f"{m:02d}/{y}", lambda y, m: f"{m}-{y}"],
    "mmm-yy": [
        lambda y, m: f"{SHORT[m - 1]}-{y % 100:02d}",
        lambda y, m: f"{LONG[m - 1]} {y}",
        lambda y, m: f" {SHORT[m - 1].upper()}\n{y} [note 1]",
        lambda y, m: f"{y}-{m:02d}-01",
    ],
    "dd/mm/yyyy": [lambda y, m: f"01/{m:02d}/{y}", lambda y, m: f"28.{m}.{y % 100:02d}"],
}
MARKERS = {"*": (1, 7), "<5": (0, 4), "c": (1, 4), "5 or fewer": (1, 5)}
NAMES = st.text(
    st.characters(codec="windows-1252", exclude_categories=["C", "Z"]), min_size=1, max_size=9
) | st.sampled_from(["=", "=A1+1"])  # what a spreadsheet could take for a formula


@st.composite
def grids(draw: st.DrawFn) -> OutcomeGrid:
    marks = ["[", "]"]
    names = NAMES.filter(lambda n: not any(mark in n for mark in marks) and n.strip() == n)
    areas = draw(st.lists(names, min_size=1, max_size=4, unique=True))
    start = calendar.ordinal(f"{draw(st.integers(1971, 2060))}-{draw(st.integers(1, 12)):02d}")
    periods = [calendar.text(start + t, monthly=True) for t in range(draw(st.integers(1, 5)))]
    outcomes = draw(st.lists(names, min_size=1, max_size=3, unique=True))
    shape = len(areas), len(periods), len(outcomes)
    number = st.integers(0, 3_000_000).map(lambda n: (n, n))
    cell = st.one_of(number, st.sampled_from([*MARKERS.values(), (np.nan, np.nan)]))
    cells = draw(st.lists(cell, min_size=int(np.prod(shape)), max_size=int(np.prod(shape))))
    low, high = (np.array([one[i] for one in cells], dtype=float).reshape(shape) for i in (0, 1))
    return OutcomeGrid(
        areas=tuple(sorted(areas)),
        area_names=tuple(sorted(areas)),
        periods=tuple(periods),
        outcomes=tuple(outcomes),
        low=low,
        high=high,
    )


def rows_of(
    grid: OutcomeGrid, draw: Callable[..., object], form: str, missing: str
) -> list[list[str]]:
    """One row a cell; a missing one is a marker, or no row where the month has others."""
    said = {bounds: marker for marker, bounds in MARKERS.items()}
    rows = []
    for i, area in enumerate(grid.areas):
        for t, period in enumerate(grid.periods):
            for k, outcome in enumerate(grid.outcomes):
                low, high = grid.low[i, t, k], grid.high[i, t, k]
                month = draw(st.sampled_from(SPELLINGS[form]))(int(period[:4]), int(period[5:]))  # type: ignore[operator]
                text = missing if np.isnan(low) else said.get((low, high), f"{low:,.0f}")
                if low == high and draw(st.booleans()):
                    text = f"{low:.0f}"
                space = draw(st.sampled_from(["", " ", "\u00a0"]))
                rows.append([f"{space}{area}", month, outcome, f"{text}{space}", "?"])
    return list(draw(st.permutations(rows)))  # type: ignore[call-overload, no-any-return]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_a_grid_survives_a_table_written_in_any_way(data: st.DataObject) -> None:
    grid, draw = data.draw(grids()), data.draw
    form, missing = (
        draw(st.sampled_from(sorted(SPELLINGS))),
        draw(st.sampled_from(["", "n/a", "-"])),
    )
    order = draw(st.permutations(range(5)))
    heading = ["Area\nname", "Month", "Type", "Number [note 3]", "Comment"]
    table = [[row[i] for i in order] for row in [heading, *rows_of(grid, draw, form, missing)]]
    kind = draw(st.sampled_from(["utf-8", "utf-8-sig", "windows-1252", "utf-16", "xlsx"]))
    delimiter, end = draw(st.sampled_from(",;\t|")), draw(st.sampled_from(["\n", "\r\n"]))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        file = folder / ("t.xlsx" if kind == "xlsx" else "t.csv")
        if kind == "xlsx":
            book = openpyxl.Workbook()
            for r, row in enumerate(table, 1):
                for c, text in enumerate(row, 1):
                    book.active.cell(r, c, text).data_type = "s"  # "=" is text here, no formula
            book.save(file)
        else:
            text = io.StringIO()
            csv.writer(text, delimiter=delimiter, lineterminator=end).writerows(table)
            file.write_bytes(text.getvalue().encode(kind))
        (folder / "t.yaml").write_text(
            f"form: evalkit/table/1\nfile: {file.name}\nsource: calls\nperiod: {form}\n"
            "columns: {unit: Area name, period: Month, category: Type, outcome: Number}\n"
            f'missing: ["{missing}"]\ntotals: {{}}\n'
            "suppressed: {"
            + ", ".join(f'"{m}": [{a}, {b}]' for m, (a, b) in MARKERS.items())
            + "}\n"
            'delimiter: "'
            + delimiter.replace("\t", "\\t")
            + '"\n'
            + ("encoding: windows-1252\n" if kind == "windows-1252" else ""),
            encoding="utf-8",
        )
        mapping, document = read_mapping(folder / "t.yaml")
        read = read_local_table(mapping, document, folder, inside=folder)
        out = folder / draw(st.sampled_from(["out.csv", "out.parquet"]))
        keep_grid(read.grid, out, read.made)
        same(read_grid(out), read.grid)
    assert read.made.rows_read == read.made.rows_kept == grid.low.size
    reorder = [read.grid.outcomes.index(outcome) for outcome in grid.outcomes]
    assert (read.grid.areas, read.grid.periods) == (grid.areas, grid.periods)
    np.testing.assert_array_equal(read.grid.low[:, :, reorder], grid.low)
    np.testing.assert_array_equal(read.grid.high[:, :, reorder], grid.high)


def same(one: OutcomeGrid, other: OutcomeGrid) -> None:
    for name in ("areas", "area_names", "periods", "outcomes"):
        assert getattr(one, name) == getattr(other, name)
    np.testing.assert_array_equal(one.low, other.low)
    np.testing.assert_array_equal(one.high, other.high)
