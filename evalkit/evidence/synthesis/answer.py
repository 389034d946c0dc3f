"""From the findings of a question to a pool, or to the reasons why there is none."""

import math
from collections.abc import Sequence
from dataclasses import replace

from evalkit.evidence.comparable import FEWEST, why_not
from evalkit.evidence.ratings.grade import Body, certainty
from evalkit.evidence.synthesis.again import cumulative, leave_one_out
from evalkit.evidence.synthesis.pool import pool
from evalkit.types.synthesis_question import (
    LeaveOut,
    SynthesisInput,
    SynthesisQuestion,
    SynthesisResult,
)


def answer(
    question: SynthesisQuestion,
    asked: str,
    inputs: Sequence[SynthesisInput],
    left_out: Sequence[LeaveOut] = (),
) -> SynthesisResult:
    """Pool the findings of a question, or say why not; never both.

    Parameters
    ----------
    question : SynthesisQuestion
    asked : str
        Its version.
    inputs : sequence of SynthesisInput
        As they are brought to one scale.
    left_out : sequence of LeaveOut
    """
    made = SynthesisResult(
        form="evalkit/synthesis-result/1",
        id=question.id,
        asked=asked,
        inputs=tuple(inputs),
        left_out=tuple(left_out),
        refused=why_not(inputs),
        pooled=None,
    )
    return made if made.refused else _certain(_pooled(made), question)


def _pooled(of: SynthesisResult) -> SynthesisResult:
    effects = [one.effect for one in of.inputs if one.effect is not None]
    errors = [one.standard_error for one in of.inputs if one.standard_error is not None]
    studies = [one.name for one in of.inputs]
    years = [one.year for one in of.inputs if one.year is not None]
    found = pool(effects, errors, studies=studies)
    return SynthesisResult(
        form=of.form,
        id=of.id,
        asked=of.asked,
        inputs=of.inputs,
        left_out=of.left_out,
        refused=(),
        pooled=found,
        without=leave_one_out(effects, errors, studies=studies)
        if len(found.studies) > FEWEST
        else (),
        grown=cumulative(effects, errors, order=years, studies=studies)
        if len(years) == len(effects)
        else (),
    )


def _certain(of: SynthesisResult, question: SynthesisQuestion) -> SynthesisResult:
    """The result with its certainty, where somebody said which change would matter and the data are real."""
    if of.pooled is None or of.simulated or question.matters is None:
        return of
    log = of.inputs[0].scale == "log"
    body = Body(
        findings=len(of.inputs),
        unsound=sum(not one.sound for one in of.inputs),
        randomised=False,  # no design of ours draws lots, and of published results we do not know
        interval=of.pooled.interval,
        prediction=of.pooled.prediction,
        minimum=math.log1p(question.matters / 100) if log else question.matters,
        indirectness=question.indirectness,
        publication_bias=question.publication_bias,
    )
    return replace(of, certainty=certainty(body))
