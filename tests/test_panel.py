"""The panel: every kind of column that people have, and every refusal with its words."""

import numpy as np
import pandas as pd
import pytest

from evalkit.data.panel import Panel
from evalkit.errors import DataError

RATES = {"Derby": [1.0, 2.0, 3.0], "Leicester": [4.0, 5.0, 6.0], "Lincoln": [7.0, 8.0, 9.0]}


def rows() -> pd.DataFrame:
    return pd.DataFrame(
        [
            {"area": area, "year": 2001 + t, "rate": rate, "start": start, "people": 10.0 * (t + 1)}
            for (area, rates), start in zip(RATES.items(), (2002, None, 2003), strict=True)
            for t, rate in enumerate(rates)
        ]
    )


def built(frame: pd.DataFrame, **changed: str | None) -> Panel:
    names: dict[str, str | None] = {
        "unit": "area", "period": "year", "outcome": "rate", "treated_from": "start", "weights": None,
    }  # fmt: skip
    return Panel.from_frame(frame, **(names | changed))  # type: ignore[arg-type]


def same(panel: Panel) -> bool:
    return (
        panel.units == ("Derby", "Leicester", "Lincoln")
        and panel.periods == ("2001", "2002", "2003")
        and panel.outcome.tolist() == list(RATES.values())
        and panel.start.tolist() == [1, 3, 2]
        and panel.outcome.dtype == np.float64
    )


def test_units_are_rows_and_periods_columns():
    panel = built(rows(), weights="people")
    assert same(panel)
    assert panel.weights is not None
    assert panel.weights.tolist() == [[10.0, 20.0, 30.0]] * 3
    assert panel.ever_treated.tolist() == [True, False, True]
    assert panel.unit_of_measure == "rate"


@pytest.mark.parametrize("seed", range(5))
def test_rows_may_arrive_in_any_order(seed: int):
    assert same(built(rows().sample(frac=1, random_state=seed)))


@pytest.mark.parametrize(
    ("column", "dtype"),
    [
        ("area", "category"),
        ("area", "object"),
        ("area", pd.StringDtype("python")),
        ("year", "category"),
        ("year", "int16"),
        ("year", "float32"),
        ("year", "Int64"),
        ("year", "str"),
        ("rate", "int8"),
        ("rate", "float32"),
        ("rate", "Int64"),
        ("rate", "Float32"),
        ("rate", "object"),
        ("start", "Int64"),
        ("start", "float32"),
        ("start", "object"),
    ],
)
def test_every_type_of_column_gives_the_same_panel(column: str, dtype):
    assert same(built(rows().astype({column: dtype})))


def test_starts_as_text_may_be_empty():
    frame = rows()
    frame["start"] = ["2002"] * 3 + [""] * 3 + ["2003"] * 3
    assert same(built(frame))


def test_monthly_panels_and_dates():
    frame = rows().assign(year=["2001-12", "2002-01", "2002-02"] * 3)
    frame["start"] = ["2002-01"] * 3 + [None] * 3 + ["2002-02"] * 3
    by_text = built(frame)
    dates = frame.assign(year=pd.to_datetime(frame["year"]), start=pd.to_datetime(frame["start"]))
    by_date = built(dates)
    assert by_text.periods == by_date.periods == ("2001-12", "2002-01", "2002-02")
    assert by_text.start.tolist() == by_date.start.tolist() == [1, 3, 2]


def test_starts_outside_the_panel():
    frame = rows()
    frame["start"] = [1990] * 3 + [2004] * 3 + [2003] * 3
    assert built(frame).start.tolist() == [
        0,
        3,
        2,
    ]  # from the first period; not in this panel; the third


def test_numbers_for_units_become_labels():
    assert built(rows().assign(area=np.repeat([10, 9, 2], 3))).units == ("10", "2", "9")


def test_the_frame_is_not_changed():
    frame = rows().sample(frac=1, random_state=0)
    before = frame.copy(deep=True)
    built(frame, weights="people")
    pd.testing.assert_frame_equal(frame, before)


def test_without_drops_units_from_every_part():
    panel = built(rows(), weights="people").without(np.array([False, True, False]))
    assert panel.units == ("Derby", "Lincoln")
    assert panel.outcome.tolist() == [RATES["Derby"], RATES["Lincoln"]]
    assert panel.start.tolist() == [1, 2]
    assert panel.weights is not None and panel.weights.shape == (2, 3)


def with_value(column: str, value: object) -> pd.DataFrame:
    frame = rows().astype({column: object})
    frame.loc[4, column] = value
    return frame


REFUSED = {
    "duplicate": (
        lambda: pd.concat([rows(), rows().iloc[[4]]]),
        "area, year: Leicester 2002 twice; needed one row a unit and period.",
    ),
    "one unit under two types": (
        lambda: rows().assign(area=[1, 1, 1, "1", "1", "1", 2, 2, 2]),
        "area, year: 1 2001 twice; needed one row a unit and period.",
    ),
    "missing row": (
        lambda: rows().drop(4),
        "outcome: no number for Leicester in 2002 (1 such cells); needed all 3 periods for each of 3 units.",
    ),
    "missing period": (
        lambda: rows()[rows()["year"] != 2002],
        "period: no 2002; needed every period.",
    ),
    "no rows": (lambda: rows().iloc[:0], "period: no rows; needed at least one."),
    "missing number": (
        lambda: with_value("rate", None),
        "outcome: no number for Leicester in 2002 (1 such cells); needed all 3 periods for each of 3 units.",
    ),
    "text": (lambda: with_value("rate", "n/a"), "outcome: text; needed numbers."),
    "dates": (
        lambda: rows().assign(rate=pd.Timestamp("2001-01-01")),
        "outcome: dates; needed numbers.",
    ),
    "infinite": (
        lambda: with_value("rate", float("inf")),
        "outcome: an infinite number; needed finite numbers.",
    ),
    "no unit": (
        lambda: with_value("area", None),
        "area: no unit in row 5; needed one in every row.",
    ),
    "period text": (
        lambda: with_value("year", "soon"),
        "period: soon; needed whole years (2005) or months (2005-04).",
    ),
    "two calendars": (
        lambda: with_value("year", "2002-01"),
        "period: years and months; needed one of them.",
    ),
    "two starts": (
        lambda: rows().assign(start=[2002, 2002, 2003, *rows()["start"][3:]]),
        "treated_from: two different starts for Derby; needed one a unit.",
    ),
    "a start in some rows only": (
        lambda: rows().assign(start=[2002, 2002, None, *rows()["start"][3:]]),
        "treated_from: two different starts for Derby; needed one a unit.",
    ),
    "months of start in a yearly panel": (
        lambda: rows().assign(start=["2002-04"] * 3 + [None] * 3 + ["2003-04"] * 3),
        "treated_from: 2002-04 beside the period 2001; needed all years, all quarters or all months.",
    ),
    "zero for never": (
        lambda: rows().assign(start=rows()["start"].fillna(0)),
        "treated_from: 0; needed the first treated period, or nothing for units that are never treated.",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refusals_say_what_was_found_and_needed(case: str):
    frame, message = REFUSED[case]
    with pytest.raises(DataError) as refused:
        built(frame())
    assert str(refused.value) == message


@pytest.mark.parametrize("weight", [0.0, -1.0, None])
def test_weights_must_be_above_zero(weight: float | None):
    with pytest.raises(DataError) as refused:
        built(with_value("people", weight), weights="people")
    assert str(refused.value) == "weights: a weight that is missing, 0 or less; needed above 0."


def test_an_infinite_weight_is_refused():
    with pytest.raises(DataError, match="weights: an infinite number; needed finite numbers"):
        built(with_value("people", float("inf")), weights="people")


@pytest.mark.parametrize("role", ["unit", "period", "outcome", "treated_from", "weights"])
def test_a_missing_column_is_named_with_those_that_are_there(role: str):
    with pytest.raises(DataError) as refused:
        built(rows(), **{role: "wards"})
    field = {"treated_from": "start"}.get(role, role)
    assert str(refused.value) == (
        f"{field}: no column wards; needed one of area, year, rate, start, people."
    )
