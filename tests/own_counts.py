"""Counts with residents, and a level, of 24 made-up districts: 12 start in two waves, by a known effect.

Every number here is made up by a seeded generator and says nothing about any place.
"""

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tests.own_evidence import INTERVENTION, months, recipe, write_measures

RATIO, DROP = 0.85, -3.0
STARTS = {**dict.fromkeys(range(1, 7), "2024-01"), **dict.fromkeys(range(7, 13), "2024-07")}
COUNTS_RECIPE = """\
form: evalkit/mapping/1
source: Simulated by the tests of evalkit, not evidence
licence: none needed
file: districts.csv
sha256: {sha256}
columns: {{unit: district, period: month, outcome: robberies, treated_from: start, exposure: residents,
  cluster: force, covariates: [deprivation]}}
"""
LEVEL_RECIPE = COUNTS_RECIPE.replace("outcome: robberies", "outcome: calls")
COUNTS_PLAN = """\
---
form: evalkit/protocol/1
id: {id}-P1
intervention: {id}
question: Did robbery change after evening patrols began?
estimand: {{effect: att, summary: per_cent}}
outcome: {{measure: recorded-robbery@1.0, name: robbery, element: robbery, unit: robberies a month,
  told_in: per cent, scale: ratio, better: lower}}
data: {{recipe: patrol-counts, prior_knowledge: not_analysed}}
window: {{start: 2022-01, end: 2025-12}}
unit: district
design: did
changes:
  - {{name: evening patrols, what: evening patrols began}}
comparison: {{group: untreated, words: districts without patrols}}
estimator: {{name: poisson, exposure: residents}}
inference: {{name: cluster, level: 0.95}}
checks:
  - {{check: pre_trend, threshold: 0.01, leads: 6, if_failed: cannot_tell}}
  - {{check: leave_one_unit_out, threshold: 2, if_failed: lower_rating}}
minimum_effect: {{value: 5, unit: per_cent}}
decision_rule: wording@1.0
limits:
  - The data are simulated.
---

# Why this plan

To try the tool.
"""
LEVEL_PLAN = """\
---
form: evalkit/protocol/1
id: {id}-P2
intervention: {id}
question: Did calls change after evening patrols began?
estimand: {{effect: att, summary: difference}}
outcome: {{measure: calls@1.0, name: calls, element: robbery, unit: calls per 1000 people a month,
  told_in: incidents, scale: level, better: lower}}
data: {{recipe: patrol-calls, prior_knowledge: not_analysed}}
window: {{start: 2022-01, end: 2025-12}}
unit: district
design: did
changes:
  - {{name: evening patrols, what: evening patrols began}}
comparison: {{group: untreated, words: districts before or without patrols}}
estimator: {{name: imputation}}
inference: {{name: conservative, level: 0.95}}
checks:
  - {{check: pre_trend, threshold: 0.01, leads: 4, if_failed: cannot_tell}}
minimum_effect: {{value: 0.5, unit: incidents}}
decision_rule: wording@1.0
alternatives:
  - {{name: Sun and Abraham, estimator: sun_abraham}}
  - {{name: group by group, estimator: group_time, comparison: not_yet_treated}}
  - {{name: two-way fixed effects, estimator: twfe}}
limits:
  - The data are simulated.
---

# Why this plan

To try the tool.
"""


@dataclass(frozen=True)
class Truth:
    """What the generator took away: incidents, and treated district-months."""

    avoided: float
    cells: int


def write_counts(workspace: Path) -> Truth:
    """Write the intervention, the measures, the data and two recipes."""
    write_measures(workspace)
    random = np.random.default_rng(11)
    rows, avoided, cells = [], 0.0, 0
    size, level, need = random.uniform(5, 30, 24), random.normal(20, 3, 24), random.normal(0, 1, 24)
    for t, month in enumerate(months(2022, 2025)):
        wave = 1 + 0.15 * np.sin(2 * np.pi * t / 12) - 0.003 * t
        for i in range(24):
            treated = month >= STARTS.get(i + 1, "9999")
            residents = round(size[i] * 10_000 * (1 + 0.001 * t))
            expected = residents / 10_000 * 1.5 * wave
            avoided += (1 - RATIO) * expected * treated
            cells += treated
            count = random.poisson(expected * (RATIO if treated else 1))
            calls = level[i] + 2 * wave + random.normal(0, 1) + DROP * treated
            name, force = f"District {i + 1:02d}", f"Force {i % 12:02d}"
            start = STARTS.get(i + 1, "")
            rows.append((name, month, count, f"{calls:.4f}", start, residents, force, need[i]))
    head = ("district", "month", "robberies", "calls", "start", "residents", "force", "deprivation")
    for folder, text in (("patrol-counts", COUNTS_RECIPE), ("patrol-calls", LEVEL_RECIPE)):
        place = workspace / "case_studies" / folder
        place.mkdir(parents=True)
        with (place / "districts.csv").open("w", newline="") as file:
            csv.writer(file).writerows([head, *rows])
        (place / "data.yaml").write_text(recipe(place / "districts.csv", text))
    (workspace / "case_studies" / "patrol-counts" / "intervention.yaml").write_text(INTERVENTION)
    return Truth(avoided=avoided, cells=cells)


def write_plan(workspace: Path, id: str, text: str, *changes: tuple[str, str]) -> Path:
    """Write a protocol with some of its text changed, named by its own id."""
    text = text.format(id=id)
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    name = next(line for line in text.splitlines() if line.startswith("id: ")).removeprefix("id: ")
    path = workspace / "protocols" / f"{name}.md"
    path.write_text(text)
    return path
