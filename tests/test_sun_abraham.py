"""Sun and Abraham beside group-time effects and beside a regression with every dummy written out."""

import numpy as np
import pytest

from evalkit.data.panel import Panel
from evalkit.did import group_time, sun_abraham
from evalkit.did.two_way import connected
from evalkit.errors import DataError
from tests.by_another_route import as_panel, panel_frame
from tests.by_dummies import dummy_fit, rule
from tests.test_two_way import ROUTES, random_panel

IDENTITY = 1e-10
STARTS: list[int | None] = [2003] * 3 + [2005] * 4 + [2006] * 2 + [None] * 5


@pytest.mark.parametrize("seed", range(10))
def test_on_a_balanced_panel_it_is_group_time_against_never_treated(seed: int):
    panel = as_panel(panel_frame(seed, STARTS, n_periods=8, effect=0.6))
    effects, found = group_time(panel), sun_abraham(panel)
    events = effects.aggregate("event")
    assert [row.at for row in found.effects] == [row.at for row in events.effects]
    assert [row.effect for row in found.effects] == pytest.approx(
        [row.effect for row in events.effects], abs=IDENTITY
    )
    overall = effects.aggregate("overall").overall
    assert found.overall.effect == pytest.approx(overall.effect, abs=IDENTITY)
    assert [(r.n_treated, r.n_comparison) for r in found.effects] == [
        (r.n_treated, r.n_comparison) for r in events.effects
    ]


def by_saturated_dummies(panel: Panel, *, weighted: bool):
    """One dummy for every cohort and period but its base; then shares of observations, as given."""
    n_periods = panel.outcome.shape[1]
    used = panel.observed
    weight = np.where(used, panel.weights if weighted else 1.0, 0.0)
    cohorts = sorted({int(s) for s in panel.start if s < n_periods})
    every = [(g, t) for g in cohorts for t in range(n_periods) if t != g - 1]
    columns = np.stack(
        [(panel.start == g)[:, None] & (np.arange(n_periods) == t) for g, t in every], axis=2
    ).astype(float)
    plain = dummy_fit(
        panel.outcome, columns, used=used, weights=panel.weights if weighted else None,
        cluster=panel.cluster,
    )  # fmt: skip
    never = connected(used[panel.start >= n_periods])
    own = {g: connected(used[panel.start == g]) for g in cohorts}
    known = [
        k for k, (g, t) in enumerate(every)
        if own[g][t] == own[g][g - 1] >= 0 and never[t] == never[g - 1] >= 0
    ]  # fmt: skip
    cells = [every[k] for k in known]
    times = sorted({t - g for g, t in cells})
    chosen = [[t - g == e for g, t in cells] for e in times] + [[t >= g for g, t in cells]]
    mass = np.array([weight[panel.start == g, t].sum() for g, t in cells])
    shares = np.array(chosen) * mass
    shares /= shares.sum(axis=1, keepdims=True)
    k = plain.rank - int(used.any(axis=1).sum()) + 1  # periods, and cells that are told apart
    factor = rule(panel.n_clusters, plain.n_obs, k)
    covariance = factor**2 * plain.covariance[np.ix_(known, known)]
    return times, shares @ plain.coefficients[known], shares @ covariance @ shares.T


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("holes", [0.0, 0.12, 0.3])
def test_effects_and_errors_are_those_of_the_saturated_regression(
    seed: int, weighted: bool, holes: float
):
    panel = random_panel(seed, holes=holes)
    panel = panel.without(panel.start == 0)
    found = sun_abraham(panel, weighted=weighted)
    times, effects, covariance = by_saturated_dummies(panel, weighted=weighted)
    rows = [row for row in found.effects if row.at != -1]
    assert [row.at for row in rows] == times
    assert [row.effect for row in rows] == pytest.approx(effects[:-1], abs=ROUTES)
    assert found.overall.effect == pytest.approx(effects[-1], abs=ROUTES)
    assert np.array(found.covariance) == pytest.approx(covariance[:-1, :-1], abs=ROUTES)
    assert found.overall.standard_error == pytest.approx(covariance[-1, -1] ** 0.5, abs=ROUTES)


def test_cohorts_of_one_unit_are_named_and_never_certain():
    panel = as_panel(panel_frame(1, [2003] * 3 + [2005] + [None] * 5, n_periods=6))
    found = sun_abraham(panel)
    by_time = {row.at: row for row in found.effects}
    assert by_time[-4].standard_error is None and by_time[-4].n_treated == 1
    assert by_time[-4].why == "one cluster a cohort: no variance of its own"
    assert any(note.startswith("One cluster only in the cohort of 2005") for note in found.notes)
    assert any(note.startswith("4 treated and 5 comparison clusters") for note in found.notes)


def test_units_treated_from_the_first_period_on_are_named():
    panel = as_panel(panel_frame(1, [2001, 2003, 2003, None, None], n_periods=5))
    found = sun_abraham(panel)
    assert found.notes[0] == "Left out, because treated from the first period on: area 000."
    assert (found.overall.n_units, found.overall.n_clusters) == (4, 4)


def test_what_cannot_be_answered_is_refused():
    with pytest.raises(DataError, match="no unit that is never treated; it needs at least one"):
        sun_abraham(as_panel(panel_frame(1, [2003, 2003, 2004], n_periods=5)))
    with pytest.raises(DataError, match="one cluster on either side"):
        sun_abraham(as_panel(panel_frame(1, [2003, None], n_periods=5)))
    with pytest.raises(DataError, match="found no treated unit once 1 treated from the first"):
        sun_abraham(as_panel(panel_frame(1, [2001, None], n_periods=5)))
    with pytest.raises(DataError, match="asked to weigh cells; the panel has no weights"):
        sun_abraham(as_panel(panel_frame(1, [2003, None], n_periods=5)), weighted=True)
    frame = panel_frame(1, [2003, 2003, None, None], n_periods=4)
    base = frame["start"].notna() & (frame["year"] == 2002)
    with pytest.raises(DataError, match="no period after a start that can be compared"):
        sun_abraham(as_panel(frame[~base]))
