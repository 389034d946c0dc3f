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
    for numbers in ([10, 9, 2], [10.0, 9.0, 2.0], ["10", "9", "2"], [10**9, 9, 2]):
        assert built(rows().assign(area=np.repeat(numbers, 3))).units[:2] == ("2", "9")


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
    "missing period": (
        lambda: rows()[rows()["year"] != 2002],
        "period: no 2002; needed every period. "
        "Add its rows, or number the periods 1, 2, 3 … if the gap is meant.",
    ),
    "no rows": (lambda: rows().iloc[:0], "period: no rows; needed at least one."),
    "no number anywhere": (
        lambda: rows().assign(rate=None),
        "outcome: no number in rate; needed at least one.",
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
    "no period": (
        lambda: with_value("year", None),
        "year: no period in row 5; needed one in every row.",
    ),
    "weeks": (
        lambda: rows().assign(year=list(pd.period_range("2001-01-01", periods=3, freq="W")) * 3),
        "period: 2001-01-01/2001-01-07, a period of W-SUN; needed years, calendar quarters or months. "
        "Number the periods 1, 2, 3 …",
    ),
    "a column twice": (
        lambda: pd.concat([rows(), rows()[["rate"]]], axis=1),
        "outcome: 2 columns rate; needed one.",
    ),
    "an endless start": (
        lambda: rows().assign(start=rows()["start"].fillna(np.inf)),
        "treated_from: inf; needed the first treated period, or nothing for units that are never treated.",
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


def test_a_missing_row_and_a_missing_number_are_missing_cells():
    for frame in (rows().drop(4), with_value("rate", None)):
        panel = built(frame)
        assert np.isnan(panel.outcome[1, 1]) and not panel.balanced
        assert panel.observed.sum() == 8
        with pytest.raises(DataError) as refused:
            panel.need_balanced("twfe")
        assert str(refused.value) == (
            "twfe: no number for Leicester in 2002 (1 such cells); "
            "needed all 3 periods for each of 3 units."
        )
    assert built(rows()).balanced
    built(rows()).need_balanced()


def test_calendar_periods_and_dates_are_read_as_what_they_are():
    years = pd.PeriodIndex([f"{y}" for y in [2001, 2002, 2003] * 3], freq="Y")
    assert same(built(rows().assign(year=years)))
    months = pd.PeriodIndex(["2001-12", "2002-01", "2002-02"] * 3, freq="M")
    start = pd.PeriodIndex(["2002-01"] * 3 + [None] * 3 + ["2002-02"] * 3, freq="M")
    panel = built(rows().assign(year=months, start=start))
    assert panel.periods == ("2001-12", "2002-01", "2002-02")
    assert panel.start.tolist() == [1, 3, 2]
    quarters = pd.PeriodIndex(["2001Q4", "2002Q1", "2002Q2"] * 3, freq="Q")
    start = ["2002-Q1"] * 3 + [None] * 3 + ["2002-Q2"] * 3
    panel = built(rows().assign(year=quarters, start=start))
    assert panel.periods == ("2001-Q4", "2002-Q1", "2002-Q2")
    assert panel.start.tolist() == [1, 3, 2]


def with_treated(*treated: list[float]) -> pd.DataFrame:
    return rows().assign(now=np.concatenate(treated))


def test_zeros_and_ones_may_stand_for_the_start():
    frame = with_treated([0, 1, 1], [0, 0, 0], [0, 0, 1])
    for column in (frame["now"], frame["now"].astype("Int8"), frame["now"] == 1):
        assert same(built(frame.assign(now=column), treated_from=None, treated="now"))
    early = built(with_treated([1, 1, 1], [0, 0, 0], [0, 0, 1]), treated_from=None, treated="now")
    assert early.start.tolist() == [0, 3, 2]


@pytest.mark.parametrize(
    ("frame", "message"),
    [
        (
            with_treated([0, 1, 0], [0, 0, 0], [1, 0, 1]),
            "treated: treatment that ends again for Derby, Lincoln; needed treatment that stays once "
            "it starts. Leave them out, or ask about their first start with treated_from.",
        ),
        (
            with_treated([0, 1, 1], [0, 0, 0], [0, 0, 1]).drop(7),
            "treated: no row just before the first treated one for Lincoln; needed the row that shows "
            "when treatment started. Add the row, or give the start with treated_from.",
        ),
        (
            with_treated([0, 2, 2], [0, 0, 0], [0, 0, 1]),
            "treated: other values; needed 0 or 1 in every row.",
        ),
        (
            with_treated([0, np.nan, 1], [0, 0, 0], [0, 0, 1]),
            "treated: other values; needed 0 or 1 in every row.",
        ),
    ],
)
def test_treatment_that_is_no_start_is_refused(frame: pd.DataFrame, message: str):
    with pytest.raises(DataError) as refused:
        built(frame, treated_from=None, treated="now")
    assert str(refused.value) == message


def test_one_of_start_and_zeros_and_ones_is_needed():
    frame = with_treated([0, 1, 1], [0, 0, 0], [0, 0, 1])
    for columns, found in (((None, None), "neither"), (("start", "now"), "both")):
        with pytest.raises(DataError, match=f"{found}; needed one of the two columns"):
            built(frame, treated_from=columns[0], treated=columns[1])


def full() -> pd.DataFrame:
    return rows().assign(force=["East"] * 3 + ["East"] * 3 + ["North"] * 3, age=np.arange(9.0))


def test_exposure_covariates_and_clusters_come_along():
    shuffled = full().sample(frac=1, random_state=1)
    panel = built(shuffled, exposure="people", covariates=["age", "people"], cluster="force")  # type: ignore[arg-type]
    assert panel.exposure is not None and panel.exposure.tolist() == [[10.0, 20.0, 30.0]] * 3
    assert panel.covariates.shape == (3, 3, 2) and panel.covariate_names == ("age", "people")
    assert panel.covariates[:, :, 0].tolist() == np.arange(9.0).reshape(3, 3).tolist()
    assert (panel.cluster.tolist(), panel.cluster_names) == ([0, 0, 1], ("East", "North"))
    assert panel.n_clusters == 2
    rest = panel.without(np.array([True, True, False]))
    assert (rest.cluster.tolist(), rest.cluster_names) == ([0], ("North",))
    assert rest.covariates.shape == (1, 3, 2) and rest.exposure is not None
    plain = built(full())
    assert plain.covariates.shape == (3, 3, 0)
    assert (plain.cluster.tolist(), plain.cluster_names) == ([0, 1, 2], plain.units)
    assert plain.treated.tolist() == [[False, True, True], [False] * 3, [False, False, True]]


@pytest.mark.parametrize(
    ("frame", "message"),
    [
        (
            full().assign(force=["East", "West"] + ["North"] * 7),
            "force: two different clusters for Derby; needed one a unit.",
        ),
        (
            full().assign(force=[None] + ["North"] * 8),
            "force: no cluster in row 1; needed one in every row.",
        ),
        (
            full().assign(age=[0.0, np.nan, *range(7)]),
            "covariates, age: no number for Derby in 2002 (1 such cells); "
            "needed one wherever there is an outcome.",
        ),
        (full().assign(age="young"), "covariates, age: text; needed numbers."),
        (
            full().assign(people=0),
            "exposure: an exposure that is missing, 0 or less; needed above 0.",
        ),
    ],
)
def test_what_comes_along_is_checked(frame: pd.DataFrame, message: str):
    with pytest.raises(DataError) as refused:
        built(frame, exposure="people", covariates=["age"], cluster="force")  # type: ignore[arg-type]
    assert str(refused.value) == message


def test_what_is_asked_of_a_missing_cell():
    """A cell without an outcome needs neither exposure nor covariate."""
    frame = full().assign(age=[0.0, np.nan, *range(7)], people=[1.0, np.nan, *[2.0] * 7])
    frame.loc[1, "rate"] = np.nan
    panel = built(frame, exposure="people", covariates=["age"])  # type: ignore[arg-type]
    assert np.isnan(panel.covariates[0, 1, 0]) and panel.exposure is not None


def test_covariates_are_a_list():
    with pytest.raises(DataError, match='covariates: the text "age"; needed a list of columns'):
        built(full(), covariates="age")
