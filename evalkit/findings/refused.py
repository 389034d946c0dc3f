"""The finding of a change for which the method gives no number: we cannot tell, and why."""

from evalkit.findings.certainty import could_be_wrong, how_sure
from evalkit.findings.numerals import spoken
from evalkit.findings.surroundings import compared, design_words, mark_of, summary_marks
from evalkit.findings.weighted import weighted_limits
from evalkit.findings.words import headline
from evalkit.protocol.plan import Plan
from evalkit.types.evaluation import Evaluation, Refusal
from evalkit.types.finding import Finding
from evalkit.types.intervention import Intervention


def without_number(
    finding_id: str,
    refusal: Refusal,
    evaluation: Evaluation,
    plan: Plan,
    intervention: Intervention,
) -> Finding:
    """Cannot tell, with the method's own reason in place of an effect."""
    cover = evaluation.coverage
    told = f"{summary_marks(evaluation)}{intervention.summary}"
    return Finding(
        id=finding_id,
        interventions=(plan.intervention,),
        protocol=plan.id,
        change=refusal.name,
        verdict="cannot_tell",
        why_verdict=f"The method gives no number for these data. {refusal.answer.why}",
        outcome=plan.outcome.name,
        better=plan.outcome.better,
        headline=mark_of(evaluation)
        + headline("cannot_tell", outcome=plan.outcome.name, what=refusal.words),
        summary=f"{told} The planned method gives no number that could be trusted.",
        effect=None,
        interval_words=("There is no interval.", "This is not the same as “no effect”."),
        compared=compared(evaluation, plan),
        years=f"{spoken(cover.first_period)} to {spoken(cover.last_period)}",
        design=design_words(plan),
        source=evaluation.provenance.source,
        supports=("Saying that we cannot tell: neither that it helped nor that it did not.",),
        limits=(*plan.limits, *weighted_limits(evaluation, plan, refusal.name)),
        p_value=None,
        simulated=evaluation.provenance.simulated,
        exploratory=evaluation.exploratory,
        how_big=("No size can be told.",),
        how_sure=how_sure("cannot_tell", "The method gives no number.", evaluation),
        could_be_wrong=could_be_wrong(evaluation),
        technical=(f"{refusal.answer.why}",),
    )
