"""Pooled effects: by hand, against published output, against other code, and against slow twins."""

import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize, stats
from statsmodels.stats.meta_analysis import combine_effects

import evalkit as ek
from benchmarks.calibration.synthesis import BOUND, STUDIES, TAU_SQUARED, measured
from benchmarks.calibration.synthesis_table import TITLE
from evalkit.errors import DataError
from evalkit.evidence.synthesis.reml import reml
from evalkit.evidence.synthesis.weighted import hartung_knapp, q_statistic

# Trials of BCG vaccine: tuberculosis and none, vaccinated and not (Colditz and others 1994, JAMA 271(9),
# table 2, as metafor's dat.bcg has it)
BCG = np.array(
    [
        *[(4, 119, 11, 128), (6, 300, 29, 274), (3, 228, 11, 209), (62, 13536, 248, 12619)],
        *[
            (33, 5036, 47, 5761),
            (180, 1361, 372, 1079),
            (8, 2537, 10, 619),
            (505, 87886, 499, 87892),
        ],
        *[(29, 7470, 45, 7232), (17, 1699, 65, 1600), (186, 50448, 141, 27197), (5, 2493, 3, 2338)],
        (27, 16886, 29, 17825),
    ],
    dtype=float,
)
PUBLISHED = 1e-4
"""What metafor prints: four decimals (its documentation of rma.uni and confint on these trials)."""
EXACT = 1e-9
"""Between two routes of double precision."""


@pytest.fixture
def bcg() -> tuple[np.ndarray, np.ndarray]:
    """Log risk ratios and their variances."""
    a, b, c, d = BCG.T
    return np.log(a / (a + b)) - np.log(c / (c + d)), 1 / a - 1 / (a + b) + 1 / c - 1 / (c + d)


def test_the_published_trials(bcg) -> None:
    y, v = bcg
    found = ek.synthesis.pool(y, np.sqrt(v))
    spread = found.heterogeneity
    assert spread.tau_squared == pytest.approx(0.3132, abs=PUBLISHED)
    assert found.effect == pytest.approx(-0.71453, abs=PUBLISHED)
    assert found.standard_error == pytest.approx(0.18079, abs=PUBLISHED)
    plain = hartung_knapp(y[None], v[None], np.array([spread.tau_squared])).plain_error[0]
    assert plain == pytest.approx(0.17978, abs=PUBLISHED)
    assert spread.q == pytest.approx(152.2330, abs=PUBLISHED)
    assert spread.i_squared == pytest.approx(0.9222, abs=PUBLISHED)
    ends = (spread.tau_squared_interval.low, spread.tau_squared_interval.high)
    assert ends == pytest.approx((0.1197, 1.1115), abs=PUBLISHED)
    assert not found.floored
    assert found.dof == 12


def test_by_hand() -> None:
    """Errors of 1, effects 0, 3 and 6: REML is the variance 9 less 1, so weights are alike.

    Mean 3; sum of squares 18 over 9 is 2 a degree of freedom of 2, so the scale is 1 and the error is
    sqrt(9 / 3). Q is 18. Half of the interval is t(0.975, 2) = 4.30265 times that; prediction: t(0.975, 1) =
    12.7062 times sqrt(8 + 3).
    """
    found = ek.synthesis.pool([0, 3, 6], [1, 1, 1])
    assert found.heterogeneity.tau_squared == pytest.approx(8)
    assert found.heterogeneity.q == pytest.approx(18)
    assert (found.effect, found.standard_error) == pytest.approx((3, np.sqrt(3)))
    assert found.interval.high == pytest.approx(3 + 4.30265273 * np.sqrt(3), abs=1e-7)
    assert found.prediction.high == pytest.approx(3 + 12.70620474 * np.sqrt(11), abs=1e-7)
    assert [study.weight for study in found.studies] == pytest.approx([1 / 3] * 3)


def test_the_floor_by_hand() -> None:
    """Effects that are all alike scatter by nothing: the error is that of their mean, 1 / sqrt(3)."""
    found = ek.synthesis.pool([2, 2, 2], [1, 1, 1])
    assert found.standard_error == pytest.approx(1 / np.sqrt(3))
    assert found.floored
    assert "not narrowed" in found.notes[0]
    assert found.heterogeneity.tau_squared == found.heterogeneity.tau_squared_interval.low == 0


def test_statsmodels_where_it_has_the_method(bcg) -> None:
    """It has no REML; given its tau squared (Paule and Mandel), mean, errors and Q must be the same."""
    y, v = bcg
    theirs = combine_effects(y, v, method_re="iterated")
    ours = hartung_knapp(y[None], v[None], np.array([theirs.tau2]))
    assert ours.effect[0] == pytest.approx(theirs.mean_effect_re, abs=EXACT)
    assert ours.plain_error[0] == pytest.approx(theirs.sd_eff_w_re, abs=1e-8)
    unfloored = ours.plain_error[0] * np.sqrt(ours.scale[0])
    assert unfloored == pytest.approx(theirs.sd_eff_w_re_hksj, abs=1e-8)
    assert q_statistic(y[None], v[None], np.zeros(1))[0] == pytest.approx(theirs.q, abs=EXACT)


def restricted(tau: float, y: np.ndarray, v: np.ndarray) -> float:
    """Minus the restricted log likelihood with every matrix written out."""
    x = np.ones((len(y), 1))
    inverse = np.linalg.inv(np.diag(v + tau))
    information = x.T @ inverse @ x
    p = inverse - inverse @ x @ np.linalg.inv(information) @ x.T @ inverse
    dets = np.log(v + tau).sum() + np.linalg.slogdet(information)[1]
    return float(dets + y @ p @ y) / 2


@settings(max_examples=60, deadline=None)
@given(k=st.integers(3, 12), seed=st.integers(0, 10_000), tau=st.sampled_from([0.0, 0.1, 1.0]))
def test_reml_is_the_highest_point_of_the_likelihood(k: int, seed: int, tau: float) -> None:
    rng = np.random.default_rng(seed)
    v = rng.uniform(0.01, 1, k) ** 2
    y = rng.normal(0, np.sqrt(v + tau))
    found = float(reml(y[None], v[None])[0])
    for start in (0.0, 0.05, 0.5, 5.0):
        best = optimize.minimize(
            lambda t, y=y, v=v: restricted(t[0], y, v), [start], bounds=[(0, None)]
        )
        assert restricted(found, y, v) <= best.fun + EXACT


def test_two_hills_of_the_likelihood() -> None:
    """One precise and two vague pairs: the search takes the higher hill, wherever it starts."""
    y, v = np.array([0.0, 0.02, -3.0, 3.0]), np.array([1e-4, 1e-4, 1.0, 1.0])
    found = float(reml(y[None], v[None])[0])
    fine = [restricted(t, y, v) for t in np.linspace(0, 30, 20_001)]
    assert restricted(found, y, v) <= min(fine) + EXACT


def by_matrices(y: np.ndarray, v: np.ndarray, cluster: np.ndarray, tau: float, r: float):
    """CR2 with every matrix: adjustment by the symmetric square root, degrees of freedom by simulation's
    moments, weights alike inside a study."""
    names = list(dict.fromkeys(cluster))
    sizes = np.array([(cluster == one).sum() for one in names])
    means = np.array([v[cluster == one].mean() for one in names])
    per_study = 1 / (means * (1 + (sizes - 1) * r) / sizes + tau)
    w = np.concatenate([np.full(n, p / n) for n, p in zip(sizes, per_study, strict=True)])
    x = np.ones((len(y), 1))
    bread = np.linalg.inv(x.T @ np.diag(w) @ x)
    hat = x @ bread @ x.T @ np.diag(w)
    blocks = [np.flatnonzero(cluster == one) for one in names]
    phi = np.zeros(
        (len(y), len(y))
    )  # the working model in which a study's mean has variance 1 / weight
    for rows, p in zip(blocks, per_study, strict=True):
        phi[np.ix_(rows, rows)] = 1 / p
    residual = np.eye(len(y)) - hat
    g = []
    for rows, p in zip(blocks, per_study, strict=True):
        share = float(p / per_study.sum())
        load = np.zeros(len(y))
        load[rows] = w[rows] / np.sqrt(1 - share)
        g.append(bread[0, 0] * load @ residual)
    g = np.array(g)
    moments = g @ phi @ g.T
    variance = float(((g @ y) ** 2).sum())
    return variance, float(np.trace(moments) ** 2 / (moments**2).sum())


def test_robust_errors_equal_every_matrix_written_out() -> None:
    rng = np.random.default_rng(3)
    cluster = np.array(["a", "a", "b", "c", "c", "c", "d", "e"])
    v, y = rng.uniform(0.01, 0.2, 8), rng.normal(0, 0.4, 8)
    found = ek.synthesis.pool(y, np.sqrt(v), studies=cluster)
    variance, dof = by_matrices(y, v, cluster, found.heterogeneity.tau_squared, 0.8)
    assert found.standard_error**2 == pytest.approx(variance, abs=EXACT)
    assert found.dof == pytest.approx(dof, abs=EXACT)
    assert found.n_findings == 8
    assert [study.n_findings for study in found.studies] == [2, 1, 3, 1, 1]


def test_robust_errors_of_studies_that_weigh_the_same() -> None:
    """Then they are the plain error of a mean, on k - 1 degrees of freedom."""
    y = np.array([0.1, 0.3, -0.2, 0.4, 0.0, 0.1])
    found = ek.synthesis.pool(np.repeat(y, 2), [0.1] * 12, studies=np.repeat(list("abcdef"), 2))
    assert found.dof == pytest.approx(5)
    assert found.standard_error == pytest.approx(stats.sem(y), abs=EXACT)


def test_without_each_study_and_as_studies_came_in(bcg) -> None:
    y, v = bcg
    years = [1948, 1949, 1960, 1977, 1973, 1953, 1973, 1980, 1968, 1961, 1974, 1969, 1976]
    without = ek.synthesis.leave_one_out(y, np.sqrt(v))
    for n, one in enumerate(without):
        rest = ek.synthesis.pool(np.delete(y, n), np.sqrt(np.delete(v, n)))
        assert (one.effect, one.standard_error) == pytest.approx(
            (rest.effect, rest.standard_error), abs=EXACT
        )
        assert one.interval.low == pytest.approx(rest.interval.low, abs=EXACT)
    grown = ek.synthesis.cumulative(y, np.sqrt(v), order=years)
    assert [one.k for one in grown] == list(range(3, 14))
    place = np.argsort(years, kind="stable")[:5]
    first = ek.synthesis.pool(y[place], np.sqrt(v[place]))
    assert grown[2].effect == pytest.approx(first.effect, abs=EXACT)
    assert grown[-1].effect == pytest.approx(ek.synthesis.pool(y, np.sqrt(v)).effect, abs=EXACT)


def test_order_and_scale_change_nothing(bcg) -> None:
    y, v = bcg
    found, turned = ek.synthesis.pool(y, np.sqrt(v)), ek.synthesis.pool(y[::-1], np.sqrt(v[::-1]))
    assert turned.effect == pytest.approx(found.effect, abs=EXACT)
    grown = ek.synthesis.pool(1000 * y, 1000 * np.sqrt(v))
    assert grown.interval.low == pytest.approx(1000 * found.interval.low, rel=EXACT)
    assert grown.heterogeneity.i_squared == pytest.approx(found.heterogeneity.i_squared, abs=EXACT)


def test_rate_ratios_go_in_as_logarithms() -> None:
    ratios, half = np.array([0.8, 1.1, 0.9]), 1.959963984540054
    lows, highs = ratios * np.exp(-half * 0.1), ratios * np.exp(half * 0.1)
    logs, errors = ek.synthesis.from_ratios(ratios, lows, highs)
    assert logs == pytest.approx(np.log(ratios))
    assert errors == pytest.approx([0.1] * 3)


@pytest.mark.parametrize(
    ("effects", "errors", "studies", "words"),
    [
        ([0.1], [0.1], None, "one study; needed 3"),
        ([0.1, 0.2], [0.1, 0.1], None, "2 studies; needed 3"),
        ([], [], None, "no finding"),
        ([0.1, 0.2, 0.3], [0.1, 0.0, 0.1], ["a", "b", "c"], "study b: standard error 0"),
        ([0.1, 0.2, 0.3], [0.1, -0.1, 0.1], None, "above 0"),
        ([0.1, np.nan, 0.3], [0.1, 0.1, 0.1], None, "needed two numbers"),
        ([0.1, 0.2], [0.1], None, "one of each"),
        ([0.1, 0.2, 0.3], [0.1, 0.1, 0.1], ["a", "a", "a"], "one study; needed 3"),
    ],
)
def test_what_cannot_be_pooled_is_refused_in_words(effects, errors, studies, words: str) -> None:
    with pytest.raises(DataError, match=re.escape(words)):
        ek.synthesis.pool(effects, errors, studies=studies)


def test_three_studies_cannot_lose_one() -> None:
    with pytest.raises(DataError, match="needed 4"):
        ek.synthesis.leave_one_out([0.1, 0.2, 0.3], [0.1, 0.1, 0.1])


@pytest.mark.parametrize("ratio", [(0.0, 0.0, 1.0), (1.2, 0.8, 1.0), (0.9, -0.1, 1.0)])
def test_a_change_is_no_ratio(ratio: tuple[float, float, float]) -> None:
    with pytest.raises(DataError, match="inside its interval"):
        ek.synthesis.from_ratios(*([part] for part in ratio))


def test_intervals_hold_the_truth() -> None:
    """2,000 draws: standard error 0.5 points, so up to 1.5 below what the document says of 20,000."""
    for k, tau in ((3, 0.3), (5, 0.05)):
        cell = measured(k, tau, 2_000, 7)
        assert min(cell.pooled, cell.clustered) >= 0.93
        assert cell.naive < cell.clustered


def test_the_document_has_every_cell_and_none_below_the_bound(root: Path) -> None:
    text = (root / "docs" / "calibration.md").read_text(encoding="utf-8")
    part = text.split(f"\n## {TITLE}\n")[1].split("<!-- end: synthesis -->")[0]
    assert "20,000 draws a row, seed 1." in part
    rows = [line.strip("|").split("|") for line in part.splitlines() if line.startswith("|")][2:]
    found = [(int(row[0]), float(row[1])) for row in rows]
    assert found == [(k, tau) for k in STUDIES for tau in TAU_SQUARED]
    assert min(float(row[n]) for row in rows for n in (2, 7)) >= 100 * BOUND
