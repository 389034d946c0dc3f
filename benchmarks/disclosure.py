"""Time the gate against small numbers on a hub of 300 interventions: python -m benchmarks.disclosure [COUNT].

First a real hub: made-up monthly counts, evaluated, published, rendered, and read back under the profile
uk-llc; what was read in a file is remembered from one time to the next. Then a harder case: a page, a
download, a record and a chart for each of as many tables of 8 by 6 cells full of small numbers, each
protected and with its totals. Times are this machine's, of its processor, which other work on it hardly
moves.
"""

import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np

from benchmarks.evaluate_all import added, seeded
from evalkit.data.disclosure.check import check
from evalkit.data.disclosure.leak import Publication
from evalkit.data.disclosure.profiles import PROFILES
from evalkit.data.disclosure.reading import Known, Read, read_files
from evalkit.hub.render import made
from evalkit.registry.store import open_registry
from evalkit.workflow.edition import prepared
from evalkit.workflow.explain import all_runs
from evalkit.workflow.gate import inspect, path_rules
from evalkit.workflow.workspace import find_workspace
from tests.disclosure_suite import OUTCOME, as_chart, as_csv, as_html, as_json, counts_of, printed

SEED = 2026
PROFILE = PROFILES["uk-llc"]


def real_hub(count: int) -> None:
    """Render and check a hub whose findings are all from one guarded source."""
    with tempfile.TemporaryDirectory() as scratch:
        folder, ids = seeded(Path(scratch), count)
        added(folder, ids, 1)
        workspace = find_workspace(folder)
        with open_registry(workspace.url) as session:
            runs = all_runs(session)
            shown = {finding.id for run in runs for finding in run.findings}
            start = time.process_time()
            drawn = made(
                prepared(session, workspace, notebooks=folder / "none", also=shown).edition
            )
            rendered = time.process_time() - start
            rules = path_rules(session, runs)
    files = {path: text for path, text in drawn.items() if isinstance(text, str)}
    guarded = {path: replace(rule, profile=PROFILE) for path, rule in rules.items()}
    numbers = _cells(read_of(files, guarded))
    print(
        f"{count} interventions, {len(files):,} files, {numbers:,} numbers: rendering {rendered:.1f} s"
    )
    first, *_ = rules
    with tempfile.TemporaryDirectory() as scratch:
        for what, now, before in (
            ("a first edition", files, {}),
            ("beside the one that is out", files, files),
            ("one file is another", {**files, first: f"{files[first]} "}, files),
        ):
            start = time.process_time()
            gate = inspect(now, guarded, (), before=before, memory=Path(scratch) / "numbers.db")
            took = time.process_time() - start
            print(f"  {what}: gate {took:.1f} s, {len(gate.leaks)} refused", flush=True)


def read_of(files: Mapping[str, str], paths: Mapping[str, object]) -> Read:
    """What the gate reads in these files."""
    return read_files(files, dict.fromkeys(paths, Known(OUTCOME)))


def _cells(read: Read) -> int:
    return sum(len(table.rows) for table in read.tables)


def small_numbers(count: int) -> None:
    """Check as many protected tables, each in four files."""
    chance = np.random.default_rng(SEED)
    start, files, known = time.process_time(), dict[str, str](), dict[str, Known]()
    for n in range(count):
        text = printed(counts_of(chance, rows=8, columns=6), PROFILE)
        for name, way in (
            ("csv", as_csv),
            ("html", as_html),
            ("json", as_json),
            ("chart.html", as_chart),
        ):
            files[f"t{n}.{name}"] = way(text)
            known[f"t{n}.{name}"] = Known(f"{OUTCOME} {n}", frozenset({"admissions"}))
    protected = time.process_time() - start
    start = time.process_time()
    read = read_files(files, known)
    reading = time.process_time() - start
    profiles = {one.outcome: PROFILE for one in known.values()}
    found = check(Publication(tables=read.tables, texts=read.texts, profiles=profiles))
    took = time.process_time() - start
    hidden = sum(text == "*" for table in read.tables for _, text in table.rows)
    print(
        f"{count} tables full of small numbers in {len(files):,} files, {_cells(read):,} numbers, {hidden:,}"
        f" hidden: protecting {protected:.1f} s, gate {took:.1f} s (of it reading {reading:.1f} s),"
        f" {len(found)} refused"
    )


if __name__ == "__main__":
    asked = int(sys.argv[1]) if len(sys.argv) > 1 else 300
    real_hub(asked)
    small_numbers(asked)
