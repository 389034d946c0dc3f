"""What schemes and reviewers say of a finding."""

import datetime
from collections.abc import Iterable, Sequence

from evalkit.errors import Problem, RegistryError
from evalkit.evidence.ratings.emmie import profile
from evalkit.evidence.ratings.schemes import SCALES, rate_all
from evalkit.evidence.ratings.study import study_of
from evalkit.findings.compose import from_external
from evalkit.protocol.document import plan_from_canonical
from evalkit.registry import entries
from evalkit.registry.chain import NOT_GIVEN
from evalkit.registry.findings import read_external_findings
from evalkit.registry.interventions import read_interventions
from evalkit.registry.put import put
from evalkit.registry.runs import Run
from evalkit.registry.store import Session
from evalkit.registry.stored import posts
from evalkit.types.finding import Finding
from evalkit.types.rating import Assessment, GivenRating, Rated, Scheme, Threat, rating_id
from evalkit.workflow.explain import explained_runs
from evalkit.workflow.run_record import ran_plans

_KIND = "rating"


def assess(
    session: Session, runs: Sequence[Run], findings: Iterable[Finding]
) -> dict[str, Assessment]:
    """Ratings and profile of every finding, by its id; ``runs`` holds those behind our own."""
    owners = {finding.id: run for run in runs for finding in run.findings}
    interventions = {one.id: one for one in read_interventions(session)}
    given = _given(session)
    plans = {
        (ran.id, run.evaluation.exploratory): plan_from_canonical(ran.canonical)
        for run, ran in zip(runs, ran_plans(session, runs), strict=True)
    }
    found = {}
    for finding in findings:
        intervention = interventions[finding.interventions[0]]
        run = owners.get(finding.id)
        plan = plans[run.evaluation.protocol, run.evaluation.exploratory] if run else None
        study = study_of(
            finding,
            run.evaluation if run else None,
            plan,
            theory=intervention.theory is not None,
        )
        found[finding.id] = Assessment(
            ratings=rate_all(study, given.get(finding.id, {})),
            profile=profile(finding, intervention),
        )
    return found


def assess_one(session: Session, finding: str) -> Assessment:
    """Ratings and profile of one finding; RegistryError, with the known ids, where there is none."""
    runs, findings = _all(session)
    return assess(session, runs, [_known(findings, finding)])[finding]


def give(
    session: Session,
    finding: str,
    scheme: Scheme,
    *,
    level: int | None = None,
    start: int | None = None,
    threats: tuple[Threat, ...] = (),
    reason: str,
    on: datetime.date,
    by: str = NOT_GIVEN,
) -> tuple[Rated, bool]:
    """Write a reviewer's rating; returns it beside the rule's, and whether anything was written.

    The rule's rating stays. Another rating of the same finding under the same scheme is a new version.

    Parameters
    ----------
    level : int or None
        The reviewer's level, from 0 to the scheme's highest.
    start, threats : int and tuple of Threat
        For padlocks alone: where the rule begins to count down, and what the reviewer sees beside the checks.

    Raises
    ------
    RegistryError
        There is no such finding, the reason is empty, nothing is rated, or the level is not the scheme's.
    """
    runs, findings = _all(session)
    about = _known(findings, finding)
    _refuse(scheme, level, start, threats, reason)
    record = GivenRating(
        form="evalkit/rating/1",
        id=rating_id(finding, scheme),
        finding=finding,
        scheme=scheme,
        version=SCALES[scheme].rules_version,
        reason=" ".join(reason.split()),
        level=level,
        start=start,
        threats=threats,
    )
    new = put(session, _KIND, record, on=on, by=by, reason=record.reason)
    (rated,) = (
        one for one in assess(session, runs, [about])[finding].ratings if one.rule.scheme == scheme
    )
    return rated, new


def _all(session: Session) -> tuple[list[Run], list[Finding]]:
    runs = [r for kind in (False, True) for r in explained_runs(session, exploratory=kind)]
    own = [finding for run in runs for finding in run.findings]
    return runs, [*own, *(from_external(one) for one in read_external_findings(session))]


def _known(findings: Iterable[Finding], id: str) -> Finding:
    by_id = {one.id: one for one in findings}
    if id not in by_id:
        listed = ", ".join(sorted(by_id)) or "none so far"
        missing = f"finding {id}, which is not stored"
        raise RegistryError(Problem(field="id", found=missing, needed=f"one of {listed}"))
    return by_id[id]


def _refuse(
    scheme: Scheme,
    level: int | None,
    start: int | None,
    threats: tuple[Threat, ...],
    reason: str,
) -> None:
    if not reason.strip():
        raise RegistryError(Problem(field="--reason", found="empty", needed="why, in a sentence"))
    highest = SCALES[scheme].out_of
    for field, value in (("--level", level), ("--start", start)):
        if value is not None and not 0 <= value <= highest:
            needed = f"0 to {highest}, as {scheme} has it"
            raise RegistryError(Problem(field=field, found=str(value), needed=needed))
    if scheme != "eef-padlocks" and (start is not None or threats):
        found = f"{'--start' if start is not None else '--threat'} with {scheme}"
        raise RegistryError(
            Problem(field="--scheme", found=found, needed="eef-padlocks, or only --level")
        )
    if threats and start is None:
        raise RegistryError(Problem(field="--threat", found="no --start", needed="--start too"))
    if level is None and start is None:
        needed = "--level" if scheme != "eef-padlocks" else "--level or --start"
        raise RegistryError(Problem(field="--level", found="not given", needed=needed))


def _given(session: Session) -> dict[str, dict[Scheme, tuple[GivenRating, str]]]:
    found: dict[str, dict[Scheme, tuple[GivenRating, str]]] = {}
    by = posts(session, _KIND)
    for record in entries.read_all(session, _KIND):
        found.setdefault(record.finding, {})[record.scheme] = (record, by[record.id][-1])
    return found
