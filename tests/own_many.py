"""A workspace with many interventions, each with a made-up monthly series and a locked plan.

Every number here is made up by a seeded generator and says nothing about any place.
"""

import csv
from pathlib import Path

import numpy as np

from tests.own_evidence import INTERVENTION, SERIES_PLAN, SERIES_RECIPE, months, recipe


def write_many(workspace: Path, n: int, *, year: int = 2026) -> list[str]:
    """Write ``n`` interventions with data and plans into a workspace; returns the plans' ids."""
    random = np.random.default_rng(7)
    calendar, ids = months(2021, 2024), []
    for number in range(1, n + 1):
        name, id = f"patrols-{number:04d}", f"EM-{year}-{number:04d}"
        folder = workspace / "case_studies" / name
        folder.mkdir(parents=True)
        text = INTERVENTION.replace(
            "/1\nname: Evening patrols", f"/1\nid: {id}\nname: Patrols {number}"
        )
        (folder / "intervention.yaml").write_text(text)
        with (folder / "calls.csv").open("w", newline="") as file:
            rows = zip(calendar, random.poisson(200, len(calendar)).tolist(), strict=True)
            csv.writer(file).writerows([("month", "calls"), *rows])
        (folder / "data.yaml").write_text(recipe(folder / "calls.csv", SERIES_RECIPE))
        plan = SERIES_PLAN.format(id=id).replace("evening-patrols-calls", name)
        plan = plan.replace(f"{id}-P2", f"{id}-P1").replace(
            "form: ", "locked: 2026-01-05\nform: ", 1
        )
        (workspace / "protocols" / f"{id}-P1.md").write_text(plan)
        ids.append(f"{id}-P1")
    return ids
