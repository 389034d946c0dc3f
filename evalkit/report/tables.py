"""One evaluation as small tables, for notebooks and the terminal: compute once, lay out twice."""

from dataclasses import dataclass
from html import escape

from pydantic import TypeAdapter

from evalkit.findings.deviations import TIMING, TYPES, beside
from evalkit.findings.numerals import Minus, level_text, number, p_text, spoken
from evalkit.findings.verdicts import WHEN, WORDS
from evalkit.findings.weighted import weighted_unit
from evalkit.protocol.plan import Plan
from evalkit.types.estimate import Estimate
from evalkit.types.evaluation import CheckResult, Evaluation, NamedEstimate
from evalkit.types.protocol import LockedProtocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table as text: caption, heads, rows that begin with a name, and what columns hold."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    holds: tuple[str, ...] = ()

    def _repr_html_(self) -> str:
        """HTML for a notebook: caption, scopes, everything escaped; without rows, only the caption."""
        if not self.rows:
            return f"<p>{escape(self.caption)}.</p>"
        kinds = self.holds or ("",) * len(self.head)
        said = [f' data-holds="{kind}"' if kind else "" for kind in kinds]
        named = map('<th scope="col"{}>{}</th>'.format, said, map(escape, self.head))
        body = "".join(
            f'<tr><th scope="row">{escape(row[0])}</th>'
            + "".join(f"<td>{escape(cell)}</td>" for cell in row[1:])
            + "</tr>"
            for row in self.rows
        )
        return (
            f'<table class="nb-table"><caption>{escape(self.caption)}</caption>'
            f"<thead><tr>{''.join(named)}</tr></thead><tbody>{body}</tbody></table>"
        )


def plan_table(plan: Plan, protocol: LockedProtocol) -> Table:
    """What was fixed, and when."""
    changes = "; ".join(c.what + (f" ({c.at})" if c.at else "") for c in plan.changes)
    compared = plan.comparison.words if plan.comparison else "the same series before"
    rows = (
        ("Question", plan.question),
        ("Outcome", f"{plan.outcome.name} ({plan.outcome.unit}), {plan.outcome.better} is better"),
        ("What was done", changes),
        ("Compared with", compared),
        ("Window", f"{plan.window.start} to {plan.window.end}, by {plan.unit}"),
        ("Method", f"{plan.design}: {_method(plan)}"),
        ("Intervals", f"{plan.inference.name}, {level_text(plan.inference.level)}"),
        ("Smallest change that would matter", _minimum(plan)),
        ("Words chosen by", plan.decision_rule),
        ("Locked", f"{protocol.version}, {_locked(protocol)}, {protocol.label}"),
        ("Hash of the plan", f"sha256 {protocol.sha256}"),
    )
    return Table(caption="The plan as it was locked", head=("Part", "Plan"), rows=rows)


def _method(plan: Plan) -> str:
    """The estimator and what the plan says of it, field by field."""
    said = TypeAdapter(type(plan.estimator)).dump_python(plan.estimator, mode="json")
    shown = {key: value for key, value in said.items() if value and key != "name"}
    if plan.comparison:
        shown["comparison"] = plan.comparison.group
    if plan.inference.cluster:
        shown["cluster"] = plan.inference.cluster
    words = [f"{key} {', '.join(v) if isinstance(v, list) else v}" for key, v in shown.items()]
    return "; ".join([plan.estimator.name, *(word.replace("_", " ") for word in words)])


def _minimum(plan: Plan) -> str:
    unit = plan.minimum_effect.unit
    told = plan.outcome.told_in if unit == "told_in" else unit.replace("_", " ")
    return f"{plan.minimum_effect.value:g} {told}"


def _locked(protocol: LockedProtocol) -> str:
    day = f"{protocol.locked_on.day} {spoken(f'{protocol.locked_on:%Y-%m}')}"
    return f"{day} (as the text declares)" if protocol.declared else day


def rule_table(plan: Plan) -> Table:
    """The rule that chooses the words of a finding, in words."""
    return Table(
        caption=f"From numbers to words: {plan.decision_rule}; too small to matter is ±{_minimum(plan)}",
        head=("We say", "When"),
        rows=tuple((WORDS[verdict], when) for verdict, when in WHEN.items()),
    )


def made_table(evaluation: Evaluation, packages: tuple[tuple[str, str], ...]) -> Table:
    """What has to be the same for the same numbers: plan, data, packages; and what travels with them.

    Parameters
    ----------
    packages : tuple of (str, str)
        Name and version of what makes the numbers.
    """
    rows = (
        ("Plan", f"{evaluation.protocol} {evaluation.version}, {evaluation.label}"),
        ("Hash of the plan", f"sha256 {evaluation.protocol_sha256}"),
        ("Hash of the data", f"sha256 {evaluation.provenance.sha256}"),
        ("Made with", ", ".join(" ".join(one) for one in packages)),
        *((f"Note {i}", note) for i, note in enumerate(evaluation.notes, 1)),
    )
    return Table(caption="How it was made", head=("Part", "Found"), rows=rows)


def provenance_table(evaluation: Evaluation) -> Table:
    """Which bytes the numbers come from."""
    p, c = evaluation.provenance, evaluation.coverage
    package = f"{p.package} {p.version}" if p.package else "local file"
    dropped = "; ".join(f"{why}: {n:,}" for why, n in p.dropped) or "none"
    cohorts = ", ".join(f"{start} ({n})" for start, n in c.cohorts)
    treated = f"{c.n_treated} treated, {c.n_comparison} comparison"
    rows = (
        *(("Simulated", "These data are made up: not evidence"),) * p.simulated,
        ("Source", p.source),
        ("File", f"{p.file} of {package}"),
        ("Hash of the file", f"sha256 {p.sha256}"),
        ("Licence", p.licence),
        ("Rows", f"{p.rows_read:,} read, {p.rows_used:,} used"),
        ("Rows left out", dropped),
        ("Units", treated if c.n_comparison else f"one series, by {c.unit_name}"),
        ("Periods", f"{c.n_periods}: {c.first_period} to {c.last_period}"),
        ("First treated period (units)", cohorts),
    )
    return Table(caption="The data", head=("Part", "Found"), rows=rows)


def deviations_table(evaluation: Evaluation) -> Table:
    """Where what was run is not what was planned first, with both answers and the reason."""
    rows = [
        (
            one.part,
            f"{TYPES[one.type]}; {TIMING[one.timing]}",
            one.planned,
            one.run,
            "; ".join(beside(both)[0] for both in one.estimates),
            "; ".join(beside(both)[1] for both in one.estimates),
            one.reason or "no reason given",
        )
        for one in evaluation.deviations
    ]
    head = ("Part", "Type and time", "Planned", "Run", "Answer planned", "Answer run", "Reason")
    caption = "Deviations from the plan" if rows else "Deviations from the plan: none"
    return Table(caption=caption, head=head, rows=tuple(rows))


def estimates_table(
    caption: str,
    estimates: tuple[NamedEstimate, ...],
    plan: Plan,
    *,
    none: str = "",
    minus: Minus = "true",
) -> Table:
    """Effects with what they are, their errors, intervals and how they were made, in the model's unit.

    Parameters
    ----------
    caption : str
    estimates : tuple of NamedEstimate
    plan : Plan
        Says what was done and what a weighted outcome counts.
    none : str
        What is said where there are no estimates; else the caption.
    """
    rows = tuple(row for named in estimates for row in _estimate_rows(named, plan, minus))
    return Table(
        caption=caption if rows or not none else none,
        head=("Estimate", "What", "Effect", "Standard error", "Interval", "p", "Units", "How"),
        rows=rows,
    )


def _estimate_rows(named: NamedEstimate, plan: Plan, minus: Minus) -> tuple[tuple[str, ...], ...]:
    name = named.words if named.words.startswith(named.name) else named.name
    row = _estimate_row(name, _what(named.estimate), named.estimate, minus)
    if named.avoided is None:
        return (row,)
    things = weighted_unit(plan) or "incidents"
    estimand = f"{named.avoided.estimand.replace('incidents', things, 1)}, in all"
    return row, _estimate_row(name, estimand, named.avoided, minus)


def _what(e: Estimate) -> str:
    """What a number is, and in which unit."""
    unit = e.unit_of_measure
    if e.is_ratio:
        return f"{e.estimand} of {unit.removeprefix('rate ratio of ').partition(';')[0]}"
    if e.estimand.startswith("cumulative"):
        return f"{e.estimand}, the sum of {unit}"
    estimand = "average effect on the treated" if e.estimand == "ATT" else e.estimand
    return f"{estimand}, in {'per cent of what was expected' if unit == '%' else unit}"


def _estimate_row(name: str, what: str, e: Estimate, minus: Minus) -> tuple[str, ...]:
    ratio = e.is_ratio
    error = f"{e.standard_error:.4f}" if e.standard_error is not None else f"none: {e.why}"
    error += " (of its logarithm)" if ratio and e.standard_error is not None else ""
    low, high = (
        number(v, 4, signed=not ratio, minus=minus) for v in (e.interval.low, e.interval.high)
    )
    return (
        name,
        what,
        number(e.effect, 4, signed=not ratio, minus=minus),
        error,
        f"{low} to {high} ({level_text(e.interval.level)})",
        p_text(e.p_value).removeprefix("p ").removeprefix("= "),
        str(e.n_units),
        f"{e.method}; {e.inference}",
    )


def check_words(check: CheckResult) -> str:
    """Passed, Not passed, Shown or Not applicable."""
    if not check.applicable:
        return "Not applicable"
    if check.passed is None:
        return "Shown"
    return "Passed" if check.passed else "Not passed"


def checks_table(evaluation: Evaluation) -> Table:
    """Every attempt to prove the result wrong."""
    return Table(
        caption="Checks: attempts to prove this wrong",
        head=("Check", "Result", "Statistic", "Needed", "What we saw"),
        rows=tuple(_check_row(check) for check in evaluation.checks),
    )


def _check_row(check: CheckResult) -> tuple[str, ...]:
    if check.statistic is None:
        statistic = "–"
    elif check.statistic_name == "p":
        statistic = p_text(check.statistic)
    else:
        statistic = f"{check.statistic_name} {check.statistic:.2f}"
    needed = f"{check.rule} {check.threshold:g}" if check.threshold is not None else "only shown"
    return check.question, check_words(check), statistic, needed, check.sentence
