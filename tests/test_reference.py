"""Our numbers against other programs' (tests/reference/README.md says which and how they were made)."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from evalkit.data.load import load_panel, load_series
from evalkit.data.panel import Panel
from evalkit.data.recipe_fit import Uses
from evalkit.did import GroupTimeEffects, group_time, twfe
from evalkit.did.aggregate import event_study, overall
from evalkit.its import segmented
from evalkit.types.estimate import Estimate
from tests.by_another_route import as_series, by_influence_functions
from tests.reference import installed_data

HERE = Path(__file__).parent / "reference"
PRINTED = 5.1e-9  # the reference tables print eight decimals
FOUR_DECIMALS = 5.1e-5  # two standard errors were noted with four
R_DID = 1e-9  # R prints ten decimals; both sides are sums over the same 2,500 numbers
SOLVERS = 1e-9  # two least-squares solvers on the same data


def without_lone(panel: Panel) -> Panel:
    sizes = {g: int((panel.start == g).sum()) for g in set(panel.start.tolist())}
    return panel.without(np.array([sizes[g] == 1 for g in panel.start.tolist()]))


def laws(root: Path, outcome: str) -> dict[str, Estimate]:
    if outcome == "prcfat":
        series = load_series(
            root / "case_studies" / "california-traffic-laws",
            first="1981-01",
            last="1989-12",
            unit_of_measure="per cent",
            uses=Uses(covariates=("wkends", "unem")),
        )
    else:
        data = installed_data.traffic2()
        data["month"] = [f"{1981 + (t - 1) // 12}-{(t - 1) % 12 + 1:02d}" for t in data["t"]]
        series = as_series(data, "wkends", "unem", outcome=outcome)
    fit = segmented(
        series, interruptions=["1986-01", "1987-05"], impact="level", months=True, errors="ols"
    )
    belt, speed = fit.levels
    return {f"traffic2 {outcome} belt": belt, f"traffic2 {outcome} speed": speed}


@pytest.fixture(scope="module")
def castle(root: Path) -> Panel:
    return load_panel(
        root / "case_studies" / "castle-doctrine", first="2000", last="2010", unit_of_measure="log"
    )


@pytest.fixture(scope="module")
def ours(root: Path, castle: Panel) -> dict[str, Estimate]:
    return {
        "castle twfe": twfe(castle, inference="cluster"),
        "castle twfe weighted": twfe(castle, weighted=True, inference="cluster"),
        "castle overall": overall(group_time(castle)),
        "castle overall without one-state cohorts": overall(group_time(without_lone(castle))),
        **laws(root, "prcfat"),
        **laws(root, "ltotacc"),
    }


def published() -> pd.DataFrame:
    return pd.read_csv(HERE / "installed_data.csv", index_col="name")


@pytest.mark.parametrize("name", published().index)
def test_installed_data_as_other_packages_have_it(name: str, ours: dict[str, Estimate]):
    effect, error = published().loc[name]
    assert ours[name].effect == pytest.approx(effect, abs=PRINTED)
    tolerance = FOUR_DECIMALS if "ltotacc" in name else PRINTED
    assert ours[name].standard_error == pytest.approx(error, abs=tolerance)


def test_installed_data_computed_anew_without_evalkit(ours: dict[str, Estimate]):
    anew = installed_data.table()
    assert sorted(anew.index) == sorted(ours) == sorted(published().index)
    for name, (effect, error) in anew.iterrows():
        assert ours[str(name)].effect == pytest.approx(effect, abs=SOLVERS), name
        assert ours[str(name)].standard_error == pytest.approx(error, abs=SOLVERS), name


def test_castle_is_the_data_set_that_was_meant(castle: Panel, ours: dict[str, Estimate]):
    assert castle.outcome.shape == (50, 11)
    assert int(castle.ever_treated.sum()) == 21
    starts = [castle.periods[g] for g in castle.start[castle.ever_treated]]
    assert {year: starts.count(year) for year in sorted(set(starts))} == {
        "2006": 1, "2007": 13, "2008": 4, "2009": 2, "2010": 1,
    }  # fmt: skip
    florida = castle.units.index("Florida")
    assert castle.periods[castle.start[florida]] == "2006"
    assert (ours["castle twfe"].dof, ours["castle twfe"].n_obs) == (49, 550)
    assert group_time(castle).lone_cohorts == ("2006", "2010")


def test_castle_cells_through_influence_functions(castle: Panel):
    other, effects = by_influence_functions(castle.outcome, castle.start), group_time(castle)
    assert effects.effects == pytest.approx(other.effects, abs=SOLVERS)
    assert effects.covariance == pytest.approx(other.covariance, abs=SOLVERS)
    assert event_study(effects).covariance == pytest.approx(other.event_covariance, abs=SOLVERS)


@pytest.fixture(scope="module")
def mpdta(reference_data: Path) -> GroupTimeEffects:
    frame = pd.read_csv(reference_data / "mpdta.csv")
    frame["first.treat"] = frame["first.treat"].where(frame["first.treat"] > 0)
    panel = Panel.from_frame(
        frame, unit="countyreal", period="year", outcome="lemp", treated_from="first.treat"
    )
    assert (panel.outcome.shape, int(panel.ever_treated.sum())) == ((500, 5), 191)
    return group_time(panel)


def r_did(what: str) -> pd.DataFrame:
    table = pd.read_csv(HERE / "mpdta_r_did.csv", dtype={"group": "Int64", "at": "Int64"})
    return table[table["what"] == what]


@pytest.mark.reference_data
def test_mpdta_overall_as_r_did(mpdta: GroupTimeEffects):
    [row] = r_did("overall").itertuples()
    result = overall(mpdta)
    assert result.effect == pytest.approx(row.effect, abs=1e-14)  # sixteen digits are printed
    assert result.standard_error == pytest.approx(row.standard_error, abs=1e-14)


@pytest.mark.reference_data
def test_mpdta_cells_after_the_start_as_r_did(mpdta: GroupTimeEffects):
    frame = mpdta.to_frame()
    ours = {(int(r.group), int(r.period)): r for r in frame.itertuples()}
    rows = list(r_did("cell").itertuples())
    assert len(rows) == 7
    for row in rows:
        cell = ours[int(row.group), int(row.at)]
        assert cell.effect == pytest.approx(row.effect, abs=R_DID)
        assert cell.standard_error == pytest.approx(row.standard_error, abs=R_DID)
    sizes = {int(r.group): r.n_treated for r in frame.itertuples()}
    assert sizes == {2004: 20, 2006: 40, 2007: 131}
    assert set(frame["n_comparison"]) == {309}


@pytest.mark.reference_data
def test_mpdta_events_after_the_start_as_r_did(mpdta: GroupTimeEffects):
    events = {e.event_time: e for e in event_study(mpdta).events}
    assert sorted(events) == [-4, -3, -2, -1, 0, 1, 2, 3]
    for row in r_did("event").itertuples():
        assert events[row.at].effect == pytest.approx(row.effect, abs=R_DID)
        assert events[row.at].standard_error == pytest.approx(row.standard_error, abs=R_DID)


@pytest.mark.reference_data
def test_mpdta_cells_before_the_start_add_up_to_r_did_s_varying_ones(mpdta: GroupTimeEffects):
    """R's varying base compares neighbours; ours is against the last period before: differences agree."""
    at = {
        (mpdta.periods[g], mpdta.periods[t]): float(v)
        for g, t, v in zip(mpdta.cohort, mpdta.period, mpdta.effects, strict=True)
    }
    varying = {  # g, t: R did 2.5.0, base_period = "varying"
        ("2006", "2004"): 0.0065201124,
        ("2006", "2005"): -0.0027508188,
        ("2007", "2004"): 0.0305066556,
        ("2007", "2005"): -0.0027258929,
        ("2007", "2006"): -0.0310871194,
    }
    for (g, t), value in varying.items():
        before = str(int(t) - 1)
        assert at.get((g, t), 0.0) - at[g, before] == pytest.approx(value, abs=R_DID)


R_ROWS = pd.read_csv(HERE / "mpdta_group_time.csv", dtype={"at": "Int64", "to": "Int64"})
R_PRE_TESTS = {
    "never": (7.79123662720035, 0.16812),
    "not yet": (7.7909277, 0.16814),
    "lpop": (6.8612749737, 0.23116),
}
POINTS = 5.1e-8  # seven decimals in the shortest rows
ERRORS = 1e-5  # relative; the shortest errors have six digits


@pytest.fixture(scope="module")
def mpdta_varying(reference_data: Path) -> dict[str, GroupTimeEffects]:
    """As R's did 2.5.0 was run: varying base periods; analytic errors."""
    frame = pd.read_csv(reference_data / "mpdta.csv")
    frame["first.treat"] = frame["first.treat"].where(frame["first.treat"] > 0)

    def panel(*covariates: str) -> Panel:
        return Panel.from_frame(
            frame,
            unit="countyreal",
            period="year",
            outcome="lemp",
            treated_from="first.treat",
            covariates=covariates,
        )

    plain = panel()
    return {
        "never": group_time(plain, base_period="varying"),
        "not yet": group_time(plain, base_period="varying", comparison="not_yet_treated"),
        "lpop": group_time(panel("lpop"), base_period="varying", method="regression"),
    }


def found(effects: GroupTimeEffects, what: str, at: object, to: object) -> tuple[float, float]:
    if what == "cell":
        frame = effects.to_frame()
        [row] = frame[(frame["group"] == str(at)) & (frame["period"] == str(to))].itertuples()
        return row.effect, row.standard_error
    average = effects.aggregate(what)  # type: ignore[arg-type]
    if at is pd.NA:
        return average.overall.effect, float(average.overall.standard_error or 0)
    [effect] = [e for e in average.effects if str(e.at) == str(at)]
    return effect.effect, float(effect.standard_error or 0)


@pytest.mark.reference_data
@pytest.mark.parametrize(
    "row", list(R_ROWS.itertuples(index=False)), ids=lambda row: " ".join(map(str, row[:4]))
)
def test_mpdta_as_r_did(mpdta_varying: dict[str, GroupTimeEffects], row):
    effect, error = found(mpdta_varying[row.run], row.what, row.at, row.to)
    assert effect == pytest.approx(row.effect, abs=POINTS)
    assert error == pytest.approx(row.standard_error, rel=ERRORS)


@pytest.mark.reference_data
@pytest.mark.parametrize("run", R_PRE_TESTS)
def test_mpdta_pre_trend_test_as_r_did(mpdta_varying: dict[str, GroupTimeEffects], run: str):
    test = mpdta_varying[run].pre_trend_test()
    assert test is not None and test.dof == 5
    assert (test.statistic, test.p_value) == (
        pytest.approx(R_PRE_TESTS[run][0], rel=1e-8),
        pytest.approx(R_PRE_TESTS[run][1], abs=5.1e-6),
    )
