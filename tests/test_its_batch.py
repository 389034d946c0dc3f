"""Many areas at once: the numbers of one at a time, own dates, reasons instead of numbers, discoveries."""

import numpy as np
import pandas as pd
import pytest

from evalkit.data.series import TimeSeries
from evalkit.errors import DataError
from evalkit.its import BatchFit, batch, segmented
from tests.by_another_route import Floats, monthly_frame

ONE_BY_ONE = 1e-9  # relative; sums in another order
NUMBERS = ["effect", "standard_error", "low", "high", "p_value", "dof"]


def areas(seed: int, n: int, months: int = 60, *, rho: float = 0.4) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    errors = rng.normal(size=(n, months))
    for t in range(1, months):
        errors[:, t] += rho * errors[:, t - 1]
    frames = [monthly_frame(5 + e).assign(area=f"area {i:02d}") for i, e in enumerate(errors)]
    return pd.concat(frames, ignore_index=True)


def run(frame: pd.DataFrame, interruptions, **options) -> BatchFit:
    return batch(
        frame, unit="area", period="month", outcome="y", interruptions=interruptions, **options
    )


def alone(frame: pd.DataFrame, area: str, *dates: str, covariates=(), **options):
    series = TimeSeries.from_frame(
        frame[frame["area"] == area], period="month", outcome="y", covariates=covariates
    )
    return segmented(series, interruptions=dates, **options)


def assert_as_alone(rows: pd.DataFrame, fit) -> None:
    for kind, answers in (("level", fit.levels), ("slope", fit.slopes)):
        part = rows[rows["estimand"] == kind]
        for row, answer in zip(part.itertuples(), answers, strict=True):
            found = [getattr(row, name) for name in NUMBERS]
            expected = [
                *(answer.effect, answer.standard_error, answer.interval.low, answer.interval.high),
                *(answer.p_value, np.nan if answer.dof is None else answer.dof),
            ]
            assert found == pytest.approx(expected, rel=ONE_BY_ONE, nan_ok=True)
    assert rows["rho"].iloc[0] == pytest.approx(fit.rho or np.nan, rel=ONE_BY_ONE, nan_ok=True)


@pytest.mark.parametrize(
    "options",
    [
        {"harmonics": 2},
        {"impact": "level", "months": True, "inference": "satterthwaite"},
        {"impact": "phase_in", "impact_periods": 6, "transition": 2},
        {"errors": "ols", "calendar": ["weekends", "bank_holidays"]},
        {"inference": "maximum_likelihood", "impact": "slope", "level": 0.9},
    ],
    ids=lambda options: ", ".join(options),
)
def test_the_numbers_of_one_at_a_time_with_missing_months(options):
    frame = areas(1, 14)
    holes = np.random.default_rng(2).random(len(frame)) < 0.04
    frame = frame[~(holes & (frame["area"] < "area 05"))]
    result = run(frame, ["1983-03", "1984-10"], **options).to_frame()
    assert len(result) == 14 * 2 * (2 if options.get("impact") is None else 1)
    for area, rows in result.groupby("unit"):
        assert_as_alone(rows, alone(frame, area, "1983-03", "1984-10", **options))


def test_each_area_with_its_own_date_and_covariate():
    frame = areas(3, 12)
    starts = {f"area {i:02d}": f"1983-{i % 5 + 3:02d}" for i in range(12)}
    frame["start"] = frame["area"].map(starts)
    frame["jobs"] = np.random.default_rng(4).normal(size=len(frame))
    result = run(frame, "start", covariates=["jobs"]).to_frame()
    assert len(result) == 24
    for area, rows in result.groupby("unit"):
        assert set(rows["interruption"]) == {starts[area]}
        assert_as_alone(rows, alone(frame, area, starts[area], covariates=["jobs"]))


def random_walk(n: int = 60) -> Floats:
    return np.cumsum(np.random.default_rng(8).normal(size=n))


def test_areas_without_a_number_keep_their_rows_and_say_why():
    frame = areas(5, 8).assign(people=1000.0, start="1983-05")
    at = frame["area"]
    frame.loc[at == "area 01", "y"] = 0.0
    frame.loc[at == "area 02", "y"] = random_walk()
    frame = frame[~((at == "area 03") & (frame["month"] > "1983-06"))]
    frame.loc[(frame["area"] == "area 04") & (frame["month"] == "1982-02"), "people"] = 0.0
    frame.loc[frame["area"] == "area 05", "start"] = "1999-01"
    frame.loc[frame["area"] == "area 06", "start"] = None
    fit = run(frame, "start", exposure="people")
    result = fit.to_frame()
    why = result.groupby("unit")["why"].first()
    assert why["area 00"] == why["area 07"] == ""
    assert why["area 01"] == "the outcome never changes"
    assert why["area 02"].startswith("The likelihood of the autocorrelation still rises at 0.995")
    assert why["area 03"] == (
        "found 2 observed periods after the interruption 1983-05; it needs at least 3"
    )
    assert why["area 04"] == "no people above 0 in 1982-02"
    assert why["area 05"] == "interruption 1999-01 is outside the series, 1981-01 to 1985-12"
    assert why["area 06"] == "no interruption given"
    without = result[result["why"] != ""]
    assert len(without) == 12 and without[[*NUMBERS, "q_value"]].isna().all(axis=None)
    assert list(result.loc[result["boundary"], "unit"].unique()) == ["area 02"]
    assert result.loc[result["boundary"], "rho"].tolist() == [0.995, 0.995]
    assert fit.counts == (
        "8 areas: 2 estimated, 1 at the boundary of the autocorrelation, 5 without a number "
        "for other reasons"
    )


def test_discoveries_by_hand():
    # Benjamini and Hochberg: sorted p-values times m over their rank, then the smallest from there on.
    result = run(areas(6, 10), ["1983-05"]).to_frame()
    for _, rows in result.groupby("estimand"):
        p = rows.sort_values("p_value")["p_value"].to_numpy()
        by_hand = [min(1, *(p[j:] * 10 / np.arange(j + 1, 11)), 1) for j in range(10)]
        assert rows.sort_values("p_value")["q_value"].to_numpy() == pytest.approx(by_hand)


def test_columns_are_the_settled_ones_first_and_row_order_does_not_matter():
    frame = areas(7, 3)
    result = run(frame, ["1983-05"]).to_frame()
    assert list(result)[:10] == [
        *("unit", "estimand", "effect", "standard_error", "low", "high", "p_value", "dof"),
        *("rho", "q_value"),
    ]
    again = run(frame.sample(frac=1, random_state=1), ["1983-05"]).to_frame()
    pd.testing.assert_frame_equal(result, again)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda f: pd.concat([f, f.iloc[[70]]]), "area 01 has 1981-11 twice; needed one row an a"),
        (lambda f: f.assign(y="<5"), "y: text; needed numbers"),
        (lambda f: f.assign(y=np.inf), "y: an infinite number; needed finite ones"),
        (lambda f: f.drop(columns="area"), "no column area; needed one of month, y, start"),
        (lambda f: f.assign(area=None), "area: a row without a name; needed one in every row"),
        (lambda f: f.assign(month=None), "month: a row without one; needed one in every row"),
        (
            lambda f: f.assign(start=f["month"]),
            "start: several interruptions for area 00; needed the same in all its rows",
        ),
        (
            lambda f: f.assign(start="2001-01"),
            "found no area with an interruption inside the series; one is needed",
        ),
    ],
)
def test_a_table_that_cannot_be_right_is_refused(change, message: str):
    with pytest.raises(DataError, match=message):
        run(change(areas(9, 3).assign(start="1983-01")), "start")


def test_a_method_that_is_only_for_one_series_is_refused():
    with pytest.raises(DataError, match="areas at once need one of kenward_roger, satterthwaite"):
        run(areas(9, 2), ["1983-01"], inference="prais_winsten")
