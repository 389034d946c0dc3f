"""``evalkit evaluate``."""

from collections import Counter
from typing import TYPE_CHECKING, Annotated, Any

import typer

from evalkit.cli.deviations import say_deviations
from evalkit.cli.edge import Json, here, today
from evalkit.cli.evaluate_all import run_all
from evalkit.cli.screen import plain, say, say_json, say_next, say_table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evalkit.types.evaluation import CheckResult, Evaluation, NamedEstimate
    from evalkit.types.finding import Finding
    from evalkit.workflow.run_stages import Done


def evaluate(
    protocol: Annotated[
        str | None, typer.Argument(help="E.g. EM-2026-0001-P1.", show_default=False)
    ] = None,
    exploratory: Annotated[
        bool, typer.Option("--exploratory", help="Run the plan's file as it stands, and say so.")
    ] = False,
    every: Annotated[
        bool, typer.Option("--all", help="Run every locked plan that has not been run.")
    ] = False,
    again: Annotated[
        bool, typer.Option("--again", help="With --all: also those that have been run.")
    ] = False,
    jobs: Annotated[
        int, typer.Option("--jobs", min=1, help="With --all: how many at the same time.")
    ] = 1,
    json: Json = False,
) -> None:
    """Run a locked protocol, or all of them.

    What it says is stored. A plan whose file was changed after the lock is refused; --exploratory runs
    the file, marks what it finds as exploratory everywhere, and shows every difference with both answers.
    With --all one plan that fails stops no other; after an interruption the same command goes on.

    Example: evalkit evaluate EM-2026-0001-P1
    """
    if every:
        _refuse_beside_all(protocol, exploratory)
        run_all(jobs=jobs, again=again, json=json)
        return
    if protocol is None:
        raise typer.BadParameter("the id of a plan, or --all", param_hint="PROTOCOL")
    _one(protocol, exploratory=exploratory, json=json)


def _refuse_beside_all(protocol: str | None, exploratory: bool) -> None:
    if protocol is not None:
        raise typer.BadParameter(f"--all runs every plan; leave out {protocol}", param_hint="--all")
    if exploratory:
        raise typer.BadParameter("one plan at a time is explored", param_hint="--exploratory")


def _one(protocol: str, *, exploratory: bool, json: bool) -> None:
    from evalkit.registry.store import open_registry
    from evalkit.workflow.run import evaluate_and_store

    workspace = here()
    with open_registry(workspace.url, write=True) as session:
        done = evaluate_and_store(session, workspace, protocol, on=today(), exploratory=exploratory)
    if json:
        say_json(_plain(done))
        return
    for finding in done.findings:
        say_finding(finding)
        say()
    say_numbers(done.evaluation)
    say_agreement(done.findings)
    say_made(done.evaluation)
    number = done.record.number
    same = f"Nothing new to store: run {number} says the same."
    say(f"Stored as run {number}." if done.new else same)
    say_next(*_next(done))


def _plain(done: "Done") -> dict[str, Any]:
    from pydantic import TypeAdapter

    from evalkit.types.evaluation import Evaluation
    from evalkit.types.run import RunRecord

    record = TypeAdapter(RunRecord).dump_python(done.record, mode="json")
    evaluation = TypeAdapter(Evaluation).dump_python(done.evaluation, mode="json")
    return {**evaluation, "run": done.record.number, "record": record}


def _next(done: "Done") -> list[str]:
    """A reason for the first deviation that has none; otherwise the notebook and the hub."""
    from evalkit.findings.deviations import unexplained

    numbers = unexplained(done.evaluation.deviations)
    if numbers:
        return [f'evalkit finding explain {done.findings[0].id} {numbers[0]} --reason "..."']
    if done.evaluation.exploratory:
        return ["evalkit hub build"]
    return [f"evalkit notebook run {done.evaluation.protocol}", "evalkit hub build"]


def say_finding(finding: "Finding") -> None:
    """Headline, summary with its interval, and the reason for the word."""
    say(f"{finding.id} {finding.headline}", bold=True)
    say(f"{finding.summary} {plain(finding.interval_words[-1])}")
    say(f"Why this word: {finding.why_verdict}")


def say_numbers(result: "Evaluation") -> None:
    """Every number with its standard error, the unit once."""
    unit = result.unit_of_measure
    if any(one.estimate.is_ratio for one in result.estimates):
        unit = f"rate ratio of {unit}"
    about = f"{result.protocol} {result.version}: {result.outcome}, {unit}"
    say(f"{about} ({result.label})")
    if result.exploratory:
        say("EXPLORATORY: not what the locked plan asks", bold=True)
    if result.provenance.simulated:
        say("SIMULATED DATA: not evidence", bold=True)
    rows = [("plan", *_number(e)) for e in result.estimates]
    rows += [("plan", r.name, f"no number: {plain(r.answer.why)}") for r in result.refusals]
    rows += [("beside", *_number(e)) for e in result.alternatives]
    rows += [(e.name, f"in {e.estimate.unit_of_measure}", _number(e)[1]) for e in result.counted]
    rows += [("beside", r.name, f"no number: {plain(r.answer.why)}") for r in result.unanswered]
    say_table(("", "", ""), rows)


def say_agreement(findings: "Sequence[Finding]") -> None:
    """How far the other ways of asking agree, a line a finding."""
    for finding in findings:
        if finding.alternatives:
            about = f" ({finding.change})" if len(findings) > 1 else ""
            say(f"Alternatives{about}: {finding.alternatives}")


def _number(named: "NamedEstimate") -> tuple[str, str]:
    one = named.estimate
    error = f"none: {one.why}" if one.standard_error is None else f"{one.standard_error:.8f}"
    if one.is_ratio:
        error = f"{error} of its log" if one.standard_error is not None else error
        return named.name, f"{one.effect:.8f} ({error})"
    unit = "%" if one.unit_of_measure == "%" else ""
    return named.name, f"{one.effect:+.8f}{unit} ({error})"


def say_made(result: "Evaluation") -> None:
    """How the numbers were made, the checks, and the notes that travel with them."""
    from evalkit.findings.numerals import level_text
    from evalkit.report.series_words import series_words

    c, p = result.coverage, result.provenance
    units = f"{c.n_treated} treated, {c.n_comparison} comparison, " if c.n_comparison else ""
    methods = dict.fromkeys(
        f"{e.estimate.method}: {e.estimate.inference}; {level_text(e.estimate.interval.level)} intervals"
        for e in (*result.estimates, *result.alternatives)
    )
    rows = [("read", f"{e.words}: {_number(e)[1]} ({e.name})") for e in result.readings]
    rows += [("method" if i == 0 else "", plain(words)) for i, words in enumerate(methods)]
    rows += [("cells", f"{units}{c.n_periods} periods, {c.first_period} to {c.last_period}")]
    rows += [("", words) for words in series_words(result)]
    rows += [("rows", f"{p.rows_used:,} of {p.rows_read:,} used")]
    rows += [("", f"{n:,} left out: {why}") for why, n in p.dropped]
    say_table(("", ""), rows)
    say()
    tally = Counter(check_word(check) for check in result.checks)
    say("Checks: " + ", ".join(f"{n} {word}" for word, n in tally.items()))
    say_table(("", "", ""), ((c.check, check_word(c), plain(c.sentence)) for c in result.checks))
    for note in result.notes:
        say(f"Note: {plain(note)}")
    say_deviations(result.deviations)


def check_word(check: "CheckResult") -> str:
    """The check's result: passed, FAILED, shown or not applicable."""
    if not check.applicable:
        return "not applicable"
    if check.passed is None:
        return "shown"
    return "passed" if check.passed else "FAILED"


def say_checks(result: "Evaluation") -> None:
    """How errors were made, checks and deviations, and the notes that travel with the numbers."""
    named = (*result.estimates, *result.alternatives)
    for inference in dict.fromkeys(one.estimate.inference for one in named):
        say(f"errors  {plain(inference)}")
    checks = ", ".join(f"{check.check} {check_word(check)}" for check in result.checks)
    say(f"checks  {checks}; deviations: {len(result.deviations) or 'none'}")
    for note in result.notes:
        say(f"note    {plain(note)}")
