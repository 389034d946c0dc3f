"""What `evalkit data check` finds in a table, and what it leaves alone."""

import itertools
import json
import re
import shlex
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest

from evalkit.checks.data_checks import CHECKS, check_data
from evalkit.checks.data_size import POWER, smallest_fall
from evalkit.checks.data_usual import usual
from evalkit.data.grid import OutcomeGrid
from evalkit.data.simulate import simulate_panel
from evalkit.data.simulate.places import chosen
from evalkit.errors import DataError
from evalkit.report.coverage import coverage, who
from evalkit.report.figures.coverage import MOST_COLUMNS, coverage_grid, describe
from evalkit.types.evaluation import CheckResult
from evalkit.types.simulation import Gap, Scenario

OUTCOME = "simulated events"


def table(**change: object) -> OutcomeGrid:
    scenario = replace(Scenario(seed=3, wander=0.02), **change)  # type: ignore[arg-type]
    return simulate_panel(scenario, chosen([], count=6))[0]


def with_counts(grid: OutcomeGrid, low: np.ndarray, high: np.ndarray | None = None) -> OutcomeGrid:
    return replace(grid, low=low, high=low.copy() if high is None else high)


def checked(grid: OutcomeGrid, name: str) -> CheckResult:
    results = {one.check: one for one in check_data(grid, grid.outcomes[0])}
    assert tuple(results) == tuple(CHECKS)
    return results[name]


def put(value: float, at: tuple[int, object], grid: OutcomeGrid | None = None) -> OutcomeGrid:
    """A table in which one cell, or a row of them, is changed."""
    grid = grid or table()
    low = grid.low.copy()
    low[at[0], at[1], 0] = value  # type: ignore[call-overload]
    return with_counts(grid, low)


def test_a_clean_table_passes_everything() -> None:
    results = check_data(table(), OUTCOME)
    assert [one.check for one in results if not one.passed] == []
    assert all(one.if_failed == "report" and one.question.endswith("?") for one in results)


@pytest.mark.parametrize("seed", range(8))
def test_clean_tables_seldom_fail(seed: int) -> None:
    results = check_data(table(seed=seed, wander=0.05), OUTCOME)
    assert [one.check for one in results if not one.passed] == []


def test_gaps_are_named_with_their_months() -> None:
    gone = (Gap(place="Derby", period="2021-06"), Gap(place="Derby", period="2021-07"))
    found = checked(table(gaps=gone), "gaps")
    assert (found.passed, found.statistic) == (False, 2)
    assert found.sentence == (
        "2 of 288 cells are missing, which is not zero. Derby: 2021-06 to 2021-07."
    )
    assert checked(table(), "gaps").sentence == "Every area has every month, 2021-04 to 2025-03."


def test_a_month_that_everybody_lacks_is_a_gap_too() -> None:
    found = checked(put(np.nan, (slice(None), 5)), "gaps")  # type: ignore[arg-type]
    assert found.sentence.endswith("All 6 areas: 2021-09.")


def test_twins_and_namesakes() -> None:
    grid = table()
    low = grid.low.copy()
    low[4] = low[1]
    found = checked(with_counts(grid, low), "duplicates")
    assert (found.passed, found.statistic) == (False, 1)
    assert f"{grid.area_names[1]} ({grid.areas[1]}) and {grid.area_names[4]}" in found.sentence
    named = replace(grid, area_names=(*grid.area_names[:-1], grid.area_names[0].upper()))
    assert "have the same name" in checked(named, "duplicates").sentence


def test_a_few_small_numbers_that_agree_are_no_twins() -> None:
    grid = table()
    low = np.zeros_like(grid.low)
    low[:, ::2] = 1.0  # 24 events in 48 months: fewer than 30
    assert checked(with_counts(grid, low), "duplicates").passed


def test_an_odd_cell_is_named_with_what_is_usual() -> None:
    grid = table()
    level = float(np.median(grid.low[2, 14:27, 0]))
    found = checked(put(0.0, (2, 20), grid), "outliers")
    assert not found.passed
    said = found.sentence
    assert said.startswith(f"{grid.area_names[2]} 2022-12: 0, usual about ")
    told = float(said.split("usual about ")[1].split(".")[0].replace(",", ""))
    assert told == pytest.approx(level, rel=0.2)
    assert "nobody published" in said
    assert checked(put(3 * level, (2, 20), grid), "outliers").passed is False


def test_a_season_a_trend_and_a_month_that_moves_everybody_are_usual() -> None:
    grid = table(season=0.3, trend=0.1)
    low = grid.low.copy()
    low[:, 10] = np.round(low[:, 10] * 0.4)
    assert checked(with_counts(grid, low), "outliers").passed


def test_usual_by_hand() -> None:
    """Constant counts of 100 in five areas: usual is 100, distance 0, spread the Poisson 1."""
    seen = usual(np.full((5, 12), 100.0), monthly=True)
    assert seen.events == pytest.approx(np.full((5, 12), 100.0))
    assert seen.distance == pytest.approx(np.zeros((5, 12)))
    assert seen.spread.tolist() == [1.0] * 5
    odd = np.full((5, 12), 100.0)
    odd[1, 6] = 144.0
    expected = 2 * np.sqrt(144.375) - 2 * np.sqrt(100.375)
    assert usual(odd, monthly=True).distance[1, 6] == pytest.approx(expected)


def test_a_recording_change_is_named() -> None:
    grid = table()
    low = grid.low.copy()
    low[3, 24:] = np.round(1.7 * low[3, 24:])
    found = checked(with_counts(grid, low), "recording_change")
    assert not found.passed
    assert found.sentence.startswith(f"{grid.area_names[3]} steps up by ")
    assert "from 2023-04" in found.sentence


def test_recording_change_says_what_it_needs() -> None:
    two = simulate_panel(Scenario(seed=1), chosen([], count=2))[0]
    assert "needs 3 areas" in checked(two, "recording_change").sentence
    short = simulate_panel(Scenario(seed=1, months=5), chosen([], count=5))[0]
    assert "fewer than six months" in checked(short, "recording_change").sentence


@pytest.mark.parametrize("gone", [np.nan, 0.0])
def test_a_boundary_that_was_redrawn(gone: float) -> None:
    """One area ends as another begins: missing, or zeros that a loader wrote for a name without rows."""
    grid = table()
    low = grid.low.copy()
    low[1, 24:] = gone
    low[4, :24] = gone
    found = checked(with_counts(grid, low), "boundaries")
    assert not found.passed
    assert found.sentence.startswith(
        f"{grid.area_names[4]} begins in 2023-04 as {grid.area_names[1]} ends"
    )
    alone = checked(put(gone, (4, slice(0, 24)), grid), "boundaries")
    assert alone.passed and "none takes another's place" in alone.sentence


def test_zeros_of_a_small_area_are_no_boundary() -> None:
    grid = table(rate=0.003)
    assert checked(grid, "boundaries").passed


def test_suppressed_cells_matter_when_the_total_could_move() -> None:
    """100 cells of 10 and 12 hidden ones of 1 to 7: 1,012 to 1,084, 7 per cent apart."""
    grid = simulate_panel(Scenario(seed=1, months=16), chosen([], count=7))[0]
    low = np.full((7, 16, 1), 10.0)
    high = low.copy()
    low[0, :12], high[0, :12] = 1.0, 7.0
    found = checked(with_counts(grid, low, high), "suppressed")
    assert found.statistic == pytest.approx(72 / 1012)
    assert not found.passed
    assert "12 cells (11%)" in found.sentence and "between 1,012 and 1,084" in found.sentence
    high[0, :8] = 1.0
    assert checked(with_counts(grid, low, high), "suppressed").passed


def test_too_many_zeros() -> None:
    sparse = table(rate=0.001)
    found = checked(sparse, "zeros")
    assert not found.passed and "Use quarters or years" in found.sentence
    assert checked(table(), "zeros").statistic == 0


def test_too_few_events_says_what_could_be_seen() -> None:
    """Hand: 12 a month, 48 months, phi 1: two halves of 288, so log ratio 2.8 sqrt(2 / 288)."""
    assert smallest_fall(12, 48, 1) == pytest.approx(1 - np.exp(-POWER * np.sqrt(2 / 288)))
    found = checked(table(rate=0.005), "few_events")
    assert not found.passed
    assert "could show a fall of" in found.sentence and "24 months against 24" in found.sentence
    assert checked(table(), "few_events").passed


def test_the_smallest_fall_is_found_as_often_as_it_says() -> None:
    """Simulated: Poisson halves with that fall differ at 5 per cent in four of five draws."""
    fall = smallest_fall(12, 48, 1)
    rng = np.random.default_rng(0)
    before, after = rng.poisson(288, 4000), rng.poisson(288 * (1 - fall), 4000)
    seen = np.abs(np.log(before / after)) / np.sqrt(1 / before + 1 / after) > 1.96
    # the formula takes the second half as large as the first: power is a little below 80 per cent
    assert 0.74 < seen.mean() < 0.82


def test_population_missing_or_jumping() -> None:
    grid = table()
    assert checked(replace(grid, population=None), "population").applicable is False
    assert grid.population is not None
    people = grid.population.copy()
    people[2, 30:] *= 2
    found = checked(replace(grid, population=people), "population")
    assert not found.passed and "joined row twice" in found.sentence
    people[0, 0] = np.nan
    found = checked(replace(grid, population=people), "population")
    assert "1 of 288 cells are without population" in found.sentence


def test_every_check_survives_a_table_with_nothing_in_it() -> None:
    grid = table()
    empty = with_counts(grid, np.full_like(grid.low, np.nan))
    assert not checked(empty, "gaps").passed
    zero = with_counts(grid, np.zeros_like(grid.low))
    assert not checked(zero, "zeros").passed
    one = simulate_panel(Scenario(seed=1, months=1), chosen([], count=1))[0]
    assert len(check_data(one, OUTCOME)) == len(CHECKS)


def test_the_order_of_areas_does_not_matter_and_nothing_is_changed() -> None:
    grid = put(0.0, (2, 20))
    before = grid.low.copy()
    order = [3, 1, 5, 0, 2, 4]
    turned = replace(
        grid,
        areas=tuple(grid.areas[i] for i in order),
        area_names=tuple(grid.area_names[i] for i in order),
        low=grid.low[order],
        high=grid.high[order],
        population=None if grid.population is None else grid.population[order],
    )
    for one, other in zip(check_data(grid, OUTCOME), check_data(turned, OUTCOME), strict=True):
        assert other.passed == one.passed
        assert other.statistic == pytest.approx(one.statistic, rel=1e-9)
    assert (grid.low == before).all()


def test_an_outcome_that_is_not_there() -> None:
    with pytest.raises(DataError, match="outcome: robbery; needed one of simulated events"):
        check_data(table(), "robbery")


def test_a_change_in_quarters_is_dated_to_its_quarter() -> None:
    grid = table(months=36)
    quarters = tuple(f"{2014 + n // 4}-Q{n % 4 + 1}" for n in range(36))
    low = grid.low.copy()
    low[2, 20:, 0] *= 2
    low[1, 3, 0] = np.nan
    quarterly = replace(with_counts(grid, low), periods=quarters)
    assert f"{grid.area_names[2]} steps up by" in checked(quarterly, "recording_change").sentence
    assert "from 2019-Q1" in checked(quarterly, "recording_change").sentence
    assert f"{grid.area_names[1]}: 2014-Q4." in checked(quarterly, "gaps").sentence
    assert " a quarter, could show" in checked(quarterly, "few_events").sentence
    seen = coverage(quarterly, most=9)
    assert (seen.noun, seen.step, len(seen.columns)) == ("quarter", "year", 9)
    assert "quarter by quarter" in describe(seen)


# ---- coverage


def test_coverage_counts_months_and_puts_like_areas_together() -> None:
    grid = table(gaps=(Gap(place="Derby", period="2022-05"),))
    years = coverage(grid, most=9)
    assert [c.year for c in years.columns] == ["2021", "2022", "2023", "2024", "2025"]
    assert [who(row, years.n_areas) for row in years.rows] == ["5 other areas", "Derby"]
    assert [c.text for c in years.rows[1].cells] == ["9", "11", "12", "12", "3"]
    quarters = coverage(grid, most=20)
    assert [c.part for c in quarters.columns[:4]] == ["Q2", "Q3", "Q4", "Q1"]
    assert len(quarters.columns) == 16
    months = coverage(grid, most=60)
    assert (months.step, len(months.columns)) == ("month", 48)
    long = coverage(table(months=240), most=8)
    assert (long.step, len(long.columns)) == ("5 years", 5)


def test_coverage_marks_what_is_suppressed_and_what_is_missing() -> None:
    grid = put(np.nan, (0, slice(9, 21)))
    high = grid.low.copy()
    high[1, 0, 0] = grid.low[1, 0, 0] + 6
    cells = {
        row.names: row.cells for row in coverage(with_counts(grid, grid.low, high), most=9).rows
    }
    assert cells[(grid.area_names[0],)][1].text == "."
    assert cells[(grid.area_names[1],)][0].text == "9s"


@pytest.mark.parametrize("shape", ["wide", "narrow"])
def test_the_picture_says_every_state_in_words_and_stays_inside(shape: str) -> None:
    drawn = "wide" if shape == "wide" else "narrow"
    grid = put(np.nan, (0, slice(9, 21)))
    high = grid.low.copy()
    high[1, 0, 0] = grid.low[1, 0, 0] + 6
    seen = coverage(with_counts(grid, grid.low, high), most=MOST_COLUMNS[drawn])
    root = ElementTree.fromstring(
        coverage_grid(seen, subject="Robbery", ident="c", shape=drawn, note="SIMULATED DATA")
    )
    texts = [text.text for text in root.iter("text")]
    for words in ("every month is there", "missing, which is not zero", "SIMULATED DATA"):
        assert words in texts
    assert grid.area_names[0] in texts
    assert root.findtext("title") == "Coverage: Robbery"
    assert describe(seen) == root.findtext("desc")
    assert "6 areas, 2021-04 to 2025-03" in describe(seen)
    assert f"{grid.area_names[0]} (12)" in describe(seen)
    width, height = (float(root.get(side, "")) for side in ("width", "height"))
    for rect in root.iter("rect"):
        x, y, w, h = (float(rect.get(name, "")) for name in ("x", "y", "width", "height"))
        assert x >= 0 and x + w <= width and y >= 0 and y + h <= height
    ends = [float(text.get("y", "")) for text in root.iter("text")]
    assert max(ends) < height


# ---- the commands


@pytest.fixture
def folder(cli, tmp_path: Path) -> Path:  # type: ignore[no-untyped-def]
    change = ("--recording-change", "Lincoln:2023-01:1.6")
    said = cli("data", "simulate", "panel", *change, cwd=tmp_path)
    assert (said.code, said.err) == (0, "")
    return tmp_path


def test_check_prints_coverage_checks_and_the_next_command(cli, folder: Path) -> None:  # type: ignore[no-untyped-def]
    said = cli("data", "check", "simulated-panel.csv", "--svg", "coverage.svg", cwd=folder)
    assert (said.code, said.err) == (0, "")
    assert said.out.isascii()
    assert "SIMULATED DATA: not evidence" in said.out
    assert "Checks: 8 passed, 1 FAILED" in said.out
    assert "Lincoln steps up by" in said.out
    assert said.out.endswith("Next  evalkit data check simulated-panel.csv --full\n")
    svg = (folder / "coverage.svg").read_text()
    assert "SIMULATED DATA" in svg and "<style>" in svg
    full = cli("data", "check", "simulated-panel.csv", "--full", cwd=folder).out
    assert "Where the thresholds come from" in full and "Iglewicz" in full


def test_check_fits_a_terminal(cli_terminal, folder: Path) -> None:  # type: ignore[no-untyped-def]
    said = cli_terminal("data", "check", "simulated-panel.csv", "--full", cwd=folder, columns=80)
    assert said.code == 0
    assert max(len(line) for line in said.out.splitlines()) <= 88  # the bold title has escapes


def test_the_page_shows_what_the_terminal_shows(cli_terminal, root: Path, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    page = (root / "docs" / "data.md").read_text(encoding="utf-8")
    shown = dict(re.findall(r"<!-- transcript: (\w+) -->\n```text\n(.*?)\n```", page, re.S))
    commands = re.findall(r"^\$ evalkit (.+)$", page, re.M)
    assert list(shown) == ["simulate", "check"] and len(commands) == 2
    for command, text in zip(commands, shown.values(), strict=True):
        said = cli_terminal(*shlex.split(command), cwd=tmp_path, columns=80)
        assert re.sub(r"\x1b\[\d*m", "", said.out).strip() == text


def test_check_as_json_is_one_object(cli, folder: Path) -> None:  # type: ignore[no-untyped-def]
    said = json.loads(cli("data", "check", "simulated-panel.csv", "--json", cwd=folder).out)
    assert (said["form"], said["simulated"]) == ("evalkit/data-check/1", True)
    assert [one["check"] for one in said["checks"][OUTCOME]] == list(CHECKS)
    assert len(said["coverage"]["columns"]) == 48


def test_check_refuses_what_it_cannot_read(cli, folder: Path) -> None:  # type: ignore[no-untyped-def]
    for words, told in (
        (("data", "check", "gone.csv"), "gone.csv: no such file"),
        (("data", "check", "simulated-panel.csv", "--outcome", "x"), "outcome: x; needed one of"),
    ):
        said = cli(*words, cwd=folder)
        assert said.code == 1 and told in said.err and said.out == ""
    assert cli("data", "check", "simulated-panel.csv", "--svg", "a.png", cwd=folder).code == 2
    changed = folder / "simulated-panel.csv"
    changed.write_text(changed.read_text().replace("known", "known", 1) + "\n")
    assert "other bytes than its record" in cli("data", "check", changed.name, cwd=folder).err


def test_every_kind_is_simulated_with_its_truth(cli, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    for kind, first in (("panel", "simulated-panel.csv"), ("series", "simulated-series.csv")):
        said = cli("data", "simulate", kind, "--treated", "Derby", "--months", "24", cwd=tmp_path)
        assert said.code == 0 and f"Wrote {first}" in said.out
        truth = json.loads((tmp_path / first.replace(".csv", "-truth.json")).read_text())
        assert (truth["form"], truth["simulated"]) == ("evalkit/truth/1", True)
        assert truth["rate_ratio"] == 0.89
        record = json.loads((tmp_path / f"{first}.provenance.json").read_text())
        assert record["simulated"] is True
    said = cli(
        *("data", "simulate", "police", "--months", "3", "--areas", "4", "--later", "--json"),
        cwd=tmp_path,
    )
    made = json.loads(said.out)
    assert made["files"] == [
        *("simulated.zip", "simulated-later.zip", "simulated-counts.csv", "simulated-truth.json")
    ]
    assert all((tmp_path / name).is_file() for name in made["files"])
    assert cli("data", "check", "simulated-counts.csv", cwd=tmp_path).code == 0


def test_simulate_refuses_names_and_settings(cli, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    for words, told in (
        (("panel", "--out", "real.csv"), "Use simulated-real.csv"),
        (("police", "--out", "simulated.csv"), "ends in .zip"),
        (("panel", "--treated", "Sheffield"), "Sheffield, which is not simulated"),
        (("series", "--areas", "3"), "needed one area for a series"),
        (("panel", "--gap", "Derby"), "gap: Derby; needed the shape"),
        (("panel", "--recording-change", "Derby:2023-01:much"), "needed a factor"),
        (("panel", "--effect", "-1"), "effect: -1.0"),
        (("panel", "--from", "2021-13"), "2021-13"),
    ):
        said = cli("data", "simulate", *words, cwd=tmp_path)
        assert said.code == 1 and told in said.err, (words, said.err)
    assert list(tmp_path.iterdir()) == []


def test_the_police_loader_counts_what_was_simulated(cli, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    """Both ends of the room: the archive through `data police`, against the counts beside it."""
    from evalkit.data.keep import read_grid

    assert cli("init", ".", cwd=tmp_path).code == 0
    gap = ("--months", "4", "--gap", "Derbyshire:2021-05")
    made = cli("data", "simulate", "police", *gap, cwd=tmp_path)
    assert made.code == 0, made.err
    read = cli(
        *("data", "police", "simulated.zip", "--crime-type", "Robbery", "--out", "robbery.csv"),
        cwd=tmp_path,
    )
    assert read.code == 0, read.err
    assert "SIMULATED DATA: not evidence" in read.out
    counted, true = (
        read_grid(tmp_path / "robbery.csv"),
        read_grid(tmp_path / "simulated-counts.csv"),
    )
    robbery = true.low[:, :, true.outcomes.index("Robbery")]
    rows = dict(zip(counted.areas, counted.low[:, :, 0], strict=True))
    for area, row in zip(true.areas, robbery, strict=True):
        assert np.array_equal(rows[area], row, equal_nan=True), area
    assert len(list(itertools.chain(rows))) == 35
