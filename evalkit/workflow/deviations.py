"""Deviations: every difference between the plan as it was locked first and what was run, found by itself."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from evalkit.protocol.plan import Plan
from evalkit.protocol.rule import type_of
from evalkit.registry.versions import Change, top
from evalkit.types.deviation import BothEstimates, Deviation, Timing
from evalkit.types.evaluation import Evaluation
from evalkit.types.protocol import DataState
from evalkit.workflow.expected import Answers, Expected, answers_of, beside_of, timing_of
from evalkit.workflow.other_data import alternatives_on
from evalkit.workflow.plan_changes import shown
from evalkit.workflow.plan_history import PlanVersion

_LEFT_OUT = "The plan leaves out what has no outcome (data.missing: leave_out)."
_GONE = "its data as they were planned are no longer there"
_UNREAD = "its data as they are now give no number"
_NO_ANSWER = "what was not there cannot be estimated"


def drafts(
    changes: tuple[Change, ...],
    history: tuple[PlanVersion, ...],
    unlocked: tuple[Change, ...],
    *,
    now: DataState,
    known: Mapping[str, Timing],
) -> tuple[Deviation, ...]:
    """One deviation for each changed part, still without estimates.

    Parameters
    ----------
    changes : tuple of Change
        From the first locked version to what is run.
    history : tuple of PlanVersion
        An amendment gives its reason and its time to what it changed.
    unlocked : tuple of Change
        From the newest locked version to what is run: these have no reason yet.
    now : DataState
        Where the ledger stands.
    known : mapping
        When deviations were first seen, by fingerprint.
    """
    found = []
    for change in changes:
        gone = change.new is None
        one = Deviation(
            part=change.field,
            planned=shown(change.old),
            run=shown(change.new),
            type=type_of(change.field, gone=gone),
            timing=timing_of(now),
        )
        amendment = None if _touches(change, unlocked) else _amendment(change, history)
        if amendment is not None:
            timing = timing_of(amendment.protocol.state)
            one = replace(one, reason=amendment.reason, timing=timing)
        elif one.fingerprint in known:
            one = replace(one, timing=known[one.fingerprint])
        found.append(one)
    return tuple(found)


def _amendment(change: Change, history: tuple[PlanVersion, ...]) -> PlanVersion | None:
    """The last amendment that touched a part; the last one of its section where items have moved."""
    amendments = [version for version in history if version.before]
    for touched in (_touches, _same_section):
        for version in reversed(amendments):
            if touched(change, version.changes):
                return version
    return None


def _touches(change: Change, others: tuple[Change, ...]) -> bool:
    """Whether one of the others is the same part, or inside it, or around it."""
    fields = [other.field for other in others]
    mine = change.field
    return any(
        f == mine or f.startswith(_inside(mine)) or mine.startswith(_inside(f)) for f in fields
    )


def _inside(field: str) -> tuple[str, str]:
    return f"{field}.", f"{field}["


def _same_section(change: Change, others: tuple[Change, ...]) -> bool:
    return top(change) in {top(other) for other in others}


def with_deviations(
    evaluation: Evaluation, plan: Plan, canonical: str, expected: Expected
) -> Evaluation:
    """An evaluation with everything in which it differs from the plan, both answers beside each other.

    Parameters
    ----------
    plan : Plan
        What was run, and ``canonical`` its text.
    expected : Expected
        As gathered before the run.
    """
    answers, beside = answers_of(evaluation, canonical), beside_of(evaluation, canonical)
    found = [
        *(
            replace(draft, estimates=_of_alternatives(expected.beside, beside, names))
            if (names := alternatives_on(plan, draft.part))
            else replace(draft, estimates=both(expected.planned, answers, expected.why))
            for draft in expected.drafts
        ),
        *_other_data(evaluation, answers, expected),
        *_missing(evaluation, plan, answers),
    ]
    return replace(evaluation, deviations=tuple(found))


def both(planned: Answers, run: Answers, why: str = "") -> tuple[BothEstimates, ...]:
    """Answers beside each other: in their order where there are as many, by name otherwise."""
    if len(planned) == len(run):
        pairs = zip(planned, run, strict=True)
        return tuple(BothEstimates(name=new, planned=p, run=r) for (_, p), (new, r) in pairs)
    old, new = dict(planned), dict(run)
    return tuple(
        BothEstimates(
            name=name,
            planned=old.get(name),
            run=new.get(name),
            why=why or ("the plan had no such question" if name in new else "it was not asked"),
        )
        if not (name in old and name in new)
        else BothEstimates(name=name, planned=old[name], run=new[name])
        for name in dict.fromkeys([*new, *old])
    )


def _of_alternatives(
    planned: Answers, run: Answers, names: tuple[str, ...]
) -> tuple[BothEstimates, ...]:
    """What the named alternatives answered beside what they answer now."""
    old, new = dict(planned), dict(run)
    found = []
    for name in names:
        mine = [one for one in {**new, **old} if one == name or one.startswith(f"{name}: ")]
        for one in mine or [name]:
            p, r = old.get(one), new.get(one)
            why = "" if p and r else _GONE if r else _UNREAD
            found.append(BothEstimates(name=one, planned=p, run=r, why=why))
    return tuple(found)


def _other_data(
    evaluation: Evaluation, answers: Answers, expected: Expected
) -> Iterator[Deviation]:
    """Other bytes than at the first run, where no recipe pins them."""
    first, source = expected.first, evaluation.provenance
    pinned = any(draft.part == "recipe.sha256" for draft in expected.drafts)
    if first is None or pinned or first.sha256 == source.sha256:
        return
    yield Deviation(
        part="data",
        planned=f"{first.file}, sha256 {first.sha256[:12]}, at the first run",
        run=f"{source.file}, sha256 {source.sha256[:12]}",
        type="data",
        timing="after_first_run",
        estimates=both(first.answers, answers),
    )


def _missing(evaluation: Evaluation, plan: Plan, answers: Answers) -> Iterator[Deviation]:
    """Checks that gave no answer, and cells of the window that have no outcome."""
    nothing = both((), answers, _NO_ANSWER)
    planned = {check.check: n for n, check in enumerate(plan.checks)}
    for check in evaluation.checks:
        if not check.applicable and check.check in planned:
            yield Deviation(
                part=f"checks[{planned[check.check]}]",
                planned=check.check,
                run=f"could not be run: {check.sentence}",
                type="missing",
                timing="in_the_run",
                estimates=nothing,
            )
    cover = evaluation.coverage
    cells = cover.n_units * cover.n_periods
    if cover.n_obs < cells:
        yield Deviation(
            part="window",
            planned=f"{cells:,} {cover.unit_name}-periods",
            run=f"{cover.n_obs:,}: {cells - cover.n_obs:,} have no outcome",
            reason=_LEFT_OUT if plan.data.missing == "leave_out" else None,
            type="missing",
            timing="in_the_run",
            estimates=nothing,
        )
