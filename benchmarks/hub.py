"""How fast a large hub is built: python -m benchmarks.hub [--interventions 2000] [--mkdocs].

The hub has a plan, a run, a notebook, two findings and two briefs for each intervention; every gate runs.
Each size is built in a process of its own, so that its memory is its own. Drawing charts is counted apart:
it is what the first build of a finding costs, and a build after it takes them over. Where the whole build
is shared by cores, each draws the charts of its pages in it; a build on one core finds those drawn before.
With --mkdocs, plain MkDocs builds the same number of Markdown pages with the words of the same findings,
installed into a scratch environment; only its first page is in its menu, which would otherwise be as long
as the hub on every page.
Seconds are of the processor, which other work on the machine hardly moves, with the seconds that passed
beside them. The changes at the end are each built once more, into the same folder.
"""

import argparse
import multiprocessing
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from evalkit.hub.charts import checking_charts, curve_chart
from evalkit.hub.coverage import coverage_chart
from evalkit.hub.findings import drawn_chart, two_rulers
from evalkit.hub.lookups import lookups
from evalkit.hub.plans import plan_of
from evalkit.hub.render import build
from evalkit.hub.summaries import evaluation_of, plan_behind, summaries
from evalkit.hub.theory import theory_view
from evalkit.types.catalogue import Catalogue
from tests.hub_crowd import crowd


def main() -> None:
    """Measure once: a build is long enough not to need a median."""
    parser = argparse.ArgumentParser(description=__doc__.partition(":")[0])
    parser.add_argument("--interventions", type=int, default=2000)
    parser.add_argument("--mkdocs", action="store_true")
    asked = parser.parse_args()
    fresh = multiprocessing.get_context("spawn")
    for number in (asked.interventions // 4, asked.interventions // 2, asked.interventions):
        measuring = fresh.Process(target=_measured, args=(number, asked.mkdocs))
        measuring.start()
        measuring.join()


def _measured(interventions: int, mkdocs: bool) -> None:
    edition = crowd(interventions)
    bare = _memory()
    with tempfile.TemporaryDirectory() as folder:
        out, memory = Path(folder) / "hub", Path(folder) / "memory.json"
        pages = 0
        with _timed("charts alone", lambda: pages):
            pages = 7 * interventions  # about: the number of pages is known after the build
            _draw(edition)
        with _timed("whole build, charts and gates included", lambda: pages):
            pages = sum(path.suffix == ".html" for path in build(edition, out, memory=memory))
        print(f"{'memory: with the edition, and at most':<46}{bare:6.0f} MB{_memory():6.0f} MB")
        for what, changed in _changes(edition):
            before = {path: path.stat().st_ino for path in out.rglob("*") if path.is_file()}
            with _timed(what, lambda: pages):
                build(changed, out, memory=memory)
            anew = sum(not p.exists() or p.stat().st_ino != n for p, n in before.items())
            print(f"{'':<4}{anew:,} of {len(before):,} files made anew")
        if mkdocs:
            _mkdocs(edition, Path(folder), pages)


def _changes(edition: Catalogue) -> Iterator[tuple[str, Catalogue]]:
    """The same edition; then, each on top of the one before, one change and a new day in the ledger."""
    yield "again, nothing changed", edition
    first, *works = edition.interventions
    new = replace(first, summary="One sentence was changed.")
    edition = replace(edition, interventions=(new, *works), ledger_head="1" * 64)
    yield "again, an intervention's summary", edition
    one, *findings = edition.findings
    edition = replace(
        edition,
        findings=(replace(one, headline="Another headline"), *findings),
        ledger_head="2" * 64,
        edition=edition.edition + timedelta(days=1),
    )
    yield "again, a finding's headline and the day", edition
    need, *needs = edition.needs
    edition = replace(edition, needs=(replace(need, text="Another need"), *needs))
    yield "again, a need", edition


def _draw(edition: Catalogue) -> None:
    """Every chart once, as a first build does."""
    for work in edition.interventions:
        theory_view(replace(edition, interventions=(work,), findings=(), protocols=()), work)
    listed = lookups(edition)
    for finding in edition.findings:
        evaluation, protocol = evaluation_of(edition, finding), plan_behind(edition, finding)
        (summary,) = summaries(edition, prefix="x", of=(listed.findings[finding.id],))
        for _ in range(2):  # on its page and on its brief
            two_rulers(summary)
        for _ in range(2):  # in the list of findings and on its intervention's page
            _ = summary.ruler
        drawn_chart(edition, finding)
        if evaluation and protocol:
            plan = plan_of(protocol)
            checking_charts(finding, evaluation, plan)
            curve_chart(finding, evaluation, plan)
            coverage_chart(finding, evaluation)


def _mkdocs(edition: Catalogue, folder: Path, number: int) -> None:
    python = folder / "venv" / "bin" / "python"
    subprocess.run([sys.executable, "-m", "venv", folder / "venv"], check=True)
    subprocess.run([python, "-m", "pip", "install", "--quiet", "mkdocs"], check=True)
    docs = folder / "docs"
    docs.mkdir()
    for place in range(number):
        one = edition.findings[place % len(edition.findings)]
        limits = "\n".join(f"- {text}" for text in one.limits)
        text = f"# {one.headline}\n\n{one.summary}\n\n{one.why_verdict}\n\n{limits}\n"
        (docs / f"page-{place}.md").write_text(text, encoding="utf-8")
    (docs / "index.md").write_text("# Home\n", encoding="utf-8")
    settings = "site_name: plain\ntheme: mkdocs\nnav:\n  - index.md\n"
    (folder / "mkdocs.yml").write_text(settings, encoding="utf-8")
    with _timed("plain MkDocs, as many pages", lambda: number):
        subprocess.run([python, "-m", "mkdocs", "build", "--quiet"], cwd=folder, check=True)


class _timed:
    """Prints what a block took, in all and for each page."""

    def __init__(self, what: str, pages: Callable[[], int]) -> None:
        self.what, self.pages = what, pages

    def __enter__(self) -> None:
        self.started, self.used = time.perf_counter(), _processor()

    def __exit__(self, *_: object) -> None:
        passed = time.perf_counter() - self.started
        used, pages = _processor() - self.used, self.pages()
        each = f"{1000 * used / pages:7.2f} ms a page of {pages:,}"
        print(f"{self.what:<46}{used:7.2f} s{each}  ({passed:.2f} s passed)", flush=True)


def _processor() -> float:
    """Of this process and of those it started that have ended: a large hub is made on all cores."""
    each = [resource.getrusage(whose) for whose in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(used.ru_utime + used.ru_stime for used in each)


def _memory() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
