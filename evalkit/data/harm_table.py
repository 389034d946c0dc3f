"""A weighted table as a file: the sum in the usual columns, and behind them what it rests on."""

import dataclasses
import hashlib
import json
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd

from evalkit.data.engine import connect
from evalkit.data.grid import Floats, OutcomeGrid
from evalkit.data.harm import Bounds, Weighed
from evalkit.data.keep import read_extraction, read_grid
from evalkit.errors import DataError, Problem
from evalkit.types.extraction import Extraction
from evalkit.types.weight_table import WeightTable
from evalkit.types.weighted import weights_of

BESIDE = (
    *("counted_low", "counted_high", "heaviest_low", "heaviest_high"),
    *("without_low", "without_high"),
)
WITHOUT = "without_heaviest"
"""Column of the sum without the heaviest offences, where it is known; a data recipe names it."""
COUNTED = "counted"
"""Column of the count of the same offences, where it is known."""
_OF = "weight of "


def with_what_it_rests_on(frame: pd.DataFrame, weighed: Weighed) -> pd.DataFrame:
    """The long table of a weighted grid with the columns ``BESIDE``, ``COUNTED`` and ``WITHOUT``."""
    amounts = (weighed.counted, weighed.heavy, weighed.without)
    parts = [part.ravel() for amount in amounts for part in (amount.low, amount.high)]
    known = {
        name: np.where(amount.low == amount.high, amount.low, np.nan).ravel()
        for name, amount in ((COUNTED, weighed.counted), (WITHOUT, weighed.without))
    }
    return frame.assign(**dict(zip(BESIDE, parts, strict=True)), **known)


def made_with_weights(made: Extraction, table: WeightTable, weighed: Weighed) -> Extraction:
    """The record of a table with the weights that went into it, each of them."""
    text = json.dumps(dataclasses.asdict(table), sort_keys=True, default=str, ensure_ascii=False)
    return dataclasses.replace(
        made,
        choices={
            **made.choices,
            "weights": table.name,
            "weights sha256": hashlib.sha256(text.encode()).hexdigest(),
            "weights are": about(table),
            "heaviest weigh": repr(weighed.weight),
            **{f"{_OF}{name}": repr(table.weights[name]) for name in weighed.offences},
        },
    )


def heaviest_of(made: Extraction) -> tuple[tuple[str, ...], bool]:
    """The heaviest offences by the record of a table, and whether there are others; none of counts."""
    most = made.choices.get("heaviest weigh")
    each = {k.removeprefix(_OF): v for k, v in made.choices.items() if k.startswith(_OF)}
    names = tuple(name for name, weight in each.items() if weight == most)
    return names, len(names) < len(each)


def about(table: WeightTable) -> str:
    """What a reader has to know of a weight table, as sentences."""
    said = [f"{table.title} ({table.unit})."]
    if table.derived_by:
        said.append(f"Derived by {table.derived_by}.")
    if not table.licence_verified:
        said.append("Licence not verified.")
    if table.level == "category":
        said.append(CATEGORY)
    return " ".join(said)


CATEGORY = (
    "One weight for each category is approximate: categories hold offences of very different gravity, and a "
    "shift among them is not seen."
)


def read_weighed(table: Path) -> Weighed | None:
    """A weighted table with what it rests on; None for a table of counts.

    Raises
    ------
    DataError
        As ``read_grid``; the table is weighted and has no record, or not the columns beside it.
    """
    grid, made = read_grid(table), read_extraction(table)
    if not any(map(weights_of, grid.outcomes)):
        return None
    chosen = made.choices if made else {}
    if len(grid.outcomes) > 1 or "heaviest weigh" not in chosen:
        found = "a weighted outcome without the record of its weights"
        needed = "a table that evalkit data panel or police wrote with --weights"
        raise DataError(Problem(file=table.name, found=found, needed=needed))
    pairs = iter([_matrix(column, grid) for column in _columns(table, grid)])
    counted, heavy, without = (Bounds(low=low, high=next(pairs)) for low in pairs)
    weight = float(chosen["heaviest weigh"])
    each = {k.removeprefix(_OF): float(v) for k, v in chosen.items() if k.startswith(_OF)}
    return Weighed(
        grid=grid,
        counted=counted,
        heaviest=tuple(name for name, one in each.items() if one == weight),
        weight=weight,
        heavy=heavy,
        without=without,
        offences=tuple(each),
    )


def _columns(table: Path, grid: OutcomeGrid) -> list[Floats]:
    """In order of area and period."""
    reader = (
        "read_csv(?, header=true, all_varchar=true)"
        if table.suffix == ".csv"
        else "read_parquet(?)"
    )
    names = ", ".join(f"{name}::DOUBLE AS {name}" for name in BESIDE)
    query = f"SELECT area::VARCHAR AS area, period::VARCHAR AS period, {names} FROM {reader}"
    try:
        with connect(threads=1) as connection:
            rows = connection.execute(query, [str(table)]).df()
    except duckdb.Error as error:
        needed = "the columns " + ", ".join(BESIDE)
        raise DataError(Problem(file=table.name, found="not all of them", needed=needed)) from error
    order = {period: n for n, period in enumerate(grid.periods)}
    rows = rows.assign(n=rows["period"].map(order)).sort_values(["area", "n"], kind="stable")
    return [rows[name].to_numpy(dtype=np.float64, na_value=np.nan) for name in BESIDE]


def _matrix(values: Floats, grid: OutcomeGrid) -> Floats:
    return values.reshape(len(grid.areas), len(grid.periods))
