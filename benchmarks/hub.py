"""How fast a large hub is built: python -m benchmarks.hub [--interventions 2000] [--mkdocs] [--registry].

The hub has a plan, a run, a notebook, two findings, two briefs and two slides for each intervention; every
gate runs. Each size is built in a process of its own, so that its memory is its own: first by that process
alone, which counts what it spends on drawing charts, then on all cores. With --mkdocs, plain MkDocs builds as
many Markdown pages in the same run, installed into a scratch environment: once short ones, with a finding's
headline, summary and limits, and once with the words, lists and tables of the hub's own pages; only its first
page is in its menu, which would otherwise be as long as the hub on every page. With --registry, everything
is registered, and ``evalkit hub build`` is timed from opening the registry on: first, again, and after each
of a few changes.
Seconds are of the processor, of all processes, with the seconds that passed beside them. Files are written
where temporary files go; creating one may cost more than all that is in it.
"""

import argparse
import gc
import multiprocessing
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from benchmarks.hub_parts.as_markdown import as_markdown
from benchmarks.hub_parts.drawing import Drawing
from benchmarks.hub_parts.registry import CHANGES, written
from evalkit.__main__ import COLLECT_AFTER
from evalkit.hub import draw
from evalkit.hub.render import build
from evalkit.registry.store import open_registry
from evalkit.types.catalogue import Catalogue
from evalkit.workflow.publish import publish
from evalkit.workflow.workspace import Workspace
from tests.hub_crowd import crowd


def main() -> None:
    """Measure once: a build is long enough not to need a median."""
    parser = argparse.ArgumentParser(description=__doc__.partition(":")[0])
    parser.add_argument("--interventions", type=int, default=2000)
    parser.add_argument("--mkdocs", action="store_true")
    parser.add_argument("--registry", action="store_true")
    asked = parser.parse_args()
    for number in (asked.interventions // 4, asked.interventions // 2, asked.interventions):
        _apart(_alone, number, asked.mkdocs)
        _apart(_together, number)
        if asked.registry:
            _apart(_registered, number)


def _apart(measure: Callable[..., None], *given: object) -> None:
    measuring = multiprocessing.get_context("spawn").Process(
        target=_as_a_command, args=(measure, *given)
    )
    measuring.start()
    measuring.join()


def _as_a_command(measure: Callable[..., None], *given: object) -> None:
    gc.set_threshold(*COLLECT_AFTER)
    measure(*given)


def _alone(interventions: int, mkdocs: bool) -> None:
    edition = crowd(interventions)
    drawing, bare = Drawing(), _memory()
    draw.MUCH = sys.maxsize  # one process, so that drawing can be told apart
    with tempfile.TemporaryDirectory() as folder:
        out, memory = Path(folder) / "hub", Path(folder) / "memory.json"
        started, used = time.perf_counter(), _processor()
        files = build(edition, out, memory=memory)
        used, passed = _processor() - used, time.perf_counter() - started
        pages = [path for path in files if path.suffix == ".html"]
        n = len(pages)
        print(f"\n{interventions:,} interventions, {n:,} pages, {len(files):,} files")
        _say("drawing charts", drawing.seconds, n)
        _say("everything else, gates included", used - drawing.seconds, n)
        _say("both, by one process", used, n, passed)
        print(f"{'memory: with the edition, and at most':<46}{bare:6.0f} MB{_memory():6.0f} MB")
        if mkdocs:
            _mkdocs(_short(edition, n), Path(folder) / "short", "plain MkDocs, short pages")
            words = (as_markdown(page.read_text(encoding="utf-8")) for page in pages)
            _mkdocs(words, Path(folder) / "same", "plain MkDocs, the hub's own words")


def _together(interventions: int) -> None:
    edition = crowd(interventions)
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "hub"
        with _timed("on all cores", 0):
            build(edition, out, memory=Path(folder) / "memory.json")


def _registered(interventions: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        workspace = written(crowd(interventions), Path(folder) / "ours")
        _apart(_built, workspace, "from a registry, on all cores")
        _apart(_built, workspace, "again, nothing changed")
        for what, change in CHANGES.items():
            change(workspace)
            _apart(_built, workspace, f"again, {what}")


def _built(workspace: Workspace, what: str) -> None:
    """As the command does, in a process that knows nothing of the build before."""
    notebooks, out = workspace.root / "notebooks", workspace.reports
    before = {path: path.stat().st_ino for path in out.rglob("*") if path.is_file()}
    with _timed(what, 0), open_registry(workspace.url) as session:
        publish(session, workspace, notebooks=notebooks, out=out)
    anew = sum(not path.exists() or path.stat().st_ino != k for path, k in before.items())
    changed = f"{anew:,} of {len(before):,} files made anew, " if before else ""
    print(f"{'':<4}{changed}memory at most {_memory():.0f} MB")


def _short(edition: Catalogue, number: int) -> Iterator[str]:
    for place in range(number):
        one = edition.findings[place % len(edition.findings)]
        limits = "\n".join(f"- {text}" for text in one.limits)
        yield f"# {one.headline}\n\n{one.summary}\n\n{one.why_verdict}\n\n{limits}\n"


def _mkdocs(pages: Iterable[str], folder: Path, what: str) -> None:
    python = folder / "venv" / "bin" / "python"
    subprocess.run([sys.executable, "-m", "venv", folder / "venv"], check=True)
    install = [python, "-m", "pip", "install", "--quiet", "mkdocs"]
    subprocess.run(install, check=True, stderr=subprocess.DEVNULL)
    docs = folder / "docs"
    docs.mkdir()
    number = 0
    for number, text in enumerate(pages, 1):
        (docs / f"page-{number}.md").write_text(text, encoding="utf-8")
    (docs / "index.md").write_text("# Home\n", encoding="utf-8")
    settings = "site_name: plain\ntheme: mkdocs\nnav:\n  - index.md\n"
    (folder / "mkdocs.yml").write_text(settings, encoding="utf-8")
    with _timed(what, number):
        subprocess.run([python, "-m", "mkdocs", "build", "--quiet"], cwd=folder, check=True)


class _timed:
    """Prints what a block took, in all and for each page."""

    def __init__(self, what: str, pages: int) -> None:
        self.what, self.pages = what, pages

    def __enter__(self) -> None:
        self.started, self.used = time.perf_counter(), _processor()

    def __exit__(self, *_: object) -> None:
        passed = time.perf_counter() - self.started
        _say(self.what, _processor() - self.used, self.pages, passed)


def _say(what: str, used: float, pages: int, passed: float | None = None) -> None:
    each = f"{1000 * used / pages:7.2f} ms a page" if pages else f"{'':17}"
    print(f"{what:<46}{used:7.2f} s{each}", flush=True, end="")
    print("" if passed is None else f"  ({passed:.2f} s passed)", flush=True)


def _processor() -> float:
    """Of this process and of those it started that have ended: a large hub is made on all cores."""
    each = [resource.getrusage(whose) for whose in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(used.ru_utime + used.ru_stime for used in each)


def _memory() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
