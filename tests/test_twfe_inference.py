"""Two-way fixed effects with few areas: each method by another route, the choice, and what is refused."""

import itertools
from dataclasses import replace

import numpy as np
import pytest
from pydantic import TypeAdapter

from evalkit.data.panel import Panel
from evalkit.did import twfe
from evalkit.errors import DataError
from evalkit.inference.chooser import LONE_ALLOWANCE
from evalkit.inference.donald_lang import donald_lang
from evalkit.inference.permutation import permutation
from evalkit.inference.regression import regression
from evalkit.inference.spread import spread_ratio
from evalkit.inference.wild_bootstrap import wild_cluster_bootstrap
from evalkit.types.estimate import Estimate
from tests import by_full_regression as slow

SAME = 1e-9

ONE = [4, 4, 4, 9, 9, 9, 9]
CASES = [
    pytest.param(ONE, {}, id="one start"),
    pytest.param([3, 5, 9, 9, 9, 9], {}, id="staggered"),
    pytest.param(ONE, {"missing": 5}, id="gaps"),
    pytest.param(ONE, {"weighted": True}, id="weights"),
    pytest.param(ONE, {"covariate": True}, id="covariates"),
    pytest.param([3, 3, 5, 9, 9, 9], {"missing": 4, "weighted": True, "covariate": True}, id="all"),
]


def made(
    start, *, n_periods=9, missing=0, weighted=False, covariate=False, cluster=None, seed=1
) -> Panel:
    outcome, start, _ = slow.drawn_panel(seed, start, n_periods, missing=missing)
    rng = np.random.default_rng([seed, 5])
    panel = Panel(
        units=tuple(f"area {i:02d}" for i in range(len(start))),
        periods=tuple(str(2001 + t) for t in range(n_periods)),
        outcome=outcome,
        start=start,
        weights=rng.uniform(0.5, 3, outcome.shape) if weighted else None,
        unit_of_measure="rate",
    )
    if covariate:
        found = rng.normal(size=(*outcome.shape, 2))
        panel = replace(panel, covariates=found, covariate_names=("a", "b"))
    if cluster is not None:
        names = tuple(f"force {g}" for g in range(max(cluster) + 1))
        panel = replace(panel, cluster=np.array(cluster), cluster_names=names)
    return panel


def extras(panel):
    covariates = panel.covariates if panel.covariate_names else None
    return {"weights": panel.weights, "covariates": covariates}


def judged(panel, name, **more) -> Estimate:
    return twfe(panel, inference=name, weighted=panel.weights is not None, **more)


@pytest.mark.parametrize(("start", "kind"), CASES)
def test_cr2_by_every_dummy_written_out(start, kind):
    panel = made(start, **kind)
    error, dof = slow.cr2(
        panel.outcome, panel.treated, panel.observed, panel.cluster, **extras(panel)
    )
    found = judged(panel, "cr2")
    assert (found.standard_error, found.dof) == pytest.approx((error, dof), rel=1e-7)
    again = slow.coefficient(panel.outcome, panel.treated, panel.observed, **extras(panel))
    assert found.effect == pytest.approx(again, abs=SAME)


@pytest.mark.parametrize(("start", "kind"), CASES)
def test_permutation_by_fitting_every_assignment(start, kind):
    panel = made(start, **kind)
    found = judged(panel, "permutation")
    arguments = (panel.outcome, panel.start, panel.observed)
    assert found.p_value == slow.permutation_p(*arguments, **extras(panel))
    assert (found.standard_error, found.dof) == (None, None)
    assert found.why.startswith("permutation gives")
    # an end of the interval: just inside it is not rejected at the level that is reached, just outside it is
    reached, end = 1 - found.interval.level, found.interval.high
    for step, inside in ((-1e-6, True), (1e-6, False)):
        p = slow.permutation_p(*arguments, end + step, **extras(panel))
        assert (p > reached + 1e-12) == inside


@pytest.mark.parametrize(("start", "kind"), [CASES[0].values, CASES[1].values, CASES[2].values])
def test_wild_bootstrap_by_fitting_every_draw(start, kind):
    panel = made(start, **kind)
    signs = np.array(list(itertools.product([1.0, -1.0], repeat=len(start))))
    expected = slow.wild_p(panel.outcome, panel.treated, panel.observed, panel.cluster, signs)
    assert judged(panel, "wild_bootstrap").p_value == pytest.approx(expected, abs=1e-12)


def test_two_periods_say_the_same_as_all_of_them():
    """With one start and no gaps the panel is reduced to means before and after: nothing may change."""
    panel = made([4, 4, 9, 9, 9, 9, 9, 9])
    whole = regression(panel.outcome, panel.treated.astype(float))
    full = {
        "donald_lang": donald_lang(whole),
        "wild_bootstrap": wild_cluster_bootstrap(whole, seed=0),
        "permutation": permutation(panel.outcome, panel.start, seed=0),
    }
    for name, expected in full.items():
        if not np.isfinite(expected.interval.high):
            continue
        found = judged(panel, name)
        assert found.p_value == pytest.approx(expected.p_value, abs=1e-12)
        ends = (found.interval.low, found.interval.high, found.interval.level)
        assert ends == pytest.approx(
            (expected.interval.low, expected.interval.high, expected.interval.level), abs=SAME
        )
        assert found.inference == expected.words


def of_changes(changes, treated) -> Panel:
    """Two periods; every unit begins at 10."""
    changes = np.array(changes, dtype=float)
    return Panel(
        units=tuple("abcdefghijklmnopqrstuvwxyz"[: len(changes)]),
        periods=("2001", "2002"),
        outcome=np.column_stack([np.full(len(changes), 10.0), 10 + changes]),
        start=np.where(np.arange(len(changes)) < treated, 1, 2),
        weights=None,
        unit_of_measure="rate",
    )


def test_five_areas_by_hand():
    """Changes 9, 7 | 1, 2, 3: 8 - 2 = 6, the largest of ten, and no other is as far from 0:
    {9, 7} 6; {9, 3} 6 - 10/3 = 8/3; {1, 2} 1.5 - 19/3 = -4.83: p = 1/10.
    """
    found = twfe(of_changes([9, 7, 1, 2, 3], 2), inference="permutation")
    assert (found.effect, found.p_value) == (pytest.approx(6.0), 0.1)
    assert found.interval.level == pytest.approx(0.9)
    assert found.inference == (
        "permutation, 1 of all 10 ways to deal the start dates over 5 units at least as large; "
        "smallest p 0.1, attainable level 10.0%"
    )
    # A constant effect b leaves changes 9-b, 7-b | 1, 2, 3, and is rejected when one assignment only, the
    # true one, is as far out as |6 - b|. A first rival is {9, 3}: (9-b+3)/2 - (7-b+3)/3 = 8/3 - b/6, as
    # far out while b - 6 <= |8/3 - b/6|; {7, 3}: (10-b)/2 - (12-b)/3 = 1 - b/6; {9, 1}: 1 - b/6 ...;
    # {1, 2}: 1.5 - (19 - 2b)/3 = 2b/3 - 29/6: b - 6 <= 2b/3 - 29/6 while b <= 3.5: not above 6.
    # {2, 3}: 2.5 - (17 - 2b)/3 = 2b/3 - 19/6: b - 6 <= 2b/3 - 19/6 while b <= 8.5, the last: high = 8.5.
    assert found.interval.high == pytest.approx(8.5)
    # Below: 6 - b <= 8/3 - b/6 while b >= 4 ({9, 3}); {1, 2}: 6 - b <= 29/6 - 2b/3 while b >= 3.5: low = 3.5.
    assert found.interval.low == pytest.approx(3.5)


def test_one_treated_of_many_by_hand():
    """Comparison changes 1..10 (mean 5.5), treated 12: 6.5 is farther out than 4.5, so p = 1/11."""
    panel = of_changes([12, *range(1, 11)], 1)
    found = twfe(panel, inference="conley_taber")
    assert (found.p_value, found.effect) == (pytest.approx(1 / 11), pytest.approx(6.5))
    assert (found.interval.low, found.interval.high) == pytest.approx((2.0, 11.0))
    with pytest.raises(DataError, match="without exposure or weights"):
        twfe(panel, inference="ferman_pinto")
    sized = replace(panel, exposure=np.repeat([[4.0]] + [[1.0]] * 10, 2, axis=1))
    assert twfe(sized, inference="ferman_pinto").inference.startswith("Ferman-Pinto")


def test_clusters_that_are_not_units():
    """Four forces of two areas; two started. Donald-Lang and permutation count forces: 6 ways, 2 df."""
    panel = made([4, 4, 4, 4, 9, 9, 9, 9], cluster=[0, 0, 1, 1, 2, 2, 3, 3])
    assert judged(panel, "donald_lang").dof == 2
    found = judged(panel, "permutation")
    assert "of all 6 ways to deal the start dates over 4 clusters" in found.inference
    deals = [np.isin(panel.cluster, pair) for pair in itertools.combinations(range(4), 2)]
    after = np.arange(9) >= 4
    effects = [slow.coefficient(panel.outcome, d[:, None] & after, panel.observed) for d in deals]
    assert found.p_value == np.mean(np.abs(effects) >= abs(found.effect) * (1 - 1e-9))
    error, dof = slow.cr2(panel.outcome, panel.treated, panel.observed, panel.cluster)
    assert (judged(panel, "cr2").standard_error, judged(panel, "cr2").dof) == pytest.approx(
        (error, dof), rel=1e-7
    )
    with pytest.raises(DataError, match="works on one change a unit"):
        judged(panel, "conley_taber")


@pytest.mark.parametrize(
    ("start", "begins", "chosen"),
    [
        ([6] * 2 + [10] * 3, "Donald-Lang", "cannot reject at the level asked for"),
        ([6] + [10] * 7, "Donald-Lang", "cannot reject at the level asked for"),
        ([6] * 2 + [10] * 10, "permutation", "rejects at 4.5% (asked: 5%)"),
        ([6] + [10] * 42, "permutation", "rejects at 4.7% (asked: 5%)"),
        ([6] * 6 + [10] * 6, "CR2", "6 treated and 6 comparison units"),
        ([6] * 50 + [10] * 60, "t with G-1 = 109 df", "enough on both sides"),
        ([6, 7] + [10] * 10, "permutation", "rejects at 4.5% (asked: 5%)"),
        ([6] * 4 + [7] * 5, "permutation", "4 treated and 5 comparison units"),
    ],
)
def test_the_choice_says_what_and_why(start, begins, chosen):
    panel = made(start, n_periods=10, seed=5 if len(start) == 43 else 4)
    found = twfe(panel)
    assert found.inference.startswith(begins), found.inference
    assert chosen in found.inference
    name = {"D": "donald_lang", "p": "permutation", "C": "cr2", "t": "cluster"}[begins[0]]
    named = twfe(panel, inference=name)
    assert found.effect == named.effect
    if name != "donald_lang" or start.count(6) > 1:
        assert (found.p_value, found.interval) == (named.p_value, named.interval)
    assert TypeAdapter(Estimate).validate_json(TypeAdapter(Estimate).dump_json(found)) == found


def test_where_no_assumption_free_test_exists_the_estimate_says_so():
    found = twfe(made([6] * 2 + [10] * 3, n_periods=10, seed=4))
    assert found.notes[0] == (
        "No assumption-free test of this design can reject at 5%: the smallest p-value that permutation can "
        "reach is 0.1. Valid only if changes are about normal with equal spread."
    )


def test_a_lone_area_is_allowed_to_vary_more():
    """One of five: s^2 (a^2 + 1/4) instead of s^2 (1 + 1/4), a = 1.25 or what the periods before show."""
    panel = made([6] + [10] * 4, n_periods=10, seed=4)
    plain, found = twfe(panel, inference="donald_lang"), twfe(panel)
    ratio = spread_ratio(panel.outcome[:, :6], np.arange(5) == 0)
    a = max(LONE_ALLOWANCE, ratio)
    grown = plain.standard_error * np.sqrt((a**2 + 1 / 4) / (1 + 1 / 4))
    assert found.standard_error == pytest.approx(grown, rel=1e-9)


def test_areas_that_varied_more_before_are_not_permuted():
    panel = made([6, 6] + [10] * 8, n_periods=10, seed=4)
    wild = panel.outcome.copy()
    wild[:2, :6] += 10 * np.random.default_rng(0).normal(size=(2, 6))
    found = twfe(replace(panel, outcome=wild))
    assert (
        found.inference.startswith("CR2")
        and "permutation would reject too often" in found.inference
    )
    assert twfe(panel).inference.startswith("permutation")


def test_areas_whose_starts_differ_within_a_force_are_not_dealt():
    panel = made([4, 5, 9, 9, 9, 9, 9, 9], cluster=[0, 0, 1, 1, 2, 2, 3, 3])
    with pytest.raises(DataError, match="units start at different times"):
        judged(panel, "permutation")
    with pytest.raises(DataError, match="rests on one cluster alone"):
        judged(panel, "auto")
    wider = made([4, 5, 4, 9, 9, 9, 9, 9], cluster=[0, 0, 1, 1, 2, 2, 3, 3])
    assert "cannot be permuted" in judged(wider, "auto").notes[0]


@pytest.mark.parametrize(
    ("start", "name", "said"),
    [
        ([4, 9, 9, 9, 9], "cr2", "rests on one cluster alone"),
        ([4, 9], "donald_lang", "found 2 clusters"),
        ([4, 9], "auto", "found 1 treated and 1 comparison units"),
        ([4, 9], "permutation", "all 2 ways"),
        ([4, 9, 9, 9, 9], "conley_taber", "at least 10 to learn from"),
        ([4, 5, *[9] * 12], "conley_taber", "works on one change a unit"),
        (ONE, "bootstrap", "needs one of auto, cluster, cr2"),
    ],
)
def test_what_a_method_cannot_do_is_said(start, name, said):
    with pytest.raises(DataError, match=said):
        twfe(made(start), inference=name)


def test_an_interval_without_an_end_is_refused_with_its_p(monkeypatch):
    """A method that rejects no effect on one side: no number stands for the end that is not there."""
    from evalkit.inference.judgement import Judgement
    from evalkit.types.estimate import Interval

    endless = Judgement(
        method="wild_bootstrap", standard_error=None, p_value=0.5, dof=None, attainable_level=0.05,
        interval=Interval(low=-1.0, high=np.inf, level=0.95), words="", why="",
    )  # fmt: skip
    monkeypatch.setitem(twfe.__globals__, "judged", lambda *_, **__: endless)
    with pytest.raises(
        DataError, match=r"p = 0.5 against none\), so its interval has no end there"
    ):
        twfe(made(ONE), inference="wild_bootstrap")


def test_units_never_seen_are_no_clusters():
    panel = made([4, 4, 4, 9, 9, 9, 9, 9])
    gone = replace(panel, outcome=np.where(np.arange(8)[:, None] == 7, np.nan, panel.outcome))
    found, smaller = twfe(gone), twfe(panel.without(np.arange(8) == 7))
    assert (found.p_value, found.n_units, found.n_clusters) == (smaller.p_value, 7, 7)


def test_too_large_a_panel_is_refused_before_anything_is_built():
    from evalkit.did import twfe_inference

    start = np.where(np.arange(4000) < 3, 100 + np.arange(4000), 400)
    outcome = np.broadcast_to(np.zeros(()), (4000, 400))
    panel = Panel(
        units=tuple(map(str, range(4000))), periods=tuple(map(str, range(400))), outcome=outcome,
        start=start, weights=None, unit_of_measure="rate",
    )  # fmt: skip
    with pytest.raises(DataError, match="too many for this method"):
        twfe_inference.few(panel, weighted=False)


def test_ratio_of_spreads_by_hand():
    """Two others, opposite to each other in every period: squares 2 x 4 / ((2-1) (5-1)) = 2.

    The lone one moves by 3, -3, 3, -3, 0: squares 36 / 4 = 9, less 2 / 2: ratio sqrt(8 / 2) = 2.
    """
    step = np.array([1.0, -1.0, 1.0, -1.0, 0.0])
    rows = np.stack([3 * step, step, -step])
    expected = 2.0
    assert spread_ratio(rows, np.array([True, False, False])) == pytest.approx(expected)
    shifted = rows + np.array([[5.0], [-2.0], [9.0]]) + np.arange(5)
    assert spread_ratio(shifted, np.array([True, False, False])) == pytest.approx(expected)
    assert spread_ratio(rows[:, :4], np.array([True, False, False])) is None
    assert spread_ratio(rows[:2], np.array([True, False])) is None
