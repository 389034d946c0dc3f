"""Simulated data have the effect, the scatter and the traps that were asked for, and nothing else."""

import csv
import io
import zipfile
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from evalkit.data.grid import OutcomeGrid
from evalkit.data.police.names import MARK
from evalkit.data.simulate import simulate_archive, simulate_panel, simulate_series
from evalkit.data.simulate.places import chosen, districts
from evalkit.data.simulate.process import latent, scatter, season
from evalkit.data.simulate.rows import ANTI_SOCIAL, CATEGORIES
from evalkit.errors import DataError
from evalkit.types.simulation import Gap, Scenario, Shift

FOUR_ERRORS = 4.0
"""Monte Carlo standard errors allowed: a right program fails once in 16,000 such comparisons."""

PLAIN = Scenario(seed=1, months=48, dispersion=1, wander=0, season=0)
TREATED = replace(PLAIN, treated=("Derby", "Leicester"), treated_from="2023-04", effect=-0.11)
VIOLENCE = "Violence and sexual offences"


def panel(scenario: Scenario, count: int = 5) -> OutcomeGrid:
    return simulate_panel(scenario, chosen(scenario.treated, count=count))[0]


def test_the_known_effect_is_in_the_data() -> None:
    """Rate per resident after over before, treated over others: on the average of 400 seeds, 0.89."""
    ratios = []
    noisy = replace(TREATED, dispersion=1.5, wander=0.05, season=0.1, trend=0.02)
    for seed in range(400):
        counts = panel(replace(noisy, seed=seed)).low[:, :, 0]
        with_it = np.array([name in TREATED.treated for name in panel(noisy).area_names])
        before, after = counts[:, :24].sum(axis=1), counts[:, 24:].sum(axis=1)
        ratio = (after[with_it].sum() / before[with_it].sum()) / (
            after[~with_it].sum() / before[~with_it].sum()
        )
        ratios.append(np.log(ratio))
    error = np.std(ratios, ddof=1) / np.sqrt(len(ratios))
    assert error < 0.002
    assert abs(np.mean(ratios) - np.log(0.89)) < FOUR_ERRORS * error


def test_the_truth_counts_what_the_effect_took_away() -> None:
    """Derby 266,000 and Leicester 380,000 residents, 2.5 per 1,000, 24 months, 11 per cent."""
    _, truth = simulate_panel(TREATED, chosen(TREATED.treated))
    assert truth.expected_difference == pytest.approx(-0.11 * 646 * 2.5 * 24)
    assert truth.rate_ratio == 0.89
    gap = replace(TREATED, gaps=(Gap(place="Derby", period="2023-05"),))
    _, less = simulate_panel(gap, chosen(TREATED.treated))
    assert less.expected_difference == pytest.approx(-0.11 * 2.5 * (646 * 24 - 266))


@pytest.mark.parametrize("dispersion", [1.0, 1.5, 4.0])
def test_dispersion_is_the_asked_one(dispersion: float) -> None:
    n = 40_000
    counts = scatter(np.random.default_rng(3), np.full(n, 7.0), dispersion)
    assert abs(counts.mean() - 7) < FOUR_ERRORS * np.sqrt(7 * dispersion / n)
    spread = (counts - 7) ** 2
    assert abs(spread.mean() - 7 * dispersion) < FOUR_ERRORS * spread.std() / np.sqrt(n)


@pytest.mark.parametrize("rho", [-0.3, 0.0, 0.5, 0.9])
def test_autocorrelation_is_the_asked_one(rho: float) -> None:
    """The state behind the counts: its lag-1 correlation, spread and mean, over 2,000 short series."""
    moved = latent(np.random.default_rng(5), (2000, 30), rho=rho, sd=0.2)
    state = (np.log(moved) + 0.02) / 0.2
    products = (state[:, 1:] * state[:, :-1]).mean(axis=1)
    assert abs(products.mean() - rho) < FOUR_ERRORS * products.std() / np.sqrt(2000)
    squares = (state**2).mean(axis=1)
    assert abs(squares.mean() - 1) < FOUR_ERRORS * squares.std() / np.sqrt(2000)
    means = moved.mean(axis=1)
    assert abs(means.mean() - 1) < FOUR_ERRORS * means.std() / np.sqrt(2000)


def test_the_season_is_a_july_peak_and_a_year_averages_one() -> None:
    months = tuple(f"2022-{m:02d}" for m in range(1, 13))
    wave = season(0.1, months)
    assert wave.mean() == pytest.approx(1, abs=1e-12)
    assert np.log(wave[6] / wave[0]) == pytest.approx(0.2, abs=1e-12)
    assert (season(0.0, months) == 1).all()
    counts = panel(replace(PLAIN, season=0.1, months=120, rate=100), count=35).low[:, :, 0]
    by_month = np.roll(counts.sum(axis=0).reshape(10, 12).sum(axis=0), 3)
    seen = np.log(by_month[6] / by_month[0])
    assert abs(seen - 0.2) < FOUR_ERRORS * np.sqrt(1 / by_month[6] + 1 / by_month[0])


def test_recording_change_and_gap_are_where_they_were_asked() -> None:
    odd = replace(
        PLAIN,
        rate=100,
        shifts=(Shift(place="Derby", period="2022-04", factor=2.0),),
        gaps=(Gap(place="Leicester", period="2021-06"),),
    )
    grid, _ = simulate_panel(odd, chosen(["Derby", "Leicester", "Nottingham"]))
    derby, leicester = grid.area_names.index("Derby"), grid.area_names.index("Leicester")
    counts = grid.low[derby, :, 0]
    ratio = counts[12:].mean() / counts[:12].mean()
    assert abs(ratio - 2) < FOUR_ERRORS * 2 * np.sqrt(1 / counts[:12].sum() + 1 / counts[12:].sum())
    assert np.argwhere(grid.missing[:, :, 0]).tolist() == [[leicester, 2]]


def test_a_series_is_one_area() -> None:
    alone = replace(TREATED, treated=("Derby",))
    series, told = simulate_series(alone, chosen(["Derby"])[0])
    assert series.low.shape == (1, 48, 1)
    assert (told.kind, told.simulated) == ("series", True)


def test_same_seed_same_data() -> None:
    first, again, other = (panel(replace(TREATED, seed=s)).low for s in (7, 7, 8))
    assert (first == again).all()
    assert (first != other).any()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"effect": -1.0}, "effect: -1.0; needed more than -1"),
        ({"first": "2021"}, "from: 2021; needed a month"),
        ({"first": "2021-13"}, "period: 2021-13"),
        ({"months": 0}, "months: 0; needed 1 to 600"),
        ({"dispersion": 0.5}, "dispersion: 0.5; needed 1"),
        ({"treated": ("Sheffield",)}, "Sheffield, which is not simulated; needed one of Amber"),
        ({"treated": ("Derby",), "treated_from": ""}, "month: none; needed one from 2021-04"),
        ({"gaps": (Gap(place="Derby", period="2020-01"),)}, "gap: 2020-01; needed a month from"),
        ({"shifts": (Shift(place="Derby", period="2022-01", factor=0),)}, "factor above 0"),
    ],
)
def test_settings_that_make_no_sense_are_refused(change: dict[str, object], words: str) -> None:
    with pytest.raises(DataError, match=words):
        simulate_panel(replace(PLAIN, **change), chosen([], count=35))  # type: ignore[arg-type]


def test_places_are_the_districts_of_five_forces() -> None:
    assert len(districts()) == 35
    assert len({place.force for place in districts()}) == 5
    assert [p.name for p in chosen(["derby"], count=2)] == ["Derby", "West Northamptonshire"]
    with pytest.raises(DataError, match="36 areas"):
        chosen([], count=36)


# ---- police archives


ARCHIVE = replace(
    TREATED,
    rate=1.0,
    months=6,
    treated_from="2021-07",
    gaps=(Gap(place="Derbyshire", period="2021-06"),),
)


def archive(folder: Path, **change: object) -> tuple[OutcomeGrid, dict[str, int], Path]:
    path = folder / "simulated.zip"
    scenario = replace(ARCHIVE, **change)  # type: ignore[arg-type]
    grid, truth = simulate_archive(
        path, scenario, chosen([], count=35), later=folder / "simulated-later.zip"
    )
    return grid, truth.rows, path


def rows_of(path: Path) -> dict[str, list[dict[str, str]]]:
    """Every file of an archive, read by another route: the csv module."""
    with zipfile.ZipFile(path) as zipped:
        return {
            name: list(csv.DictReader(io.TextIOWrapper(zipped.open(name), encoding="utf-8")))
            for name in zipped.namelist()
            if name != MARK
        }


def test_the_archive_holds_the_counts_of_the_grid(tmp_path: Path) -> None:
    grid, told, path = archive(tmp_path)
    files = rows_of(path)
    every = [row for rows in files.values() for row in rows]
    seen = Counter((r["LSOA name"][:-5], r["Month"], r["Crime type"]) for r in every)
    for i, area in enumerate(grid.area_names):
        for t, month in enumerate(grid.periods):
            for k, kind in enumerate(grid.outcomes):
                if not grid.missing[i, t, k]:
                    assert seen[area, month, kind] == grid.low[i, t, k]
    assert told["rows"] == len(every)
    assert told["without LSOA"] == sum(not r["LSOA code"] for r in every) > 0
    outside = [r for r in every if r["LSOA name"].startswith("Simulated Outside")]
    assert told["outside the areas"] == len(outside) > 0
    idents = Counter(r["Crime ID"] for r in every if r["Crime ID"])
    assert told["with a repeated Crime ID"] == sum(n - 1 for n in idents.values()) > 0


def test_the_archive_has_the_layout_and_the_traps_of_the_real_one(tmp_path: Path) -> None:
    grid, _, path = archive(tmp_path)
    files = rows_of(path)
    assert len(files) == 5 * 6 - 1
    assert "2021-06/2021-06-derbyshire-street.csv" not in files
    derbyshire = [a in {p.name for p in districts() if p.force == "Derbyshire"}
                  for a in grid.area_names]  # fmt: skip
    assert (grid.missing[:, 2, :].all(axis=1) == derbyshire).all()
    name, rows = next(iter(files.items()))
    assert name == "2021-04/2021-04-derbyshire-street.csv"
    assert list(rows[0]) == [
        *("Crime ID", "Month", "Reported by", "Falls within", "Longitude", "Latitude"),
        *("Location", "LSOA code", "LSOA name", "Crime type", "Last outcome category", "Context"),
    ]
    assert {row["Falls within"] for row in rows} == {"Derbyshire Constabulary"}
    assert all(not row["Crime ID"] for row in rows if row["Crime type"] == ANTI_SOCIAL)
    assert all("Simulated" in row["Location"] or row["Location"] == "No Location" for row in rows)
    own = {p.name for p in districts() if p.force == "Derbyshire"}
    neighbours = [row for name in files if "leicestershire" in name for row in files[name]]
    assert any(row["LSOA name"][:-5] in own for row in neighbours)


def test_the_effect_is_on_one_crime_type_alone(tmp_path: Path) -> None:
    """Against the same seed without effect, every other crime type is the same to the last event."""
    with_it, _, _ = archive(tmp_path)
    without, _, _ = archive(tmp_path, effect=0.0)
    changed = np.nan_to_num(with_it.low) != np.nan_to_num(without.low)
    assert [o for k, o in enumerate(with_it.outcomes) if changed[:, :, k].any()] == [VIOLENCE]


def test_the_later_download_overlaps_and_revises_the_newest_month(tmp_path: Path) -> None:
    _, told, path = archive(tmp_path)
    first, later = rows_of(path), rows_of(tmp_path / "simulated-later.zip")
    assert {name[:7] for name in later} == {"2021-07", "2021-08", "2021-09"}
    gone = 0
    for name, rows in later.items():
        before = first[name]
        if name.startswith("2021-09"):
            assert [r for r in before if r in rows] == [r for r in before if r in rows]
            gone += len(before) - len(rows)
            assert len(rows) < len(before)
        else:
            assert rows == before
    key = "rows gone from the newest month of the later download"
    assert told[key] == gone


def test_same_seed_same_bytes(tmp_path: Path) -> None:
    def both(seed: int) -> list[bytes]:
        _, _, path = archive(tmp_path, seed=seed)
        return [path.read_bytes(), (tmp_path / "simulated-later.zip").read_bytes()]

    first = both(1)
    assert both(1) == first
    assert all(a != b for a, b in zip(both(2), first, strict=True))


def test_archive_refuses_what_cannot_be(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="gap: Derby; needed a police area"):
        archive(tmp_path, gaps=(Gap(place="Derby", period="2021-06"),))
    with pytest.raises(DataError, match="crime type: Murder; needed one of Anti-social"):
        simulate_archive(tmp_path / "a.zip", PLAIN, chosen(["Derby"]), crime_type="Murder")
    assert sum(CATEGORIES.values()) == pytest.approx(1)
