"""Permutation of a rate ratio: every deal fitted again, a case by hand, the choice, and what is refused."""

import itertools
import math
from dataclasses import replace

import numpy as np
import pytest

from evalkit.data.panel import Panel
from evalkit.did import poisson
from evalkit.did.poisson_deals import Deals, log_ratios
from evalkit.errors import DataError

SAME = 1e-9
T = 8


def counted(starts, *, exposure=True, mean=20.0, seed=0, ratio=1.0, cluster=None) -> Panel:
    """Counts of units of different size, which wander; exposure changes differently in each."""
    rng = np.random.default_rng(seed)
    start, n = np.array(starts), len(starts)
    people = rng.uniform(1, 5, (n, 1)) * np.exp(0.03 * rng.normal(size=(n, T)).cumsum(axis=1))
    expected = mean * rng.uniform(0.4, 2, (n, 1)) * np.exp(0.1 * rng.normal(size=(n, T)))
    expected = expected * np.exp(0.1 * rng.normal(size=T)) * (people if exposure else 1)
    expected = np.where(np.arange(T) >= start[:, None], ratio * expected, expected)
    panel = Panel(
        units=tuple(f"area {i:02d}" for i in range(n)),
        periods=tuple(str(2001 + t) for t in range(T)),
        outcome=rng.poisson(expected).astype(float),
        start=start,
        weights=None,
        unit_of_measure="robberies",
        exposure=people if exposure else None,
    )
    if cluster is not None:
        names = tuple(f"force {g}" for g in range(max(cluster) + 1))
        panel = replace(panel, cluster=np.array(cluster), cluster_names=names)
    return panel


def deals_of(panel):
    """Start dates of all units, for every different way to deal them over clusters."""
    first = [int(panel.start[panel.cluster == g][0]) for g in range(panel.n_clusters)]
    return [np.array(d)[panel.cluster] for d in sorted(set(itertools.permutations(first)))]


def log_ratio_of(panel):
    return math.log(poisson(panel, inference="overdispersed").overall.effect)


def p_by_fitting(panel, ratio=1.0):
    """The share of deals at least as far out, the model fitted anew for each; a mirror image always is."""
    base = replace(panel, outcome=np.where(panel.treated, panel.outcome / ratio, panel.outcome))
    found = [log_ratio_of(replace(base, start=start)) for start in deals_of(panel)]
    far = np.abs(found) >= abs(log_ratio_of(base)) - SAME
    half = len(set(panel.start.tolist())) == 2
    mirror = [half and bool((start != panel.start).all()) for start in deals_of(panel)]
    return float(np.mean(far | mirror))


CASES = [
    pytest.param([4, 4, 8, 8, 8, 8], {}, id="one start"),
    pytest.param([4, 4, 8, 8, 8, 8], {"exposure": False}, id="without exposure"),
    pytest.param([3, 5, 8, 8, 8], {}, id="staggered"),
    pytest.param([4, 4, 4, 8, 8, 8], {}, id="half"),
    pytest.param([4, 8, 8, 8, 8, 8], {"mean": 2.0}, id="one, few incidents"),
    pytest.param([4, 4, 4, 8, 8, 8, 8, 8], {"cluster": [0, 0, 1, 2, 2, 3, 3, 4]}, id="forces"),
]


@pytest.mark.parametrize(("starts", "kind"), CASES)
def test_p_and_interval_by_fitting_every_deal(starts, kind):
    panel = counted(starts, **kind)
    found = poisson(panel, inference="permutation").overall
    assert found.p_value == pytest.approx(p_by_fitting(panel), abs=1e-12)
    assert found.effect == poisson(panel, inference="overdispersed").overall.effect
    reached = 1 - found.interval.level
    for end, outward in ((found.interval.low, -1), (found.interval.high, 1)):
        for step, inside in ((-1e-6, True), (1e-6, False)):
            p = p_by_fitting(panel, end * math.exp(outward * step))
            assert (p > reached + 1e-12) == inside


def test_a_ratio_of_ratios_by_hand():
    """Without exposure the ratio is (after / before) of the treated over (after / before) of the others.

    Before 100 each; after 50 | 100, 110, 90: 0.5; any other one alone: 100 / (250/3) = 1.2, 110 / 80 = 1.375,
    90 / (260/3) = 1.038: the true one is farthest of four on the log, p = 1/4, and it is the lowest there is.
    """
    panel = Panel(
        units=tuple("abcd"), periods=("2001", "2002"), start=np.array([1, 2, 2, 2]), weights=None,
        outcome=np.array([[100.0, 50], [100, 100], [100, 110], [100, 90]]), unit_of_measure="robberies",
    )  # fmt: skip
    found = poisson(panel, inference="permutation")
    assert (found.overall.effect, found.overall.p_value) == (pytest.approx(0.5), 0.25)
    assert found.overall.interval.level == 0.75
    assert found.overall.inference == (
        "permutation, 1 of all 4 ways to deal the start dates over 4 units at least as large; "
        "smallest p 0.25, attainable level 25.0%"
    )
    # A ratio r leaves a had 50 / r = x after the start; r is rejected once no other deal is as far out as
    # x / 100. Above 0.5 x falls below 100: b alone has 100 / ((x + 200) / 3), as far as x / 100 while
    # 30000 / (x + 200) >= 10000 / x, x >= 100; c 110 / ((x + 190) / 3), while x >= 19000 / 230 = 82.6; d
    # 90 / ((x + 210) / 3), while x >= 21000 / 170 = 123.5: c contests last, r = 50 / 82.6. Below 0.5 it is d.
    assert found.overall.interval.high == pytest.approx(50 / (19000 / 230), abs=1e-8)
    assert found.overall.interval.low == pytest.approx(50 / (21000 / 170), abs=1e-8)


def test_the_estimate_says_what_permutation_gives_and_what_not():
    panel = counted([4, 4, 8, 8, 8, 8, 8, 8], ratio=0.6)
    found = poisson(panel, inference="permutation")
    overall, avoided = found.overall, found.avoided
    assert (overall.standard_error, overall.dof) == (None, None)
    assert overall.why == "permutation gives an interval and a p-value, no standard error"
    assert overall.unit_of_measure == "rate ratio of robberies"
    assert avoided.interval.low == pytest.approx(found.observed * (1 / overall.interval.high - 1))
    assert {(e.standard_error, e.low, e.high) for e in found.events} == {(None, None, None)}
    assert [e.effect for e in found.events] == [
        e.effect for e in poisson(panel, inference="cluster").events
    ]
    assert not any("too narrow" in note for note in found.notes)
    assert "not each time since the start" in found.notes[-1]


def test_half_of_the_areas_and_the_mirror_image():
    """Three of six: 20 ways, in pairs that compare the same areas, so p is a multiple of 2/20."""
    for exposure in (True, False):
        panel = counted([4] * 3 + [8] * 3, exposure=exposure)
        found = poisson(panel, inference="permutation").overall
        assert "smallest p 0.1, attainable level 10.0%" in found.inference


@pytest.mark.parametrize(
    ("starts", "level", "said"),
    [
        ([4] * 2 + [8] * 10, 1 - 3 / 66, "2 treated and 10 comparison units: too few for standard"),
        ([4] * 2 + [8] * 3, 0.9, "2 treated and 3 comparison units: too few for standard errors"),
        ([4] * 50 + [8] * 50, 0.95, "50 treated and 50 comparison units: enough on both sides"),
    ],
)
def test_auto_chooses_by_design_and_says_why(starts, level, said):
    panel = counted(starts, mean=5.0)
    found = poisson(panel, inference="auto").overall
    assert found.interval.level == pytest.approx(level)
    assert f"; chosen for {said}" in found.inference
    none = "No assumption-free test of this design can reject at 5%"
    assert found.notes[:1] == () or found.notes[0].startswith(none) == (len(starts) == 5)
    name = "cluster" if len(starts) == 100 else "permutation"
    assert found.p_value == poisson(panel, inference=name).overall.p_value


@pytest.mark.parametrize("inference", ["permutation", "auto"])
def test_what_cannot_be_permuted_is_refused_in_words(inference):
    panel = counted([4, 4, 8, 8, 8, 8])
    gap = replace(
        panel, outcome=np.where(np.arange(T) + panel.start[:, None] == 6, np.nan, panel.outcome)
    )
    with pytest.raises(DataError, match=r"missing cells; permutation needs every unit"):
        poisson(gap, inference=inference)
    with pytest.raises(DataError, match="found no unit that never starts"):
        poisson(counted([4, 4, 6, 6]), inference=inference)
    with pytest.raises(DataError, match="units start at different times"):
        poisson(counted([4, 5, 8, 8, 8, 8], cluster=[0, 0, 1, 2, 3, 4]), inference=inference)


def test_two_areas_cannot_be_permuted():
    with pytest.raises(DataError, match="all 2 ways"):
        poisson(counted([4, 8], exposure=False), inference="permutation")


def test_areas_that_tell_nothing_are_left_out_before_dealing():
    panel = counted([4, 4, 8, 8, 8, 8, 8])
    silent = replace(panel, outcome=np.where(np.arange(7)[:, None] == 6, 0.0, panel.outcome))
    found = poisson(silent, inference="permutation")
    assert "over 6 units" in found.overall.inference
    assert (
        found.overall.p_value
        == poisson(panel.without(np.arange(7) == 6), inference="permutation").overall.p_value
    )


def test_deals_in_which_nothing_is_expected_or_observed_are_infinitely_far():
    counts = np.array([[0.0, 0, 3, 4], [5, 4, 0, 0], [6, 5, 7, 3], [3, 4, 5, 4]])
    deals = Deals(
        exposure=np.ones((4, 4)), starts=np.array([2, 4]),
        pattern=np.array([[0, 1, 1, 1], [1, 0, 1, 1], [1, 1, 0, 1]]),
    )  # fmt: skip
    # the first has no incident before, the second none after; the third: 10/11 over 16/16
    assert log_ratios(deals, counts) == pytest.approx([math.inf, -math.inf, math.log(10 / 11)])


def test_many_deals_are_drawn_and_say_their_seed():
    panel = counted([4] * 10 + [8] * 14)
    once = poisson(panel, inference="permutation", seed=3).overall
    assert "of 2,000 drawn ways" in once.inference and "seed 3" in once.inference
    assert once == poisson(panel, inference="permutation", seed=3).overall
    # another seed moves p by Monte Carlo error only: sqrt(p (1-p) / 2000) is at most 1.1 points
    other = poisson(panel, inference="permutation", seed=4).overall
    assert other.p_value == pytest.approx(once.p_value, abs=0.05)
