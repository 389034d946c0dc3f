"""Load and evaluate: a locked protocol meets the data that it names."""

import datetime
from dataclasses import dataclass
from pathlib import Path

from evalkit.data.load import load_panel, load_series
from evalkit.data.panel import Panel
from evalkit.data.police.recipe import is_police_recipe
from evalkit.data.recipe_fit import Uses
from evalkit.data.series import TimeSeries
from evalkit.evaluation import evaluate
from evalkit.findings.compose import from_evaluation
from evalkit.protocol.document import plan_from_canonical
from evalkit.protocol.estimators import GroupTime, Poisson, Segmented
from evalkit.protocol.plan import Plan
from evalkit.registry.findings import read_external_findings, read_findings, save_run
from evalkit.registry.interventions import read_intervention
from evalkit.registry.ledger import refuse_tampered
from evalkit.registry.protocols import read_protocol
from evalkit.registry.store import Session, open_registry
from evalkit.types.evaluation import Evaluation
from evalkit.types.finding import Finding
from evalkit.types.intervention import Intervention
from evalkit.types.protocol import LockedProtocol
from evalkit.workflow.data_state import recipe_text
from evalkit.workflow.run_record import run_record
from evalkit.workflow.street_panel import load_street_panel
from evalkit.workflow.workspace import Workspace, find_workspace

SCRATCH = ".evalkit/demo.db"
"""The demo's own registry; only in it does a recipe read what was made up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenRun:
    """Everything that a run needs, before it is run.

    Attributes
    ----------
    protocol : LockedProtocol
    plan : Plan
    intervention : Intervention
    data : Panel or TimeSeries
    first_number : int
        Number of the first finding that the run will write.
    """

    protocol: LockedProtocol
    plan: Plan
    intervention: Intervention
    data: Panel | TimeSeries
    first_number: int


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
        return prepare(session, workspace, protocol_id, made_up=file == SCRATCH)


def prepare(
    session: Session, workspace: Workspace, protocol_id: str, *, made_up: bool = False
) -> OpenRun:
    """As ``open_run``, on an open registry.

    ``made_up`` reads what the demo simulates where a recipe wants a download of one's own.
    """
    protocol = read_protocol(session, protocol_id)
    plan = plan_from_canonical(protocol.canonical)
    return OpenRun(
        protocol=protocol,
        plan=plan,
        intervention=read_intervention(session, plan.intervention),
        data=load(session, workspace, plan, made_up=made_up),
        first_number=_first_number(session, plan),
    )


def load(
    session: Session, workspace: Workspace, plan: Plan, *, made_up: bool = False
) -> Panel | TimeSeries:
    """The data that a plan names, in the shape that its design needs."""
    folder = workspace.case_studies / plan.data.recipe
    if is_police_recipe(folder):
        return load_street_panel(session, workspace, plan, folder, made_up=made_up)[0]
    first, last, unit = plan.window.start, plan.window.end, plan.outcome.unit
    if plan.design == "did":
        return load_panel(folder, first=first, last=last, unit_of_measure=unit, uses=uses_of(plan))
    covariates = plan.estimator.covariates if isinstance(plan.estimator, Segmented) else ()
    return load_series(folder, first=first, last=last, unit_of_measure=unit, covariates=covariates)


def uses_of(plan: Plan) -> Uses:
    """What a plan on a panel uses of the data besides outcome, treatment and weights."""
    estimator = plan.estimator
    return Uses(
        exposure=estimator.exposure if isinstance(estimator, Poisson) else None,
        cluster=plan.inference.cluster,
        covariates=estimator.covariates if isinstance(estimator, GroupTime) else (),
        gaps=plan.data.missing == "leave_out",
    )


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
) -> tuple[Evaluation, tuple[Finding, ...], bool]:
    """Run a locked protocol and store what it says; the last value is False when nothing is new."""
    refuse_tampered(session, protocol_id)
    run = prepare(session, workspace, protocol_id, made_up=made_up)
    evaluation = evaluate(run.protocol, run.data)
    findings = findings_of(run, evaluation)
    recipe = recipe_text(workspace.case_studies / run.plan.data.recipe)
    record = run_record(session, evaluation, run.protocol, recipe=recipe)
    _, new = save_run(session, evaluation, findings, record, on=on, by=workspace.acting_as)
    return evaluation, findings, new


def _first_number(session: Session, plan: Plan) -> int:
    """The number this protocol's findings had before, or the next one that is free."""
    own = [f for f in read_findings(session) if f.interventions[0] == plan.intervention]
    mine = [f for f in own if f.protocol == plan.id]
    if mine:
        return min(int(f.id[-2:]) for f in mine)
    taken = [f.id for f in own] + [
        f.id for f in read_external_findings(session) if f.id.startswith(plan.intervention)
    ]
    return 1 + max((int(finding_id[-2:]) for finding_id in taken), default=0)
