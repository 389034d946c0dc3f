"""``evalkit demo``."""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from evalkit.cli.edge import Full, Json, here, today
from evalkit.cli.evaluation import say_checks, say_made, say_numbers
from evalkit.cli.screen import count, say, say_json, say_next, say_table

if TYPE_CHECKING:
    from evalkit.types.finding import Finding
    from evalkit.workflow.demo import Demo


def demo(full: Full = False, json: Json = False) -> None:
    """Walk the whole way, on real data.

    Register, lock, load, evaluate, find, publish, in a scratch registry, .evalkit/demo.db;
    your own is only read.

    Example: evalkit demo
    """
    from evalkit.workflow.demo import run_demo

    workspace = here()
    with _progress() as tell:
        done = run_demo(workspace, on=today(), tell=tell)
    if json:
        say_json(_as_json(done))
        return
    _say_done(done)
    say(f"hub        {workspace.reports.name}/index.html, {count(_pages(done), 'page')}")
    _say_found(done.findings)
    for evaluation in done.evaluations:
        say()
        say_numbers(evaluation)
        (say_made if full else say_checks)(evaluation)
    say_next(*([] if full else ["evalkit demo --full"]), "evalkit hub serve")


def _say_done(done: "Demo") -> None:
    registered = [count(done.n_case_studies, "case study", "case studies")]
    registered += [count(done.n_units, "violence reduction unit")] if done.n_units else []
    registered += [count(done.n_other, "other intervention")] if done.n_other else []
    registered += [count(done.n_published, "published finding")] if done.n_published else []
    say(f"registered {', '.join(registered)}")
    say(f"loaded     {', '.join(_loaded(done))}")
    protocols = count(len(done.evaluations), "locked protocol")
    checks = count(sum(len(e.checks) for e in done.evaluations), "check")
    say(f"evaluated  {protocols}, {checks}, {count(len(done.evaluations), 'notebook')}")


def _loaded(done: "Demo") -> Iterator[str]:
    from evalkit.data import periods as calendar

    for evaluation in done.evaluations:
        c, file = evaluation.coverage, evaluation.provenance.file.rpartition("/")[2]
        every = f"{calendar.noun(c.first_period)}s"
        what = f"{c.unit_name}-{every}" if c.n_comparison else every
        made_up = ", simulated" if evaluation.provenance.simulated else ""
        yield f"{file.partition('.')[0]} ({c.n_obs:,} {what}{made_up})"


def _pages(done: "Demo") -> int:
    return sum(path.endswith(".html") for path in done.pages)


def _say_found(findings: Sequence["Finding"]) -> None:
    """One line a finding; the level of the intervals in the head, or in each cell when they differ."""
    from evalkit.findings.numerals import level_text

    intervals = [f.effect.interval for f in findings if f.effect and f.effect.interval]
    levels = {level_text(interval.level) for interval in intervals}
    head = f"{levels.pop()} interval" if len(levels) == 1 else "interval"
    rows = [_row(finding, with_level=head == "interval") for finding in findings]
    say_table(("found", "effect", head, "we say"), rows)


def _row(finding: "Finding", *, with_level: bool) -> tuple[str, str, str, str]:
    from evalkit.findings.numerals import effect_text, interval_text, level_text
    from evalkit.findings.verdicts import WORDS

    made_up = " (simulated)" if finding.simulated else ""
    what, effect = f"{finding.change}: {finding.outcome}{made_up}", finding.effect
    words = WORDS[finding.verdict].lower()
    if effect is None:
        return what, "", "", words
    interval = interval_text(effect, minus="ascii")
    if with_level and effect.interval is not None:
        interval += f" ({level_text(effect.interval.level)})"
    return what, effect_text(effect, minus="ascii"), interval, words


def _as_json(done: "Demo") -> dict[str, object]:
    from pydantic import TypeAdapter

    from evalkit.types.evaluation import Evaluation
    from evalkit.types.finding import Finding

    evaluations = TypeAdapter(tuple[Evaluation, ...]).dump_python(done.evaluations, mode="json")
    findings = TypeAdapter(tuple[Finding, ...]).dump_python(done.findings, mode="json")
    return {
        "evaluations": evaluations,
        "findings": findings,
        "pages": _pages(done),
        "files": len(done.pages),
    }


@contextmanager
def _progress() -> Iterator[Callable[[str], None]]:
    """What is being done, on a terminal; nothing in a pipe."""
    if not sys.stderr.isatty():
        yield lambda words: None
        return
    from rich.console import Console

    console = Console(stderr=True, markup=False, highlight=False, emoji=False)
    with console.status("starting", spinner="line", spinner_style="") as status:
        yield lambda words: status.update(words)
