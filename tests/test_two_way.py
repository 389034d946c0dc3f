"""Two-way fixed effects on any panel: the matrix route beside rows and dummies, and beside linearmodels."""

import warnings
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from linearmodels.panel import PanelOLS

from evalkit.data.panel import Panel
from evalkit.did import event_study, twfe
from evalkit.did.two_way import connected, two_way_fit
from evalkit.errors import DataError
from tests.by_another_route import as_panel, panel_frame
from tests.by_dummies import dummy_fit, rule
from tests.reference.installed_data import packaged

ROUTES = 1e-9  # the promise: matrix route and plain regression on random unbalanced panels
SOLVERS = 1e-10
PRINTED = 5.1e-9  # eight decimals


def random_panel(seed: int, *, holes: float = 0.25) -> Panel:
    """Random sizes, starts, weights, clusters of two or three units, and missing cells."""
    rng = np.random.default_rng(seed)
    n, n_periods = int(rng.integers(7, 16)), int(rng.integers(4, 9))
    starts = [2001 + int(g) if g < n_periods else None for g in rng.integers(1, n_periods + 3, n)]
    starts[:3] = [2003, None, None]
    frame = panel_frame(seed, starts, n_periods=n_periods, effect=0.4)
    frame = frame[rng.random(len(frame)) > holes]
    frame["force"] = frame["area"].str[-3:].astype(int) // 2
    return Panel.from_frame(
        frame, unit="area", period="year", outcome="rate", treated_from="start", weights="people",
        cluster="force",
    )  # fmt: skip


def treatment(panel: Panel) -> np.ndarray:
    return panel.treated[:, :, None].astype(float)


@pytest.mark.parametrize("seed", range(25))
@pytest.mark.parametrize("weighted", [False, True])
def test_unbalanced_panels_are_the_plain_regression(seed: int, weighted: bool):
    panel = random_panel(seed)
    weights = panel.weights if weighted else None
    plain = dummy_fit(
        panel.outcome, treatment(panel), used=panel.observed, weights=weights, cluster=panel.cluster
    )
    estimate = twfe(panel, weighted=weighted, inference="cluster")
    k = 1 + int(panel.observed.any(axis=0).sum())
    error = rule(panel.n_clusters, plain.n_obs, k) * plain.covariance[0, 0] ** 0.5
    assert estimate.effect == pytest.approx(plain.coefficients[0], abs=ROUTES)
    assert estimate.standard_error == pytest.approx(error, abs=ROUTES)
    assert (estimate.n_obs, estimate.n_clusters) == (plain.n_obs, panel.n_clusters)
    missing = panel.outcome.size - plain.n_obs
    assert f"{missing} of {panel.outcome.size} unit-periods have no outcome" in estimate.notes[0]
    assert "clustered by the panel's clusters" in estimate.inference


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("weighted", [False, True])
def test_unbalanced_panels_are_linearmodels_rescaled(seed: int, weighted: bool):
    panel = random_panel(seed)
    unit, period = np.nonzero(panel.observed)
    index = pd.MultiIndex.from_arrays([unit, period])
    frame = pd.DataFrame(
        {"y": panel.outcome[unit, period], "treated": panel.treated[unit, period] * 1.0},
        index=index,
    )
    weights = pd.Series(panel.weights[unit, period], index=index) if weighted else None
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        fit = PanelOLS(
            frame["y"], frame[["treated"]], weights=weights, entity_effects=True, time_effects=True
        ).fit(
            cov_type="clustered", clusters=pd.Series(panel.cluster[unit], index=index), debiased=False,
            auto_df=False, count_effects=False, group_debias=False,
        )  # fmt: skip
    k = 1 + panel.outcome.shape[1]
    estimate = twfe(panel, weighted=weighted, inference="cluster")
    assert estimate.effect == pytest.approx(fit.params["treated"], abs=SOLVERS)
    error = rule(panel.n_clusters, len(unit), k) * fit.std_errors["treated"]
    assert estimate.standard_error == pytest.approx(error, abs=SOLVERS)


def with_covariates(seed: int) -> Panel:
    panel = random_panel(seed)
    rng = np.random.default_rng(seed)
    covariates = rng.normal(size=(*panel.outcome.shape, 2)) + panel.treated[:, :, None]
    return replace(panel, covariates=covariates, covariate_names=("deprivation", "weekends"))


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("weighted", [False, True])
def test_covariates_are_the_plain_regression(seed: int, weighted: bool):
    panel = with_covariates(seed)
    columns = np.concatenate([treatment(panel), panel.covariates], axis=2)
    weights = panel.weights if weighted else None
    plain = dummy_fit(
        panel.outcome, columns, used=panel.observed, weights=weights, cluster=panel.cluster
    )
    estimate = twfe(panel, weighted=weighted, inference="cluster")
    k = 3 + int(panel.observed.any(axis=0).sum())
    error = rule(panel.n_clusters, plain.n_obs, k) * plain.covariance[0, 0] ** 0.5
    assert estimate.effect == pytest.approx(plain.coefficients[0], abs=ROUTES)
    assert estimate.standard_error == pytest.approx(error, abs=ROUTES)
    assert f"K = regressors and periods = {k}" in estimate.inference


def test_a_covariate_that_fixed_effects_explain_is_refused_by_name():
    panel = with_covariates(1)
    level = np.broadcast_to(np.arange(len(panel.units))[:, None], panel.outcome.shape)
    still = replace(panel, covariates=np.stack([level, panel.covariates[:, :, 0]], axis=2))
    with pytest.raises(
        DataError, match="cannot use the covariate deprivation: beside unit effects"
    ):
        twfe(still, inference="cluster")
    doubled = np.stack([panel.covariates[:, :, 0], 2 * panel.covariates[:, :, 0]], axis=2)
    with pytest.raises(DataError, match="cannot use the covariate weekends"):
        twfe(replace(panel, covariates=doubled), inference="cluster")
    same = np.stack([panel.covariates[:, :, 0], panel.treated.astype(float)], axis=2)
    with pytest.raises(DataError, match=r"cannot tell treatment .* or the covariates explain it"):
        twfe(replace(panel, covariates=same), inference="cluster")


def test_parts_of_a_panel_that_never_meet_keep_their_own_periods():
    # units 0-3 are seen in 2001-2003, units 4-7 in 2004-2006: nothing connects the halves
    frame = panel_frame(5, [2003, 2003, None, None, 2005, 2005, None, None], n_periods=6)
    late = frame["area"].str[-3:].astype(int) >= 4
    panel = as_panel(frame[late == (frame["year"] >= 2004)])
    assert connected(panel.observed).tolist() == [0, 0, 0, 1, 1, 1]
    plain = dummy_fit(panel.outcome, treatment(panel), used=panel.observed)
    assert twfe(panel, inference="cluster").effect == pytest.approx(
        plain.coefficients[0], abs=ROUTES
    )


def test_regressors_that_others_explain_are_left_out_last_ones_first():
    rng = np.random.default_rng(3)
    pattern = rng.normal(size=(3, 6, 2))
    patterns = np.concatenate([pattern, pattern.sum(axis=2, keepdims=True)], axis=2)
    cohort = np.arange(9) % 3
    fit = two_way_fit(rng.normal(size=(9, 6)), None, cohort, patterns)
    assert fit.kept.tolist() == [0, 1]


def test_organ_donations_as_published():
    # Kessler and Roth (2014): the textbook prints -0.022 (0.006), linearmodels and pyfixest these decimals
    frame = pd.read_csv(packaged("causaldata", "organ_donations/organ_donation.csv"))
    order = ["Q42010", "Q12011", "Q22011", "Q32011", "Q42011", "Q12012"]
    frame["number"] = frame["Quarter"].map({quarter: t for t, quarter in enumerate(order, start=1)})
    frame["start"] = np.where(frame["State"] == "California", 4, np.nan)  # from July 2011
    estimate = twfe(
        Panel.from_frame(
            frame, unit="State", period="number", outcome="Rate", treated_from="start"
        ),
        inference="cluster",
    )
    assert (estimate.n_units, estimate.n_obs) == (27, 162)
    assert estimate.effect == pytest.approx(-0.02245897, abs=PRINTED)
    assert estimate.standard_error == pytest.approx(0.00613123, abs=PRINTED)


def test_a_staggered_start_says_how_much_is_compared_with_the_already_treated():
    panel = as_panel(panel_frame(2, [2003, 2003, 2005, 2005, None, None], n_periods=7))
    note, few = twfe(panel, inference="cluster").notes
    assert few.startswith("4 treated and 2 comparison clusters: below 10 on either side")
    # pairs of cohorts 2 | 4 | never with 2 units each, by Goodman-Bacon's formula:
    # n_k n_l x periods apart x periods before (earlier) or after (later): 2*2, 2*3 | 5*2, 3*4
    assert f"{6 / (4 + 6 + 10 + 12):.1%} of the weight" in note
    once = as_panel(panel_frame(2, [2003, 2003, None, None], n_periods=7))
    [few] = twfe(once, inference="cluster").notes
    assert few.startswith("2 treated and 2 comparison clusters")


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("weighted", [False, True])
def test_event_studies_are_the_plain_regression(seed: int, weighted: bool):
    panel = random_panel(seed, holes=0.15)
    found = event_study(panel, weighted=weighted)
    kept = [row.at for row in found.effects if row.at != -1]
    since = np.where(
        panel.ever_treated[:, None], np.arange(panel.outcome.shape[1]) - panel.start[:, None], -99
    )
    columns = (since[:, :, None] == np.array(kept)).astype(float)
    plain = dummy_fit(
        panel.outcome, columns, used=panel.observed,
        weights=panel.weights if weighted else None, cluster=panel.cluster,
    )  # fmt: skip
    factor = rule(panel.n_clusters, plain.n_obs, len(kept) + panel.outcome.shape[1])
    effects = [row.effect for row in found.effects if row.at != -1]
    assert effects == pytest.approx(plain.coefficients, abs=ROUTES)
    assert np.array(found.covariance) == pytest.approx(factor**2 * plain.covariance, abs=ROUTES)
    weight = np.where(panel.observed, panel.weights if weighted else 1.0, 0.0)
    shares = np.array([weight[since == e].sum() if e >= 0 else 0.0 for e in kept])
    shares /= shares.sum()
    assert found.overall.effect == pytest.approx(shares @ plain.coefficients, abs=ROUTES)
    error = factor * (shares @ plain.covariance @ shares) ** 0.5
    assert found.overall.standard_error == pytest.approx(error, abs=ROUTES)


def test_an_event_study_of_one_start_is_the_double_difference():
    frame = panel_frame(4, [2004, 2004, None, None, None], n_periods=6, effect=1.0)
    panel = as_panel(frame)
    gap = panel.outcome[:2].mean(axis=0) - panel.outcome[2:].mean(axis=0)
    effects = [row.effect for row in event_study(panel).effects]
    assert effects == pytest.approx(gap - gap[2], abs=1e-12)
    assert [row.at for row in event_study(panel).effects] == [-3, -2, -1, 0, 1, 2]


def test_a_window_bins_what_lies_beyond():
    panel = as_panel(panel_frame(4, [2004, 2005, 2005, None, None, None], n_periods=8))
    found = event_study(panel, window=(-2, 1))
    assert [row.at for row in found.effects] == [-2, -1, 0, 1]
    assert "Distances beyond -2 and 1 are binned into these two." in found.notes
    since = np.clip(np.arange(8) - panel.start[:, None], -2, 1)
    columns = (
        (since[:, :, None] == np.array([-2, 0, 1])) & panel.ever_treated[:, None, None]
    ) * 1.0
    plain = dummy_fit(panel.outcome, columns, used=panel.observed)
    effects = [row.effect for row in found.effects if row.at != -1]
    assert effects == pytest.approx(plain.coefficients, abs=ROUTES)
    with pytest.raises(DataError, match="found the window 0 to 3; it needs one that holds"):
        event_study(panel, window=(0, 3))


def test_without_never_treated_units_a_second_reference_is_said():
    panel = as_panel(panel_frame(4, [2003] * 3 + [2006] * 3, n_periods=7))
    found = event_study(panel)
    kept = {row.at for row in found.effects}
    assert kept == {
        -2,
        -1,
        0,
        1,
        2,
        3,
        4,
    }  # starts 3 periods apart: distances alias modulo 3 as well
    assert (
        "Left out, because the others explain them: -5, -4, -3; they count as 0 too." in found.notes
    )
    assert any("Starts are staggered" in note for note in found.notes)
    with pytest.raises(DataError, match="no unit is untreated to compare with"):
        event_study(as_panel(panel_frame(4, [2003] * 4, n_periods=7)))


def test_one_treated_unit_has_no_standard_error_of_its_own():
    panel = as_panel(panel_frame(4, [2003, None, None, None], n_periods=5))
    rows = event_study(panel).effects
    assert all(row.standard_error is None and row.low is None for row in rows)
    assert {row.why for row in rows} == {
        "the reference period, 0 by definition",
        "one cluster a cohort: no variance of its own",
    }
