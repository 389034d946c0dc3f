"""Gather what a run is compared with, before it is made."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from evalkit.errors import EvalkitError
from evalkit.evaluation import evaluate
from evalkit.protocol.document import plan_from_canonical
from evalkit.protocol.label import EXPLORATORY
from evalkit.protocol.plan import Plan
from evalkit.registry.findings import read_external_findings
from evalkit.registry.protocols import find_version
from evalkit.registry.runs import Run, finding_owners, read_runs_of
from evalkit.registry.store import Session
from evalkit.registry.versions import Change, diff_payloads
from evalkit.types.deviation import Deviation
from evalkit.types.protocol import LockedProtocol
from evalkit.types.run import DataUsed
from evalkit.workflow.data_state import data_state, other_recipe_texts, recipe_text
from evalkit.workflow.deviations import drafts
from evalkit.workflow.expected import (
    Answers,
    Expected,
    FirstRun,
    answers_of,
    beside_of,
    known_timings,
    with_recipe,
)
from evalkit.workflow.other_data import bytes_changes, first_used, load_others
from evalkit.workflow.plan_changes import recipes_changes
from evalkit.workflow.plan_data import load
from evalkit.workflow.plan_history import history
from evalkit.workflow.reasons import reasons_of
from evalkit.workflow.workspace import Workspace


def expected_of(
    session: Session,
    workspace: Workspace,
    ran: LockedProtocol,
    plan: Plan,
    *,
    made_up: bool,
    used: tuple[DataUsed, ...] = (),
) -> Expected:
    """What a run of ``ran`` should have been, from its first locked version and its first run.

    ``used`` are the files behind its alternatives.
    """
    versions, runs = history(session, ran.id), read_runs_of(session, ran.id)
    recipe = recipe_text(workspace.case_studies / plan.data.recipe)
    planned_runs = [run for run in runs if not run.evaluation.exploratory]
    first, newest = _as_planned(versions[0].protocol, planned_runs), versions[-1].protocol
    newest = replace(
        newest,
        recipe=newest.recipe or first.recipe,
        other_recipes=tuple((dict(first.other_recipes) | dict(newest.other_recipes)).items()),
    )
    now = replace(
        ran, recipe=recipe, other_recipes=other_recipe_texts(workspace.case_studies, plan)
    )
    before = first_used(planned_runs)
    changes, unlocked = (_all_changes(one, now, used, before) for one in (first, newest))
    found: tuple[Deviation, ...] = ()
    planned: Answers = ()
    beside: Answers = ()
    why = ""
    if changes:
        found = drafts(
            changes,
            versions,
            unlocked,
            now=data_state(session, plan, recipe=recipe),
            known=known_timings(runs),
        )
        planned, beside, why = _planned(session, workspace, first, planned_runs, made_up=made_up)
    return Expected(
        drafts=found,
        planned=planned,
        beside=beside,
        why=why,
        first=_first_run(session, ran.id, planned_runs),
        reasons=reasons_of(session, ran.id),
    )


def first_number(
    session: Session, intervention: str, plan: str, *, findings: int, exploratory: bool
) -> int:
    """The number that this plan's findings of this kind had before, or the next one that is free."""
    owners = finding_owners(session, intervention) | {
        finding.id: ("", False)
        for finding in read_external_findings(session)
        if finding.id.startswith(f"{intervention}-F")
    }
    own, taken = (plan, exploratory), {_number(id): owner for id, owner in owners.items()}
    mine = min((number for number, owner in taken.items() if owner == own), default=None)
    if mine is not None and all(taken.get(mine + n, own) == own for n in range(findings)):
        return mine
    return 1 + max(taken, default=0)


def _all_changes(
    old: LockedProtocol,
    now: LockedProtocol,
    used: tuple[DataUsed, ...],
    before: Mapping[str, str],
) -> tuple[Change, ...]:
    """What is run against a locked version, with the data recipes and the bytes behind alternatives."""
    found = (*_changes(old, now), *recipes_changes(old, now))
    fields = {change.field for change in found}
    others = bytes_changes(old, now, used, before)
    return (*found, *(change for change in others if change.field not in fields))


def _changes(old: LockedProtocol, ran: LockedProtocol) -> Iterator[Change]:
    """What is run against a locked version, the day that a file declares included."""
    yield from diff_payloads(old.canonical, ran.canonical)
    if ran.label == EXPLORATORY:
        days = [one.locked_on.isoformat() if one.declared else None for one in (old, ran)]
        if days[0] != days[1]:
            yield Change(field="locked", old=days[0], new=days[1])


def _as_planned(first: LockedProtocol, runs: list[Run]) -> LockedProtocol:
    """The first version; where it had a recipe not yet, with that of the first run that read it."""
    recipe, others = first.recipe, dict(first.other_recipes)
    for record in (run.record for run in runs if run.record):
        recipe = recipe or record.recipe
        others = dict(record.other_recipes) | others
    return replace(first, recipe=recipe, other_recipes=tuple(sorted(others.items())))


def _planned(
    session: Session,
    workspace: Workspace,
    first: LockedProtocol,
    runs: list[Run],
    *,
    made_up: bool,
) -> tuple[Answers, Answers, str]:
    """What the first version and its alternatives answer: now, or where that cannot be, when it was run."""
    plan = plan_from_canonical(first.canonical)
    same = (run.evaluation for run in runs if run.evaluation.protocol_sha256 == first.sha256)
    was = next(same, None)
    beside = dict(beside_of(was, first.canonical)) if was else {}
    try:
        with with_recipe(workspace.case_studies / plan.data.recipe, first.recipe) as folder:
            data = load(session, workspace, plan, made_up=made_up, folder=folder)
        recipes = dict(first.other_recipes)
        others = load_others(session, workspace, plan, made_up=made_up, recipes=recipes)
        now = evaluate(first, data, others=others)
        beside = dict(beside_of(now, first.canonical)) | beside
        return answers_of(now, first.canonical), tuple(beside.items()), ""
    except EvalkitError as error:
        if was is not None:
            return answers_of(was, first.canonical), tuple(beside.items()), ""
        return (), (), f"the plan cannot be run any more: {str(error).partition(chr(10))[0]}"


def _first_run(session: Session, id: str, runs: list[Run]) -> FirstRun | None:
    if not runs:
        return None
    evaluation = runs[0].evaluation
    canonical = find_version(session, id, evaluation.version).canonical
    return FirstRun(
        file=evaluation.provenance.file,
        sha256=evaluation.provenance.sha256,
        answers=answers_of(evaluation, canonical),
    )


def _number(finding: str) -> int:
    return int(finding.rpartition("F")[2])
