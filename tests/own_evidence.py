"""A partnership's own intervention with simulated data, written into an empty workspace.

Every number here is made up by a seeded generator and says nothing about any place.
"""

import csv
import hashlib
from pathlib import Path

import numpy as np

INTERVENTION = """\
form: evalkit/intervention/1
name: Evening patrols
summary: Officers on foot patrolled 36 street segments in four districts from January 2024.
kind: hot-spot-policing
status: live
areas: [E23000018]
start: 2024-01
description: {why: Would-be robbers see officers and think again}
organisations:
  - {name: Derby City Council, role: lead, duty: specified, contact: Safety lead}
theory:
  elements:
    patrols: {kind: activity, text: Foot patrols}
    seen: {kind: output, text: Officers are seen}
    robbery: {kind: outcome, text: Fewer robberies}
  links:
    - {from: patrols, to: seen, assumes: Officers are not called away}
    - {from: seen, to: robbery, because: Fear of arrest}
  indicators:
    - {of: robbery, name: recorded robbery, unit: incidents a month, direction: down, source: police}
"""
MEASURE = """\
form: evalkit/measure/1
id: {id}
version: "1.0"
title: {title}
source: made-up
unit: incidents
counts:
  - {{scheme: column, include: [{title}]}}
sees: What a generator made up
misses: Everything else
"""
SOURCE = """\
form: evalkit/data-source/1
id: made-up
name: Made-up figures
owner: The tests of evalkit
measures: What a generator made up
lawful_basis: open
suppression: open
"""
MEASURES = {"recorded-robbery": "robberies", "calls": "calls"}
PANEL_RECIPE = """\
form: evalkit/mapping/1
source: Simulated by the tests of evalkit, not evidence
licence: none needed
file: robbery.csv
sha256: {sha256}
columns: {{unit: district, period: month, outcome: robberies, treated: patrolled}}
"""
SERIES_RECIPE = """\
form: evalkit/mapping/1
source: Simulated by the tests of evalkit, not evidence
licence: none needed
file: calls.csv
sha256: {sha256}
columns: {{period: month, outcome: calls}}
"""
PANEL_PLAN = """\
---
form: evalkit/protocol/1
id: {id}-P1
intervention: {id}
question: Did robbery change after evening patrols began?
estimand: {{effect: att, summary: difference}}
outcome: {{measure: recorded-robbery@1.0, name: robbery, element: robbery, unit: incidents a month,
  told_in: incidents, scale: level, better: lower}}
data: {{recipe: evening-patrols, prior_knowledge: analysed}}
window: {{start: 2023-01, end: 2024-12}}
unit: district
design: did
changes:
  - {{name: evening patrols, what: evening patrols began}}
comparison: {{group: never_treated, words: districts without patrols}}
estimator: {{name: group_time}}
inference: {{name: influence_function, level: 0.9}}
checks:
  - {{check: pre_trend, threshold: 0.01, leads: 4, if_failed: cannot_tell}}
minimum_effect: {{value: 1, unit: incidents}}
decision_rule: wording@1.0
limits:
  - The data are simulated.
---

# Why this plan

To try the tool.
"""
SERIES_PLAN = """\
---
form: evalkit/protocol/1
id: {id}-P2
intervention: {id}
question: Did calls change after evening patrols began?
estimand: {{effect: level, summary: difference}}
outcome: {{measure: calls@1.0, name: calls, element: robbery, unit: calls a month,
  told_in: incidents, scale: level, better: lower}}
data: {{recipe: evening-patrols-calls, prior_knowledge: analysed}}
window: {{start: 2021-01, end: 2024-12}}
unit: month
design: its
changes:
  - {{name: evening patrols, what: evening patrols began, at: 2024-01}}
estimator: {{name: segmented, impact: level}}
inference: {{name: t, level: 0.95}}
checks:
  - {{check: residual_autocorrelation, threshold: 0.2, if_failed: lower_rating}}
minimum_effect: {{value: 5, unit: incidents}}
decision_rule: wording@1.0
limits:
  - The data are simulated.
---

# Why this plan

To try the tool.
"""


def months(first: int, last: int) -> list[str]:
    """Every month of the years ``first`` to ``last``."""
    return [f"{y}-{m:02d}" for y in range(first, last + 1) for m in range(1, 13)]


def write_measures(workspace: Path, **more: str) -> tuple[Path, ...]:
    """Write the measures that plans name, and their source; returns the measures' files."""
    folder, measures = workspace / "measures", MEASURES | more
    folder.mkdir(exist_ok=True)
    (workspace / "sources").mkdir(exist_ok=True)
    (workspace / "sources" / "made-up.yaml").write_text(SOURCE)
    for id, title in measures.items():
        (folder / f"{id}.yaml").write_text(MEASURE.format(id=id, title=title))
    return tuple(folder / f"{id}.yaml" for id in measures)


def write_evidence(workspace: Path) -> Path:
    """Write intervention, measures, data and recipes; returns the intervention's text."""
    write_measures(workspace)
    random = np.random.default_rng(2024)
    folder = workspace / "case_studies" / "evening-patrols"
    rows = [
        (
            f"District {d:02d}",
            month,
            int(patrolled),
            round(random.normal(30 + d - 8 * patrolled, 1.5)),
        )
        for d in range(1, 13)
        for month in months(2023, 2024)
        for patrolled in [d <= 4 and month >= "2024-01"]
    ]
    _write(folder, "robbery.csv", ("district", "month", "patrolled", "robberies"), rows)
    (folder / "data.yaml").write_text(recipe(folder / "robbery.csv", PANEL_RECIPE))
    (folder / "intervention.yaml").write_text(INTERVENTION)
    calls = workspace / "case_studies" / "evening-patrols-calls"
    series = [(month, random.poisson(200)) for month in months(2021, 2024)]
    _write(calls, "calls.csv", ("month", "calls"), series)
    (calls / "data.yaml").write_text(recipe(calls / "calls.csv", SERIES_RECIPE))
    return folder / "intervention.yaml"


def write_plans(workspace: Path, id: str) -> tuple[Path, Path]:
    """Write both protocols of intervention ``id``."""
    files = (workspace / "protocols" / f"{id}-P1.md", workspace / "protocols" / f"{id}-P2.md")
    for file, text in zip(files, (PANEL_PLAN, SERIES_PLAN), strict=True):
        file.write_text(text.format(id=id))
    return files


def recipe(data: Path, text: str = PANEL_RECIPE) -> str:
    """A recipe with the hash of the data as they stand."""
    return text.format(sha256=hashlib.sha256(data.read_bytes()).hexdigest())


def _write(folder: Path, name: str, head: tuple[str, ...], rows: list[tuple[object, ...]]) -> None:
    folder.mkdir(parents=True)
    with (folder / name).open("w", newline="") as file:
        csv.writer(file).writerows([head, *rows])
