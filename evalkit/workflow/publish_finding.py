"""Publish a finding that was reviewed, unless something stands against it."""

import datetime

from evalkit.errors import RegistryError
from evalkit.registry import entries
from evalkit.registry.chain import NOT_GIVEN
from evalkit.registry.store import Session
from evalkit.types.finding import Finding
from evalkit.types.publication import Publication, Step
from evalkit.workflow.explain import all_runs
from evalkit.workflow.gate import refuse
from evalkit.workflow.notebook import NOTEBOOKS
from evalkit.workflow.publish import looked_ahead
from evalkit.workflow.review import KIND, Stand, refused, stand_of, take
from evalkit.workflow.shielded import rules_of
from evalkit.workflow.workspace import Workspace


def publish_finding(
    session: Session,
    workspace: Workspace,
    id: str,
    *,
    reason: str,
    on: datetime.date,
    by: str = NOT_GIVEN,
) -> Stand:
    """Publish a reviewed finding; as a correction where another form of it was published before.

    Raises
    ------
    RegistryError
        It was not reviewed as it is now, is published already, a deviation has no reason, it has no caveat,
        its pages would give a small number away, or the reason is empty.
    """
    stand = stand_of(session, id)
    if stand.state != "reviewed":
        needed = "one that was reviewed as it is now"
        found = f"{id}, which is {stand.state}" + (f" ({stand.note})" if stand.note else "")
        do = f'Use evalkit finding review {id} --reason "...".' if stand.state == "draft" else ""
        raise refused("id", found, needed, do)
    if stand.held_back:
        do = f"Use evalkit finding explain {id}."
        raise refused("deviations", stand.held_back, "a reason for each", do)
    if not stand.finding.limits:
        needed = "at least one caveat: what the finding cannot tell"
        raise refused("limits", "none", needed, "Write it into the plan's limits.")
    _refuse_small_numbers(session, workspace, stand.finding)
    steps: tuple[Publication, ...] = entries.read_every_version(session, KIND)
    before = any(one.id == id and one.state != "reviewed" for one in steps)
    step: Step = "corrected" if before else "published"
    return take(session, stand, step, reason=reason, on=on, by=by)


def _refuse_small_numbers(session: Session, workspace: Workspace, finding: Finding) -> None:
    """Ask the gate about the edition with this finding, where its outcome has anything to hide."""
    runs = [run for run in all_runs(session) if finding in run.findings]
    if not any(rule.refused or rule.profile.hides for rule in rules_of(session, runs)):
        return  # open data, or published by others, who decided what to print
    ids = [one.id for run in runs for one in run.findings]
    folder = workspace.root / NOTEBOOKS
    _, gate = looked_ahead(session, workspace, notebooks=folder, out=workspace.reports, also=ids)
    refuse(gate, RegistryError)
