"""The kinds around data and runs: what is counted and extracted, what people say of a run."""

from collections.abc import Iterable
from dataclasses import replace

from evalkit.errors import Problem
from evalkit.registry.kind import Kind, Reference
from evalkit.types.explanation import Explanation
from evalkit.types.measure import Measure
from evalkit.types.rating import GivenRating
from evalkit.types.release import Release
from evalkit.types.snapshot import Snapshot
from evalkit.types.weight_table import WeightTable


def _of_measure(record: Measure) -> Iterable[Reference]:
    yield Reference(role="source", target=record.source)  # free: open data need no registering
    if record.definition is not None:
        yield Reference(
            role="definition", target=record.definition, field="definition", must_be="definition"
        )
    if record.weights is not None:
        table, kind = record.weights.partition("@")[0], "weight-table"
        yield Reference(role=kind, target=table, field="weights", must_be=kind)


def _version_from_one(record: Measure | WeightTable) -> Iterable[Problem]:
    if record.version.startswith("0"):
        needed = "1.0, or a later one such as 1.1 or 2.0"
        yield Problem(field="version", found=record.version, needed=needed)


def _of_snapshot(record: Snapshot) -> Iterable[Reference]:
    yield Reference(role="source", target=record.source)
    for outcome in record.outcomes:
        yield Reference(role="outcome", target=outcome)
    if record.protocol is not None:
        yield Reference(
            role="protocol", target=record.protocol, field="protocol", must_be="protocol"
        )


def _of_explanation(record: Explanation) -> Iterable[Reference]:
    yield Reference(role="protocol", target=record.protocol, field="protocol", must_be="protocol")


def _of_rating(record: GivenRating) -> Iterable[Reference]:
    yield Reference(role="finding", target=record.finding)  # free: runs are not entries


MEASURE = Kind(
    name="measure",
    record=Measure,
    title=lambda record: str(record.title),
    major=frozenset({"counts", "source", "definition", "weights"}),
    references=_of_measure,
    problems=_version_from_one,
    day="registered",
    version="version",
    called="a measure",
    command="Register it first with `evalkit measure add`.",
)
WEIGHT_TABLE = Kind(
    name="weight-table",
    record=WeightTable,
    title=lambda record: str(record.title),
    major=frozenset({"weights", "without", "unit", "level", "scheme", "source"}),
    problems=_version_from_one,
    day="registered",
    version="version",
    called="a weight table",
    command="Register it first with `evalkit weight-table add`.",
)
SNAPSHOT = Kind(
    name="snapshot",
    record=Snapshot,
    title=lambda record: f"{record.source}: {', '.join(record.outcomes)}"[:240],
    major=frozenset({"table_sha256"}),
    fixed=frozenset(  # what was extracted on a day does not change afterwards
        [
            *("source", "table_sha256", "extraction_sha256", "files", "first", "last"),
            *("outcomes", "areas", "rows_read", "rows_kept", "simulated", "extracted_on"),
        ]
    ),
    status=lambda record: "simulated" if record.simulated else "",
    references=_of_snapshot,
    unsearched=frozenset({"form", "table_sha256", "extraction_sha256"}),
    day="extracted_on",
    called="a snapshot",
    done="extracted",
    command="Extract it first with `evalkit data police` or `evalkit data panel`.",
)

EXPLANATION = Kind(
    name="explanation",
    record=Explanation,
    title=lambda record: f"{record.protocol} {record.part}"[:240],
    major=frozenset({"reason"}),
    fixed=frozenset({"protocol", "part", "planned", "run"}),
    references=_of_explanation,
    unsearched=frozenset({"form", "planned", "run"}),
    day="explained",
    action="explain",
    called="a reason",
    done="given",
    command="Give it with `evalkit finding explain`.",
)
RATING = Kind(
    name="rating",
    record=GivenRating,
    title=lambda record: f"{record.finding} {record.scheme}",
    major=frozenset({"level", "start", "threats", "version"}),
    fixed=frozenset({"finding", "scheme"}),
    references=_of_rating,
    unsearched=frozenset({"form"}),
    day="rated",
    action="rate",
    called="a rating",
    done="given",
    command="Give it with `evalkit finding rate`.",
)
RELEASE = Kind(
    name="release",
    record=Release,
    title=lambda record: f"{record.profile}: {', '.join(record.cells)}"[:240],
    major=frozenset({"reason", "by"}),
    fixed=frozenset({"rule", "profile", "cells", "where"}),
    unsearched=frozenset({"form", "where"}),
    day="released",
    action="release",
    called="a release",
    done="given",
    command="Give it with `evalkit hub release`.",
)
_CHANGE = "Put it back, or change the entry with --reason."
DATA: tuple[Kind, ...] = (
    replace(WEIGHT_TABLE, change=_CHANGE),
    replace(MEASURE, change=_CHANGE),
    SNAPSHOT,
    EXPLANATION,
    RATING,
    RELEASE,
)
