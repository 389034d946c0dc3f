"""The fast twins of the rules are the rules, and their run lengths are the published ones."""

import numpy as np
import pytest

from benchmarks.calibration.monitoring import (
    AFTER,
    BASELINES,
    PUBLISHED,
    TITLE,
    WORLDS,
    first_signals,
    run_length,
)
from evalkit.data.monitoring.rules import EIGHT, FOUR_OF_FIVE, OUTSIDE, SIX, TWO_OF_THREE, Lines

RULES = (OUTSIDE, EIGHT, SIX, TWO_OF_THREE, FOUR_OF_FIVE)


@pytest.mark.parametrize("name", WORLDS)
def test_twins_are_met_in_the_same_month(name):
    values = WORLDS[name](np.random.default_rng(7), 60, 48)
    mean, sigma = np.full(60, 40.0), np.full(60, 4.0)
    low = np.where(np.arange(60) % 2, -np.inf, 28.0)
    found = first_signals(values, mean, sigma, low)
    for draw, row in enumerate(values):
        below = None if np.isinf(low[draw]) else float(low[draw])
        lines = Lines(mean=40.0, low=below, high=52.0, third=4.0)
        for rule in RULES:
            met = [p.met for p in rule.find([(v, v) for v in row.tolist()], lines)]
            assert found[rule.name][draw] == min(met, default=48), (rule.name, draw)


@pytest.mark.parametrize("rules", PUBLISHED, ids=" ".join)
def test_average_run_lengths_are_those_of_champ_and_woodall(rules):
    """Four standard errors; a chart is cut at 5,000 months, which hardly any reaches."""
    mean, error = run_length(list(rules), 400, 5_000, seed=3)
    assert abs(mean - PUBLISHED[rules]) <= 4 * error


def test_a_run_of_eight_takes_255_months_by_chance():
    """The first run of n alike among fair coins takes 2^n - 1 tosses on average."""
    mean, error = run_length(["one_side"], 400, 5_000, seed=4)
    assert abs(mean - (2**8 - 1)) <= 4 * error


def test_the_document_has_every_row(root):
    text = (root / "docs" / "calibration.md").read_text(encoding="utf-8")
    section = text.split(f"## {TITLE}")[1].split("<!-- end: monitoring -->")[0]
    assert f"within {AFTER} months" in section
    for world in WORLDS:
        for baseline in BASELINES:
            assert f"| {world} | {baseline} |" in section
    assert "| normal, independent | known |" in section
