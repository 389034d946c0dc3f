"""What of our findings is public: published as it stands, or as it stood when it was published last."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace

from evalkit.findings.compose import from_external
from evalkit.findings.deviations import why_held_back
from evalkit.registry import entries
from evalkit.registry.findings import read_external_findings
from evalkit.registry.runs import Run, read_runs_of
from evalkit.registry.store import Session
from evalkit.registry.stored import posts
from evalkit.types.finding import Finding
from evalkit.types.publication import Publication, Taken
from evalkit.workflow.explain import HeldBack, all_runs
from evalkit.workflow.reasons import reasons_of, with_reasons
from evalkit.workflow.review import KIND, fingerprint


@dataclass(frozen=True, slots=True, kw_only=True)
class InPublic:
    """What an edition may show; everything else is a draft and nobody's but ours.

    Attributes
    ----------
    runs : tuple of Run
        For each plan the newest run of each kind of which every finding was published, without findings that
        were withdrawn since.
    findings : tuple of Finding
        Of these runs, and published by others; in order of id.
    withdrawn : tuple of (Finding, str)
        With the reason.
    kept_back : tuple of HeldBack
        Findings of the newest runs that are not public, and why.
    steps : mapping of str to tuple of Taken
        By finding: every step that led to where it is, oldest first.
    superseded : frozenset of (str, bool)
        By plan and whether exploratory: runs that are public although a newer one is kept back.
    """

    runs: tuple[Run, ...]
    findings: tuple[Finding, ...]
    withdrawn: tuple[tuple[Finding, str], ...]
    kept_back: tuple[HeldBack, ...]
    steps: Mapping[str, tuple[Taken, ...]]
    superseded: frozenset[tuple[str, bool]]


def in_public(session: Session, *, also: Collection[str] = ()) -> InPublic:
    """What is public now; findings in ``also`` as if they had been published."""
    steps = _steps(session)
    known = _Known(last={id: some[-1] for id, some in _public(steps).items()}, also=frozenset(also))
    shown: list[Run] = []
    kept: list[HeldBack] = []
    superseded: set[tuple[str, bool]] = set()
    for run in all_runs(session):
        if known.shows(run):
            shown.append(run)
            continue
        earlier = _earlier(session, run, known)
        kept += _why(run, known, steps, earlier is not None)
        if earlier is not None:
            shown.append(earlier)
            superseded.add((run.evaluation.protocol, run.evaluation.exploratory))
    others = tuple(from_external(one) for one in read_external_findings(session))
    every = sorted((*(f for run in shown for f in run.findings), *others), key=lambda f: f.id)
    gone = {
        id: one.reason
        for id, one in known.last.items()
        if one.state == "withdrawn" and id not in known.also
    }
    by = posts(session, KIND)
    return InPublic(
        runs=tuple(
            replace(run, findings=left)
            for run in shown
            if (left := tuple(f for f in run.findings if f.id not in gone))
        ),
        findings=tuple(one for one in every if one.id not in gone),
        withdrawn=tuple((one, gone[one.id]) for one in every if one.id in gone),
        kept_back=tuple(kept),
        steps={id: _told(by[id], some) for id, some in steps.items()},
        superseded=frozenset(superseded),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """The last step of each finding that the public saw, and what counts as published beside it."""

    last: Mapping[str, Publication]
    also: frozenset[str]

    def has(self, finding: Finding) -> bool:
        """Whether it was published, or withdrawn, as it is."""
        if finding.id in self.also:
            return True
        step = self.last.get(finding.id)
        return step is not None and step.finding_sha256 == fingerprint(finding)

    def shows(self, run: Run) -> bool:
        """Whether all of a run may be shown: its record holds the numbers of all its findings."""
        if not run.findings or why_held_back(run.evaluation.deviations):
            return False
        return all(self.has(finding) for finding in run.findings)


def _steps(session: Session) -> dict[str, list[Publication]]:
    found: dict[str, list[Publication]] = {}
    for step in entries.read_every_version(session, KIND):
        found.setdefault(step.id, []).append(step)
    return found


def _public(steps: Mapping[str, list[Publication]]) -> dict[str, list[Publication]]:
    """Without those that only ourselves see."""
    seen = {id: [one for one in some if one.state != "reviewed"] for id, some in steps.items()}
    return {id: some for id, some in seen.items() if some}


def _earlier(session: Session, run: Run, known: _Known) -> Run | None:
    """The newest run of the same kind that may be shown, with reasons that were given since."""
    if not any(finding.id in known.last for finding in run.findings):
        return None
    protocol = run.evaluation.protocol
    reasons = reasons_of(session, protocol)
    for one in reversed(read_runs_of(session, protocol)):
        told = replace(one, evaluation=with_reasons(one.evaluation, reasons))
        if one.evaluation.exploratory == run.evaluation.exploratory and known.shows(told):
            return told
    return None


def _why(
    run: Run, known: _Known, steps: Mapping[str, list[Publication]], earlier: bool
) -> Iterator[HeldBack]:
    protocol, unexplained = run.evaluation.protocol, why_held_back(run.evaluation.deviations)
    others = ", ".join(finding.id for finding in run.findings if not known.has(finding))
    for finding in run.findings:
        last = steps[finding.id][-1] if finding.id in steps else None
        reviewed = last and (last.state, last.finding_sha256) == ("reviewed", fingerprint(finding))
        why = "reviewed, not published yet" if reviewed else "a draft that nobody has reviewed"
        if known.has(finding):
            why = f"it waits for {others}, which the same run found"
        before = "; what was published before is still shown" if earlier else ""
        yield HeldBack(id=finding.id, protocol=protocol, why=f"{unexplained or why}{before}")


def _told(posts: list[str], steps: list[Publication]) -> tuple[Taken, ...]:
    return tuple(
        Taken(state=step.state, on=step.done, by=by, reason=step.reason)
        for step, by in zip(steps, posts, strict=True)
    )
