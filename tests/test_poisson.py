"""Poisson with exposure beside statsmodels' regression with every dummy, and what small counts do to it."""

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from pydantic import TypeAdapter

from evalkit.data.panel import Panel
from evalkit.did import RateRatios, poisson
from evalkit.errors import DataError
from tests.by_dummies import poisson_by_dummies, rule

SOLVERS = 1e-9  # the promise: closed form and plain regression on random unbalanced panels
BY_HAND = 1e-12


def counted(
    seed: int, starts: list[int], *, n_periods: int = 10, mean: float = 8.0, holes: float = 0.0
) -> Panel:
    """Counts with unit levels, period shocks, populations that change, and a rate ratio of 0.75."""
    rng = np.random.default_rng(seed)
    start = np.array(starts)
    n = len(start)
    people = rng.uniform(2e4, 5e5, (n, 1)) * rng.uniform(0.98, 1.02, (n, n_periods))
    level = rng.normal(0, 0.3, (n, 1)) + rng.normal(0, 0.2, n_periods)
    treated = np.arange(n_periods) >= start[:, None]
    counts = rng.poisson(people / people.mean() * mean * np.exp(level) * 0.75**treated).astype(
        float
    )
    counts[rng.random(counts.shape) < holes] = np.nan
    return Panel(
        units=tuple(f"area {i:02d}" for i in range(n)),
        periods=tuple(str(2001 + t) for t in range(n_periods)),
        outcome=counts, start=start, weights=None, unit_of_measure="robberies", exposure=people,
    )  # fmt: skip


STARTS = [4, 4, 4, 6, 6, 10, 10, 10, 10]


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("holes", [0.0, 0.1])
def test_ratio_and_errors_are_those_of_the_plain_regression(seed: int, holes: float):
    panel = counted(seed, STARTS, mean=25, holes=holes)
    if seed % 2:
        panel = replace(panel, cluster=np.arange(9) // 2, cluster_names=tuple("abcde"))
    treated = panel.treated & panel.observed
    plain = poisson_by_dummies(
        panel.outcome, panel.exposure, panel.start, used=panel.observed, cluster=panel.cluster,
        chosen=treated,
    )  # fmt: skip
    try:
        found = poisson(panel)
    except DataError as refused:
        assert seed % 2 and "one treated cluster at every start" in str(refused)
        return
    k = plain.n_cells + len(panel.periods)
    factor = rule(panel.n_clusters, plain.n_obs, k)
    assert found.overall.effect == pytest.approx(plain.ratio, abs=SOLVERS)
    assert found.overall.standard_error == pytest.approx(factor * plain.clustered, abs=SOLVERS)
    spread = max(1.0, plain.pearson / (plain.n_obs - plain.n_columns))
    other = poisson(panel, inference="overdispersed").overall
    assert other.effect == pytest.approx(plain.ratio, abs=SOLVERS)
    assert other.standard_error == pytest.approx(spread**0.5 * plain.model_based, abs=SOLVERS)
    assert other.dof == plain.n_obs - plain.n_columns


@pytest.mark.parametrize("seed", range(3))
def test_each_event_time_is_a_ratio_of_its_own(seed: int):
    panel = counted(seed, STARTS, mean=30.0)
    found = poisson(panel)
    factor = rule(9, 90, 10 + 10)
    since = np.arange(10) - panel.start[:, None]
    for row in found.events:
        plain = poisson_by_dummies(
            panel.outcome, panel.exposure, panel.start, used=panel.observed, cluster=panel.cluster,
            chosen=panel.treated & (since == row.event_time),
        )  # fmt: skip
        assert row.effect == pytest.approx(plain.ratio, abs=SOLVERS)
        assert row.standard_error == pytest.approx(factor * plain.clustered, abs=SOLVERS)
    assert sum(row.observed for row in found.events) == found.observed
    assert sum(row.expected for row in found.events) == pytest.approx(found.expected, abs=SOLVERS)
    assert found.overall.effect == pytest.approx(found.observed / found.expected, abs=BY_HAND)


def small(counts: list[list[float]], start: list[int], people: float | None = None) -> Panel:
    outcome = np.array(counts, dtype=float)
    return Panel(
        units=tuple("abcdefgh"[: len(outcome)]),
        periods=tuple(str(2001 + t) for t in range(outcome.shape[1])),
        outcome=outcome, start=np.array(start), weights=None, unit_of_measure="stabbings",
        exposure=None if people is None else np.full(outcome.shape, people),
    )  # fmt: skip


def test_two_by_two_by_hand():
    # treated 40 -> 24, comparison 50 -> 60: the comparison grew by 1.2, so 48 were expected, 24 observed
    panel = small([[10, 6], [30, 18], [20, 24], [30, 36]], [1, 1, 2, 2])
    found = poisson(panel)
    assert (found.observed, found.expected) == pytest.approx((24, 48), abs=1e-9)
    assert found.overall.effect == pytest.approx(0.5, abs=BY_HAND)
    assert found.avoided.effect == pytest.approx(24, abs=1e-9)
    # every unit keeps its group's proportions, so nothing is left over and the error is 0
    assert found.overall.standard_error == pytest.approx(0, abs=1e-9)
    # Poisson errors of a 2 x 2 table of counts: sqrt of the sum of reciprocals
    plain = poisson(panel, inference="overdispersed").overall
    by_hand = (1 / 40 + 1 / 24 + 1 / 50 + 1 / 60) ** 0.5
    assert plain.standard_error == pytest.approx(by_hand, abs=1e-9)


def test_incidents_avoided_carry_the_ends_of_the_ratio():
    found = poisson(counted(3, STARTS))
    ratio, avoided = found.overall.interval, found.avoided.interval
    assert avoided.low == pytest.approx(found.observed * (1 / ratio.high - 1), abs=1e-9)
    assert avoided.high == pytest.approx(found.observed * (1 / ratio.low - 1), abs=1e-9)
    assert (1 in ratio) == (0 in avoided)
    assert found.avoided.standard_error is None and "rate ratio" in found.avoided.why
    assert (
        found.overall.unit_of_measure == "rate ratio of robberies; standard error of its logarithm"
    )
    assert found.avoided.unit_of_measure == "robberies"


def rows_of(panel: Panel) -> pd.DataFrame:
    n_periods = len(panel.periods)
    start = [2001 + s if s < n_periods else np.nan for s in panel.start.tolist()]
    return pd.DataFrame(
        {
            "area": np.repeat(panel.units, n_periods),
            "year": np.tile(np.arange(2001, 2001 + n_periods), len(panel.units)),
            "count": panel.outcome.ravel(),
            "people": panel.exposure.ravel(),
            "start": np.repeat(start, n_periods),
        }
    )


def from_rows(frame: pd.DataFrame) -> RateRatios:
    return poisson(
        Panel.from_frame(
            frame, unit="area", period="year", outcome="count", treated_from="start",
            exposure="people",
        )
    )  # fmt: skip


def test_order_names_and_scale_of_rows_do_not_matter():
    frame = rows_of(counted(5, STARTS))
    once = from_rows(frame)
    assert from_rows(frame.sample(frac=1, random_state=0)) == once
    renamed = from_rows(
        frame.assign(area="z" + (99 - frame["area"].str[-2:].astype(int)).astype(str))
    )
    tenfold = from_rows(frame.assign(count=10 * frame["count"]))
    level = np.repeat(np.random.default_rng(0).uniform(1, 9, 9), 10)  # each unit its own multiple
    shifted = from_rows(frame.assign(people=level * frame["people"]))
    for again, factor in ((renamed, 1), (tenfold, 10), (shifted, 1)):
        assert again.overall.effect == pytest.approx(once.overall.effect, rel=1e-9)
        assert again.overall.standard_error == pytest.approx(once.overall.standard_error, rel=1e-8)
        assert again.avoided.effect == pytest.approx(factor * once.avoided.effect, rel=1e-8)
        assert again.notes == once.notes


def test_exposure_in_another_unit_changes_nothing():
    panel = counted(1, STARTS)
    once = poisson(panel)
    again = poisson(replace(panel, exposure=panel.exposure / 1e5))
    assert again.overall.effect == pytest.approx(once.overall.effect, rel=1e-10)
    assert again.overall.standard_error == pytest.approx(once.overall.standard_error, rel=1e-8)


def test_exposure_that_never_changes_is_part_of_the_unit_effects():
    panel = counted(1, STARTS)
    fixed = np.broadcast_to(panel.exposure[:, :1], panel.outcome.shape)
    with_it = poisson(replace(panel, exposure=fixed)).overall
    without = poisson(replace(panel, exposure=None)).overall
    assert with_it.effect == pytest.approx(without.effect, rel=1e-10)


def test_a_unit_without_any_incident_is_left_out_and_named():
    panel = counted(2, STARTS)
    none = panel.outcome.copy()
    none[1] = 0
    found = poisson(replace(panel, outcome=none))
    assert found.notes[0] == (
        "Left out, because no incident in any period, which says nothing of a ratio: area 01."
    )
    drop = np.arange(9) == 1
    assert found.overall.effect == poisson(panel.without(drop)).overall.effect
    assert found.overall.n_clusters == 8


def test_a_treated_cell_without_incidents_counts_as_expected_ones_that_did_not_happen():
    panel = counted(2, STARTS)
    quiet = panel.outcome.copy()
    quiet[3:5, 7] = 0  # both units of the second cohort, second period after its start
    found = poisson(replace(panel, outcome=quiet))
    # as if the cell were not seen when fitting; its expectation still counts
    unseen = quiet.copy()
    unseen[3:5, 7] = np.nan
    without = poisson(replace(panel, outcome=unseen))
    assert found.observed == without.observed
    assert found.expected > without.expected
    used = ~np.isnan(unseen)
    plain = poisson_by_dummies(
        unseen, panel.exposure, panel.start, used=used, cluster=panel.cluster,
        chosen=panel.treated & used,
    )  # fmt: skip
    assert without.overall.effect == pytest.approx(plain.ratio, abs=SOLVERS)


def test_a_period_without_comparison_incidents_expects_none():
    panel = counted(2, [4, 4, 4, 10, 10, 10, 10])
    quiet = panel.outcome.copy()
    quiet[3:, 6] = 0
    found = poisson(replace(panel, outcome=quiet))
    row = next(row for row in found.events if row.event_time == 2)
    assert (row.effect, row.standard_error, row.expected) == (None, None, 0.0)
    assert row.observed == panel.outcome[:3, 6].sum()
    assert "In 1 periods no untreated unit has an incident" in " ".join(found.notes)
    # the limit of ever fewer comparison incidents in that period
    almost = quiet.copy()
    almost[3:, 6] = 1e-7
    near = poisson(replace(panel, outcome=almost))
    assert found.overall.effect == pytest.approx(near.overall.effect, rel=1e-5)


def test_starts_do_not_share_one_coefficient_and_treated_units_are_never_comparison():
    # a second cohort that explodes after its start leaves the first one's expectation alone
    panel = counted(4, [3, 3, 7, 7, 10, 10, 10], mean=40)
    exploded = panel.outcome.copy()
    exploded[2:4, 7:] *= 50
    first = [row for row in poisson(panel).events if row.event_time >= 3]
    again = [row for row in poisson(replace(panel, outcome=exploded)).events if row.event_time >= 3]
    assert [r.effect for r in again] == pytest.approx([r.effect for r in first], rel=0.02)


@pytest.mark.parametrize(
    ("counts", "start", "message"),
    [
        ([[0, 3], [0, 2], [4, 5], [3, 2]], [1, 1, 2, 2], "no incident before the start in the cohort"),
        ([[3, 0], [2, 0], [4, 5], [3, 2]], [1, 1, 2, 2], "the ratio is 0, which has no interval"),
        ([[3, 1], [2, 4], [4, 0], [3, 0]], [1, 1, 2, 2], "expects no incident in treated units"),
        ([[3, 1], [2, -4], [4, 1], [3, 1]], [1, 1, 2, 2], "found -4 for b in 2002; it needs counts"),
        ([[3, 1], [2, 4]], [1, 1], "no treated observation to compare: no unit is untreated"),
        ([[3, 1], [2, 4], [1, 1]], [2, 2, 2], "found no treated unit"),
        ([[0, 0], [2, 4], [1, 1]], [1, 2, 2], "no incident in any unit that is treated"),
        ([[3, 1], [2, 4], [1, 1]], [1, 2, 2], 'ask for inference="permutation"'),
        ([[3, 1], [2, 4]], [0, 2], "no treated unit once 1 treated from the first period on"),
    ],
)  # fmt: skip
def test_what_cannot_be_answered_is_refused(
    counts: list[list[float]], start: list[int], message: str
):
    with pytest.raises(DataError, match=message):
        poisson(small(counts, start))


def test_separation_is_refused():
    # only a is seen in 2001, so its mean there is 5, all of its incidents: none are left for 2002
    gone = np.nan
    panel = small([[5, 0, gone], [gone, 4, 2], [gone, 3, 2], [gone, 5, 3]], [3, 3, 2, 2])
    with pytest.raises(DataError, match=r"tend to 0 \(separation\); join small areas"):
        poisson(panel)


def test_another_word_and_covariates_are_refused():
    panel = counted(1, STARTS)
    with pytest.raises(DataError, match='found inference="hc1"; it needs one of cluster'):
        poisson(panel, inference="hc1")
    covariates = np.ones((*panel.outcome.shape, 1))
    with pytest.raises(DataError, match="found the covariates weekends, which it does not use"):
        poisson(replace(panel, covariates=covariates, covariate_names=("weekends",)))


def test_one_treated_area_can_be_judged_by_dispersion():
    panel = counted(6, [4, 10, 10, 10, 10], mean=30)
    found = poisson(panel, inference="overdispersed")
    assert "periods and units taken as independent" in found.overall.inference
    assert any(note.startswith("1 treated and 4 comparison clusters") for note in found.notes)
    assert found.overall.interval.low < found.overall.effect < found.overall.interval.high


def test_it_is_a_table_and_survives_json():
    found = poisson(counted(1, STARTS))
    adapter = TypeAdapter(RateRatios)
    assert adapter.validate_json(adapter.dump_json(found)) == found
    json.loads(adapter.dump_json(found), parse_constant=pytest.fail)
    assert list(found.to_frame()["event_time"]) == list(range(6))
    html = found._repr_html_()
    assert "incidents where" in html and "avoided" in html and "95% interval" in html


def test_intervals_cover_as_often_as_they_say():
    """Overdispersed counts, 40 areas, 20 treated: 90 per cent intervals over 300 panels."""
    inside = 0
    for seed in range(300):
        rng = np.random.default_rng(seed)
        start = np.repeat([4, 8], 20)
        level = np.exp(rng.normal(0, 0.3, (40, 1)) + rng.normal(0, 0.2, 8))
        treated = np.arange(8) >= start[:, None]
        mean = 15 * level * 0.8**treated
        counts = rng.poisson(mean * rng.gamma(5, 1 / 5, mean.shape)).astype(float)
        panel = Panel(
            units=tuple(f"{i:02d}" for i in range(40)), periods=tuple(map(str, range(2001, 2009))),
            outcome=counts, start=start, weights=None, unit_of_measure="",
        )  # fmt: skip
        inside += 0.8 in poisson(panel, level=0.9).overall.interval
    assert (
        0.86 <= inside / 300 <= 0.94
    )  # two standard errors of the share, 1.7 per cent each, and a little
