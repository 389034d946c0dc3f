"""How fast a large hub is built: python -m benchmarks.hub [--interventions 2000] [--mkdocs].

The hub has a plan, a run, a notebook, two findings and two briefs for each intervention; every gate runs.
Drawing charts is counted apart: it is what the first build of a finding costs. With --mkdocs, plain MkDocs
builds the same number of Markdown pages with the words of the same findings, installed into a scratch
environment. The last line builds again after one change; only what the files hold is compared, so that the
figure says what a change costs today.
"""

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from evalkit.hub.gates import problems
from evalkit.hub.pages import pages
from evalkit.hub.render import assets, build, render
from evalkit.types.catalogue import Catalogue
from tests.hub_crowd import crowd


def main() -> None:
    """Measure once: a build is long enough not to need a median."""
    parser = argparse.ArgumentParser(description=__doc__.partition(":")[0])
    parser.add_argument("--interventions", type=int, default=2000)
    parser.add_argument("--mkdocs", action="store_true")
    asked = parser.parse_args()
    edition = crowd(asked.interventions)
    with tempfile.TemporaryDirectory() as folder:
        number = _parts(edition)
        _whole(edition, Path(folder) / "hub", number)
        if asked.mkdocs:
            _mkdocs(edition, Path(folder), number)


def _parts(edition: Catalogue) -> int:
    started = time.perf_counter()
    made = pages(edition)
    drawn = time.perf_counter()
    files = render(made, assets(edition))
    rendered = time.perf_counter()
    problems(files)
    gated = time.perf_counter()
    number = len(made)
    _tell("contexts and charts", drawn - started, number)
    _tell("templates, downloads, gates", rendered - drawn, number)
    _tell("of which gates", gated - rendered, number)
    return number


def _whole(edition: Catalogue, out: Path, number: int) -> None:
    started = time.perf_counter()
    build(edition, out)
    _tell("whole build", time.perf_counter() - started, number)
    one = replace(edition.interventions[0], summary="One sentence was changed.")
    changed = replace(edition, interventions=(one, *edition.interventions[1:]))
    before = {path: path.read_bytes() for path in out.rglob("*") if path.is_file()}
    started = time.perf_counter()
    build(changed, out)
    took = time.perf_counter() - started
    differing = sum(path.read_bytes() != content for path, content in before.items())
    _tell(f"again after one change ({differing} files differ)", took, number)
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{'memory at most':<44}{most:8.0f} MB")


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
    (folder / "mkdocs.yml").write_text("site_name: plain\ntheme: mkdocs\n", encoding="utf-8")
    started = time.perf_counter()
    subprocess.run([python, "-m", "mkdocs", "build", "--quiet", "--strict"], cwd=folder, check=True)
    _tell("plain MkDocs, as many pages", time.perf_counter() - started, number)


def _tell(what: str, seconds: float, number: int) -> None:
    each = 1000 * seconds / number
    print(f"{what:<44}{seconds:8.1f} s{each:8.2f} ms a page of {number:,}")


if __name__ == "__main__":
    main()
