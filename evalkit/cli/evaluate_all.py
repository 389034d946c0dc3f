"""``evalkit evaluate --all``."""

import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import typer

from evalkit.cli.edge import here, today
from evalkit.cli.screen import count, one_line, say, say_error, say_json, say_next, say_table

if TYPE_CHECKING:
    from evalkit.workflow.run_all import Outcome


def run_all(*, jobs: int, again: bool, json: bool) -> None:
    """Run every plan that waits, with a bar; exit 1 where one failed."""
    from evalkit.registry.store import open_registry
    from evalkit.runner import on_cores
    from evalkit.workflow.run_all import evaluate_many, waiting

    workspace = here()
    with open_registry(workspace.url) as session:
        ids, before = waiting(session, again=again)
    outcomes = []
    with _progress(len(ids)) as step:
        for outcome in evaluate_many(workspace, ids, on=today(), scheduler=on_cores(jobs)):
            outcomes.append(outcome)
            step()
    failed = [outcome for outcome in outcomes if outcome.done is None]
    if json:
        say_json(_plain(outcomes, before))
    else:
        _say(outcomes, before)
        for outcome in failed:
            for line in outcome.why.split("\n"):
                say_error(one_line(f"{outcome.protocol} {line}"))
        say_next("evalkit evaluate --all" if failed else "evalkit hub build")
    if failed:
        raise typer.Exit(1)


def _say(outcomes: "list[Outcome]", before: int) -> None:
    done = [outcome.done for outcome in outcomes if outcome.done is not None]
    words = Counter(finding.verdict.replace("_", " ") for one in done for finding in one.findings)
    said = ", ".join(f"{n:,} {word}" for word, n in sorted(words.items()))
    rows = [("evaluated", count(len(done), "plan")), ("found", said or "nothing")]
    if before:
        rows.append(("run before", f"{count(before, 'plan')}; --again runs them too"))
    if failed := len(outcomes) - len(done):
        rows.append(("FAILED", f"{count(failed, 'plan')}, each with its reason below"))
    say_table(("", ""), rows)
    if open_questions := sum(
        any(d.reason is None for d in one.evaluation.deviations) for one in done
    ):
        say(
            f"{count(open_questions, 'plan')} with a deviation that has no reason: see evalkit status."
        )


def _plain(outcomes: "list[Outcome]", before: int) -> dict[str, Any]:
    return {
        "form": "evalkit/evaluations/1",
        "run_before": before,
        "evaluated": [
            {
                "protocol": outcome.protocol,
                "run": outcome.done.record.number,
                "new": outcome.done.new,
                "findings": [
                    {"id": finding.id, "verdict": finding.verdict, "headline": finding.headline}
                    for finding in outcome.done.findings
                ],
            }
            for outcome in outcomes
            if outcome.done is not None
        ],
        "failed": [
            {"protocol": outcome.protocol, "why": outcome.why}
            for outcome in outcomes
            if outcome.done is None
        ],
    }


@contextmanager
def _progress(total: int) -> Iterator[Callable[[], None]]:
    """A bar on a terminal, nothing in a pipe."""
    if not sys.stderr.isatty():
        yield lambda: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

    columns = (BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress("plans", *columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("plans", total=total)
        yield lambda: bar.update(task, advance=1)
