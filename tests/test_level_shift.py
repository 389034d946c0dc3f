"""A step at an unnamed date: by hand, by another route, seldom where there is none, and in the right area."""

import csv
import io
import zipfile
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from evalkit.checks.level_shift import clearest_step, correlation, dated
from evalkit.checks.recording import comparable, log_ratio, shifts
from evalkit.data import periods as calendar
from evalkit.data.simulate.process import latent, scatter

TIMES = np.arange(40)


def months(n: int, first: str = "2018-04") -> tuple[str, ...]:
    start = calendar.ordinal(first)
    return tuple(calendar.text(start + t, monthly=True) for t in range(n))


def clean(seed: int, areas: int, n: int, *, mean: float = 1000.0, rho: float = 0.5) -> np.ndarray:
    rng = np.random.default_rng(seed)
    size = rng.lognormal(np.log(mean), 0.6, areas)[:, None]
    return scatter(rng, size * latent(rng, (areas, n), rho=rho, sd=0.1), 1.5)


def test_a_step_without_noise_is_found_where_it_is() -> None:
    series = dated(np.where(TIMES >= 17, 1.5, 1.0), TIMES, monthly=False)
    assert series is not None
    step = clearest_step(series)
    assert (step.at, step.before, step.p_value, step.drift) == (17, 16, 0.0, False)
    assert step.size == pytest.approx(0.5)


def test_a_straight_line_is_a_drift() -> None:
    noise = np.random.default_rng(0).normal(0, 0.1, 40)
    series = dated(TIMES * 0.05 + noise, TIMES, monthly=False)
    assert series is not None
    assert clearest_step(series).drift


def test_the_test_agrees_with_generalised_least_squares_written_out() -> None:
    """Another route: the full covariance rho^|i-j| inverted, over the same dates; gaps included."""
    rng = np.random.default_rng(4)
    times = np.concatenate([np.arange(12), np.arange(15, 33)])
    values = rng.normal(0, 1, 30) + (times >= 18)
    series = dated(values, times, monthly=True)
    assert series is not None
    rho = max(0.2, correlation(series))
    best = clearest_step(series, least=0.94)  # so high that every date has the same correlation
    weights = np.linalg.inv(0.94 ** np.abs(times[:, None] - times[None, :]))
    sizes = {}
    for at in range(6, 25):
        x = np.column_stack([np.ones(30), np.arange(30) >= at])
        bread = np.linalg.inv(x.T @ weights @ x)
        coefficients = bread @ x.T @ weights @ values
        rest = values - x @ coefficients
        variance = rest @ weights @ rest / 28
        sizes[at] = (coefficients[1], coefficients[1] / np.sqrt(variance * bread[1, 1]))
    at = max(sizes, key=lambda a: abs(sizes[a][1]))
    together = float(np.mean(0.94 ** np.diff(times)))
    p_value = 19 * 2 * stats.t.sf(abs(sizes[at][1]), 28 * (1 - together) / (1 + together))
    assert best.at == times[at]
    assert best.size == pytest.approx(sizes[at][0], abs=1e-10)
    assert best.p_value == pytest.approx(min(1.0, p_value), rel=1e-9)
    assert 0.2 <= rho < 0.94


def test_a_constant_or_a_missing_point_changes_nothing_of_a_clear_step() -> None:
    values = np.random.default_rng(1).normal(0, 0.1, 40) + (TIMES >= 25)
    holes = values.copy()
    holes[[3, 30]] = np.nan
    found = [dated(v, TIMES, monthly=False) for v in (values, values + 7, holes)]
    steps = [clearest_step(one) for one in found if one is not None]
    assert {step.at for step in steps} == {25}
    assert steps[1].size == pytest.approx(steps[0].size, abs=1e-10)
    assert dated(values[:5], TIMES[:5], monthly=False) is None


@pytest.mark.parametrize(("n", "panels"), [(12, 100), (24, 80), (48, 30)])
def test_false_alarms_are_rare(n: int, panels: int) -> None:
    """Five areas, autocorrelation 0.5: at most 5 in 100, and four Monte Carlo errors."""
    alarms = sum(shifts(clean(s, 5, n), months(n))[0].p_value < 0.05 for s in range(panels))
    assert alarms <= 0.05 * panels + 4 * np.sqrt(0.05 * 0.95 * panels)


@pytest.mark.parametrize("factor", [2.0, 0.5])
def test_the_area_that_changed_is_named_with_its_month(factor: float) -> None:
    counts = clean(7, 5, 48, rho=0.3)
    counts[3, 20:] = np.round(counts[3, 20:] * factor)
    clearest = shifts(counts, months(48))[0]
    assert (clearest.area, clearest.period, clearest.before) == (3, months(48)[20], months(48)[19])
    assert clearest.ratio == pytest.approx(factor, rel=0.15)
    assert clearest.p_value < 0.001


def test_one_large_step_is_not_blamed_on_the_others() -> None:
    """The others fall against a sum in which one area doubled; taken out, none of them stands out."""
    wrong = 0
    for seed in range(20):
        counts = clean(100 + seed, 5, 36, rho=0.3)
        counts[1, 18:] = 2 * counts[1, 18:]
        found = [s for s in shifts(counts, months(36)) if s.p_value < 0.05]
        assert found[0].area == 1
        wrong += len(found) > 1
    assert wrong <= 4


def test_two_areas_may_change() -> None:
    counts = clean(3, 8, 48, rho=0.3)
    counts[2, 12:] *= 1.8
    counts[6, 30:] *= 0.5
    clear = {s.area: s.period for s in shifts(counts, months(48)) if s.p_value < 0.05}
    assert sorted(clear) == [2, 6]
    for area, at in ((2, 12), (6, 30)):  # the noise of one month can hide that month
        assert clear[area] in months(48)[at - 1 : at + 2]


def test_an_area_that_comes_late_does_not_make_a_step_of_the_others() -> None:
    counts = np.full((3, 24), 100.0)
    counts[2] = 300.0
    counts[2, :10] = np.nan
    ratio = log_ratio(counts, 0, [1, 2])
    assert np.ptp(ratio) == pytest.approx(0, abs=1e-9)
    assert comparable(np.array([[5.0, 5], [4, 5], [np.nan, 6]])).tolist() == [True, False, True]


def test_the_order_of_areas_does_not_matter_and_nothing_is_changed() -> None:
    counts = clean(5, 6, 30)
    counts[2, 15:] *= 1.5
    before = counts.copy()
    order = np.array([4, 2, 0, 5, 1, 3])
    one, other = shifts(counts, months(30)), shifts(counts[order], months(30))
    assert [order[s.area] for s in other] == [s.area for s in one]
    assert [s.p_value for s in other] == pytest.approx([s.p_value for s in one], rel=1e-9)
    assert (counts == before).all()


def test_derbyshire_in_the_real_files(reference_data: Path) -> None:
    """Violence doubled there between 2018/19 and 2021/22; six months are enough to name it."""
    seen: Counter[tuple[str, str]] = Counter()
    with zipfile.ZipFile(reference_data / "police_uk_east_midlands_sample.zip") as zipped:
        for name in zipped.namelist():
            for row in csv.DictReader(io.TextIOWrapper(zipped.open(name), encoding="utf-8")):
                if row["Crime type"] == "Violence and sexual offences":
                    seen[row["Falls within"], row["Month"]] += 1
    forces = sorted({force for force, _ in seen})
    periods = calendar.between("2018-10", "2025-01")
    counts = np.array([[seen.get((f, p), np.nan) for p in periods] for f in forces], dtype=float)
    clearest = shifts(counts, periods)[0]
    assert forces[clearest.area] == "Derbyshire Constabulary"
    assert (clearest.before, clearest.period) == ("2018-12", "2021-03")
    assert 1.4 < clearest.ratio < 1.9
    assert clearest.p_value < 0.05
