"""Group-time effects by other routes: a regression a cell, re-weighting unit by unit, statsmodels."""

from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest
import statsmodels.api as sm

from evalkit.data.panel import Panel
from evalkit.did import GroupTimeEffects, group_time
from evalkit.errors import DataError
from tests.by_another_route import panel_frame

Floats = npt.NDArray[np.float64]

ROWS = 1e-9  # two least-squares routes through the same rows
NUDGE = 1e-5  # of one unit's weight; central differences are then good to six digits
STARTS: list[int | None] = [2003] * 5 + [2005] * 6 + [2007] * 4 + [None] * 9


def frame(seed: int, *, holes: float = 0.0) -> pd.DataFrame:
    rows = panel_frame(seed, STARTS, n_periods=7, effect=1.0, rho=0.4)
    rng = np.random.default_rng([seed, 1])
    size = np.repeat(rng.normal(size=len(STARTS)), 7)
    rows["size"] = size + 0.2 * rng.normal(size=len(rows))
    rows["rate"] += 0.3 * rows["size"] * (rows["year"] - 2001)
    rows["force"] = np.repeat(np.arange(len(STARTS)) % 8, 7)
    return rows[rng.random(len(rows)) >= holes]


def made(rows: pd.DataFrame, **more: Any) -> Panel:
    return Panel.from_frame(
        rows, unit="area", period="year", outcome="rate", treated_from="start", **more
    )


def row_by_row(
    rows: pd.DataFrame, *, not_yet: bool, varying: bool, anticipation: int, cluster: str
) -> dict[tuple[str, str], tuple[float, float, int, int]]:
    """One regression a cell: change on a constant and treatment, CR0 clustered; from the long rows."""
    wide = rows.pivot(index="area", columns="year", values="rate")
    about = rows.drop_duplicates("area").set_index("area", drop=False).loc[wide.index]
    starts = about["start"].fillna(np.inf)
    found = {}
    for g, t in product(sorted(set(starts[starts < np.inf])), wide.columns):
        base = g - 1 - anticipation
        if varying and t < g - anticipation:
            base = t - 1
        if t == base or base not in wide.columns:
            continue
        clean = starts > (max(t, base) + anticipation if not_yet else 1e9)
        kept = ((starts == g) | clean) & wide[t].notna() & wide[base].notna()
        treated = (starts == g)[kept].astype(float)
        if treated.nunique() < 2:
            continue
        fit = sm.OLS((wide[t] - wide[base])[kept], sm.add_constant(treated)).fit(
            cov_type="cluster",
            cov_kwds={
                "groups": pd.factorize(about.loc[kept.index[kept], cluster])[0],
                "use_correction": False,
                "df_correction": False,
            },
        )
        found[str(int(g)), str(int(t))] = (
            float(fit.params.iloc[1]),
            float(fit.bse.iloc[1]),
            int(treated.sum()),
            int((1 - treated).sum()),
        )
    return found


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("holes", [0.0, 0.3])
@pytest.mark.parametrize("not_yet", [False, True])
@pytest.mark.parametrize(("varying", "anticipation"), [(False, 0), (True, 0), (True, 1)])
@pytest.mark.parametrize("cluster", ["area", "force"])
@pytest.mark.filterwarnings("ignore:covariance of constraints")
def test_the_same_as_a_regression_for_every_cell(
    seed: int, holes: float, not_yet: bool, varying: bool, anticipation: int, cluster: str
):
    rows = frame(seed, holes=holes)
    other = row_by_row(
        rows, not_yet=not_yet, varying=varying, anticipation=anticipation, cluster=cluster
    )
    effects = group_time(
        made(rows, cluster=cluster),
        comparison="not_yet_treated" if not_yet else "never_treated",
        base_period="varying" if varying else "universal",
        anticipation=anticipation,
    )
    ours = {(r.group, r.period): tuple(r[3:5] + r[7:]) for r in effects.to_frame().itertuples()}
    assert ours.keys() == other.keys()
    for cell, (effect, error, n_treated, n_comparison) in other.items():
        assert ours[cell][:2] == pytest.approx((effect, error), abs=ROWS), cell
        assert ours[cell][2:] == (n_treated, n_comparison), cell
    assert all(o.why == "nobody is observed in both periods" for o in effects.omitted)


KINDS = ("overall", "event", "group", "calendar")


def points(effects: GroupTimeEffects) -> Floats:
    """Every cell and every aggregate."""
    found = effects.effects.tolist()
    for kind in KINDS:
        average = effects.aggregate(kind)  # type: ignore[arg-type]
        found += [average.overall.effect]
        found += [row.effect for row in average.effects if row.at != average.base]
    return np.array(found)


def errors(effects: GroupTimeEffects) -> Floats:
    found = effects.standard_errors.tolist()
    for kind in KINDS:
        average = effects.aggregate(kind)  # type: ignore[arg-type]
        found += [average.overall.standard_error]
        found += [row.standard_error for row in average.effects if row.at != average.base]
    return np.array(found, dtype=float)


@pytest.mark.parametrize(
    ("holes", "options", "covariates", "cluster"),
    [
        (0.0, {}, (), None),
        (0.0, {"comparison": "not_yet_treated"}, (), None),
        (0.0, {"base_period": "varying", "comparison": "not_yet_treated"}, (), "force"),
        (0.2, {"comparison": "not_yet_treated"}, (), None),
        (0.2, {}, (), "force"),
        (0.0, {"method": "dr"}, ("size",), None),
        (0.0, {"method": "ipw", "comparison": "not_yet_treated"}, ("size",), None),
        (0.0, {"method": "regression", "base_period": "varying"}, ("size",), "force"),
        (0.1, {"method": "dr", "comparison": "not_yet_treated"}, ("size",), "force"),
    ],
)
def test_standard_errors_are_what_reweighting_each_unit_does(
    holes: float, options: dict[str, Any], covariates: tuple[str, ...], cluster: str | None
):
    """The influence of a unit is the derivative in its weight: found here by nudging one weight at a time,
    through the point estimates alone.
    """
    panel = made(frame(4, holes=holes), covariates=covariates, cluster=cluster)
    starts = panel.start
    # weights that differ, so that the weighted formulas are tried as well
    level = np.random.default_rng(5).uniform(0.5, 2.0, len(starts))
    influence = np.zeros((panel.n_clusters, len(points(group_time(panel, **options)))))
    for i in range(len(starts)):
        moved = []
        for step in (NUDGE, -NUDGE):
            weight = level.copy()
            weight[i] *= 1 + step
            nudged = replace(panel, weights=np.repeat(weight[:, None], 7, axis=1))
            moved.append(points(group_time(nudged, weighted=True, **options)))
        influence[panel.cluster[i]] += (moved[0] - moved[1]) / (2 * NUDGE)
    weighted = replace(panel, weights=np.repeat(level[:, None], 7, axis=1))
    ours = errors(group_time(weighted, weighted=True, **options))
    assert ours == pytest.approx(np.sqrt((influence**2).sum(axis=0)), rel=1e-6)


@pytest.mark.parametrize("comparison", ["never_treated", "not_yet_treated"])
@pytest.mark.parametrize("base_period", ["universal", "varying"])
@pytest.mark.parametrize("anticipation", [0, 1])
def test_the_route_through_rows_is_the_route_through_moments(
    comparison: Any, base_period: Any, anticipation: int
):
    """Equal weights go by rows, none by moments."""
    panel = made(frame(6))
    options = {"comparison": comparison, "base_period": base_period, "anticipation": anticipation}
    one = group_time(panel, **options)
    even = replace(panel, weights=np.full(panel.outcome.shape, 3.0))
    two = group_time(even, weighted=True, **options)
    assert two.effects == pytest.approx(one.effects, abs=ROWS)
    assert two.joint == pytest.approx(one.joint, abs=ROWS)
    assert two.shares == pytest.approx(one.shares, abs=ROWS)


@pytest.mark.parametrize("method", ["dr", "regression", "ipw"])
def test_a_covariate_that_says_nothing_changes_nothing(method: Any):
    """Exactly balanced between the groups and unrelated to the outcome: weights and predictions are flat."""
    rows = panel_frame(7, [2003] * 4 + [None] * 8, n_periods=4, effect=1.0)
    rows["half"] = np.repeat([0.0, 1.0] * 6, 4)
    plain = made(rows)
    gap = plain.outcome.copy()
    for side in (slice(0, 4), slice(4, 12)):  # the same mean for both halves of each side
        gap[side][::2] -= gap[side][::2].mean(axis=0) - gap[side].mean(axis=0)
        gap[side][1::2] -= gap[side][1::2].mean(axis=0) - gap[side].mean(axis=0)
    with_half = replace(made(rows, covariates=("half",)), outcome=gap)
    adjusted = group_time(with_half, method=method)
    assert adjusted.effects == pytest.approx(
        group_time(replace(plain, outcome=gap)).effects, abs=1e-10
    )
    assert adjusted.method == method and adjusted.covariates == ("half",)


def test_regression_adjusts_as_least_squares_with_interactions_does():
    """Saturated in treatment the coefficient at the treated mean is the outcome-regression effect."""
    rows = frame(8)
    rows = rows[(rows["start"] == 2005) | rows["start"].isna()]
    panel = made(rows, covariates=("size",))
    effects = group_time(panel, method="regression")
    own = panel.start < 7
    size = panel.covariates[:, 3, 0] - panel.covariates[own, 3, 0].mean()
    for t, effect in zip(effects.period, effects.effects, strict=True):
        design = np.column_stack([np.ones(len(own)), own, size, own * size])
        fit = sm.OLS(panel.outcome[:, t] - panel.outcome[:, 3], design).fit()
        assert effect == pytest.approx(fit.params[1], abs=ROWS)


def test_the_propensity_score_is_that_of_statsmodels():
    panel = made(frame(9), covariates=("size",))
    effects = group_time(panel, method="ipw")
    never = panel.start == 7
    for g, t, effect in zip(effects.cohort, effects.period, effects.effects, strict=True):
        own, base = panel.start == g, g - 1
        kept = own | never
        design = sm.add_constant(panel.covariates[kept, base, 0])
        score = sm.Logit(own[kept].astype(float), design).fit(disp=0, tol=1e-13).predict(design)
        change = (panel.outcome[:, t] - panel.outcome[:, base])[kept]
        odds = np.where(own[kept], 0, score / (1 - score))
        assert effect == pytest.approx(
            change[own[kept]].mean() - np.average(change, weights=odds), abs=1e-8
        )


def test_covariates_are_those_of_the_base_period():
    panel = made(frame(10), covariates=("size",))
    other = panel.covariates.copy()
    other[:, 6] += 100 * np.arange(len(STARTS))[:, None]  # 2007 is the base period of no cohort
    for method in ("dr", "regression", "ipw"):
        once = group_time(panel, method=method)  # type: ignore[arg-type]
        again = group_time(replace(panel, covariates=other), method=method)  # type: ignore[arg-type]
        assert (once.effects == again.effects).all()


@pytest.mark.parametrize("method", ["dr", "ipw"])
def test_separation_is_refused(method: Any):
    rows = frame(11)
    rows["mark"] = rows["start"].notna() * 1.0
    with pytest.raises(DataError) as refused:
        group_time(made(rows, covariates=("mark",)), method=method)
    assert str(refused.value) == (
        "group_time, cohort 2003 in 2001: found mark to separate treated from comparison units, so that no "
        "propensity score exists; use fewer covariates, or the method regression, which extrapolates"
    )
    rows["size"] += 10 * rows["start"].notna()  # all treated above all others
    with pytest.raises(DataError, match="found size to separate treated from comparison units"):
        group_time(made(rows, covariates=("size",)), method=method)


def test_a_covariate_without_variation_is_refused():
    rows = frame(12).assign(flat=3.0)
    with pytest.raises(DataError, match="found the same flat for everybody compared; leave it out"):
        group_time(made(rows, covariates=("size", "flat")))
    rows["twice"] = 2 * rows["size"]
    with pytest.raises(DataError, match="found too little variation in size, twice"):
        group_time(made(rows, covariates=("size", "twice")))


def test_trimmed_comparison_units_are_counted():
    rng = np.random.default_rng(0)
    n = 400
    size = rng.normal(size=n)
    treated = rng.random(n) < 1 / (1 + np.exp(-4 * size - 2))
    size[np.flatnonzero(~treated)[0]] = 3.0  # a comparison unit like none of its kind
    rows = pd.DataFrame(
        {
            "area": np.repeat(np.arange(n), 2),
            "year": np.tile([2001, 2002], n),
            "rate": rng.normal(size=2 * n),
            "start": np.repeat(np.where(treated, 2002, np.nan), 2),
            "size": np.repeat(size, 2),
        }
    )
    effects = group_time(made(rows, covariates=("size",)))
    [note] = effects.notes
    assert note == (
        "Comparison units left out for a propensity score above 0.995, counted once a cell: 1."
    )


def test_missing_cells_are_said():
    rows = frame(13, holes=0.2)
    effects = group_time(made(rows))
    missing = 7 * len(STARTS) - len(rows)
    assert effects.n_obs == len(rows)
    assert effects.notes[0] == (
        f"{missing} of 168 unit-periods have no outcome; each effect is of the units observed in both of its "
        "periods."
    )


def test_a_cell_that_nobody_is_seen_in_is_omitted_and_said():
    rows = frame(14)
    rows = rows[~((rows["start"] == 2005) & (rows["year"] == 2006))]
    effects = group_time(made(rows))
    assert [(o.group, o.period, o.why) for o in effects.omitted] == [
        ("2005", "2006", "nobody is observed in both periods")
    ]
    assert "Cells not estimated: 1 (nobody is observed in both periods)." in effects.notes
    assert np.isfinite(points(effects)).all() and np.isfinite(errors(effects)).all()
