"""From an evaluation to findings, and from published results to findings of the same shape."""

from evalkit.findings.agreement import agreement
from evalkit.findings.certainty import could_be_wrong, how_sure
from evalkit.findings.numerals import spoken
from evalkit.findings.refused import without_number
from evalkit.findings.rule import decide
from evalkit.findings.scale import told
from evalkit.findings.size import how_big, technical
from evalkit.findings.surroundings import (
    against,
    compared,
    design_words,
    during,
    later,
    mark_of,
    summary_marks,
)
from evalkit.findings.weighted import weighted_limits, weighted_unit
from evalkit.findings.words import avoided_words, headline, interval_sentences, what_was_seen
from evalkit.protocol.document import plan_from_canonical
from evalkit.protocol.plan import Plan
from evalkit.types.estimate import Interval
from evalkit.types.evaluation import Evaluation, NamedEstimate
from evalkit.types.finding import ExternalFinding, Finding, ScaledEffect, Verdict
from evalkit.types.intervention import Intervention
from evalkit.types.protocol import LockedProtocol

_REPORTED: dict[str, Verdict] = {
    "fell": "probably_fell",
    "rose": "probably_rose",
    "no_clear_change": "cannot_tell",
}


def from_evaluation(
    evaluation: Evaluation, protocol: LockedProtocol, intervention: Intervention, *, first: int = 1
) -> tuple[Finding, ...]:
    """One finding for each change that the protocol asks about, numbered from ``first``."""
    plan = plan_from_canonical(protocol.canonical)
    known = {named.name: named for named in evaluation.estimates}
    refused = {refusal.name: refusal for refusal in evaluation.refusals}
    found = []
    for i, name in enumerate(change.name for change in plan.changes):
        finding_id = f"{plan.intervention}-F{first + i:02d}"
        if name in known:
            found.append(_finding(finding_id, known[name], evaluation, plan, intervention))
        elif name in refused:
            found.append(without_number(finding_id, refused[name], evaluation, plan, intervention))
    return tuple(found)


def _finding(
    finding_id: str,
    named: NamedEstimate,
    evaluation: Evaluation,
    plan: Plan,
    intervention: Intervention,
) -> Finding:
    effect = told(named.estimate, plan)
    decision = decide(effect, evaluation.checks)
    interval = named.estimate.interval
    stopped = decision.verdict == "cannot_tell" and 0 not in (effect.interval or interval)
    mark = mark_of(evaluation)
    incidents = _in_numbers(named, decision.verdict, evaluation, plan)
    seen = what_was_seen(
        effect,
        effect.interval or interval,
        against=against(plan),
        later=later(plan),
        in_numbers=incidents,
    )
    return Finding(
        id=finding_id,
        interventions=(plan.intervention,),
        protocol=plan.id,
        change=named.name,
        verdict=decision.verdict,
        why_verdict=decision.why,
        outcome=plan.outcome.name,
        better=plan.outcome.better,
        headline=mark + headline(decision.verdict, outcome=plan.outcome.name, what=named.words),
        summary=f"{summary_marks(evaluation)}{intervention.summary} {seen}",
        effect=effect,
        interval_words=interval_sentences(effect, decision.verdict, clear_but_stopped=stopped),
        compared=compared(evaluation, plan),
        years=f"{spoken(evaluation.coverage.first_period)} to {spoken(evaluation.coverage.last_period)}",
        design=design_words(plan),
        source=evaluation.provenance.source,
        supports=_supports(decision.verdict, effect),
        limits=(*plan.limits, *weighted_limits(evaluation, plan, named.name)),
        p_value=named.estimate.p_value,
        simulated=evaluation.provenance.simulated,
        exploratory=evaluation.exploratory,
        alternatives=agreement(evaluation, plan, named.name),
        how_big=how_big(named, effect, incidents, evaluation.readings, weighted_unit(plan)),
        how_sure=how_sure(decision.verdict, decision.why, evaluation),
        could_be_wrong=could_be_wrong(evaluation),
        technical=technical(named, effect, evaluation, plan),
    )


def _in_numbers(named: NamedEstimate, verdict: Verdict, evaluation: Evaluation, plan: Plan) -> str:
    """Incidents or harm-days avoided, only where the word itself says a direction."""
    if named.avoided is None or not ("fell" in verdict or "rose" in verdict):
        return ""
    best, interval = named.avoided.effect, named.avoided.interval
    return avoided_words(interval, best, during=during(evaluation), what=weighted_unit(plan))


def _supports(verdict: Verdict, effect: ScaledEffect) -> tuple[str, ...]:
    if verdict == "cannot_tell":
        return ("Saying that we cannot tell: neither that it helped nor that it did not.",)
    if verdict == "no_change_that_would_matter":
        return (f"The data fit only changes smaller than {effect.minimum:g} {effect.unit}.",)
    direction = "fall" if "fell" in verdict else "rise"
    return (f"The data fit a {direction} and do not fit no change, if the method is right.",)


def from_external(result: ExternalFinding) -> Finding:
    """A published result as a finding.

    No plan of ours fixed its question and none of our checks were run, so a reported fall or rise is told as
    *probably* at most.
    """
    effect = None
    if result.effect is not None:
        both = result.low is not None and result.high is not None
        effect = ScaledEffect(
            effect=result.effect,
            interval=Interval(low=result.low or 0.0, high=result.high or 0.0, level=result.level)
            if both
            else None,
            unit=result.unit,
            decimals=_printed_decimals(result.effect),
            minimum=None,
        )
    verdict = _REPORTED[result.reported]
    return Finding(
        id=result.id,
        interventions=result.interventions,
        protocol=None,
        change="",
        verdict=verdict,
        why_verdict=_why_external(result),
        outcome=result.outcome,
        better=result.better,
        headline=result.headline,
        summary=result.summary,
        effect=effect,
        interval_words=("No interval is recorded.",)
        if effect is None or effect.interval is None
        else interval_sentences(effect, verdict, clear_but_stopped=False),
        compared=result.compared,
        years=result.years,
        design=result.design,
        source=result.source,
        supports=(result.in_numbers,) if result.in_numbers else (),
        limits=result.limits,
        p_value=result.p_value,
    )


def _why_external(result: ExternalFinding) -> str:
    if result.reported == "no_clear_change":
        return "The source reports no clear change."
    return (
        f"The source reports that it {result.reported}; we did not fix its plan or run its checks, so "
        "we say probably."
    )


def _printed_decimals(value: float) -> int:
    """As many decimals as the number was entered with."""
    return len(repr(value).partition(".")[2].rstrip("0"))
