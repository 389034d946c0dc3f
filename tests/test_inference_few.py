"""Few clusters: each method against its slow twin, hand calculations, identities and its own promises."""

import itertools
import math

import numpy as np
import pytest
from scipy import stats

from evalkit.errors import DataError
from evalkit.inference.clustered import clustered
from evalkit.inference.cr2 import cr2
from evalkit.inference.donald_lang import donald_lang
from evalkit.inference.few_treated import few_treated
from evalkit.inference.judgement import attainable
from evalkit.inference.permutation import n_assignments, permutation
from evalkit.inference.regression import regression
from evalkit.inference.wild_bootstrap import wild_cluster_bootstrap
from tests import by_full_regression as slow

SAME = 1e-9


def treatment(start, n_periods):
    return (np.arange(n_periods) >= np.asarray(start)[:, None]).astype(float)


def fitted(outcome, start, observed=None, **extra):
    return regression(outcome, treatment(start, outcome.shape[1]), observed=observed, **extra)


CASES = [
    pytest.param([3, 3, 6, 6, 6, 6], 6, 0, id="one start"),
    pytest.param([2, 3, 4, 6, 6, 6, 6], 6, 0, id="staggered"),
    pytest.param([3, 3, 3, 7, 7, 7, 7], 7, 6, id="gaps"),
    pytest.param([0, 3, 5, 5, 7, 7, 7], 7, 4, id="staggered, always treated, gaps"),
]


def extras(seed, outcome, *, weighted, covariate):
    rng = np.random.default_rng([seed, 9])
    weights = rng.uniform(0.5, 3, outcome.shape) if weighted else None
    covariates = rng.normal(size=(*outcome.shape, 2)) if covariate else None
    return {"weights": weights, "covariates": covariates}


@pytest.mark.parametrize(("start", "n_periods", "missing"), CASES)
@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("covariate", [False, True])
def test_coefficient_of_explicit_dummies(start, n_periods, missing, weighted, covariate):
    outcome, start, observed = slow.drawn_panel(1, start, n_periods, missing=missing)
    extra = extras(1, outcome, weighted=weighted, covariate=covariate)
    fit = fitted(outcome, start, observed, **extra)
    again = slow.coefficient(outcome, treatment(start, n_periods), observed, **extra)
    assert fit.effect == pytest.approx(again, abs=SAME)
    assert fit.n_parameters == 1 + n_periods + 2 * covariate


@pytest.mark.parametrize(("start", "n_periods", "missing"), CASES)
@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("covariate", [False, True])
def test_cr2_is_that_of_the_whole_model(start, n_periods, missing, weighted, covariate):
    """Unit effects are taken out first here and left in there: Pustejovsky and Tipton's theorem 2."""
    outcome, start, observed = slow.drawn_panel(2, start, n_periods, missing=missing)
    extra = extras(2, outcome, weighted=weighted, covariate=covariate)
    judged = cr2(fitted(outcome, start, observed, **extra))
    error, dof = slow.cr2(
        outcome, treatment(start, n_periods), observed, np.arange(len(start)), **extra
    )
    assert judged.standard_error == pytest.approx(error, rel=1e-7)
    assert judged.dof == pytest.approx(dof, rel=1e-7)


def test_cr2_with_clusters_of_several_units():
    outcome, start, observed = slow.drawn_panel(3, [3, 3, 3, 6, 6, 6, 6, 6, 6, 4], 6, missing=3)
    cluster = np.array([0, 0, 1, 2, 2, 3, 3, 4, 4, 1])
    judged = cr2(fitted(outcome, start, observed, cluster=cluster))
    error, dof = slow.cr2(outcome, treatment(start, 6), observed, cluster)
    assert judged.standard_error == pytest.approx(error, rel=1e-7)
    assert judged.dof == pytest.approx(dof, rel=1e-7)


def test_cr2_of_one_start_is_the_unequal_variance_t_test_of_changes():
    """By hand: with one start CR2 is s1^2/n1 + s0^2/n0 of the changes, and Bell and McCaffrey's degrees of
    freedom are those for equal variances: (1/n1 + 1/n0)^2 / (1/(n1^2 (n1-1)) + 1/(n0^2 (n0-1))).
    """
    outcome, start, _ = slow.drawn_panel(4, [4, 4, 4, 8, 8, 8, 8, 8], 8)
    judged = cr2(fitted(outcome, start))
    change = outcome[:, 4:].mean(axis=1) - outcome[:, :4].mean(axis=1)
    variance = change[:3].var(ddof=1) / 3 + change[3:].var(ddof=1) / 5
    assert judged.standard_error == pytest.approx(math.sqrt(variance), abs=SAME)
    dof = (1 / 3 + 1 / 5) ** 2 / (1 / (9 * 2) + 1 / (25 * 4))
    assert judged.dof == pytest.approx(dof, abs=SAME)


def test_cr2_refuses_an_effect_that_rests_on_one_cluster():
    outcome, start, _ = slow.drawn_panel(5, [4, 8, 8, 8, 8], 8)
    with pytest.raises(DataError, match="rests on one cluster alone"):
        cr2(fitted(outcome, start))


@pytest.mark.parametrize(("start", "n_periods", "missing"), CASES)
@pytest.mark.parametrize("null", [0.0, 0.7])
def test_wild_bootstrap_by_fitting_every_draw(start, n_periods, missing, null):
    outcome, start, observed = slow.drawn_panel(6, start, n_periods, missing=missing)
    cluster = np.arange(len(start))
    signs = np.array(list(itertools.product([1.0, -1.0], repeat=len(start))))
    expected = slow.wild_p(outcome, treatment(start, n_periods), observed, cluster, signs, null)
    moved = outcome - null * treatment(start, n_periods)
    judged = wild_cluster_bootstrap(fitted(moved, start, observed), seed=0)
    assert judged.p_value == pytest.approx(expected, abs=1e-12)


def test_wild_bootstrap_interval_holds_what_is_not_rejected():
    outcome, start, observed = slow.drawn_panel(7, [4] * 4 + [8] * 5, 8)
    judged = wild_cluster_bootstrap(fitted(outcome, start), seed=0)
    signs = np.array(list(itertools.product([1.0, -1.0], repeat=9)))
    assert judged.interval.level == pytest.approx(1 - 12 / 256)  # floor(0.05 x 256) = 12
    for end, outward in ((judged.interval.low, -1), (judged.interval.high, 1)):
        for step, inside in ((-1e-6, True), (1e-6, False)):
            null = end + outward * step
            p = slow.wild_p(outcome, treatment(start, 8), observed, np.arange(9), signs, null)
            assert (p > 12 / 256 + 1e-12) == inside


def test_wild_bootstrap_multipliers():
    outcome, start, _ = slow.drawn_panel(8, [4] * 5 + [8] * 6, 8)
    fit = fitted(outcome, start)
    by_rule = [
        wild_cluster_bootstrap(fit, seed=1, draws=draws).words for draws in (9_999, 2_048, 2_047)
    ]
    assert ["all 1,024 distinct" in words for words in by_rule] == [True, True, False]
    assert "Webb six-point multipliers (2,047 draws, seed 1)" in by_rule[2]
    twelve, start, _ = slow.drawn_panel(8, [4] * 6 + [8] * 7, 8)
    assert "Rademacher" in wild_cluster_bootstrap(fitted(twelve, start), seed=1, draws=999).words
    one, two = (wild_cluster_bootstrap(fit, seed=1, multipliers="webb") for _ in range(2))
    assert one == two
    assert one != wild_cluster_bootstrap(fit, seed=2, multipliers="webb")
    # Webb's and Rademacher's answer the same question: p within Monte Carlo error of a few points
    assert one.p_value == pytest.approx(wild_cluster_bootstrap(fit, seed=1).p_value, abs=0.03)
    with pytest.raises(DataError, match="needed auto, rademacher or webb"):
        wild_cluster_bootstrap(fit, seed=1, multipliers="mammen")


def test_wild_bootstrap_with_one_treated_cluster_hardly_rejects():
    """MacKinnon and Webb (2018): with the null imposed and one treated cluster it is far below its level."""
    rejected = 0
    for seed in range(200):
        outcome, start, _ = slow.drawn_panel(seed, [4] + [8] * 12, 8)
        rejected += (
            wild_cluster_bootstrap(fitted(outcome, start), seed=0, draws=299).p_value <= 0.05
        )
    assert rejected <= 1


PERMUTED = [
    pytest.param([3, 3, 6, 6, 6], 6, 0, id="10 ways"),
    pytest.param([3, 3, 3, 6, 6, 6], 6, 0, id="half treated"),
    pytest.param([2, 4, 6, 6, 6, 6], 6, 0, id="staggered"),
    pytest.param([0, 3, 6, 6, 6], 6, 0, id="always treated"),
    pytest.param([3, 3, 6, 6, 6, 6], 6, 4, id="gaps"),
]


@pytest.mark.parametrize(("start", "n_periods", "missing"), PERMUTED)
@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("covariate", [False, True])
def test_permutation_by_fitting_every_assignment(start, n_periods, missing, weighted, covariate):
    outcome, start, observed = slow.drawn_panel(10, start, n_periods, missing=missing)
    extra = extras(10, outcome, weighted=weighted, covariate=covariate)
    judged = permutation(outcome, start, observed=observed, seed=0, **extra)
    assert judged.p_value == slow.permutation_p(outcome, start, observed, **extra)
    reached = judged.attainable_level
    assert judged.interval.level == 1 - reached
    for end, outward in ((judged.interval.low, -1), (judged.interval.high, 1)):
        if not math.isfinite(end):
            continue
        for step, inside in ((-1e-6, True), (1e-6, False)):
            p = slow.permutation_p(outcome, start, observed, end + outward * step, **extra)
            assert (p > reached + 1e-12) == inside


@pytest.mark.parametrize(
    ("n", "treated", "level"),
    [
        (5, 1, 1 / 5), (5, 2, 1 / 10), (8, 1, 1 / 8), (8, 2, 1 / 28), (8, 3, 2 / 56),
        (8, 4, 2 / 70), (12, 1, 1 / 12), (12, 2, 3 / 66), (43, 1, 2 / 43),
    ],
)  # fmt: skip
def test_attainable_levels_counted_by_hand(n, treated, level):
    """Choose k of n; with half of them treated an assignment and its mirror image say the same, so 8 areas
    with 4 treated have 35 pairs, of which one may reject: 1/35.
    """
    outcome, start, _ = slow.drawn_panel(11, [3] * treated + [6] * (n - treated), 6)
    assert permutation(outcome, start, seed=0).attainable_level == pytest.approx(level)


def test_attainable_is_the_largest_multiple_up_to_the_level():
    assert attainable(1, 66, 0.05) == 3 / 66
    assert attainable(1, 20, 0.05) == 1 / 20  # 0.05 x 20 is 1 in spite of rounding
    assert attainable(1, 3, 0.05) == 1 / 3


def test_many_assignments_are_drawn_and_agree_with_the_list():
    outcome, start, _ = slow.drawn_panel(12, [3] * 6 + [6] * 6, 6)
    listed = permutation(outcome, start, seed=0)
    assert n_assignments(np.array([0] * 6 + [1] * 6)) == 924
    many, later, _ = slow.drawn_panel(12, [3] * 10 + [6] * 10, 6)
    drawn = permutation(many, later, seed=3)
    assert "of 2,000 drawn ways" in drawn.words and "seed 3" in drawn.words
    assert drawn == permutation(many, later, seed=3)
    # another seed moves p by Monte Carlo error only: sqrt(p (1-p) / 2000) is at most 1.1 points
    assert permutation(many, later, seed=4).p_value == pytest.approx(drawn.p_value, abs=0.05)
    assert "all 924 ways" in listed.words


def test_permutation_moves_clusters_whole():
    rng = np.random.default_rng(13)
    outcome = rng.normal(size=(8, 6))
    start = np.array([3, 3, 6, 6, 6, 6, 6, 6])
    cluster = np.array([0, 0, 1, 1, 2, 2, 3, 3])
    judged = permutation(outcome, start, cluster=cluster, seed=0)
    assert "all 4 ways to deal the start dates over 4 clusters" in judged.words
    deals = [np.where(cluster == g, 3, 6) for g in range(4)]
    found = [slow.coefficient(outcome, treatment(d, 6) > 0, outcome < 99) for d in deals]
    assert judged.p_value == np.mean(np.abs(found) >= abs(found[0]) * (1 - 1e-9))


def test_permutation_says_what_it_cannot_do():
    rng = np.random.default_rng(14)
    with pytest.raises(DataError, match="all 2 ways"):
        permutation(rng.normal(size=(2, 6)), np.array([3, 6]), seed=0)
    with pytest.raises(DataError, match="units start at different times"):
        permutation(
            rng.normal(size=(4, 6)), np.array([3, 6, 6, 6]), cluster=np.array([0, 0, 1, 2]), seed=0
        )
    with pytest.raises(DataError, match="cannot be told"):
        permutation(rng.normal(size=(4, 6)), np.full(4, 6), seed=0)


def test_donald_lang_is_students_t_test_of_changes():
    outcome, start, _ = slow.drawn_panel(15, [4, 4, 10, 10, 10], 10)
    judged = donald_lang(fitted(outcome, start))
    change = outcome[:, 4:].mean(axis=1) - outcome[:, :4].mean(axis=1)
    expected = stats.ttest_ind(change[:2], change[2:])
    assert judged.p_value == pytest.approx(expected.pvalue, abs=SAME)
    interval = expected.confidence_interval(0.95)
    assert (judged.interval.low, judged.interval.high) == pytest.approx(tuple(interval), abs=SAME)
    assert judged.dof == 3


def test_donald_lang_allows_for_a_more_variable_treated_unit():
    """One treated of five: Var = s^2 (a^2 + 1/4) when the unit may vary a times as much."""
    outcome, start, _ = slow.drawn_panel(16, [4, 10, 10, 10, 10], 10)
    fit = fitted(outcome, start)
    change = outcome[:, 4:].mean(axis=1) - outcome[:, :4].mean(axis=1)
    pooled = change[1:].var(ddof=1)
    plain = donald_lang(fit)
    assert plain.standard_error == pytest.approx(math.sqrt(pooled * (1 + 1 / 4)), abs=SAME)
    # treated share of the variance: (4/5)^2 of (4/5)^2 + 4 (1/5)^2, that is 4/5
    wide = donald_lang(fit, few=np.arange(5) == 0, allowance=2.0)
    assert wide.standard_error == pytest.approx(math.sqrt(pooled * (4 + 1 / 4)), abs=SAME)
    assert "vary at most 2 times" in wide.words


def test_donald_lang_needs_three_clusters():
    outcome, start, _ = slow.drawn_panel(17, [4, 10], 10)
    with pytest.raises(DataError, match="found 2 clusters"):
        donald_lang(fitted(outcome, start))


def test_clustered_is_the_written_rule():
    outcome, start, observed = slow.drawn_panel(18, [4] * 4 + [8] * 6, 8)
    effect, bare = slow.fitted_t(outcome, treatment(start, 8), observed, np.arange(10))
    judged = clustered(fitted(outcome, start))
    factor = math.sqrt(10 / 9 * 79 / (80 - 9))
    assert judged.standard_error == pytest.approx(bare * factor, abs=SAME)
    assert judged.p_value == pytest.approx(
        2 * stats.t.sf(abs(effect) / (bare * factor), 9), abs=SAME
    )


def test_conley_taber_by_hand():
    """Changes of ten comparison units 1..10 (mean 5.5) and one treated at 12: the effect is 6.5; deviations
    are at most 4.5, so nothing is as far out: p = 1/11, the smallest there is, and the interval is 90.9 %.
    """
    changes = np.array([12.0, *range(1, 11)])
    judged = few_treated(changes, np.arange(11) == 0, seed=0)
    assert judged.p_value == pytest.approx(1 / 11)
    assert (judged.interval.low, judged.interval.high) == (6.5 - 4.5, 6.5 + 4.5)
    assert judged.interval.level == pytest.approx(10 / 11)


def test_ferman_pinto_scales_by_size():
    """Deviations exactly +-1/sqrt(size): variance 1/size, so the treated unit of size 1/4 moves by 2."""
    size = np.array([0.25, *([1.0] * 6), *([4.0] * 6)])
    signs = np.tile([1.0, -1.0], 6)
    changes = np.array([3.0, *(signs / np.sqrt(size[1:]))])
    judged = few_treated(changes, np.arange(13) == 0, size=size, seed=0)
    assert judged.interval.high - 3.0 == pytest.approx(2.0, abs=1e-9)
    even = few_treated(changes, np.arange(13) == 0, size=np.ones(13), seed=0)
    plain = few_treated(changes, np.arange(13) == 0, seed=0)
    assert even.interval == plain.interval and even.p_value == plain.p_value


def test_few_treated_lists_or_draws_and_refuses():
    rng = np.random.default_rng(19)
    changes = rng.normal(size=44)
    two, four = np.arange(44) < 2, np.arange(44) < 4
    assert "all 1,764 draws" in few_treated(changes, two, seed=0).words
    assert "9,999 draws, seed 5" in few_treated(changes, four, seed=5).words
    with pytest.raises(DataError, match="at least 10"):
        few_treated(changes[:8], two[:8], seed=0)
    with pytest.raises(DataError, match="size that is missing"):
        few_treated(changes, two, size=np.zeros(43), seed=0)


@pytest.mark.parametrize("name", ["clustered", "cr2", "donald_lang", "wild", "permutation"])
def test_shifting_and_scaling_move_the_interval_alike(name):
    """10 y + unit and period effects + 3 x treatment: interval x 10 + 3; p of the shifted null agrees."""
    outcome, start, _ = slow.drawn_panel(20, [4] * 4 + [8] * 5, 8)
    rng = np.random.default_rng(20)
    other = 10 * outcome + rng.normal(size=(9, 1)) + rng.normal(size=8) + 3 * treatment(start, 8)

    def judged(y):
        fit = fitted(y, start)
        return {
            "clustered": lambda: clustered(fit),
            "cr2": lambda: cr2(fit),
            "donald_lang": lambda: donald_lang(fit),
            "wild": lambda: wild_cluster_bootstrap(fit, seed=0),
            "permutation": lambda: permutation(y, start, seed=0),
        }[name]().interval

    once, again = judged(outcome), judged(other)
    assert again.low == pytest.approx(10 * once.low + 3, abs=1e-7)
    assert again.high == pytest.approx(10 * once.high + 3, abs=1e-7)


def test_what_cannot_be_told_apart_is_refused():
    rng = np.random.default_rng(21)
    with pytest.raises(DataError, match="cannot be told"):
        fitted(rng.normal(size=(4, 6)), [3, 3, 3, 3])
    with pytest.raises(DataError, match="without any observed period"):
        observed = np.arange(4)[:, None] > np.zeros(6)
        fitted(rng.normal(size=(4, 6)), [3, 3, 6, 6], observed)
