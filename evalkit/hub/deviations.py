"""What was run against what was planned, as the table beside the plan."""

from dataclasses import dataclass

from evalkit.findings.deviations import (
    TIMING,
    TYPES,
    answer_name,
    beside,
    part_words,
    value_words,
)
from evalkit.hub.words import sentence
from evalkit.types.evaluation import Deviation, Evaluation


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One answer as planned and as run; ``name`` is empty where it can only be the plan's."""

    name: str
    planned: str
    run: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviationView:
    """One row: the part, both values, both answers, the reason."""

    part: str
    kind: str
    word: str
    planned: str
    run: str
    answers: tuple[Answer, ...]
    reason: str


def deviation_views(evaluation: Evaluation) -> tuple[DeviationView, ...]:
    """Every deviation of a run."""
    return tuple(map(_view, evaluation.deviations))


def _view(one: Deviation) -> DeviationView:
    return DeviationView(
        part=part_words(one.part),
        kind=sentence(f"{TYPES[one.type]}; {TIMING[one.timing]}"),
        word="Not there." if one.type == "missing" else "Changed.",
        planned=value_words(one.planned),
        run=value_words(one.run),
        answers=tuple(
            Answer(
                name=sentence(answer_name(one, both)),
                planned=beside(both)[0],
                run=beside(both)[1],
                why=both.why,
            )
            for both in one.estimates
        ),
        reason=one.reason or "",
    )
