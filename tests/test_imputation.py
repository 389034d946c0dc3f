"""Imputation beside two regressions written out, and its variances beside dense weights."""

import numpy as np
import pytest

from evalkit.data.panel import Panel
from evalkit.did import imputation
from evalkit.errors import DataError
from tests.by_another_route import as_panel, panel_frame
from tests.by_dummies import dummy_fit
from tests.test_two_way import ROUTES, random_panel

IDENTITY = 1e-10
STARTS: list[int | None] = [2003] * 3 + [2005] * 4 + [2006] * 2 + [None] * 5


class Dense:
    """The two-way model of untreated observations as a dense least-squares problem, one row a cell."""

    def __init__(self, panel: Panel, *, weighted: bool, of_clusters: bool = False):
        n, n_periods = panel.outcome.shape
        self.unit, self.period = np.nonzero(panel.observed)
        self.weight = panel.weights[self.unit, self.period] if weighted else np.ones(len(self.unit))
        self.y = panel.outcome[self.unit, self.period]
        self.design = np.column_stack(
            [
                (panel.cluster if of_clusters else np.arange(n))[self.unit][:, None]
                == np.arange(n),
                self.period[:, None] == np.arange(n_periods),
            ]
        ).astype(float)
        self.treated = panel.treated[self.unit, self.period]
        root = np.sqrt(np.where(self.treated, 0, self.weight))[:, None]
        beta = np.linalg.lstsq(self.design * root, self.y * root[:, 0], rcond=None)[0]
        self.left = self.y - self.design @ beta  # residuals of untreated, effects of treated cells
        self.bread = np.linalg.pinv((self.design * root).T @ (self.design * root))
        known = self.bread @ (self.design * root).T @ (self.design * root)
        self.cells = self.treated & (np.abs(self.design @ known - self.design).max(axis=1) < 1e-8)
        self.since = self.period - panel.start[self.unit]
        self.start, self.cluster = panel.start[self.unit], panel.cluster[self.unit]

    def average(self, chosen: np.ndarray) -> tuple[float, np.ndarray]:
        """Average effect over treated cells and its weight on every outcome (BJS, proposition 1)."""
        target = np.where(chosen, self.weight, 0.0)
        target /= target.sum()
        untreated = np.where(self.treated, 0, self.weight)
        weights = target - untreated * (self.design @ (self.bread @ (self.design.T @ target)))
        return float(target @ self.left), weights

    def variance(self, weights: np.ndarray, beside: np.ndarray) -> float:
        scores = weights * np.where(self.treated, self.left - beside, self.left)
        return sum(scores[self.cluster == c].sum() ** 2 for c in np.unique(self.cluster))

    def beside_cohort(self, weights: np.ndarray, *, leave_out: bool) -> np.ndarray:
        """Average effect of the same cohort and event time, over clusters by squared weight (theorem 3)."""
        beside = np.zeros(len(self.y))
        for row in np.flatnonzero(self.cells & (weights != 0)):
            group = self.cells & (self.start == self.start[row]) & (self.since == self.since[row])
            above = below = 0.0
            for c in np.unique(self.cluster[group]):
                own = group & (self.cluster == c)
                if not (leave_out and c == self.cluster[row]):
                    above += weights[own].sum() * (weights * self.left)[own].sum()
                    below += weights[own].sum() ** 2
            beside[row] = above / below
        return beside


def plain(panel: Panel) -> Panel:
    return panel.without(panel.start == 0)


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("weighted", [False, True])
def test_points_and_two_stage_errors_on_unbalanced_panels(seed: int, weighted: bool):
    panel = plain(random_panel(seed))
    dense = Dense(panel, weighted=weighted)
    found = imputation(panel, standard_errors="two_stage", weighted=weighted)
    lost = int((dense.treated & ~dense.cells).sum())
    assert any(f"{lost} treated observations cannot be" in note for note in found.notes) == (
        lost > 0
    )
    averages = {
        row.at: dense.cells & (dense.since == row.at) for row in found.effects if row.at >= 0
    }
    for row in found.effects:
        if row.at < 0:
            continue
        effect, weights = dense.average(averages[row.at])
        assert row.effect == pytest.approx(effect, abs=ROUTES)
        if row.standard_error is not None:
            error = dense.variance(weights, np.full(len(dense.y), effect)) ** 0.5
            assert row.standard_error == pytest.approx(error, abs=ROUTES)
    effect, weights = dense.average(dense.cells)
    # Gardner's second stage: regress what is left on treatment, no constant
    w = np.where(dense.treated & ~dense.cells, 0, dense.weight)
    second = np.linalg.lstsq(
        (dense.cells * np.sqrt(w))[:, None], dense.left * np.sqrt(w), rcond=None
    )[0]
    assert found.overall.effect == pytest.approx(second[0], abs=IDENTITY)
    error = dense.variance(weights, np.full(len(dense.y), effect)) ** 0.5
    assert found.overall.standard_error == pytest.approx(error, abs=ROUTES)


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("weighted", [False, True])
def test_conservative_errors_are_theorem_three(seed: int, weighted: bool):
    panel = plain(random_panel(seed))
    dense = Dense(panel, weighted=weighted)
    found = imputation(panel, weighted=weighted)
    for chosen, row in [(dense.cells, found.overall)] + [
        (dense.cells & (dense.since == row.at), row) for row in found.effects if row.at >= 0
    ]:
        effect, weights = dense.average(chosen)
        assert row.effect == pytest.approx(effect, abs=ROUTES)
        if row.standard_error is not None:
            beside = dense.beside_cohort(weights, leave_out=False)
            error = dense.variance(weights, beside) ** 0.5
            assert row.standard_error == pytest.approx(error, abs=ROUTES)


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("weighted", [False, True])
def test_effects_of_clusters_instead_of_units(seed: int, weighted: bool):
    panel = plain(random_panel(seed))
    dense = Dense(panel, weighted=weighted, of_clusters=True)
    found = imputation(
        panel, standard_errors="two_stage", weighted=weighted, effects_of="cluster"
    ).overall
    effect, weights = dense.average(dense.cells)
    assert found.effect == pytest.approx(effect, abs=ROUTES)
    error = dense.variance(weights, np.full(len(dense.y), effect)) ** 0.5
    assert found.standard_error == pytest.approx(error, abs=ROUTES)
    with pytest.raises(DataError, match='it needs "unit", or "cluster" without leads'):
        imputation(panel, effects_of="cluster", leads=2)


@pytest.mark.parametrize("holes", [[], [3, 8, 30]])
def test_leaving_out_the_own_cluster(holes: list[int]):
    panel = as_panel(panel_frame(3, STARTS, n_periods=7, effect=0.5).drop(index=holes))
    dense = Dense(panel, weighted=False)
    found = imputation(panel, leave_out=True)
    _, weights = dense.average(dense.cells)
    error = dense.variance(weights, dense.beside_cohort(weights, leave_out=True)) ** 0.5
    assert found.overall.standard_error == pytest.approx(error, abs=ROUTES)
    assert error > float(imputation(panel).overall.standard_error or 0)
    assert "without its own cluster" in found.overall.inference
    lone = as_panel(panel_frame(3, [2003, 2004, 2004, None, None], n_periods=6))
    with pytest.raises(DataError, match="one cluster at some event time of the cohort of 2003"):
        imputation(lone, leave_out=True)


@pytest.mark.parametrize("seed", range(6))
def test_leads_are_a_regression_on_untreated_observations(seed: int):
    panel = plain(random_panel(seed, holes=0.1))
    found = imputation(panel)
    leads = [row.at for row in found.effects if row.at < 0]
    since = np.where(
        panel.ever_treated[:, None], np.arange(len(panel.periods)) - panel.start[:, None], 99
    )
    columns = (since[:, :, None] == np.array(leads)).astype(float)
    plain_fit = dummy_fit(
        panel.outcome, columns, used=panel.observed & ~panel.treated, cluster=panel.cluster
    )
    assert [row.effect for row in found.effects if row.at < 0] == pytest.approx(
        plain_fit.coefficients, abs=ROUTES
    )
    n = len(leads)
    covariance = np.array(found.covariance)[:n, :n]
    assert covariance == pytest.approx(plain_fit.covariance, abs=ROUTES)
    if found.pre_trend is not None:
        assert found.pre_trend.dof == sum(
            row.standard_error is not None for row in found.effects if row.at < 0
        )


def test_one_start_and_two_periods_are_the_double_difference_by_hand():
    # treated 11.5 -> 15.5, comparison 9.5 -> 10.5: effects 3 - 1 and 5 - 1, mean 3
    frame = panel_frame(0, [2002, 2002, None, None], n_periods=2)
    frame["rate"] = [11.0, 14.0, 12.0, 17.0, 9.0, 10.5, 10.0, 10.5]
    found = imputation(as_panel(frame))
    assert found.overall.effect == pytest.approx(3.0, abs=1e-12)
    # effects 2 and 4 around their mean, halved; comparison changes 1.5 and 0.5 around theirs, halved
    by_hand = (2 * (1 / 2) ** 2 + 2 * (0.5 / 2) ** 2) ** 0.5
    assert found.overall.standard_error == pytest.approx(by_hand, abs=1e-12)
    assert [row.at for row in found.effects] == [0]  # one period before the start holds no lead


def test_periods_without_an_untreated_unit_are_left_out_and_said():
    panel = as_panel(panel_frame(1, [2003] * 3 + [2005] * 3, n_periods=6))
    found = imputation(panel)
    assert [row.at for row in found.effects if row.at >= 0] == [0, 1]
    note = "12 treated observations cannot be predicted, because no untreated observation"
    assert any(said.startswith(note) for said in found.notes)


def test_cohorts_of_one_unit_are_named_and_never_certain():
    panel = as_panel(panel_frame(1, [2003, 2005, 2005, 2005] + [None] * 5, n_periods=6))
    found = imputation(panel)
    rows = {row.at: row for row in found.effects}
    assert (rows[3].standard_error, rows[3].low, rows[3].band_low) == (None, None, None)
    assert rows[3].why == "one cluster a cohort: no variance of its own"
    assert any("One cluster only in the cohort of 2003" in note for note in found.notes)
    assert rows[0].standard_error is not None


def test_what_cannot_be_answered_is_refused():
    panel = as_panel(panel_frame(1, [2003, 2003, None, None], n_periods=5))
    with pytest.raises(DataError, match='needs "conservative", or "two_stage" without leave_out'):
        imputation(panel, standard_errors="two_stage", leave_out=True)
    with pytest.raises(DataError, match="found leads=2; this panel has room for 0 to 1"):
        imputation(panel, leads=2)
    with pytest.raises(DataError, match="no treated observation that it can predict"):
        imputation(as_panel(panel_frame(1, [2003, 2003], n_periods=5)))
    with pytest.raises(DataError, match="one cluster on either side"):
        imputation(as_panel(panel_frame(1, [2003, None], n_periods=5)))
    assert imputation(panel, leads=0).pre_trend is None
