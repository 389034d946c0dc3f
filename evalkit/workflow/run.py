"""Evaluate: a locked plan meets the data that it names, and what differs from the plan is found."""

import datetime
from dataclasses import replace
from pathlib import Path

from evalkit.evaluation import evaluate
from evalkit.findings.compose import from_evaluation
from evalkit.protocol.document import plan_from_canonical
from evalkit.protocol.label import EXPLORATORY
from evalkit.registry.findings import save_run
from evalkit.registry.interventions import read_intervention
from evalkit.registry.ledger import refuse_tampered
from evalkit.registry.protocols import read_protocol
from evalkit.registry.store import Session, open_registry
from evalkit.types.evaluation import Evaluation
from evalkit.types.finding import Finding
from evalkit.types.protocol import LockedProtocol
from evalkit.workflow import deviations
from evalkit.workflow.data_state import other_recipe_texts, recipe_text
from evalkit.workflow.gather import expected_of, first_number
from evalkit.workflow.lighter import load_lighter
from evalkit.workflow.other_data import load_others, others_used
from evalkit.workflow.plan_data import load
from evalkit.workflow.plan_file import ready_to_run
from evalkit.workflow.reasons import with_reasons
from evalkit.workflow.run_record import run_record
from evalkit.workflow.run_stages import Done, Made, OpenRun
from evalkit.workflow.workspace import Workspace, find_workspace

SCRATCH = ".evalkit/demo.db"
"""The demo's own registry; only in it does a recipe read what was made up."""


def open_run(protocol_id: str, *, registry: str, folder: Path | None = None) -> OpenRun:
    """Open a locked protocol with its data, from a notebook.

    Parameters
    ----------
    protocol_id : str
        E.g. ``"EM-2026-0001-P1"``.
    registry : str
        File of the registry below the workspace, with or without ``sqlite:///`` in front.
    folder : Path or None
        Any folder of the workspace; None for the current one.
    """
    workspace = find_workspace((folder or Path()).resolve())
    file = registry.removeprefix("sqlite:///")
    with open_registry(workspace.url_of(file)) as session:
        protocol = read_protocol(session, protocol_id)
        return prepare(session, workspace, protocol, made_up=file == SCRATCH)


def prepare(
    session: Session, workspace: Workspace, protocol: LockedProtocol, *, made_up: bool = False
) -> OpenRun:
    """As ``open_run``, on an open registry.

    ``made_up`` reads what the demo simulates where a recipe wants a download of one's own.
    """
    plan = plan_from_canonical(protocol.canonical)
    exploratory = protocol.label == EXPLORATORY
    others = load_others(session, workspace, plan, made_up=made_up)
    used = others_used(workspace.case_studies, others)
    expected = expected_of(session, workspace, protocol, plan, made_up=made_up, used=used)
    data = load(session, workspace, plan, made_up=made_up)
    return OpenRun(
        protocol=protocol,
        plan=plan,
        intervention=read_intervention(session, plan.intervention),
        data=data,
        first_number=first_number(
            session,
            plan.intervention,
            plan.id,
            findings=len(plan.changes),
            exploratory=exploratory,
        ),
        expected=expected,
        lighter=load_lighter(session, workspace, plan, made_up=made_up),
        others=others,
        used=used,
    )


def evaluated(run: OpenRun) -> Evaluation:
    """Run what was opened, and find everything in which it differs from the plan."""
    return compared(run, evaluate(run.protocol, run.data, lighter=run.lighter, others=run.others))


def compared(run: OpenRun, evaluation: Evaluation) -> Evaluation:
    """An evaluation of what was opened, with everything in which it differs from the plan."""
    found = replace(evaluation, exploratory=run.protocol.label == EXPLORATORY)
    return deviations.with_deviations(found, run.plan, run.protocol.canonical, run.expected)


def explained(run: OpenRun, evaluation: Evaluation) -> Evaluation:
    """An evaluation whose deviations have the reasons that were given for them since."""
    return with_reasons(evaluation, run.expected.reasons)


def findings_of(run: OpenRun, evaluation: Evaluation) -> tuple[Finding, ...]:
    """The findings of an evaluation, numbered as they will be stored."""
    return from_evaluation(evaluation, run.protocol, run.intervention, first=run.first_number)


def evaluate_and_store(
    session: Session,
    workspace: Workspace,
    protocol_id: str,
    *,
    on: datetime.date,
    made_up: bool = False,
    exploratory: bool = False,
) -> Done:
    """Run a plan and store what it says.

    Parameters
    ----------
    exploratory : bool
        Run the file in ``protocols/`` as it stands instead of the locked plan.

    Raises
    ------
    ProtocolError
        The plan's file is not what is locked, or with ``exploratory`` it is.
    RegistryError
        It is not locked, or what is stored of it is not what the ledger sealed.
    """
    run = ready(session, workspace, protocol_id, on=on, made_up=made_up, exploratory=exploratory)
    return store(session, workspace, make(workspace, run), on=on)


def ready(
    session: Session,
    workspace: Workspace,
    protocol_id: str,
    *,
    on: datetime.date,
    made_up: bool = False,
    exploratory: bool = False,
) -> OpenRun:
    """Open a run for storing: as ``prepare``, after the refusals of ``evaluate_and_store``."""
    refuse_tampered(session, protocol_id)
    ran = ready_to_run(session, workspace, protocol_id, exploratory=exploratory, on=on)
    return prepare(session, workspace, ran, made_up=made_up)


def make(workspace: Workspace, run: OpenRun) -> Made:
    """Run what was opened; no registry is needed for it."""
    return Made(
        protocol=run.protocol,
        findings=len(run.plan.changes),
        intervention=run.intervention,
        reasons=run.expected.reasons,
        evaluation=evaluated(run),
        recipe=recipe_text(workspace.case_studies / run.plan.data.recipe),
        other_recipes=other_recipe_texts(workspace.case_studies, run.plan),
        used=run.used,
    )


def store(session: Session, workspace: Workspace, made: Made, *, on: datetime.date) -> Done:
    """Store what a run said; its findings get the numbers that are theirs or free by now."""
    exploratory = made.protocol.label == EXPLORATORY
    first = first_number(
        session,
        str(made.intervention.id),
        made.protocol.id,
        findings=made.findings,
        exploratory=exploratory,
    )
    evaluation = made.evaluation
    findings = from_evaluation(evaluation, made.protocol, made.intervention, first=first)
    record = run_record(
        session,
        evaluation,
        made.protocol,
        recipe=made.recipe,
        other_recipes=made.other_recipes,
        used=made.used,
    )
    stored, new = save_run(session, evaluation, findings, record, on=on, by=workspace.acting_as)
    told = with_reasons(evaluation, made.reasons)
    return Done(evaluation=told, findings=findings, record=stored, new=new)
