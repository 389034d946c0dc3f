"""Files that go out beside the pages: tables for spreadsheets, records for programs."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

from pydantic_core import to_json

from evalkit.hub.behind import evaluation_of, record_path
from evalkit.hub.lookups import lookups
from evalkit.hub.page import Asset
from evalkit.types.catalogue import Catalogue
from evalkit.types.evaluation import Evaluation
from evalkit.types.finding import Finding
from evalkit.types.intervention import Intervention

_FORMULA = frozenset("=+-@\t\r\n＝＋－＠")


def downloads(catalogue: Catalogue) -> tuple[Asset, ...]:
    """One table a finding, one record a run, one table of monitored values an intervention."""
    tables = [
        Asset(path=f"data/{finding.id.lower()}.csv", text=finding_table(catalogue, finding))
        for finding in catalogue.findings
    ]
    records = [
        Asset(path=record_path(evaluation), text=evaluation_json(evaluation))
        for evaluation in catalogue.evaluations
    ]
    return (*tables, *records, *_monitoring(catalogue))


def monitoring_path(intervention: Intervention) -> str:
    """Where the values that were recorded of an intervention are, as a table."""
    return f"data/monitoring-{(intervention.id or '').lower()}.csv"


EVERYBODY = "all"
"""What a table of values says where a number is not broken down."""


def _monitoring(catalogue: Catalogue) -> Iterator[Asset]:
    """Recorded values as they are kept: a small one has no number, and says that it is small."""
    found = lookups(catalogue).values_of
    for intervention in catalogue.interventions:
        own = found.get(intervention.id or "", ())
        order = sorted(own, key=lambda v: (v.indicator, sorted(v.by.items()), v.period))
        dims = sorted({name for value in own for name in value.by})
        rows = [
            (
                value.indicator,
                *(value.by.get(name, EVERYBODY) for name in dims),
                value.period,
                value.value,
                "yes" if value.suppressed else "",
                value.below,
            )
            for value in order
        ]
        if rows:
            head = ("indicator", *dims, "period", "value", "small", "below")
            yield Asset(path=monitoring_path(intervention), text=table(head, rows))


def evaluation_json(evaluation: Evaluation) -> str:
    """A run, exactly, with its keys in the order in which they are documented."""
    return to_json(evaluation, indent=1, inf_nan_mode="constants").decode() + "\n"


def finding_table(catalogue: Catalogue, finding: Finding) -> str:
    """The numbers behind a finding's chart, or its own numbers where it has no chart."""
    evaluation = evaluation_of(catalogue, finding)
    marks = [name for name in ("simulated", "exploratory") if getattr(finding, name)]
    yes = ["yes"] * len(marks)  # columns, so that no row travels without them
    for head, rows in (
        (EVENT_HEAD, evaluation.events if evaluation else ()),
        (PATH_HEAD, evaluation.path if evaluation else ()),
    ):
        if rows:
            return table(
                (*head, *marks), ([getattr(row, name) for name in head] + yes for row in rows)
            )
    return table((*FINDING_HEAD, *marks), [[*finding_row(finding), *yes]])


EVENT_HEAD = (
    "event_time", "effect", "standard_error", "low", "high", "n_treated", "n_comparison",
)  # fmt: skip
PATH_HEAD = ("period", "observed", "fitted", "counterfactual")
FINDING_HEAD = (
    "id", "outcome", "verdict", "effect", "unit", "low", "high", "level", "p_value", "years",
    "design", "compared", "source",
)  # fmt: skip


def finding_row(finding: Finding) -> list[str | float | None]:
    """A finding's own numbers, in the order of ``FINDING_HEAD``."""
    effect = finding.effect
    interval = effect.interval if effect else None
    return [
        finding.id,
        finding.outcome,
        finding.verdict,
        effect.effect if effect else None,
        effect.unit if effect else None,
        interval.low if interval else None,
        interval.high if interval else None,
        interval.level if interval else None,
        finding.p_value,
        finding.years,
        finding.design,
        finding.compared,
        finding.source,
    ]


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table for spreadsheets: no text in it runs as a formula."""
    return lines([head]) + lines(rows)


def lines(rows: Iterable[Sequence[object]]) -> str:
    """Rows of such a table without its head."""
    told = [[_cell(value) for value in row] for row in rows]
    plain = "".join([",".join(row) + "\n" for row in told])
    if _as_told(plain, told):
        return plain
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(told)
    return text.getvalue()


def _as_told(plain: str, told: Sequence[Sequence[str]]) -> bool:
    """Whether no cell needs quotes, which in a table of thousands of hashes is slow to ask of each."""
    return (
        plain.count("\n") == len(told)
        and plain.count(",") == sum(len(row) - 1 for row in told)
        and not any(sign in plain for sign in '"\r')
        and all(len(row) > 1 for row in told)
    )


def _cell(value: object) -> str:
    """Text that a spreadsheet would run as a formula is quoted; numbers stay exact."""
    if isinstance(value, str):
        return f"'{value}" if value[:1] in _FORMULA else value
    return "" if value is None else str(value)
