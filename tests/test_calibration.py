"""make calibrate, in short: its fast twins of the methods agree with the package, and the bound holds."""

import re
from pathlib import Path

import numpy as np
import pytest

from benchmarks.calibration import changes, counts, series_checks, worlds
from benchmarks.calibration.cells import DESIGNS, VARIANTS
from benchmarks.calibration.did import attainable_level, measured, p_values
from benchmarks.calibration.table import TITLE
from benchmarks.calibration.worlds import START, World
from evalkit.data.panel import Panel
from evalkit.did import poisson, twfe
from evalkit.inference.regression import regression
from evalkit.inference.wild_bootstrap import wild_cluster_bootstrap

DRAWS = 4


def panel_of(outcome, world: World) -> Panel:
    n, t = outcome.shape
    return Panel(
        units=tuple(f"area {i:02d}" for i in range(n)), periods=tuple(str(2001 + p) for p in range(t)),
        outcome=outcome, start=np.where(world.is_treated, START, t), weights=None, unit_of_measure="y",
    )  # fmt: skip


@pytest.mark.parametrize(
    "world",
    [
        World(areas=5, treated=1),
        World(areas=5, treated=3, rho=0.8),
        World(areas=8, treated=4, spread="unequal"),
        World(areas=12, treated=1, spread="treated most"),
        World(areas=12, treated=3),
        World(areas=12, treated=6),
        World(areas=43, treated=2, spread="treated most"),
    ],
    ids=str,
)
def test_fast_p_values_are_those_of_the_package(world):
    found, choices = p_values(world, DRAWS, seed=1, effect=True)
    outcomes = worlds.outcomes(world, DRAWS, seed=1)
    outcomes[:, world.is_treated, START:] += worlds.EFFECT
    for draw, outcome in enumerate(outcomes):
        panel = panel_of(outcome, world)
        for name in ("cluster", "cr2", "permutation", "donald_lang", "conley_taber"):
            if found[name] is not None:
                expected = twfe(panel, inference=name).p_value
                assert found[name][draw] == pytest.approx(expected, abs=1e-9), name
        picked = twfe(panel)
        assert picked.judged_by == choices[draw].name
        assert found["chosen"][draw] == pytest.approx(picked.p_value, abs=1e-9)
        if picked.attainable_level is not None:
            assert attainable_level(world) == picked.attainable_level
        fit = regression(panel.outcome, panel.treated.astype(float))
        wild = wild_cluster_bootstrap(fit, seed=0, draws=changes.SIGNS)
        assert found["wild_bootstrap"][draw] == pytest.approx(wild.p_value, abs=1e-9)


@pytest.mark.parametrize(("areas", "treated"), [(8, 2), (8, 4), (12, 3)])
def test_fast_p_values_of_counts_are_those_of_the_package(areas, treated):
    world = World(areas=areas, treated=treated, outcome="counts")
    found, _ = p_values(world, DRAWS, seed=2, effect=True)
    raw, _ = worlds.counts(world, DRAWS, ratio=worlds.RATIO, seed=2)
    for draw, outcome in enumerate(raw):
        panel = panel_of(outcome, world)
        for name, inference in (("ratio, cluster", "cluster"), ("ratio, chosen", "auto")):
            expected = poisson(panel, inference=inference).overall.p_value
            assert found[name][draw] == pytest.approx(expected, abs=1e-9), name


def test_the_chosen_method_holds_the_bound_and_the_naive_one_does_not():
    """400 draws of a true 5 per cent: standard error 1.1 points, so up to 8.3 at three of them."""
    for areas, treated in ((5, 2), (8, 1), (12, 2), (12, 6)):
        cell = measured(World(areas=areas, treated=treated), 400, 7)
        assert cell.size["chosen"] <= 0.05 + 3 * 0.011
        assert cell.power["chosen"] > cell.size["chosen"]
        if treated < 6:
            assert cell.size["cluster"] > cell.size["chosen"]
    assert measured(World(areas=8, treated=1), 400, 7).size["cluster"] > 0.3


def test_counts_of_zero_effect_are_rejected_as_often_as_said():
    world = World(areas=12, treated=2, outcome="counts")
    raw, _ = worlds.counts(world, 400, ratio=1.0, seed=7)
    of = counts.Incidents(
        before=raw[:, :, :START].sum(axis=2),
        after=raw[:, :, START:].sum(axis=2),
        treated=world.is_treated,
    )
    assert np.mean(counts.permutation(of) <= 0.05) <= 0.045 + 3 * 0.0105
    assert np.mean(counts.cluster(of) <= 0.05) > 0.1


def test_the_document_has_every_cell_and_none_above_the_bound(root: Path):
    text = (root / "docs" / "calibration.md").read_text(encoding="utf-8")
    section = text.split(f"\n## {TITLE}\n")[1].split("<!-- end: did -->")[0]
    assert "2,000 draws a cell, seed 1." in section
    parts = section.split("\n### ")[1:]
    assert [part.split("\n")[0] for part in parts] == [variant.title for variant in VARIANTS]
    for variant, part in zip(VARIANTS, parts, strict=True):
        head, _, *rows = [
            [entry.strip() for entry in line.strip("|").split("|")]
            for line in part.splitlines()
            if line.startswith("|")
        ]
        assert [(int(row[0]), int(row[1])) for row in rows] == list(DESIGNS)
        chosen = [column for column, name in enumerate(head) if "chosen**" in name]
        sizes = [float(re.split("[ ×]", row[column])[0]) for row in rows for column in chosen]
        assert not variant.held or max(sizes) <= 6.0


def test_checks_of_a_series_raise_few_false_alarms_and_the_table_says_every_one(root):
    """Thirty series: at 5% more than seven alarms come once in ten thousand times."""
    world = series_checks.WORLDS[4]
    found = series_checks.alarms(world, size=30, drawing=2)
    assert set(found) == set(series_checks.NAMES)
    for name in ("seasonality_left", "transition_window", "single_month"):
        assert found[name] <= 100 * 7 / 30, name
    page = (root / "docs" / "calibration.md").read_text(encoding="utf-8")
    table = page.split("<!-- calibration: series checks -->")[1]
    assert all(f"| {world.name} |" in table for world in series_checks.WORLDS)
    assert " | ".join(series_checks.NAMES) in table
