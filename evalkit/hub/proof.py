"""What a finding rests on: its checks, other ways of asking, the plan, the data."""

from dataclasses import dataclass

from evalkit.findings.agreement import beside
from evalkit.findings.numerals import effect_text, interval_text, level_text, number
from evalkit.findings.scale import told
from evalkit.hub.labels import label_words
from evalkit.hub.page import Row
from evalkit.hub.plans import estimator_words, inference_words, minimum_words
from evalkit.hub.words import day, sentence, short_hash
from evalkit.protocol.label import EXPLORATORY
from evalkit.protocol.plan import Plan
from evalkit.report.figures.marks import Mark
from evalkit.types.catalogue import LockedProtocol
from evalkit.types.evaluation import CheckResult, Evaluation, Provenance
from evalkit.types.finding import Finding
from evalkit.types.run import RunRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckView:
    """One check as its table shows it."""

    question: str
    mark: Mark
    state: str
    passed: bool | None
    sentence: str
    numbers: str


def check_view(check: CheckResult) -> CheckView:
    """A check with its mark and its numbers as they are printed."""
    mark: Mark
    if not check.applicable:
        mark, state = "not_applicable", "Not applicable"
    elif check.passed is None:
        mark, state = "not_applicable", "Reported only"
    else:
        mark = "passed" if check.passed else "not_passed"
        state = "Passed" if check.passed else "Not passed"
    numbers = ""
    if check.statistic is not None:
        numbers = f"{check.statistic_name} {_short(check.statistic)}"
        if check.threshold is not None:
            sign = {">=": "at least", "<=": "at most", "": "against"}[check.rule]
            numbers += f"; passes {sign} {_short(check.threshold)}"
    return CheckView(
        question=check.question,
        mark=mark,
        state=state,
        passed=check.passed,
        sentence=check.sentence,
        numbers=numbers,
    )


def _short(value: float) -> str:
    text = number(value, 3)
    return text.rstrip("0").rstrip(".") if "." in text else text


def alternatives_view(
    evaluation: Evaluation, plan: Plan, finding: Finding
) -> list[tuple[str, str, str, str]]:
    """The main answer and every other way of asking, on the scale of the finding."""
    named = [
        ("The plan's main answer", n) for n in evaluation.estimates if n.name == finding.change
    ]
    others = beside(evaluation, plan, finding.change)
    named += [(sentence(n.words), n) for n in others.found]
    rows = []
    for words, item in named:
        scaled = told(item.estimate, plan)
        level = level_text(item.estimate.interval.level)
        rows.append(
            (
                words,
                effect_text(scaled),
                interval_text(scaled),
                f"{level}, {item.estimate.inference}",
            )
        )
    rows += [(sentence(n.words), "no number", "–", n.answer.why) for n in others.without]
    return rows if others.found or others.without else []


def plan_view(protocol: LockedProtocol, plan: Plan) -> tuple[Row, ...]:
    """The plan in short: the question, the method, the lock."""
    how = "declared in its text" if protocol.declared else "by the registry's clock"
    locked = Row(term="Locked", texts=(f"{day(protocol.locked_on)}, {how}", label_words(protocol)))
    if protocol.label == EXPLORATORY:
        locked = Row(term="Locked", texts=("No: this was run outside the locked plan",))
    return (
        Row(term="Question", texts=(plan.question,)),
        Row(term="Method", texts=(estimator_words(plan), inference_words(plan))),
        Row(term="Smallest change that would matter", texts=(minimum_words(plan),)),
        locked,
        Row(term="Fingerprint", texts=(f"sha256 {short_hash(protocol.sha256)}",)),
    )


def made_view(source: Provenance) -> tuple[Row, ...]:
    """Where the data came from, exactly."""
    package = f"{source.package} {source.version}".strip()
    dropped = tuple(f"{number(n, 0)}: {why}" for why, n in source.dropped)
    made_up = Row(term="Simulated", texts=("A generator made these data up. Not evidence.",))
    return (
        *((made_up,) if source.simulated else ()),
        Row(term="Source", texts=(source.source,)),
        Row(
            term="File",
            texts=(f"{source.file}, from package {package}" if package else source.file,),
        ),
        Row(term="Fingerprint of the file", texts=(f"sha256 {source.sha256}",)),
        Row(
            term="Rows",
            texts=(f"{number(source.rows_read, 0)} read, {number(source.rows_used, 0)} used",),
        ),
        Row(term="Rows left out", texts=dropped or ("None",)),
        Row(term="Licence", texts=(source.licence,)),
    )


def run_view(record: RunRecord) -> tuple[Row, ...]:
    """How the run was made: enough to make its numbers again."""
    packages = ", ".join(f"{name} {version}" for name, version in record.packages)
    snapshots = tuple(f"{one.file}: {one.snapshot}" for one in record.data if one.snapshot)
    others = tuple(
        text
        for one in record.data
        if one.recipe
        for text in (f"{one.recipe}, {one.file}", f"sha256 {one.sha256}")
    )
    return (
        *((Row(term="Files of other ways of asking", texts=others),) if others else ()),
        *((Row(term="Snapshot in the ledger", texts=snapshots),) if snapshots else ()),
        Row(
            term="Run",
            texts=(
                f"Number {record.number}, plan {record.protocol} {record.version}, {record.label}",
            ),
        ),
        Row(term="Made with", texts=(packages,)),
        *((Row(term="Seed", texts=(str(record.seed),)),) if record.seed is not None else ()),
    )
