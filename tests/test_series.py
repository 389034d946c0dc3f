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


@pytest.mark.parametrize(
    "frame", [lambda: rows().drop(1), lambda: with_value("count", None)], ids=["no row", "empty"]
)
def test_a_missing_period_stays_missing(frame):
    series = built(frame(), covariates=())
    assert series.periods == ("1985-11", "1985-12", "1986-01", "1986-02")
    assert series.missing == ("1985-12",)
    assert np.isnan(series.outcome[1])
    assert series.outcome[[0, 2, 3]].tolist() == [3.0, 4.0, 1.0]


def test_exposure_and_known_breaks_are_kept_and_cut_with_the_series():
    series = built(
        rows(), covariates=(), exposure="days", breaks=[("1985-12", "new recording rules")]
    )
    assert (series.exposure_name, series.breaks) == (
        "days",
        (("1985-12", "new recording rules"),),
    )
    assert series.until("1986-01").breaks == series.breaks
    assert series.until("1985-12").breaks == ()
    assert series.until("1985-12").exposure.tolist() == [8.0]
    with pytest.raises(DataError, match=r"breaks: 1987-01, outside the series; needed a period af"):
        built(rows(), breaks=[("1987-01", "")])


def with_value(column: str, value: object) -> pd.DataFrame:
    frame = rows().astype({column: object})
    frame.loc[1, column] = value
    return frame


REFUSED = {
    "duplicate": (
        lambda: pd.concat([rows(), rows().iloc[[1]]]),
        "month: 1985-12 twice; needed one row a period.",
    ),
    "gap": (
        lambda: rows().drop(1),
        "days: no number in 1985-12 (1 such periods); needed a number in every period.",
    ),
    "exposure of nobody": (
        lambda: rows().assign(count=[0, 0, 0, 0], days=[8.0, 0.0, 0.0, 8.0]),
        "days: 0 in 1985-12 (2 such periods); needed an exposure above 0 in every period. "
        "Where nobody was exposed leave the outcome empty and give the usual exposure.",
    ),
    "no rows": (lambda: rows().iloc[:0], "period: no rows; needed at least one."),
    "infinite": (
        lambda: with_value("count", float("-inf")),
        "count: no number in 1985-12 (1 such periods); needed a number in every period, or nothing "
        "where it is missing.",
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
    exposure = "days" if "exposure" in case else None
    with pytest.raises(DataError) as refused:
        built(frame(), exposure=exposure, covariates=() if exposure else ("days",))
    assert str(refused.value) == message
