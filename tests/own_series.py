"""Monthly series with effects that are known, for plans of one series alone or beside a comparison.

Every number here is made up by a seeded generator and says nothing about any place.
"""

import csv
import hashlib
from pathlib import Path

import numpy as np

from tests.own_evidence import INTERVENTION, months, recipe, write_measures

SINGLE = """\
form: evalkit/mapping/1
source: Simulated by the tests of evalkit, not evidence
licence: none needed
file: {file}
sha256: {{sha256}}
columns: {{{{period: period, outcome: value, exposure: population}}}}
"""
BESIDE = """\
form: evalkit/mapping/1
source: Simulated by the tests of evalkit, not evidence
licence: none needed
file: districts.csv
sha256: {sha256}
columns: {{unit: district, period: month, outcome: calls, treated_from: start}}
"""
PLAN = """\
---
form: evalkit/protocol/1
id: {id}-P{number}
intervention: {id}
question: Did assault call-outs change after evening patrols began?
estimand: {{effect: at_horizon, summary: per_cent, horizon: 12}}
outcome: {{measure: calls@1.0, name: assault call-outs, element: robbery, unit: call-outs a month,
  told_in: per cent, scale: log, better: lower}}
data: {{recipe: {recipe}, prior_knowledge: analysed}}
window: {{start: 2020-04, end: 2026-03}}
unit: month
design: its
changes:
  - {{name: evening patrols, what: evening patrols began, at: 2024-04}}
estimator: {{name: segmented, scale: log, impact: level+slope, harmonics: 1, errors: ar1}}
inference: {{name: kenward_roger}}
checks:
  - {{check: residual_autocorrelation, if_failed: report}}
  - {{check: placebo_dates, threshold: 0.10, if_failed: lower_rating}}
  - {{check: single_month, threshold: 0.50, if_failed: lower_rating}}
  - {{check: impact_model, threshold: 0.01, if_failed: cannot_tell}}
  - {{check: break_search, threshold: 0.01, if_failed: cannot_tell}}
  - {{check: seasonality_left, threshold: 0.01, if_failed: lower_rating}}
  - {{check: transition_window, threshold: 0.01, if_failed: lower_rating}}
minimum_effect: {{value: 5, unit: per_cent}}
decision_rule: wording@1.0
alternatives:
  - {{name: step only, impact: level}}
  - {{name: from April 2021, start: 2021-04}}
limits:
  - The data are simulated.
---

# Why this plan

To try the tool.
"""
CONTROLLED = (
    ("design: its", "design: controlled_its"),
    ("effect: at_horizon, summary: per_cent, horizon: 12", "effect: level, summary: per_cent"),
    ("impact: level+slope, harmonics: 1", "impact: level"),
    ("  - {check: seasonality_left", "  - {check: comparison_shock, threshold: 0.05, if_failed: "
     "cannot_tell}\n  - {check: seasonality_left"),
    ("alternatives:\n  - {name: step only, impact: level}\n", "comparison: {group: never_treated, "
     "words: districts without patrols}\nalternatives:\n"),
)  # fmt: skip
FIRST, LAST = "2020-04", "2026-03"


def months_of_plan() -> list[str]:
    """The plan's window."""
    return [month for month in months(2020, 2026) if FIRST <= month <= LAST]


def write_intervention(workspace: Path) -> Path:
    """Write measures and intervention; returns the intervention's text."""
    write_measures(workspace)
    folder = workspace / "case_studies" / "evening-patrols"
    folder.mkdir(parents=True)
    (folder / "intervention.yaml").write_text(INTERVENTION)
    return folder / "intervention.yaml"


def write_recipe(table: Path) -> None:
    """A recipe beside a simulated table."""
    digest = hashlib.sha256(table.read_bytes()).hexdigest()
    text = SINGLE.format(file=table.name).format(sha256=digest)
    (table.parent / "data.yaml").write_text(text)


def write_walk(folder: Path) -> None:
    """A random walk: a series without a mean to return to."""
    rng = np.random.default_rng(5)
    values = np.exp(5 + np.cumsum(rng.normal(0, 0.15, len(months_of_plan()))))
    rows = [(m, round(float(v), 3), 380_000) for m, v in zip(months_of_plan(), values, strict=True)]
    _write(folder / "simulated-walk.csv", ("period", "value", "population"), rows)
    write_recipe(folder / "simulated-walk.csv")


def write_districts(folder: Path, *, effect: float, shock: float) -> None:
    """One treated district and three others that share its ups and downs.

    ``shock`` moves every other district from six months after the start on, and not the treated one.
    """
    rng = np.random.default_rng(11)
    window = months_of_plan()
    common = np.cumsum(rng.normal(0, 0.05, len(window)))
    rows: list[tuple[object, ...]] = []
    for number in range(1, 5):
        treated = number == 1
        log = 5 + 0.2 * number + common + rng.normal(0, 0.04, len(window))
        for i, month in enumerate(window):
            moved = effect * (treated and month >= "2024-04")
            moved += shock * (not treated and month >= "2024-10")
            value = round(float(np.exp(log[i] + moved)), 3)
            rows.append((f"District {number}", month, value, "2024-04" if treated else ""))
    _write(folder / "districts.csv", ("district", "month", "calls", "start"), rows)
    (folder / "data.yaml").write_text(recipe(folder / "districts.csv", BESIDE))


def write_plan(workspace: Path, id: str, number: int, data: str, *changes: tuple[str, str]) -> Path:
    """Write a plan with some of its text changed."""
    text = PLAN.format(id=id, number=number, recipe=data)
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    path = workspace / "protocols" / f"{id}-P{number}.md"
    path.write_text(text)
    return path


def _write(path: Path, head: tuple[str, ...], rows: list[tuple[object, ...]]) -> None:
    path.parent.mkdir(parents=True)
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([head, *rows])
