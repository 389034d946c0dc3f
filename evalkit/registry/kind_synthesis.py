"""The kinds of a synthesis: the question, and what findings answered together."""

from collections.abc import Iterable

from evalkit.registry.kind import Kind, Reference
from evalkit.types.synthesis_question import SynthesisQuestion, SynthesisResult


def _of_question(record: SynthesisQuestion) -> Iterable[Reference]:
    for kind in record.kinds:
        yield Reference(role="kind-of-activity", target=kind)
    for one in record.leave_out:  # free: a finding may be named before it is registered
        yield Reference(role="finding", target=one.finding)


def _of_result(record: SynthesisResult) -> Iterable[Reference]:
    yield Reference(role="synthesis", target=record.id)
    for one in record.inputs:
        yield Reference(role="finding", target=one.finding)


SYNTHESIS = Kind(
    name="synthesis",
    record=SynthesisQuestion,
    title=lambda record: str(record.question),
    major=frozenset({"kinds", "outcome", "also_called", "leave_out"}),
    fixed=frozenset({"registered"}),
    references=_of_question,
    day="registered",
    called="a question",
    command="Register it first with `evalkit synthesis add`.",
    change="Put it back, or change the entry with --reason.",
)
RESULT = Kind(
    name="synthesis-result",
    record=SynthesisResult,
    title=lambda record: f"{record.id}: {len(record.inputs)} findings",
    major=frozenset({"inputs", "left_out", "asked"}),
    status=lambda record: "refused" if record.refused else "pooled",
    references=_of_result,
    unsearched=frozenset({"form", "pooled", "without", "grown"}),
    called="a result",
    done="pooled",
    command="Pool it first with `evalkit synthesis run`.",
)
SYNTHESES: tuple[Kind, ...] = (SYNTHESIS, RESULT)
