"""The series: complete, in order, unchanged input, and every refusal with its words."""

import numpy as np
import pandas as pd
import pytest

from evalkit.data.series import TimeSeries
from evalkit.errors import DataError


def rows() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "month": ["1985-11", "1985-12", "1986-01", "1986-02"],
            "count": [3, 1, 4, 1],
            "days": [8.0, 9.0, 8.0, 8.0],
        }
    )


def built(frame: pd.DataFrame, **changed) -> TimeSeries:
    names = {"period": "month", "outcome": "count", "covariates": ("days",)}
    return TimeSeries.from_frame(frame, **(names | changed))


@pytest.mark.parametrize("seed", range(4))
def test_rows_may_arrive_in_any_order(seed: int):
    series = built(rows().sample(frac=1, random_state=seed))
    assert series.periods == ("1985-11", "1985-12", "1986-01", "1986-02")
    assert series.outcome.tolist() == [3.0, 1.0, 4.0, 1.0]
    assert [(n, v.tolist()) for n, v in series.covariates] == [("days", [8.0, 9.0, 8.0, 8.0])]
    assert series.unit_of_measure == "count"


@pytest.mark.parametrize(
    ("column", "dtype"),
    [
        ("month", "category"),
        ("month", pd.StringDtype("python")),
        ("month", "datetime64[s]"),
        ("count", "int8"),
        ("count", "Int64"),
        ("count", "float32"),
        ("count", "object"),
        ("days", "float32"),
    ],
)
def test_every_type_of_column_gives_the_same_series(column: str, dtype):
    series = built(rows().astype({column: dtype}))
    assert series.periods[0] == "1985-11"
    assert series.outcome.tolist() == [3.0, 1.0, 4.0, 1.0]
    assert series.outcome.dtype == series.covariates[0][1].dtype == np.float64


def test_the_frame_is_not_changed():
    frame = rows().sample(frac=1, random_state=0)
    before = frame.copy(deep=True)
    built(frame)
    pd.testing.assert_frame_equal(frame, before)


def test_numbers_are_a_copy():
    frame = rows().astype({"count": float})
    series = built(frame)
    frame.loc[:, "count"] = 0.0
    assert series.outcome.tolist() == [3.0, 1.0, 4.0, 1.0]


def test_until_leaves_out_the_period_itself():
    part = built(rows()).until("1986-01")
    assert part.periods == ("1985-11", "1985-12")
    assert part.outcome.tolist() == [3.0, 1.0]
    assert part.covariates[0][1].tolist() == [8.0, 9.0]


def with_value(column: str, value: object) -> pd.DataFrame:
    frame = rows().astype({column: object})
    frame.loc[1, column] = value
    return frame


REFUSED = {
    "duplicate": (
        lambda: pd.concat([rows(), rows().iloc[[1]]]),
        "month: 1985-12 twice; needed one row a period.",
    ),
    "gap": (lambda: rows().drop(1), "month: no 1985-12; needed every period."),
    "no rows": (lambda: rows().iloc[:0], "period: no rows; needed at least one."),
    "missing": (
        lambda: with_value("count", None),
        "count: no number in 1985-12 (1 such periods); needed a number in every period.",
    ),
    "infinite": (
        lambda: with_value("count", float("-inf")),
        "count: no number in 1985-12 (1 such periods); needed a number in every period.",
    ),
    "missing covariate": (
        lambda: with_value("days", None),
        "days: no number in 1985-12 (1 such periods); needed a number in every period.",
    ),
    "text": (lambda: with_value("count", "<5"), "count: text; needed numbers."),
    "dates": (
        lambda: rows().assign(count=pd.Timestamp("1985-01-01")),
        "count: dates; needed numbers.",
    ),
    "period": (
        lambda: with_value("month", pd.NaT),
        "period: NaT; needed whole years (2005) or months (2005-04).",
    ),
    "column": (
        lambda: rows().drop(columns="days"),
        "no column days; needed one of month, count.",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refusals_say_what_was_found_and_needed(case: str):
    frame, message = REFUSED[case]
    with pytest.raises(DataError) as refused:
        built(frame())
    assert str(refused.value) == message
