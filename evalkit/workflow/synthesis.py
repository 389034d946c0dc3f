"""Pool the findings of a question, keep every result, and say which are no longer up to date."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from evalkit.registry import entries
from evalkit.registry.chain import NOT_GIVEN
from evalkit.registry.store import Session
from evalkit.registry.stored import current
from evalkit.types.synthesis_question import (
    LeaveOut,
    SynthesisInput,
    SynthesisQuestion,
    SynthesisResult,
    SynthesisStanding,
)
from evalkit.workflow.synthesis_inputs import inputs_of

QUESTION, RESULT = "synthesis", "synthesis-result"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """What a run did: the standing after it, and whether a result was written."""

    standing: SynthesisStanding
    new: bool


def run_synthesis(session: Session, id: str, *, on: datetime.date, by: str = NOT_GIVEN) -> Ran:
    """Pool the findings of a question as they are now; nothing is written where the result is the same.

    Raises
    ------
    RegistryError
        There is no such question.
    """
    from evalkit.evidence.synthesis.answer import (
        answer,
    )  # numbers, which lists and status do without

    before = standing_of(session, id)
    if before.result is not None and not before.stale:
        return Ran(standing=before, new=False)
    asked, inputs, left_out = _asked(session, before.question)
    now = answer(before.question, asked, inputs, left_out)
    if before.result is None:
        entries.register(session, RESULT, now, on=on, by=by)
        return Ran(standing=standing_of(session, id), new=True)
    entries.amend(
        session,
        RESULT,
        id,
        now,
        text="",
        on=on,
        by=by,
        reason=before.stale,
        based_on=before.version,
    )
    return Ran(standing=standing_of(session, id), new=True)


def standings(session: Session) -> tuple[SynthesisStanding, ...]:
    """Every question with its newest result, in order of id."""
    return tuple(
        standing_of(session, question.id) for question in entries.read_all(session, QUESTION)
    )


def standing_of(session: Session, id: str) -> SynthesisStanding:
    """One question with its newest result; RegistryError, with the known ids, where there is none."""
    question: SynthesisQuestion = entries.read(session, QUESTION, id)
    if current(session, RESULT, id=id) is None:
        return SynthesisStanding(question=question, result=None, version="", stale="")
    result: SynthesisResult = entries.read(session, RESULT, id)
    return SynthesisStanding(
        question=question,
        result=result,
        version=entries.versions(session, RESULT, id)[-1].version,
        stale=_what_changed(result, *_asked(session, question)),
    )


def _asked(
    session: Session, question: SynthesisQuestion
) -> tuple[str, tuple[SynthesisInput, ...], tuple[LeaveOut, ...]]:
    asked = entries.versions(session, QUESTION, question.id)[-1].version
    return asked, *inputs_of(session, question)


def _what_changed(
    before: SynthesisResult,
    asked: str,
    inputs: tuple[SynthesisInput, ...],
    left_out: tuple[LeaveOut, ...],
) -> str:
    """What differs from a result, in words; empty where nothing does."""
    had, has = ({one.finding: one for one in some} for some in (before.inputs, inputs))
    parts = [
        _part(sorted(has.keys() - had.keys()), "added"),
        _part(sorted(had.keys() - has.keys()), "no longer in it"),
        _part(sorted(id for id in had.keys() & has.keys() if had[id] != has[id]), "changed"),
        "the question changed" if before.asked != asked else "",
        "what is left out changed" if before.left_out != left_out else "",
    ]
    words = "; ".join(part for part in parts if part)
    return words[:1].upper() + words[1:]


def _part(ids: Sequence[str], what: str) -> str:
    return f"{', '.join(ids)} {what}" if ids else ""
