"""Zero, suppressed and missing stay three different things through the long table and back."""

import numpy as np
import pandas as pd
import pytest

from evalkit.data.grid import OutcomeGrid
from evalkit.errors import DataError


def grid() -> OutcomeGrid:
    low = np.array([[[0.0, 3.0], [1.0, np.nan]], [[5.0, 5.0], [np.nan, 0.0]]])
    high = np.array([[[0.0, 3.0], [7.0, np.nan]], [[5.0, 5.0], [np.nan, 0.0]]])
    return OutcomeGrid(
        areas=("E06000015", "E06000018"),
        area_names=("Derby", "Nottingham"),
        periods=("2018-10", "2018-11"),
        outcomes=("Robbery", "Drugs"),
        low=low,
        high=high,
        population=np.array([[250_000.0, 250_100.0], [320_000.0, np.nan]]),
    )


def test_the_long_table_says_what_is_known_of_each_cell() -> None:
    frame = grid().to_frame()
    assert frame["state"].tolist() == [
        *("known", "known", "suppressed", "missing"),
        *("known", "known", "missing", "known"),
    ]
    assert frame["value"].isna().tolist() == [False, False, True, True, False, False, True, False]


def test_a_grid_comes_back_from_its_table_in_any_order() -> None:
    frame = grid().to_frame()
    back = OutcomeGrid.from_frame(
        frame.sample(frac=1, random_state=1).sort_values("outcome", ascending=False)
    )
    for name in ("areas", "area_names", "periods", "outcomes"):
        assert getattr(back, name) == getattr(grid(), name)
    np.testing.assert_array_equal(back.low, grid().low)
    np.testing.assert_array_equal(back.high, grid().high)
    np.testing.assert_array_equal(back.population, grid().population)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda f: f.drop(columns="low"), "low: no such column"),
        (lambda f: f.iloc[1:], "1 cells without a row"),
        (lambda f: pd.concat([f, f.iloc[:1]]), "E06000015 2018-10 Robbery twice"),
        (lambda f: f.assign(state="known"), "known with bounds 1 and 7 in row 3"),
        (lambda f: f.assign(low=f["low"] - 1, high=f["high"] - 1), "bounds -1 and -1"),
        (lambda f: f.replace("2018-11", "2018-12"), "no 2018-11"),
    ],
)
def test_a_table_that_contradicts_itself_is_refused(change, says) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(DataError) as refused:
        OutcomeGrid.from_frame(change(grid().to_frame()))
    assert says in str(refused.value)
