"""Findings on the scale on which they are pooled."""

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from statistics import NormalDist

from evalkit.evidence.ratings.study import study_of
from evalkit.findings.scale import told
from evalkit.protocol.document import plan_from_canonical
from evalkit.protocol.plan import Plan
from evalkit.registry.findings import read_external_findings
from evalkit.registry.interventions import read_interventions
from evalkit.registry.runs import Run
from evalkit.registry.store import Session
from evalkit.types.estimate import Estimate
from evalkit.types.finding import ExternalFinding, Finding
from evalkit.types.intervention import Intervention
from evalkit.types.synthesis_question import LeaveOut, SynthesisInput, SynthesisQuestion
from evalkit.workflow.explain import explained_runs
from evalkit.workflow.in_public import InPublic, in_public
from evalkit.workflow.run_record import ran_plans

_YEAR = re.compile(r"\b(?:19|20)[0-9]{2}\b")
_PER_CENT = "per cent"


def inputs_of(
    session: Session, question: SynthesisQuestion
) -> tuple[tuple[SynthesisInput, ...], tuple[LeaveOut, ...]]:
    """The findings that answer a question, and those that would but are left out, both in order of id.

    Left out are what the question leaves out, findings that are not published or were withdrawn, and
    simulated ones where there are others.
    """
    public = in_public(session)
    known = {one.id or "": one for one in read_interventions(session)}
    found = [
        one
        for one, interventions in (*_own(session, public, known), *_published(session))
        if _is_about(one, interventions, question, known)
    ]
    out = {one.finding: one.reason for one in question.leave_out}
    shown = {finding.id for finding in public.findings}
    out |= {one.id: one.why for one in public.kept_back if one.id not in shown}
    out |= {one.id: f"withdrawn: {why}" for one, why in public.withdrawn}
    if not all(one.simulated for one in found):
        out |= {one.finding: "its data are simulated" for one in found if one.simulated}
    kept = sorted((one for one in found if one.finding not in out), key=lambda one: one.finding)
    left = sorted(one.finding for one in found if one.finding in out)
    return _told_apart(kept), tuple(LeaveOut(finding=id, reason=out[id]) for id in left)


def _is_about(
    one: SynthesisInput,
    interventions: tuple[str, ...],
    question: SynthesisQuestion,
    known: Mapping[str, Intervention],
) -> bool:
    names = {name.casefold() for name in (question.outcome, *question.also_called) if name}
    if names and one.outcome.casefold() not in names:
        return False
    return any(known[id].kind in question.kinds for id in interventions if id in known)


def _told_apart(inputs: list[SynthesisInput]) -> tuple[SynthesisInput, ...]:
    """Studies that are called the same get their id behind the name."""
    studies: dict[str, set[str]] = {}
    for one in inputs:
        studies.setdefault(one.name, set()).add(one.study)
    return tuple(
        replace(one, name=f"{one.name} ({one.study})") if len(studies[one.name]) > 1 else one
        for one in inputs
    )


def _own(
    session: Session, public: InPublic, known: Mapping[str, Intervention]
) -> Iterator[tuple[SynthesisInput, tuple[str, ...]]]:
    """Public runs as they are shown, and the newest ones of plans of which nothing is public yet."""
    shown = [run for run in public.runs if not run.evaluation.exploratory]
    there = {run.evaluation.protocol for run in shown}
    others = explained_runs(session, exploratory=False)
    runs = (*shown, *(one for one in others if one.evaluation.protocol not in there))
    for run, ran in zip(runs, ran_plans(session, runs), strict=True):
        plan = plan_from_canonical(ran.canonical)
        for finding in run.findings:
            yield _from_run(finding, run, plan, known), finding.interventions


def _from_run(
    finding: Finding, run: Run, plan: Plan, known: Mapping[str, Intervention]
) -> SynthesisInput:
    estimates = {named.name: named.estimate for named in run.evaluation.estimates}
    estimate = estimates.get(finding.change)
    effect, error = _of_estimate(estimate, plan.outcome.scale) if estimate else (None, None)
    return SynthesisInput(
        finding=finding.id,
        study=plan.intervention,
        name=known[plan.intervention].name,
        outcome=finding.outcome,
        scale="level" if plan.outcome.scale == "level" else "log",
        unit=told(estimate, plan).unit if estimate else "",
        effect=effect,
        standard_error=error,
        error_from=""
        if estimate is None
        else "standard error"
        if estimate.standard_error is not None
        else "interval",
        year=int(run.evaluation.coverage.last_period[:4]),
        simulated=finding.simulated,
        sound=study_of(finding, run.evaluation, plan, theory=False).sound,
    )


def _of_estimate(estimate: Estimate, scale: str) -> tuple[float, float]:
    """Effect and standard error, as logarithms or as they are; at need the error from the interval.

    A rate ratio's error is that of its logarithm already.
    """
    effect, ends = estimate.effect, [estimate.interval.low, estimate.interval.high]
    if scale == "ratio":
        effect, ends = math.log(effect), [math.log(end) for end in ends]
    if estimate.standard_error is not None:
        return effect, estimate.standard_error
    return effect, _error(ends[0], ends[1], estimate.interval.level)


def _error(low: float, high: float, level: float) -> float:
    """Standard error behind an interval, as if it were a normal one."""
    return (high - low) / (2 * NormalDist().inv_cdf(0.5 + level / 2))


def _published(session: Session) -> Iterator[tuple[SynthesisInput, tuple[str, ...]]]:
    for result in read_external_findings(session):
        yield from_published(result), result.interventions


def from_published(result: ExternalFinding) -> SynthesisInput:
    """A published result as it goes into a pool: its error from its interval, else from its p-value."""
    effect, error, source = _as_published(result)
    years = [int(year) for year in _YEAR.findall(result.years)]
    return SynthesisInput(
        finding=result.id,
        study=result.study or result.source,
        name=result.study or result.source,
        outcome=result.outcome,
        scale="log" if result.unit == _PER_CENT else "level",
        unit=result.unit if result.effect is not None else "",
        effect=effect,
        standard_error=error,
        error_from=source,  # type: ignore[arg-type]
        year=max(years, default=None),
    )


def _as_published(result: ExternalFinding) -> tuple[float | None, float | None, str]:
    if result.effect is None:
        return None, None, ""
    log = result.unit == _PER_CENT
    effect = math.log1p(result.effect / 100) if log else result.effect
    if result.low is not None and result.high is not None:
        ends = [math.log1p(e / 100) if log else e for e in (result.low, result.high)]
        return effect, _error(ends[0], ends[1], result.level), "interval"
    if result.p_value is not None and 0 < result.p_value < 1 and effect != 0:
        return effect, abs(effect) / -NormalDist().inv_cdf(result.p_value / 2), "p-value"
    return effect, None, ""
