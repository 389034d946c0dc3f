"""Power of a comparison of areas: against the tests themselves, a formula, and data made up whole."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import evalkit as ek
from evalkit.data import periods as calendar
from evalkit.data.panel import Panel
from evalkit.errors import DataError
from evalkit.inference.clustered import clustered
from evalkit.inference.cr2 import cr2
from evalkit.inference.donald_lang import donald_lang
from evalkit.inference.permutation import permutation
from evalkit.inference.regression import regression
from evalkit.power.change_tests import shown_from
from evalkit.power.noise import Areas, Noise, additive_residuals, estimate_noise, relative_residuals
from evalkit.power.panel_design import PanelDesign, change_of


def ar1(rng: np.random.Generator, shape: tuple[int, ...], rho: float) -> np.ndarray:
    """Variance 1, along the last axis."""
    e = rng.standard_normal(shape)
    for t in range(1, shape[-1]):
        e[..., t] = rho * e[..., t - 1] + np.sqrt(1 - rho**2) * e[..., t]
    return e


def panel(
    outcome: np.ndarray, first: str = "2021-04", start: list[str | None] | None = None
) -> Panel:
    n, t = outcome.shape
    last = calendar.text(calendar.ordinal(first) + t - 1, monthly=True)
    frame = pd.DataFrame(
        {
            "area": np.repeat([f"a{i:02d}" for i in range(n)], t),
            "month": np.tile(calendar.between(first, last), n),
            "y": outcome.ravel(),
            "from": np.repeat(start or [None] * n, t),
        }
    )
    return Panel.from_frame(frame, unit="area", period="month", outcome="y", treated_from="from")


@pytest.mark.parametrize("method", ["cluster", "cr2", "donald_lang", "permutation"])
@pytest.mark.parametrize("sides", [(2, 6), (4, 4), (3, 9)])
def test_what_would_just_have_been_shown_is_where_the_test_itself_turns(method, sides):
    """Identity: with that effect added, the method of evalkit.inference has its interval end at 0."""
    rng, (k, m) = np.random.default_rng(3), sides
    n, periods = k + m, 6
    y = rng.normal(size=(n, periods))
    start = np.where(np.arange(n) < k, 3, periods)
    treated = (np.arange(periods) >= start[:, None]).astype(float)
    changes = y[:, 3:].mean(axis=1) - y[:, :3].mean(axis=1)
    found = shown_from(changes[None], k, method=method, alpha=0.05, allowance=1.25, n_periods=6)
    few = np.arange(n) < k if k <= m else np.arange(n) >= k
    for effect in (found[0], -found[1]):
        moved = y + effect * treated
        if method == "permutation":
            ends = permutation(moved, start, seed=0).interval
        else:
            fit = regression(moved, treated)
            judge = {
                "cluster": lambda fit=fit: clustered(fit),
                "cr2": lambda fit=fit: cr2(fit),
                "donald_lang": lambda fit=fit: donald_lang(fit, few=few, allowance=1.25),
            }[method]
            ends = judge().interval
        end = ends.low if effect == found[0] else ends.high
        assert end == pytest.approx(0, abs=1e-9)


def test_the_chance_of_showing_an_effect_is_the_share_of_designs_that_show_it_up_to_there():
    """By hand: two treated, three others, Donald and Lang's t with 3 df, 5% critical value 3.1824."""
    changes = np.array([[1.0, 3.0, 0.0, 1.0, 2.0]])
    # means 2 and 1, effect 1; squares about them 2 and 2, pooled 4/3; error sqrt(4/3 (1/2 + 1/3)) = 1.05409
    found = shown_from(changes, 2, method="donald_lang", alpha=0.05)
    reach = 3.182446305284263 * np.sqrt(4 / 3 * 5 / 6)
    assert found == pytest.approx([reach - 1, reach + 1], abs=1e-12)


def burlig(rho: float, before: int, after: int, share: float, n: int) -> float:
    """Variance of a difference-in-differences estimate: Burlig, Preonas and Woerman (2020), equation 2."""
    along = rho ** np.abs(np.subtract.outer(np.arange(before + after), np.arange(before + after)))
    pre, post = along[:before, :before], along[before:, before:]
    psi_b = (pre.sum() - before) / (before * (before - 1))
    psi_a = (post.sum() - after) / (after * (after - 1))
    psi_x = along[:before, before:].mean()
    inside = (before + after) / (before * after) + (before - 1) / before * psi_b
    inside += (after - 1) / after * psi_a - 2 * psi_x
    return inside / (share * (1 - share) * n)


@pytest.mark.parametrize(("rho", "before", "after"), [(0.0, 12, 6), (0.5, 24, 12), (0.8, 12, 24)])
def test_the_spread_of_the_estimate_is_the_published_formula(rho, before, after):
    noise = Noise(spread=np.ones(20), white=np.zeros(20), autocorrelation=rho)
    of_area = noise.variance_of(change_of(before, after, "twfe"))[0]
    assert of_area * (1 / 5 + 1 / 15) == pytest.approx(burlig(rho, before, after, 0.25, 20))


def test_the_smallest_detectable_change_is_the_published_one_where_areas_are_many():
    """(z for 80% + z for 97.5%) standard errors, which the t test of 200 areas comes close to."""
    design = design_of(60, 140, before=24, after=12)
    noise = Noise(spread=np.ones(200), white=np.zeros(200), autocorrelation=0.5)
    drawn = design.simulate(Areas(noise=noise), draws=10_000, seed=1)
    error = np.sqrt(burlig(0.5, 24, 12, 0.3, 200))
    expected = (stats.norm.ppf(0.8) + stats.t.ppf(0.975, 199)) * error
    assert np.quantile(drawn, 0.8) == pytest.approx(expected, rel=0.02)  # 10,000 draws


def design_of(k: int, m: int, *, before: int, after: int, ratio: float = 1.0) -> PanelDesign:
    return PanelDesign(
        n_treated=k,
        n_comparison=m,
        n_before=before,
        n_after=after,
        estimator="twfe",
        spread_ratio=ratio,
        inference="auto",
        level=0.95,
    )


@pytest.mark.parametrize("rho", [0.0, 0.4, 0.8])
def test_autocorrelation_is_estimated_without_the_bias_of_short_series(rho):
    """12 periods, where the plain estimate is about 0.25 too low; floored at 0."""
    rng = np.random.default_rng(1)
    found = [
        estimate_noise(additive_residuals(ar1(rng, (30, 12), rho)), np.zeros(30)) for _ in range(60)
    ]
    at = float(np.mean([noise.autocorrelation for noise in found]))
    assert at == pytest.approx(max(rho, 0.02), abs=0.03)  # 60 panels: standard error about 0.01
    if rho < 0.8:
        assert np.mean([noise.spread**2 for noise in found]) == pytest.approx(1, abs=0.06)


def test_each_area_keeps_its_own_spread_and_counting_is_told_apart():
    rng = np.random.default_rng(2)
    spread = np.repeat([1.0, 3.0], [10, 5])
    found = [
        estimate_noise(additive_residuals(ar1(rng, (15, 24), 0.3) * spread[:, None]), np.zeros(15))
        for _ in range(40)
    ]
    variance = np.mean([noise.spread**2 for noise in found], axis=0)
    assert variance[:10].mean() == pytest.approx(1, abs=0.12)
    assert variance[10:].mean() == pytest.approx(9, rel=0.12)
    expected = np.full((40, 60), 20.0) * np.exp(0.2 * ar1(rng, (40, 60), 0.5))
    counts = rng.poisson(expected).astype(float)
    noise = estimate_noise(relative_residuals(counts), np.full(40, np.sqrt(1 / 20)))
    assert noise.autocorrelation == pytest.approx(0.5, abs=0.1)
    assert noise.spread.mean() == pytest.approx(0.2, abs=0.03)


def test_gaps_do_not_move_the_estimate_of_noise_systematically():
    rng = np.random.default_rng(4)
    found = []
    for _ in range(30):
        y = ar1(rng, (20, 24), 0.5)
        y[rng.random(y.shape) < 0.15] = np.nan
        found.append(estimate_noise(additive_residuals(y), np.zeros(20)).autocorrelation)
    assert np.mean(found) == pytest.approx(0.5, abs=0.06)


CELLS = [  # treated, others, before, after, rho, spread of the treated: one cell a test that is chosen
    (3, 9, 24, 24, 0.4, 1.0),  # permutation
    (1, 7, 24, 24, 0.4, 1.0),  # Donald and Lang, a lone area
    (4, 8, 24, 12, 0.6, 2.5),  # CR2: the treated vary more
]


@pytest.mark.parametrize("cell", CELLS)
def test_the_whole_way_shows_the_effect_as_often_as_promised(cell):
    """Coverage: panels with the smallest detectable change in them, through ek.did.twfe; 300 each.

    Longer, over more cells: python -m benchmarks.calibrate_power.
    """
    k, m, before, after, rho, ratio = cell
    spread = np.repeat([ratio, 1.0], [k, m])
    noise = Noise(spread=spread, white=np.zeros(k + m), autocorrelation=rho)
    design = design_of(k, m, before=before, after=after, ratio=ratio)
    effect = np.quantile(design.simulate(Areas(noise=noise), draws=10_000, seed=1), 0.8)
    rng, shown, times = np.random.default_rng(5), 0, 300
    start = np.where(np.arange(k + m) < k, before, before + after)
    for _ in range(times):
        y = ar1(rng, (k + m, before + after), rho) * spread[:, None]
        y[:k, before:] -= effect
        months = calendar.between("2019-01", calendar.later("2019-01", before + after - 1))
        made = Panel(
            units=tuple(f"a{i:02d}" for i in range(k + m)),
            periods=months,
            outcome=y,
            start=start,
            weights=None,
            unit_of_measure="x",
        )
        shown += ek.did.twfe(made, inference="auto", seed=0).interval.high < 0
    assert shown / times == pytest.approx(0.8, abs=3 * np.sqrt(0.16 / times))


def before(n: int = 30, months: int = 24, seed: int = 1) -> Panel:
    """Counts of about 20 to 150 a month, with a season."""
    rng = np.random.default_rng(seed)
    season = 0.1 * np.sin(np.arange(months) * 2 * np.pi / 12)
    rate = np.exp(
        np.log(50) + 0.5 * rng.normal(size=(n, 1)) + 0.1 * ar1(rng, (n, months), 0.4) + season
    )
    return panel(rng.poisson(rate).astype(float))


THREE = ("a00", "a01", "a02")


def test_an_answer_has_everything_that_planning_needs():
    power = ek.power.did(
        before(), treated=THREE, after=24, scale="ratio", minimum_effect=10, draws=2_000
    )
    assert power.smallest is not None and power.smallest.per_cent is not None
    assert 5 < power.smallest.per_cent < 20
    assert power.smallest.together == pytest.approx(3 * power.smallest.per_area)
    assert power.smallest.total == pytest.approx(24 * power.smallest.together)
    assert power.smallest.per_area == pytest.approx(
        power.baseline * (1 - np.exp(-power.smallest.effect))
    )
    assert power.minimum is not None and power.minimum.per_cent == pytest.approx(10)
    assert power.inference == "permutation" and power.smallest_p == pytest.approx(1 / 4060)
    assert (power.n_before, power.n_after, power.n_treated, power.n_comparison) == (24, 24, 3, 27)
    longer, wider = power.what_if
    assert (longer.what, wider.what) == ("12 more months", "2 more treated areas")
    assert wider.smallest.effect < longer.smallest.effect < power.smallest.effect
    assert (
        power.smallest_between[0].effect < power.smallest.effect < power.smallest_between[1].effect
    )
    assert 0 < power.false_alarms < 0.07
    chances = [one.size.effect for one in power.curve]
    assert chances == sorted(chances) and power.grid is None


def test_the_same_seed_gives_the_same_answer_and_a_rise_is_told_as_one():
    settings = {"treated": THREE, "after": 12, "scale": "ratio", "draws": 1_000}
    one, two = (ek.power.did(before(), **settings, seed=3) for _ in range(2))
    assert one == two
    rise = ek.power.did(before(), **settings, seed=3, better="higher")
    assert rise.smallest.effect == one.smallest.effect
    assert rise.smallest.per_cent == pytest.approx(100 * np.expm1(one.smallest.effect))


def test_what_happens_after_the_start_is_never_looked_at():
    known = before(12)
    rng = np.random.default_rng(0)
    later = np.hstack([known.outcome, known.outcome + 1000 * rng.random(known.outcome.shape)])
    starts = ["2023-04"] * 3 + [None] * 9
    settings = {"draws": 1_000, "scale": "level"}
    planned = ek.power.did(known, treated=THREE, after=24, **settings)
    whole = ek.power.did(panel(later, start=starts), **settings)
    assert whole == planned


def test_scaling_the_outcome_scales_the_answer_and_levels_do_not_matter():
    known = before(12)
    settings = {"treated": THREE, "after": 12, "draws": 1_000}
    plain = ek.power.did(known, **settings).smallest.effect
    moved = known.outcome * 10 + np.arange(12)[:, None] * 7 + np.arange(24)
    assert ek.power.did(panel(moved), **settings).smallest.effect == pytest.approx(10 * plain)


def test_more_of_anything_shows_smaller_changes():
    base = {"after": 12, "scale": "ratio", "draws": 2_000}
    few = ek.power.did(before(), treated=THREE, **base).smallest.effect
    longer = ek.power.did(before(), treated=THREE, **base | {"after": 36}).smallest.effect
    wider = ek.power.did(before(), treated=[f"a{i:02d}" for i in range(10)], **base).smallest.effect
    surer = ek.power.did(before(), treated=THREE, **base, power=0.9).smallest.effect
    assert longer < few and wider < few < surer


def test_comparing_with_one_period_shows_less_than_with_all():
    power = ek.power.did(before(), treated=THREE, after=12, estimator="group_time", draws=1_000)
    imputed = power.what_if[-1]
    assert "imputation" in imputed.what and imputed.smallest.effect < power.smallest.effect


def test_several_starts_are_compared_with_areas_that_never_start():
    treated = {f"a{i:02d}": "2023-04" if i < 4 else "2023-10" for i in range(8)}
    power = ek.power.did(before(), treated=treated, after=24, draws=2_000)
    assert power.inference == "cr2" and (power.n_treated, power.n_comparison) == (8, 22)
    assert power.n_after == 21  # 4 areas for 24 months, 4 for 18
    one = ek.power.did(before(), treated=list(treated), after=21, draws=2_000)
    assert power.smallest.effect == pytest.approx(one.smallest.effect, rel=0.1)
    assert 0.03 < power.false_alarms < 0.07
    few = ek.power.did(
        before(8), treated={"a00": "2023-04", "a01": "2023-10"}, after=24, draws=1_000
    )
    assert few.inference == "donald_lang" and "equal spread" in few.caveat


def test_five_areas_have_no_assumption_free_answer_and_the_other_carries_its_label():
    """Two-way fixed effects fall back on Donald and Lang's test; a rate ratio has only permutation."""
    settings = {"treated": THREE[:2], "after": 24, "draws": 2_000}
    logs = panel(np.log(before(5).outcome))
    power = ek.power.did(logs, scale="log", **settings)
    assert power.inference == "donald_lang" and power.smallest_p == pytest.approx(0.1)
    assert "No assumption-free test" in power.caveat and power.smallest is not None
    counts = ek.power.did(before(5), scale="ratio", **settings)
    named = ek.power.did(logs, scale="log", inference="permutation", **settings)
    for none in (counts, named):
        assert none.smallest is None and none.curve == ()
        assert "smallest p possible is 0.1" in none.why
        [labelled] = none.what_if
        assert "about normal with equal spread" in labelled.what
        assert labelled.smallest.effect == pytest.approx(power.smallest.effect, rel=0.2)


@pytest.mark.parametrize("sides", [(2, 6), (3, 7)])
def test_a_rate_ratio_is_judged_as_poisson_judges_it(sides):
    """Identity: large counts of areas of unequal size, where a relative change is a change of logarithm."""
    rng, (k, m) = np.random.default_rng(8), sides
    size = np.exp(rng.normal(size=(k + m, 1)))
    counts = np.round(1e7 * size * (1 + 0.01 * rng.normal(size=(k + m, 4))))
    changes = np.log(counts[:, 2:].sum(axis=1) / counts[:, :2].sum(axis=1))
    sizes = counts[:, :2].sum(axis=1)
    below, above = shown_from(changes[None], k, method="permutation", alpha=0.05, sizes=sizes)
    for effect, end in ((below, "low"), (-above, "high")):
        moved = counts.copy()
        moved[:k, 2:] *= np.exp(effect)
        made = panel(moved, start=["2021-06"] * k + [None] * m)
        interval = ek.did.poisson(made, inference="permutation").overall.interval
        assert getattr(interval, end) == pytest.approx(1, abs=2e-4)  # squares of 1% changes


def test_larger_areas_count_for_more_in_a_clustered_rate_ratio():
    changes, sizes = np.array([[0.1, 0.3, 0.0, 0.2, 0.1]]), np.array([3.0, 1.0, 1.0, 1.0, 2.0])
    below, above = shown_from(changes, 2, method="cluster", alpha=0.05, n_periods=2, sizes=sizes)
    # means 0.15 and 0.1; weighted distances 3/4 0.05, 1/4 0.15 and 1/4 0.1, 1/4 0.1, 1/2 0
    squares = 2 * 0.0375**2 + 2 * 0.025**2
    reach = stats.t.ppf(0.975, 4) * np.sqrt(squares * 5 / 4 * 9 / 7)
    assert (below, above) == pytest.approx((reach - 0.05, reach + 0.05), abs=1e-12)


def test_cannot_answer_is_an_answer():
    short = ek.power.did(panel(before(12).outcome[:, :4]), treated=THREE, after=12)
    assert short.smallest is None and "4 months before the start are too few" in short.why
    rng = np.random.default_rng(3)
    wild = panel(5 + 100 * ar1(rng, (8, 24), 0.5))
    hopeless = ek.power.did(wild, treated=["a00"], after=12, draws=1_000)
    assert hopeless.smallest is None and hopeless.what_if == ()
    assert "more than 100% of what there was before" in hopeless.why or hopeless.baseline <= 0


def test_areas_of_one_cluster_count_as_one():
    rng = np.random.default_rng(6)
    shared = np.repeat(ar1(rng, (8, 24), 0.3), 3, axis=0) + 0.1 * rng.normal(size=(24, 24))
    plain = panel(50 + shared)
    frame = pd.DataFrame(
        {
            "area": np.repeat(plain.units, 24),
            "month": np.tile(plain.periods, 24),
            "y": plain.outcome.ravel(),
            "force": np.repeat([f"f{i // 3}" for i in range(24)], 24),
            "from": None,
        }
    )
    made = Panel.from_frame(
        frame, unit="area", period="month", outcome="y", treated_from="from", cluster="force"
    )
    power = ek.power.did(made, treated=["f0", "f1"], after=12, draws=1_000)
    assert (power.n_treated, power.n_comparison) == (2, 6)
    assert "8 clusters" in power.notes[0]


def test_areas_with_a_start_of_their_own_are_left_out():
    starts = ["2023-04"] * 3 + ["2022-04", "2024-01"] + [None] * 7
    whole = panel(np.hstack([before(12).outcome] * 2), start=starts)
    power = ek.power.did(whole, treated=THREE, start="2023-04", draws=1_000)
    assert power.n_comparison == 7 and "a03, a04" in power.notes[0]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"treated": ["a00", "Derbi"]}, "no area Derbi"),
        ({"treated": []}, "no treated area"),
        ({"start": "2021-04"}, "no period before"),
        ({"start": "2023"}, "one calendar"),
        ({"after": None}, "say how many periods after"),
        ({"after": 0}, "say how many periods after"),
        ({"minimum_effect": 0}, "needs a size above 0"),
        ({"minimum_effect": float("nan")}, "needs a size above 0"),
        ({"minimum_effect": 100}, "needs less than 100%"),
        ({"power": 1.0}, "power=1"),
        ({"level": 95}, "level=95"),
        ({"draws": 10}, "at least 1,000"),
        ({"treated": [f"a{i:02d}" for i in range(12)]}, "one on each side"),
    ],
)
def test_bad_questions_are_refused_in_words(change, says):
    settings = {"treated": THREE, "after": 12, "scale": "ratio", "draws": 1_000} | change
    with pytest.raises(DataError, match=says):
        ek.power.did(before(12), **settings)


def test_bad_data_are_refused_in_words():
    zeros = before(12).outcome.copy()
    zeros[4] = 0
    with pytest.raises(DataError, match="nothing but zeros for a04"):
        ek.power.did(panel(zeros), treated=THREE, after=12, scale="ratio")
    gone = before(12).outcome.copy()
    gone[4] = np.nan
    with pytest.raises(DataError, match="no number for a04"):
        ek.power.did(panel(gone), treated=THREE, after=12)
    with pytest.raises(DataError, match="do not differ"):
        ek.power.did(panel(np.tile(np.arange(24.0), (12, 1)) + 1), treated=THREE, after=12)
    with pytest.raises(DataError, match="three in all"):
        ek.power.did(before(2), treated=["a00"], after=12)
    with pytest.raises(DataError, match="counts below 0"):
        ek.power.did(panel(before(12).outcome - 500), treated=THREE, after=12, scale="ratio")
